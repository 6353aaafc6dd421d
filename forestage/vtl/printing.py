r"""What a value prints: Java's ``toString``, and the JSON text of json-smart.

A json-smart array prints as JSON, in which ``/`` is written ``\/``; ``$input.json`` leaves the slash alone.
Sources: spec/vtl.md sections 2 and 3; the oracle.
"""

from __future__ import annotations

import json
import math
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import orjson

from forestage.vtl.arithmetic import text_of_float
from forestage.vtl.budget import DEPTH_LIMIT
from forestage.vtl.errors import ThrownLimit
from forestage.vtl.values import (
    LENGTH_LIMIT,
    Branch,
    Character,
    Cursor,
    Entry,
    EntryView,
    JavaArray,
    JavaList,
    KeyView,
    Loop,
    OverrideBranch,
    Rendered,
    SubList,
    ValueView,
    elements,
    iterate_entries,
    key_value,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from forestage.vtl.budget import Budget

_STEPS_A_CONTAINER: Final = 4
_SPECIAL: Final = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2000-\u20ff]')
_SPECIAL_OR_SLASH: Final = re.compile(r'["\\/\x00-\x1f\x7f-\x9f\u2000-\u20ff]')
_SPECIAL_UNICODE: Final = re.compile(r"[\x80-\x9f\u2000-\u20ff]")
# Numbers that Java writes with an exponent, control characters with a letter in their code.
_DOUBTFUL_NUMBER: Final = re.compile(r"[:\[,]-?(?:[0-9]{8,}\.|0\.000[0-9]|[0-9.]+e)")
_check_finite: Final = json.JSONEncoder(allow_nan=False).encode
_SHORT: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "/": "\\/",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}


def text_of(value: object, budget: Budget) -> str:
    """Print a value as Java's ``toString`` does; None is ``null``."""
    if value.__class__ is str:
        return value
    simple = _simple_text(value)
    if simple is not None:
        return simple
    printer = _Printer(budget)
    printer.print(value, 0)
    return "".join(printer.parts)


def json_of(value: object, budget: Budget) -> str:
    """Write a value as compact JSON, as ``$input.json`` does."""
    if budget.only_trees and isinstance(value, dict | list):
        fast = _fast_json(value)
        if fast is not None:
            budget.spend_characters(len(fast))
            return fast
    printer = _Printer(budget)
    printer.print_json(value, _SPECIAL, 0)
    return "".join(printer.parts)


def _fast_json(value: object) -> str | None:
    """Write what orjson writes alike.

    None where Java's spelling of a number or a character may differ.
    """
    try:
        text = orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()
    except orjson.JSONEncodeError:
        return None
    if "null" in text and not _is_finite(value):
        return None
    if "\\u00" in text or "\x7f" in text or _DOUBTFUL_NUMBER.search(text):
        return None
    return _SPECIAL_UNICODE.sub(_escaped, text) if not text.isascii() else text


def _is_finite(value: object) -> bool:
    """Tell whether there is neither NaN nor an infinity in a value; orjson writes null for them."""
    try:
        _check_finite(value)
    except ValueError:
        return False
    return True


def _simple_text(value: object) -> str | None:
    write = _SIMPLE.get(value.__class__)
    return None if write is None else write(value)


_SIMPLE: Final[dict[type, Callable[[Any], str]]] = {  # Any: each takes the class it stands behind
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    int: str,
    float: text_of_float,
    Decimal: str,
    Character: lambda value: value.text,
    Branch: lambda _: "",
    OverrideBranch: lambda _: "",
}


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    return _SHORT.get(character) or f"\\u{ord(character):04X}"


class _Printer:
    """Collects the text of one value, within the bounds."""

    def __init__(self, budget: Budget) -> None:
        self.parts: list[str] = []
        self._budget = budget
        self._room = LENGTH_LIMIT

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self._room -= len(text)
        if self._room < 0:
            raise ThrownLimit(f"a text of more than {LENGTH_LIMIT} characters")

    def _enter(self, depth: int, count: int) -> None:
        self._budget.spend(_STEPS_A_CONTAINER + 2 * count)
        if depth > DEPTH_LIMIT:
            raise ThrownLimit(f"lists and maps more than {DEPTH_LIMIT} deep")

    def print(self, value: object, depth: int) -> None:
        if isinstance(value, str):
            self._add(value)
        elif (simple := _simple_text(value)) is not None:
            self._add(simple)
        elif isinstance(value, dict | Loop):
            self._print_map(value.entries if isinstance(value, Loop) else value, depth)
        elif isinstance(value, JavaList | SubList | KeyView | ValueView | EntryView):
            self._print_list(elements(value, self._budget), value, depth)
        elif isinstance(value, list):
            self.print_json(value, _SPECIAL_OR_SLASH, depth)
        elif isinstance(value, Rendered):
            text = value.to_text()
            self._add("null" if text is None else text)
        elif isinstance(value, Entry):
            self.print(key_value(value.key), depth + 1)
            self._add("=")
            self.print(value.value, depth + 1)
        else:
            self._add(_identity(value))

    def _print_list(self, items: Iterable[object], itself: object, depth: int) -> None:
        items = tuple(items)
        self._enter(depth, len(items))
        separator = "["
        for item in items:
            self._add(separator)
            separator = ", "
            if item is itself:
                self._add("(this Collection)")
            else:
                self.print(item, depth + 1)
        self._add("]" if items else "[]")

    def _print_map(self, entries: dict[object, object], depth: int) -> None:
        self._enter(depth, len(entries))
        separator = "{"
        for key, value in iterate_entries(entries):
            self._add(separator)
            separator = ", "
            self.print(key, depth + 1)
            self._add("=")
            if value is entries:
                self._add("(this Map)")
            else:
                self.print(value, depth + 1)
        self._add("}" if entries else "{}")

    def print_json(self, value: object, special: re.Pattern[str], depth: int) -> None:
        if isinstance(value, str):
            self._add(_quoted(value, special))
        elif isinstance(value, dict):
            self._enter(depth, len(value))
            separator = "{"
            for key, member in iterate_entries(value):
                name = key if isinstance(key, str) else text_of(key, self._budget)
                self._add(f"{separator}{_quoted(name, special)}:")
                separator = ","
                self.print_json(member, special, depth + 1)
            self._add("}" if value else "{}")
        elif isinstance(value, list | SubList | KeyView | ValueView | EntryView | JavaArray):
            items = value.items if isinstance(value, JavaArray) else elements(value, self._budget)
            self._enter(depth, len(items))
            separator = "["
            for item in items:
                self._add(separator)
                separator = ","
                self.print_json(item, special, depth + 1)
            self._add("]" if items else "[]")
        elif value is None or (isinstance(value, float) and math.isinf(value)):
            self._add("null")
        elif isinstance(value, bool | int | float | Decimal):
            self._add(text_of(value, self._budget))
        else:
            self._add(_quoted(text_of(value, self._budget), special))


def _quoted(text: str, special: re.Pattern[str]) -> str:
    return f'"{special.sub(_escaped, text)}"' if special.search(text) else f'"{text}"'


def _identity(value: object) -> str:
    """Print what Java prints of an object without a text of its own.

    The number behind the ``@`` is its address there.
    """
    if isinstance(value, JavaArray):
        return "[C@0" if value.component == "char" else f"[L{value.component};@0"
    if isinstance(value, Cursor):
        return "java.util.Iterator@0"
    # $input and $util, streams: what API Gateway prints of them is not known, and of no use.
    return ""
