"""Reads ``Principal`` and ``NotPrincipal``.

Source: IAM user guide, "Principal", notes on the grammar; Access Analyzer, "Unsupported wildcard in principal",
"Invalid principal key" (documented).
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from forestage.policy.documents import EVERYONE, NameKind, PolicyKind, PrincipalName, Principals
from forestage.policy.faults import shown, step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.policy.intake import Intake, Object

_ELEMENTS: Final = {"Principal": False, "NotPrincipal": True}
_KINDS: Final = frozenset(kind.value for kind in NameKind)
_ACCOUNT: Final = re.compile(r"[0-9]{12}", re.ASCII)
_ROOT: Final = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):root", re.ASCII)
_ARN: Final = re.compile(r"arn:[a-z-]+:(?:iam|sts)::[0-9]{12}:.+", re.ASCII | re.DOTALL)
_UNIQUE_ID: Final = re.compile(r"A[0-9A-Z]{15,127}", re.ASCII)


class Demand(Enum):
    """Whether a policy of a kind names principals."""

    OPTIONAL = "may"
    REQUIRED = "must"
    FORBIDDEN = "must not"


# Source: IAM user guide, notes on the grammar; AWS PrivateLink guide, endpoint policies (documented).
DEMANDS: Final = {
    PolicyKind.RESOURCE: Demand.REQUIRED,
    PolicyKind.ENDPOINT: Demand.REQUIRED,
    PolicyKind.IDENTITY: Demand.FORBIDDEN,
    PolicyKind.AUTHORIZER: Demand.OPTIONAL,
}


def read_principals(intake: Intake, path: str, members: Object, kind: PolicyKind) -> Principals | None:
    """Read whom a statement is about; None where it does not say."""
    present = [element for element in _ELEMENTS if element in members]
    if len(present) > 1:
        intake.fault(path, "has both Principal and NotPrincipal, only one may stand in a statement")
    if not present:
        if DEMANDS[kind] is Demand.REQUIRED:
            intake.fault(step(path, "Principal"), f"is missing; a {kind.value} must say whom it is about")
        return None
    element = present[0]
    place = step(path, element)
    if DEMANDS[kind] is Demand.FORBIDDEN:
        intake.fault(place, f"must not stand in an {kind.value}, which is about whoever has it")
    return Principals(names=tuple(_names(intake, place, members[element])), negated=_ELEMENTS[element])


def _names(intake: Intake, path: str, value: object) -> Iterator[PrincipalName]:
    if value == EVERYONE:
        yield PrincipalName(kind=NameKind.AWS, value=EVERYONE)
        return
    if isinstance(value, str):
        intake.fault(path, f'must be "*" or an object like {{"AWS": ...}}, got {shown(value)}')
        return
    members = intake.members(path, value, _KINDS) or {}
    for kind in NameKind:
        for place, text in intake.strings(step(path, kind.value), members.get(kind.value, ())):
            yield _name(intake, place, kind, text)


def _name(intake: Intake, path: str, kind: NameKind, text: str) -> PrincipalName:
    root = _ROOT.fullmatch(text)
    account_id = root[1] if root else text if _ACCOUNT.fullmatch(text) else None
    if kind is not NameKind.AWS:
        account_id = None
        if not text or "*" in text or "?" in text:
            intake.fault(path, f"must name one principal, without wildcards, got {shown(text)}")
    elif text != EVERYONE and ("*" in text or "?" in text):
        intake.fault(path, f"must name one principal or be *, wildcards match no part of a name, got {shown(text)}")
    elif not (account_id or text == EVERYONE or _ARN.fullmatch(text) or _UNIQUE_ID.fullmatch(text)):
        intake.fault(
            path, f"must be *, an account of 12 digits or the ARN of an IAM or STS principal, got {shown(text)}"
        )
    return PrincipalName(kind=kind, value=text, account_id=account_id)
