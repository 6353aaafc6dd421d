"""What a caller is answered, by what the backend answered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.checks import check_kind, check_names, check_several, check_status, is_known, refuse
from forestage.constructs.integration import WebSocketResponse
from forestage.constructs.integrations.values import json_text
from forestage.model.limits import HEADER_NAME
from forestage.vtl.regex import RegexError, compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from constructs import IConstruct

JSON: Final = "application/json"
NOTHING: Final = "#* no body *#"
"""A template that renders nothing; with an empty one, what the backend answered would pass."""

_GIVEN_STATUS: Final = re.compile(r"responseOverride\.status\s*=\s*(\d{3})")

MESSAGES: Final = {
    400: "Bad request",
    404: "Not found",
    409: "Conflict",
    429: "Too many requests",
    500: "Internal server error",
    502: "Bad gateway",
    504: "Gateway timeout",
}
"""What the templates of this library tell of errors: never the text of a service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationResponse:
    r"""One answer of a route, and which answers of the backend it is given for.

    ``pattern`` is a regular expression of Java's that must match the whole: the status of an HTTP backend or a service,
    ``4\d{2}``, or the ``errorMessage`` of a function, ``.*not found.*``.
    None is for all that no other response takes.
    ``template`` makes the body; without one it is the backend's.
    ``headers`` are mapped: ``{"ETag": "integration.response.header.ETag", "Cache-Control": "'no-store'"}``.

    Source: rest-pipeline.md, Integration responses (documented).
    """

    status: int
    pattern: str | None = None
    template: str | None = None
    content_type: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    content_handling: apigateway.ContentHandling | None = None

    @property
    def parameters(self) -> Mapping[str, str]:
        """The headers, by the names that the method response has for them."""
        headers = dict(self.headers)
        if self.content_type != JSON:
            headers.setdefault("Content-Type", f"'{self.content_type}'")
        return {f"method.response.header.{name}": source for name, source in headers.items()}

    def to_resource(self) -> apigateway.IntegrationResponse:
        """Return the L2's response."""
        return apigateway.IntegrationResponse(
            status_code=str(self.status),
            selection_pattern=self.pattern,
            response_parameters=dict(self.parameters) or None,
            response_templates=None if self.template is None else {self.content_type: self.template},
            content_handling=self.content_handling,
        )

    def to_method_response(self) -> apigateway.MethodResponse:
        """Return what the method has to declare for it."""
        return apigateway.MethodResponse(
            status_code=str(self.status), response_parameters=dict.fromkeys(self.parameters, True) or None
        )

    def to_websocket(self) -> WebSocketResponse:
        """Return the same for a two-way route, where a message has neither status nor headers."""
        return WebSocketResponse(
            key="$default" if self.pattern is None else f"/{self.pattern}/",
            templates={} if self.template is None else {"$default": self.template},
        )


def check_responses(scope: IConstruct, responses: Sequence[IntegrationResponse]) -> None:
    """Refuse responses that API Gateway does not keep apart.

    Source: API Gateway API reference, PutIntegrationResponse: responses are kept by status (documented).
    """
    check_several(scope, "responses", responses)
    for response in responses:
        check_kind(scope, "a response", response, IntegrationResponse, "IntegrationResponse(status=200)")
        check_status(scope, response.status)
        _check_pattern(scope, response)
        _check_headers(scope, response)
    statuses = [response.status for response in responses]
    for status in statuses:
        if statuses.count(status) > 1:
            refuse(
                scope, f"an integration has one response for a status, got several for {status}: join their patterns"
            )
    if [response.pattern for response in responses].count(None) > 1:
        refuse(scope, "one response may be without a pattern, the one for all other answers: give the others a pattern")


def _check_pattern(scope: IConstruct, response: IntegrationResponse) -> None:
    if response.pattern is None or not is_known(response.pattern):
        return
    try:
        compile_pattern(response.pattern)
    except RegexError as error:
        refuse(
            scope,
            f"the pattern of response {response.status} is no Java regular expression, got {response.pattern!r}: "
            f"{error}",
        )


def _check_headers(scope: IConstruct, response: IntegrationResponse) -> None:
    """Refuse names that no header has, and constants that end before their end."""
    check_names(scope, f"headers of response {response.status}", response.headers, HEADER_NAME)
    for name, source in response.headers.items():
        check_kind(scope, f"header {name} of response {response.status}", source, str, "a text")
        if is_known(source) and source.startswith("'") and "'" in source[1:-1]:
            refuse(scope, f"header {name} of response {response.status} has a quote ' in it, {source}: leave it out")


def method_responses(responses: Sequence[IntegrationResponse]) -> tuple[apigateway.MethodResponse, ...]:
    """Return what a method has to declare: the responses, and the statuses that their templates give."""
    statuses = {str(response.status) for response in responses}
    given = {status for response in responses for status in _GIVEN_STATUS.findall(response.template or "")}
    return (
        *(response.to_method_response() for response in responses),
        *(apigateway.MethodResponse(status_code=status) for status in sorted(given - statuses)),
    )


def replaced(
    responses: Iterable[IntegrationResponse], response: IntegrationResponse
) -> tuple[IntegrationResponse, ...]:
    """Put a response in the place of the one of its status, or behind all others."""
    kept = tuple(responses)
    if any(other.status == response.status for other in kept):
        return tuple(response if other.status == response.status else other for other in kept)
    return (*kept, response)


def message(status: int) -> str:
    """Write the body of an error."""
    return json_text({"message": MESSAGES.get(status) or HTTPStatus(status).phrase.capitalize()})
