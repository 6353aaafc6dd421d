"""What a verification ends with: a token that may be believed, or the reason why not."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json


class RefusalKind(Enum):
    """Why a token is refused.

    ``SCOPE`` is a good token that may not do this: 403 from a JWT authorizer, 401 from a Cognito one; all others
    are 401. Source: authorizers.md (documented).
    """

    OVERSIZE = "oversize"
    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    ISSUER = "issuer"
    KEY = "key"
    SIGNATURE = "signature"
    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    AUDIENCE = "audience"
    TOKEN_USE = "token_use"  # ruff: ignore[hardcoded-password-string]  (the name of a claim)
    CLAIM = "claim"
    SCOPE = "scope"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedToken:
    """A token that proves nothing; ``detail`` is for the trace, never for the caller."""

    kind: RefusalKind
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedToken:
    """A token whose signature and claims hold.

    ``audience`` are the values of ``aud``, which Cognito's validation expression is matched against; an access
    token has none. ``expires_at`` is in seconds since 1970.
    """

    issuer: str
    key_id: str
    algorithm: str
    audience: tuple[str, ...]
    scopes: tuple[str, ...]
    expires_at: float
    claims: Mapping[str, Json]


class Refusal(Exception):
    """A step of the verification refuses the token; it never leaves the package."""

    def __init__(self, kind: RefusalKind, detail: str) -> None:
        super().__init__(detail)
        self.token = RefusedToken(kind=kind, detail=detail)
