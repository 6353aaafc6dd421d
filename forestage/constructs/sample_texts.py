"""Strings that a schema admits, made from its format, its pattern and its length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, assert_never

import orjson

from forestage.schemas import BodySchema
from forestage.vtl.regex import RegexError
from forestage.vtl.regex.nodes import Anchor, Atomic, Back, Choice, Group, Look, One, Repeat, Sequence
from forestage.vtl.regex.reader import read_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.constructs.schemas.draft4 import Document
    from forestage.vtl.regex.nodes import Node

FORMATS: Final = {
    "date": "2026-01-31",
    "time": "12:30:00Z",
    "date-time": "2026-01-31T12:30:00Z",
    "duration": "P1D",
    "uuid": "6f1d2c3b-4a59-4e68-8d77-0a1b2c3d4e5f",
    "email": "someone@example.com",
    "hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://www.example.com/",
}
_CHARACTERS: Final = "".join(
    [
        *(chr(code) for code in range(ord("a"), ord("z") + 1)),
        *(chr(code) for code in range(ord("A"), ord("Z") + 1)),
        *(chr(code) for code in range(ord("0"), ord("9") + 1)),
        *(chr(code) for code in range(ord(" "), ord("0"))),
        *":;<=>?@[\\]^_`{|}~\n\téЖ日😀",
    ]
)
_MAX_REPEATS: Final = 64


def sample_text(document: Document, word: str, index: int) -> str | None:
    """Return the ``index``-th string that a schema admits, like ``word`` where it may; None where none is found."""
    least, most = document.get("minLength", 0), document.get("maxLength")
    schema = BodySchema.of({**document, "type": "string"}, models={})
    fitting = (
        text for text in _candidates(document, word, index, least, most) if not schema.errors(orjson.dumps(text))
    )
    return next(fitting, None)


def _candidates(document: Document, word: str, index: int, least: int, most: int | None) -> Iterator[str]:
    suffix = str(index) if index else ""
    plain = FORMATS.get(document.get("format", ""))
    if plain is not None:
        yield plain if not index else plain[: -len(suffix)] + suffix
    if "pattern" in document:
        yield from _matching(document["pattern"], index, least)
    else:
        stem = word if most is None else word[: max(most - len(suffix), 0)]
        yield stem + "x" * (least - len(stem) - len(suffix)) + suffix


def _matching(pattern: str, index: int, least: int) -> Iterator[str]:
    try:
        node = read_pattern(pattern).node
    except RegexError:
        return
    for repeats in range(1, min(least, _MAX_REPEATS) + 2):
        text = _Writer(index, repeats).write(node)
        yield text
        yield text + "x" * (least - len(text))


class _Writer:
    """Writes a text for the tree of a regular expression: the first that comes to mind, without looking around."""

    def __init__(self, index: int, repeats: int) -> None:
        self._index = index
        self._repeats = repeats
        self._groups: dict[int, str] = {}

    def write(self, node: Node) -> str:
        match node:
            case One(source, ignore_case):
                return self._character(source, re.IGNORECASE if ignore_case else re.NOFLAG)
            case Sequence(items):
                return "".join(map(self.write, items))
            case Choice(options):
                return self.write(options[self._index % len(options)])
            case Group(number, inside):
                self._groups[number] = self.write(inside)
                return self._groups[number]
            case Repeat(inside, least, most, _):
                return "".join(self.write(inside) for _ in range(min(max(least, self._repeats), most)))
            case Back(number, _):
                return self._groups.get(number, "")
            case Anchor() | Look() | Atomic():
                return ""  # the last is of Java's: no pattern of a model has it
            case _:
                assert_never(node)

    def _character(self, source: str, flags: re.RegexFlag) -> str:
        admitted = re.compile(source, flags)
        fitting = [character for character in _CHARACTERS if admitted.fullmatch(character)]
        return fitting[self._index % len(fitting)] if fitting else ""
