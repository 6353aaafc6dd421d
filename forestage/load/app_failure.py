"""A failing CDK app's output, cut to what helps: the error itself, and the places in the user's own files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forestage.errors import Fault
from forestage.load.documents import shown_path
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LAST_LINES = 15
"""How much of an output is shown whose form is not known."""

_PYTHON_FRAME = re.compile(r'\s+File "(?P<file>[^"]+)", line (?P<line>\d+)(, in (?P<name>.+))?').fullmatch
_NODE_FRAME = re.compile(
    r"\s+at (?P<name>.*?)\(?(file://)?(?P<file>(node:)?[^():]+):(?P<line>\d+):(?P<column>\d+)\)?"
).fullmatch
_TYPESCRIPT_ERROR = re.compile(
    r"(?P<file>[^\s(:]+\.tsx?)[(:](?P<line>\d+)[,:](?P<column>\d+)\)?(: | - )(?P<message>error .+)"
).match
_CONSTRUCT = re.compile(r"\s+└─ (?P<name>\S+) \(.*\)").fullmatch
_FOREIGN = ("node:", "node_modules", "site-packages", "dist-packages", ".venv", "<frozen")
_HINTS = (
    ("No module named 'aws_cdk'", "install what the app requires: python -m pip install -r requirements.txt"),
    ("Cannot find module", "install what the app requires: npm ci"),
    ("Cannot find package", "install what the app requires: npm ci"),
    ("ts-node: not found", "install what the app requires: npm ci"),
    ("docker", "the app bundles code with Docker, which is not there"),
)


def explain_failure(lines: Sequence[str], folder: Path) -> tuple[Fault, ...]:
    """Return what helps of an app's output: frames of the user's files, outermost first, then the error."""
    lines = [line.rstrip() for line in lines]
    for find in (_typescript_errors, _python_error, _node_error):
        faults = tuple(find(lines, folder))
        if faults:
            return faults
    return tuple(Fault(message=line.strip()) for line in lines if line.strip())[-LAST_LINES:]


def hint_for(lines: Sequence[str]) -> str | None:
    """Return what to do about an error that is common."""
    text = "\n".join(lines)
    return next((hint for sign, hint in _HINTS if sign in text), None)


def _typescript_errors(lines: Sequence[str], folder: Path) -> Iterator[Fault]:
    for line in lines:
        match = _TYPESCRIPT_ERROR(line)
        if match:
            yield Fault(message=match["message"], origin=_origin(folder, match["file"], match["line"], match["column"]))


def _python_error(lines: Sequence[str], folder: Path) -> Iterator[Fault]:
    """Read the last traceback: of a chain, Python prints the error that ended the program last."""
    starts = [at for at, line in enumerate(lines) if line.strip() == "Traceback (most recent call last):"]
    if not starts:
        return
    start = starts[-1]
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and (not lines[end] or lines[end][indent : indent + 1] in {" ", ""}):
        frame = _PYTHON_FRAME(lines[end])
        if frame and _is_own(frame["file"], folder):
            code = lines[end + 1].strip() if end + 1 < len(lines) else ""
            yield Fault(message=code, origin=_origin(folder, frame["file"], frame["line"], name=frame["name"] or ""))
        end += 1
    construct = _construct(lines)
    yield Fault(message=_paragraph(lines[end:]), hint=f"in construct {construct}" if construct else None)


def _construct(lines: Sequence[str]) -> str:
    """Return the path of the construct that jsii relates an error to; it draws the path as a tree."""
    return "/".join(match["name"] for line in lines if (match := _CONSTRUCT(line)))


def _paragraph(lines: Sequence[str]) -> str:
    """Join an error's lines up to a blank one, without the frames of other languages in it."""
    kept: list[str] = []
    for line in lines:
        if not line.strip():
            break
        if not _NODE_FRAME(line):
            kept.append(line.strip())
    return "\n  ".join(kept)


def _node_error(lines: Sequence[str], folder: Path) -> Iterator[Fault]:
    frames = [at for at, line in enumerate(lines) if _NODE_FRAME(line)]
    if not frames:
        return
    first = frames[0]
    own: list[Fault] = []
    for line in lines[first:]:
        frame = _NODE_FRAME(line)
        if not frame:
            break
        if _is_own(frame["file"], folder):
            origin = _origin(folder, frame["file"], frame["line"], frame["column"], name=frame["name"].strip())
            own.append(Fault(message="called from here", origin=origin))
    yield from own[::-1]
    start = max((at + 1 for at, line in enumerate(lines[:first]) if not line), default=0)
    yield Fault(message=_paragraph(lines[start:first]) or "the app threw an error")


def _is_own(file: str, folder: Path) -> bool:
    path = folder / file
    return path.is_relative_to(folder) and not any(foreign in file for foreign in _FOREIGN)


def _origin(folder: Path, file: str, line: str, column: str = "0", name: str = "") -> Origin:
    return Origin(shown_path(folder / file), int(line), int(column), name)
