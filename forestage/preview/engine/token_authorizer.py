"""A signed token decides who may call: Cognito's, or a JWT of another issuer.

Source: authorizers.md, COGNITO_USER_POOLS, JWT; whats-new.md, JWT authorizers (documented).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.preview.compile.identity_sources import read_identity
from forestage.preview.engine.access import describe
from forestage.preview.engine.effects import FindIssuerKeys, KeysUnavailable
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.resource_policy import refuse_unless_allowed
from forestage.preview.engine.results import Authorized
from forestage.tokens import (
    RefusalKind,
    RefusedToken,
    VerifiedToken,
    bearer_token,
    claims_as_strings,
    read_token,
    verify_read,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.policy import Verdict
    from forestage.preview.compile.authorization import TokenAuthorizer
    from forestage.preview.engine.results import Matched

_EXPIRED: Final = "The incoming token has expired"
"""Source: authorizers.md, COGNITO_USER_POOLS (widely reported)."""


async def authorize_by_token(authorizer: TokenAuthorizer, matched: Matched, verdict: Verdict | None) -> Authorized:
    """Let in who has a token of the authorizer's issuers; the resource policy has to allow as well.

    Raises:
        GatewayFailure: no token, or one that does not hold (401); a JWT without the method's scopes, or a policy that
            does not allow (403).
    """
    assumed = matched.addressed.arrival.caller.assumed
    if assumed is not None and assumed.claims is not None:
        claims: Mapping[str, Json] = assumed.claims
        told = f"the claims of {assumed.name}, taken on"
    else:
        token = await _verified(authorizer, matched)
        claims = token.claims
        told = f"authorizer {authorizer.name}: a token of {token.issuer}, signed with {token.algorithm} {token.key_id}"
    refuse_unless_allowed(matched, verdict)
    if verdict is not None:
        told += f"; the resource policy: {describe(verdict)}"
    strings: Mapping[str, Json] = claims_as_strings(claims)
    return Authorized(matched=matched, by=told, authorizer={"claims": strings})


async def _verified(authorizer: TokenAuthorizer, matched: Matched) -> VerifiedToken:
    values = read_identity(
        authorizer.identity_source, headers=matched.addressed.headers, query=(), stage_variables={}, context={}
    )
    if not values:
        where = f"{authorizer.identity_source.kind.value} {authorizer.identity_source.name}"
        raise _unauthorized(f"the {where} of authorizer {authorizer.name} is missing or empty")
    read = read_token(bearer_token(values[-1]), rules=authorizer.rules)
    if isinstance(read, RefusedToken):
        raise _refused(authorizer, read)
    keys = await FindIssuerKeys(issuer=read.issuer)
    if isinstance(keys, KeysUnavailable):
        raise _unauthorized(f"the token cannot be verified: {keys.detail}")
    token = verify_read(read, rules=authorizer.rules, keys=keys, now=matched.addressed.arrival.wire.arrived_at)
    if isinstance(token, RefusedToken):
        raise _refused(authorizer, token)
    validation = authorizer.validation
    if validation is not None and not any(validation.matches(audience) for audience in token.audience):
        raise _unauthorized(
            f"no audience of the token matches {validation.text!r}, the IdentityValidationExpression of "
            f"authorizer {authorizer.name}: {', '.join(token.audience) or 'it has none'}"
        )
    return token


def _refused(authorizer: TokenAuthorizer, token: RefusedToken) -> GatewayFailure:
    reason = f"authorizer {authorizer.name} refuses the token ({token.kind.value}): {token.detail}"
    if token.kind is RefusalKind.SCOPE and not authorizer.is_cognito:
        return GatewayFailure(ResponseType.ACCESS_DENIED, reason, message="Forbidden", error_type="ForbiddenException")
    if token.kind is RefusalKind.EXPIRED and authorizer.is_cognito:
        return _unauthorized(reason, message=_EXPIRED)
    return _unauthorized(reason)


def _unauthorized(reason: str, *, message: str | None = None) -> GatewayFailure:
    return GatewayFailure(ResponseType.UNAUTHORIZED, reason, message=message)
