"""Intrinsic functions over lists: Select, Length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from forestage.load.scope import Scope, Value, arguments, describe
from forestage.model.values import Unknown

if TYPE_CHECKING:
    from forestage.load.positions import MarkedMap, Raw


def select(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Take one value of a list, counted from 0."""
    given = arguments(scope, argument, node, range(2, 3), "[index, [value, ...]]")
    if given is None:
        return Unknown("Fn::Select")
    index = scope.resolve(given[0], node)
    values = scope.resolve(given[1], node)
    for unknown in (index, values):
        if isinstance(unknown, Unknown):
            return Unknown(f"Fn::Select {index} {values}")
    if isinstance(values, str) or not isinstance(values, Sequence):
        return scope.fault(f"Fn::Select takes [index, [value, ...]], in place of the list is {describe(values)}", node)
    if not str(index).isdecimal():
        return scope.fault(f"Fn::Select counts 0, 1, 2 ...; {describe(index)} is no index", node)
    position = int(str(index))
    if position >= len(values):
        return scope.fault(f"Fn::Select asks for index {position}, the list has {len(values)} values", node)
    return values[position]


def length(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Count the values of a list."""
    values = scope.resolve(argument, node)
    if isinstance(values, Unknown):
        return Unknown(f"Fn::Length {values}")
    if isinstance(values, str) or not isinstance(values, Sequence):
        return scope.fault(f"Fn::Length takes a list, got {describe(values)}", node)
    return len(values)
