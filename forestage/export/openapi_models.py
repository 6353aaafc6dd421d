"""Models as the schemas of an OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from forestage.load.openapi.models import BUILT_IN, model_address
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Collection

    from forestage.export.plain import Gaps
    from forestage.model.rest import Model
    from forestage.model.values import Json

SCHEMAS = "#/components/schemas/"
_ADDRESS = re.compile(re.escape(model_address("*")).replace(r"\*", "[^/]+"))


def model_name(model: Model) -> str:
    """Return the name of a model: its own, or the one that AWS would make up."""
    return known(model.name) or model.id


def write_models(models: Sequence[Model], used: Collection[str], gaps: Gaps) -> Json:
    """Write models as schemas, with those built in that methods use."""
    written: dict[str, Json] = {}
    for model in models:
        name = model_name(model)
        if model.content_type not in {None, "application/json"}:
            gaps.add(f"model {name} is for {model.content_type}, which a schema cannot say")
        written[name] = {} if model.schema is None else _schema(model.schema, name)
    for name, schema in BUILT_IN.items():
        if name in used and name not in written:
            written[name] = cast("Json", schema)
    return written


def _schema(schema: Json, owner: str) -> Json:
    if isinstance(schema, Mapping):
        return {
            key: _reference(value, owner) if key == "$ref" and isinstance(value, str) else _schema(value, owner)
            for key, value in schema.items()
        }
    if isinstance(schema, Sequence) and not isinstance(schema, str):
        return [_schema(item, owner) for item in schema]
    return schema


def _reference(reference: str, owner: str) -> str:
    """Write a reference for the document: to another model, or into the model itself."""
    if reference.startswith("#"):
        return f"{SCHEMAS}{owner}{reference[1:]}"
    return _ADDRESS.sub(SCHEMAS, reference, count=1)
