"""What a preview executes: routes, integrations and stages, ready to run."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model import Deployment
    from forestage.model.rest import Method, MethodResponse
    from forestage.preview.compile.gateway_responses import CustomResponse
    from forestage.preview.compile.media import BinaryMediaTypes
    from forestage.preview.compile.parameters import ParameterMapping
    from forestage.preview.compile.router import Router
    from forestage.preview.compile.selection import Selection
    from forestage.preview.compile.templates import BodyTemplate
    from forestage.preview.compile.uri import UriTemplate
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
    """Calls an HTTP backend; ``method`` None keeps the client's verb."""

    uri: UriTemplate
    method: str | None
    request: RequestMapping
    responses: Selection[ResponseMapping]
    timeout_ms: int
    skip_certificate_check: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProxyIntegration:
    """Passes request and response through; ``method`` None keeps the client's verb."""

    uri: UriTemplate
    method: str | None
    request: RequestMapping
    timeout_ms: int
    skip_certificate_check: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaProxyIntegration:
    """Invokes a function with the request as an event.

    ``function`` is the function's ARN with stage variables still in it. ``by_role`` is true where the integration
    has credentials: a role invokes the function, whose own permissions are not asked.
    """

    function: UriTemplate
    method: str | None
    request: RequestMapping
    timeout_ms: int
    by_role: bool = False


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

    ``refusal`` says why nobody is admitted: the method demands what is not executed yet.
    """

    verb: str
    resource_path: str
    resource_id: str
    method: Method
    integration: CompiledIntegration
    responses: Mapping[str, MethodResponse]
    validation: Validation | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRuntime:
    """A stage with the routes of the deployment it serves."""

    name: str
    api: ApiIdentity
    deployment_id: str
    variables: Mapping[str, str]
    router: Router
    binary: BinaryMediaTypes
    gateway_responses: Mapping[str, CustomResponse]
    tracing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRuntime:
    """An API with its stages, by name.

    ``closed`` says why nobody is let in, and is None for an API that can be called.
    """

    identity: ApiIdentity
    stages: Mapping[str, StageRuntime]
    closed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Everything that one preview serves, by API id in the order of the template."""

    deployment: Deployment
    apis: Mapping[str, ApiRuntime] = field(default_factory=dict)
