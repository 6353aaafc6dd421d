"""What a preview executes: routes, integrations and stages, ready to run."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model import Deployment
    from forestage.model.rest import Method, MethodResponse
    from forestage.preview.compile.access_log import LogPart
    from forestage.preview.compile.authorization import Authorization, ResourcePolicy
    from forestage.preview.compile.domains import Domains
    from forestage.preview.compile.endpoints import Entrance, VpcEndpoint
    from forestage.preview.compile.gateway_responses import CustomResponse
    from forestage.preview.compile.media import BinaryMediaTypes
    from forestage.preview.compile.parameters import ParameterMapping
    from forestage.preview.compile.response_cache import StageCache
    from forestage.preview.compile.router import Router
    from forestage.preview.compile.selection import Selection
    from forestage.preview.compile.stage_settings import StageSettings
    from forestage.preview.compile.templates import BodyTemplate
    from forestage.preview.compile.uri import UriTemplate
    from forestage.preview.compile.usage import StageThrottles
    from forestage.preview.compile.validation import Validation


class Passthrough(Enum):
    """What happens to a body whose content type has no template."""

    WHEN_NO_MATCH = "WHEN_NO_MATCH"
    WHEN_NO_TEMPLATES = "WHEN_NO_TEMPLATES"
    NEVER = "NEVER"


class ContentHandling(Enum):
    """How a body is converted between text and binary."""

    NONE = ""
    CONVERT_TO_TEXT = "CONVERT_TO_TEXT"
    CONVERT_TO_BINARY = "CONVERT_TO_BINARY"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiIdentity:
    """Who an API is: what its events and ARNs say of it."""

    id: str
    name: str
    logical_id: str
    stack: str
    account_id: str
    region: str
    partition: str
    endpoint_type: str
    protocol: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMapping:
    """How an integration request is prepared.

    ``templates`` is by media type, in lower case.
    """

    parameters: tuple[ParameterMapping, ...]
    templates: Mapping[str, BodyTemplate]
    passthrough: Passthrough
    content_handling: ContentHandling


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseMapping:
    """How one integration response becomes a response.

    ``undeclared`` is true where the method has no response of that status, which is a configuration error.
    """

    status: int
    parameters: tuple[ParameterMapping, ...]
    templates: Mapping[str, BodyTemplate]
    content_handling: ContentHandling
    undeclared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MockIntegration:
    """Answers by itself, with the status that the request template names."""

    request: RequestMapping
    responses: Selection[ResponseMapping]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpIntegration:
    """Calls an HTTP backend; ``method`` None keeps the client's verb.

    ``link`` is the id of the VPC link that leads there, with stage variables still in it; None where there is none.
    """

    uri: UriTemplate
    method: str | None
    request: RequestMapping
    responses: Selection[ResponseMapping]
    timeout_ms: int
    skip_certificate_check: bool = False
    link: UriTemplate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProxyIntegration:
    """Passes request and response through, the latter as it comes where ``is_streamed``; fields as in ``HTTP``."""

    uri: UriTemplate
    method: str | None
    request: RequestMapping
    timeout_ms: int
    skip_certificate_check: bool = False
    link: UriTemplate | None = None
    is_streamed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaProxyIntegration:
    """Invokes a function with the request as an event.

    ``function`` is the function's ARN with stage variables still in it. ``by_role`` is true where the integration
    has credentials: a role invokes the function, whose own permissions are not asked. ``is_streamed`` is true where
    the answer is passed on as it comes.
    """

    function: UriTemplate
    method: str | None
    request: RequestMapping
    timeout_ms: int
    by_role: bool = False
    is_streamed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaIntegration:
    """Invokes a function with the mapped body as its event (``AWS``); fields as in the proxy integration."""

    function: UriTemplate
    request: RequestMapping
    responses: Selection[ResponseMapping]
    timeout_ms: int
    by_role: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsupportedIntegration:
    """An integration that this version does not execute; it answers 500."""

    kind: str
    reason: str


CompiledIntegration: TypeAlias = (
    MockIntegration
    | HttpIntegration
    | HttpProxyIntegration
    | LambdaIntegration
    | LambdaProxyIntegration
    | UnsupportedIntegration
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledMethod:
    """A verb on a resource, ready to run.

    ``is_constant`` is true where nobody is asked who calls, and nothing of the request is in the answer.
    """

    verb: str
    resource_path: str
    resource_id: str
    method: Method
    integration: CompiledIntegration
    responses: Mapping[str, MethodResponse]
    validation: Validation | None = None
    authorization: Authorization | None = None
    is_constant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRuntime:
    """A stage with the routes of the deployment it serves.

    ``cache`` is None where the stage has no cluster, ``minimum_compression_bytes`` where responses stay as they are,
    and ``access_log`` where the stage writes none. ``canary`` is the stage as the canary serves it; ``is_canary`` is
    None on a stage without one. ``client_certificate`` is the id of the certificate that is shown to its backends.
    """

    name: str
    api: ApiIdentity
    deployment_id: str
    variables: Mapping[str, str]
    router: Router
    binary: BinaryMediaTypes
    gateway_responses: Mapping[str, CustomResponse]
    tracing: bool
    throttles: StageThrottles
    settings: StageSettings
    cache: StageCache | None = None
    minimum_compression_bytes: int | None = None
    access_log: tuple[LogPart, ...] | None = None
    is_canary: bool | None = None
    canary: Canary | None = None
    policy: ResourcePolicy | None = None
    client_certificate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A share of a stage's requests, in percent, and what serves them: another deployment, other variables."""

    percent: float
    stage: StageRuntime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRuntime:
    """An API with its stages, by name.

    ``closed`` says why nobody is let in, and is None for an API that can be called. ``key_from_authorizer`` is true
    where API keys come from the authorizer's answer rather than from the header x-api-key. ``has_canary`` is true
    where a stage has one. ``vpc_links`` are the addresses that stand for VPC links, by the ids of these. ``entrance``
    says which ways in are open, None where all are.
    """

    identity: ApiIdentity
    stages: Mapping[str, StageRuntime]
    closed: str | None = None
    key_from_authorizer: bool = False
    has_canary: bool = False
    vpc_links: Mapping[str, str] = field(default_factory=dict)
    entrance: Entrance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Everything that one preview serves: APIs by id in the order of the template, domains, VPC endpoints by id."""

    deployment: Deployment
    apis: Mapping[str, ApiRuntime] = field(default_factory=dict)
    domains: Domains | None = None
    vpc_endpoints: Mapping[str, VpcEndpoint] = field(default_factory=dict)
