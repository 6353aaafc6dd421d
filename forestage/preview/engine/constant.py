"""The short way: answers that depend on nothing of a request but its method, target and headers are made once.

CORS preflights and mocks with constant templates are such. What a throttle says is still asked for each request, and
every answer has ids of its own. A request that came the short way is told as the long way would have gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from forestage.preview.engine.effects import Spend
from forestage.preview.engine.headers import own_headers
from forestage.preview.engine.results import Addressed, Admitted, Arrival, Mapped
from forestage.preview.engine.wire import WireResponse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.preview.engine.wire import Headers


class Constant(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered to every request that is like the first one but for ids and time.

    ``arrival`` is that of the first; ``spend`` is what has to be granted before.
    """

    arrival: Arrival
    spend: Spend
    status: int
    headers: Headers
    body: bytes
    is_edge: bool


def constant_of(entries: Sequence[object]) -> Constant | None:
    """Tell what stays the same of an answer, by the results of all stages; None where it may be another next time."""
    arrival, addressed, mapped = entries[0], entries[1], entries[-1]
    if not (isinstance(arrival, Arrival) and isinstance(addressed, Addressed) and isinstance(mapped, Mapped)):
        return None
    if not mapped.validated.matched.method.is_constant or _decides_anew(arrival, addressed):
        return None
    admitted = mapped.validated.admitted
    assert isinstance(mapped.body, bytes)  # A mock streams nothing.
    return Constant(
        arrival=arrival,
        spend=_spend(admitted),
        status=mapped.status,
        headers=mapped.headers,
        body=mapped.body,
        is_edge=arrival.endpoint_type == "EDGE",
    )


def _decides_anew(arrival: Arrival, addressed: Addressed) -> bool:
    """Say whether a way in, or a stage, looks at each request for itself."""
    stage, api, caller = addressed.stage, arrival.api, arrival.caller
    return (
        bool(arrival.wire.body)
        or addressed.request_id != arrival.request_id
        or arrival.domain is not None
        or caller.vpc_endpoint is not None
        or caller.assumed is not None
        or (api.entrance is not None and not api.entrance.asks_nobody)
        or api.has_canary
        or stage.policy is not None
        or stage.cache is not None
        or stage.access_log is not None
        or stage.minimum_compression_bytes is not None
        or stage.tracing
    )


def _spend(admitted: Admitted) -> Spend:
    return Spend(admitted.limits)


def answer_constant(constant: Constant, *, request_id: str, extended_request_id: str) -> WireResponse:
    """Answer a request that was admitted."""
    own = own_headers(request_id, extended_request_id, status=constant.status, is_edge=constant.is_edge)
    return WireResponse(status=constant.status, headers=constant.headers + own, body=constant.body)
