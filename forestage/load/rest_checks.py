"""What API Gateway refuses to create, although each resource alone is well formed.

Sources: rest-facts.md section 12 (recorded answers of the control plane), and the service's own messages, which the
messages here follow in meaning.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from forestage.load.intake import property_of
from forestage.load.integration_checks import check_integration, warn_of_literal
from forestage.load.mapping_checks import check_gateway_response
from forestage.load.rest_parts import AUTHORIZER, METHOD, MODEL, REQUEST_VALIDATOR, RESOURCE
from forestage.model.limits import PATH_PART
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.load.intake import Intake, Item
    from forestage.load.rest_parts import RestParts
    from forestage.load.shape import Path
    from forestage.model.rest import ApiDeployment, Method, Resource

_BUILT_IN_MODELS = frozenset({"Empty", "Error"})
_WITH_AUTHORIZER = frozenset({"CUSTOM", "COGNITO_USER_POOLS", "JWT"})


def check_definition(intake: Intake, parts: RestParts) -> None:
    """Note faults in the tree of resources, in the methods on it, and in gateway responses."""
    _check_tree(intake, parts)
    _check_methods(intake, parts)
    for response in parts.gateway_responses:
        check_gateway_response(intake, response)
    for authorizer in parts.authorizers:
        warn_of_literal(intake, authorizer.value.authorizer_uri, authorizer.origin("AuthorizerUri"))


def check_snapshots(intake: Intake, parts: RestParts, snapshots: tuple[ApiDeployment, ...]) -> None:
    """Note deployments that have nothing to serve, and methods that no deployment has."""
    served: set[str] = set()
    for item, snapshot in zip(parts.deployments, snapshots, strict=True):
        methods = snapshot.definition.methods if snapshot.definition else ()
        served.update(method.id for method in methods)
        if not methods and not parts.is_imported and not _has_methods(intake, parts):
            intake.fault("the API of this deployment has no methods", item.origin())
    for method in parts.methods if snapshots else ():
        verb = method.value.http_method
        if method.value.id not in served:
            intake.warn(
                f"method {verb} is in no deployment: it is made after the last one",
                method.origin(),
                hint="let the deployment depend on the method",
            )
        elif not method.has("Integration"):
            intake.fault(f"method {verb} has no Integration", method.origin())


def _has_methods(intake: Intake, parts: RestParts) -> bool:
    return any(property_of(resource, "RestApiId") == parts.api.id for resource in intake.resources(METHOD))


def _check_tree(intake: Intake, parts: RestParts) -> None:
    by_id = {item.value.id: item for item in parts.resources}
    siblings: Mapping[str, list[Item[Resource]]] = defaultdict(list)
    for item in parts.resources:
        part, parent_id = item.value.path_part, item.value.parent_id
        if not PATH_PART.admits(part):
            intake.fault(f"PathPart may have {PATH_PART}, got {part!r}", item.origin("PathPart"))
        if parent_id in by_id and by_id[parent_id].value.path_part.endswith("+}"):
            intake.fault(
                f"a resource cannot be below {by_id[parent_id].value.path_part}, which takes all of the path",
                item.origin("ParentId"),
            )
        if parent_id != parts.root_resource_id and parent_id not in by_id:
            _check_reference(intake, item, ("ParentId",), parent_id, RESOURCE, "resource")
        siblings[parent_id].append(item)
    for group in siblings.values():
        _check_siblings(intake, group)


def _check_siblings(intake: Intake, group: list[Item[Resource]]) -> None:
    names: dict[str, Item[Resource]] = {}
    variable: str | None = None
    for item in group:
        part = item.value.path_part
        if part in names:
            intake.fault(
                f"another resource with the same parent has the PathPart {part!r} already: "
                f"{names[part].resource.logical_id}",
                item.origin("PathPart"),
            )
        elif part.startswith("{") and variable is not None:
            intake.fault(
                f"a sibling of {part} is a variable part already, {variable}: only one is allowed",
                item.origin("PathPart"),
            )
        elif part.startswith("{"):
            variable = part
        names.setdefault(part, item)


def _check_methods(intake: Intake, parts: RestParts) -> None:
    resource_ids = {parts.root_resource_id, *(item.value.id for item in parts.resources)}
    seen: dict[tuple[str, str], str] = {}
    for item in parts.methods:
        method = item.value
        if method.resource_id not in resource_ids:
            _check_reference(intake, item, ("ResourceId",), method.resource_id, RESOURCE, "resource")
        key = (method.resource_id, method.http_method)
        if key in seen:
            intake.fault(
                f"the resource has a method {method.http_method} already: {seen[key]}", item.origin("HttpMethod")
            )
        seen.setdefault(key, item.resource.logical_id)
        _check_authorization(intake, parts, item)
        _check_validation(intake, parts, item)
        check_integration(intake, item)


def _check_authorization(intake: Intake, parts: RestParts, item: Item[Method]) -> None:
    method = item.value
    kind = method.authorization_type
    if method.authorizer_id is None:
        if kind in _WITH_AUTHORIZER and not item.has("AuthorizerId"):
            intake.fault(f"AuthorizationType {kind} needs an AuthorizerId", item.origin("AuthorizationType"))
    elif kind is None and not item.has("AuthorizationType"):
        intake.fault(
            "AuthorizerId needs an AuthorizationType: CUSTOM, COGNITO_USER_POOLS or JWT", item.origin("AuthorizerId")
        )
    elif kind in _WITH_AUTHORIZER and method.authorizer_id not in {part.value.id for part in parts.authorizers}:
        _check_reference(intake, item, ("AuthorizerId",), method.authorizer_id, AUTHORIZER, "authorizer")


def _check_validation(intake: Intake, parts: RestParts, item: Item[Method]) -> None:
    method = item.value
    validator = method.request_validator_id
    if validator is not None and validator not in {part.value.id for part in parts.request_validators}:
        _check_reference(intake, item, ("RequestValidatorId",), validator, REQUEST_VALIDATOR, "request validator")
    if parts.is_imported:
        return  # A body defines models of its own.
    names = {known(part.value.name) or part.value.id for part in parts.models}
    names |= {part.value.id for part in parts.models} | _BUILT_IN_MODELS
    wanted: dict[Path, str] = {("RequestModels", kind): name for kind, name in method.request_models.items()}
    for index, response in enumerate(method.method_responses):
        for kind, name in response.response_models.items():
            wanted["MethodResponses", index, "ResponseModels", kind] = name
    for path, name in wanted.items():
        if name not in names:
            _check_reference(intake, item, path, name, MODEL, "model")


def _check_reference(
    intake: Intake, item: Item[Method] | Item[Resource], path: Path, wanted: str, resource_type: str, kind: str
) -> None:
    """Note a reference that does not lead to a part of the same API.

    Nothing is said of one that leads to a resource which could not be read: that has a fault of its own.
    """
    place = item.origin(*path)
    target = next((resource for resource in intake.resources(resource_type) if resource.id == wanted), None)
    if target is None:
        intake.fault(f"there is no {kind} {wanted!r}", place)
    elif property_of(target, "RestApiId") != item.value.rest_api_id:
        intake.fault(f"{kind} {target.logical_id} belongs to another API", place)
