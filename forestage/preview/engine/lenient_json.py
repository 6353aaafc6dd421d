"""The reader of a mock's request template, more lenient than JSON.

It takes ``{statusCode: 200}``, ``'statusCode'``, names and values without quotes, and trailing or doubled commas.
Source: rest-facts.md section 8.1 (``{statusCode: 200}`` recorded, the rest AWS-validated unit tests).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json

# Clients may send these texts, so each pattern takes time in proportion to its length alone.
_SEPARATORS = re.compile(r"[\s,]*")
_NAME = re.compile(r"""(?:"(?P<double>[^"]*)"\s*|'(?P<single>[^']*)'\s*|(?P<bare>[^\s"'{\[:,][^,:]*)):\s*""")
_BARE = re.compile(r"[^,]*")
_QUOTED = re.compile(r""""[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'""", re.DOTALL)
_MARKS = re.compile(rf"""{_QUOTED.pattern}|(?P<open>[{{\[])|(?P<close>[}}\]])|["'].*""", re.DOTALL)
_AFTER_VALUE = re.compile(r"\s*(?:,|\Z)")


class LenientJsonError(ValueError):
    """The text cannot be read even leniently."""


def read_lenient_json(text: str) -> Json:
    """Read an object; where it is no JSON, a value that is none is told as it is written.

    Raises:
        LenientJsonError: braces or quotes do not fit together, or a name or a colon is missing.
    """
    try:
        strict: Json = json.loads(text)
    except (ValueError, RecursionError):
        return _read_object(text.strip())
    return strict


def _read_object(text: str) -> Mapping[str, Json]:
    """Read names and values between the outermost braces; inside of a value only brackets are counted."""
    if not (text.startswith("{") and text.endswith("}")):
        raise LenientJsonError("it does not stand in braces")
    text = text[1:-1].rstrip()
    entries: dict[str, Json] = {}
    at = _skip(_SEPARATORS, text, 0)
    while at < len(text):
        name = _NAME.match(text, at)
        if name is None or name.lastgroup is None:
            raise LenientJsonError(f"{text[at : at + 20]!r} where a name and a colon are expected")
        end = _end_of_value(text, name.end())
        entries[name[name.lastgroup].rstrip()] = _value(text[name.end() : end])
        at = _skip(_SEPARATORS, text, end)
    return entries


def _skip(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _end_of_value(text: str, start: int) -> int:
    """Find where a value ends: at its closing bracket or quote, else before the next comma."""
    if text.startswith(("{", "["), start):
        end = _closing(text, start)
    elif text.startswith(('"', "'"), start):
        end = _skip(_QUOTED, text, start)
    else:
        return _skip(_BARE, text, start)
    if end == start or _AFTER_VALUE.match(text, end) is None:
        raise LenientJsonError(f"the value {text[start : start + 20]!r} does not end where it should")
    return end


def _closing(text: str, start: int) -> int:
    """Return the end of what a bracket opens; ``start`` where it is never closed."""
    depth = 0
    for mark in _MARKS.finditer(text, start):
        depth += (mark.lastgroup == "open") - (mark.lastgroup == "close")
        if depth == 0:
            return mark.end()
    return start


def _value(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value
