"""Errors of the gateway itself, and the responses they become."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.vtl import Scope


class ResponseType(Enum):
    """Types of gateway responses, as API Gateway names them."""

    ACCESS_DENIED = "ACCESS_DENIED"
    API_CONFIGURATION_ERROR = "API_CONFIGURATION_ERROR"
    AUTHORIZER_CONFIGURATION_ERROR = "AUTHORIZER_CONFIGURATION_ERROR"
    AUTHORIZER_FAILURE = "AUTHORIZER_FAILURE"
    BAD_REQUEST_BODY = "BAD_REQUEST_BODY"
    BAD_REQUEST_PARAMETERS = "BAD_REQUEST_PARAMETERS"
    DEFAULT_4XX = "DEFAULT_4XX"
    DEFAULT_5XX = "DEFAULT_5XX"
    EXPIRED_TOKEN = "EXPIRED_TOKEN"  # ruff: ignore[hardcoded-password-string]
    INTEGRATION_FAILURE = "INTEGRATION_FAILURE"
    INTEGRATION_TIMEOUT = "INTEGRATION_TIMEOUT"
    INVALID_API_KEY = "INVALID_API_KEY"
    INVALID_SIGNATURE = "INVALID_SIGNATURE"
    MISSING_AUTHENTICATION_TOKEN = "MISSING_AUTHENTICATION_TOKEN"  # ruff: ignore[hardcoded-password-string]
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND"
    THROTTLED = "THROTTLED"
    UNAUTHORIZED = "UNAUTHORIZED"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    WAF_FILTERED = "WAF_FILTERED"


@dataclass(frozen=True, slots=True)
class DefaultResponse:
    """What a type answers by itself; ``message`` None prints as ``null``."""

    status: int
    message: str | None
    error_type: str


_SERVER_ERROR = "Internal server error"
_SERVER_ERROR_TYPE = "InternalServerErrorException"

DEFAULTS: dict[ResponseType, DefaultResponse] = {
    ResponseType.ACCESS_DENIED: DefaultResponse(
        403, "User is not authorized to access this resource", "AccessDeniedException"
    ),
    ResponseType.API_CONFIGURATION_ERROR: DefaultResponse(500, _SERVER_ERROR, _SERVER_ERROR_TYPE),
    ResponseType.AUTHORIZER_CONFIGURATION_ERROR: DefaultResponse(500, None, "AuthorizerConfigurationException"),
    ResponseType.AUTHORIZER_FAILURE: DefaultResponse(500, None, "AuthorizerFailureException"),
    ResponseType.BAD_REQUEST_BODY: DefaultResponse(400, "Invalid request body", "BadRequestException"),
    ResponseType.BAD_REQUEST_PARAMETERS: DefaultResponse(
        400, "Missing required request parameters", "BadRequestException"
    ),
    ResponseType.DEFAULT_4XX: DefaultResponse(400, "Bad Request", "BadRequestException"),
    ResponseType.DEFAULT_5XX: DefaultResponse(500, _SERVER_ERROR, _SERVER_ERROR_TYPE),
    ResponseType.EXPIRED_TOKEN: DefaultResponse(
        403, "The security token included in the request is expired", "ExpiredTokenException"
    ),
    ResponseType.INTEGRATION_FAILURE: DefaultResponse(
        504, "Network error communicating with endpoint", _SERVER_ERROR_TYPE
    ),
    ResponseType.INTEGRATION_TIMEOUT: DefaultResponse(504, "Endpoint request timed out", _SERVER_ERROR_TYPE),
    ResponseType.INVALID_API_KEY: DefaultResponse(403, "Forbidden", "ForbiddenException"),
    ResponseType.INVALID_SIGNATURE: DefaultResponse(
        403,
        "The request signature we calculated does not match the signature you provided.",
        "InvalidSignatureException",
    ),
    ResponseType.MISSING_AUTHENTICATION_TOKEN: DefaultResponse(
        403, "Missing Authentication Token", "MissingAuthenticationTokenException"
    ),
    ResponseType.QUOTA_EXCEEDED: DefaultResponse(429, "Limit Exceeded", "LimitExceededException"),
    ResponseType.REQUEST_TOO_LARGE: DefaultResponse(413, "Request Too Long", "BadRequestException"),
    ResponseType.RESOURCE_NOT_FOUND: DefaultResponse(404, "Not Found", "ResourceNotFoundException"),
    ResponseType.THROTTLED: DefaultResponse(429, "Too Many Requests", "TooManyRequestsException"),
    ResponseType.UNAUTHORIZED: DefaultResponse(401, "Unauthorized", "UnauthorizedException"),
    ResponseType.UNSUPPORTED_MEDIA_TYPE: DefaultResponse(415, "Unsupported Media Type", "BadRequestException"),
    ResponseType.WAF_FILTERED: DefaultResponse(403, "Forbidden", "ForbiddenException"),
}
"""Source: gateway-responses.md, first table; REQUEST_TOO_LARGE as recorded in koki-develop/lgtm-generator issue 10
(September 2021, a body that Lambda does not take)."""

VPC_LINK_ERROR = "There was an internal error while executing your request"
"""How API Gateway's execution log words that a VPC link leads nowhere.

