"""JSON Schema draft 4 as API Gateway takes it: its keywords, its references, and what it refuses at deployment.

Sources: rest-pipeline.md, Validation (documented and recorded: ``example``, ``$id``, ``examples`` and
``dependentRequired`` are refused as unsupported keywords; ``required: []`` and an enum that says a value twice are
refused as invalid).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from forestage.constructs.schemas.errors import SchemaTypeError
from forestage.schemas import BodySchema, SchemaFaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# Free-form JSON: what a schema's keywords hold depends on the keyword.
Document: TypeAlias = "Mapping[str, Any]"

DRAFT_4: Final = "http://json-schema.org/draft-04/schema#"
LOCAL: Final = "#/definitions/"

_ONE: Final = ("not", "additionalProperties", "additionalItems", "items")
_SEVERAL: Final = ("allOf", "anyOf", "oneOf", "items", "prefixItems")
"""The last is of later drafts, and rewritten where one is turned into draft 4."""
_NAMED: Final = ("properties", "patternProperties", "definitions", "dependencies")

KEYWORDS: Final = frozenset(
    {
        *("$schema", "$ref", "id", "title", "description", "default", "definitions", "format", "type", "enum"),
        *("multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
        *("minLength", "maxLength", "pattern"),
        *("items", "additionalItems", "minItems", "maxItems", "uniqueItems"),
        *("properties", "patternProperties", "additionalProperties", "required", "minProperties", "maxProperties"),
        *("dependencies", "allOf", "anyOf", "oneOf", "not"),
    }
)

_INSTEAD: Final = {
    "const": "write enum with one value",
    "nullable": 'write "null" into the list of types',
    "examples": "leave it out",
    "example": "leave it out",
    "discriminator": "leave it out: an enum in each branch decides",
    "$defs": "write definitions",
    "$id": "write id",
    "prefixItems": "write items with a list",
    "dependentRequired": "write dependencies",
    "dependentSchemas": "write dependencies",
}

FORMATS: Final = {
    "date": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "time": r"^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?$",
    "date-time": (
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]"
        r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([Zz]|[+-][0-9]{2}:?[0-9]{2})?$"
    ),
    "uuid": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
}
"""Patterns of what the formats look like: that a format is looked at is said of no validator of API Gateway's."""

MAX_EXACT: Final = 2**53 - 1
"""Above this neither JavaScript, which writes the template, nor many a caller tells one integer from the next."""


def reference(name: str) -> Document:
    """Refer to a named schema within the same document."""
    return {"$ref": LOCAL + name}


def referred(document: Document) -> Iterator[str]:
    """List the names of the schemas that a document refers to, as ``reference`` does."""
    for part in parts(document):
        target = part.get("$ref")
        if isinstance(target, str) and target.startswith(LOCAL):
            yield target.removeprefix(LOCAL)


def parts(document: Document) -> Iterator[Document]:
    """List a schema and all schemas within it."""
    yield document
    for _, inner in _inside(document):
        yield from parts(inner)


def _inside(document: Document) -> Iterator[tuple[str, Document]]:
    for keyword in _ONE:
        if isinstance(document.get(keyword), dict):
            yield keyword, document[keyword]
    for keyword in _SEVERAL:
        if isinstance(document.get(keyword), list):
            yield from ((f"{keyword}[{index}]", inner) for index, inner in enumerate(document[keyword]))
    for keyword in _NAMED:
        for name, inner in document.get(keyword, {}).items():
            if isinstance(inner, dict):
                yield f"{keyword}.{name}", inner


def rewritten(document: Document, change: Callable[[Document], Document]) -> Document:
    """Change a schema and all schemas within it, the innermost first."""
    result: dict[str, Any] = dict(document)
    for keyword in _ONE:
        if isinstance(result.get(keyword), dict):
            result[keyword] = rewritten(result[keyword], change)
    for keyword in _SEVERAL:
        if isinstance(result.get(keyword), list):
            result[keyword] = [rewritten(inner, change) for inner in result[keyword]]
    for keyword in _NAMED:
        if keyword in result:
            result[keyword] = {
                name: rewritten(inner, change) if isinstance(inner, dict) else inner
                for name, inner in result[keyword].items()
            }
    return change(result)


def with_references(document: Document, address: Callable[[str], str]) -> Document:
    """Let the references of a document lead to where ``address`` says that a name is."""

    def change(part: Document) -> Document:
        target = part.get("$ref")
        if isinstance(target, str) and target.startswith(LOCAL):
            return {**part, "$ref": address(target.removeprefix(LOCAL))}
        return part

    return rewritten(document, change)


