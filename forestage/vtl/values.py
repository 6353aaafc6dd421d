"""The values of a template: what is a Java list, map, array or iterator is a class of ours or Python's own.

======================  ==========================================================
JSON array              ``list``; prints as JSON
Java list               ``JavaList``; prints as ``[a, b]``
object, Java map        ``dict``; prints as ``{a=1}``
part of ``$context``    ``Branch``; a map that prints as nothing
string, boolean         ``str``, ``bool``
integer of any size     ``int``
double, BigDecimal      ``float``, ``decimal.Decimal``
no value                ``None``
======================  ==========================================================

Everything else is a class of this module. None of them has an attribute that a template can reach: properties and
methods are looked up in tables (``forestage.vtl.methods``), by exact class and name.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from forestage.vtl.errors import Thrown, ThrownLimit, ThrownOverride

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forestage.vtl.budget import Budget

SIZE_LIMIT: Final = 1_000_000
"""Elements that a list or map of a template may have."""

LENGTH_LIMIT: Final = 10_000_000
"""Characters that a string of a template, and its output, may have; API Gateway's payload limit is 10 MB."""

_ELEMENTS_A_STEP: Final = 4
_CHANGED: Final = "the list or map was changed while it was iterated (ConcurrentModificationException)"
_INTEGER_BITS_LIMIT: Final = 13_000

Mapping: TypeAlias = "dict[object, object]"


class JavaList(list[object]):  # ruff: ignore[subclass-builtin]
    """A list that the template made: ``[1, 2]``."""

    __slots__ = ()


class Branch(dict[object, object]):  # ruff: ignore[subclass-builtin]
    """A part of ``$context``, which prints as nothing."""

    __slots__ = ()


class OverrideBranch(Branch):
    """A part of ``$context.requestOverride`` or ``responseOverride``, whose entries a template may set once.

    ``path`` is what the template writes to get here.
    """

    __slots__ = ("path", "written")

    def __init__(self, path: str) -> None:
        self.path = path
        self.written: set[object] = set()


class JavaKey:
    """A key of a map that is no string; Java knows ``1``, ``1.0`` and ``"1"`` apart, and so do these.

    ``token`` decides equality.
    """

    __slots__ = ("token", "value")

    def __init__(self, value: object) -> None:
        self.value = value
        # A list or map as a key is known by what it is, not by what it holds: nobody changes a key and finds it again.
        self.token = (value.__class__, id(value) if isinstance(value, list | dict) else value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JavaKey) and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)


@dataclass(frozen=True, slots=True)
class Character:
    """A single ``char``, as ``charAt`` gives it."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class JavaArray:
    """An array: ``split``, ``toArray``. It is used like a list and cannot grow.

    ``component`` is its element's class, for its text.
    """

    items: list[object]
    component: str = "java.lang.String"


class SubList:
    """``subList``: a stretch of a list, which changes with it and changes it.

    ``of`` is the list that holds the elements, ``length`` how many it has as far as this stretch knows, ``parent`` the
    stretch that this one was taken of.
    """

    __slots__ = ("begin", "length", "of", "parent", "size")

    def __init__(self, of: list[object], begin: int, size: int, parent: SubList | None = None) -> None:
        self.of = of
        self.begin = begin
        self.size = size
        self.parent = parent
        self.length = len(of)

    def check(self) -> int:
        """Return the length of the list.

        Raises:
            Thrown: it has grown or shrunk otherwise than through this stretch.
        """
        if len(self.of) != self.length:
            raise Thrown("the list has grown or shrunk beside its subList (ConcurrentModificationException)")
        return self.length

    def elements(self) -> JavaList:
        """Return a copy of the elements."""
        self.check()
        return JavaList(self.of[self.begin : self.begin + self.size])

    def replace(self, items: list[object]) -> None:
        """Put other elements in the place of these."""
        self.of[self.begin : self.begin + self.size] = items
        grown = len(items) - self.size
        view: SubList | None = self
        while view is not None:
            view.size += grown
            view.length = len(self.of)
            view = view.parent


@dataclass(frozen=True, slots=True, eq=False)
class KeyView:
    """``keySet()``: sees later changes of its map."""

    of: Mapping


@dataclass(frozen=True, slots=True, eq=False)
class ValueView:
    """``values()``: sees later changes of its map."""

    of: Mapping


@dataclass(frozen=True, slots=True, eq=False)
class EntryView:
    """``entrySet()``: sees later changes of its map."""

    of: Mapping


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One entry of a map; ``key`` is as the map holds it."""

    of: Mapping
    key: object

    @property
    def value(self) -> object:
        """The value that the map holds now."""
        return self.of.get(self.key)


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """``stream()``, ``lines()``, ``chars()``: of it, only the number of elements can be had."""

    items: list[object]


class Loop:
    """``$foreach``: where the innermost loop stands.

    ``parent`` is the loop around it, ``replaced`` what ``$foreach`` was before the outermost one. ``entries`` is what
    a template puts into it, which Velocity allows.
    """

    __slots__ = ("entries", "has_next", "index", "parent", "replaced")

    def __init__(self, previous: object) -> None:
        self.parent = previous if isinstance(previous, Loop) else None
        self.replaced = None if isinstance(previous, Loop) else previous
        self.index = -1
        self.has_next = False
        self.entries: Mapping = {}


class Rendered(ABC):
    """A value whose text is made at each use; ``forestage.vtl.runtime`` has the one kind there is."""

    __slots__ = ()

    @abstractmethod
    def to_text(self) -> str | None:
        """Make the text; None where it is not made."""


View: TypeAlias = KeyView | ValueView | EntryView


def key_of(value: object) -> object:
    """Make the key under which a map holds something."""
    return value if value.__class__ is str else JavaKey(value)


