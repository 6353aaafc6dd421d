"""How a method is found: by the class of its object, its name, the number of its arguments, and what they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from forestage.vtl.arithmetic import INTEGER_MAX, INTEGER_MIN, LONG_MAX, LONG_MIN
from forestage.vtl.values import Character, is_collection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MethodKey: TypeAlias = "tuple[str, int]"
Accepts: TypeAlias = "Callable[[object], bool]"
# What stands behind the budget and the object was checked by the parameters' own tests.
Body: TypeAlias = "Callable[..., object]"
F = TypeVar("F", bound="Callable[..., object]")

_VARIADIC_LIMIT: Final = 12


@dataclass(frozen=True, slots=True)
class Overload:
    """One method: what its parameters take, and what it does with a budget, the object and the arguments.

    It returns None for Java's null, and ``""`` where Java's method returns nothing at all.
    """

    accepts: tuple[Accepts, ...]
    body: Body


class Methods:
    """The methods of one class."""

    def __init__(self) -> None:
        self.table: dict[MethodKey, tuple[Overload, ...]] = {}

    def add(self, name: str, *accepts: Accepts) -> Callable[[F], F]:
        """Register a method; of several that fit, the first is called."""

        def register(body: F) -> F:
            key = name, len(accepts)
            self.table[key] = (*self.table.get(key, ()), Overload(accepts, body))
            return body

        return register

    def add_variadic(self, name: str, *accepts: Accepts, rest: Accepts | None = None) -> Callable[[F], F]:
        """Register a method that takes any number of further arguments, up to a dozen; ``rest`` is what they are."""

        def register(body: F) -> F:
            for count in range(_VARIADIC_LIMIT + 1):
                self.add(name, *accepts, *(rest or any_value,) * count)(body)
            return body

        return register

    def add_all(self, rows: Iterable[tuple[str, tuple[Accepts, ...], Body]]) -> None:
        """Register a table of methods: name, parameters, body."""
        for name, accepts, body in rows:
            self.add(name, *accepts)(body)

    def over(self, base: Methods) -> dict[MethodKey, tuple[Overload, ...]]:
        """Return the table with what a base class adds to it."""
        return {**base.table, **self.table}


def any_value(_value: object) -> bool:
    """Take an ``Object``."""
    return True


def text(value: object) -> bool:
    """Take a ``String``."""
    return value.__class__ is str


def character(value: object) -> bool:
    """Take a ``char``."""
    return value.__class__ is Character


def boolean(value: object) -> bool:
    """Take a ``boolean``."""
    return value.__class__ is bool


def integer(value: object) -> bool:
    """Take an ``int``."""
    return isinstance(value, int) and value.__class__ is int and INTEGER_MIN <= value <= INTEGER_MAX


def long(value: object) -> bool:
    """Take a ``long``."""
    return isinstance(value, int) and value.__class__ is int and LONG_MIN <= value <= LONG_MAX


def double(value: object) -> bool:
    """Take a ``double``, for which an integer may stand."""
    return value.__class__ is float or long(value)


def big_integer(value: object) -> bool:
    """Take a ``BigInteger``."""
    return value.__class__ is int and not long(value)


def collection(value: object) -> bool:
    """Take a ``Collection``."""
    return is_collection(value)


def mapping(value: object) -> bool:
    """Take a ``Map``."""
    return isinstance(value, dict)


OBJECT_TYPES: Final = frozenset({text, collection, mapping})
"""Parameters that Java would pass null to, other than an ``Object``."""
