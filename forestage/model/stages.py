"""Stages of REST APIs, and what can be set on them."""

from __future__ import annotations

from collections.abc import Mapping

from forestage.model.records import dataclass, field
from forestage.model.tags import Tag
from forestage.model.values import Origin, Text
from forestage.model.vocabulary import (
    CacheClusterSize,
    CacheSeconds,
    LoggingLevel,
    NotNegative,
    Percent,
    Rate,
    StageName,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLogSetting:
    """Where the access log goes, and the format of its lines."""

    destination_arn: Text | None = None
    format: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodSetting:
    """Settings of one method of a stage, or of all: ``resource_path`` ``/*`` with ``http_method`` ``*``.

    ``require_authorization_for_cache_control`` None is true. Source: botocore's ``MethodSetting``; CloudFormation's
    schema lacks it.
    """

    cache_data_encrypted: bool | None = None
    cache_ttl_in_seconds: CacheSeconds | None = None
    caching_enabled: bool | None = None
    data_trace_enabled: bool | None = None
    http_method: str | None = None
    logging_level: LoggingLevel | None = None
    metrics_enabled: bool | None = None
    require_authorization_for_cache_control: bool | None = None
    resource_path: str | None = None
    throttling_burst_limit: NotNegative | None = None
    throttling_rate_limit: Rate | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CanarySetting:
    """The share of requests (percent) that another deployment answers.

    ``stage_variable_overrides`` are laid over the stage's variables.
    """

    deployment_id: str | None = None
    percent_traffic: Percent | None = None
    stage_variable_overrides: Mapping[str, Text] = field(default_factory=dict)
    use_stage_cache: bool | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentCanarySettings:
    """Canary settings of a stage that a deployment makes or updates."""

    percent_traffic: Percent | None = None
    stage_variable_overrides: Mapping[str, Text] = field(default_factory=dict)
    use_stage_cache: bool | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDescription:
    """Properties of the stage that a deployment makes by itself."""

    access_log_setting: AccessLogSetting | None = None
    cache_cluster_enabled: bool | None = None
    cache_cluster_size: CacheClusterSize | None = None
    cache_data_encrypted: bool | None = None
    cache_ttl_in_seconds: CacheSeconds | None = None
    caching_enabled: bool | None = None
    canary_setting: DeploymentCanarySettings | None = None
    client_certificate_id: Text | None = None
    data_trace_enabled: bool | None = None
    description: Text | None = None
    documentation_version: Text | None = None
    logging_level: LoggingLevel | None = None
    method_settings: tuple[MethodSetting, ...] = ()
    metrics_enabled: bool | None = None
    tags: tuple[Tag, ...] = ()
    throttling_burst_limit: NotNegative | None = None
    throttling_rate_limit: Rate | None = None
    tracing_enabled: bool | None = None
    variables: Mapping[str, Text] = field(default_factory=dict)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A named state of an API that serves one deployment.

    ``variables`` and settings are read live, the rest comes from the deployment.
    """

    logical_id: str
    id: str
    rest_api_id: str
    access_log_setting: AccessLogSetting | None = None
    cache_cluster_enabled: bool | None = None
    cache_cluster_size: CacheClusterSize | None = None
    canary_setting: CanarySetting | None = None
    client_certificate_id: Text | None = None
    deployment_id: str | None = None
    description: Text | None = None
    documentation_version: Text | None = None
    method_settings: tuple[MethodSetting, ...] = ()
    stage_name: StageName | None = None
    tags: tuple[Tag, ...] = ()
    tracing_enabled: bool | None = None
    variables: Mapping[str, Text] = field(default_factory=dict)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """The certificate that the gateway shows to backends."""

    logical_id: str
    id: str
    description: Text | None = None
    tags: tuple[Tag, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)
