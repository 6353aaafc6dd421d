"""A REST request, from the wire to the response: the stages in their order.

Source of the order: rest-pipeline.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from forestage.preview.compile.runtime import HttpProxyIntegration, MockIntegration
from forestage.preview.engine.address import address
from forestage.preview.engine.admit import admit
from forestage.preview.engine.authorize import authorize
from forestage.preview.engine.cache import NOT_ALLOWED, look_up, store
from forestage.preview.engine.compression import compress
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.gateway_response import Failed, dress, gateway_response
from forestage.preview.engine.headers import own_headers
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
    Compressed,
    Hit,
    KeptResponse,
    Mapped,
    Matched,
    Missed,
    Prepared,
    PreparedFunction,
    PreparedHttp,
    Reached,
    Stored,
    Uncached,
    Validated,
)
from forestage.preview.engine.validate import validate
from forestage.preview.engine.wire import WireResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.preview.engine.results import DomainCall

_UNTRACED = (MockIntegration, HttpProxyIntegration)
"""What answers without X-Amzn-Trace-Id."""


Step: TypeAlias = (
    Arrival
    | Addressed
    | Matched
    | Authorized
    | Admitted
    | Validated
    | Hit
    | Missed
    | Uncached
    | Prepared
    | Answered
    | Mapped
    | Stored
    | Compressed
    | Failed
)
"""What a trace holds: the result of each stage, in order."""


async def run(arrival: Arrival, note: Callable[[Step], None]) -> WireResponse:
    """Answer a request. ``note`` is called with the result of every stage."""
    reached: Reached | None = None
    prepared = cached = None
    note(arrival)
    try:
        addressed = address(arrival)
        note(addressed)
        if arrival.domain is not None:
            _refuse_uncertified(arrival.domain)
        reached = addressed
        matched = reached = match(addressed)
        note(matched)
        authorized = reached = await authorize(matched)
        note(authorized)
        admitted = reached = await admit(authorized)
        note(admitted)
        validated = validate(admitted)
        note(validated)
        if addressed.stage.cache is not None:
            cached = await look_up(validated)
            note(cached)
            if isinstance(cached, Hit):
                return _response(validated, cached.kept, note, ignored=cached.ignored)
        prepared = prepare(validated)
        note(prepared)
        answered = await integrate(prepared)
        note(answered)
        mapped = respond(answered)
        note(mapped)
        if isinstance(cached, Missed):
            note(await store(cached, mapped))
    except GatewayFailure as failure:
        called = isinstance(prepared, PreparedHttp | PreparedFunction) and not failure.nothing_sent
        return answer_failure(failure, arrival, note, reached=reached, integration_called=called)
    return _response(validated, mapped, note, ignored=isinstance(cached, Missed) and cached.ignored)


def _refuse_uncertified(call: DomainCall) -> None:
    """Refuse a client without the certificate that a domain demands.

    The stage is known, since it logs the refusal; nothing else of the API has a part in the answer.

    Raises:
        GatewayFailure: 403 Forbidden. Source: endpoints.md section 3 (documented status).
    """
    if call.uncertified is not None:
        raise GatewayFailure(ResponseType.INVALID_API_KEY, call.uncertified.reason, logged=call.uncertified.logged)


def _response(
    validated: Validated, mapped: Mapped | KeptResponse, note: Callable[[Step], None], *, ignored: bool
) -> WireResponse:
    """Compress a response, and add what every response has; ``ignored`` where Cache-Control was.

    X-Amzn-Trace-Id is on answers of HTTP, AWS and AWS_PROXY, not on those of MOCK and HTTP_PROXY, except on
    stages with tracing. Source: rest-facts.md section 9 (recorded).
    """
    addressed = validated.addressed
    integration = validated.matched.method.integration
    headers, body = mapped.headers, mapped.body
    if addressed.stage.minimum_compression_bytes is not None and isinstance(body, bytes):
        compressed = compress(addressed.headers, headers, body, minimum_bytes=addressed.stage.minimum_compression_bytes)
        note(compressed)
        body = compressed.body
        if compressed.coding is not None:
            headers = (*headers, ("Content-Encoding", compressed.coding))
    if ignored:
        headers = (*headers, NOT_ALLOWED)
    is_traced = addressed.stage.tracing or not isinstance(integration, _UNTRACED)
    own = own_headers(
        addressed.request_id,
        addressed.arrival.extended_request_id,
        status=mapped.status,
        is_edge=addressed.arrival.endpoint_type == "EDGE",
        trace_id=addressed.trace_id if is_traced else None,
    )
    return WireResponse(status=mapped.status, headers=headers + own, body=body)


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
