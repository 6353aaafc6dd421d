"""JSON with the position of every entry, and duplicate keys as faults."""

from __future__ import annotations

import math
import re
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]  # typeshed omits the function

from forestage.errors import Fault
from forestage.load.positions import MAX_DEPTH, Document, DuplicateKey, MarkedList, MarkedMap, Raw, SyntaxFaultError

_SPACE = re.compile(r"[ \t\n\r]*").match
_KEY = re.compile(r'[ \t\n\r]*"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*').match
_COLON = re.compile(r"[ \t\n\r]*:[ \t\n\r]*").match
_AFTER = re.compile(r"[ \t\n\r]*([,}\]])[ \t\n\r]*").match
_NUMBER = re.compile(r"(-?(?:0|[1-9][0-9]*))((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)").match
_WORD = re.compile(r"\w+|.", re.DOTALL).match
_HALF = re.compile(r"[\ud800-\udfff]").search
_LITERALS = (("true", True), ("false", False), ("null", None))
MAX_NUMBER_LENGTH = 400


def read_json(document: Document) -> tuple[Raw, tuple[Fault, ...]]:
    """Read a JSON text; duplicate keys are returned as faults.

    Raises:
        SyntaxFaultError: the text is no JSON.
    """
    reader = _Reader(document)
    root, end = reader.value(_end(_SPACE(document.text, 0)), 0)
    end = _end(_SPACE(document.text, end))
    if end < len(document.text):
        raise reader.expected("nothing more after the value", end)
    return root, tuple(reader.faults)


def to_number(text: str) -> int | float | None:
    """Read a number as JSON writes it; None where the text is none, or is beyond what a double can hold."""
    match = _NUMBER(text)
    if match is None or match.end() != len(text) or len(text) > MAX_NUMBER_LENGTH:
        return None
    if not match[2]:
        return int(text)
    number = float(text)
    return number if math.isfinite(number) else None


def _end(match: re.Match[str] | None) -> int:
    assert match, "the pattern also matches nothing"
    return match.end()


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.faults: list[Fault] = []

    def value(self, at: int, depth: int) -> tuple[Raw, int]:
        first = self.text[at : at + 1]
        if first == '"':
            return self._string(at)
        if first == "{":
            return self._map(at, depth)
        if first == "[":
            return self._list(at, depth)
        for word, literal in _LITERALS:
            if self.text.startswith(word, at):
                return literal, at + len(word)
        return self._number(at)

    def _string(self, at: int) -> tuple[str, int]:
        try:
            text, end = scanstring(self.text, at + 1, True)
        except JSONDecodeError as error:
            raise self._fault(_STRING_FAULTS.get(error.msg.partition(" at")[0], error.msg.lower()), error.pos) from None
        if not text.isascii() and _HALF(text):
            # No such text can be encoded, and so none can be answered; libyaml refuses it likewise.
            raise self._fault("half of a surrogate pair, \\ud800 to \\udfff, in the string that starts here", at)
        return text, end

    def _number(self, at: int) -> tuple[int | float, int]:
        match = _NUMBER(self.text, at)
        if not match:
            raise self.expected("a value", at)
        number = to_number(match[0])
        if number is None:
            raise self._fault(f"the number {match[0][:20]}... is too large", at)
        return number, match.end()

    def _map(self, start: int, depth: int) -> tuple[MarkedMap[Raw], int]:
        self._check_depth(start, depth)
        entries: dict[str, Raw] = {}
        marks: dict[str, int] = {}
        at = _end(_SPACE(self.text, start + 1))
        closed = self.text.startswith("}", at)
        end = at + 1
        while not closed:
            key, mark, at = self._key(at)
            if key in entries:
                self._report_duplicate(key, mark, marks[key])
            entries[key], at = self.value(at, depth + 1)
            marks[key] = mark
            closed, at, end = self._after(at, "}")
        return MarkedMap(self.document, start, marks, entries), end

    def _key(self, at: int) -> tuple[str, int, int]:
        if match := _KEY(self.text, at):
            return match[1], match.start(1) - 1, match.end()
        mark = _end(_SPACE(self.text, at))
        if not self.text.startswith('"', mark):
            raise self.expected("a key in double quotes", mark)
        key, end = self._string(mark)
        if not (colon := _COLON(self.text, end)):
            raise self.expected("':' after the key", _end(_SPACE(self.text, end)))
        return key, mark, colon.end()

    def _list(self, start: int, depth: int) -> tuple[MarkedList[Raw], int]:
        self._check_depth(start, depth)
        items: list[Raw] = []
        marks: list[int] = []
        at = _end(_SPACE(self.text, start + 1))
        closed = self.text.startswith("]", at)
        end = at + 1
        while not closed:
            marks.append(at)
            item, at = self.value(at, depth + 1)
            items.append(item)
            closed, at, end = self._after(at, "]")
        return MarkedList(self.document, start, marks, items), end

    def _after(self, at: int, closing: str) -> tuple[bool, int, int]:
        """Return whether the container is closed, where the next entry starts, and where the container ends."""
        match = _AFTER(self.text, at)
        if not match or match[1] not in {",", closing}:
            raise self.expected(f"',' or '{closing}'", _end(_SPACE(self.text, at)))
        return match[1] == closing, match.end(), match.end(1)

    def _report_duplicate(self, key: str, mark: int, first: int) -> None:
        self.faults.append(duplicate_key(self.document, key, mark, first))

    def _check_depth(self, at: int, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise self._fault(f"nested deeper than {MAX_DEPTH} levels", at)

    def expected(self, what: str, at: int) -> SyntaxFaultError:
        found = _WORD(self.text, at)
        return self._fault(f"expected {what}, found {repr(found[0][:40]) if found else 'the end of the text'}", at)

    def _fault(self, message: str, at: int) -> SyntaxFaultError:
        return SyntaxFaultError(Fault(message=f"invalid JSON: {message}", origin=self.document.origin(at)))


_STRING_FAULTS = {
    "Unterminated string starting": "the string that starts here has no end",
    "Invalid control character": "a line break, tab or other control character in a string; write \\n, \\t or \\u00XX",
    "Invalid \\escape": "a backslash in a string that begins no escape; write \\\\ for the backslash itself",
    "Invalid \\uXXXX escape": "\\u in a string without four hexadecimal digits after it",
}


def duplicate_key(document: Document, key: str, mark: int, first: int) -> DuplicateKey:
    """Make the fault of a key that stands twice in one map."""
    return DuplicateKey(
        message=f"the key {key!r} is already in this map, in line {document.origin(first).line}",
        origin=document.origin(mark),
    )
