"""What a preview serves, for the control plane and for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.records import dataclass
from forestage.preview.compile.authorization import LambdaAuthorizer, TokenAuthorizer, Undecidable
from forestage.preview.compile.identity_sources import IdentityKind
from forestage.preview.compile.runtime import (
    HttpIntegration,
    HttpProxyIntegration,
    LambdaIntegration,
    LambdaProxyIntegration,
    MockIntegration,
)
from forestage.preview.host.addressing import HIDDEN_STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.model.values import Json
    from forestage.preview.compile.runtime import ApiRuntime, CompiledMethod, StageRuntime
    from forestage.preview.secret_texts import Cover


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOverview:
    """One method of a stage.

    ``refusal`` says why it admits nobody, None where it does. ``headers`` are those that a caller needs, with a word
    for what is in them: ``("x-api-key", "KEY")``.
    """

    verb: str
    path: str
    integration: str
    refusal: str | None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOverview:
    """A stage and where it is called; ``management_url`` is None on REST APIs."""

    name: str
    invoke_url: str
    management_url: str | None
    routes: tuple[RouteOverview, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiOverview:
    """An API and where it is served; ``port`` is None where it is only described."""

    id: str
    name: str
    logical_id: str
    stack: str
    protocol: str
    endpoint_type: str
    port: int | None
    stages: tuple[StageOverview, ...]

    def to_json(self) -> Mapping[str, Json]:
        """Tell the API as ``GET /_forestage/apis`` does (DESIGN.md, Contracts)."""
        return {
            "id": self.id,
            "name": self.name,
            "logical_id": self.logical_id,
            "stack": self.stack,
            "protocol": self.protocol,
            "endpoint_type": self.endpoint_type,
            "routes": len({(route.verb, route.path) for stage in self.stages for route in stage.routes}),
            "stages": [
                {"name": stage.name, "invoke_url": stage.invoke_url, "management_url": stage.management_url}
                for stage in self.stages
            ],
        }


def describe_api(api: ApiRuntime, *, base_url: str, port: int | None = None, cover: Cover = str) -> ApiOverview:
    """Describe an API that is served at ``base_url``, ``http://localhost:3000``; ``cover`` hides secrets."""
    identity = api.identity
    return ApiOverview(
        id=identity.id,
        name=identity.name,
        logical_id=identity.logical_id,
        stack=identity.stack,
        protocol=identity.protocol,
        endpoint_type=identity.endpoint_type,
        port=port,
        stages=tuple(_stage(stage, base_url, cover, api) for stage in api.stages.values()),
    )


def _closed(api: ApiRuntime) -> str | None:
    """Say why the API's own address admits nobody; None where it does."""
    if api.entrance is not None and not api.entrance.has_default_endpoint:
        return "the default endpoint is disabled"
    return api.closed


def _stage(stage: StageRuntime, base_url: str, cover: Cover, api: ApiRuntime) -> StageOverview:
    closed = _closed(api)
    if stage.name in HIDDEN_STAGES:
        port = base_url.rpartition(":")[2]
        base_url = f"http://{stage.api.id}.execute-api.localhost:{port}"
    routes = [
        RouteOverview(
            verb=method.verb,
            path=method.resource_path,
            integration=cover(_integration(method, stage)),
            headers=tuple(_headers(method, api)),
            refusal=closed or (method.authorization.reason if isinstance(method.authorization, Undecidable) else None),
        )
        for method in stage.router.methods
    ]
    return StageOverview(
        name=stage.name,
        invoke_url=f"{base_url}/{stage.name}",
        management_url=None,
        routes=tuple(sorted(routes, key=lambda route: (route.path, route.verb))),
    )


def _headers(method: CompiledMethod, api: ApiRuntime) -> Iterator[tuple[str, str]]:
    """Tell which headers a caller of a method needs."""
    if method.method.api_key_required and not api.key_from_authorizer:
        yield "x-api-key", "KEY"
    match method.authorization:
        case LambdaAuthorizer(identity_sources=sources, is_token=is_token):
            word = "TOKEN" if is_token else "VALUE"
            yield from ((source.name, word) for source in sources if source.kind is IdentityKind.HEADER)
        case TokenAuthorizer(identity_source=source):
            yield source.name, "TOKEN"


def _integration(method: CompiledMethod, stage: StageRuntime) -> str:
    """Say what a method calls in a few words, ``Lambda pets``."""
    match method.integration:
        case MockIntegration():
            return "MOCK"
        case LambdaProxyIntegration(function=function) | LambdaIntegration(function=function):
            name = function.fill(stage.variables, {}).partition(":function:")[2]
            return f"Lambda {name or function.text}"
        case HttpIntegration(uri=uri):
            return f"HTTP {uri.text}"
        case HttpProxyIntegration(uri=uri):
            return f"HTTP_PROXY {uri.text}"
        case other:
            return f"{other.kind}: not simulated, {other.reason}"
