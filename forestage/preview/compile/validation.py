"""Request validators: which parameters have to be there, and which model a body has to fit.

Source: rest-pipeline.md, Validation; rest-facts.md section 4.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from forestage.model.values import known
from forestage.preview.compile.parameters import SourceKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.rest import Definition, Method, Model, RequestValidator
    from forestage.model.values import Json
    from forestage.schemas import BodySchema

BUILT_IN_MODELS: Mapping[str, Json] = {
    "Empty": {"$schema": "http://json-schema.org/draft-04/schema#", "title": "Empty Schema", "type": "object"},
    "Error": {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "Error Schema",
        "type": "object",
        "properties": {"message": {"type": "string"}},
    },
}
"""Models that every API has. Source: rest-facts.md section 4 (recorded)."""

_ORDER = (SourceKind.HEADER, SourceKind.PATH, SourceKind.QUERY)


@dataclass(frozen=True, slots=True)
class RequiredParameter:
    """A parameter that has to be there and must not be blank."""

    kind: SourceKind
    name: str


@dataclass(frozen=True, slots=True)
class BodyModel:
    """A model that bodies are held against; ``fault`` says why its schema is none."""

    name: str
    schema: BodySchema | None
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """What a method's validator checks.

    ``parameters`` are in the order in which missing ones are told: headers, path, query string, each by name.
    ``models`` is by media type in lower case, None where bodies are not checked.
    """

    parameters: tuple[RequiredParameter, ...] = ()
    models: Mapping[str, BodyModel] | None = None


def compile_validation(method: Method, definition: Definition) -> Validation | None:
    """Compile the validator of a method; None where nothing is checked."""
    validators = {validator.id: validator for validator in definition.request_validators}
    validator = validators.get(method.request_validator_id or "")
    if validator is None:
        return None
    return Validation(parameters=_parameters(method, validator), models=_models(method, validator, definition))


def _parameters(method: Method, validator: RequestValidator) -> tuple[RequiredParameter, ...]:
    if not validator.validate_request_parameters:
        return ()
    required = []
    for key, is_required in method.request_parameters.items():
        for kind in _ORDER:
            prefix = f"method.request.{kind.value}."
            if is_required and key.startswith(prefix):
                required.append(RequiredParameter(kind, key.removeprefix(prefix)))
    return tuple(sorted(required, key=lambda entry: (_ORDER.index(entry.kind), entry.name)))


def _models(method: Method, validator: RequestValidator, definition: Definition) -> Mapping[str, BodyModel] | None:
    if not validator.validate_request_body or not method.request_models:
        return None
    schemas = {**BUILT_IN_MODELS, **{known(model.name) or model.id: _schema(model) for model in definition.models}}
    return {kind.strip().lower(): _compile(name, schemas) for kind, name in method.request_models.items()}


def _compile(name: str, schemas: Mapping[str, Json]) -> BodyModel:
    # Loaded with the first validator: many APIs have none.
    from forestage.schemas import BodySchema, SchemaFaultError

    if name not in schemas:
        return BodyModel(name, None, f"there is no model {name!r}")
    try:
        return BodyModel(name, BodySchema.of(schemas[name], models=schemas))
    except SchemaFaultError as error:
        return BodyModel(name, None, f"the schema of model {name!r} cannot be used: {error}")


def _schema(model: Model) -> Json:
    """Return a model's schema; a template may also write it as text."""
    schema = model.schema
    if isinstance(schema, str):
        try:
            text: Json = orjson.loads(schema)
        except orjson.JSONDecodeError:
            return schema
        return text
    # Numbers of a template may be larger than orjson's.
    plain: Json = json.loads(json.dumps(schema, default=str))
    return plain
