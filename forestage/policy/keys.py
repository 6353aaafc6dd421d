"""The condition keys that an access to an API can have.

Source: authorizers.md, Resource policies; the guide's page has ``aws:VpcSourceIp`` besides. ``aws:SourceArn`` is on it
for every kind of authorization; the IAM user guide, "AWS global condition context keys", says which requests have such
a key: those that a service principal makes for a resource (documented).
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from forestage.model.records import dataclass


class Availability(Enum):
    """Which requests have a key."""

    ALL = "every request"
    IAM = "requests with AWS_IAM authorization"
    PRIVATE = "requests of private APIs"
    SERVICE = "requests that an AWS service makes for a resource"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionKey:
    """A key; ``when`` says what else it takes, empty where it is always there. A tag's name follows a ``prefix``."""

    name: str
    availability: Availability
    when: str = ""
    prefix: bool = False


_TEMPORARY: Final = "with temporary credentials"
_ORGANIZATION: Final = "of members of an organization"
_SENT: Final = "where the caller sends the header"

CONDITION_KEYS: Final = tuple(
    ConditionKey(name=name, availability=availability, when=when, prefix=name.endswith("/"))
    for name, availability, when in (
        ("aws:CurrentTime", Availability.ALL, ""),
        ("aws:EpochTime", Availability.ALL, ""),
        ("aws:MultiFactorAuthAge", Availability.IAM, "with multi-factor authentication"),
        ("aws:MultiFactorAuthPresent", Availability.IAM, _TEMPORARY),
        ("aws:PrincipalAccount", Availability.IAM, ""),
        ("aws:PrincipalArn", Availability.IAM, ""),
        ("aws:PrincipalOrgID", Availability.IAM, _ORGANIZATION),
        ("aws:PrincipalOrgPaths", Availability.IAM, _ORGANIZATION),
        ("aws:PrincipalTag/", Availability.IAM, "of principals with the tag"),
        ("aws:PrincipalType", Availability.IAM, ""),
        ("aws:Referer", Availability.ALL, _SENT),
        ("aws:SecureTransport", Availability.ALL, ""),
        ("aws:SourceArn", Availability.SERVICE, ""),
        ("aws:SourceIp", Availability.ALL, "that come through no VPC endpoint"),
        ("aws:SourceVpc", Availability.PRIVATE, ""),
        ("aws:SourceVpce", Availability.PRIVATE, ""),
        ("aws:TokenIssueTime", Availability.IAM, _TEMPORARY),
        ("aws:UserAgent", Availability.ALL, _SENT),
        ("aws:userid", Availability.IAM, ""),
        ("aws:username", Availability.IAM, "of IAM users"),
        ("aws:VpcSourceIp", Availability.PRIVATE, ""),
    )
)
"""Every key, in the order of its name."""

_EXACT: Final = {key.name.lower(): key for key in CONDITION_KEYS if not key.prefix}
_PREFIXES: Final = tuple(key for key in CONDITION_KEYS if key.prefix)


def find_key(name: str) -> ConditionKey | None:
    """Find a key by its name, in any case; None where no request has it."""
    lower = name.lower()
    return _EXACT.get(lower) or next((key for key in _PREFIXES if lower.startswith(key.name.lower())), None)
