"""Quotes and brackets in the text of a path."""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "b": "\b"}
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


def unescaped(text: str) -> str:
    """Take the backslashes out of a quoted text."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _ESCAPED.get(found[2], found[2]), text)


def end_of_quotes(text: str, start: int) -> int:
    """Return where the quote, or the ``/`` of a pattern, closes that opens at ``start``; -1 where it does not."""
    at = start + 1
    while at < len(text):
        if text[at] == text[start]:
            return at
        at += 2 if text[at] == "\\" else 1
    return -1


def closing(text: str, start: int) -> int:
    """Return where the bracket closes that opens at ``start``, quotes and patterns skipped; -1 where it does not."""
    expected: list[str] = []
    at = start
    while at < len(text):
        character = text[at]
        if character in "'\"" or (character == "/" and text[:at].rstrip().endswith("=~")):
            at = end_of_quotes(text, at)
            if at < 0:
                return -1
        elif character in _CLOSING:
            expected.append(_CLOSING[character])
        elif expected and character == expected[-1]:
            expected.pop()
            if not expected:
                return at
        at += 1
    return -1
