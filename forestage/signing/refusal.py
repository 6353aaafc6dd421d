"""Why a signature is not accepted, in the words of API Gateway."""

from __future__ import annotations

from enum import Enum

from forestage.model.records import dataclass

FORBIDDEN = 403


class Refusal(Enum):
    """What is wrong with a signature."""

    UNSIGNED = "not signed"
    INCOMPLETE = "incomplete signature"
    AMBIGUOUS = "signed twice"
    EXPIRED = "signature expired"
    NOT_YET_CURRENT = "signature not yet current"
    UNSIGNED_HEADER = "a header is not signed"
    WRONG_SCOPE = "wrong credential scope"
    UNKNOWN_KEY = "unknown access key"
    MISMATCH = "signature does not match"
    WRONG_SESSION = "security token of another key"
    ENDED_SESSION = "security token expired"


_INVALID_SIGNATURE = ("InvalidSignatureException", "INVALID_SIGNATURE")
_INCOMPLETE_SIGNATURE = ("IncompleteSignatureException", "DEFAULT_4XX")
_UNRECOGNIZED_CLIENT = ("UnrecognizedClientException", "DEFAULT_4XX")
_RESPONSES = {
    Refusal.UNSIGNED: ("MissingAuthenticationTokenException", "MISSING_AUTHENTICATION_TOKEN"),
    Refusal.INCOMPLETE: _INCOMPLETE_SIGNATURE,
    Refusal.AMBIGUOUS: _INVALID_SIGNATURE,
    Refusal.EXPIRED: _INVALID_SIGNATURE,
    Refusal.NOT_YET_CURRENT: _INVALID_SIGNATURE,
    Refusal.UNSIGNED_HEADER: _INVALID_SIGNATURE,
    Refusal.WRONG_SCOPE: _INVALID_SIGNATURE,
    Refusal.UNKNOWN_KEY: _UNRECOGNIZED_CLIENT,
    Refusal.MISMATCH: _INVALID_SIGNATURE,
    Refusal.WRONG_SESSION: _UNRECOGNIZED_CLIENT,
    Refusal.ENDED_SESSION: ("ExpiredTokenException", "EXPIRED_TOKEN"),
}
"""Error type and type of the gateway response. Source: authorizers.md, Errors at a glance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A request whose signature is not accepted.

    ``message`` is for the client. ``detail`` is for the trace: it may hold the canonical request, in which tokens
    are masked, and never a secret.
    """

    kind: Refusal
    message: str
    detail: str
    status: int = FORBIDDEN

    @property
    def error_type(self) -> str:
        """The value of ``x-amzn-ErrorType``."""
        return _RESPONSES[self.kind][0]

    @property
    def gateway_response(self) -> str:
        """The type of the gateway response that customises the answer."""
        return _RESPONSES[self.kind][1]


class RefusedError(Exception):
    """A step of the verification refuses; ``verify`` returns what it holds."""

    def __init__(self, kind: Refusal, message: str, detail: str) -> None:
        super().__init__(message)
        self.refused = Refused(kind=kind, message=message, detail=detail)
