"""Intrinsic functions that refer to something else: Ref, GetAtt, ImportValue, GetStackOutput."""

from __future__ import annotations

from forestage.load.functions.strings import to_text
from forestage.load.positions import MarkedList, MarkedMap, Raw
from forestage.load.scope import Scope, Value, describe
from forestage.model.values import Unknown


def ref(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Yield a parameter's value or a resource's id."""
    name = _name(scope, argument, node)
    if name is None:
        return scope.fault(f"Ref takes the name of a parameter or resource, got {describe(argument)}", node)
    return scope.ref(name, node)


def get_att(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Yield an attribute: ``[resource, attribute]`` or ``resource.attribute``."""
    if isinstance(argument, str):
        logical_id, _, attribute = argument.partition(".")
        if logical_id and attribute:
            return scope.get_att(logical_id, attribute, node)
    elif isinstance(argument, MarkedList) and len(argument) > 1:
        names = [_name(scope, part, node) for part in argument]
        if all(names):
            first, *rest = (str(name) for name in names)
            return scope.get_att(first, ".".join(rest), node)
    return scope.fault(f"Fn::GetAtt takes [resource, attribute], got {describe(argument)}", node)


def _name(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> str | None:
    """Return a name; the language extensions allow functions in its place."""
    if isinstance(argument, MarkedMap):
        resolved = scope.resolve(argument, node)
        return resolved if isinstance(resolved, str) else None
    return argument if isinstance(argument, str) else None


def import_value(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Yield what another stack exports."""
    name = to_text(scope.resolve(argument, node))
    if isinstance(name, Unknown):
        return Unknown(f"Fn::ImportValue {name.expression}")
    if not isinstance(name, str):
        return scope.fault(f"Fn::ImportValue takes the name of an export, got {describe(argument)}", node)
    return scope.import_value(name, node)


def get_stack_output(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Yield an output of another stack, exported or not."""
    if not isinstance(argument, MarkedMap):
        return scope.fault(f"Fn::GetStackOutput takes StackName and OutputName, got {describe(argument)}", node)
    names = [to_text(scope.resolve(argument.get(key), argument)) for key in ("StackName", "OutputName")]
    for name in names:
        if isinstance(name, Unknown):
            return Unknown(f"Fn::GetStackOutput {names[0]} {names[1]}")
    stack, output = names
    if not isinstance(stack, str) or not isinstance(output, str) or not stack or not output:
        return scope.fault(f"Fn::GetStackOutput takes StackName and OutputName, got {describe(argument)}", node)
    return scope.stack_output(stack, output, node)
