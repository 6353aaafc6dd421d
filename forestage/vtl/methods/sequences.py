"""The methods of lists, arrays, iterators and the views of a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.vtl.comparing import contains, equals, index_of
from forestage.vtl.errors import Thrown, ThrownLimit
from forestage.vtl.methods.table import Methods, any_value, collection, integer
from forestage.vtl.printing import json_of
from forestage.vtl.values import (
    SIZE_LIMIT,
    Cursor,
    Entry,
    EntryView,
    JavaArray,
    JavaList,
    KeyView,
    Stream,
    SubList,
    View,
    cursor_over,
    elements,
    key_of,
)

if TYPE_CHECKING:
    from forestage.vtl.budget import Budget
    from forestage.vtl.methods.table import Body


def _place(items: list[object], index: int, *, up_to_end: bool = False) -> int:
    if not 0 <= index < len(items) + up_to_end:
        raise Thrown(f"index {index} out of bounds for length {len(items)} (IndexOutOfBoundsException)")
    return index


def _grown(items: list[object]) -> bool:
    if len(items) > SIZE_LIMIT:
        raise ThrownLimit(f"a list of more than {SIZE_LIMIT} elements")
    return True


def _add(_budget: Budget, items: list[object], item: object) -> bool:
    items.append(item)
    return _grown(items)


def _insert(budget: Budget, items: list[object], index: int, item: object) -> str:
    budget.spend_characters(len(items))
    items.insert(_place(items, index, up_to_end=True), item)
    _grown(items)
    return ""


def _add_all(budget: Budget, items: list[object], others: object) -> bool:
    added = list(elements(others, budget))
    budget.spend_characters(len(added))
    items.extend(added)
    return _grown(items) and bool(added)


def _insert_all(budget: Budget, items: list[object], index: int, others: object) -> bool:
    place = _place(items, index, up_to_end=True)
    added = list(elements(others, budget))
    budget.spend_characters(len(items) + len(added))
    items[place:place] = added
    return _grown(items) and bool(added)


def _set(_budget: Budget, items: list[object], index: int, item: object) -> object:
    place = _place(items, index)
    previous, items[place] = items[place], item
    return previous


def _remove_at(budget: Budget, items: list[object], index: int) -> object:
    budget.spend_characters(len(items))
    return items.pop(_place(items, index))


def _remove(budget: Budget, items: list[object], item: object) -> bool:
    place = index_of(items, item, budget)
    if place >= 0:
        del items[place]
    return place >= 0


def _keep(budget: Budget, items: list[object], others: object, *, which: bool) -> bool:
    wanted = elements(others, budget)
    kept = [item for item in items if contains(wanted, item, budget) is which]
    changed = len(kept) < len(items)
    items[:] = kept
    return changed


def _contains_all(budget: Budget, items: list[object], others: object) -> bool:
    return all(contains(items, other, budget) for other in elements(others, budget))


def _last_index_of(budget: Budget, items: list[object], wanted: object) -> int:
    return next((place for place in range(len(items) - 1, -1, -1) if equals(wanted, items[place], budget)), -1)


def _sub_list(_budget: Budget, items: list[object], begin: int, end: int) -> SubList:
    return SubList(items, *_stretch(len(items), begin, end))


def _stretch(size: int, begin: int, end: int) -> tuple[int, int]:
    if not 0 <= begin <= end <= size:
        raise Thrown(f"from {begin} to {end} of a list of {size} (IndexOutOfBoundsException)")
    return begin, end - begin


def _clear(_budget: Budget, items: list[object]) -> str:
    items.clear()
    return ""


def _copy(budget: Budget, items: list[object]) -> list[object]:
    budget.spend_characters(len(items))
    return JavaList(items) if isinstance(items, JavaList) else list(items)


def _to_array(budget: Budget, items: list[object]) -> JavaArray:
    budget.spend_characters(len(items))
    return JavaArray(list(items), component="java.lang.Object")


def _cursor(budget: Budget, items: object) -> Cursor | None:
    return cursor_over(items, budget)


def _of(_budget: Budget, _items: object, *others: object) -> JavaList:
    return JavaList(others)


# What lists and arrays share: none of these changes the number of elements.
_READING: Final = (
    ("size", (), lambda _, items: len(items)),
    ("isEmpty", (), lambda _, items: not items),
    ("get", (integer,), lambda _, items, index: items[_place(items, index)]),
    ("set", (integer, any_value), _set),
    ("contains", (any_value,), lambda budget, items, item: contains(items, item, budget)),
    ("containsAll", (collection,), _contains_all),
    ("indexOf", (any_value,), lambda budget, items, item: index_of(items, item, budget)),
    ("lastIndexOf", (any_value,), _last_index_of),
    ("subList", (integer, integer), _sub_list),
    ("iterator", (), _cursor),
    ("listIterator", (), _cursor),
    ("toArray", (), _to_array),
    ("stream", (), lambda _, items: Stream(items)),
)

LIST_METHODS: Final = Methods()
LIST_METHODS.add_all(_READING)
LIST_METHODS.add_all(
    (
        ("add", (any_value,), _add),
        ("add", (integer, any_value), _insert),
        ("addAll", (collection,), _add_all),
        ("addAll", (integer, collection), _insert_all),
        ("remove", (integer,), _remove_at),
        ("remove", (any_value,), _remove),
        ("removeAll", (collection,), lambda budget, items, others: _keep(budget, items, others, which=False)),
        ("retainAll", (collection,), lambda budget, items, others: _keep(budget, items, others, which=True)),
        ("clear", (), _clear),
        ("clone", (), _copy),
        ("ensureCapacity", (integer,), lambda _, __, ___: ""),
        ("trimToSize", (), lambda _, __: ""),
        ("toJSONString", (), lambda budget, items: None if isinstance(items, JavaList) else json_of(items, budget)),
    )
)
LIST_METHODS.add_variadic("of")(_of)


def _sub_list_of_sub_list(_budget: Budget, view: SubList, begin: int, end: int) -> SubList:
    view.check()
    offset, size = _stretch(view.size, begin, end)
    return SubList(view.of, view.begin + offset, size, view)


def _through(body: Body) -> Body:
    """Make a method of a list one of a stretch: what it does to a copy is done to the list."""

    def method(budget: Budget, view: SubList, *arguments: object) -> object:
        items = view.elements()
        budget.spend_characters(len(items))
        result = body(budget, items, *arguments)
        view.replace(items)
        return result

    return method


SUB_LIST_METHODS: Final = Methods()
SUB_LIST_METHODS.add_all(
    (name, overload.accepts, _through(overload.body))
    for (name, _), overloads in LIST_METHODS.table.items()
    for overload in overloads
    if name not in {"clone", "ensureCapacity", "iterator", "listIterator", "subList", "toJSONString", "trimToSize"}
)
SUB_LIST_METHODS.add_all(
    (
        ("subList", (integer, integer), _sub_list_of_sub_list),
        ("iterator", (), _cursor),
        ("listIterator", (), _cursor),
    )
)


def _fixed(_budget: Budget, _items: object, *_: object) -> object:
    raise Thrown("an array cannot grow or shrink, nor can a view of a map grow (UnsupportedOperationException)")


ARRAY_METHODS: Final = Methods()
ARRAY_METHODS.add_all(
    (name, accepts, lambda budget, array, *rest, body=body: body(budget, array.items, *rest))
    for name, accepts, body in _READING
)
ARRAY_METHODS.add_all(
    (
        ("iterator", (), _cursor),
        ("listIterator", (), _cursor),
        ("add", (any_value,), _fixed),
        ("add", (integer, any_value), _fixed),
        ("addAll", (collection,), _fixed),
        ("remove", (any_value,), _fixed),
        ("clear", (), _fixed),
    )
)


def _next(_budget: Budget, cursor: Cursor) -> object:
    return cursor.next()


CURSOR_METHODS: Final = Methods()
CURSOR_METHODS.add("hasNext")(lambda _, cursor: cursor.has_next())
CURSOR_METHODS.add("next")(_next)

STREAM_METHODS: Final = Methods()
STREAM_METHODS.add("count")(lambda _, stream: len(stream.items))


# Views


def _view_contains(budget: Budget, view: View, item: object) -> bool:
    if isinstance(view, KeyView):
        return key_of(item) in view.of
    return contains(elements(view, budget), item, budget)


def _view_contains_all(budget: Budget, view: View, others: object) -> bool:
    return all(_view_contains(budget, view, other) for other in elements(others, budget))


def _view_remove(budget: Budget, view: View, item: object) -> bool:
    place = index_of(elements(view, budget), item, budget)
    if place >= 0:
        del view.of[list(view.of)[place]]
    return place >= 0


def _view_keep(budget: Budget, view: View, others: object, *, which: bool) -> bool:
    wanted = elements(others, budget)
    dropped = [
        key
        for key, item in zip(list(view.of), elements(view, budget), strict=True)
        if contains(wanted, item, budget) is not which
    ]
    for key in dropped:
        del view.of[key]
    return bool(dropped)


def _view_clear(_budget: Budget, view: View) -> str:
    view.of.clear()
    return ""


def _view_iterator(budget: Budget, view: View) -> Cursor | None:
    return cursor_over(view, budget)


def _view_array(budget: Budget, view: View) -> JavaArray:
    return JavaArray(list(elements(view, budget)), component="java.lang.Object")


VIEW_METHODS: Final = Methods()
VIEW_METHODS.add_all(
    (
        ("size", (), lambda _, view: len(view.of)),
        ("isEmpty", (), lambda _, view: not view.of),
        ("contains", (any_value,), _view_contains),
        ("containsAll", (collection,), _view_contains_all),
        ("remove", (any_value,), _view_remove),
        ("removeAll", (collection,), lambda budget, view, others: _view_keep(budget, view, others, which=False)),
        ("retainAll", (collection,), lambda budget, view, others: _view_keep(budget, view, others, which=True)),
        ("clear", (), _view_clear),
        ("iterator", (), _view_iterator),
        ("toArray", (), _view_array),
        ("stream", (), lambda budget, view: Stream(elements(view, budget))),
        ("add", (any_value,), _fixed),
        ("addAll", (collection,), _fixed),
    )
)

__all__ = ["ARRAY_METHODS", "CURSOR_METHODS", "LIST_METHODS", "STREAM_METHODS", "VIEW_METHODS", "Entry", "EntryView"]
