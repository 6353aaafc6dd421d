"""Servers under measurement: started, waited for, and ended in good order."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

ROOT = Path(__file__).resolve().parent.parent
FORESTAGE = Path(sys.executable).with_name("forestage")
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 10
POLL_S = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that runs; ``start_ms`` went by from its command to the first 200 at ``path``.

    ``post`` is the JSON that the load sends, nothing where it sends GET.
    """

    process: int
    port: int
    path: str
    start_ms: float
    post: str = ""

    @property
    def url(self) -> str:
        """The address of ``path``."""
        return f"http://127.0.0.1:{self.port}{self.path}"


@contextmanager
def preview(template: Path, path: str, *options: str) -> Generator[Server]:
    """Run ``forestage preview`` as shipped; its output goes to a file beside the template."""
    port = free_port()
    command = [str(FORESTAGE), "preview", template.name, "--port", str(port), *options]
    with _running(command, template.parent, template.parent / "preview.log", port, path) as server:
        yield server


@contextmanager
def uvicorn(application: str, folder: Path) -> Generator[Server]:
    """Run an ASGI application of this package on bare uvicorn."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", f"benchmarks.{application}", "--port", str(port), "--no-access-log"]
    with _running(command, ROOT, folder / "uvicorn.log", port, "/") as server:
        yield server


def get(port: int, path: str) -> bytes:
    """Send one request on a connection of its own and return the body.

    Raises:
        OSError: nobody answers.
        ValueError: the answer is not 200.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT_S)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise ValueError(f"GET {path} answered {answer.status}: {body[:200]!r}")
    return body


def free_port() -> int:
    """Find a port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _running(command: Sequence[str], folder: Path, log: Path, port: int, path: str) -> Generator[Server]:
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_for_answer(process, port, path, log)
            yield Server(process=process.pid, port=port, path=path, start_ms=(time.perf_counter() - started) * 1000)
        finally:
            _stop(process)


def _wait_for_answer(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    problem: Exception | None = None
    while process.poll() is None and time.monotonic() < deadline:
        try:
            get(port, path)
        except (OSError, ValueError) as error:
            problem = error
            time.sleep(POLL_S)
        else:
            return
    sys.exit(f"{path} did not answer: {problem}\n{log.read_text(encoding='utf-8')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
