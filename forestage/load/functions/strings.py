"""Intrinsic functions that make text: Join, Sub, Split, Base64, ToJsonString."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from forestage.load.positions import MarkedList, MarkedMap, Raw
from forestage.load.scope import NO_VALUE, Absent, Scope, Value, arguments, describe
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from forestage.load.resolved import Resolved

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_VARIABLE_NAME = re.compile(r"[A-Za-z0-9_.:]+").fullmatch


def to_text(value: Value) -> str | Unknown | Secret | None:
    """Write a scalar as CloudFormation does inside a text; None for maps and lists."""
    if isinstance(value, (str, Unknown, Secret)):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return "" if value is None or value is NO_VALUE else None


def concatenate(parts: Iterable[str | Unknown | Secret]) -> str | Unknown | Secret:
    """Put texts together; one that is unknown makes the whole unknown, one that is secret makes it secret."""
    parts = tuple(parts)
    if any(isinstance(part, Unknown) for part in parts):
        return Unknown("".join(_unmarked(part) for part in parts))
    if any(isinstance(part, Secret) for part in parts):
        return Secret("".join(part.reveal() if isinstance(part, Secret) else str(part) for part in parts))
    return "".join(str(part) for part in parts)


def _unmarked(part: str | Unknown | Secret) -> str:
    """Write an unknown inside an expression: ``${Fn::GetAtt Table.StreamArn}``."""
    return f"${{{part.expression}}}" if isinstance(part, Unknown) else str(part)


def join(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Join texts by a delimiter."""
    form = "[delimiter, [value, ...]]"
    given = arguments(scope, argument, node, range(2, 3), form)
    if given is None:
        return Unknown("Fn::Join")
    delimiter = scope.resolve(given[0], node)
    values = scope.resolve(given[1], node)
    if isinstance(values, Unknown):
        return Unknown(f"Fn::Join {delimiter} {values}")
    if not isinstance(delimiter, str) or isinstance(values, (str, Mapping)) or not isinstance(values, Sequence):
        return scope.fault(f"Fn::Join takes {form}, got {describe(delimiter)} and {describe(values)}", node)
    texts: list[str | Unknown | Secret] = []
    for value in values:
        text = to_text(value)
        if text is None:
            return scope.fault(f"Fn::Join takes texts, one of the values is {describe(value)}", node)
        texts += (delimiter, text)
    return concatenate(texts[1:])


def sub(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Put values into ``${Name}``, ``${Resource.Attribute}`` and given variables; ``${!Name}`` yields ``${Name}``."""
    variables: dict[str, Value] = {}
    text: Raw = argument
    if isinstance(argument, MarkedList) and len(argument) == 2 and isinstance(argument[1], MarkedMap):  # ruff: ignore[magic-value-comparison]
        text = argument[0]
        variables = {name: scope.resolve(value, argument[1]) for name, value in argument[1].items()}
    if not isinstance(text, str):
        return scope.fault(f"Fn::Sub takes text or [text, variables], got {describe(argument)}", node)
    parts: list[str | Unknown | Secret] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        parts += (text[end : match.start()], _variable(scope, match[1], variables, node))
        end = match.end()
    return concatenate((*parts, text[end:]))


def _variable(scope: Scope, name: str, variables: Mapping[str, Value], node: MarkedMap[Raw]) -> str | Unknown | Secret:
    if name.startswith("!"):
        return f"${{{name[1:]}}}"
    name = name.strip()
    if name in variables:
        value = variables[name]
    elif not _VARIABLE_NAME(name):
        hint = f"write ${{!{name}}} for the text ${{{name}}} itself"
        return scope.fault(f"${{{name}}} in Fn::Sub is no name of a parameter, resource or attribute", node, hint=hint)
    elif "." in name:
        logical_id, _, attribute = name.partition(".")
        value = scope.get_att(logical_id, attribute, node)
    else:
        value = scope.ref(name, node)
    written = to_text(value)
    if written is None:
        return scope.fault(f"${{{name}}} in Fn::Sub must be a text, it is {describe(value)}", node)
    return written


def split(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Split a text at a delimiter."""
    given = arguments(scope, argument, node, range(2, 3), "[delimiter, text]")
    if given is None:
        return Unknown("Fn::Split")
    delimiter = scope.resolve(given[0], node)
    text = to_text(scope.resolve(given[1], node))
    if isinstance(text, Unknown):
        return Unknown(f"Fn::Split {delimiter} {text}")
    if not isinstance(delimiter, str) or not delimiter or text is None:
        return scope.fault(
            f"Fn::Split takes [delimiter, text], got {describe(delimiter)} and {describe(given[1])}", node
        )
    if isinstance(text, Secret):
        return [Secret(part) for part in text.reveal().split(delimiter)]
    return text.split(delimiter)


def encode_base64(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Encode a text."""
    text = to_text(scope.resolve(argument, node))
    if isinstance(text, Unknown):
        return Unknown(f"Fn::Base64 {text.expression}")
    if isinstance(text, Secret):
        return Secret(_encode(text.reveal()))
    return scope.fault(f"Fn::Base64 takes a text, got {describe(argument)}", node) if text is None else _encode(text)


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def to_json_string(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Write a map or list as JSON text.

    Source: CloudFormation template reference, "Fn::ToJsonString": the keys keep their order, no blanks.
    """
    value = scope.resolve(argument, node)
    if isinstance(value, (str, int, float, Absent)) or value is None:
        return scope.fault(f"Fn::ToJsonString takes a map or a list, got {describe(value)}", node)
    leaves = tuple(_leaves(value))
    if unknown := [leaf for leaf in leaves if isinstance(leaf, Unknown)]:
        return Unknown(f"Fn::ToJsonString of {unknown[0]}")
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_reveal)
    return Secret(text) if any(isinstance(leaf, Secret) for leaf in leaves) else text


def _leaves(value: Resolved) -> Iterable[Resolved]:
    if isinstance(value, Mapping):
        for child in value.values():
            yield from _leaves(child)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for child in value:
            yield from _leaves(child)
    else:
        yield value


def _reveal(leaf: object) -> str:
    assert isinstance(leaf, Secret), "the other leaves are JSON"
    return leaf.reveal()
