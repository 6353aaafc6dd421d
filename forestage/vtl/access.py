"""How a reference goes from one value to the next: properties, methods, indexes, and setting them.

Everything is looked up in tables by the exact class of the value; nothing here asks an object for an attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.vtl.arithmetic import INTEGER_MIN
from forestage.vtl.errors import Thrown
from forestage.vtl.input import INPUT_METHODS, Input
from forestage.vtl.methods.registry import METHODS
from forestage.vtl.methods.table import OBJECT_TYPES, Methods, any_value
from forestage.vtl.runtime import DefinedBlock
from forestage.vtl.util import UTIL_METHODS, Util
from forestage.vtl.values import Loop, key_of, put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forestage.vtl.budget import Budget
    from forestage.vtl.methods.table import Body, MethodKey, Overload

    PropertyReader = Callable[[Budget, object], object]

LONG: Final = 4_096
"""Characters from which on a text that a method takes or gives is paid for."""

_CHARACTERS_A_STEP: Final = 256

BLOCK_METHODS: Final = Methods()
BLOCK_METHODS.add("toString")(lambda _, block: block.to_text())
BLOCK_METHODS.add("equals", any_value)(lambda _, block, other: block is other)

TABLES: Final[dict[type, dict[MethodKey, tuple[Overload, ...]]]] = {
    **METHODS,
    Input: INPUT_METHODS.table,
    Util: UTIL_METHODS.table,
    DefinedBlock: BLOCK_METHODS.table,
}
_NO_METHODS: Final[dict[MethodKey, tuple[Overload, ...]]] = {}


def call(value: object, key: MethodKey, arguments: Sequence[object], budget: Budget) -> object:
    """Call a method; None where the class has none of this name that takes these arguments.

    Raises:
        Thrown: Java's method throws.
    """
    table = TABLES.get(value.__class__, _NO_METHODS)
    for overload in table.get(key, ()):
        for accepts, argument in zip(overload.accepts, arguments, strict=True):
            if not accepts(argument):
                break
        else:
            return _paid(value, overload.body(budget, value, *arguments), budget)
    if arguments:
        _refuse(key, table, arguments)
    return None


def call_with_one(value: object, key: MethodKey, argument: object, budget: Budget) -> object:
    """Call a method with one argument, as most are called."""
    table = TABLES.get(value.__class__, _NO_METHODS)
    for overload in table.get(key, ()):
        if overload.accepts[0](argument):
            return _paid(value, overload.body(budget, value, argument), budget)
    _refuse(key, table, (argument,))
    return None


def body_without_arguments(of: type, name: str) -> Body | None:
    """Find the method of a class that takes no arguments; the caller pays for a long result with ``pay_for``."""
    overloads = TABLES.get(of, _NO_METHODS).get((name, 0), ())
    return overloads[0].body if overloads else None


def body_for_text(of: type, key: MethodKey) -> Body | None:
    """Find the method of a class that is called with a text, which is decided by the class alone.

    The caller pays for a long result with ``pay_for``. None for strings, which may be long themselves, and where no
    method takes a text.
    """
    if of is str:
        return None
    overloads = TABLES.get(of, _NO_METHODS).get(key, ())
    return next((overload.body for overload in overloads if overload.accepts[0]("")), None)


def _paid(value: object, result: object, budget: Budget) -> object:
    """Pay for a method of a long string, or with one as its result, by its length."""
    for text in (value, result):
        if text.__class__ is str and len(text) > LONG:
            pay_for(text, budget)
    return result


def pay_for(text: str, budget: Budget) -> None:
    """Pay for a long text by its length."""
    budget.spend(len(text) // _CHARACTERS_A_STEP)


def _refuse(key: MethodKey, table: dict[MethodKey, tuple[Overload, ...]], arguments: Sequence[object]) -> None:
    """Throw where Velocity 1.7 finds a method for arguments that Java then refuses."""
    for overload in table.get(key, ()):
        pairs = zip(overload.accepts, arguments, strict=True)
        if all(accepts(argument) or (argument is None and accepts in OBJECT_TYPES) for accepts, argument in pairs):
            raise Thrown(f"{key[0]}() of null (NullPointerException)")
    if (key[0], 0) in table:
        # A method without parameters is taken for one that fits any.
        raise Thrown(f"{key[0]}() takes no arguments, found {len(arguments)} (IllegalArgumentException)")


def property_of(of: type, name: str) -> PropertyReader | None:
    """Find what reads a property of a class: a getter, then the entry of a map, then a question.

    The first letter of the name may have either case. ``class`` has no value: in Java it leads to the runtime, and API
    Gateway shows nothing of that.
    """
    if name == "class":
        return None
    table = TABLES.get(of, _NO_METHODS)
    names = (name, name[0].swapcase() + name[1:])
    for each in names:
        if (f"get{each}", 0) in table:
            return table[f"get{each}", 0][0].body
    if issubclass(of, dict):
        return lambda _, value: value.get(name) if isinstance(value, dict) else None
    if of is Loop:
        return lambda _, value: value.entries.get(name) if isinstance(value, Loop) else None
    for each in names:
        if (f"is{each}", 0) in table:
            return table[f"is{each}", 0][0].body
    return None


def from_end(value: object, index: object, budget: Budget) -> object:
    """Count a negative index from the end; a Long is none.

    Raises:
        Thrown: the value has no size.
    """
    if index.__class__ is not int or not INTEGER_MIN <= index < 0:
        return index
    size = call(value, ("size", 0), (), budget)
    if not isinstance(size, int):
        raise Thrown(f"[{index}] counts from the end, and the value has no size()")
    return size + index


def set_index(value: object, index: object, new: object, budget: Budget) -> None:
    """Set what ``[index]`` leads to, with ``set`` or ``put``; nothing where the value has neither.

    Raises:
        Thrown: the index is out of range, or an override is set twice.
    """
    place = from_end(value, index, budget)
    for name in ("set", "put"):
        for overload in TABLES.get(value.__class__, _NO_METHODS).get((name, 2), ()):
            if overload.accepts[0](place):
                overload.body(budget, value, place, new)
                return


def set_property(value: object, name: str, new: object) -> None:
    """Set a property, which only maps have.

    Raises:
        ThrownOverride: an override is set twice.
    """
    if isinstance(value, dict):
        put(value, key_of(name), new)
    elif isinstance(value, Loop):
        put(value.entries, key_of(name), new)
