"""What match yields: things of both sides that are the same one, by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.diff.match.sides import MethodView, RestView, SideView
    from forestage.model.deployment import OtherResource, TemplateResource
    from forestage.model.domains import (
        BasePathMapping,
        BasePathMappingV2,
        DomainName,
        DomainNameV2,
        RegionalDomainName,
    )
    from forestage.model.functions import Function
    from forestage.model.rest import Authorizer, GatewayResponse, Model, RequestValidator, Resource, RestApi
    from forestage.model.stages import Stage
    from forestage.model.usage import ApiKey, UsagePlan
    from forestage.model.websocket import Api, Route
    from forestage.model.websocket import Authorizer as RouteAuthorizer
    from forestage.model.websocket import Stage as SocketStage

T_co = TypeVar("T_co", covariant=True)
AnyApi: TypeAlias = "RestApi | Api"
AnyDomain: TypeAlias = "DomainName | DomainNameV2 | RegionalDomainName"
AnyMapping: TypeAlias = "BasePathMapping | BasePathMappingV2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair(Generic[T_co]):
    """The same thing before and after; None where one side has none."""

    before: T_co | None
    after: T_co | None

    @property
    def either(self) -> T_co:
        """What is there, after the change where it is on both sides."""
        found = self.before if self.after is None else self.after
        assert found is not None, "a pair has one side at least"
        return found

    @property
    def both(self) -> tuple[T_co, T_co] | None:
        """Both sides; None where one lacks it."""
        return None if self.before is None or self.after is None else (self.before, self.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodPair:
    """A method before, and what answers the same requests after.

    ``is_same`` tells that both have the same verb and path; otherwise an ``ANY`` or a greedy path took over, or was
    taken over.
    """

    before: MethodView
    after: MethodView
    is_same: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RestPair:
    """A REST API on both sides, and what is in it."""

    before: RestView
    after: RestView
    methods: tuple[MethodPair, ...]
    removed: tuple[MethodView, ...]
    added: tuple[MethodView, ...]
    resources: tuple[Pair[Resource], ...]
    models: tuple[Pair[Model], ...]
    validators: tuple[Pair[RequestValidator], ...]
    authorizers: tuple[Pair[Authorizer], ...]
    gateway_responses: tuple[Pair[GatewayResponse], ...]
    stages: tuple[Pair[Stage], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketPair:
    """A WebSocket or HTTP API on both sides, and what is in it."""

    before: Api
    after: Api
    routes: tuple[Pair[Route], ...]
    authorizers: tuple[Pair[RouteAuthorizer], ...]
    stages: tuple[Pair[SocketStage], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentPair:
    """Two deployments, and everything in them paired.

    ``apis`` are all APIs; ``rest`` and ``sockets`` have what is in those that are of the same kind on both sides.
    ``same_functions`` has the ARNs of functions that are the same one, before and after.
    """

    before: SideView
    after: SideView
    apis: tuple[Pair[AnyApi], ...]
    rest: tuple[RestPair, ...]
    sockets: tuple[SocketPair, ...]
    plans: tuple[Pair[UsagePlan], ...]
    keys: tuple[Pair[ApiKey], ...]
    domains: tuple[Pair[AnyDomain], ...]
    functions: tuple[Pair[Function], ...]
    same_functions: frozenset[tuple[str, str]]
    resources: tuple[Pair[OtherResource], ...]
    template: tuple[Pair[TemplateResource], ...]

    def api_names(self) -> Mapping[str, str]:
        """Tell what people call the APIs, by logical id."""
        names = ((pair.either.logical_id, pair.either.name) for pair in self.apis)
        return {logical_id: str(name) for logical_id, name in names if isinstance(name, str)}