def union(members: list[Document]) -> Document:
    """Admit what any of the members admits; null is a further type where there is one type."""
    distinct = [member for index, member in enumerate(members) if member not in members[:index]]
    if not all(distinct):
        return {}
    values = [member for member in distinct if member != NULL]
    if len(values) == len(distinct):
        return _any_of(values)
    match values:
        case []:
            return NULL
        case [{"type": str(kind), **rest}] if "enum" not in rest:
            return {"type": [kind, "null"], **rest}
        case _:
            return _any_of([*values, NULL])


NULL: Final[Document] = {"type": "null"}


def _any_of(members: list[Document]) -> Document:
    if len(members) == 1:
        return members[0]
    if all(set(member) == {"type"} and isinstance(member["type"], str) for member in members):
        return {"type": [member["type"] for member in members]}
    return {"anyOf": members}


def remarked(document: Document, **remarks: object) -> Document:
    """Add a description or a default; beside a reference, which stands alone in draft 4, the two become a conjunction.

    None is no remark.
    """
    given = {name: value for name, value in remarks.items() if value is not None}
    if not given:
        return document
    return {"allOf": [document], **given} if "$ref" in document else {**document, **given}


def unchecked_formats(document: Document) -> tuple[str, ...]:
    """List the formats of strings that no pattern stands beside, each once."""
    found = {
        str(part["format"])
        for part in parts(document)
        if "format" in part and "pattern" not in part and "string" in part.get("type", "string")
    }
    return tuple(sorted(found - _FREE_FORMATS))


_FREE_FORMATS: Final = frozenset({"binary", "byte", "password"})
"""These tell what a string is for, and nothing of how it is written."""


def check(document: Document, place: str) -> None:
    """Refuse what API Gateway refuses when the model is made.

    Raises:
        SchemaTypeError: with the place within the document.
    """
    for keyword, value in document.items():
        if keyword not in KEYWORDS:
            instead = _INSTEAD.get(keyword, "leave it out, or say it with keywords of draft 4")
            raise SchemaTypeError(place, f"models are of JSON Schema draft 4, which has no {keyword!r}: {instead}")
        looked_at = _CHECKS.get(keyword)
        if looked_at is not None:
            looked_at(value, place)
    for step, inner in _inside(document):
        check(inner, f"{place}.{step}")


# The values below are of a schema as it was written.
def _check_required(value: Any, place: str) -> None:
    if value == []:
        raise SchemaTypeError(place, "API Gateway refuses an empty list of required properties: leave it out")


def _check_enum(value: Any, place: str) -> None:
    written = [json.dumps(item, sort_keys=True) for item in value]
    if not written or len(set(written)) < len(written):
        raise SchemaTypeError(place, f"an enum has one value or more, and each once, got {value!r}")
    if None in value:
        raise SchemaTypeError(
            place, 'CDK drops null from lists: write {"anyOf": [{"enum": [...]}, {"type": "null"}]} instead'
        )


def _check_exclusive(value: Any, place: str) -> None:
    if not isinstance(value, bool):
        raise SchemaTypeError(
            place, "in draft 4 exclusiveMinimum and exclusiveMaximum are true or false, beside minimum and maximum"
        )


def _check_size(value: Any, place: str) -> None:
    if isinstance(value, int | float) and abs(value) > MAX_EXACT:
        raise SchemaTypeError(place, f"limits above {MAX_EXACT} would be rounded in the template, got {value}: drop it")


_FILLED_IN: Final = "${Token["
_NOT_ECMA: Final = re.compile(
    r"\[\^?(?:\\.|[^\]\\])*\]"  # a class, whose characters are themselves
    r"|\\(?P<escape>[AZzGQE])"
    r"|\\."
    r"|\(\?(?P<group>[^:=!])"
    r"|[*+?}](?P<possessive>\+)",
    re.DOTALL,
)


def _check_pattern(value: Any, place: str) -> None:
    if _FILLED_IN in str(value):
        # CloudFormation fills it in.
        return
    for found in _NOT_ECMA.finditer(str(value)):
        if found.lastgroup is not None:
            raise SchemaTypeError(
                place,
                f"patterns of models are regular expressions of ECMA 262, which have no {found[0]!r}: "
                f"write {value!r} without it",
            )
    try:
        BodySchema.of({"pattern": value}, models={})
    except SchemaFaultError as error:
        raise SchemaTypeError(place, f"{value!r} is no regular expression of ECMA 262: {error}") from None


_CHECKS: Final = {
    "required": _check_required,
    "enum": _check_enum,
    "exclusiveMinimum": _check_exclusive,
    "exclusiveMaximum": _check_exclusive,
    "minimum": _check_size,
    "maximum": _check_size,
    "multipleOf": _check_size,
    "pattern": _check_pattern,
}
