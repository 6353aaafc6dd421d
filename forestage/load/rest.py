"""From resources to REST APIs: what is defined, the snapshots of it, and the stages that serve them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from forestage.load.intake import property_of
from forestage.load.rest_checks import check_definition, check_snapshots
from forestage.load.rest_parts import read_rest_parts
from forestage.load.rest_stages import assemble_stages
from forestage.load.security_policy import check_security_policy
from forestage.model.rest import RestApi

if TYPE_CHECKING:
    from forestage.load.intake import Intake, Item
    from forestage.load.order import Order
    from forestage.load.resolved import ResolvedResource
    from forestage.load.rest_parts import RestParts
    from forestage.model.rest import ApiDeployment


def load_rest_apis(intake: Intake, order: Order) -> tuple[RestApi, ...]:
    """Read the REST APIs of a source, with faults and warnings about what does not hold together."""
    apis = (_checked(intake, order, parts) for parts in read_rest_parts(intake))
    return tuple(api for api in apis if api is not None)


def _checked(intake: Intake, order: Order, parts: RestParts) -> RestApi | None:
    api = _with_body(intake, order, parts)
    if api is not None:
        place = _writer(intake, parts.api, "SecurityPolicy").origin("SecurityPolicy")
        check_security_policy(intake, api.security_policy, api.endpoint_access_mode, place)
    return api


def _writer(intake: Intake, api: ResolvedResource, name: str) -> ResolvedResource:
    """Return what says a property of an API: what its body says of it, or its own resource."""
    body = intake.bodies.get((api.stack, api.logical_id))
    settings = body.settings if body is not None else None
    return api if settings is None or property_of(settings, name) is None else settings


def _with_body(intake: Intake, order: Order, parts: RestParts) -> RestApi | None:
    if all(property_of(parts.api, name) is None for name in ("Body", "BodyS3Location")):
        return _rest_api(intake, order, parts)
    # Most templates have no body: what reads one is only imported where there is one.
    from forestage.load.openapi.attach import attach, with_settings

    imported = attach(intake, parts)
    api = _rest_api(intake, order, imported.parts)
    return None if api is None else with_settings(api, imported.settings)


def _rest_api(intake: Intake, order: Order, parts: RestParts) -> RestApi | None:
    snapshots = tuple(_snapshot(order, parts, item) for item in parts.deployments)
    check_definition(intake, parts)
    check_snapshots(intake, parts, snapshots)
    # A path in place of a location is read by the import, and no object.
    path = {"body_s3_location": None} if isinstance(property_of(parts.api, "BodyS3Location"), str) else {}
    return intake.read(
        RestApi,
        parts.api,
        **path,
        stack=parts.api.stack,
        definition=parts.definition(),
        deployments=snapshots,
        stages=assemble_stages(intake, order, parts, snapshots),
        documentation_versions=tuple(item.value for item in parts.documentation_versions),
    )


def _snapshot(order: Order, parts: RestParts, item: Item[ApiDeployment]) -> ApiDeployment:
    """Give a deployment what existed when it was made.

    Source: "a deployment is a snapshot" in the developer guide (Deploy REST APIs), and that CloudFormation makes what
    depends on a resource after it. Whatever does not depend on the deployment is taken to be there: CloudFormation
    promises nothing about it, and templates forget DependsOn more often than they mean to leave something out.
    """
    later = frozenset(stack for stack in parts.stacks if order.is_made_later(stack, than=item.resource.stack))
    definition = parts.definition(without=order.dependents(item.resource), later=later)
    return dataclasses.replace(item.value, definition=definition)
