"""A whole deployment, compiled: every API with its stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.values import known
from forestage.preview.compile.access_log import compile_access_log
from forestage.preview.compile.authorization import compile_authorization, compile_resource_policy
from forestage.preview.compile.constants import is_constant
from forestage.preview.compile.endpoints import compile_entrance, compile_vpc_endpoints
from forestage.preview.compile.gateway_responses import compile_gateway_responses
from forestage.preview.compile.integrations import compile_integration
from forestage.preview.compile.media import BinaryMediaTypes
from forestage.preview.compile.response_cache import compile_stage_cache, without_canary
from forestage.preview.compile.router import Router
from forestage.preview.compile.runtime import (
    ApiIdentity,
    ApiRuntime,
    Canary,
    CompiledMethod,
    HttpIntegration,
    LambdaIntegration,
    MockIntegration,
    Runtime,
    StageRuntime,
)
from forestage.preview.compile.stage_settings import compile_stage_settings
from forestage.preview.compile.usage import account_limit, stage_throttles
from forestage.preview.compile.validation import compile_validation
from forestage.preview.compile.vpc_links import address_vpc_links

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.model import Deployment
    from forestage.model.rest import ApiDeployment, Authorizer, Definition, Method, RestApi
    from forestage.model.stages import CanarySetting, Stage
    from forestage.preview.compile.domains import Domains
    from forestage.preview.compile.endpoints import VpcEndpoint
    from forestage.preview.compile.templates import BodyTemplate
    from forestage.preview.compile.usage import Limit, Throttle


def compile_deployment(
    deployment: Deployment, *, account: Throttle | None = None, vpc_links: Mapping[str, str] | None = None
) -> Runtime:
    """Compile every REST API of a deployment; WebSocket APIs are not executed yet.

    ``account`` is what the limits of the account were raised to. ``vpc_links`` are the addresses that were given for
    VPC links, by logical id, physical id or name.
    """
    limit = account_limit(deployment.environment.region, account)
    links = address_vpc_links(deployment, vpc_links or {})
    vpc_endpoints = compile_vpc_endpoints(deployment)
    apis = (compile_rest_api(deployment, api, limit, links, vpc_endpoints) for api in deployment.rest_apis)
    return Runtime(
        deployment=deployment,
        apis={api.identity.id: api for api in apis},
        domains=_domains(deployment),
        vpc_endpoints=vpc_endpoints,
    )


def _domains(deployment: Deployment) -> Domains | None:
    """Compile the custom domains; most sources have none, and need not wait for what compiles them."""
    if not (deployment.domain_names or deployment.domain_names_v2 or deployment.regional_domain_names):
        return None
    from forestage.preview.compile.domains import compile_domains

    return compile_domains(deployment)


def broken_templates(runtime: Runtime) -> Iterator[str]:
    """Tell of every mapping template that cannot be parsed; its method answers 500."""
    for api in runtime.apis.values():
        told: set[str] = set()
        served = [entry for stage in api.stages.values() for entry in (stage, stage.canary and stage.canary.stage)]
        for method in (method for stage in served if stage for method in stage.router.methods):
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


def compile_rest_api(
    deployment: Deployment,
    api: RestApi,
    account: Limit,
    vpc_links: Mapping[str, str],
    vpc_endpoints: Mapping[str, VpcEndpoint],
) -> ApiRuntime:
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
    stages = _Stages(api, identity, account)
    compiled = {
        stage.stage_name: stages.compile(stage, stages.snapshots[stage.deployment_id])
        for stage in api.stages
        if stage.stage_name and stage.deployment_id in stages.snapshots
    }
    return ApiRuntime(
        identity=identity,
        stages=compiled,
        closed=_closed(api, identity),
        key_from_authorizer=api.api_key_source_type == "AUTHORIZER",
        has_canary=any(stage.canary for stage in compiled.values()),
        vpc_links=vpc_links,
        entrance=compile_entrance(api, identity, vpc_endpoints),
    )


def _closed(api: RestApi, identity: ApiIdentity) -> str | None:
    """Say why nobody reaches an API at all.

    Source: endpoints.md section 2: a private API without a resource policy refuses every call (documented).
    """
    if identity.endpoint_type == "PRIVATE" and api.policy is None:
        return "a private API without a resource policy refuses every call"
    return None


class _Stages:
    """The stages of an API, and what they share: snapshots with their routers, media types, the policy."""

    def __init__(self, api: RestApi, identity: ApiIdentity, account: Limit) -> None:
        self.snapshots = {snapshot.id: snapshot for snapshot in api.deployments}
        self._routers = {snapshot.id: Router(_methods(snapshot.definition)) for snapshot in api.deployments}
        self._api = api
        self._identity = identity
        self._account = account
        self._binary = BinaryMediaTypes.of(tuple(known(entry) or "" for entry in api.binary_media_types))
        self._policy = compile_resource_policy(
            api,
            arn_prefix=f"arn:{identity.partition}:execute-api:{identity.region}:{identity.account_id}:{identity.id}",
        )

    def compile(self, stage: Stage, snapshot: ApiDeployment) -> StageRuntime:
        """Compile a stage; a canary is the same stage over another snapshot."""
        setting = stage.canary_setting
        if setting is None:
            return self._compile(stage, snapshot)
        canary = self._compile(
            stage,
            self.snapshots.get(setting.deployment_id or snapshot.id, snapshot),
            canary_setting=setting,
            is_canary=True,
        )
        return self._compile(
            stage, snapshot, is_canary=False, canary=Canary(percent=setting.percent_traffic or 0.0, stage=canary)
        )

    def _compile(
        self,
        stage: Stage,
        snapshot: ApiDeployment,
        *,
        canary_setting: CanarySetting | None = None,
        is_canary: bool | None = None,
        canary: Canary | None = None,
    ) -> StageRuntime:
        place, router = f"{self._identity.id}/{stage.stage_name}", self._routers[snapshot.id]
        settings = compile_stage_settings(
            stage.method_settings, [(method.verb, method.resource_path) for method in router.methods]
        )
        cache = compile_stage_cache(stage, f"cache/{place}", settings, router.methods)
        if cache is not None and canary_setting is not None and not canary_setting.use_stage_cache:
            cache = without_canary(cache)
        log = known(stage.access_log_setting.format) if stage.access_log_setting else None
        return StageRuntime(
            name=stage.stage_name or "",
            api=self._identity,
            deployment_id=snapshot.id,
            variables=_variables(stage, canary_setting),
            router=router,
            binary=self._binary,
            gateway_responses=compile_gateway_responses(snapshot.definition),
            tracing=bool(stage.tracing_enabled),
            throttles=stage_throttles(place, settings, self._account),
            settings=settings,
            cache=cache,
            minimum_compression_bytes=self._api.minimum_compression_size,
            access_log=compile_access_log(log) if log else None,
            is_canary=is_canary,
            canary=canary,
            policy=self._policy,
            client_certificate=known(stage.client_certificate_id),
        )


def _variables(stage: Stage, canary: CanarySetting | None) -> Mapping[str, str]:
    """Return the variables of a stage, its canary's laid over them. Source: endpoints.md section 7 (recorded)."""
    variables = {**stage.variables, **(canary.stage_variable_overrides if canary else {})}
    return {name: known(value) or str(value) for name, value in variables.items()}


def _methods(definition: Definition | None) -> list[CompiledMethod]:
    if definition is None:
        return []
    paths = definition.paths()
    authorizers = {authorizer.id: authorizer for authorizer in definition.authorizers}
    return [
        _compile_method(method, paths[method.resource_id], definition, authorizers)
        for method in definition.methods
        if method.resource_id in paths
    ]


def _compile_method(
    method: Method, path: str, definition: Definition, authorizers: Mapping[str, Authorizer]
) -> CompiledMethod:
    integration = compile_integration(method)
    validation = compile_validation(method, definition)
    authorization = compile_authorization(method, authorizers)
    is_open = validation is None and authorization is None and not method.api_key_required
    return CompiledMethod(
        verb=method.http_method.upper(),
        resource_path=path,
        resource_id=method.resource_id,
        method=method,
        integration=integration,
        validation=validation,
        responses={response.status_code: response for response in method.method_responses},
        authorization=authorization,
        is_constant=is_open and is_constant(integration),
    )
