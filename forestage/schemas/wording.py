"""Validation errors in the words of the validator that API Gateway uses.

Source: gateway-responses.md, Customisation: the wording of fge's json-schema-validator; the one for missing
properties is recorded, the others are that library's.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MAX_ERRORS = 20


def word_errors(errors: Iterable[jsonschema_rs.ValidationError]) -> tuple[str, ...]:
    """Word errors, those of missing properties gathered by object, in the order of the document."""
    worded: dict[tuple[object, ...], str] = {}
    missing: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    for error in errors:
        place, kind = tuple(error.instance_path), error.kind
        if isinstance(kind, jsonschema_rs.ValidationErrorKind.Required):
            missing[place].add(kind.property)
            names = _json(sorted(missing[place]))
            worded[place, "required"] = f"object has missing required properties ({names})"
        else:
            word = _WORDS.get(kind.name)
            worded[place, kind.name, len(worded)] = word(error, kind) if word else error.message
        if len(worded) >= MAX_ERRORS:
            break
    return tuple(worded.values())


# The kinds of jsonschema_rs are classes of its extension module, each with its own attributes.
def _type(error: Any, kind: Any) -> str:
    return (
        f"instance type ({_type_name(error.instance)}) does not match any allowed primitive type "
        f"(allowed: {_json(sorted(kind.types))})"
    )


def _enum(error: Any, kind: Any) -> str:
    return f"instance value ({_json(error.instance)}) not found in enum (possible values: {_json(kind.options)})"


def _maximum(error: Any, kind: Any) -> str:
    return f"numeric instance is greater than the required maximum (maximum: {kind.limit}, found: {error.instance})"


def _minimum(error: Any, kind: Any) -> str:
    return f"numeric instance is lower than the required minimum (minimum: {kind.limit}, found: {error.instance})"


def _exclusive_maximum(error: Any, kind: Any) -> str:
    if error.instance > kind.limit:
        return _maximum(error, kind)
    return f"numeric instance is not strictly lower than the required maximum {kind.limit}"


def _exclusive_minimum(error: Any, kind: Any) -> str:
    if error.instance < kind.limit:
        return _minimum(error, kind)
    return f"numeric instance is not strictly greater than the required minimum {kind.limit}"


def _multiple_of(error: Any, kind: Any) -> str:
    return f"remainder of division is not zero ({error.instance} / {kind.multiple_of})"


def _max_length(error: Any, kind: Any) -> str:
    text = error.instance
    return f'string "{text}" is too long (length: {len(text)}, maximum allowed: {kind.limit})'


def _min_length(error: Any, kind: Any) -> str:
    text = error.instance
    return f'string "{text}" is too short (length: {len(text)}, required minimum: {kind.limit})'


def _pattern(error: Any, kind: Any) -> str:
    return f'ECMA 262 regex "{kind.pattern}" does not match input string "{error.instance}"'


def _max_items(error: Any, kind: Any) -> str:
    return f"array is too long: must have at most {kind.limit} elements but instance has {len(error.instance)} elements"


def _min_items(error: Any, kind: Any) -> str:
    return (
        f"array is too short: must have at least {kind.limit} elements but instance has {len(error.instance)} elements"
    )


def _unique_items(error: Any, kind: Any) -> str:
    del error, kind
    return "array must not contain duplicate elements"


def _additional_properties(error: Any, kind: Any) -> str:
    del error
    return f"object instance has properties which are not allowed by the schema: {_json(sorted(kind.unexpected))}"


def _max_properties(error: Any, kind: Any) -> str:
    return f"object has too many properties (found {len(error.instance)} but schema requires at most {kind.limit})"


def _min_properties(error: Any, kind: Any) -> str:
    return f"object has too few properties (found {len(error.instance)} but schema requires at least {kind.limit})"


def _any_of(error: Any, kind: Any) -> str:
    del error
    return f"instance failed to match at least one required schema among {len(kind.context)}"


def _one_of(error: Any, kind: Any) -> str:
    del error
    matched = sum(not branch for branch in kind.context)
    return f"instance failed to match exactly one schema (matched {matched} out of {len(kind.context)})"


def _not(error: Any, kind: Any) -> str:
    del error, kind
    return "instance matched a schema which it should not have"


_WORDS: Mapping[str, Callable[[Any, Any], str]] = {
    "type": _type,
    "enum": _enum,
    "maximum": _maximum,
    "minimum": _minimum,
    "exclusiveMaximum": _exclusive_maximum,
    "exclusiveMinimum": _exclusive_minimum,
    "multipleOf": _multiple_of,
    "maxLength": _max_length,
    "minLength": _min_length,
    "pattern": _pattern,
    "maxItems": _max_items,
    "minItems": _min_items,
    "uniqueItems": _unique_items,
    "additionalProperties": _additional_properties,
    "maxProperties": _max_properties,
    "minProperties": _min_properties,
    "anyOf": _any_of,
    "oneOf": _one_of,
    "not": _not,
}


def _type_name(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
        case _:
            return "array"


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
