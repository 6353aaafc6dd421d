"""When two values are equal: Java's ``equals`` and ``hashCode``, and Velocity's ``==``."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from forestage.vtl.arithmetic import Number, compare, is_integer, wrap
from forestage.vtl.budget import DEPTH_LIMIT
from forestage.vtl.errors import ThrownLimit
from forestage.vtl.printing import text_of
from forestage.vtl.values import (
    Character,
    Entry,
    EntryView,
    JavaArray,
    KeyView,
    Loop,
    SubList,
    ValueView,
    elements,
    is_number,
    iterate_entries,
    key_value,
)

if TYPE_CHECKING:
    from forestage.vtl.budget import Budget

_STEPS: Final = 4
_HASH_FACTOR: Final = 31
_TRUE_HASH: Final = 1231
_FALSE_HASH: Final = 1237


def same_number_class(left: object, right: object) -> bool:
    """Tell whether Java has both in one class: an Integer never equals a Long, nor 1 the double 1.0."""
    if isinstance(left, int) and isinstance(right, int):
        return _width(left) == _width(right)
    return left.__class__ is right.__class__


def _width(value: int) -> int:
    return 32 if wrap(value, 32) == value else 64 if is_integer(value) else 0


def equals(left: object, right: object, budget: Budget, depth: int = 0) -> bool:
    """Compare as Java's ``equals`` does, lists and maps by what they hold."""
    budget.spend(_STEPS)
    if left is right:
        return True
    if depth > DEPTH_LIMIT:
        raise ThrownLimit(f"lists and maps more than {DEPTH_LIMIT} deep")
    if isinstance(left, list | SubList) and isinstance(right, list | SubList):
        left, right = elements(left, budget), elements(right, budget)
        return len(left) == len(right) and all(
            equals(a, b, budget, depth + 1) for a, b in zip(left, right, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        return len(left) == len(right) and all(
            key in right and equals(value, right[key], budget, depth + 1) for key, value in left.items()
        )
    if isinstance(left, KeyView | EntryView) and isinstance(right, KeyView | EntryView):
        return _same_elements(elements(left, budget), elements(right, budget), budget, depth)
    if isinstance(left, Entry) and isinstance(right, Entry):
        return left.key == right.key and equals(left.value, right.value, budget, depth + 1)
    if isinstance(left, Loop) and isinstance(right, Loop):
        return equals(left.entries, right.entries, budget, depth + 1)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if is_number(left):
        return same_number_class(left, right) and left == right
    return isinstance(left, str | Character) and left.__class__ is right.__class__ and left == right


def _same_elements(left: list[object], right: list[object], budget: Budget, depth: int) -> bool:
    return len(left) == len(right) and all(any(equals(a, b, budget, depth + 1) for b in right) for a in left)


def _assignable(left: object, right: object) -> bool:
    """Tell whether one Java class of the two is the other or extends it."""
    for family in (str, bool, Character, list, SubList, dict, KeyView, ValueView, EntryView, JavaArray, Entry, Loop):
        if isinstance(left, family):
            return isinstance(right, family)
    return left.__class__ is right.__class__


def loosely_equal(left: object, right: object, budget: Budget) -> bool:
    """Compare as ``==`` does: numbers by size, values of one class by ``equals``, others by what they print."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if is_number(left) and is_number(right):
        return _numbers_equal(left, right)
    if left is None or right is None:
        return left is right
    if _assignable(left, right):
        return equals(left, right, budget)
    return text_of(left, budget) == text_of(right, budget)


def _numbers_equal(left: object, right: object) -> bool:
    assert isinstance(left, int | float | Decimal)
    assert isinstance(right, int | float | Decimal)
    return compare(left, right) == 0


def order(left: object, right: object) -> int | None:
    """Compare for ``<`` and its like; None where one is no number."""
    if left.__class__ is int and right.__class__ is int:
        return (left > right) - (left < right)
    if is_number(left) and is_number(right):
        assert isinstance(left, int | float | Decimal)
        assert isinstance(right, int | float | Decimal)
        return compare(left, right)
    return None


def hash_of_text(text: str) -> int:
    """Return Java's hash of a string."""
    total = 0
    units = text.encode("utf-16-be", "surrogatepass")
    for index in range(0, len(units), 2):
        total = (total * _HASH_FACTOR + units[index] * 256 + units[index + 1]) & 0xFFFFFFFF
    return wrap(total, 32)


def hash_of(value: object, budget: Budget, depth: int = 0) -> int:
    """Return Java's hash code; 0 for what has no other than its address."""
    budget.spend(_STEPS)
    if depth > DEPTH_LIMIT:
        raise ThrownLimit(f"lists and maps more than {DEPTH_LIMIT} deep")
    if isinstance(value, bool):
        return _TRUE_HASH if value else _FALSE_HASH
    if isinstance(value, int | float | Decimal):
        return _hash_of_number(value)
    if isinstance(value, str | Character):
        text = value if isinstance(value, str) else value.text
        budget.spend(len(text))
        return hash_of_text(text)
    if isinstance(value, list | SubList):
        total = 1
        for item in elements(value, budget):
            total = (total * _HASH_FACTOR + hash_of(item, budget, depth + 1)) & 0xFFFFFFFF
        return wrap(total, 32)
    if isinstance(value, dict):
        return wrap(
            sum(hash_of(k, budget, depth + 1) ^ hash_of(v, budget, depth + 1) for k, v in iterate_entries(value)), 32
        )
    if isinstance(value, Entry):
        return hash_of(key_value(value.key), budget, depth + 1) ^ hash_of(value.value, budget, depth + 1)
    if isinstance(value, KeyView | EntryView):
        return wrap(sum(hash_of(item, budget, depth + 1) for item in elements(value, budget)), 32)
    return 0


def _hash_of_number(value: Number) -> int:
    if isinstance(value, float):
        bits = struct.unpack(">q", struct.pack(">d", value))[0] & 0xFFFFFFFFFFFFFFFF
        return wrap(bits ^ (bits >> 32), 32)
    if isinstance(value, int) and wrap(value, 32) == value:
        return value
    bits = wrap(value, 64) & 0xFFFFFFFFFFFFFFFF
    return wrap(bits ^ (bits >> 32), 32)


def contains(items: list[object], wanted: object, budget: Budget) -> bool:
    """Tell whether a list holds something equal."""
    return index_of(items, wanted, budget) >= 0


def index_of(items: list[object], wanted: object, budget: Budget) -> int:
    """Return the first place of something equal, -1 where there is none."""
    return next((place for place, item in enumerate(items) if equals(wanted, item, budget)), -1)
