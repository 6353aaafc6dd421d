"""Validators compiled from models, with references between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from forestage.schemas.wording import word_errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.model.values import Json

MAX_REGEX_BACKTRACKS = 100_000
"""A pattern that needs more steps than this does not match; models are untrusted input."""

WORDED_BODY_BYTES = 65_536
"""Of a larger body that is wrong only the first error is told: all of them are made at once, each with its words."""

_MODEL = re.compile(r"https?://[^/?]+/restapis/[^/?]+/models/([^/?]+)")
"""The address of a model, and no other that ends like one: a relative reference would lead on and on from itself."""


class SchemaFaultError(ValueError):
    """A model's schema is none: it breaks draft 4's own rules, or refers to what is not there."""


@dataclass(frozen=True, slots=True)
class BodySchema:
    """A model, ready to validate bodies."""

    _validator: jsonschema_rs.Draft4Validator

    @classmethod
    def of(cls, schema: Json, *, models: Mapping[str, Json]) -> BodySchema:
        """Compile a model; ``models`` are the API's by name, for ``.../restapis/{api}/models/{name}`` references.

        Raises:
            SchemaFaultError: the schema cannot be compiled.

        Source: rest-pipeline.md, Validation (references recorded).
        """

        # jsonschema_rs takes and gives plain JSON.
        def retrieve(uri: str) -> Any:
            found = _MODEL.fullmatch(uri.partition("#")[0])
            if found is None or found[1] not in models:
                raise SchemaFaultError(f"the reference {uri!r} leads to no model of the API")
            return models[found[1]]

        if not isinstance(schema, dict):
            raise SchemaFaultError(f"a schema must be an object, got {type(schema).__name__}")
        try:
            return cls(
                jsonschema_rs.Draft4Validator(
                    schema,
                    retriever=retrieve,
                    validate_formats=False,
                    pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=MAX_REGEX_BACKTRACKS),
                )
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            raise SchemaFaultError(str(error).partition("\n")[0]) from None

    def errors(self, body: bytes) -> tuple[str, ...]:
        """Validate a body; an empty one counts as ``{}``, one that is no JSON is wrong as a whole.

        Source: rest-facts.md section 4 (empty bodies recorded).
        """
        try:
            document = orjson.loads(body or b"{}")
        except orjson.JSONDecodeError as error:
            return (f"the body is no JSON: {error}",)
        try:
            if self._validator.is_valid(document):
                return ()
            is_worded = len(body) <= WORDED_BODY_BYTES
            return word_errors(self._validator.iter_errors(document) if is_worded else self._first_error(document))
        except ValueError as error:
            # What is nested deeper than 255 levels cannot be told.
            return (f"the body does not fit, and why cannot be told: {error}",)

    # As orjson reads it.
    def _first_error(self, document: Any) -> Iterator[jsonschema_rs.ValidationError]:
        try:
            self._validator.validate(document)
        except jsonschema_rs.ValidationError as error:
            yield error
