"""WebSocket APIs: what ``AWS::ApiGatewayV2`` types describe."""

from __future__ import annotations

from collections.abc import Mapping

from forestage.model.records import dataclass, field
from forestage.model.values import ASSEMBLED, Json, OpenJson, Origin, Text
from forestage.model.vocabulary import (
    CacheSeconds,
    ConnectionType,
    ContentHandling,
    IntegrationType,
    IpAddressType,
    LoggingLevel,
    NotNegative,
    PassthroughBehavior,
    ProtocolType,
    Rate,
    RegionalStageName,
    RegionalTimeoutMillis,
    RouteAuthorizationType,
    RouteAuthorizerType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyS3Location:
    """Where an OpenAPI body is stored."""

    bucket: Text | None = None
    etag: Text | None = None
    key: Text | None = None
    version: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """CORS of an HTTP API."""

    allow_credentials: bool | None = None
    allow_headers: tuple[str, ...] = ()
    allow_methods: tuple[Text, ...] = ()
    allow_origins: tuple[Text, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age: int | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLogSettings:
    """Where the access log goes, and the format of its lines."""

    destination_arn: Text | None = None
    format: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSettings:
    """Logging and throttling of a route, or of all."""

    data_trace_enabled: bool | None = None
    detailed_metrics_enabled: bool | None = None
    logging_level: LoggingLevel | None = None
    throttling_burst_limit: NotNegative | None = None
    throttling_rate_limit: Rate | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSettingsOverrides:
    """Metrics and throttling of a route of a quick-create API, or of all."""

    detailed_metrics_enabled: bool | None = None
    throttling_burst_limit: NotNegative | None = None
    throttling_rate_limit: Rate | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationOverrides:
    """Overrides of the integration of a quick-create API."""

    description: Text | None = None
    integration_method: str | None = None
    payload_format_version: str | None = None
    timeout_in_millis: RegionalTimeoutMillis | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOverrides:
    """Overrides of the route of a quick-create API."""

    authorization_scopes: tuple[Text, ...] = ()
    authorization_type: RouteAuthorizationType | None = None
    authorizer_id: str | None = None
    operation_name: Text | None = None
    target: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOverrides:
    """Overrides of the stage of a quick-create API."""

    access_log_settings: AccessLogSettings | None = None
    auto_deploy: bool | None = None
    default_route_settings: RouteSettingsOverrides | None = None
    description: Text | None = None
    route_settings: Mapping[str, RouteSettingsOverrides] = field(default_factory=dict)
    stage_variables: Mapping[str, Text] = field(default_factory=dict)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiGatewayManagedOverrides:
    """Overrides of what a quick-create API made by itself."""

    logical_id: str
    id: str
    api_id: str
    integration: IntegrationOverrides | None = None
    route: RouteOverrides | None = None
    stage: StageOverrides | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JWTConfiguration:
    """Issuer and audience that a JWT must have."""

    audience: tuple[Text, ...] = ()
    issuer: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizer:
    """Who decides whether a client may connect: ``REQUEST``, or ``JWT`` on HTTP APIs."""

    logical_id: str
    id: str
    api_id: str
    authorizer_type: RouteAuthorizerType
    name: Text
    authorizer_credentials_arn: Text | None = None
    authorizer_payload_format_version: str | None = None
    authorizer_result_ttl_in_seconds: CacheSeconds | None = None
    authorizer_uri: Text | None = None
    enable_simple_responses: bool | None = None
    identity_source: tuple[str, ...] = ()
    identity_validation_expression: str | None = None
    jwt_configuration: JWTConfiguration | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseParameter:
    """One change to a response of an HTTP API."""

    destination: Text | None = None
    source: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseParameterMap:
    """Changes to the responses of one status of an HTTP API."""

    response_parameters: tuple[ResponseParameter, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsConfig:
    """The server name that a private integration's certificate must have."""

    server_name_to_verify: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationResponse:
    """How an answer of a backend becomes a message."""

    logical_id: str
    id: str
    api_id: str
    integration_id: str
    integration_response_key: str
    content_handling_strategy: ContentHandling | None = None
    response_parameters: Mapping[str, Text] = field(default_factory=dict)
    response_templates: Mapping[str, Text] = field(default_factory=dict)
    template_selection_expression: str | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """What a route calls."""

    logical_id: str
    id: str
    api_id: str
    integration_type: IntegrationType
    connection_id: Text | None = None
    connection_type: ConnectionType | None = None
    content_handling_strategy: ContentHandling | None = None
    credentials_arn: Text | None = None
    description: Text | None = None
    integration_method: str | None = None
    integration_subtype: str | None = None
    integration_uri: Text | None = None
    passthrough_behavior: PassthroughBehavior | None = None
    payload_format_version: str | None = None
    request_parameters: Mapping[str, Text] = field(default_factory=dict)
    request_templates: Mapping[str, Text] = field(default_factory=dict)
    response_parameters: Mapping[str, ResponseParameterMap] = field(default_factory=dict)
    template_selection_expression: str | None = None
    timeout_in_millis: RegionalTimeoutMillis | None = None
    tls_config: TlsConfig | None = None
    integration_responses: tuple[IntegrationResponse, ...] = field(default=(), metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A JSON schema for messages."""

    logical_id: str
    id: str
    api_id: str
    name: Text
    schema: Json
    content_type: str | None = None
    description: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterConstraints:
    """Whether a parameter has to be there."""

    required: bool
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteResponse:
    """Makes a route answer its caller."""

    logical_id: str
    id: str
    api_id: str
    route_id: str
    route_response_key: str
    model_selection_expression: str | None = None
    response_models: Mapping[str, str] = field(default_factory=dict)
    response_parameters: Mapping[str, ParameterConstraints] = field(default_factory=dict)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route: its key is ``$connect``, ``$disconnect``, ``$default`` or a value of the selection expression."""

    logical_id: str
    id: str
    api_id: str
    route_key: str
    api_key_required: bool | None = None
    authorization_scopes: tuple[Text, ...] = ()
    authorization_type: RouteAuthorizationType | None = None
    authorizer_id: str | None = None
    model_selection_expression: str | None = None
    operation_name: Text | None = None
    request_models: Mapping[str, str] = field(default_factory=dict)
    request_parameters: Mapping[str, ParameterConstraints] = field(default_factory=dict)
    route_response_selection_expression: str | None = None
    target: Text | None = None
    route_responses: tuple[RouteResponse, ...] = field(default=(), metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What is defined in an API at one moment."""

    routes: tuple[Route, ...] = ()
    integrations: tuple[Integration, ...] = ()
    models: tuple[Model, ...] = ()
    authorizers: tuple[Authorizer, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A snapshot of an API, ``AWS::ApiGatewayV2::Deployment``.

    ``definition`` holds what existed when it was made: everything but what depends on it.
    """

    logical_id: str
    id: str
    api_id: str
    description: Text | None = None
    stage_name: RegionalStageName | None = None
    definition: Definition = field(default_factory=Definition, metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A named state of an API."""

    logical_id: str
    id: str
    api_id: str
    stage_name: RegionalStageName
    access_log_settings: AccessLogSettings | None = None
    access_policy_id: Text | None = None
    auto_deploy: bool | None = None
    client_certificate_id: Text | None = None
    default_route_settings: RouteSettings | None = None
    deployment_id: str | None = None
    description: Text | None = None
    route_settings: Mapping[str, RouteSettings] = field(default_factory=dict)
    stage_variables: Mapping[str, Text] = field(default_factory=dict)
    tags: Mapping[str, Text] = field(default_factory=dict)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A WebSocket API or an HTTP API, by ``protocol_type``.

    ``definition`` is everything the template defines, ``deployments`` are the snapshots that stages serve.
    HTTP APIs are described and reported, not executed.
    """

    logical_id: str
    id: str
    api_key_selection_expression: str | None = None
    base_path: str | None = None
    body: OpenJson | None = None
    body_s3_location: BodyS3Location | None = None
    cors_configuration: Cors | None = None
    credentials_arn: Text | None = None
    description: Text | None = None
    disable_execute_api_endpoint: bool | None = None
    disable_schema_validation: bool | None = None
    fail_on_warnings: bool | None = None
    ip_address_type: IpAddressType | None = None
    name: Text | None = None
    protocol_type: ProtocolType | None = None
    route_key: str | None = None
    route_selection_expression: str | None = None
    tags: Mapping[str, Text] = field(default_factory=dict)
    target: Text | None = None
    version: Text | None = None
    definition: Definition = field(default_factory=Definition, metadata=ASSEMBLED)
    deployments: tuple[Deployment, ...] = field(default=(), metadata=ASSEMBLED)
    stages: tuple[Stage, ...] = field(default=(), metadata=ASSEMBLED)
    managed_overrides: tuple[ApiGatewayManagedOverrides, ...] = field(default=(), metadata=ASSEMBLED)
    stack: str = ""
    origin: Origin | None = field(default=None, compare=False, repr=False)
