"""Samples from types: a body that a model admits, and a mapping template that passes on what a model has."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any, Final

import orjson

from forestage.constructs.sample_texts import sample_text
from forestage.constructs.schemas import SchemaTypeError, schema_of
from forestage.constructs.schemas.draft4 import LOCAL
from forestage.schemas import BodySchema, SchemaFaultError

if TYPE_CHECKING:
    from forestage.constructs.models import BodyType
    from forestage.constructs.schemas import Schema
    from forestage.constructs.schemas.draft4 import Document

_SCALARS: Final = (str, int, float, bool)
_TRAITS: Final = {
    "object": ("properties", "additionalProperties", "required", "minProperties"),
    "array": ("items", "minItems", "uniqueItems"),
    "string": ("minLength", "maxLength", "pattern", "format"),
    "number": ("minimum", "maximum", "multipleOf"),
}


# A body is whatever JSON the type admits.
def sample_body(body: BodyType) -> Any:
    """Return an example of a type, which its model admits: every property is there, lists have an item.

    Defaults are taken where they are known, else names, first choices and smallest figures, so that the sample of a
    type is always the same.

    ```python
    api.get("/pets/{id}", Mock.json(200, sample_body(Pet)))
    ```

    Raises:
        SchemaTypeError: the type has no schema, or nothing was found that fits, a pattern with look-arounds for
            instance: a default helps.
    """
    schema = schema_of(body)
    try:
        value = _Sampler(schema).value(schema.document, schema.name)
    except _NothingFits as nothing:
        raise SchemaTypeError(nothing.place, "found no sample that fits: give the field a default") from None
    try:
        errors = BodySchema.of(schema.complete, models={}).errors(orjson.dumps(value))
    except SchemaFaultError as error:
        raise SchemaTypeError(schema.name, str(error)) from None
    if errors:
        raise SchemaTypeError(schema.name, f"found no sample that fits: {errors[0]}; give the fields defaults")
    return value


class _NothingFits(Exception):
    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


# What follows makes values of any type, by keywords whose values have any type.
class _Sampler:
    def __init__(self, schema: Schema) -> None:
        self._definitions = {**schema.definitions, **schema.document.get("definitions", {})}
        self._open: tuple[str, ...] = (schema.name,)

    def value(self, schema: Document, place: str, index: int = 0) -> Any:
        """Return the ``index``-th sample, where several have to differ."""
        if "$ref" in schema:
            return self._named(schema["$ref"].removeprefix(LOCAL), place, index)
        if isinstance(schema.get("default"), _SCALARS) and not index:
            return schema["default"]
        if "enum" in schema:
            return schema["enum"][index % len(schema["enum"])]
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                return self._first(schema[keyword], place, index)
        if "allOf" in schema:
            return self._merged(schema["allOf"], place, index)
        return self._of_kind(_kind(schema), schema, place, index)

    def _named(self, name: str, place: str, index: int) -> Any:
        if name in self._open or name not in self._definitions:
            raise _NothingFits(place)
        self._open = (*self._open, name)
        try:
            return self.value(self._definitions[name], place, index)
        finally:
            self._open = self._open[:-1]

    def _first(self, branches: list[Document], place: str, index: int) -> Any:
        for branch in branches:
            try:
                return self.value(branch, place, index)
            except _NothingFits:
                continue
        raise _NothingFits(place)

    def _merged(self, parts: list[Document], place: str, index: int) -> Any:
        first, *others = [self.value(part, place, index) for part in parts]
        for other in others:
            first = {**first, **other} if isinstance(first, dict) and isinstance(other, dict) else first
        return first

    def _of_kind(self, kind: str | None, schema: Document, place: str, index: int) -> Any:
        match kind:
            case "object":
                return self._object(schema, place, index)
            case "array":
                return self._array(schema, place, index)
            case "string":
                text = sample_text(schema, place.rpartition(".")[2].rstrip("[]{}"), index)
                if text is None:
                    raise _NothingFits(place)
                return text
            case "integer" | "number":
                return _number(schema, index, is_whole=kind == "integer")
            case "boolean":
                return index % 2 == 0
            case "null":
                return None
            case _:
                return {}

    def _object(self, schema: Document, place: str, index: int) -> dict[str, Any]:
        required = schema.get("required", [])
        found: dict[str, Any] = {}
        for name, inner in schema.get("properties", {}).items():
            try:
                found[name] = self.value(inner, f"{place}.{name}", index)
            except _NothingFits:
                if name in required:
                    raise
        further = schema.get("additionalProperties", True)
        least = max(schema.get("minProperties", 0), 0 if "properties" in schema or further is True else 1)
        most = schema.get("maxProperties", math.inf)
        for number in range(1, min(least, most) - len(found) + 1):
            found[f"key{number}"] = self.value(further if isinstance(further, dict) else {}, f"{place}.value", index)
        optional = [name for name in found if name not in required]
        for name in optional[: max(len(found) - most, 0)] if most < len(found) else ():
            del found[name]
        return found

    def _array(self, schema: Document, place: str, index: int) -> list[Any]:
        items, least = schema.get("items", {}), schema.get("minItems", 0)
        if isinstance(items, list):
            return [self.value(item, f"{place}[]", index) for item in items]
        count = min(max(least, 1), schema.get("maxItems", math.inf))
        try:
            return [
                self.value(items, f"{place}[]", index + number if schema.get("uniqueItems") else index)
                for number in range(count)
            ]
        except _NothingFits:
            if least:
                raise
            return []


def _kind(schema: Document) -> str | None:
    found = schema.get("type")
    if isinstance(found, list):
        return next((kind for kind in found if kind != "null"), "null")
    if found is not None:
        return str(found)
    return next((kind for kind, traits in _TRAITS.items() if any(trait in schema for trait in traits)), None)


def _number(schema: Document, index: int, *, is_whole: bool) -> int | float:
    """Return the smallest number that is allowed, or the largest, or 1; between two exclusive ones what lies there."""
    low, high = (_exact(schema.get(limit)) for limit in ("minimum", "maximum"))
    step = _exact(schema.get("multipleOf")) or Decimal(1)
    is_low_out, is_high_out = (bool(schema.get(limit)) for limit in ("exclusiveMinimum", "exclusiveMaximum"))
    if low is not None:
        value = _rounded(low, step, up=True)
        value += step if is_low_out and value <= low else 0
        if high is not None and "multipleOf" not in schema and not is_whole and value >= high:
            value = low if not is_low_out and not index else low + (high - low) / (index + 2)
        else:
            value += index * step
    elif high is not None:
        value = _rounded(high, step, up=False)
        value -= (step if is_high_out and value >= high else 0) + index * step
    else:
        value = step * (1 + index)
    return int(value) if value == value.to_integral_value() else float(value)


def _exact(limit: float | None) -> Decimal | None:
    return None if limit is None else Decimal(str(limit))


def _rounded(value: Decimal, step: Decimal, *, up: bool) -> Decimal:
    return (value / step).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR) * step
