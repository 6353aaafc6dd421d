"""A whole deployment, compiled: every API with its stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.values import known
from forestage.preview.compile.gateway_responses import compile_gateway_responses
from forestage.preview.compile.integrations import compile_integration
from forestage.preview.compile.media import BinaryMediaTypes
from forestage.preview.compile.router import Router
from forestage.preview.compile.runtime import (
    ApiIdentity,
    ApiRuntime,
    CompiledMethod,
    HttpIntegration,
    LambdaIntegration,
    MockIntegration,
    Runtime,
    StageRuntime,
)
from forestage.preview.compile.validation import compile_validation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.model import Deployment
    from forestage.model.rest import ApiDeployment, Definition, Method, RestApi
    from forestage.model.stages import Stage
    from forestage.preview.compile.templates import BodyTemplate


def compile_deployment(deployment: Deployment) -> Runtime:
    """Compile every REST API of a deployment; WebSocket APIs are not executed yet."""
    apis = (compile_rest_api(deployment, api) for api in deployment.rest_apis)
    return Runtime(deployment=deployment, apis={api.identity.id: api for api in apis})


def broken_templates(runtime: Runtime) -> Iterator[str]:
    """Tell of every mapping template that cannot be parsed; its method answers 500."""
    for api in runtime.apis.values():
        told: set[str] = set()
        for method in (method for stage in api.stages.values() for method in stage.router.methods):
            for template in _templates(method):
                fault = f"{api.identity.name} {method.verb} {method.resource_path}: {template.fault}"
                if template.fault and fault not in told:
                    told.add(fault)
                    yield fault


def _templates(method: CompiledMethod) -> Iterator[BodyTemplate]:
    integration = method.integration
    if not isinstance(integration, MockIntegration | HttpIntegration | LambdaIntegration):
        return
    yield from integration.request.templates.values()
    entries = [entry for _, entry in integration.responses.patterns]
    if integration.responses.default is not None:
        entries.append(integration.responses.default)
    for entry in entries:
        yield from entry.templates.values()


def compile_rest_api(deployment: Deployment, api: RestApi) -> ApiRuntime:
    """Compile one REST API: each stage with the routes of the snapshot that it serves."""
    types = api.endpoint_configuration.types if api.endpoint_configuration else ()
    identity = ApiIdentity(
        id=api.id,
        name=known(api.name) or api.logical_id,
        logical_id=api.logical_id,
        stack=api.stack,
        account_id=deployment.environment.account_id,
        region=deployment.environment.region,
        partition=deployment.environment.partition,
        endpoint_type=types[0] if types else "EDGE",
        protocol="REST",
    )
    binary = BinaryMediaTypes.of(tuple(known(entry) or "" for entry in api.binary_media_types))
    snapshots = {snapshot.id: snapshot for snapshot in api.deployments}
    routers: dict[str, Router] = {}
    for snapshot in api.deployments:
        routers[snapshot.id] = Router(_methods(api, snapshot.definition))
    return ApiRuntime(
        identity=identity,
        stages={
            stage.stage_name: _stage(stage, identity, snapshots[stage.deployment_id], routers, binary)
            for stage in api.stages
            if stage.stage_name and stage.deployment_id in snapshots
        },
        closed=_closed(api, identity),
    )


def _closed(api: RestApi, identity: ApiIdentity) -> str | None:
    """Say why nobody reaches an API at all.

    Source: endpoints.md section 2: a private API without a resource policy refuses every call (documented).
    """
    if identity.endpoint_type == "PRIVATE" and api.policy is None:
        return "a private API without a resource policy refuses every call"
    return None


def _stage(
    stage: Stage,
    identity: ApiIdentity,
    snapshot: ApiDeployment,
    routers: Mapping[str, Router],
    binary: BinaryMediaTypes,
) -> StageRuntime:
    return StageRuntime(
        name=stage.stage_name or "",
        api=identity,
        deployment_id=snapshot.id,
        variables={name: known(value) or str(value) for name, value in stage.variables.items()},
        router=routers[snapshot.id],
        binary=binary,
        gateway_responses=compile_gateway_responses(snapshot.definition),
        tracing=bool(stage.tracing_enabled),
    )


def _methods(api: RestApi, definition: Definition | None) -> list[CompiledMethod]:
    if definition is None:
        return []
    paths = definition.paths()
    return [
        CompiledMethod(
            verb=method.http_method.upper(),
            resource_path=paths[method.resource_id],
            resource_id=method.resource_id,
            method=method,
            integration=compile_integration(method),
            validation=compile_validation(method, definition),
            responses={response.status_code: response for response in method.method_responses},
            refusal=_refusal(api, method),
        )
        for method in definition.methods
        if method.resource_id in paths
    ]


def _refusal(api: RestApi, method: Method) -> str | None:
    """Say what a method demands that is not executed yet; such a method admits nobody."""
    kind = method.authorization_type or "NONE"
    if kind != "NONE":
        return f"the method demands authorization of type {kind}, which is not simulated yet"
    if method.api_key_required:
        return "the method demands an API key, which is not simulated yet"
    if api.policy is not None:
        return "the API has a resource policy, which is not simulated yet"
    return None
