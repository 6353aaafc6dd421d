"""The lines of a stage's access log, from the traces of its requests.

A variable that is not known, or has no value, prints ``-``; values stand as they are, in JSON as elsewhere.

Source: endpoints.md section 9; API Gateway developer guide, "Variables for access logging for API Gateway"
(documented); AWS Compute Blog, "Troubleshooting Amazon API Gateway with enhanced observability variables", for which
phases there are (documented). ``-`` is recorded in public logs.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson

from forestage.preview.compile.authorization import IamAuthorization, LambdaAuthorizer, TokenAuthorizer
from forestage.preview.engine.context import dig, template_context
from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendStream,
    FunctionAnswer,
    FunctionStream,
    InvokeFunction,
)
from forestage.preview.engine.failures import ResponseType
from forestage.preview.engine.gateway_response import Failed
from forestage.preview.engine.headers import find
from forestage.preview.engine.results import (
    Addressed,
    Admitted,
    Authorized,
    FunctionResult,
    Mapped,
    Matched,
    PreparedFunction,
    PreparedHttp,
    PreparedMock,
    ProxyAnswer,
    ProxyStream,
    addressed_of,
    matched_of,
)
from forestage.preview.trace import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.model.values import Json
    from forestage.preview.compile.access_log import LogPart
    from forestage.preview.engine.results import Prepared, Reached
    from forestage.preview.trace import Trace

ABSENT: Final = "-"

_OK: Final = HTTPStatus.OK.value
_NOT_AUTHORIZED: Final = "The client is not authorized to perform this operation."
"""Source: AWS re:Post, "How can I use API Gateway logs to troubleshoot API issues?"."""

_INTEGRATION_ERRORS: Final = {
    ResponseType.INTEGRATION_TIMEOUT.value: "Execution failed due to a timeout error",
    ResponseType.INTEGRATION_FAILURE.value: "Execution failed due to a network error communicating with endpoint",
}
"""How a failure of an integration is worded that has no words of its own, as in the execution log."""


def access_line(parts: Sequence[LogPart], trace: Trace) -> str:
    """Write the line of a request that has been answered, and had come to a stage."""
    context = log_context(trace)
    return "".join(part.text if part.variable is None else _text(dig(context, part.variable)) for part in parts)


def log_context(trace: Trace) -> Mapping[str, Any]:
    """Return ``$context`` as access logs see it."""
    request = _Request(trace)
    addressed = addressed_of(request.reached)
    context = template_context(request.reached)
    integration = request.integration()
    response = trace.response
    assert response is not None  # It has been answered.
    domain, tls = addressed.arrival.domain, addressed.arrival.wire.tls
    return {
        **context,
        **request.phases(),
        "authorizer": {**request.authorizer(), **context.get("authorizer", {})},
        "awsEndpointRequestId": integration.get("requestId"),
        "awsEndpointRequestId2": integration.get("requestId2"),
        "cipherSuite": None if tls is None else tls.cipher,
        "customDomain": {
            "basePathMatched": None if domain is None else domain.base_path or "(none)",
            "routingRuleIdMatched": None if domain is None else domain.rule_id,
        },
        "endpointType": addressed.stage.api.endpoint_type,
        "error": request.error(),
        "integration": integration,
        "integrationErrorMessage": integration.get("error"),
        "integrationLatency": integration.get("latency"),
        "integrationStatus": integration.get("integrationStatus"),
        **request.overrides(),
        "responseLatency": None if trace.duration_ms is None else round(trace.duration_ms),
        "responseLength": _response_bytes(trace),
        "status": response.status,
        "tlsVersion": None if tls is None else tls.version,
        "xrayTraceId": _trace_root(addressed) if addressed.stage.tracing else None,
    }


class _Request:
    """What the entries of a trace tell of a request."""

    def __init__(self, trace: Trace) -> None:
        reached: Reached | None = None
        self._failed: Failed | None = None
        self._prepared: Prepared | None = None
        self._mapped: Mapped | None = None
        self._answer: ProxyAnswer | ProxyStream | FunctionResult | None = None
        self._authorizing: Exchange | None = None
        self._integrating: Exchange | None = None
        self._streamed, self._duration_ms = trace.streamed, trace.duration_ms
        for entry in trace.entries:
            match entry:
                case Addressed() | Matched() | Authorized() | Admitted():
                    reached = entry
                case PreparedMock() | PreparedHttp() | PreparedFunction():
                    self._prepared = entry
                case Exchange() if self._prepared is not None:
                    self._integrating = entry
                case Exchange(effect=InvokeFunction()):
                    self._authorizing = entry
                case ProxyAnswer() | ProxyStream() | FunctionResult():
                    self._answer = entry
                case Mapped():
                    self._mapped = entry
                case Failed():
                    self._failed = entry
        assert reached is not None  # It had come to a stage.
        self.reached: Reached = reached
        self._is_authorized = isinstance(reached, Authorized | Admitted)

    def error(self) -> Mapping[str, Json]:
        """Tell the gateway response; nothing where the integration answered."""
        failed = self._failed
        if failed is None:
            return {}
        return {
            "message": failed.message,
            "messageString": orjson.dumps(failed.message).decode(),
            "responseType": failed.response_type,
            "validationErrorString": failed.validation_errors,
        }

    def phases(self) -> Mapping[str, Json]:
        """Tell how authentication and authorization ended, of a method whose callers sign or have an authorizer."""
        matched = matched_of(self.reached)
        authorization = matched.method.authorization if matched else None
        if not isinstance(authorization, IamAuthorization | LambdaAuthorizer):
            return {}
        is_signed = isinstance(authorization, IamAuthorization)
        passed: dict[str, Json] = {"status": _OK, "latency": 0}
        if self._is_authorized:
            return {"authorize": passed, "authenticate": passed if is_signed else {}}
        assert self._failed is not None  # It was not let in.
        if self._failed.response_type == ResponseType.ACCESS_DENIED.value:
            denied: dict[str, Json] = {"status": self._failed.status, "latency": 0, "error": _NOT_AUTHORIZED}
            return {"authorize": denied, "authenticate": passed if is_signed else {}}
        return {"authenticate": _phase_of(self._failed) if is_signed else {}}

    def authorizer(self) -> Mapping[str, Json]:
        """Tell how an authorizer ended, and its function; what it said of those it let in is in their context."""
        matched = matched_of(self.reached)
        if matched is None or not isinstance(matched.method.authorization, LambdaAuthorizer | TokenAuthorizer):
            return {}
        asked, failed = self._authorizing, self._failed
        has_spoken = self._is_authorized or (
            failed is not None and failed.response_type == ResponseType.ACCESS_DENIED.value
        )
        told: dict[str, Json] = {"status": _OK} if has_spoken or failed is None else dict(_phase_of(failed))
        told["latency"] = 0
        if asked is not None and isinstance(asked.effect, InvokeFunction):
            told |= {
                "latency": round(asked.duration_ms),
                "integrationLatency": round(asked.duration_ms),
                "integrationStatus": _OK if isinstance(asked.answer, FunctionAnswer) else None,
                "requestId": asked.effect.request_id,
            }
        if failed is not None and failed.authorizer is not None:
            told |= failed.authorizer
        return told

    def integration(self) -> Mapping[str, Json]:
        """Tell what was called, and how that ended; nothing of a mock, and of what was answered before.

        ``integrationStatus`` is that of Lambda's own answer, ``status`` that of the function's.
        """
        exchange = self._integrating
        if exchange is None:
            return {}
        told: dict[str, Json] = {"latency": round(exchange.duration_ms)}
        answer = exchange.answer
        if isinstance(answer, BackendAnswer | BackendStream):
            ids = {name: find(answer.headers, name) for name in ("x-amzn-requestid", "x-amz-request-id", "x-amz-id-2")}
            told |= {
                "status": answer.status,
                "integrationStatus": answer.status,
                "requestId": ids["x-amzn-requestid"] or ids["x-amz-request-id"],
                "requestId2": ids["x-amz-id-2"],
            }
        elif isinstance(answer, FunctionAnswer | FunctionStream):
            said = self._answer
            told |= {
                "status": said.status if isinstance(said, ProxyAnswer | ProxyStream) else _OK if said else None,
                "integrationStatus": _OK,
                "requestId": addressed_of(self.reached).request_id,
            }
        told |= self._transfer(exchange)
        if self._failed is not None:
            told["error"] = self._failed.logged or _INTEGRATION_ERRORS.get(
                self._failed.response_type, self._failed.reason
            )
        return told

    def _transfer(self, exchange: Exchange) -> Mapping[str, Json]:
        """Tell how a response came, and of one that was streamed the times.

        Source: API Gateway developer guide, "Troubleshoot issues with response streaming".
        """
        streamed = self._streamed
        if streamed is None:
            return {"responseTransferMode": "BUFFERED"}
        first_ms, whole_ms = streamed.first_byte_ms, self._duration_ms
        return {
            "responseTransferMode": "STREAMED",
            "latency": round(exchange.duration_ms if whole_ms is None else whole_ms),
            "timeToAllHeaders": round(exchange.duration_ms),
            "timeToFirstContent": None if first_ms is None else round(first_ms),
        }

    def overrides(self) -> Mapping[str, Json]:
        """Tell what the templates have overridden."""
        prepared, mapped = self._prepared, self._mapped
        if prepared is None:
            return {}
        overrides = mapped.rendered.overrides if mapped and mapped.rendered else prepared.overrides
        return {"requestOverride": prepared.overrides.request, "responseOverride": overrides.response}


def _response_bytes(trace: Trace) -> int | None:
    if trace.streamed is not None:
        return trace.streamed.body_bytes
    body = trace.response.body if trace.response else None
    return len(body) if isinstance(body, bytes) else None


def _phase_of(failed: Failed) -> dict[str, Json]:
    return {"status": failed.status, "latency": 0, "error": failed.logged or failed.message or failed.reason}


def _trace_root(addressed: Addressed) -> str:
    """Return the id of a trace, ``1-8hex-24hex``."""
    return addressed.trace_id.partition(";")[0].partition("=")[2]


def _text(value: Json) -> str:
    """Write a value; what has parts has no text of its own."""
    match value:
        case bool():
            return str(value).lower()
        case None | dict() | list() | "":
            return ABSENT
        case _:
            return str(value)
