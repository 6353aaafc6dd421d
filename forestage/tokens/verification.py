"""Tokens, verified: the signature first, then every claim.

PyJWT and cryptography compute; which key and which algorithm is decided here, so that no token chooses. The clock is
the caller's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.tokens.bounded_json import shown
from forestage.tokens.reading import read_token
from forestage.tokens.results import Refusal, RefusalKind, RefusedToken, VerifiedToken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forestage.model.values import Json
    from forestage.tokens.key_set import KeySet
    from forestage.tokens.reading import UnverifiedToken
    from forestage.tokens.rules import IssuerRules, TokenRules

LAST_INSTANT: Final = 253_402_300_799
"""The end of the year 9999 in seconds since 1970: no date beyond it can be written."""


def verify_token(
    token: str, *, rules: TokenRules, keys: Callable[[str], KeySet | None], now: float
) -> VerifiedToken | RefusedToken:
    """Verify a token against an authorizer's rules; ``keys`` gives an issuer's key set, ``now`` is since 1970.

    Source: authorizers.md, COGNITO_USER_POOLS and JWT; whats-new.md, JWT authorizers (documented).
    """
    read = read_token(token, rules=rules)
    return read if isinstance(read, RefusedToken) else verify_read(read, rules=rules, keys=keys(read.issuer), now=now)


def verify_read(
    read: UnverifiedToken, *, rules: TokenRules, keys: KeySet | None, now: float
) -> VerifiedToken | RefusedToken:
    """Verify a token that was read, with the keys of its issuer; None where there are none."""
    try:
        _check_signature(read, keys)
        return _check_claims(read, rules, now)
    except Refusal as refusal:
        return refusal.token


def _check_signature(read: UnverifiedToken, keys: KeySet | None) -> None:
    from jwt import get_algorithm_by_name

    if keys is None:
        raise Refusal(RefusalKind.KEY, f"the keys of issuer {read.issuer} are not known")
    key = keys.find(read.key_id, read.algorithm)
    if key is None:
        raise Refusal(
            RefusalKind.KEY,
            f"the key set of {read.issuer} has no {read.algorithm} key with the kid {shown(read.key_id)}",
        )
    if not get_algorithm_by_name(read.algorithm).verify(read.signed, key.public, read.signature):
        raise Refusal(RefusalKind.SIGNATURE, f"its signature is not that of key {shown(read.key_id)}")


def _check_claims(read: UnverifiedToken, rules: TokenRules, now: float) -> VerifiedToken:
    claims = read.claims
    expires_at = _check_times(claims, now)
    _check_audience(claims, read.issuer_rules)
    if rules.token_use is not None and claims.get("token_use") != rules.token_use:
        raise Refusal(
            RefusalKind.TOKEN_USE, f"its token_use is {shown(claims.get('token_use'))}, it has to be {rules.token_use}"
        )
    _check_additional(claims, read.issuer_rules)
    scopes = _scopes(claims)
    if rules.scopes and not set(rules.scopes) & set(scopes):
        raise Refusal(
            RefusalKind.SCOPE, f"its scopes are {shown(list(scopes))}, one of {', '.join(rules.scopes)} is needed"
        )
    return VerifiedToken(
        issuer=read.issuer,
        key_id=read.key_id,
        algorithm=read.algorithm,
        audience=_texts(claims.get("aud")),
        scopes=scopes,
        expires_at=expires_at,
        claims=claims,
    )


def _check_times(claims: Mapping[str, Json], now: float) -> float:
    """Check ``exp``, ``nbf`` and ``iat`` without leeway, and return when the token expires.

    Source: developer guide, "JWT authorizers for HTTP APIs", step 4 (documented; that ``exp`` is required, and that
    an instant itself still counts for ``nbf`` and ``iat``, is an inference).
    """
    expires_at = _instant(claims, "exp")
    if expires_at is None:
        raise Refusal(RefusalKind.CLAIM, "it has no exp, so that it would never expire")
    if now >= expires_at:
        raise Refusal(RefusalKind.EXPIRED, f"it expired {now - expires_at:g} s ago")
    for name in ("nbf", "iat"):
        instant = _instant(claims, name)
        if instant is not None and now < instant:
            raise Refusal(RefusalKind.NOT_YET_VALID, f"its {name} is {instant - now:g} s from now")
    return expires_at


def _instant(claims: Mapping[str, Json], name: str) -> float | None:
    value = claims.get(name)
    if name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LAST_INSTANT:
        raise Refusal(RefusalKind.CLAIM, f"its {name} has to be seconds since 1970, got {shown(value)}")
    return value


def _check_audience(claims: Mapping[str, Json], rules: IssuerRules) -> None:
    if rules.audiences is None:
        return
    named = next((claims[name] for name in rules.audience_claims if name in claims), None)
    if not set(rules.audiences) & set(_texts(named)):
        wanted = ", ".join(rules.audiences)
        raise Refusal(RefusalKind.AUDIENCE, f"its audience is {shown(named)}, it has to be one of {wanted}")


def _check_additional(claims: Mapping[str, Json], rules: IssuerRules) -> None:
    for rule in rules.additional_claims:
        if rule.name not in claims:
            if rule.is_required:
                raise Refusal(RefusalKind.CLAIM, f"it has no claim {rule.name}, which is required")
        elif rule.expected and (not claims[rule.name] or claims[rule.name] not in rule.expected):
            wanted = ", ".join(rule.expected)
            raise Refusal(
                RefusalKind.CLAIM, f"its {rule.name} is {shown(claims[rule.name])}, it has to be one of {wanted}"
            )


def _texts(value: Json) -> tuple[str, ...]:
    """Return the texts of a claim that is one text or a list of them; nothing else counts, nor does an empty one."""
    values = value if isinstance(value, list) else [value]
    return tuple(item for item in values if isinstance(item, str) and item)


def _scopes(claims: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the scopes of a token: of ``scope`` and ``scp``, each a list or separated by blanks.

    Source: developer guide, "Attach a JWT authorizer to methods and require scopes" (the two claims, documented).
    """
    found: list[str] = []
    for name in ("scope", "scp"):
        value = claims.get(name)
        found.extend(value.split(" ") if isinstance(value, str) else _texts(value))
    return tuple(dict.fromkeys(filter(None, found)))
