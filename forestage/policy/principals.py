"""Who asks for access, and whether a statement names them.

Source: IAM user guide, "Principal" and "NotPrincipal" (documented).
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.policy.documents import EVERYONE, NameKind
from forestage.policy.patterns import arn_parts

if TYPE_CHECKING:
    from forestage.policy.documents import PrincipalName, Principals

_ASSUMED: Final = "assumed-role/"
_ROLE: Final = "role/"
_ACCOUNT_PART: Final = 4
_RESOURCE_PART: Final = 5


class PrincipalKind(Enum):
    """What a principal is; the values are those of the key ``aws:PrincipalType``, but for services."""

    ROOT = "Account"
    USER = "User"
    ASSUMED_ROLE = "AssumedRole"
    FEDERATED_USER = "FederatedUser"
    SERVICE = "Service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A caller that is known.

    ``arn`` of an assumed role is the one of STS, ``arn:aws:sts::123456789012:assumed-role/Reader/ada``, of a service
    its name. ``provider`` is who vouched for a web identity or SAML, ``cognito-identity.amazonaws.com``.
    """

    arn: str
    account_id: str
    kind: PrincipalKind
    provider: str | None = None

    def has_role(self, arn: str) -> bool:
        """Tell whether an ARN is that of the role that was assumed; the ARN of STS has no path of the role."""
        parts, own = arn_parts(arn), arn_parts(self.arn)
        if self.kind is not PrincipalKind.ASSUMED_ROLE or not parts or not own:
            return False
        role, assumed = parts[_RESOURCE_PART], own[_RESOURCE_PART]
        return (
            parts[_ACCOUNT_PART] == self.account_id
            and role.startswith(_ROLE)
            and assumed.startswith(_ASSUMED)
            and role.rpartition("/")[2] == assumed.removeprefix(_ASSUMED).partition("/")[0]
        )


class Match(IntEnum):
    """How far names reach a principal; through its account alone they hand the decision to that account."""

    NONE = 0
    ACCOUNT = 1
    DIRECT = 2


def match_principal(principals: Principals | None, principal: Principal | None) -> Match:
    """Tell whether a statement is about a principal; None is an anonymous caller.

    A statement that names nobody is about whoever the policy is for. ``NotPrincipal`` is about those that none of
    its names reaches, be it through their account.
    """
    if principals is None:
        return Match.DIRECT
    best = max((_match(name, principal) for name in principals.names), default=Match.NONE)
    if principals.negated:
        return Match.NONE if best else Match.DIRECT
    return best


def _match(name: PrincipalName, principal: Principal | None) -> Match:
    if name.kind is NameKind.AWS and name.value == EVERYONE:
        return Match.DIRECT
    if principal is None:
        return Match.NONE
    if name.account_id:
        return _match_account(name.account_id, principal)
    return Match.DIRECT if _is_named(name, principal) else Match.NONE


def _match_account(account_id: str, principal: Principal) -> Match:
    if account_id != principal.account_id:
        return Match.NONE
    return Match.DIRECT if principal.kind is PrincipalKind.ROOT else Match.ACCOUNT


def _is_named(name: PrincipalName, principal: Principal) -> bool:
    match name.kind:
        case NameKind.AWS:
            return principal.kind is not PrincipalKind.SERVICE and (
                name.value == principal.arn or principal.has_role(name.value)
            )
        case NameKind.SERVICE:
            return principal.kind is PrincipalKind.SERVICE and name.value == principal.arn
        case NameKind.FEDERATED:
            return name.value == principal.provider
        case _:
            # Only buckets know callers by canonical ids.
            return False
