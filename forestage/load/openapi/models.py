"""Schemas of a body as models, with references in the form that models have."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from forestage.load.identity import stable_id
from forestage.load.openapi.nodes import Draft
from forestage.load.shape import plain_json, shown
from forestage.model.limits import MODEL_NAME

if TYPE_CHECKING:
    from forestage.load.openapi.document import Document
    from forestage.load.openapi.findings import ImportFindings
    from forestage.load.openapi.nodes import BodyPart, Node
    from forestage.load.openapi.target import Target
    from forestage.load.resolved import Resolved

BUILT_IN: Final[Mapping[str, Mapping[str, object]]] = {
    "Empty": {"type": "object", "title": "Empty Schema"},
    "Error": {"type": "object", "title": "Error Schema", "properties": {"message": {"type": "string"}}},
}
"""The models that every API has, as API Gateway itself exports them.

Source: rest-pipeline.md, Validation (recorded); developer guide, examples of exported APIs.
"""

_DEEPEST_INLINE = 20


class Models:
    """The models of a body: those it names, and those made of schemas that stand where they are used."""

    def __init__(self, document: Document, target: Target, findings: ImportFindings) -> None:
        self._document = document
        self._target = target
        self._findings = findings
        self._parts: dict[str, BodyPart] = {}
        for name, schema in document.schemas.items():
            self._add_named(name, schema)

    def parts(self) -> tuple[BodyPart, ...]:
        """List the models."""
        return tuple(self._parts.values())

    def of(self, schema: Node) -> str | None:
        """Return the name of the model for a schema that is used somewhere; None where it leads to none."""
        reference = schema.text("$ref")
        if reference is None:
            return self._inline(schema)
        name = self._document.model_name(reference)
        if name is None:
            found = self._document.follow(schema, self._findings)
            return None if found is None else self._inline(found)
        if name not in self._parts and name not in BUILT_IN and name not in dict(self._document.schemas.items()):
            self._findings.warn(f"there is no model {name!r}", schema.child("$ref"))
            return None
        return name

    def _add_named(self, name: str, schema: Node) -> None:
        if not MODEL_NAME.admits(name):
            self._findings.fault(f"the name of a model may have letters and digits only, got {name!r}", schema)
        elif schema.value != BUILT_IN.get(name):
            self._add(name, schema)

    def _inline(self, schema: Node) -> str:
        """Make a model for a schema that has no name; the same schema is the same model."""
        text = json.dumps(plain_json(schema.value), default=str, sort_keys=True)
        name = f"MODEL{stable_id(text, length=6)}"
        if name not in self._parts:
            self._add(name, schema)
        return name

    def _add(self, name: str, schema: Node) -> None:
        draft = Draft(schema)
        draft.put("Name", name)
        draft.put("ContentType", "application/json")
        if schema.text("description") is not None:
            draft.put("Description", schema.child("description").value, schema.child("description"))
        draft.put("Schema", self._converted(schema, name, 0), schema)
        self._parts[name] = self._target.part("Model", name, draft, id=name)

    def _converted(self, schema: Node, owner: str, depth: int) -> Resolved:
        """Copy a schema of the model ``owner``, its references turned into those between models.

        A reference to a part of the model itself starts at the model. One to a part of another model has no such
        form: what it leads to is put in its place, ``depth`` times at most.
        """
        if isinstance(schema.value, Sequence) and not isinstance(schema.value, str):
            return [self._converted(item, owner, depth) for item in schema.each()]
        if not isinstance(schema.value, Mapping):
            return schema.value
        reference = schema.text("$ref")
        if reference is not None and reference.startswith("#/"):
            return self._reference(schema, reference, owner, depth)
        return {key: self._converted(child, owner, depth) for key, child in schema.items()}

    def _reference(self, schema: Node, reference: str, owner: str, depth: int) -> Resolved:
        name = self._document.model_name(reference)
        place, _, rest = reference.partition(f"/{owner}/")
        if depth == 0 and rest and place in {"#/definitions", "#/components/schemas"}:
            return {**self._siblings(schema), "$ref": f"#/{rest}"}
        if name is not None:
            if self._document.at(reference) is None and name not in BUILT_IN:
                self._findings.warn(f"there is no model {name!r}", schema.child("$ref"))
            return {**self._siblings(schema), "$ref": self._address(name)}
        if depth == _DEEPEST_INLINE:
            self._findings.fault(f"$ref leads into itself: {shown(reference)}", schema.child("$ref"))
            return {}
        found = self._document.follow(schema, self._findings)
        return {} if found is None else self._converted(found, owner, depth + 1)

    def _siblings(self, schema: Node) -> dict[str, Resolved]:
        return {key: child.value for key, child in schema.items() if key != "$ref"}

    def _address(self, name: str) -> str:
        return f"{model_address(self._target.id)}{name}"


def model_address(api_id: str) -> str:
    """Return what references between the models of an API begin with.

    Source: developer guide, "Data models for REST APIs": ``https://apigateway.amazonaws.com/restapis/ID/models/NAME``.
    """
    return f"https://apigateway.amazonaws.com/restapis/{api_id}/models/"