def key_value(key: object) -> object:
    """Return what a key of a map stands for."""
    return key.value if isinstance(key, JavaKey) else key


def put(into: Mapping, key: object, value: object) -> object:
    """Put an entry into a map and return the value it replaces.

    Raises:
        ThrownOverride: the map holds overrides and this one is set for the second time; source: API Gateway developer
        guide,
            "Override your API's request and response parameters and status codes".
    """
    if isinstance(into, OverrideBranch):
        if key in into.written:
            raise ThrownOverride(f"{into.path}.{key_value(key)} is set twice; a parameter can be overridden once only")
        into.written.add(key)
    previous = into.get(key)
    into[key] = value
    if len(into) > SIZE_LIMIT:
        raise ThrownLimit(f"a map of more than {SIZE_LIMIT} entries")
    return previous


def checked_text(text: str) -> str:
    """Return the text unless it is longer than a template may make one."""
    if len(text) > LENGTH_LIMIT:
        raise ThrownLimit(f"a text of more than {LENGTH_LIMIT} characters")
    return text


def checked_integer(number: int) -> int:
    """Return the integer unless it is longer than a template may make one."""
    if number.bit_length() > _INTEGER_BITS_LIMIT:
        raise ThrownLimit("a number of more than 3,900 digits")
    return number


def is_collection(value: object) -> bool:
    """Tell whether Java calls this a ``Collection``; an array is none."""
    return isinstance(value, list | SubList | KeyView | ValueView | EntryView)


def elements(value: object, budget: Budget) -> list[object]:
    """Return what a collection holds: a list itself, a copy of a view's elements; nothing for anything else."""
    if isinstance(value, list):
        return value
    if isinstance(value, SubList):
        budget.spend(1 + value.size // _ELEMENTS_A_STEP)
        return value.elements()
    if not isinstance(value, KeyView | ValueView | EntryView):
        return []
    budget.spend(1 + len(value.of) // _ELEMENTS_A_STEP)
    if isinstance(value, KeyView):
        return [key if key.__class__ is str else key_value(key) for key in value.of]
    if isinstance(value, ValueView):
        return list(value.of.values())
    return [Entry(value.of, key) for key in value.of]


class Cursor:
    """An iterator as Java's are: it asks first, and refuses to go on when its collection was changed meanwhile."""

    __slots__ = ("_check", "_end", "_items", "_position", "_size")

    def __init__(self, items: list[object], check: Callable[[], int], end: Callable[[], int] | None = None) -> None:
        self._items = items
        self._check = check
        self._end = end or items.__len__
        self._size = check()
        self._position = 0

    def has_next(self) -> bool:
        """Tell whether another element follows.

        A Java list compares its position with its size of now, so that a change at the end shows; a map does not look.
        """
        return self._position != self._end()

    def next(self) -> object:
        """Return the next element.

        Raises:
            Thrown: there is none, or the collection was changed.
        """
        if self._check() != self._size:
            raise Thrown(_CHANGED)
        if self._position >= len(self._items):
            raise Thrown("the iterator has no more elements (NoSuchElementException)")
        self._position += 1
        return self._items[self._position - 1]


def cursor_over(value: object, budget: Budget) -> Cursor | None:
    """Return an iterator over a collection, an array or what was put into ``$foreach``; None for anything else."""
    if isinstance(value, list):
        return Cursor(value, value.__len__)
    if isinstance(value, SubList):
        return Cursor(elements(value, budget), value.of.__len__, lambda: value.size)
    if isinstance(value, KeyView | ValueView | EntryView):
        return Cursor(elements(value, budget), value.of.__len__)
    if isinstance(value, JavaArray):
        return Cursor(value.items, value.items.__len__)
    if isinstance(value, Cursor):
        return value
    if isinstance(value, Loop):
        return Cursor(list(value.entries.values()), value.entries.__len__)
    return None


def turns(value: object, turn: Loop, budget: Budget) -> Iterator[object] | None:
    """Return the elements that ``#foreach`` goes through; ``turn`` is kept at the one that was taken last.

    None for what is not iterable.

    Raises:
        Thrown: the list or map was changed meanwhile.
    """
    if isinstance(value, list):
        return _turns_of_list(value, turn)
    if isinstance(value, dict):
        return _turns_of_copy(elements(ValueView(value), budget), value, turn)
    if isinstance(value, KeyView | ValueView | EntryView):
        return _turns_of_copy(elements(value, budget), value.of, turn)
    cursor = cursor_over(value, budget)
    return None if cursor is None else _turns_of_cursor(cursor, turn)


# The first two do what a Cursor does, at a third of its price.


def _turns_of_list(items: list[object], turn: Loop) -> Iterator[object]:
    size = len(items)
    position = 0
    while position != len(items):
        if len(items) != size:
            raise Thrown(_CHANGED)
        turn.index = position
        position += 1
        turn.has_next = position != size
        yield items[position - 1]


def _turns_of_copy(items: list[object], of: Mapping, turn: Loop) -> Iterator[object]:
    size = len(items)
    for index, item in enumerate(items, start=1):
        if len(of) != size:
            raise Thrown(_CHANGED)
        turn.index = index - 1
        turn.has_next = index != size
        yield item


def _turns_of_cursor(cursor: Cursor, turn: Loop) -> Iterator[object]:
    while cursor.has_next():
        element = cursor.next()
        turn.index += 1
        turn.has_next = cursor.has_next()
        yield element


def is_number(value: object) -> bool:
    """Tell whether Java calls this a ``Number``."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def iterate_entries(of: Mapping) -> Iterator[tuple[object, object]]:
    """Yield keys and values with the keys as the template knows them."""
    for key, value in of.items():
        yield key_value(key), value
