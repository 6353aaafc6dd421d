"""The methods of maps, their entries, and ``$foreach``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.vtl.comparing import contains, equals
from forestage.vtl.methods.table import Methods, any_value, mapping
from forestage.vtl.values import (
    Branch,
    Entry,
    EntryView,
    KeyView,
    Loop,
    Mapping,
    ValueView,
    elements,
    key_of,
    key_value,
    put,
)

if TYPE_CHECKING:
    from forestage.vtl.budget import Budget


def _put(_budget: Budget, of: Mapping, key: object, value: object) -> object:
    return put(of, key_of(key), value)


def _put_if_absent(_budget: Budget, of: Mapping, key: object, value: object) -> object:
    present = of.get(key_of(key))
    return put(of, key_of(key), value) if present is None else present


def _put_all(budget: Budget, of: Mapping, others: Mapping) -> str:
    budget.spend(len(others))
    for key, value in list(others.items()):
        put(of, key, value)
    return ""


def _replace(_budget: Budget, of: Mapping, key: object, value: object) -> object:
    return put(of, key_of(key), value) if key_of(key) in of else None


def _replace_equal(budget: Budget, of: Mapping, key: object, old: object, new: object) -> bool:
    fits = key_of(key) in of and equals(of[key_of(key)], old, budget)
    if fits:
        put(of, key_of(key), new)
    return fits


def _get_or_default(_budget: Budget, of: Mapping, key: object, default: object) -> object:
    return of.get(key_of(key), default)


def _contains_value(budget: Budget, of: Mapping, value: object) -> bool:
    return contains(elements(ValueView(of), budget), value, budget)


def _remove(_budget: Budget, of: Mapping, key: object) -> object:
    return of.pop(key_of(key), None)


def _remove_equal(budget: Budget, of: Mapping, key: object, value: object) -> bool:
    fits = key_of(key) in of and equals(of[key_of(key)], value, budget)
    if fits:
        del of[key_of(key)]
    return fits


def _clear(_budget: Budget, of: Mapping) -> str:
    of.clear()
    return ""


def _copy(budget: Budget, of: Mapping) -> Mapping:
    budget.spend(len(of))
    return Branch(of) if isinstance(of, Branch) else dict(of)


def _of(_budget: Budget, _of: Mapping, *pairs: object) -> Mapping:
    return {key_of(key): value for key, value in zip(pairs[::2], pairs[1::2], strict=False)}


MAP_METHODS: Final = Methods()
MAP_METHODS.add_all(
    (
        ("size", (), lambda _, of: len(of)),
        ("isEmpty", (), lambda _, of: not of),
        ("get", (any_value,), lambda _, of, key: of.get(key_of(key))),
        ("getOrDefault", (any_value, any_value), _get_or_default),
        ("containsKey", (any_value,), lambda _, of, key: key_of(key) in of),
        (
            "containsValue",
            (any_value,),
            _contains_value,
        ),
        ("put", (any_value, any_value), _put),
        ("putIfAbsent", (any_value, any_value), _put_if_absent),
        ("putAll", (mapping,), _put_all),
        ("replace", (any_value, any_value), _replace),
        ("replace", (any_value, any_value, any_value), _replace_equal),
        ("remove", (any_value,), _remove),
        ("remove", (any_value, any_value), _remove_equal),
        ("clear", (), _clear),
        ("clone", (), _copy),
        ("keySet", (), lambda _, of: KeyView(of)),
        ("values", (), lambda _, of: ValueView(of)),
        ("entrySet", (), lambda _, of: EntryView(of)),
    )
)
for _pairs in range(6):
    MAP_METHODS.add("of", *(any_value,) * 2 * _pairs)(_of)


def _set_value(_budget: Budget, entry: Entry, value: object) -> object:
    return put(entry.of, entry.key, value)


ENTRY_METHODS: Final = Methods()
ENTRY_METHODS.add_all(
    (
        ("getKey", (), lambda _, entry: key_value(entry.key)),
        ("getValue", (), lambda _, entry: entry.value),
        ("setValue", (any_value,), _set_value),
    )
)


def _topmost(_budget: Budget, loop: Loop) -> Loop:
    while loop.parent is not None:
        loop = loop.parent
    return loop


LOOP_METHODS: Final = Methods()
LOOP_METHODS.add_all(
    (name, accepts, lambda budget, loop, *rest, body=body: body(budget, loop.entries, *rest))
    for (name, _), overloads in MAP_METHODS.table.items()
    for accepts, body in ((overload.accepts, overload.body) for overload in overloads)
    if name not in {"clone", "of", "getOrDefault", "putIfAbsent", "replace"}
)
LOOP_METHODS.add_all(
    (
        ("getIndex", (), lambda _, loop: loop.index),
        ("getCount", (), lambda _, loop: loop.index + 1),
        ("getHasNext", (), lambda _, loop: loop.has_next),
        ("hasNext", (), lambda _, loop: loop.has_next),
        ("isFirst", (), lambda _, loop: loop.index < 1),
        ("getFirst", (), lambda _, loop: loop.index < 1),
        ("isLast", (), lambda _, loop: not loop.has_next),
        ("getLast", (), lambda _, loop: not loop.has_next),
        ("getParent", (), lambda _, loop: loop.parent),
        ("getTopmost", (), _topmost),
        ("getReplaced", (), lambda _, loop: _topmost(_, loop).replaced),
    )
)
