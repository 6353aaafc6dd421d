"""What API Gateway refuses to create in a WebSocket or HTTP API, although each resource alone is well formed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.intake import property_of
from forestage.load.stage_checks import check_variables
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.load.intake import Intake, Item
    from forestage.load.websocket import ApiParts
    from forestage.model.websocket import Api, Route

_TYPE = "AWS::ApiGatewayV2::"
_WITH_AUTHORIZER = frozenset({"CUSTOM", "JWT"})


def check_definition(intake: Intake, parts: ApiParts, api: Api) -> None:
    """Note faults of an API and of its routes, and references that lead nowhere."""
    if api.protocol_type is None and not parts.is_imported:
        intake.fault("ProtocolType is required: WEBSOCKET or HTTP", parts.api.origin())
    if api.protocol_type == "WEBSOCKET" and api.route_selection_expression is None:
        intake.fault("a WebSocket API needs a RouteSelectionExpression", parts.api.origin())
    seen: dict[str, str] = {}
    for item in parts.routes:
        key = item.value.route_key
        if key in seen:
            intake.fault(f"the API has a route {key!r} already: {seen[key]}", item.origin("RouteKey"))
        seen.setdefault(key, item.resource.logical_id)
        _check_route(intake, parts, item)
    for part, path, wanted, kind in _references(parts):
        _check_reference(intake, part, path, wanted, kind)


def check_stages(intake: Intake, parts: ApiParts) -> None:
    """Note stages of the same name, or of a deployment that the API does not have, and variables that none can have."""
    seen: dict[str, str] = {}
    for item in parts.stages:
        name = item.value.stage_name
        if name in seen:
            intake.fault(f"another stage of this API has the name {name!r} already", item.origin("StageName"))
        seen.setdefault(name, item.resource.logical_id)
        check_variables(intake, item, item.value.stage_variables, ("StageVariables",))
        if item.value.deployment_id is not None:
            _check_reference(intake, item, "DeploymentId", item.value.deployment_id, "Deployment")
    for deployment in parts.deployments:
        name_of_stage = deployment.value.stage_name
        if name_of_stage is not None and name_of_stage not in seen:
            intake.fault(f"there is no stage {name_of_stage!r}", deployment.origin("StageName"))
    for overrides in parts.overrides:
        if overrides.value.stage is not None:
            check_variables(intake, overrides, overrides.value.stage.stage_variables, ("Stage", "StageVariables"))


def _check_route(intake: Intake, parts: ApiParts, item: Item[Route]) -> None:
    route = item.value
    target = known(route.target)
    if target is not None:
        integration_id = target.removeprefix("integrations/")
        if integration_id == target:
            intake.fault(f"Target must be integrations/ID, got {target!r}", item.origin("Target"))
        else:
            _check_reference(intake, item, "Target", integration_id, "Integration")
    if route.authorizer_id is not None:
        _check_reference(intake, item, "AuthorizerId", route.authorizer_id, "Authorizer")
    elif route.authorization_type in _WITH_AUTHORIZER and not item.has("AuthorizerId"):
        intake.fault(
            f"AuthorizationType {route.authorization_type} needs an AuthorizerId", item.origin("AuthorizationType")
        )
    names = {known(part.value.name) for part in parts.models} | {part.value.id for part in parts.models}
    for key, model in route.request_models.items():
        if model not in names and not parts.is_imported:
            intake.fault(f"there is no model {model!r}", item.origin("RequestModels", key))


def _references(parts: ApiParts) -> Iterator[tuple[Item[object], str, str, str]]:
    for response in parts.integration_responses:
        yield response, "IntegrationId", response.value.integration_id, "Integration"
    for route_response in parts.route_responses:
        yield route_response, "RouteId", route_response.value.route_id, "Route"


def _check_reference(intake: Intake, item: Item[object], path: str, wanted: str, name: str) -> None:
    """Note a reference that does not lead to a part of the same API; one to what could not be read is let pass."""
    target = next((resource for resource in intake.resources(_TYPE + name) if resource.id == wanted), None)
    if target is None:
        intake.fault(f"there is no {name.lower()} {wanted!r}", item.origin(path))
    elif property_of(target, "ApiId") != property_of(item.resource, "ApiId"):
        intake.fault(f"{name.lower()} {target.logical_id} belongs to another API", item.origin(path))
