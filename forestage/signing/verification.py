"""Verifies a signed request against known keys."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final, Protocol

from forestage.model.records import dataclass
from forestage.signing.algorithms import is_signature_of
from forestage.signing.canonical import canonical_request, shown_request
from forestage.signing.dates import basic, check_skew, signed_at
from forestage.signing.presented import Presented, presented_by
from forestage.signing.refusal import Refusal, Refused, RefusedError
from forestage.signing.scope import (
    TERMINATOR,
    Scope,
    check_algorithm,
    check_scope,
    check_signed_headers,
    scope_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from forestage.model.values import Secret
    from forestage.signing.request import SignedRequest

SERVICE: Final = "execute-api"

_NOT_RECOGNIZED = "The security token included in the request is invalid."
_ENDED = "The security token included in the request is expired"
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


class SigningKey(Protocol):
    """What is known of an access key; the last two only of a temporary one.

    ``expires_at`` is in seconds since the epoch, None for a key that does not expire.
    """

    @property
    def secret_access_key(self) -> Secret:
        """The secret that signs."""

    @property
    def session_token(self) -> Secret | None:
        """The token that has to come with each request."""

    @property
    def expires_at(self) -> float | None:
        """When the token is no longer good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A request that the holder of an access key has signed.

    ``signed_at`` is in seconds since the epoch. ``signed_headers`` are lower-case names: a header that is not among
    them may have been changed on the way.
    """

    access_key_id: str
    algorithm: str
    signed_at: float
    signed_headers: tuple[str, ...]
    in_query: bool


def verify(
    request: SignedRequest,
    find: Callable[[str], SigningKey | None],
    *,
    now: float,
    region: str,
    service: str = SERVICE,
) -> Verified | Refused:
    """Verify the signature of a request.

    ``find`` returns the key with an id; ``now`` is in seconds since the epoch. The checks stand in the order of
    mhart/dynalite's record of AWS's own (lib/index.js): nothing is looked up for a request that cannot be right, and
    the token is looked at last.

    Source: authorizers.md, Errors at a glance.
    """
    try:
        return _verified(request, find, now=now, region=region, service=service)
    except RefusedError as error:
        return error.refused


def _verified(
    request: SignedRequest, find: Callable[[str], SigningKey | None], *, now: float, region: str, service: str
) -> Verified:
    presented = presented_by(request)
    check_algorithm(presented)
    moment = signed_at(presented.date)
    check_skew(moment, now)
    check_signed_headers(presented)
    scope = scope_of(presented)
    check_scope(scope, moment, region=region, service=service)
    key = find(scope.access_key_id)
    if key is None:
        raise RefusedError(Refusal.UNKNOWN_KEY, _NOT_RECOGNIZED, "no principal has this access key id")
    _check_signature(request, presented, key=key, scope=scope, moment=moment)
    _check_token(presented, key, now)
    return Verified(
        access_key_id=scope.access_key_id,
        algorithm=presented.algorithm,
        signed_at=moment.timestamp(),
        signed_headers=presented.signed_headers,
        in_query=presented.in_query,
    )


def _check_signature(
    request: SignedRequest, presented: Presented, *, key: SigningKey, scope: Scope, moment: datetime
) -> None:
    absent = [name for name in presented.signed_headers if not request.header_lines(name)]
    if absent:
        raise RefusedError(Refusal.MISMATCH, _MISMATCH, f"signed headers that did not arrive: {', '.join(absent)}")
    text = _string_to_sign(
        canonical_request(request, presented.signed_headers), presented=presented, scope=scope, moment=moment
    )
    if not is_signature_of(
        text,
        presented.signature,
        algorithm=presented.algorithm,
        secret=key.secret_access_key.reveal(),
        scope=scope,
    ):
        shown = shown_request(request, presented.signed_headers)
        raise RefusedError(
            Refusal.MISMATCH,
            _MISMATCH,
            f"the canonical request should have been (*** is masked)\n{shown}\n\n"
            f"the string to sign should have been\n{text}{_advice(request)}",
        )


def _string_to_sign(canonical: str, *, presented: Presented, scope: Scope, moment: datetime) -> str:
    parts = (scope.date, scope.region, scope.service, TERMINATOR)
    return "\n".join(
        (
            presented.algorithm,
            basic(moment),
            "/".join(part for part in parts if part is not None),
            hashlib.sha256(canonical.encode("latin-1")).hexdigest(),
        )
    )


def _advice(request: SignedRequest) -> str:
    claimed = request.header("x-amz-content-sha256")
    if claimed is None or claimed == hashlib.sha256(request.body).hexdigest():
        return ""
    return f"\n\nx-amz-content-sha256 is not the hash of the body, and {SERVICE} signs the body alone"


def _check_token(presented: Presented, key: SigningKey, now: float) -> None:
    known = "" if key.session_token is None else key.session_token.reveal()
    if not hmac.compare_digest(known.encode(), (presented.token or "").encode("latin-1")):
        raise RefusedError(Refusal.WRONG_SESSION, _NOT_RECOGNIZED, _token_fault(presented, key))
    if key.expires_at is not None and key.expires_at <= now:
        raise RefusedError(
            Refusal.ENDED_SESSION, _ENDED, f"the access key expired {int(now - key.expires_at)} seconds ago"
        )


def _token_fault(presented: Presented, key: SigningKey) -> str:
    if key.session_token is None:
        return "the access key is a lasting one, and the request has a security token"
    if presented.token is None:
        return "the access key is a temporary one, and the request has no security token"
    return "the security token is not that of the access key"
