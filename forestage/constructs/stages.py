"""Stages of a REST API: what is served under a name, and with which settings."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, TypedDict

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam

from forestage.constructs.access_logs import AccessLog
from forestage.constructs.account import ApiGatewayAccount
from forestage.constructs.checks import (
    check_allowed,
    check_kind,
    check_stage_name,
    check_variables,
    is_known,
    refuse,
)
from forestage.constructs.deployments import Deployment, check_deployment
from forestage.constructs.metrics import Metrics
from forestage.constructs.source_lines import NotedConstruct
from forestage.constructs.throttles import DEFAULT_THROTTLE, Throttle, check_throttle
from forestage.constructs.verbs import ANY, VERBS
from forestage.model import limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from forestage.constructs.rest_api import RestApi

DEFAULT_ACCESS_LOG: Final = AccessLog()

_EVERY_METHOD: Final = "/*/*"
_WRITING: Final = frozenset({apigateway.MethodLoggingLevel.ERROR, apigateway.MethodLoggingLevel.INFO})


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodSettings:
    """Settings of some methods of a stage; None is what the stage has for all.

    All of them are written for a method that has some of its own, whatever API Gateway makes of those left out.
    ``cached`` and what belongs to it need a stage with a cache.
    ``data_trace`` logs requests and responses as they are, whatever secrets are in them.
    """

    throttle: Throttle | None = None
    cached: bool | None = None
    cache_ttl: Duration | None = None
    cache_encrypted: bool | None = None
    log_level: apigateway.MethodLoggingLevel | None = None
    data_trace: bool | None = None
    metrics: bool | None = None

    def over(self, others: MethodSettings) -> MethodSettings:
        """Take from others what is left open here."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return MethodSettings(
            **{name: getattr(others, name) if value is None else value for name, value in named.items()}
        )

    @property
    def options(self) -> apigateway.MethodDeploymentOptions:
        """The same as ``aws_cdk`` says it."""
        return apigateway.MethodDeploymentOptions(
            throttling_rate_limit=None if self.throttle is None else self.throttle.rate,
            throttling_burst_limit=None if self.throttle is None else self.throttle.burst,
            caching_enabled=self.cached,
            cache_ttl=self.cache_ttl,
            cache_data_encrypted=self.cache_encrypted,
            logging_level=self.log_level,
            data_trace_enabled=self.data_trace,
            metrics_enabled=self.metrics,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """A cache for the answers of a stage, which costs by the hour as long as the stage exists.

    ``size`` is in gigabytes: 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 or 237.
    ``ttl`` is for how long answers are kept, up to an hour; None is five minutes.
    Every ``GET`` is cached unless its ``MethodSettings(cached=False)`` says otherwise, other verbs where theirs say so.
    Answers are told apart by the cache key parameters of the integration: path parameters and the like that are none
    are not looked at.

    Source: endpoints.md section 8 (documented).
    """

    size: str = "0.5"
    ttl: Duration | None = None
    encrypted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A share of the requests, in percent, that another deployment answers.

    ``deployment`` None is the one that follows the definition: the stage itself then serves a fixed one.
    ``variables`` are laid over those of the stage.
    ``use_stage_cache`` lets both deployments answer from one cache.

    Source: endpoints.md section 7 (documented and recorded).
    """

    percent: float
    deployment: Deployment | None = None
    variables: Mapping[str, str] | None = None
    use_stage_cache: bool = False


class StageOptions(TypedDict, total=False):
    """What a stage may have."""

    deployment: Deployment | str | None
    """The snapshot to serve, or the id of one that is retained; None is the one that follows the definition."""
    description: str | None
    variables: Mapping[str, str] | None
    """Values that integrations and templates read as ``stageVariables``."""
    throttle: Throttle | None
    """For each method; 1000 requests a second and 500 at once unless said otherwise, None leaves the account's."""
    methods: Mapping[str, MethodSettings] | None
    """Settings of some methods, ``{"GET /pets/{id}": MethodSettings(...)}``, over those of the stage."""
    cache: Cache | None
    canary: Canary | None
    access_log: AccessLog | None
    """One line for each request, as JSON in a log group of the stage unless said otherwise; None is no access log."""
    log_level: apigateway.MethodLoggingLevel
    """What of the execution is logged: errors, unless said otherwise."""
    data_trace: bool
    """Whether execution logs hold requests and responses as they are, with all their secrets; no, unless said."""
    metrics: bool
    """Whether each method has metrics of its own, which cost extra; no, unless said otherwise."""
    tracing: bool
    """Whether requests are traced by X-Ray, which costs extra; no, unless said otherwise."""
    client_certificate: bool | apigateway.CfnClientCertificate
    """Whether backends can know the gateway by a certificate: a generated one, one that is there, or none."""
    documentation_version: str | None


class Stage(NotedConstruct, Metrics):
    """A stage of a REST API: a name under which a deployment is served; ``RestApi.add_stage`` makes them.

    Right by default: an access log as JSON, errors of the execution in its log, a throttle.

    ``resource`` is the L2 ``Stage``; ``deployment`` what it serves, None if that was said by an id.

    Args:
        scope: The construct that this one is part of.
        id: Its name there, and the name of the stage unless ``stage_name`` is given.
        api: The API that is served.
        stage_name: What comes first in the path of the URL.
        deployment: The snapshot to serve, or the id of one that ``retain_deployments`` has kept; None is the one that
            follows the definition, of its own where the stage is in another stack than its API.
        description: What the stage is for.
        variables: Values that integrations and templates read as ``stageVariables``.
        throttle: For each method; 1000 requests a second and 500 at once unless said otherwise, None leaves those of
            the account.
        methods: Settings of some methods, ``{"GET /pets/{id}": MethodSettings(...)}``, over those of the stage.
        cache: A cache for answers; None is none.
        canary: A share of the requests that another deployment answers; None is no share.
        access_log: One line for each request, as JSON in a log group of the stage unless said otherwise; None is no
            access log.
        log_level: What of the execution is logged: errors, unless said otherwise.
        data_trace: Whether execution logs hold requests and responses as they are, with all their secrets.
        metrics: Whether each method has metrics of its own, which cost extra.
        tracing: Whether requests are traced by X-Ray, which costs extra.
        client_certificate: Whether backends can know the gateway by a certificate: True generates one.
        documentation_version: The version of the API's documentation that belongs to the stage.

    Raises:
        ConstructError: API Gateway would refuse what is described.

    Source: endpoints.md sections 5 to 9 (documented).
    """

    resource: apigateway.Stage

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        api: RestApi,
        stage_name: str | None = None,
        deployment: Deployment | str | None = None,
        description: str | None = None,
        variables: Mapping[str, str] | None = None,
        throttle: Throttle | None = DEFAULT_THROTTLE,
        methods: Mapping[str, MethodSettings] | None = None,
        cache: Cache | None = None,
        canary: Canary | None = None,
        access_log: AccessLog | None = DEFAULT_ACCESS_LOG,
        log_level: apigateway.MethodLoggingLevel = apigateway.MethodLoggingLevel.ERROR,
        data_trace: bool = False,
        metrics: bool = False,
        tracing: bool = False,
        client_certificate: bool | apigateway.CfnClientCertificate = False,
        documentation_version: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        name = id if stage_name is None else stage_name
        check_throttle(self, "throttle", throttle)
        check_kind(self, "cache", cache, Cache, "Cache(), or None")
        check_kind(self, "canary", canary, Canary, "Canary(percent=10)")
        check_kind(self, "access_log", access_log, AccessLog, "AccessLog(), or None")
        check_kind(self, "deployment", deployment, Deployment | str, "what add_deployment() returns, or an id")
        self.api = api
        self.variables = dict(variables or {})
        check_stage_name(self, name)
        check_variables(self, self.variables)
        settings = MethodSettings(
            throttle=throttle,
            cached=True if cache is not None else None,
            cache_ttl=None if cache is None else cache.ttl,
            cache_encrypted=None if cache is None else cache.encrypted,
            log_level=log_level,
            data_trace=data_trace,
            metrics=metrics,
        )
        _check_cache(self, cache, methods or {})
        self.method_settings = {_place(self, key): chosen for key, chosen in (methods or {}).items()}
        served = deployment if isinstance(deployment, Deployment) else api.deployment_for(self)
        check_deployment(self, served, api)
        self.deployment = None if isinstance(deployment, str) else served
        self.resource = apigateway.Stage(
            self,
            "Resource",
            deployment=served.resource,
            stage_name=name,
            description=description,
            variables=self.variables or None,
            cache_cluster_enabled=None if cache is None else True,
            cache_cluster_size=None if cache is None else cache.size,
            client_certificate_id=self._certificate_id(client_certificate),
            documentation_version=documentation_version,
            tracing_enabled=tracing or None,
            method_options={
                _EVERY_METHOD: settings.options,
                **{_key_of_l2(place): chosen.over(settings).options for place, chosen in self.method_settings.items()},
            },
        )
        stage = self.resource.node.default_child
        assert isinstance(stage, apigateway.CfnStage)
        if isinstance(deployment, str):
            stage.deployment_id = deployment
        if canary is not None:
            stage.canary_setting = self._canary_setting(canary)
        if access_log is not None:
            log = access_log.bind(self)
            stage.access_log_setting = apigateway.CfnStage.AccessLogSettingProperty(
                destination_arn=log.destination_arn, format=log.format
            )
        levels = {log_level, *(chosen.log_level for chosen in self.method_settings.values())}
        if api.cloud_watch_role and (_goes_to_cloud_watch(access_log) or levels & _WRITING):
            # In the stack of the API, which a stage in another one depends on anyway.
            stage.node.add_dependency(ApiGatewayAccount.of(api).resource)
        api.stages.append(self)

    @property
    def stage_name(self) -> str:
        """The name of the stage, as others refer to it."""
        return self.resource.stage_name

    @property
    def url(self) -> str:
        """The address of the stage at the default endpoint, ending in a slash."""
        return self.url_for("/")

    def url_for(self, path: str) -> str:
        """Return the address of a path, ``/pets``, at the default endpoint."""
        if is_known(path) and not path.startswith("/"):
            refuse(self, f"a path begins with a slash, got {path!r}: write {'/' + path!r}")
        return self.resource.url_for_path(path)

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody call all methods of this stage that authorize by IAM."""
        arn = self.api.resource.arn_for_execute_api("*", "/*", self.stage_name)
        return iam.Grant.add_to_principal(grantee=grantee, actions=["execute-api:Invoke"], resource_arns=[arn])

    def _certificate_id(self, certificate: bool | apigateway.CfnClientCertificate) -> str | None:  # ruff: ignore[boolean-type-hint-positional-argument]  (the option of the stage)
        if certificate is False:
            return None
        if certificate is True:
            certificate = apigateway.CfnClientCertificate(self, "ClientCertificate")
        return certificate.ref

    def _canary_setting(self, canary: Canary) -> apigateway.CfnStage.CanarySettingProperty:
        check_allowed(self, "the percentage of a canary", canary.percent, limits.PERCENT)
        check_kind(self, "the deployment of a canary", canary.deployment, Deployment, "what add_deployment() returns")
        variables = dict(canary.variables or {})
        check_variables(self, variables)
        deployment = canary.deployment or self.api.deployment_for(self)
        check_deployment(self, deployment, self.api)
        if deployment is self.deployment and not variables:
            refuse(
                self,
                "the canary answers from the same deployment and with the same variables as the stage: give the stage "
                "or the canary another deployment, see add_deployment(), or the canary variables",
            )
        return apigateway.CfnStage.CanarySettingProperty(
            deployment_id=deployment.deployment_id,
            percent_traffic=canary.percent,
            stage_variable_overrides=variables or None,
            use_stage_cache=canary.use_stage_cache,
        )


def _goes_to_cloud_watch(access_log: AccessLog | None) -> bool:
    return access_log is not None and access_log.delivery_stream_arn is None


def _check_cache(scope: Construct, cache: Cache | None, methods: Mapping[str, MethodSettings]) -> None:
    chosen = [("the stage", cache.ttl)] if cache is not None else []
    for key, settings in methods.items():
        check_kind(scope, f"what methods has for {key}", settings, MethodSettings, "MethodSettings(...)")
        check_throttle(scope, f"the throttle of {key}", settings.throttle)
        chosen.append((f"method {key}", settings.cache_ttl))
    for place, ttl in chosen:
        check_kind(scope, f"the cache_ttl of {place}", ttl, Duration, "Duration.minutes(5)")
        if ttl is not None and not ttl.is_unresolved():
            check_allowed(scope, f"the cache_ttl of {place}", ttl.to_seconds(), limits.CACHE_TTL_SECONDS)
    if cache is not None:
        check_allowed(scope, "the size of a cache", cache.size, limits.CACHE_SIZE)
        return
    for key, settings in methods.items():
        if settings.cached:
            refuse(scope, f"method {key} is to be cached, and the stage has no cache: give it cache=Cache()")


def _place(scope: Construct, key: str) -> tuple[str, str]:
    """Read ``GET /pets/{id}``; ``ANY`` and ``*`` are all methods of the resource."""
    verb, _, path = key.partition(" ")
    if verb not in {*VERBS, "*"} or not path.startswith("/"):
        refuse(scope, f"settings of a method are under its verb and path, 'GET /pets/{{id}}', got {key!r}")
    return verb, path


def _key_of_l2(place: tuple[str, str]) -> str:
    verb, path = place
    return f"{path}/{'*' if verb == ANY else verb}"
