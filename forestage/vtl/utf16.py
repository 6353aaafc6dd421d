"""Java counts the characters of a string in UTF-16 units; so do these, where it makes a difference."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_BEYOND: Final = re.compile(r"[\U00010000-\U0010ffff]")


def _is_plain(text: str) -> bool:
    return text.isascii() or _BEYOND.search(text) is None


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _text(units: bytes) -> str:
    return units.decode("utf-16-le", "surrogatepass")


def length(text: str) -> int:
    """Count the units."""
    return len(text) if _is_plain(text) else len(_units(text)) // 2


def cut(text: str, begin: int, end: int) -> str:
    """Return the units from ``begin`` to before ``end``."""
    return text[begin:end] if _is_plain(text) else _text(_units(text)[2 * begin : 2 * end])


def to_units(text: str, index: int) -> int:
    """Turn an index of Python's into one of units; -1 stays."""
    return index if index < 0 or _is_plain(text) else length(text[:index])


def from_units(text: str, index: int) -> int:
    """Turn an index of units into one of Python's."""
    return index if _is_plain(text) else len(_text(_units(text)[: 2 * index]))


def code_units(text: str) -> Sequence[int]:
    """Return the units as numbers."""
    return memoryview(text.encode("utf-16", "surrogatepass")[2:]).cast("H").tolist()


def encodable(text: str) -> str:
    """Join halves of characters that belong together, and write ``?`` for one that is alone, as Java's encoder does."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _units(text).decode("utf-16-le", "replace").replace("\ufffd", "?")
    return text
