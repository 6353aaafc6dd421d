"""All tables together, by class."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from forestage.vtl.comparing import equals, hash_of
from forestage.vtl.methods.maps import ENTRY_METHODS, LOOP_METHODS, MAP_METHODS
from forestage.vtl.methods.scalars import (
    BOOLEAN_METHODS,
    CHARACTER_METHODS,
    DECIMAL_METHODS,
    FLOAT_METHODS,
    INTEGER_METHODS,
)
from forestage.vtl.methods.sequences import (
    ARRAY_METHODS,
    CURSOR_METHODS,
    LIST_METHODS,
    STREAM_METHODS,
    SUB_LIST_METHODS,
    VIEW_METHODS,
)
from forestage.vtl.methods.table import Methods, any_value
from forestage.vtl.methods.texts import TEXT_METHODS
from forestage.vtl.printing import text_of
from forestage.vtl.values import (
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
    Stream,
    SubList,
    ValueView,
)

if TYPE_CHECKING:
    from forestage.vtl.budget import Budget
    from forestage.vtl.methods.table import MethodKey, Overload

_OBJECT: Final = Methods()


@_OBJECT.add("toString")
def _to_string(budget: Budget, value: object) -> str:
    return text_of(value, budget)


@_OBJECT.add("equals", any_value)
def _equals(budget: Budget, value: object, other: object) -> bool:
    return equals(value, other, budget)


@_OBJECT.add("hashCode")
def _hash_code(budget: Budget, value: object) -> int:
    return hash_of(value, budget)


METHODS: Final[dict[type, dict[MethodKey, tuple[Overload, ...]]]] = {
    of: methods.over(_OBJECT)
    for of, methods in (
        (str, TEXT_METHODS),
        (bool, BOOLEAN_METHODS),
        (int, INTEGER_METHODS),
        (float, FLOAT_METHODS),
        (Decimal, DECIMAL_METHODS),
        (Character, CHARACTER_METHODS),
        (list, LIST_METHODS),
        (JavaList, LIST_METHODS),
        (SubList, SUB_LIST_METHODS),
        (JavaArray, ARRAY_METHODS),
        (KeyView, VIEW_METHODS),
        (ValueView, VIEW_METHODS),
        (EntryView, VIEW_METHODS),
        (Cursor, CURSOR_METHODS),
        (Stream, STREAM_METHODS),
        (dict, MAP_METHODS),
        (Branch, MAP_METHODS),
        (OverrideBranch, MAP_METHODS),
        (Entry, ENTRY_METHODS),
        (Loop, LOOP_METHODS),
    )
}
"""The methods of each class by name and number of arguments; ``forestage.vtl`` adds those of its own objects."""
