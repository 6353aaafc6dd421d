"""What an authorizer demands of a token."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

RESERVED_CLAIMS: Final = frozenset({"iss", "aud", "exp", "nbf", "iat", "scope", "scp"})
"""Claims that a claim rule may not name. Source: botocore's ``JwtAdditionalClaim`` (documented)."""

_POOL_ARN: Final = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):cognito-idp:(?P<region>[a-z0-9-]+):[^:/]*:userpool/(?P<pool>[\w-]+_[0-9a-zA-Z]+)",
    re.ASCII,
)
_SUFFIXES: Final = {"aws-cn": "amazonaws.com.cn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRule:
    """A claim beyond the usual: whether it has to be there, and which texts it may be (none named: any value).

    Source: whats-new.md, JWT authorizers (``Format`` is ``SINGLE_STRING`` alone, documented).
    """

    name: str
    is_required: bool = False
    expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerRules:
    """Whose tokens are taken, and for whom they have to be.

    ``audiences`` None takes a token for anybody, an empty one no token. The audience is the first of
    ``audience_claims`` that the token has: ``("aud", "client_id")`` on HTTP APIs.

    Source: whats-new.md, JWT authorizers; developer guide, "Troubleshooting issues with HTTP API JWT authorizers"
    (``client_id`` counts only where ``aud`` is absent, documented).
    """

    issuer: str
    audiences: tuple[str, ...] | None
    audience_claims: tuple[str, ...] = ("aud",)
    additional_claims: tuple[ClaimRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRules:
    """What a token has to be: of one of the issuers, signed as allowed, with one of the method's scopes.

    ``token_use`` is what Cognito's claim of that name has to be, None where it does not matter.
    """

    issuers: tuple[IssuerRules, ...]
    algorithms: tuple[str, ...]
    scopes: tuple[str, ...] = ()
    token_use: str | None = None

    def of_issuer(self, issuer: str) -> IssuerRules | None:
        """Return what is demanded of an issuer's tokens; its name is compared exactly, a slash at the end included."""
        for rules in self.issuers:
            if rules.issuer == issuer:
                return rules
        return None


def cognito_issuer(provider_arn: str) -> str | None:
    """Return the issuer of a user pool, ``https://cognito-idp.REGION.amazonaws.com/POOL``; None for no pool's ARN.

    Source: developer guide, "Control access to REST APIs using JWT authorizers" (documented).
    """
    found = _POOL_ARN.fullmatch(provider_arn)
    if found is None:
        return None
    suffix = _SUFFIXES.get(found["partition"], "amazonaws.com")
    return f"https://cognito-idp.{found['region']}.{suffix}/{found['pool']}"


def cognito_rules(issuers: Sequence[str], *, scopes: tuple[str, ...] = ()) -> TokenRules:
    """Return what a COGNITO_USER_POOLS authorizer demands: an identity token, or an access token where scopes are.

    Source: authorizers.md, COGNITO_USER_POOLS (documented); user pools sign with RS256 (Cognito developer guide).
    """
    return TokenRules(
        issuers=tuple(IssuerRules(issuer=issuer, audiences=None) for issuer in issuers),
        algorithms=("RS256",),
        scopes=scopes,
        token_use="access" if scopes else "id",
    )
