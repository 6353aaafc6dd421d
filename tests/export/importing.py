"""Imports documents, and compares what they define without the ids that only one side knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from forestage.load.deployment import to_deployment
from forestage.model.values import known
from tests.load.stacks import resolved_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.rest import Definition, RestApi
    from forestage.model.values import Json


def import_document(document: Mapping[str, Json]) -> RestApi:
    """Load a template with a document as the body of its API."""
    template = {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": document}}}
    (api,) = to_deployment(resolved_source(template)).deployment.rest_apis
    return api


def definition_of(document: Mapping[str, Json]) -> Definition:
    """Load a document and return what it defines."""
    definition = import_document(document).definition
    assert definition is not None
    return definition


API_ID = import_document({"openapi": "3.0.1"}).id
"""The id of every API that is imported here."""


def without_ids(definition: Definition) -> Definition:
    """Put paths and names in place of ids."""
    paths = definition.paths()
    authorizers = {item.id: known(item.name) for item in definition.authorizers}
    validators = {item.id: known(item.name) for item in definition.request_validators}

    # Parts of any class: what they have in common is no type.
    def anonymous(item: Any, **names: str | None) -> Any:
        return replace(item, logical_id="", id="", rest_api_id="", **names)

    return replace(
        definition,
        root_resource_id="/",
        resources=tuple(anonymous(item, parent_id=paths[item.parent_id]) for item in definition.resources),
        methods=tuple(
            anonymous(
                item,
                resource_id=paths[item.resource_id],
                authorizer_id=authorizers.get(item.authorizer_id or ""),
                request_validator_id=validators.get(item.request_validator_id or ""),
            )
            for item in definition.methods
        ),
        models=tuple(map(anonymous, definition.models)),
        request_validators=tuple(map(anonymous, definition.request_validators)),
        authorizers=tuple(map(anonymous, definition.authorizers)),
        gateway_responses=tuple(map(anonymous, definition.gateway_responses)),
        documentation_parts=tuple(map(anonymous, definition.documentation_parts)),
    )
