"""A REST request, from the wire to the response: the stages in their order.

Source of the order: rest-pipeline.md.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, TypeAlias

from forestage.preview.compile.runtime import HttpProxyIntegration, MockIntegration
from forestage.preview.engine.address import address
from forestage.preview.engine.admit import admit
from forestage.preview.engine.authorize import authorize
from forestage.preview.engine.failures import GatewayFailure
from forestage.preview.engine.gateway_response import Failed, dress, gateway_response
from forestage.preview.engine.headers import edge_response_headers
from forestage.preview.engine.integrate import integrate
from forestage.preview.engine.match import match
from forestage.preview.engine.prepare import prepare
from forestage.preview.engine.respond import respond
from forestage.preview.engine.results import (
    Addressed,
    Admitted,
    Answered,
    Arrival,
    Authorized,
    Mapped,
    Matched,
    Prepared,
    PreparedFunction,
    PreparedHttp,
    Reached,
    Validated,
)
from forestage.preview.engine.validate import validate
from forestage.preview.engine.wire import WireResponse

if TYPE_CHECKING:
    from collections.abc import Callable

_UNTRACED = (MockIntegration, HttpProxyIntegration)
"""What answers without X-Amzn-Trace-Id."""


Step: TypeAlias = (
    Arrival | Addressed | Matched | Authorized | Admitted | Validated | Prepared | Answered | Mapped | Failed
)
"""What a trace holds: the result of each stage, in order."""


async def run(arrival: Arrival, note: Callable[[Step], None]) -> WireResponse:
    """Answer a request. ``note`` is called with the result of every stage."""
    reached: Reached | None = None
    prepared = None
    note(arrival)
    try:
        addressed = reached = address(arrival)
        note(addressed)
        matched = reached = match(addressed)
        note(matched)
        authorized = reached = await authorize(matched)
        note(authorized)
        admitted = reached = await admit(authorized)
        note(admitted)
        validated = validate(admitted)
        note(validated)
        prepared = prepare(validated)
        note(prepared)
        answered = await integrate(prepared)
        note(answered)
        mapped = respond(answered)
        note(mapped)
    except GatewayFailure as failure:
        called = isinstance(prepared, PreparedHttp | PreparedFunction) and not failure.nothing_sent
        return answer_failure(failure, arrival, note, reached=reached, integration_called=called)
    return _response(mapped)


def _response(mapped: Mapped) -> WireResponse:
    """Add what every response has.

    X-Amzn-Trace-Id is on answers of HTTP, AWS and AWS_PROXY, not on those of MOCK and HTTP_PROXY, except on
    stages with tracing. Source: rest-facts.md section 9 (recorded).
    """
    addressed = mapped.validated.addressed
    integration = mapped.validated.matched.method.integration
    extended_request_id = addressed.arrival.extended_request_id
    headers = (
        *mapped.headers,
        ("x-amzn-RequestId", addressed.request_id),
        ("x-amz-apigw-id", extended_request_id),
    )
    if addressed.stage.tracing or not isinstance(integration, _UNTRACED):
        headers = (*headers, ("X-Amzn-Trace-Id", addressed.trace_id))
    if addressed.stage.api.endpoint_type == "EDGE":
        is_error = mapped.status >= HTTPStatus.BAD_REQUEST
        headers = (*headers, *edge_response_headers(extended_request_id, is_error=is_error))
    return WireResponse(status=mapped.status, headers=headers, body=mapped.body)


def answer_failure(
    failure: GatewayFailure,
    arrival: Arrival,
    note: Callable[[Step], None],
    *,
    reached: Reached | None = None,
    integration_called: bool = False,
) -> WireResponse:
    """Turn a failure into a response; the only place that does."""
    failed = dress(failure, reached)
    note(failed)
    return gateway_response(failure, failed, arrival, reached, has_trace_id=integration_called)
