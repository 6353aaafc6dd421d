"""Changes to texts, JSON and bytes, drawn from a seed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

MAX_LENGTH: Final = 40_000
"""Longer texts are cut: what they cost would hide what is wrong."""

ODD: Final = (
    "",
    "\0",
    "\r\n",
    "\r\nX-Injected: 1",
    "\u2028",
    "\ufeff",
    "\ud800",
    "\U0001f600",
    "é",
    "\u212a",
    "\u0130",
    "\u0665",
    "%",
    "%0d%0a",
    "%2f",
    "%2e%2e",
    "%00",
    "%zz",
    "%c0%af",
    "..",
    "//",
    ";a=b",
    "\\",
    '"',
    "'",
    "{",
    "}",
    "[",
    "]",
    "${",
    "$",
    "*",
    "?",
    "\t",
    " ",
    ",",
    "=",
    "&",
    "#",
    "-1",
    "0",
    "9" * 400,
    "9" * 5_000,
    "1e999",
    "-0.0",
    "NaN",
    "null",
    "true",
)
"""What breaks readers: ends of strings and lines, escapes, letters that change their length in another case."""

VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2**31,
    2**63,
    -(2**63) - 1,
    10**400,
    1.5,
    1e308,
    -0.0,
    "",
    "x",
    "\ud800",
    "\0",
    "a" * 3_000,
    "(a+)+$",
    "2026-11-25T13:40:55Z",
    [],
    {},
    [[]],
    {"": ""},
    {"$ref": "#"},
    {"Ref": "x"},
    ["a", 1, None],
)


class Mutator:
    """Draws changes; ``words`` are what texts of a kind are made of."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def maybe(self, chance: float) -> bool:
        """Say yes with a chance."""
        return self.draw.random() < chance

    # -- texts ------------------------------------------------------------------------------------------------

    def text(self, text: str, words: Sequence[str] = ODD, *, others: Sequence[str] = ()) -> str:
        """Change a text in a few places; parts may come from ``others``."""
        changes: list[Callable[[str], str]] = [
            lambda was: self._insert(was, self.draw.choice(words)),
            lambda was: self._insert(was, self.draw.choice(ODD)),
            lambda was: self._replace(was, self.draw.choice(words)),
            self._delete,
            self._double,
            self._flip,
            self._repeat,
        ]
        if others:
            changes.append(lambda was: self._splice(was, self.draw.choice(others)))
        for _ in range(self.draw.choice((0, 1, 1, 1, 2, 3, 5))):
            text = self.draw.choice(changes)(text)[:MAX_LENGTH]
        return text

    def _span(self, text: str) -> tuple[int, int]:
        start = self.draw.randint(0, len(text))
        return start, min(len(text), start + self.draw.choice((1, 1, 2, 4, 8, 30)))

    def _insert(self, text: str, word: str) -> str:
        at = self.draw.randint(0, len(text))
        return text[:at] + word + text[at:]

    def _replace(self, text: str, word: str) -> str:
        start, end = self._span(text)
        return text[:start] + word + text[end:]

    def _delete(self, text: str) -> str:
        start, end = self._span(text)
        return text[:start] + text[end:]

    def _double(self, text: str) -> str:
        start, end = self._span(text)
        return text[:end] + text[start:]

    def _flip(self, text: str) -> str:
        if not text:
            return text
        at = self.draw.randrange(len(text))
        return text[:at] + chr((ord(text[at]) ^ (1 << self.draw.randrange(7))) & 0x7F) + text[at + 1 :]

    def _repeat(self, text: str) -> str:
        start, end = self._span(text)
        return text[:start] + text[start:end] * self.draw.choice((2, 10, 100, 1_000)) + text[end:]

    def _splice(self, text: str, other: str) -> str:
        start, _ = self._span(text)
        _, end = self._span(other)
        return text[:start] + other[end:]

    # -- JSON -------------------------------------------------------------------------------------------------

    # Any JSON is changed into any other.
    def json(self, value: Any, words: Sequence[str] = ODD) -> Any:
        """Change a JSON value in a few places."""
        for _ in range(self.draw.choice((0, 1, 1, 1, 2, 4))):
            value = self._changed(value, words, 0)
        return value

    def _changed(self, value: Any, words: Sequence[str], depth: int) -> Any:
        inner = isinstance(value, dict | list) and value and depth < 40 and self.maybe(0.8)
        if inner and isinstance(value, dict):
            key = self.draw.choice(list(value))
            return self._changed_member(value, key, words, depth)
        if inner and isinstance(value, list):
            at = self.draw.randrange(len(value))
            changed = self._changed(value[at], words, depth + 1)
            return [*value[:at], *([] if self.maybe(0.1) else [changed]), *value[at + 1 :]]
        if isinstance(value, str) and self.maybe(0.7):
            return self.text(value, words)
        return self._other(value)

    def _changed_member(self, value: dict[str, Any], key: str, words: Sequence[str], depth: int) -> dict[str, Any]:
        rest = {name: item for name, item in value.items() if name != key}
        match self.draw.randrange(10):
            case 0:
                return rest
            case 1:
                return {**rest, self.text(key, words): value[key]}
            case 2:
                return {**value, self.draw.choice(words): self._other(value[key])}
            case _:
                return {**value, key: self._changed(value[key], words, depth + 1)}

    def _other(self, value: Any) -> Any:
        match self.draw.randrange(6):
            case 0:
                return [value]
            case 1:
                return {"a": value}
            case 2:
                return self.deep(value)
            case 3:
                return self.draw.choice(VALUES[:-6]) if isinstance(value, dict | list) else [value] * 200
            case _:
                return self.draw.choice(VALUES)

    def deep(self, value: Any) -> Any:
        """Put a value into many lists or objects."""
        for _ in range(self.draw.choice((3, 20, 130, 300))):
            value = [value] if self.maybe(0.5) else {"a": value}
        return value

    # -- bytes ------------------------------------------------------------------------------------------------

    def bytes(self, content: bytes, words: Sequence[bytes]) -> bytes:
        """Change bytes in a few places."""
        for _ in range(self.draw.choice((0, 1, 1, 2, 3))):
            at = self.draw.randint(0, len(content))
            end = min(len(content), at + self.draw.choice((0, 1, 2, 10)))
            piece = self.draw.choice((*words, content[at:end] * 3, self.draw.randbytes(4), b"", b"", b"A" * 9_000))
            content = content[:at] + piece + content[end:]
        return content


# Any JSON may be written.
def written(value: Any) -> bytes:
    """Write JSON of any kind, what other writers would not write as well."""
    return json.dumps(value).encode()
