"""The methods of String."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Final

from forestage.vtl import utf16
from forestage.vtl.comparing import hash_of_text
from forestage.vtl.errors import Thrown, ThrownLimit
from forestage.vtl.methods.formatting import format_text
from forestage.vtl.methods.scalars import not_comparable
from forestage.vtl.methods.table import Methods, any_value, boolean, character, collection, integer, text
from forestage.vtl.printing import text_of
from forestage.vtl.regex import RegexError, compile_pattern
from forestage.vtl.values import LENGTH_LIMIT, Character, JavaArray, Stream, checked_text, elements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.vtl.budget import Budget
    from forestage.vtl.regex import Found, JavaPattern

_WHITE: Final = "".join(map(chr, range(0x21)))
_GROUP_NAME: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9]*)\}")
_UNITS_A_STEP: Final = 8
_STEPS_A_MATCH: Final = 4
_LINE_END: Final = re.compile(r"\r\n|\r|\n")


def _bounds(value: str, begin: int, end: int | None) -> tuple[int, int]:
    length = utf16.length(value)
    last = length if end is None else end
    if not 0 <= begin <= last <= length:
        raise Thrown(f"begin {begin}, end {last}, length {length} (StringIndexOutOfBoundsException)")
    return begin, last


def _substring(_budget: Budget, value: str, begin: int, end: int | None = None) -> str:
    return utf16.cut(value, *_bounds(value, begin, end))


def _char_at(_budget: Budget, value: str, index: int) -> Character:
    if not 0 <= index < utf16.length(value):
        raise Thrown(f"index {index}, length {utf16.length(value)} (StringIndexOutOfBoundsException)")
    return Character(utf16.cut(value, index, index + 1))


def _code_point_at(budget: Budget, value: str, index: int) -> int:
    _char_at(budget, value, index)
    point = utf16.cut(value, index, index + 2).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return ord(point[0])


def _needle(wanted: str | int | Character) -> str:
    if isinstance(wanted, Character):
        return wanted.text
    if isinstance(wanted, str):
        return wanted
    return chr(wanted) if 0 <= wanted <= 0x10FFFF else "\0\0"  # ruff: ignore[magic-value-comparison]


def _index_of(_budget: Budget, value: str, wanted: str | int, start: int = 0) -> int:
    begin = utf16.from_units(value, max(start, 0))
    if begin > len(value):
        return utf16.length(value) if wanted == "" else -1  # ruff: ignore[compare-to-empty-string]
    return utf16.to_units(value, value.find(_needle(wanted), begin))


def _last_index_of(_budget: Budget, value: str, wanted: str | int, start: int | None = None) -> int:
    needle = _needle(wanted)
    if start is None:
        return utf16.to_units(value, value.rfind(needle))
    if start < 0:
        return -1
    return utf16.to_units(value, value.rfind(needle, 0, utf16.from_units(value, start) + len(needle)))


def _compare(budget: Budget, left: str, right: str) -> int:
    """Return what ``compareTo`` does: the difference of the first units that differ, or of the lengths."""
    budget.spend((len(left) + len(right)) // _UNITS_A_STEP)
    mine, others = utf16.code_units(left), utf16.code_units(right)
    shorter = min(len(mine), len(others))
    same, end = 0, shorter
    while same < end:
        # All before ``same`` is alike, and something before ``end`` differs or ``end`` is the end.
        middle = (same + end + 1) // 2
        if mine[same:middle] == others[same:middle]:
            same = middle
        else:
            end = middle - 1
    return mine[same] - others[same] if same < shorter else len(mine) - len(others)


def _ignoring_case(value: str) -> str:
    """Fold the case as ``equalsIgnoreCase`` does: character by character, none becoming two."""
    if value.isascii():
        return value.lower()
    uppers = (upper if len(upper := character.upper()) == 1 else character for character in value)
    return "".join(lower if len(lower := upper.lower()) == 1 else upper for upper in uppers)


def _starts_with(_budget: Budget, value: str, prefix: str, start: int) -> bool:
    return 0 <= start <= utf16.length(value) and utf16.cut(value, start, utf16.length(value)).startswith(prefix)


def _region_matches(_budget: Budget, value: str, start: int, other: str, begin: int, length: int) -> bool:
    ends = start + length <= utf16.length(value) and begin + length <= utf16.length(other)
    return (
        start >= 0
        and begin >= 0
        and ends
        and utf16.cut(value, start, start + length) == utf16.cut(other, begin, begin + length)
    )


def _concat(_budget: Budget, value: str, other: str) -> str:
    return checked_text(value + other)


def _repeat(_budget: Budget, value: str, count: int) -> str:
    if count < 0:
        raise Thrown(f"count is negative: {count} (IllegalArgumentException)")
    if len(value) * count > LENGTH_LIMIT:
        raise ThrownLimit(f"a text of more than {LENGTH_LIMIT} characters")
    return value * count


def _replace(budget: Budget, value: str, old: str | Character, new: str | Character) -> str:
    wanted, replacement = _needle(old), _needle(new)
    grown = value.count(wanted) * len(replacement)
    if grown > LENGTH_LIMIT:
        raise ThrownLimit(f"a text of more than {LENGTH_LIMIT} characters")
    budget.spend_characters(len(value) + grown)
    return checked_text(value.replace(wanted, replacement))


# Regular expressions


def _pattern(pattern: str) -> JavaPattern:
    try:
        return compile_pattern(pattern)
    except RegexError as error:
        raise Thrown(f"{error} (PatternSyntaxException)") from None


def _matches(budget: Budget, value: str, pattern: str) -> bool:
    return _pattern(pattern).matches(value, budget)


def _replace_all(budget: Budget, value: str, pattern: str, replacement: str) -> str:
    compiled = _pattern(pattern)
    if compiled.literal is not None and "$" not in replacement and "\\" not in replacement:
        return _replace(budget, value, compiled.literal, replacement)
    return _replace_found(budget, value, compiled, replacement, compiled.find_all(value, budget))


def _replace_first(budget: Budget, value: str, pattern: str, replacement: str) -> str:
    compiled = _pattern(pattern)
    first = next(compiled.find_all(value, budget), None)
    return _replace_found(budget, value, compiled, replacement, iter(()) if first is None else iter((first,)))


def _replace_found(budget: Budget, value: str, compiled: JavaPattern, replacement: str, found: Iterator[Found]) -> str:
    parts: list[str] = []
    parsed: list[str | int] | None = None
    position = 0
    room = LENGTH_LIMIT
    for match in found:
        if parsed is None:
            parsed = _replacement_parts(replacement, compiled)
        parts.append(value[position : match.start])
        for part in parsed:
            inserted = (
                part if isinstance(part, str) else value[slice(*match.spans[part])] if match.spans[part][0] >= 0 else ""
            )
            parts.append(inserted)
            room -= len(inserted)
        position = match.end
        budget.spend(_STEPS_A_MATCH)
        if room < 0:
            raise ThrownLimit(f"a text of more than {LENGTH_LIMIT} characters")
    parts.append(value[position:])
    return checked_text("".join(parts))


def _replacement_parts(replacement: str, compiled: JavaPattern) -> list[str | int]:
    """Split a replacement into text and numbers of groups.

    ``$1``, ``${name}`` and a backslash before a character are special.
    """
    parts: list[str | int] = []
    position = 0
    while position < len(replacement):
        special = next((i for i in range(position, len(replacement)) if replacement[i] in "$\\"), len(replacement))
        parts.append(replacement[position:special])
        position = special + 1
        if special == len(replacement):
            break
        if position == len(replacement):
            raise Thrown("a replacement must not end with $ or \\ (IllegalArgumentException)")
        if replacement[special] == "\\":
            parts.append(replacement[position])
            position += 1
        else:
            group, position = _group(replacement, position, compiled)
            parts.append(group)
    return parts


def _group(replacement: str, position: int, compiled: JavaPattern) -> tuple[int, int]:
    """Read the group behind a ``$``: as many digits as make the number of a group, or a name in braces."""
    named = _GROUP_NAME.match(replacement, position)
    if named is not None:
        if named[1] not in compiled.names:
            raise Thrown(f"no group with the name {named[1]!r} (IllegalArgumentException)")
        return compiled.names[named[1]], named.end()
    if replacement[position] not in string.digits:
        raise Thrown("a $ in a replacement must be followed by the number of a group (IllegalArgumentException)")
    number = int(replacement[position])
    if number > compiled.groups:
        raise Thrown(f"no group {number} (IndexOutOfBoundsException)")
    position += 1
    while position < len(replacement) and replacement[position] in string.digits:
        longer = number * 10 + int(replacement[position])
        if longer > compiled.groups:
            break
        number = longer
        position += 1
    return number, position


def _split(budget: Budget, value: str, pattern: str, limit: int = 0) -> JavaArray:
    parts: list[object] = []
    position = 0
    for match in _pattern(pattern).find_all(value, budget):
        if limit > 0 and len(parts) == limit - 1:
            break
        if match.end == 0:
            # An empty match at the very beginning makes no empty first part.
            continue
        parts.append(value[position : match.start])
        position = match.end
        budget.spend(_STEPS_A_MATCH)
    if not parts and position == 0:
        return JavaArray([value])
    parts.append(value[position:])
    while limit == 0 and parts and not parts[-1]:
        parts.pop()
    return JavaArray(parts)


# Static methods, and the rest


def _format(budget: Budget, _value: str, pattern: str, *arguments: object) -> str:
    return format_text(pattern, arguments, budget)


def _value_of(budget: Budget, _value: str, other: object) -> str:
    if isinstance(other, JavaArray) and other.component == "char":
        return checked_text("".join(text_of(item, budget) for item in other.items))
    return text_of(other, budget)


def _join(budget: Budget, _value: str, separator: str, *parts: object) -> str:
    return checked_text(separator.join(text_of(part, budget) for part in parts))


def _join_collection(budget: Budget, value: str, separator: str, parts: object) -> str:
    return _join(budget, value, separator, *(elements(parts, budget)))


def _lines(budget: Budget, value: str) -> Stream:
    budget.spend_characters(len(value))
    lines: list[object] = list(_LINE_END.split(value))
    return Stream(lines[:-1] if lines[-1] == "" else lines)  # ruff: ignore[compare-to-empty-string]


def _characters(budget: Budget, value: str) -> JavaArray:
    budget.spend(3 * len(value))
    units = (
        [utf16.cut(value, index, index + 1) for index in range(utf16.length(value))] if not value.isascii() else value
    )
    return JavaArray([Character(unit) for unit in units], component="char")


TEXT_METHODS: Final = Methods()
TEXT_METHODS.add_all(
    (
        ("length", (), lambda _, value: utf16.length(value)),
        ("isEmpty", (), lambda _, value: not value),
        ("isBlank", (), lambda _, value: not value.strip()),
        ("charAt", (integer,), _char_at),
        ("codePointAt", (integer,), _code_point_at),
        ("substring", (integer,), _substring),
        ("substring", (integer, integer), _substring),
        ("subSequence", (integer, integer), _substring),
        ("indexOf", (text,), _index_of),
        ("indexOf", (integer,), _index_of),
        ("indexOf", (text, integer), _index_of),
        ("indexOf", (integer, integer), _index_of),
        ("lastIndexOf", (text,), _last_index_of),
        ("lastIndexOf", (integer,), _last_index_of),
        ("lastIndexOf", (text, integer), _last_index_of),
        ("lastIndexOf", (integer, integer), _last_index_of),
        ("contains", (text,), lambda _, value, other: other in value),
        ("startsWith", (text,), lambda _, value, prefix: value.startswith(prefix)),
        ("startsWith", (text, integer), _starts_with),
        ("endsWith", (text,), lambda _, value, suffix: value.endswith(suffix)),
        ("regionMatches", (integer, text, integer, integer), _region_matches),
        ("contentEquals", (text,), lambda _, value, other: value == other),
        ("equalsIgnoreCase", (text,), lambda _, value, other: _ignoring_case(value) == _ignoring_case(other)),
        ("compareTo", (text,), _compare),
        ("compareTo", (any_value,), not_comparable),
        (
            "compareToIgnoreCase",
            (text,),
            lambda budget, value, other: _compare(budget, _ignoring_case(value), _ignoring_case(other)),
        ),
        ("concat", (text,), _concat),
        ("repeat", (integer,), _repeat),
        ("replace", (text, text), _replace),
        ("replace", (character, character), _replace),
        ("matches", (text,), _matches),
        ("replaceAll", (text, text), _replace_all),
        ("replaceFirst", (text, text), _replace_first),
        ("split", (text,), _split),
        ("split", (text, integer), _split),
        ("toUpperCase", (), lambda _, value: checked_text(value.upper())),
        ("toLowerCase", (), lambda _, value: checked_text(value.lower())),
        ("trim", (), lambda _, value: value.strip(_WHITE)),
        ("strip", (), lambda _, value: value.strip()),
        ("stripLeading", (), lambda _, value: value.lstrip()),
        ("stripTrailing", (), lambda _, value: value.rstrip()),
        ("intern", (), lambda _, value: value),
        ("toCharArray", (), _characters),
        ("lines", (), _lines),
        ("chars", (), lambda budget, value: Stream(_characters(budget, value).items)),
        ("hashCode", (), lambda budget, value: (budget.spend(len(value)), hash_of_text(value))[1]),
        ("valueOf", (any_value,), _value_of),
        ("copyValueOf", (any_value,), _value_of),
        ("join", (text, collection), _join_collection),
    )
)
TEXT_METHODS.add_variadic("format", text)(_format)
TEXT_METHODS.add_variadic("join", text, rest=text)(_join)

# A boolean chooses another method of Java's that ignores case.
TEXT_METHODS.add("regionMatches", boolean, integer, text, integer, integer)(
    lambda budget, value, ignoring, start, other, begin, length: _region_matches(
        budget,
        _ignoring_case(value) if ignoring else value,
        start,
        _ignoring_case(other) if ignoring else other,
        begin,
        length,
    )
)
