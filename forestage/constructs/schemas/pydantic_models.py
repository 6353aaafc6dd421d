"""Models of pydantic, by pydantic's own schemas, turned into draft 4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter
from pydantic.errors import PydanticInvalidForJsonSchema
from pydantic.json_schema import GenerateJsonSchema

from forestage.constructs.schemas import draft4
from forestage.constructs.schemas.errors import SchemaTypeError
from forestage.model.limits import MODEL_NAME

if TYPE_CHECKING:
    from forestage.constructs.schemas.draft4 import Document
    from forestage.constructs.schemas.reading import Reader

_OURS: Final = "x-forestage-type"
_DEFINITIONS: Final = "#/$defs/"
_ANNOTATIONS: Final = frozenset(
    {
        *("discriminator", "example", "examples", "deprecated", "readOnly", "writeOnly", "$comment"),
        *("contentMediaType", "contentEncoding", "contentSchema"),
    }
)
"""What says nothing of which values are valid: API Gateway refuses these keywords, so they are left out."""


# pydantic's own shapes: a core schema is a dict of whatever its type needs.
class _Generator(GenerateJsonSchema):
    """pydantic's generator, which leaves dataclasses and TypedDicts to our reader, so that both write them alike."""

    reader: Reader
    place: str

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Name no field twice."""
        del schema
        return False

    def dataclass_schema(self, schema: Any) -> dict[str, Any]:
        """Leave a dataclass of the standard library to our reader."""
        if hasattr(schema["cls"], "__pydantic_core_schema__"):
            return super().dataclass_schema(schema)
        return self._by_reader(schema["cls"])

    def typed_dict_schema(self, schema: Any) -> dict[str, Any]:
        """Leave a TypedDict to our reader."""
        return self._by_reader(schema["cls"]) if "cls" in schema else super().typed_dict_schema(schema)

    def _by_reader(self, cls: type) -> dict[str, Any]:
        self.reader.named(cls, cls.__name__, self.place)
        return {_OURS: cls.__name__}


def read_model(cls: type, reader: Reader, place: str) -> None:
    """Define a model of pydantic, and those that it refers to.

    Raises:
        SchemaTypeError: it has a part that draft 4 cannot say.
    """
    generator = type("Generator", (_Generator,), {"reader": reader, "place": cls.__name__})
    try:
        whole = TypeAdapter(cls).json_schema(schema_generator=generator)
    except PydanticInvalidForJsonSchema as error:
        raise SchemaTypeError(cls.__name__, f"pydantic has no JSON schema for it: {error.message}") from None
    definitions: dict[str, Document] = whole.pop("$defs", {})
    inlined = {name: part for name, part in definitions.items() if _is_inlined(part)}
    for name, part in definitions.items():
        if name not in inlined:
            _check_name(name, place)
            reader.define(name, _converted(part, inlined), place)
    if whole.get("$ref") != _DEFINITIONS + cls.__name__:
        _check_name(cls.__name__, place)
        reader.define(cls.__name__, _converted(whole, inlined), place)


def _is_inlined(part: Document) -> bool:
    """Tell whether a definition stands where it is mentioned: enums have no model of their own, ours are kept."""
    return "enum" in part or "const" in part or _OURS in part


def _check_name(name: str, place: str) -> None:
    if not MODEL_NAME.admits(name):
        raise SchemaTypeError(
            place,
            f"the name of a model has to be {MODEL_NAME}, got {name!r}: rename the class, of a generic write a "
            "subclass, and give two classes of one name names of their own",
        )


def _converted(document: Document, inlined: dict[str, Document]) -> Document:
    return draft4.rewritten(document, lambda part: _draft4(part, inlined))


def _draft4(part: Document, inlined: dict[str, Document]) -> Document:
    result: dict[str, Any] = {name: value for name, value in part.items() if name not in _ANNOTATIONS}
    if _OURS in result:
        return draft4.reference(result.pop(_OURS))
    target = result.pop("$ref", None)
    if target is not None:
        return draft4.remarked(_target(target, inlined), **result)
    if "prefixItems" in result:
        result["additionalItems"] = result.pop("items", False)
        result["items"] = result.pop("prefixItems")
    if "const" in result:
        result["enum"] = [result.pop("const")]
    if result.get("enum") == [None]:
        return draft4.NULL
    for limit in ("Minimum", "Maximum"):
        _exclude(result, limit)
    if isinstance(result.get("format"), str) and "pattern" not in result and result["format"] in draft4.FORMATS:
        result["pattern"] = draft4.FORMATS[result["format"]]
    if result.get("default", ...) is None:
        del result["default"]
    if "anyOf" in result:
        members = result.pop("anyOf")
        remarks = {name: result.pop(name) for name in ("title", "description", "default") if name in result}
        return draft4.remarked({**draft4.union(members), **result}, **remarks)
    return result


def _target(target: str, inlined: dict[str, Document]) -> Document:
    name = target.removeprefix(_DEFINITIONS)
    if name in inlined:
        return _draft4(inlined[name], inlined)
    return draft4.reference(name)


def _exclude(result: dict[str, Any], limit: str) -> None:
    """Write ``"exclusiveMinimum": 1`` as draft 4 has it; of two limits the narrower one counts."""
    plain, exclusive = limit.lower(), f"exclusive{limit}"
    if exclusive not in result:
        return
    bound, other = result[exclusive], result.get(plain)
    is_wider = other is not None and (other > bound if limit == "Minimum" else other < bound)
    if is_wider:
        del result[exclusive]
        return
    result[plain], result[exclusive] = bound, True
