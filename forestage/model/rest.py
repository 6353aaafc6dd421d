"""REST APIs: what ``AWS::ApiGateway`` types describe."""

from __future__ import annotations

from collections.abc import Mapping

from forestage.model.records import dataclass, field
from forestage.model.stages import DeploymentCanarySettings, Stage, StageDescription
from forestage.model.tags import Tag
from forestage.model.values import ASSEMBLED, Json, OpenJson, Origin, Text
from forestage.model.vocabulary import (
    ApiKeySourceType,
    AuthorizationType,
    AuthorizerType,
    CacheSeconds,
    CompressionSize,
    ConnectionType,
    ContentHandling,
    DocumentationPartType,
    EndpointAccessMode,
    EndpointType,
    GatewayResponseType,
    HttpMethod,
    ImportMode,
    IntegrationType,
    IpAddressType,
    JwtAlgorithm,
    JwtClaimFormat,
    PassthroughBehavior,
    ResponseTransferMode,
    StageName,
    StatusCode,
    TimeoutMillis,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Location:
    """Where a RestApi's OpenAPI body is stored; in an assembly a file asset."""

    bucket: Text | None = None
    e_tag: Text | None = None
    key: Text | None = None
    version: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointConfiguration:
    """Kind of endpoint: ``EDGE`` where nothing is given, ``REGIONAL`` or ``PRIVATE``."""

    ip_address_type: IpAddressType | None = None
    types: tuple[EndpointType, ...] = ()
    vpc_endpoint_ids: tuple[Text, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One node of the path tree: ``path_part`` below ``parent_id``."""

    logical_id: str
    id: str
    parent_id: str
    path_part: str
    rest_api_id: str
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodResponse:
    """A response that a method declares, by status."""

    status_code: StatusCode
    response_models: Mapping[str, str] = field(default_factory=dict)
    response_parameters: Mapping[str, bool] = field(default_factory=dict)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationResponse:
    """How an answer of the backend becomes a response.

    ``selection_pattern`` None or empty marks the default.
    """

    status_code: StatusCode
    content_handling: ContentHandling | None = None
    response_parameters: Mapping[str, Text] = field(default_factory=dict)
    response_templates: Mapping[str, Text] = field(default_factory=dict)
    selection_pattern: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsConfig:
    """How a backend's certificate is checked.

    Source: botocore's ``Integration.tlsConfig`` and OpenAPI bodies; CloudFormation's schema lacks it.
    """

    insecure_skip_verification: bool | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """What a method calls, and how the request is prepared for it.

    ``timeout_in_millis`` None is 29,000.
    """

    type: IntegrationType
    cache_key_parameters: tuple[Text, ...] = ()
    cache_namespace: str | None = None
    connection_id: Text | None = None
    connection_type: ConnectionType | None = None
    content_handling: ContentHandling | None = None
    credentials: Text | None = None
    integration_http_method: HttpMethod | None = None
    integration_responses: tuple[IntegrationResponse, ...] = ()
    integration_target: Text | None = None
    passthrough_behavior: PassthroughBehavior | None = None
    request_parameters: Mapping[str, Text] = field(default_factory=dict)
    request_templates: Mapping[str, Text] = field(default_factory=dict)
    response_transfer_mode: ResponseTransferMode | None = None
    timeout_in_millis: TimeoutMillis | None = None
    tls_config: TlsConfig | None = None
    uri: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """An HTTP verb, or ``ANY``, on a resource."""

    logical_id: str
    id: str
    http_method: HttpMethod
    resource_id: str
    rest_api_id: str
    api_key_required: bool | None = None
    authorization_scopes: tuple[Text, ...] = ()
    authorization_type: AuthorizationType | None = None
    authorizer_id: str | None = None
    integration: Integration | None = None
    method_responses: tuple[MethodResponse, ...] = ()
    operation_name: Text | None = None
    request_models: Mapping[str, str] = field(default_factory=dict)
    request_parameters: Mapping[str, bool] = field(default_factory=dict)
    request_validator_id: str | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A JSON schema (draft 4) for bodies of one content type."""

    logical_id: str
    id: str
    rest_api_id: str
    content_type: str | None = None
    description: Text | None = None
    name: Text | None = None
    schema: Json | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestValidator:
    """Which parts of a request are validated."""

    logical_id: str
    id: str
    rest_api_id: str
    name: Text | None = None
    validate_request_body: bool | None = None
    validate_request_parameters: bool | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtAdditionalClaim:
    """A claim that a token must have; without ``expected_values`` its presence suffices."""

    claim_name: Text
    format: JwtClaimFormat
    required: bool | None = None
    expected_values: tuple[Text, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtIssuer:
    """An issuer that a JWT authorizer trusts, and the audiences it may issue for."""

    issuer: Text
    audiences: tuple[Text, ...]
    additional_claims: tuple[JwtAdditionalClaim, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JwtConfiguration:
    """What a JWT authorizer accepts.

    Source: whats-new.md: documented, and in botocore's ``JwtConfigurationInput``; CloudFormation's schema lacks it.
    """

    issuers: tuple[JwtIssuer, ...]
    default_algorithms: tuple[JwtAlgorithm, ...]
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorizer:
    """Who decides whether a caller may call: ``TOKEN``, ``REQUEST``, ``COGNITO_USER_POOLS`` or ``JWT``."""

    logical_id: str
    id: str
    name: Text
    rest_api_id: str
    type: AuthorizerType
    auth_type: Text | None = None
    authorizer_credentials: Text | None = None
    authorizer_result_ttl_in_seconds: CacheSeconds | None = None
    authorizer_uri: Text | None = None
    identity_source: str | None = None
    identity_validation_expression: str | None = None
    jwt_configuration: JwtConfiguration | None = None
    provider_arns: tuple[Text, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayResponse:
    """How an error of the gateway itself looks."""

    logical_id: str
    id: str
    response_type: GatewayResponseType
    rest_api_id: str
    response_parameters: Mapping[str, Text] = field(default_factory=dict)
    response_templates: Mapping[str, Text] = field(default_factory=dict)
    status_code: StatusCode | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Which part of an API a documentation part describes."""

    method: Text | None = None
    name: Text | None = None
    path: Text | None = None
    status_code: str | None = None
    type: DocumentationPartType | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentationPart:
    """Documentation of one part of an API; its ``properties`` are JSON."""

    logical_id: str
    id: str
    location: Location
    properties: OpenJson
    rest_api_id: str
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentationVersion:
    """A snapshot of the documentation."""

    logical_id: str
    id: str
    documentation_version: Text
    rest_api_id: str
    description: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What is defined in a REST API at one moment."""

    root_resource_id: str
    resources: tuple[Resource, ...] = ()
    methods: tuple[Method, ...] = ()
    models: tuple[Model, ...] = ()
    request_validators: tuple[RequestValidator, ...] = ()
    authorizers: tuple[Authorizer, ...] = ()
    gateway_responses: tuple[GatewayResponse, ...] = ()
    documentation_parts: tuple[DocumentationPart, ...] = ()

    def paths(self) -> Mapping[str, str]:
        """Tell the path of each resource id, ``/pets/{id}``; the root is ``/``.

        A resource whose parents do not lead to the root is left out.
        """
        by_id = {resource.id: resource for resource in self.resources}
        found = {self.root_resource_id: "/"}
        for resource in self.resources:
            chain = []
            node: Resource | None = resource
            while node is not None and node.id not in found and node not in chain:
                chain.append(node)
                node = by_id.get(node.parent_id) if node.parent_id not in found else None
            for item in reversed(chain):
                if item.parent_id in found:
                    found[item.id] = f"{found[item.parent_id].rstrip('/')}/{item.path_part}"
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiDeployment:
    """A snapshot of an API, ``AWS::ApiGateway::Deployment``.

    ``definition`` holds what existed when it was made: everything but what depends on it.
    """

    logical_id: str
    id: str
    rest_api_id: str
    deployment_canary_settings: DeploymentCanarySettings | None = None
    description: Text | None = None
    stage_description: StageDescription | None = None
    stage_name: StageName | None = None
    definition: Definition | None = field(default=None, metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RestApi:
    """A REST API: its own properties, what is defined in it, its deployments and its stages.

    ``definition`` is everything the template defines, ``deployments`` are the snapshots that stages serve.
    """

    logical_id: str
    id: str
    api_key_source_type: ApiKeySourceType | None = None
    binary_media_types: tuple[Text, ...] = ()
    body: OpenJson | None = None
    body_s3_location: S3Location | None = None
    clone_from: Text | None = None
    description: Text | None = None
    disable_execute_api_endpoint: bool | None = None
    endpoint_access_mode: EndpointAccessMode | None = None
    endpoint_configuration: EndpointConfiguration | None = None
    fail_on_warnings: bool | None = None
    minimum_compression_size: CompressionSize | None = None
    mode: ImportMode | None = None
    name: Text | None = None
    parameters: Mapping[str, Text] = field(default_factory=dict)
    policy: OpenJson | None = None
    security_policy: str | None = None
    tags: tuple[Tag, ...] = ()
    version: Text | None = None
    definition: Definition | None = field(default=None, metadata=ASSEMBLED)
    deployments: tuple[ApiDeployment, ...] = field(default=(), metadata=ASSEMBLED)
    stages: tuple[Stage, ...] = field(default=(), metadata=ASSEMBLED)
    documentation_versions: tuple[DocumentationVersion, ...] = field(default=(), metadata=ASSEMBLED)
    stack: str = ""
    origin: Origin | None = field(default=None, compare=False, repr=False)
