"""Descriptions from the docstrings of classes, as the Google style writes them."""

from __future__ import annotations

import dataclasses
import inspect
import re
import textwrap
from typing import Final

_SECTION: Final = re.compile(r"^Attributes:\n((?:[ \t]+.*\n|\n)*)", re.MULTILINE)
_ENTRY: Final = re.compile(r"^(\w+)(?: \([^)]*\))?:\s*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)


def class_description(cls: type) -> str | None:
    """Return the first paragraph of a class's own docstring as one line."""
    return _line(_docstring(cls).partition("\n\n")[0]) or None


def field_descriptions(cls: type) -> dict[str, str]:
    """Return what the section ``Attributes:`` of a class's docstring says of each field, its parents' included."""
    found: dict[str, str] = {}
    for owner in reversed(cls.__mro__):
        section = _SECTION.search(_docstring(owner) + "\n")
        if section is not None:
            found |= {name: _line(text) for name, text in _ENTRY.findall(textwrap.dedent(section[1]))}
    return found


def _docstring(cls: type) -> str:
    """Return the docstring that somebody wrote: a dataclass without one has its signature there."""
    text = vars(cls).get("__doc__") or ""
    is_signature = dataclasses.is_dataclass(cls) and text.startswith(f"{cls.__name__}(")
    return "" if is_signature or cls.__module__ == "builtins" else inspect.cleandoc(text)


def _line(text: str) -> str:
    return " ".join(text.split())
