"""How a reference goes from one value to the next: properties, methods, indexes, and setting them.

Everything is looked up in tables by the exact class of the value; nothing here asks an object for an attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.vtl.arithmetic import INTEGER_MIN
from forestage.vtl.errors import Thrown
from forestage.vtl.input import INPUT_METHODS, Input
from forestage.vtl.methods.registry import METHODS
from forestage.vtl.methods.table import OBJECT_TYPES, Methods
from forestage.vtl.runtime import DefinedBlock
from forestage.vtl.util import UTIL_METHODS, Util
from forestage.vtl.values import Loop, key_of, put

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forestage.vtl.budget import Budget
    from forestage.vtl.methods.table import MethodKey, Overload

_LONG: Final = 4_096
_CHARACTERS_A_STEP: Final = 256

BLOCK_METHODS: Final = Methods()
BLOCK_METHODS.add("toString")(lambda _, block: block.to_text())

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
            result = overload.body(budget, value, argument)
            if (result.__class__ is str and len(result) > _LONG) or (value.__class__ is str and len(value) > _LONG):
                return _paid(value, result, budget)
            return result
    _refuse(key, table, (argument,))
    return None


def _paid(value: object, result: object, budget: Budget) -> object:
    """Pay for a method of a long string, or with one as its result, by its length."""
    for text in (value, result):
        if text.__class__ is str and len(text) > _LONG:
            budget.spend(len(text) // _CHARACTERS_A_STEP)
    return result


def _refuse(key: MethodKey, table: dict[MethodKey, tuple[Overload, ...]], arguments: Sequence[object]) -> None:
    """Throw where Velocity 1.7 finds a method for arguments that Java then refuses."""
    for overload in table.get(key, ()):
        pairs = zip(overload.accepts, arguments, strict=True)
        if all(accepts(argument) or (argument is None and accepts in OBJECT_TYPES) for accepts, argument in pairs):
            raise Thrown(f"{key[0]}() of null (NullPointerException)")
    if (key[0], 0) in table:
        # A method without parameters is taken for one that fits any.
        raise Thrown(f"{key[0]}() takes no arguments, found {len(arguments)} (IllegalArgumentException)")


def make_property(name: str) -> Callable[[object, Budget], object]:
    """Make what reads a property: a getter, then the entry of a map, then a question.

    ``class`` has no value: in Java it leads to the runtime, and API Gateway shows nothing of that.
    """
    resolved: dict[type, Callable[[Budget, object], object] | None] = {}

    def read(value: object, budget: Budget) -> object:
        of = value.__class__
        try:
            body = resolved[of]
        except KeyError:
            body = resolved[of] = _getter(of, name)
        return None if body is None else body(budget, value)

    return read if name != "class" else lambda _value, _budget: None


def _getter(of: type, name: str) -> Callable[[Budget, object], object] | None:
    """Find what reads a property of a class; the first letter of its name may have either case."""
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