Source: AWS re:Post, "How do I resolve HTTP 500 errors for API Gateway with VPC link integrations?".
"""

_BEFORE_VALIDATION = frozenset(
    {
        ResponseType.ACCESS_DENIED,
        ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
        ResponseType.AUTHORIZER_FAILURE,
        ResponseType.EXPIRED_TOKEN,
        ResponseType.INVALID_API_KEY,
        ResponseType.INVALID_SIGNATURE,
        ResponseType.MISSING_AUTHENTICATION_TOKEN,
        ResponseType.QUOTA_EXCEEDED,
        ResponseType.RESOURCE_NOT_FOUND,
        ResponseType.THROTTLED,
        ResponseType.UNAUTHORIZED,
        ResponseType.WAF_FILTERED,
    }
)
"""What is decided before request validation has no blank after the colon. Source: gateway-responses.md, On the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFault:
    """Where a mapping template failed, for its author alone.

    ``caret`` is the line with a caret below the place, ``value`` the value that a step could not take; both are empty
    where there is none. ``scope`` is what the template saw, None for one that cannot be parsed.
    """

    text: str
    caret: str = ""
    value: str = ""
    hint: str | None = None
    scope: Scope | None = None


class GatewayFailure(Exception):
    """A stage refuses or fails; one place turns it into a response.

    ``status``, ``message`` and ``error_type`` replace the type's own. ``reason`` is for the trace alone.
    ``nothing_sent`` is true for an integration that could not even be asked. ``validation_errors`` is what the
    validator of a body says, for customised responses. ``logged`` is what API Gateway's execution log says of it,
    None where its words are those of the type or not known. ``template_fault`` is there where a template failed.
    ``authorizer`` is ``$context.authorizer`` of a caller whom an authorizer refused.
    """

    def __init__(
        self,
        response_type: ResponseType,
        reason: str,
        *,
        status: int | None = None,
        message: str | None = None,
        error_type: str | None = None,
        nothing_sent: bool = False,
        validation_errors: str | None = None,
        logged: str | None = None,
        template_fault: TemplateFault | None = None,
        authorizer: Mapping[str, Json] | None = None,
    ) -> None:
        default = DEFAULTS[response_type]
        super().__init__(reason)
        self.response_type = response_type
        self.reason = reason
        self.status = status or default.status
        self.message = message or default.message
        self.error_type = error_type or default.error_type
        self.nothing_sent = nothing_sent
        self.validation_errors = validation_errors
        self.logged = logged
        self.template_fault = template_fault
        self.authorizer = authorizer

    def body(self) -> str:
        """Return the body that is sent where nothing customises it."""
        key = "Message" if self.response_type is ResponseType.ACCESS_DENIED else "message"
        blank = "" if self.response_type in _BEFORE_VALIDATION else " "
        return f'{{"{key}":{blank}{orjson.dumps(self.message).decode()}}}'


def configuration_error(
    reason: str, *, logged: str | None = None, template_fault: TemplateFault | None = None
) -> GatewayFailure:
    """Make the 500 of a configuration that cannot be executed; ``logged`` is how API Gateway words the reason."""
    return GatewayFailure(
        ResponseType.API_CONFIGURATION_ERROR,
        reason,
        logged=f"Execution failed due to configuration error: {logged or reason}",
        template_fault=template_fault,
    )
