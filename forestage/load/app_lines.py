"""Which line of an app made a construct, as far as the app noted it in its assembly.

The constructs of forestage note their lines under ``forestage:source``, relative to the app's folder. The CDK notes
stack traces, which name the lines of apps in JavaScript and TypeScript: the first frame that is no library's counts.
Source: aws-cdk-lib, cloud-assembly-schema, metadata ``aws:cdk:creationStack`` and ``trace`` of
``aws:cdk:logicalId``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.load.documents import is_file, shown_path
from forestage.load.positions import MarkedList, MarkedMap, Raw
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

SOURCE: Final = "forestage:source"
_STACKS: Final = frozenset({"aws:cdk:creationStack", "aws:cdk:logicalId"})
_NOTE = re.compile(r"(?P<file>[^\0]+):(?P<line>[1-9][0-9]{0,8})")
_FRAME = re.compile(r"\(?(?:file://)?(?P<file>/[^()\0]+?):(?P<line>[1-9][0-9]{0,8})(?::(?P<column>[0-9]{1,8}))?\)?$")
_LIBRARIES: Final = frozenset({"node_modules", "site-packages", "dist-packages"})


def read_app_lines(entries: Iterable[tuple[str, Mapping[str, Raw]]], app_folder: Path) -> Mapping[str, Origin]:
    """Return the lines by construct path, for files of the app's folder that are there."""
    lines: dict[str, Origin] = {}
    for path, entry in entries:
        construct = path.removeprefix("/")
        kind = entry.get("type")
        found = _noted(entry, app_folder) if kind == SOURCE else _traced(entry, app_folder) if kind in _STACKS else None
        if found is not None:
            file, line, column = found
            lines[construct] = Origin(shown_path(file), line, column, construct)
    return lines


def written_at(lines: Mapping[str, Origin], construct_path: str | None) -> Origin | None:
    """Return the line of a construct, or of the nearest one around it that has one."""
    path = construct_path or ""
    while path:
        if path in lines:
            return lines[path]
        path = path.rpartition("/")[0]
    return None


def _noted(entry: Mapping[str, Raw], app_folder: Path) -> tuple[Path, int, int] | None:
    data = entry.get("data")
    match = _NOTE.fullmatch(data) if isinstance(data, str) else None
    return None if match is None else _in_app(app_folder / match["file"], int(match["line"]), 0, app_folder)


def _traced(entry: Mapping[str, Raw], app_folder: Path) -> tuple[Path, int, int] | None:
    for frame in _frames(entry):
        match = _FRAME.search(frame.strip())
        if match is None or _LIBRARIES & set(match["file"].split("/")):
            continue
        file = app_folder / match["file"]
        return _in_app(file, int(match["line"]), int(match["column"] or 0), app_folder)
    return None


def _frames(entry: Mapping[str, Raw]) -> Iterator[str]:
    data = entry.get("trace", entry.get("data"))
    if isinstance(data, MarkedMap):
        data = data.get("trace")
    if isinstance(data, MarkedList):
        yield from (frame for frame in data if isinstance(frame, str))


def _in_app(file: Path, line: int, column: int, app_folder: Path) -> tuple[Path, int, int] | None:
    """Leave out what is not below the app's folder: a library, or another machine's path."""
    inside = file.resolve().is_relative_to(app_folder.resolve())
    return (file, line, column) if inside and is_file(file) else None
