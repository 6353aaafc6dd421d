"""The steps of a path, and the walk along them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, assert_never

from forestage.vtl.budget import DEPTH_LIMIT
from forestage.vtl.errors import ThrownLimit

if TYPE_CHECKING:
    from forestage.vtl.budget import Budget


class PathError(Exception):
    """The path is malformed, or cannot be applied to what it meets."""


class NothingFound(Exception):
    """A definite path leads nowhere."""


class Predicate(Protocol):
    """The condition of a filter."""

    def holds(self, item: object, root: object, budget: Budget) -> bool:
        """Tell whether an item fulfils it; ``root`` is what ``$`` means in it."""


class Function(Protocol):
    """A function at the end of a path."""

    @property
    def counts(self) -> bool:
        """Whether it counts elements rather than looking at them."""

    def call(self, value: object, root: object, budget: Budget) -> object:
        """Apply it to what the path leads to."""

    def call_on_all(self, values: list[object], root: object, budget: Budget) -> object:
        """Apply it to everything that a scan found."""


@dataclass(frozen=True, slots=True)
class Names:
    """``.name``, ``['name']``; of several names an object is made."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wildcard:
    """``.*``, ``[*]``."""


@dataclass(frozen=True, slots=True)
class Indexes:
    """``[0]``, ``[-1]``, ``[0,2]``."""

    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """``[1:3]``, ``[1:]``, ``[:3]``; a bound below zero counts from the end."""

    first: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Scan:
    """``..``: everything below."""


@dataclass(frozen=True, slots=True)
class Filter:
    """``[?(…)]``."""

    predicate: Predicate


@dataclass(frozen=True, slots=True)
class Call:
    """``.length()``."""

    function: Function


Step: TypeAlias = Names | Wildcard | Indexes | Slice | Scan | Filter | Call

_STEPS: Final = 5
_NEVER_DEFINITE: Final = (Wildcard, Slice, Scan, Filter)


def is_definite(steps: tuple[Step, ...]) -> bool:
    """Tell whether steps can lead to one place only."""
    return all(_leads_on(step, last=number == len(steps) - 1) for number, step in enumerate(steps))


def _leads_on(step: Step, *, last: bool) -> bool:
    if isinstance(step, Names):
        return len(step.names) == 1 or last
    if isinstance(step, Indexes):
        return len(step.indexes) == 1
    return not isinstance(step, _NEVER_DEFINITE)


class Walk:
    """One evaluation of a path."""

    def __init__(self, steps: tuple[Step, ...], root: object, budget: Budget) -> None:
        self.found: list[object] = []
        self._steps = steps
        self._definite = is_definite(steps)
        self._root = root
        self._budget = budget

    def go(self, number: int, value: object, *, definite: bool) -> None:
        """Take the step of this number from a value, and all behind it.

        ``definite`` tells whether all steps so far were.

        Raises:
            NothingFound: the whole path is definite and leads nowhere, or a name behind definite steps meets no object.
            PathError: behind definite steps, an index meets what is no array, or a filter what is neither object nor
            array.
        """
        self._budget.spend(_STEPS)
        if number == len(self._steps):
            self.found.append(value)
            return
        match self._steps[number]:
            case Names(names):
                self._names(number, names, value, definite=definite)
            case Wildcard():
                for item in _children(value):
                    self.go(number + 1, item, definite=False)
            case Indexes(indexes):
                self._indexes(number, indexes, value, definite=definite)
            case Slice() as part:
                self._slice(number, part, value, definite=definite)
            case Scan():
                self._scan(number + 1, value, 0)
            case Filter(predicate):
                self._filter(number, predicate, value, definite=definite)
            case Call(function):
                self.go(number + 1, function.call(value, self._root, self._budget), definite=definite)
            case never:
                assert_never(never)

    def _names(self, number: int, names: tuple[str, ...], value: object, *, definite: bool) -> None:
        last = number == len(self._steps) - 1
        if not isinstance(value, dict):
            if definite:
                raise NothingFound
            return
        if len(names) > 1 and last:
            self.found.append({name: value[name] for name in names if name in value})
            return
        for name in names:
            if name in value:
                self.go(number + 1, value[name], definite=definite and len(names) == 1)
            else:
                self._miss()

    def _miss(self) -> None:
        if self._definite:
            raise NothingFound

    def _indexes(self, number: int, indexes: tuple[int, ...], value: object, *, definite: bool) -> None:
        if not isinstance(value, list):
            self._refuse(value, definite=definite)
            return
        for index in indexes:
            place = index + len(value) if index < 0 else index
            if 0 <= place < len(value):
                self.go(number + 1, value[place], definite=definite and len(indexes) == 1)

    def _refuse(self, value: object, *, definite: bool) -> None:
        if value is None:
            self._miss()
        elif definite:
            raise PathError("an index or a slice can only be applied to an array")

    def _slice(self, number: int, part: Slice, value: object, *, definite: bool) -> None:
        if not isinstance(value, list):
            self._refuse(value, definite=definite)
            return
        size = len(value)
        first, end = part.first, part.end
        if first is None or end is None:
            first = 0 if first is None else max(first + size if first < 0 else first, 0)
            end = size if end is None else end + size if end < 0 else end
        for index in range(first, min(end, size)):
            # Of a slice with two bounds the negative ones count from the end, each for itself.
            place = index + size if index < 0 else index
            if 0 <= place < size:
                self.go(number + 1, value[place], definite=False)

    def _filter(self, number: int, predicate: Predicate, value: object, *, definite: bool) -> None:
        if isinstance(value, dict):
            if predicate.holds(value, self._root, self._budget):
                self.go(number + 1, value, definite=False)
        elif isinstance(value, list):
            for item in value:
                if predicate.holds(item, self._root, self._budget):
                    self.go(number + 1, item, definite=False)
        elif definite and value is not None:
            raise PathError("a filter cannot be applied to what is neither object nor array")

    def _scan(self, number: int, value: object, depth: int) -> None:
        if not isinstance(value, dict | list):
            return
        self._budget.spend(_STEPS)
        if depth > DEPTH_LIMIT:
            raise ThrownLimit(f"lists and maps more than {DEPTH_LIMIT} deep")
        if self._is_target(self._steps[number], value):
            self.go(number, value, definite=False)
        for item in _children(value):
            self._scan(number, item, depth + 1)

    def _is_target(self, step: Step, value: dict[object, object] | list[object]) -> bool:
        match step:
            case Names(names):
                # Of several names that lead on, each is looked for by itself.
                last = step is self._steps[-1]
                return isinstance(value, dict) and (
                    all(name in value for name in names) or (len(names) > 1 and not last)
                )
            case Indexes() | Slice():
                return isinstance(value, list)
            case Filter(predicate):
                return predicate.holds(value, self._root, self._budget)
            case _:
                return True


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []
