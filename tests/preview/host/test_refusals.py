from __future__ import annotations

import pytest

from forestage.preview.engine.wire import WireResponse
from forestage.preview.host.ids import RequestIds
from forestage.preview.host.refusals import Refusal, answer

IDS = RequestIds("id", "extended=", "0" * 40, 0.0)


def test_refusal_has_the_headers_of_a_gateway_response() -> None:
    assert answer(Refusal.MALFORMED, IDS) == WireResponse(
        status=400,
        headers=(
            ("Content-Type", "application/json"),
            ("x-amzn-RequestId", "id"),
            ("x-amzn-ErrorType", "BadRequestException"),
            ("x-amz-apigw-id", "extended="),
        ),
        body=b'{"message":"Bad Request"}',
    )


@pytest.mark.parametrize(
    ("refusal", "status", "reason"),
    [
        (Refusal.BODY_TOO_LARGE, 413, "body too large"),
        (Refusal.TARGET_TOO_LONG, 414, "target too long"),
        (Refusal.HEADERS_TOO_LARGE, 431, "headers too large"),
        (Refusal.MALFORMED, 400, "malformed"),
        (Refusal.UNKNOWN_TRANSFER_CODING, 501, "unknown transfer coding"),
        (Refusal.TOO_SLOW, 408, "too slow"),
        (Refusal.BROKEN, 500, "broken"),
    ],
)
def test_refusal_has_status_and_reason(refusal: Refusal, status: int, reason: str) -> None:
    assert (refusal.status, refusal.reason) == (status, reason)


def test_broken_handler_is_the_gateways_own_500() -> None:
    assert answer(Refusal.BROKEN, IDS).body == b'{"message": "Internal server error"}'
