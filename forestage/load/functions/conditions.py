"""Conditions, and the intrinsic function that chooses by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from forestage.load.functions.strings import to_text
from forestage.load.positions import MarkedList, MarkedMap, Raw
from forestage.load.scope import Scope, Value, Written, arguments, describe, nearest
from forestage.model.values import Secret, Unknown

Decision: TypeAlias = bool | Unknown
"""True, false, or not to be known before deployment."""

MOST = 11
"""One more than And and Or take."""


def choose(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Resolve one of two values by a condition; the other is not looked at."""
    given = arguments(scope, argument, node, range(3, 4), "[condition, value if true, value if false]")
    if given is None:
        return Unknown("Fn::If")
    name = given[0]
    if not isinstance(name, str):
        return scope.fault(f"Fn::If takes the name of a condition first, got {describe(name)}", node)
    return scope.resolve(given[1] if scope.condition(name, node) else given[2], node)


def misplaced(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:  # ruff: ignore[unused-function-argument]
    """Report a function of Conditions that stands elsewhere."""
    function = next(iter(node))
    hint = "give the condition a name in Conditions, and choose by it with Fn::If"
    return scope.fault(f"{function} may stand only in Conditions and Rules", node, hint=hint)


def of_account(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:  # ruff: ignore[unused-function-argument]
    """Stand for a function of Rules that asks the account: RefAll, ValueOf, ValueOfAll."""
    return Unknown(f"{next(iter(node))} {describe(argument)}")


def decide(scope: Scope, node: Raw, holder: Written) -> Decision:
    """Evaluate what Conditions or Rules say."""
    if isinstance(node, MarkedMap) and len(node) == 1:
        name, argument = next(iter(node.items()))
        function = _FUNCTIONS.get(name)
        if function:
            return function(scope, argument, node)
        hint = nearest(name, tuple(_FUNCTIONS))
        return scope.fault(f"{name} yields no condition; {', '.join(_FUNCTIONS)} do", node, hint=hint)
    at = node if isinstance(node, (MarkedMap, MarkedList)) else holder
    return scope.fault(f"a condition must be one of {', '.join(_FUNCTIONS)}, got {describe(node)}", at)


def _named(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Decision:
    if isinstance(argument, str):
        return scope.condition(argument, node)
    return scope.fault(f"Condition takes the name of a condition, got {describe(argument)}", node)


def _equals(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Decision:
    given = arguments(scope, argument, node, range(2, 3), "[value, value]")
    if given is None:
        return Unknown("Fn::Equals")
    left, right = (comparable(scope.resolve(value, node)) for value in given)
    for side in (left, right):
        if isinstance(side, Unknown):
            return side
    return left == right


def comparable(value: Value) -> object:
    """Turn a value into what Equals compares: scalars by their text, as all parameters are texts."""
    if isinstance(value, Secret):
        return value.reveal()
    text = to_text(value)
    if text is not None:
        return text
    if isinstance(value, Mapping):
        return {key: comparable(child) for key, child in value.items()}
    assert isinstance(value, Sequence), "neither a scalar nor a map"
    return [comparable(child) for child in value]


def _and(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Decision:
    return _combine(scope, argument, node, decisive=False)


def _or(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Decision:
    return _combine(scope, argument, node, decisive=True)


def _combine(scope: Scope, argument: Raw, node: MarkedMap[Raw], *, decisive: bool) -> Decision:
    """Combine decisions: one decisive one settles it, whatever is unknown; all are looked at for their faults."""
    given = arguments(scope, argument, node, range(2, MOST), "2 to 10 conditions")
    if given is None:
        return Unknown(next(iter(node)))
    decisions = [decide(scope, part, node) for part in given]
    if any(decision is decisive for decision in decisions):
        return decisive
    return next((decision for decision in decisions if isinstance(decision, Unknown)), not decisive)


def _not(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Decision:
    given = arguments(scope, argument, node, range(1, 2), "[condition]")
    if given is None:
        return Unknown("Fn::Not")
    decision = decide(scope, given[0], node)
    return decision if isinstance(decision, Unknown) else not decision


def _contains(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Decision:
    given = arguments(scope, argument, node, range(2, 3), "[[text, ...], text]")
    if given is None:
        return Unknown("Fn::Contains")
    values, value = (scope.resolve(part, node) for part in given)
    return _all_in([value], values)


def _each_member_in(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Decision:
    given = arguments(scope, argument, node, range(2, 3), "[[text, ...], [text, ...]]")
    if given is None:
        return Unknown("Fn::EachMemberIn")
    members, values = (scope.resolve(part, node) for part in given)
    return _all_in(members, values)


def _each_member_equals(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Decision:
    given = arguments(scope, argument, node, range(2, 3), "[[text, ...], text]")
    if given is None:
        return Unknown("Fn::EachMemberEquals")
    members, value = (scope.resolve(part, node) for part in given)
    return _all_in(members, [value])


def _all_in(members: object, values: object) -> Decision:
    """Tell whether all members are among the values; what is no list cannot be told."""
    for side in (members, values):
        for value in side if isinstance(side, list) else (side,):
            if isinstance(value, Unknown):
                return value
    if not isinstance(members, list) or not isinstance(values, list):
        return Unknown(f"{describe(members)} in {describe(values)}")
    return all(member in values for member in members)


_FUNCTIONS: dict[str, Callable[[Scope, Raw, MarkedMap[Raw]], Decision]] = {
    "Fn::Equals": _equals,
    "Fn::And": _and,
    "Fn::Or": _or,
    "Fn::Not": _not,
    "Condition": _named,
    "Fn::Contains": _contains,
    "Fn::EachMemberIn": _each_member_in,
    "Fn::EachMemberEquals": _each_member_equals,
}
CONDITION_FUNCTIONS = tuple(name for name in _FUNCTIONS if name != "Condition")
