"""Files that hold JSON or YAML, read with positions."""

from __future__ import annotations

import os
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.errors import Fault
from forestage.load.positions import Document, Raw, SyntaxFaultError
from forestage.model.records import dataclass
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Generator

_SHOWN: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("_SHOWN", default=())
"""Folders of ours whose files have another name for people: what each path begins with, and the name for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file holds; ``root`` is None where it cannot be read, and ``faults`` then say why."""

    document: Document
    root: Raw
    faults: tuple[Fault, ...] = ()


def read_document(file: Path) -> Reading:
    """Read a file as JSON or YAML: by what it begins with, so that ``.template`` can be either."""
    shown = shown_path(file)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return _failed(shown, f"cannot be read: {(error.strerror or str(error)).lower()}")
    except UnicodeDecodeError as error:
        return _failed(shown, f"is no UTF-8 text: byte {error.start + 1} is {error.object[error.start]:#04x}")
    except ValueError as error:
        # The path holds a NUL, which is no OSError.
        return _failed(shown, f"cannot be read: {error}")
    return read_text(text, file=shown, is_json=file.suffix.lower() == ".json")


def read_text(text: str, *, file: str, is_json: bool = False) -> Reading:
    """Read a text as JSON or YAML; a text that begins with ``{`` may be either, unless it is said to be JSON."""
    document = Document(file, text)
    if not text.strip():
        return _failed(file, "is empty")
    try:
        root, faults = _parse(document, is_json=is_json)
    except SyntaxFaultError as error:
        return Reading(document=document, root=None, faults=(error.fault,))
    return Reading(document=document, root=root, faults=faults)


def shown_path(file: Path) -> str:
    """Name a file as the user would: relative to the current folder where it is below it."""
    absolute = os.path.normpath(file.absolute())  # Path.resolve would follow links, which people do not type
    for folder, name in _SHOWN.get():
        if absolute.startswith(folder):
            return name + absolute.removeprefix(folder).lstrip(os.sep)
    here = f"{Path.cwd()}{os.sep}"
    return absolute.removeprefix(here)


@contextmanager
def showing(folder: Path, name: str) -> Generator[None]:
    """Let the files in a folder be named after where they come from: ``git:main:`` and their path in the folder."""
    entry = (str(folder), name)
    _SHOWN.set((*_SHOWN.get(), entry))
    try:
        yield
    finally:
        _SHOWN.set(tuple(other for other in _SHOWN.get() if other != entry))


def is_file(file: Path) -> bool:
    """Tell whether a path is a file; a text that can be no path is none."""
    try:
        return file.is_file()
    except OSError:
        return False


def _parse(document: Document, *, is_json: bool) -> tuple[Raw, tuple[Fault, ...]]:
    from forestage.load.json_reader import read_json

    if is_json:
        return read_json(document)
    if not document.text.lstrip().startswith("{"):
        return _parse_yaml(document)
    try:
        return read_json(document)
    except SyntaxFaultError as error:
        try:  # YAML has maps in braces too, with fewer quotes.
            return _parse_yaml(document)
        except SyntaxFaultError:
            raise error from None


def _parse_yaml(document: Document) -> tuple[Raw, tuple[Fault, ...]]:
    from forestage.load.yaml_reader import read_yaml  # YAML takes 15 ms to import

    return read_yaml(document)


def _failed(file: str, reason: str) -> Reading:
    fault = Fault(message=f"the file {reason}", origin=Origin(file))
    return Reading(document=Document(file, ""), root=None, faults=(fault,))
