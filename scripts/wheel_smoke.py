"""Build the wheel, install it in a clean environment outside this folder, and preview an example from there.

A plain install has to bring everything that a preview and a new project on the constructs need. Versions are those of
constraints.txt, without its hashes: pip wants none or all of them, and knows none of what a wheel asks for.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples/mock-api"
REQUEST = ("GET", "/dev/status")
START_TIMEOUT_S = 30
POLL_S = 0.05


def main() -> int:
    """Build, install and preview; any failure ends with a message."""
    with tempfile.TemporaryDirectory(prefix="forestage-wheel-") as name:
        folder = Path(name)
        wheel = _build(folder / "dist")
        commands = _install(wheel, folder / "environment")
        application = Path(shutil.copytree(EXAMPLE, folder / "application"))
        _run([commands / "forestage", "--help"], application)
        status = _preview(commands, application)
        _run([commands / "forestage", "init", "project"], folder)
        _run([commands / "forestage", "synth", "--strict"], folder / "project")
    print(f"{wheel.name}: installs, prints its help, begins a project, and answers {' '.join(REQUEST)} with {status}")
    return 0


def _build(folder: Path) -> Path:
    _run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT], ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _install(wheel: Path, folder: Path) -> Path:
    """Return the folder of the environment's commands."""
    _run([sys.executable, "-m", "venv", folder], folder.parent)
    pins = folder.parent / "pins.txt"
    locked = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins.write_text(re.sub(r" \\\n|^ +--hash.*\n", "\n", locked, flags=re.MULTILINE), encoding="utf-8")
    install: list[str | Path] = [
        folder / "bin/python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-compile",
        "--disable-pip-version-check",
    ]
    _run([*install, "--constraint", pins, wheel], folder.parent)
    return folder / "bin"


def _preview(commands: Path, application: Path) -> int:
    """Preview the application, call it, end the preview, and return the status of the answer."""
    port = _free_port()
    log = application.parent / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [commands / "forestage", "preview", "template.yaml", "--port", str(port)],
            cwd=application,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            status = _first_answer(process, port)
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(START_TIMEOUT_S)
    if status != http.HTTPStatus.OK or code:
        output = log.read_text(encoding="utf-8")
        sys.exit(f"{' '.join(REQUEST)} answered {status} and the preview ended with {code}:\n{output}")
    return status


def _first_answer(process: subprocess.Popen[bytes], port: int) -> int:
    """Return 200 as soon as that is the answer, else the last status there was, 0 for none."""
    status = 0
    deadline = time.monotonic() + START_TIMEOUT_S
    while status != http.HTTPStatus.OK and process.poll() is None and time.monotonic() < deadline:
        time.sleep(POLL_S)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT_S)
        try:
            connection.request(*REQUEST)
            status = connection.getresponse().status
        except OSError:
            continue
        finally:
            connection.close()
    return status


def _run(command: list[str | Path], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, env=_environment(), check=False, text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def _environment() -> dict[str, str]:
    """Return the environment without what could lead back to the clone."""
    return {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
