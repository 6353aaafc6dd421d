"""Tokens taken apart, before anything in them may be believed.

Of what is read here, only ``alg``, ``kid`` and ``iss`` are used before the signature holds, and each only to choose
among what the authorizer and its issuers name. ``jku``, ``jwk``, ``x5u`` and ``x5c`` are not looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.tokens import base64url
from forestage.tokens.bounded_json import BoundedJsonError, read_object, shown
from forestage.tokens.key_set import ALGORITHMS
from forestage.tokens.results import Refusal, RefusalKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.tokens.results import RefusedToken
    from forestage.tokens.rules import IssuerRules, TokenRules

MAX_TOKEN_LENGTH: Final = 10_240
"""Source: endpoints.md, limits: all header values of a request together (documented)."""
MAX_TOKEN_DEPTH: Final = 16
_PARTS: Final = 3
_BEARER: Final = re.compile(r"bearer ", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnverifiedToken:
    """A token in its parts: nothing of it is proven yet."""

    issuer_rules: IssuerRules
    algorithm: str
    key_id: str
    claims: Mapping[str, Json]
    signed: bytes
    signature: bytes

    @property
    def issuer(self) -> str:
        """Whose token it says it is: one of the issuers of the rules."""
        return self.issuer_rules.issuer


def bearer_token(value: str) -> str:
    """Return the token of a header: all of it, or what follows ``Bearer`` and one blank.

    Source: developer guide, "JWT authorizers for HTTP APIs", step 1 (documented; the same for REST is an inference,
    as is that the word's case does not matter).
    """
    found = _BEARER.match(value)
    return value[found.end() :] if found else value


def read_token(token: str, *, rules: TokenRules) -> UnverifiedToken | RefusedToken:
    """Take a token apart, and choose the issuer whose keys have to verify it."""
    try:
        return _read(token, rules)
    except Refusal as refusal:
        return refusal.token


def _read(token: str, rules: TokenRules) -> UnverifiedToken:
    if len(token) > MAX_TOKEN_LENGTH:
        raise Refusal(RefusalKind.OVERSIZE, f"it has {len(token)} characters, at most {MAX_TOKEN_LENGTH} are read")
    parts = token.split(".")
    if len(parts) != _PARTS:
        raise Refusal(RefusalKind.MALFORMED, f"a signed token has {_PARTS} parts, got {len(parts)}")
    header = _object(parts[0], "header")
    algorithm = _algorithm(header, rules)
    if "crit" in header:
        # RFC 7515, section 4.1.11: what is critical and not understood must be refused; nothing is understood here.
        raise Refusal(RefusalKind.MALFORMED, f"its header demands extensions: {shown(header['crit'])}")
    claims = _object(parts[1], "payload")
    return UnverifiedToken(
        issuer_rules=_issuer(claims, rules),
        algorithm=algorithm,
        key_id=_key_id(header),
        claims=claims,
        signed=f"{parts[0]}.{parts[1]}".encode("ascii"),
        signature=_signature(parts[2]),
    )


def _object(part: str, name: str) -> dict[str, Json]:
    try:
        text = base64url.decode(part).decode("utf-8")
    except ValueError:
        raise Refusal(RefusalKind.MALFORMED, f"its {name} is no base64url of UTF-8") from None
    try:
        return read_object(text, max_depth=MAX_TOKEN_DEPTH)
    except BoundedJsonError as error:
        raise Refusal(RefusalKind.MALFORMED, f"its {name} {error}") from None


def _algorithm(header: Mapping[str, Json], rules: TokenRules) -> str:
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or algorithm not in rules.algorithms:
        allowed = ", ".join(rules.algorithms)
        raise Refusal(RefusalKind.ALGORITHM, f"its alg is {shown(algorithm)}, allowed are {allowed}")
    return algorithm


def _issuer(claims: Mapping[str, Json], rules: TokenRules) -> IssuerRules:
    issuer = claims.get("iss")
    found = rules.of_issuer(issuer) if isinstance(issuer, str) else None
    if found is None:
        trusted = ", ".join(entry.issuer for entry in rules.issuers)
        raise Refusal(RefusalKind.ISSUER, f"its iss is {shown(issuer)}, trusted are {trusted}")
    return found


def _key_id(header: Mapping[str, Json]) -> str:
    key_id = header.get("kid")
    if not isinstance(key_id, str) or not key_id:
        # Developer guide, "JWT authorizers for HTTP APIs": a token must name its key (documented).
        raise Refusal(RefusalKind.KEY, f"its header has to name a key by kid, got {shown(key_id)}")
    return key_id


def _signature(part: str) -> bytes:
    try:
        signature = base64url.decode(part)
    except ValueError:
        raise Refusal(RefusalKind.MALFORMED, "its signature is no base64url") from None
    if not signature:
        raise Refusal(RefusalKind.SIGNATURE, "it is not signed")
    return signature
