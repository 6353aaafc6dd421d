"""The functions at the end of a path: ``length()``, ``max()`` and the others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from forestage.vtl.errors import Thrown
from forestage.vtl.json_reader import JsonError, read_json
from forestage.vtl.jsonpath.steps import NothingFound, PathError, Step, Walk, is_definite
from forestage.vtl.jsonpath.text import closing, end_of_quotes
from forestage.vtl.printing import text_of
from forestage.vtl.values import JavaList, checked_text, is_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.vtl.budget import Budget

    Reader: TypeAlias = Callable[[str], tuple[Step, ...]]

_NESTING_LIMIT: Final = 10


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument: a path to follow from the root, or a JSON value."""

    steps: tuple[Step, ...] | None
    value: object = None

    def values(self, root: object, budget: Budget) -> list[object]:
        """Return what it stands for; a path that finds many stands for all of them."""
        if self.steps is None:
            return [self.value]
        walk = Walk(self.steps, root, budget)
        try:
            walk.go(0, root, definite=True)
        except NothingFound:
            return []
        found = walk.found
        return found[0] if is_definite(self.steps) and found and isinstance(found[0], list) else found


@dataclass(frozen=True, slots=True)
class PathFunction:
    """A function with its arguments."""

    name: str
    arguments: tuple[Argument, ...]

    @property
    def counts(self) -> bool:
        """Tell whether it counts elements rather than looking at them."""
        return self.name in {"length", "size"}

    def call(self, value: object, root: object, budget: Budget) -> object:
        """Apply the function to what a path leads to.

        Raises:
            PathError: it cannot be applied to that.
        """
        given = [each for argument in self.arguments for each in argument.values(root, budget)]
        budget.spend(1 + len(given))
        if self.counts:
            return len(value) if isinstance(value, list | dict) else None
        if self.name == "keys":
            return JavaList(value) if isinstance(value, dict) else None
        if self.name == "concat":
            own = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
            return checked_text("".join(text_of(each, budget) for each in [*own, *given]))
        if self.name == "append":
            return [*value, *given] if isinstance(value, list) else value
        if self.name in _PLACES:
            return self._at(value, given)
        own = [item for item in value if is_number(item)] if isinstance(value, list) else []
        return _aggregate(self.name, [*own, *(each for each in given if is_number(each))])

    def call_on_all(self, values: list[object], root: object, budget: Budget) -> object:
        """Apply the function to everything that a scan found."""
        return self.call(values, root, budget)

    def _at(self, value: object, given: list[object]) -> object:
        place = _PLACES[self.name] if not given else given[0]
        if not isinstance(value, list) or not isinstance(place, int) or not -len(value) <= place < len(value):
            raise PathError(f"{self.name}() of what is no array, or of an index that it does not have")
        return value[place]


_PLACES: Final = {"first": 0, "last": -1, "index": 0}
_AGGREGATIONS: Final[dict[str, Callable[[list[float]], float]]] = {
    "sum": math.fsum,
    "min": min,
    "max": max,
    "avg": lambda numbers: math.fsum(numbers) / len(numbers),
    "stddev": lambda numbers: math.sqrt(
        math.fsum((number - math.fsum(numbers) / len(numbers)) ** 2 for number in numbers) / len(numbers)
    ),
}
_NAMES: Final = frozenset({"length", "size", "keys", "concat", "append", *_PLACES, *_AGGREGATIONS})


def _aggregate(name: str, numbers: list[object]) -> float:
    try:
        floats = [float(number) for number in numbers]  # type: ignore[arg-type]  # each is a number
        if not floats:
            raise PathError(f"{name}() of no numbers at all")
        return float(_AGGREGATIONS[name](floats))
    except (OverflowError, ValueError):
        raise Thrown(f"{name}() of numbers that are too large") from None


def make_function(name: str, arguments: str, read: Reader) -> PathFunction:
    """Make a function from what stands between its parentheses.

    Raises:
        PathError: there is no such function, or an argument is malformed.
    """
    if name not in _NAMES:
        raise PathError(f"there is no function {name}()")
    return PathFunction(name, tuple(_argument(part, read) for part in _split(arguments)))


def _split(arguments: str) -> list[str]:
    parts: list[str] = []
    start = at = 0
    while at < len(arguments):
        if arguments[at] in "'\"":
            at = end_of_quotes(arguments, at)
        elif arguments[at] in "([{":
            at = closing(arguments, at)
        elif arguments[at] == ",":
            parts.append(arguments[start:at])
            start = at + 1
        if at < 0:
            raise PathError(f"an argument in {arguments!r} is not closed")
        at += 1
    return [*parts, arguments[start:]] if arguments.strip() else []


def _argument(written: str, read: Reader) -> Argument:
    text = written.strip()
    if text.count("(") > _NESTING_LIMIT:
        raise PathError(f"more than {_NESTING_LIMIT} functions within each other")
    if text[:1] in {"$", "@"}:
        return Argument(read(text))
    try:
        return Argument(None, read_json(text))
    except JsonError:
        raise PathError(f"the argument {text!r} is neither path nor JSON") from None
