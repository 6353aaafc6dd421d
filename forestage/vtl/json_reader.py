"""Reads a body, or the text that ``$util.parseJson`` gets, as json-smart does in its permissive mode.

JSON as it should be is read by the standard library. Of the rest, what does not begin like JSON is a string as a whole
(``a=b``, ``plain words``), names and strings need no quotes (``{a: some words}``), commas may be missing a neighbour,
and only what cannot be closed is an error (``{a``). Source: spec/vtl.md section 3; the oracle.
"""

from __future__ import annotations

import json
import re
import string
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

import orjson

from forestage.vtl.values import LENGTH_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

_DEPTH_LIMIT: Final = 200
_LONGEST_DOUBLE: Final = 18
_LONGEST_INTEGER: Final = 4_000
_LARGEST_EXPONENT: Final = 5_000
# A number that a double or a Long may not hold; all others are read alike by the faster library.
_LONG_NUMBER: Final = re.compile(r"[0-9][0-9.eE+-]{17}")
_BLANKS: Final = " \r\n\t"
_EOF: Final = ""
_WHITE: Final = "".join(
    character
    for character in map(chr, range(0x3001))
    if character.isspace() and character not in "\x85\xa0\u2007\u202f"
)
_KEYWORDS: Final = {"null": None, "true": True, "false": False}
_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b", "\\": "\\", "/": "/", "'": "'", '"': '"'}
_DIGITS: Final = string.digits

# Where an unquoted string ends, by what is being read.
_AT_TOP: Final = ""
_IN_ARRAY: Final = ",]"
_KEY: Final = ":"
_VALUE: Final = ",}"


class JsonError(ValueError):
    """The text begins like JSON and cannot be read to its end."""


def read_json(text: str) -> object:
    """Parse a text.

    Raises:
        JsonError: it is neither JSON nor a string as a whole, or it is nested too deeply.
    """
    if len(text) > LENGTH_LIMIT:
        raise JsonError(f"more than {LENGTH_LIMIT} characters")
    if "\x7f" in text:
        return _Reader(text).read()
    if _LONG_NUMBER.search(text) is None:
        try:
            plain: object = orjson.loads(text)
        except orjson.JSONDecodeError:
            # It may be one of the texts that only the other readers take.
            pass
        else:
            return plain
    try:
        value: object = _STRICT.decode(text)
    except JsonError:
        raise
    except (ValueError, RecursionError):
        return _Reader(text).read()
    return value


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _integer(digits: str) -> int:
    if len(digits) > _LONGEST_INTEGER:
        raise JsonError(f"a number of more than {_LONGEST_INTEGER} digits")
    return int(digits)


def _float(number: str) -> float | Decimal:
    if len(number) <= _LONGEST_DOUBLE:
        return float(number)
    try:
        value = Decimal(number)
    except InvalidOperation:
        raise JsonError("a number of too large an exponent") from None
    if len(number) > _LONGEST_INTEGER or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise JsonError("a number of too many digits")
    return value


_STRICT: Final = json.JSONDecoder(parse_float=_float, parse_int=_integer, parse_constant=_no_constant)


class _Reader:
    """Reads character by character; ``_c`` is the current one, empty behind the end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._c = text[:1]
        self._depth = 0

    def read(self) -> object:
        return self._value(_AT_TOP)

    def _step(self) -> None:
        self._at += 1
        self._c = self._text[self._at : self._at + 1]

    def _skip(self, characters: str) -> None:
        while self._c and self._c in characters:
            self._step()

    def _skip_blanks(self) -> None:
        while self._c != _EOF and self._c <= " ":
            self._step()

    def _unexpected(self) -> JsonError:
        if self._c == _EOF:
            return JsonError(f"unexpected end at position {self._at}")
        return JsonError(f"unexpected {self._c!r} at position {self._at}")

    def _value(self, stops: str) -> object:
        self._skip(_BLANKS)
        if self._c and self._c in ":}]":
            raise self._unexpected()
        if self._c == "{":
            return self._nested(self._object)
        if self._c == "[":
            return self._nested(self._array)
        if self._c and self._c in "\"'":
            return self._string()
        if self._c and (self._c in _DIGITS or self._c == "-"):
            return self._number(stops)
        word = self._unquoted(stops)
        if word == "NaN":
            return float("nan")
        return _KEYWORDS.get(word, word)

    def _nested(self, read: Callable[[], object]) -> object:
        self._depth += 1
        if self._depth > _DEPTH_LIMIT:
            raise JsonError(f"objects and arrays more than {_DEPTH_LIMIT} deep")
        value = read()
        self._depth -= 1
        return value

    def _array(self) -> list[object]:
        items: list[object] = []
        self._step()
        while True:
            self._skip(_BLANKS + ",")
            if self._c == "]":
                self._step()
                return items
            if self._c == _EOF or self._c in ":}":
                raise self._unexpected()
            items.append(self._value(_IN_ARRAY))

    def _object(self) -> dict[object, object]:
        members: dict[object, object] = {}
        self._step()
        while True:
            self._skip(_BLANKS + ",")
            if self._c == "}":
                self._step()
                return members
            if self._c and self._c in ":][{":
                raise self._unexpected()
            key = self._string() if self._c and self._c in "\"'" else self._unquoted(_KEY)
            self._skip_blanks()
            if self._c != ":":
                raise self._unexpected()
            self._step()
            if self._c == _EOF:
                raise self._unexpected()
            members[key] = self._value(_VALUE)
            self._skip_blanks()
            if self._c not in {",", "}"}:
                raise self._unexpected()

    def _unquoted(self, stops: str, start: int | None = None) -> str:
        begin = self._at if start is None else start
        ends = [end for stop in stops if (end := self._text.find(stop, self._at)) >= 0]
        self._at = min(ends, default=len(self._text)) - 1
        self._step()
        return _trimmed(self._text[begin : self._at])

    def _number(self, stops: str) -> object:
        start = self._at
        is_float = False
        self._step()
        self._skip(_DIGITS)
        if self._c == ".":
            is_float = True
            self._step()
            self._skip(_DIGITS)
        if self._c and self._c in "eE":
            is_float = True
            self._step()
            if not self._c or self._c not in f"+-{_DIGITS}":
                return self._unquoted(stops, start)
            self._step()
            self._skip(_DIGITS)
        self._skip_blanks()
        # What begins like a number and goes on is a string, unless it goes on beyond ASCII: that ends the number.
        if self._c != _EOF and self._c not in stops and self._c < "~":
            return self._unquoted(stops, start)
        return _lenient_number(self._text[start : self._at].strip(), is_float=is_float)

    def _string(self) -> str:
        quote = self._c
        end = self._text.find(quote, self._at + 1)
        if end < 0:
            self._at, self._c = len(self._text), _EOF
            raise self._unexpected()
        text = self._text[self._at + 1 : end]
        if "\\" not in text:
            self._at = end
            self._step()
            return text
        return self._escaped_string(quote)

    def _escaped_string(self, quote: str) -> str:
        characters: list[str] = []
        while True:
            self._step()
            if self._c == _EOF:
                raise self._unexpected()
            if self._c == quote:
                self._step()
                return "".join(characters)
            if self._c == "\\":
                self._step()
                characters.append(self._escape())
            elif self._c >= " " and self._c != "\x7f":
                # json-smart drops control characters from a string that has escapes, and from no other.
                characters.append(self._c)

    def _escape(self) -> str:
        if self._c and self._c in "ux":
            digits = self._text[self._at + 1 : self._at + (5 if self._c == "u" else 3)]
            try:
                code = int(digits, 16) if digits.isalnum() else -1
            except ValueError:
                code = -1
            if code < 0 or len(digits) < (4 if self._c == "u" else 2):
                raise JsonError(f"unexpected unicode escape at position {self._at}")
            self._at += len(digits)
            return chr(code)
        return _ESCAPES.get(self._c, "")


def _trimmed(text: str) -> str:
    """Take white space off both ends as Java sees it; a single blank stays."""
    return text.strip(_WHITE) or text[:1]


def _lenient_number(written: str, *, is_float: bool) -> int | float | Decimal:
    try:
        if is_float:
            return _float(written)
        return _integer(written) if written != "-" else 0
    except (ValueError, InvalidOperation):
        raise JsonError(f"{written[:50]!r} is no number") from None
