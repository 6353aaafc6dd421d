"""Attributes of DynamoDB: how values of a request are written into items, and items read as plain JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Self, TypeAlias

from forestage.constructs.integrations.values import (
    Fragment,
    Value,
    escaped,
    json_object,
    json_string,
    json_text,
)

AttributeType: TypeAlias = (
    "Attribute | Value | str | bool | int | float | Decimal"
    " | Mapping[str, AttributeType] | Sequence[AttributeType] | None"
)
"""An attribute, a value of the request (a string then), or a constant."""

MAX_DEPTH: Final = 5
"""How deep lists and maps of items are read; what lies deeper is null."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an item whose type is told: ``Attribute.number(Value.body("$.price"))``."""

    fragment: Fragment

    @classmethod
    def string(cls, *parts: Value | str) -> Self:
        """Write a string, of several parts: ``Attribute.string("PET#", Value.path("id"))``."""
        return cls(Fragment(_typed("S", json_string(*parts)), _condition(parts)))

    @classmethod
    def number(cls, value: Value) -> Self:
        """Write a number; DynamoDB refuses what is none."""
        return cls(Fragment(_typed("N", json_string(value)), value.condition))

    @classmethod
    def boolean(cls, value: Value) -> Self:
        """Write a truth, which is false for all but ``true``."""
        text = f'#if({value.reference} == "true")true#{{else}}false#end'
        return cls(Fragment(_typed("BOOL", text), value.condition))

    @classmethod
    def json(cls, value: Value) -> Self:
        """Write the JSON text of a part of the body as a string: ``Attribute.json(Value.json("$.address"))``."""
        return cls.string(value)

    @classmethod
    def strings(cls, value: Value) -> Self:
        """Write a list of strings, from one of the body: ``Attribute.strings(Value.body("$.tags"))``."""
        return cls(Fragment(_typed("L", _each(value, _typed("S", _ELEMENT))), value.condition))

    @classmethod
    def numbers(cls, value: Value) -> Self:
        """Write a list of numbers, from one of the body."""
        return cls(Fragment(_typed("L", _each(value, _typed("N", _ELEMENT))), value.condition))

    @classmethod
    def string_set(cls, value: Value) -> Self:
        """Write a set of strings, from a list of the body, which may not be empty."""
        return cls(Fragment(_typed("SS", _each(value, _ELEMENT)), value.condition))

    @classmethod
    def number_set(cls, value: Value) -> Self:
        """Write a set of numbers, from a list of the body, which may not be empty."""
        return cls(Fragment(_typed("NS", _each(value, _ELEMENT)), value.condition))


_ELEMENT: Final = '"' + escaped("$element.toString()") + '"'


def attributes(values: Mapping[str, AttributeType]) -> str:
    """Write an item, a key, or the values of an expression."""
    return json_object({name: attribute(value) for name, value in values.items()})


def attribute(value: AttributeType) -> Fragment:
    """Write one attribute."""
    match value:
        case Attribute():
            return value.fragment
        case Value():
            return Attribute.string(value).fragment
        case None:
            return Fragment(_typed("NULL", "true"))
        case bool():
            return Fragment(_typed("BOOL", json_text(value)))
        case int() | float() | Decimal():
            return Fragment(_typed("N", json_text(str(value))))
        case str():
            return Fragment(_typed("S", json_text(value)))
        case Mapping():
            return Fragment(_typed("M", attributes(value)))
        case list() | tuple():
            # A list keeps its places: what is missing in one is an empty text.
            elements = ", ".join(replace(attribute(element), condition=None).text for element in value)
            return Fragment(_typed("L", f"[{elements}]"))
        case _:
            raise ValueError(
                "an attribute is a text, a number, a truth, None, a list, a mapping, a Value or an Attribute, "
                f"got {value!r}"
            )


def _typed(name: str, text: str) -> str:
    return f'{{"{name}": {text}}}'


def _condition(parts: Sequence[Value | str]) -> str | None:
    conditions = [part.condition for part in parts if isinstance(part, Value) and part.condition is not None]
    return " && ".join(conditions) or None


def _each(value: Value, element: str) -> str:
    return f"[#foreach($element in {value.source}){element}#if($foreach.hasNext), #end#end]"


def plain_item(reference: str) -> str:
    """Write a template of an item as plain JSON: ``{"id": {"S": "1"}}`` becomes ``{"id":"1"}``.

    Strings, numbers, truths, null, binary values (as Base64), sets, lists and maps are read; these as deep as
    ``MAX_DEPTH``, without a macro, since API Gateway does not document any.
    Of more than 1,000 elements API Gateway visits the first 1,000: commas stand before elements, so that what is
    written of these is JSON.
    """
    return f"#set($names1 = {reference}.keySet()){{#foreach($name1 in $names1)\n{_COMMA}{_member(reference, 1)}#end\n}}"


_COMMA: Final = "#if($foreach.index > 0),#end\n"


def _member(reference: str, depth: int) -> str:
    return f'"{escaped(f"$name{depth}")}":#set($value{depth} = {reference}.get($name{depth}))\n{_plain_value(depth)}'


def _plain_value(depth: int) -> str:
    value = f"$value{depth}"
    text = '"' + escaped("$element") + '"'
    kinds: dict[tuple[str, ...], Callable[[str], str]] = {
        ("S", "B"): lambda kind: '"' + escaped(f"{value}.{kind}") + '"',
        ("N", "BOOL"): lambda kind: f"{value}.{kind}",
        ("SS", "BS"): lambda kind: _plain_set(f"{value}.{kind}", text),
        ("NS",): lambda kind: _plain_set(f"{value}.{kind}", "$element"),
    }
    branches = [
        f'if({value}.containsKey("{kind}"))\n{write(kind)}#else' for names, write in kinds.items() for kind in names
    ]
    if depth < MAX_DEPTH:
        branches.append(_container(depth))
    return f"#{''.join(branches)}\nnull#end\n"


def _container(depth: int) -> str:
    """Write a map or a list; both in one place, so that the template does not double with each level."""
    value, inner = f"$value{depth}", depth + 1
    is_map, names = f"$map{inner}", f"$names{inner}"
    return (
        f'if({value}.containsKey("M") || {value}.containsKey("L"))\n'
        f'#set({is_map} = {value}.containsKey("M"))\n'
        f"#if({is_map} == true)#set({names} = {value}.M.keySet()){{#{{else}}#set({names} = {value}.L)[#end\n"
        f"#foreach($name{inner} in {names})\n{_COMMA}"
        f'#if({is_map} == true)"{escaped(f"$name{inner}")}":#set($value{inner} = {value}.M.get($name{inner}))'
        f"#{{else}}#set($value{inner} = $name{inner})#end\n"
        f"{_plain_value(inner)}"
        "#end\n"
        f"#if({is_map} == true)}}#{{else}}]#end\n"
        "#else"
    )


def _plain_set(elements: str, element: str) -> str:
    return f"[#foreach($element in {elements})#if($foreach.index > 0),#end{element}#end]"
