"""Failures become responses: by themselves, or as the API customises them.

Source: gateway-responses.md.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec
import orjson

from forestage.preview.compile.media import media_type
from forestage.preview.compile.parameters import SourceKind, ValueSource
from forestage.preview.engine.context import dig, template_context
from forestage.preview.engine.failures import DEFAULTS, ResponseType
from forestage.preview.engine.headers import edge_response_headers
from forestage.preview.engine.query import parse_query
from forestage.preview.engine.results import addressed_of, matched_of
from forestage.preview.engine.wire import WireResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.preview.compile.gateway_responses import CustomResponse
    from forestage.preview.engine.failures import GatewayFailure, TemplateFault
    from forestage.preview.engine.results import Addressed, Arrival, Reached

_JSON = "application/json"
_NAME = r"(?:context|stageVariables|method\.request)(?:\.[A-Za-z0-9_-]+)+"
_VARIABLE = re.compile(rf"\$\{{({_NAME})\}}|\$({_NAME})")


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """A stage failed, and the gateway itself answers; ``customised_by`` names the gateway response that says how.

    ``message``, ``validation_errors``, ``logged``, ``template_fault`` and ``authorizer`` are the failure's.
    """

    response_type: str
    reason: str
    status: int
    body: str
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = _JSON
    customised_by: str | None = None
    message: str | None = None
    validation_errors: str | None = None
    logged: str | None = None
    template_fault: TemplateFault | None = None
    authorizer: Mapping[str, Json] | None = None


def dress(failure: GatewayFailure, reached: Reached | None) -> Failed:
    """Decide status, headers and body of a failure.

    A type's own definition is taken whole; without one, DEFAULT_4XX or DEFAULT_5XX dresses it, by the class of the
    type's default status. A failure before the stage is known is dressed by nothing.
    """
    if reached is None:
        return _plain(failure)
    addressed = addressed_of(reached)
    name, custom = _custom(failure, addressed)
    if custom is None:
        return _plain(failure)
    scope = _Scope(failure, reached)
    template = _template(custom.templates, addressed.accept)
    return Failed(
        response_type=failure.response_type.value,
        reason=failure.reason,
        status=custom.status or failure.status,
        headers=tuple(
            (header, value) for header, source in custom.headers if (value := scope.value(source)) is not None
        ),
        content_type=template[0] if template else _JSON,
        body=_VARIABLE.sub(scope.substitute, template[1]) if template else failure.body(),
        customised_by=name,
        message=failure.message,
        validation_errors=failure.validation_errors,
        logged=failure.logged,
        template_fault=failure.template_fault,
        authorizer=failure.authorizer,
    )


def _plain(failure: GatewayFailure) -> Failed:
    return Failed(
        response_type=failure.response_type.value,
        reason=failure.reason,
        status=failure.status,
        body=failure.body(),
        message=failure.message,
        validation_errors=failure.validation_errors,
        logged=failure.logged,
        template_fault=failure.template_fault,
        authorizer=failure.authorizer,
    )


def gateway_response(
    failure: GatewayFailure, failed: Failed, arrival: Arrival, reached: Reached | None, *, has_trace_id: bool
) -> WireResponse:
    """Write a failure as a response.

    X-Amzn-Trace-Id is on failures after a backend or a function was asked, and on stages with tracing.
    """
    addressed = addressed_of(reached) if reached else None
    own = {name.lower() for name, _ in failed.headers}
    headers = [
        ("Content-Type", failed.content_type),
        ("x-amzn-RequestId", addressed.request_id if addressed else arrival.request_id),
        ("x-amz-apigw-id", arrival.extended_request_id),
        ("x-amzn-ErrorType", failure.error_type),
    ]
    if addressed and (has_trace_id or addressed.stage.tracing):
        headers.append(("X-Amzn-Trace-Id", addressed.trace_id))
    if arrival.endpoint_type == "EDGE":
        headers.extend(edge_response_headers(arrival.extended_request_id, is_error=True))
    kept = (line for line in headers if line[0].lower() not in own)
    return WireResponse(status=failed.status, headers=(*kept, *failed.headers), body=failed.body.encode())


def _custom(failure: GatewayFailure, addressed: Addressed) -> tuple[str, CustomResponse | None]:
    defined = addressed.stage.gateway_responses
    own = failure.response_type.value
    if failure.response_type is ResponseType.REQUEST_TOO_LARGE:
        return own, None  # It cannot be customised (gateway-responses.md, first table; documented).
    if own in defined:
        return own, defined[own]
    is_server = DEFAULTS[failure.response_type].status >= HTTPStatus.INTERNAL_SERVER_ERROR
    fallback = "DEFAULT_5XX" if is_server else "DEFAULT_4XX"
    return fallback, defined.get(fallback)


def _template(templates: Mapping[str, str], accept: str | None) -> tuple[str, str] | None:
    """Choose a template by Accept, else JSON, else the first one."""
    for wanted in (media_type((accept or "").partition(",")[0]), _JSON):
        for kind, text in templates.items():
            if kind.lower() == wanted:
                return kind, text
    return next(iter(templates.items()), None)


class _Scope:
    """What templates and parameters of a gateway response can see."""

    def __init__(self, failure: GatewayFailure, reached: Reached) -> None:
        matched = matched_of(reached)
        self._addressed = addressed_of(reached)
        # Decoded, as mappings and templates of a request see it.
        self._path = {name: unquote(value) for name, value in matched.route.path_parameters} if matched else {}
        self._context: Mapping[str, Json] = {
            **template_context(reached),
            # Source: Stack Overflow question 47921803: templates show the context of an authorizer that denied.
            **({} if failure.authorizer is None else {"authorizer": dict(failure.authorizer)}),
            "error": {
                "message": failure.message,
                "messageString": orjson.dumps(failure.message).decode(),
                "responseType": failure.response_type.value,
                "validationErrorString": failure.validation_errors,
            },
        }

    def value(self, source: ValueSource) -> str | None:
        """Read the value of a response parameter; None where there is none."""
        match source.kind:
            case SourceKind.STATIC:
                return source.name
            case SourceKind.CONTEXT:
                return _text(dig(self._context, source.name))
            case SourceKind.STAGE_VARIABLE:
                return self._addressed.stage.variables.get(source.name)
            case SourceKind.HEADER:
                return dict(self._addressed.headers).get(source.name)
            case SourceKind.QUERY:
                return dict(parse_query(self._addressed.raw_query)).get(source.name)
            case SourceKind.PATH:
                return self._path.get(source.name)
            case _:
                return None

    def substitute(self, found: re.Match[str]) -> str:
        """Replace one variable of a template; text is escaped for JSON, an unknown variable is nothing."""
        path = found[1] or found[2]
        if path == "context.error.messageString":
            return _text(dig(self._context, "error.messageString")) or "null"
        return orjson.dumps(self._variable(path) or "").decode()[1:-1]

    def _variable(self, path: str) -> str | None:
        root, _, rest = path.partition(".")
        if root == "context":
            return _text(dig(self._context, rest))
        if root == "stageVariables":
            return self._addressed.stage.variables.get(rest)
        place, _, name = rest.removeprefix("request.").partition(".")
        kinds = {"header": SourceKind.HEADER, "querystring": SourceKind.QUERY, "path": SourceKind.PATH}
        if place not in kinds:
            return None
        return self.value(ValueSource(kinds[place], name, path))


def _text(value: Json) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return None if isinstance(value, dict | list) else str(value)
