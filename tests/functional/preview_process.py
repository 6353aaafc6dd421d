"""``forestage preview`` as a process, as people start it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0
"""After this a test fails rather than hangs; what is waited for takes a second or two, or ten for a synthesis."""


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment that keeps the files of forestage below a folder.

    It names no virtual environment, so that apps run on the Python that runs the tests.
    """
    path = os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), str(ROOT))))
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FORCE_COLOR", "VIRTUAL_ENV"))
    }
    own = {"XDG_CACHE_HOME": str(home / "cache"), "XDG_STATE_HOME": str(home / "state"), "PYTHONPATH": path}
    return {**kept, **own, **more}


def forestage(*words: str, folder: Path, home: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "forestage", *words],
        cwd=folder,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
        **more,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """A response of the preview."""

    status: int
    headers: Mapping[str, str]
    body: str


class PreviewProcess:
    """A running preview of a source; a context manager that ends it."""

    def __init__(self, *words: str, folder: Path, home: Path, **variables: str) -> None:
        self.folder, self.home = folder, home
        self._output = home / "output"
        self._talk = home / "talk"
        home.mkdir(exist_ok=True)
        with self._output.open("wb") as output, self._talk.open("wb") as talk:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "forestage", "preview", *words],
                cwd=folder,
                env=environment(home, **variables),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=talk,
            )

    def __enter__(self) -> Self:
        try:
            wait_for(self._find_port, lambda: f"the preview did not start: {self.talk()}")
            wait_for(lambda: self.call("GET", "/_forestage/health").status == 200, self.talk)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *what: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _find_port(self) -> bool:
        assert self.process.poll() is None, f"the preview ended: {self.talk()}"
        runs = [json.loads(file.read_bytes()) for file in (self.home / "state").glob("forestage/previews/*.json")]
        self.port = runs[0]["port"] if runs else 0
        return bool(runs)

    def output(self) -> str:
        """Return what it wrote to standard output so far."""
        return self._output.read_text(encoding="utf-8")

    def talk(self) -> str:
        """Return what it wrote to standard error so far."""
        return self._talk.read_text(encoding="utf-8")

    def call(
        self, method: str, target: str, body: str | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, target, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()

    def wait_for_answer(self, target: str, body: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Call until the answer has a certain body."""
        latest: list[Answer] = []

        def has_come() -> bool:
            latest[:] = [self.call("GET", target, headers=headers)]
            return latest[0].body == body

        wait_for(has_come, lambda: f"{target} never answered {body!r}: {latest}, {self.talk()}")
        return latest[0]

    def wait_for_talk(self, text: str) -> None:
        """Wait until something was told."""
        wait_for(lambda: text in self.talk(), lambda: f"{text!r} was never told: {self.talk()}")

    def wait_for_output(self, text: str) -> None:
        """Wait until something was printed."""
        wait_for(lambda: text in self.output(), lambda: f"{text!r} was never printed: {self.output()}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


def wait_for(holds: Callable[[], bool], failure: Callable[[], str]) -> None:
    """Wait until something holds; connections that are refused meanwhile only mean that it does not yet."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < deadline, failure()
        # There is no event to wait for in another process; this only keeps from asking too often.
        time.sleep(0.005)


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended, be it that nobody has asked how."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return True


def wait_until_gone(pid: int) -> None:
    """Wait until a process has ended."""
    wait_for(lambda: is_gone(pid), lambda: f"process {pid} is still there")
