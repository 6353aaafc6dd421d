"""From resources to APIs of ``AWS::ApiGatewayV2``: WebSocket APIs, and HTTP APIs, which are only described."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from forestage.load.intake import property_of
from forestage.load.websocket_checks import check_definition, check_stages
from forestage.model.records import dataclass
from forestage.model.websocket import (
    Api,
    ApiGatewayManagedOverrides,
    Authorizer,
    Definition,
    Deployment,
    Integration,
    IntegrationResponse,
    Model,
    Route,
    RouteResponse,
    Stage,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TypeVar

    from forestage.load.intake import Intake, Item
    from forestage.load.order import Node, Order
    from forestage.load.resolved import ResolvedResource

    T = TypeVar("T")

_TYPE: Final = "AWS::ApiGatewayV2::"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """One API's own resource, and what belongs to it."""

    api: ResolvedResource
    routes: tuple[Item[Route], ...]
    route_responses: tuple[Item[RouteResponse], ...]
    integrations: tuple[Item[Integration], ...]
    integration_responses: tuple[Item[IntegrationResponse], ...]
    models: tuple[Item[Model], ...]
    authorizers: tuple[Item[Authorizer], ...]
    deployments: tuple[Item[Deployment], ...]
    stages: tuple[Item[Stage], ...]
    overrides: tuple[Item[ApiGatewayManagedOverrides], ...]

    @property
    def is_imported(self) -> bool:
        """Whether more is defined than the template's resources: by an OpenAPI body or a quick-create target."""
        return any(property_of(self.api, name) is not None for name in ("Body", "BodyS3Location", "Target"))

    @property
    def stacks(self) -> frozenset[str]:
        """The stacks that define something in the API."""
        defined: tuple[Item[object], ...] = (*self.routes, *self.integrations, *self.models, *self.authorizers)
        return frozenset(item.resource.stack for item in defined)

    def definition(self, *, without: frozenset[Node] = frozenset(), later: frozenset[str] = frozenset()) -> Definition:
        """Put together what is defined, leaving out some resources and what is in some stacks."""

        def kept(items: tuple[Item[T], ...]) -> tuple[T, ...]:
            return tuple(
                item.value
                for item in items
                if item.resource.stack not in later and (item.resource.stack, item.resource.logical_id) not in without
            )

        route_responses, integration_responses = kept(self.route_responses), kept(self.integration_responses)
        return Definition(
            routes=tuple(
                dataclasses.replace(
                    route, route_responses=tuple(part for part in route_responses if part.route_id == route.id)
                )
                for route in kept(self.routes)
            ),
            integrations=tuple(
                dataclasses.replace(
                    integration,
                    integration_responses=tuple(
                        part for part in integration_responses if part.integration_id == integration.id
                    ),
                )
                for integration in kept(self.integrations)
            ),
            models=kept(self.models),
            authorizers=kept(self.authorizers),
        )


def load_apis(intake: Intake, order: Order) -> tuple[Api, ...]:
    """Read the WebSocket and HTTP APIs of a source, with faults about what does not hold together."""
    apis = (_api(intake, order, parts) for parts in _parts(intake))
    return tuple(api for api in apis if api is not None)


def _parts(intake: Intake) -> Iterator[ApiParts]:
    def of(cls: type[T], name: str) -> Mapping[str, tuple[Item[T], ...]]:
        return intake.belonging(cls, _TYPE + name, owner="ApiId", owner_type=_TYPE + "Api")

    routes, route_responses = of(Route, "Route"), of(RouteResponse, "RouteResponse")
    integrations, responses = of(Integration, "Integration"), of(IntegrationResponse, "IntegrationResponse")
    models, authorizers = of(Model, "Model"), of(Authorizer, "Authorizer")
    deployments, stages = of(Deployment, "Deployment"), of(Stage, "Stage")
    overrides = of(ApiGatewayManagedOverrides, "ApiGatewayManagedOverrides")
    for api in intake.resources(_TYPE + "Api"):
        yield ApiParts(
            api=api,
            routes=routes.get(api.id, ()),
            route_responses=route_responses.get(api.id, ()),
            integrations=integrations.get(api.id, ()),
            integration_responses=responses.get(api.id, ()),
            models=models.get(api.id, ()),
            authorizers=authorizers.get(api.id, ()),
            deployments=deployments.get(api.id, ()),
            stages=stages.get(api.id, ()),
            overrides=overrides.get(api.id, ()),
        )


def _api(intake: Intake, order: Order, parts: ApiParts) -> Api | None:
    snapshots = tuple(_snapshot(order, parts, item) for item in parts.deployments)
    api = intake.read(
        Api,
        parts.api,
        stack=parts.api.stack,
        definition=parts.definition(),
        deployments=snapshots,
        stages=_stages(parts, snapshots),
        managed_overrides=tuple(item.value for item in parts.overrides),
    )
    if api is not None:
        check_definition(intake, parts, api)
        check_stages(intake, parts)
    return api


def _snapshot(order: Order, parts: ApiParts, item: Item[Deployment]) -> Deployment:
    """Give a deployment what existed when it was made, as `forestage.load.rest` does."""
    later = frozenset(stack for stack in parts.stacks if order.is_made_later(stack, than=item.resource.stack))
    definition = parts.definition(without=order.dependents(item.resource), later=later)
    return dataclasses.replace(item.value, definition=definition)


def _stages(parts: ApiParts, snapshots: tuple[Deployment, ...]) -> tuple[Stage, ...]:
    """List the stages; one that a deployment names by StageName serves that deployment.

    Source: CloudFormation's ``AWS::ApiGatewayV2::Deployment``: StageName is "the name of an existing stage".
    """
    named = {snapshot.stage_name: snapshot.id for snapshot in snapshots if snapshot.stage_name is not None}
    return tuple(
        dataclasses.replace(item.value, deployment_id=named[item.value.stage_name])
        if item.value.stage_name in named
        else item.value
        for item in parts.stages
    )
