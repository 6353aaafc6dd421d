"""Mapping templates that pass on what a model has, field by field."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from forestage.constructs.schemas import schema_of
from forestage.constructs.schemas.draft4 import LOCAL

if TYPE_CHECKING:
    from forestage.constructs.models import BodyType
    from forestage.constructs.schemas import Schema
    from forestage.constructs.schemas.draft4 import Document

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME: Final = re.compile(r"[A-Za-z0-9_ .:-]+")
_INDENT: Final = "  "


def sample_template(body: BodyType) -> str:
    """Return a mapping template that writes the fields of a type and leaves out what else a body has.

    Objects are written field by field and lists of objects by ``#foreach``, to be changed at will; values, lists of
    values, unions and types within themselves are passed on as they are.
    Optional fields are written where the body has them.
    A mapping template reads null as an empty string: where null may stand, both are written as null.

    ```python
    Lambda.custom(add, request_templates={"application/json": sample_template(NewPet)})
    ```

    Raises:
        SchemaTypeError: the type has no schema.
    """
    schema = schema_of(body)
    writer = _Writer(schema)
    return "#set($body = $input.path('$'))\n" + writer.value(schema.document, "$body", "$", 0) + "\n"


class _Writer:
    def __init__(self, schema: Schema) -> None:
        self._definitions = {**schema.definitions, **schema.document.get("definitions", {})}
        self._open: tuple[str, ...] = (schema.name,)
        self._loops = 0

    def value(self, schema: Document, variable: str, path: str, depth: int) -> str:
        """Write a value: ``variable`` holds it in the template, ``path`` leads to it in the body."""
        name = _reference(schema)
        if name is not None:
            return self._named(name, variable, path, depth)
        if schema.get("type") == "object" and _can_be_written(schema):
            return self._object(schema, variable, path, depth)
        if schema.get("type") == "array" and self._has_objects(schema.get("items")):
            return self._array(schema["items"], variable, path, depth)
        return self._whole(schema, variable, path)

    def _whole(self, schema: Document, variable: str, path: str) -> str:
        """Pass a value on; ``$input.json`` writes null as an empty string."""
        written = f'$input.json("{path}")'
        return f"#if({variable} == '')null#else{written}#end" if self._admits_null(schema) else written

    def _admits_null(self, schema: Document) -> bool:
        if not schema or "null" in schema.get("type", ()):
            return True
        name = _reference(schema)
        if name is not None:
            return name not in self._open and self._admits_null(self._definitions.get(name, {"type": "object"}))
        return any(self._admits_null(branch) for key in ("anyOf", "oneOf") for branch in schema.get(key, ()))

    def _named(self, name: str, variable: str, path: str, depth: int) -> str:
        if name in self._open or name not in self._definitions:
            return f'$input.json("{path}")'
        self._open = (*self._open, name)
        try:
            return self.value(self._definitions[name], variable, path, depth)
        finally:
            self._open = self._open[:-1]

    # The items of an array are a schema, a list of such, or nothing.
    def _has_objects(self, items: Any) -> bool:
        if not isinstance(items, dict):
            return False
        name = _reference(items)
        if name is not None:
            return name not in self._open and self._has_objects(self._definitions.get(name))
        return items.get("type") == "object" and _can_be_written(items)

    def _object(self, schema: Document, variable: str, path: str, depth: int) -> str:
        required = schema.get("required", [])
        properties = sorted(schema["properties"].items(), key=lambda item: item[0] not in required)
        margin, inner = _INDENT * depth, _INDENT * (depth + 1)
        lines: list[str] = []
        for position, (name, part) in enumerate(properties):
            written = self.value(part, f"{variable}.get('{name}')", _step(path, name), depth + 1)
            field = f'{inner}"{name}": {written}'
            has_more = position + 1 < len(properties) and properties[position + 1][0] in required
            if name in required:
                lines.append(field + ("," if has_more else ""))
                continue
            if not position or properties[position - 1][0] in required:
                lines.append(f'{inner}#set($comma = "{"," if position else ""}")')
            lines += [f"{inner}#if({variable}.containsKey('{name}'))$comma", field]
            lines.append(f'{inner}#set($comma = ",")#end')
        return "\n".join(["{", *lines, f"{margin}}}"])

    def _array(self, items: Document, variable: str, path: str, depth: int) -> str:
        self._loops += 1
        margin, inner = _INDENT * depth, _INDENT * (depth + 1)
        item, index = f"$item{self._loops}", f"index{self._loops}"
        written = self.value(items, item, f"{path}[${{{index}}}]", depth + 1)
        return "\n".join(
            [
                "[",
                f"{inner}#foreach({item} in {variable})",
                f"{inner}#set(${index} = $foreach.index)",
                f"{inner}{written}#if($foreach.hasNext),#end",
                f"{inner}#end",
                f"{margin}]",
            ]
        )


def _reference(schema: Document) -> str | None:
    """Return the name that a schema refers to, remarks beside it or not."""
    alone = schema.get("allOf", [schema])
    target = alone[0].get("$ref") if len(alone) == 1 else None
    return target.removeprefix(LOCAL) if isinstance(target, str) and target.startswith(LOCAL) else None


def _can_be_written(schema: Document) -> bool:
    """Tell whether the properties of an object are all there is to it, and have names that a template can say."""
    properties = schema.get("properties")
    is_whole = bool(properties) and not isinstance(schema.get("additionalProperties"), dict)
    return is_whole and all(_NAME.fullmatch(name) for name in properties or ())


def _step(path: str, name: str) -> str:
    return f"{path}.{name}" if _PLAIN_NAME.fullmatch(name) else f"{path}['{name}']"
