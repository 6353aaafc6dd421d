"""Answers to what never becomes a request: too large, malformed, or too slow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.wire import WireResponse

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.preview.host.ids import RequestIds


@dataclass(frozen=True, slots=True)
class _Terms:
    status: int
    body: str
    error_type: str


def _terms(status: int, message: str, error_type: str) -> _Terms:
    # What is decided before request validation has no blank after the colon (gateway-responses.md, On the wire).
    return _Terms(status, f'{{"message":"{message}"}}', error_type)


def _as_the_gateway(response_type: ResponseType) -> _Terms:
    failure = GatewayFailure(response_type, "refused by the listener")
    return _Terms(failure.status, failure.body(), failure.error_type)


class Refusal(Enum):
    """Why the listener itself answers, with its status, body and error type.

    Only the 413 is documented. The others are our reading: API Gateway documents limits, not answers
    (endpoints.md section 5).
    """

    BODY_TOO_LARGE = _as_the_gateway(ResponseType.REQUEST_TOO_LARGE)
    TARGET_TOO_LONG = _terms(414, "Request-URI Too Long", "RequestTooLongException")
    HEADERS_TOO_LARGE = _terms(431, "Request Header Fields Too Large", "RequestHeaderFieldsTooLargeException")
    MALFORMED = _terms(400, "Bad Request", "BadRequestException")
    UNKNOWN_TRANSFER_CODING = _terms(501, "Not Implemented", "NotImplementedException")
    TOO_SLOW = _terms(408, "Request Timeout", "RequestTimeoutException")
    BROKEN = _as_the_gateway(ResponseType.DEFAULT_5XX)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.value.status

    @property
    def reason(self) -> str:
        """What to tell people, ``body too large``."""
        return self.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What was refused; ``method`` and ``target`` are empty where they were not understood."""

    refusal: Refusal
    method: str
    target: str
    client: str
    server_port: int


Refuse: TypeAlias = "Callable[[Refused], WireResponse]"
"""Makes the answer; also the place to write the request line of what was refused."""


def answer(refusal: Refusal, ids: RequestIds) -> WireResponse:
    """Make the answer to a refused request, with the headers of every gateway response."""
    terms = refusal.value
    return WireResponse(
        status=terms.status,
        headers=(
            ("Content-Type", "application/json"),
            ("x-amzn-RequestId", ids.request_id),
            ("x-amzn-ErrorType", terms.error_type),
            ("x-amz-apigw-id", ids.extended_request_id),
        ),
        body=terms.body.encode(),
    )
