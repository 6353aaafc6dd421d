"""Principals as files of credentials and identities describe them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from forestage.load.documents import read_document
from forestage.load.identity import stable_hex
from forestage.load.positions import MarkedList, MarkedMap, Place, place_of
from forestage.load.shape import dotted, shown
from forestage.model.principals import CognitoIdentity, IamPrincipal, PolicyDocument, PrincipalKind
from forestage.model.records import dataclass
from forestage.policy.documents import PolicyKind
from forestage.policy.faults import PolicyError
from forestage.policy.parser import parse_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.load.fields import Fields
    from forestage.load.positions import Raw
    from forestage.model.deployment import Environment

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_ARN = re.compile(r"arn:aws[a-z-]*:(iam|sts)::(\d{12}):([\w+=,.@/-]{1,512})", re.ASCII)
_ACCOUNT_ID = re.compile(r"\d{12}", re.ASCII)
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
"""A step of the path to a fault in a policy, ``Statement[1].Effect``."""
_AUTHENTICATION_TYPE = re.compile(r"authenticated|unauthenticated")
_ARN_MEANING = (
    "arn:aws:iam::ACCOUNT:user/NAME, arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME, "
    "arn:aws:sts::ACCOUNT:federated-user/NAME or arn:aws:iam::ACCOUNT:root"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Who:
    """Whom an ARN names."""

    arn: str
    account_id: str
    kind: PrincipalKind
    name: str


def read_principal(fields: Fields, environment: Environment) -> IamPrincipal | None:
    """Read a principal; None where that is not possible, which is a fault.

    A name alone is a user of the preview's account, an ARN alone gives account, kind and name. The unique id is
    made up where it is not given: the same on every run.
    """
    who = _who(fields, environment)
    user_id, policies, tags = fields.text("user_id"), tuple(_policies(fields)), _tags(fields)
    organization_id, organization_paths = _organization(fields.fields("organization"))
    mfa_authenticated_at, issued_at = fields.moment("mfa_authenticated_at"), fields.moment("issued_at")
    cognito = _cognito(fields.fields("cognito"))
    if who is None:
        return None
    return IamPrincipal(
        name=who.name,
        arn=who.arn,
        account_id=who.account_id,
        user_id=user_id or _unique_id(who),
        kind=who.kind,
        policies=policies,
        tags=tags,
        organization_id=organization_id,
        organization_paths=organization_paths,
        mfa_authenticated_at=mfa_authenticated_at,
        issued_at=issued_at,
        cognito=cognito,
        origin=fields.origin(),
    )


def _who(fields: Fields, environment: Environment) -> _Who | None:
    """Read name, ARN and account, each of which follows from the others where it is not given."""
    name = fields.text("name", form=_NAME, meaning="1 to 64 letters, digits and +=,.@_-")
    account_id = fields.text("account_id", form=_ACCOUNT_ID, meaning="12 digits, in quotes where the first is 0")
    arn = fields.text("arn", form=_ARN, meaning=_ARN_MEANING)
    if arn is None:
        if name is None:
            if not fields.has("name") and not fields.has("arn"):
                fields.lacking("name")
            return None
        arn = f"arn:{environment.partition}:iam::{account_id or environment.account_id}:user/{name}"
    who = _who_is(arn)
    if who is None:
        fields.wrong("arn", f"must be {_ARN_MEANING}, got {shown(arn)}")
    elif account_id is not None and account_id != who.account_id:
        fields.wrong("account_id", f"must be that of the ARN, {who.account_id}, got {account_id}")
    else:
        return who if name is None else replace(who, name=name)
    return None


def _who_is(arn: str) -> _Who | None:
    """Take an ARN apart. Source: IAM user guide, "IAM identifiers"."""
    service, account_id, resource = arn.split(":", 5)[2], arn.split(":", 5)[4], arn.split(":", 5)[5]
    word, _, rest = resource.partition("/")
    match (service, word, rest.split("/")):
        case ("iam", "root", [""]):
            kind, name = PrincipalKind.ACCOUNT, "root"
        case ("iam", "user", [*_, name]) if name:
            kind = PrincipalKind.USER
        case ("sts", "assumed-role", [role, name]) if role and name:
            kind = PrincipalKind.ASSUMED_ROLE
        case ("sts", "federated-user", [name]) if name:
            kind = PrincipalKind.FEDERATED_USER
        case _:
            return None
    return _Who(arn=arn, account_id=account_id, kind=kind, name=name)


def _unique_id(who: _Who) -> str:
    """Make up a unique id. Source: IAM user guide, "IAM JSON policy elements: Variables", the table of principals."""
    match who.kind:
        case PrincipalKind.ACCOUNT:
            return who.account_id
        case PrincipalKind.FEDERATED_USER:
            return f"{who.account_id}:{who.name}"
        case PrincipalKind.ASSUMED_ROLE:
            role, _, name = who.arn.rpartition("/")
            return f"AROA{stable_hex(role).upper()}:{name}"
        case PrincipalKind.USER:
            return f"AIDA{stable_hex(who.arn).upper()}"
        case _:
            assert_never(who.kind)


def _policies(fields: Fields) -> Iterator[PolicyDocument]:
    """Read policies: documents, or the names of files that hold them; one, or a list of them."""
    value = fields.value("policies")
    if value is None:
        return
    items: list[tuple[tuple[int, ...], Raw]] = [((), value)]
    if isinstance(value, MarkedList):
        items = [((index,), item) for index, item in enumerate(value)]
    for place, item in items:
        document = _policy_file(fields, item, place) if isinstance(item, str) else item
        if isinstance(document, MarkedMap):
            name = item if isinstance(item, str) else dotted(("policies", *place))
            _report_policy_faults(fields, document, name)
            yield PolicyDocument(name=name, document=fields.plain(document), origin=fields.origin("policies", *place))
        elif document is not None:
            fields.wrong("policies", f"must be a policy, or the name of its file, got {shown(item)}", *place)


def _policy_file(fields: Fields, name: str, place: tuple[int, ...]) -> Raw:
    reading = read_document(fields.root.folder / name)
    fields.root.faults.extend(reading.faults)
    if reading.root is None and not reading.faults:
        fields.wrong("policies", f"must be a policy, or the name of its file, got {shown(name)}", *place)
    return reading.root


def _report_policy_faults(fields: Fields, document: MarkedMap[Raw], name: str) -> None:
    try:
        parse_policy(fields.plain(document), kind=PolicyKind.IDENTITY)
    except PolicyError as error:
        for fault in error.faults:
            path = [int(index) if index else part for part, index in _STEP.findall(fault.path)]
            place = place_of(document, path, Place(document.document, document.mark))
            fields.root.fault(f"{name}: {fault}", place.origin(fault.path))


def _tags(fields: Fields) -> Mapping[str, str]:
    tags = fields.fields("tags")
    if tags is None:
        return {}
    return {key: value for key in tags.entries if (value := tags.text(key)) is not None}


def _organization(fields: Fields | None) -> tuple[str | None, tuple[str, ...]]:
    if fields is None:
        return None, ()
    organization_id, paths = fields.text("id", required=True), fields.texts("paths")
    fields.report_unknown()
    return organization_id, paths


def _cognito(fields: Fields | None) -> CognitoIdentity | None:
    if fields is None:
        return None
    identity_id = fields.text("identity_id", required=True)
    identity_pool_id = fields.text("identity_pool_id", required=True)
    authentication_type = fields.text(
        "authentication_type", form=_AUTHENTICATION_TYPE, meaning="authenticated or unauthenticated"
    )
    provider = fields.text("authentication_provider")
    fields.report_unknown()
    if identity_id is None or identity_pool_id is None:
        return None
    return CognitoIdentity(
        identity_id=identity_id,
        identity_pool_id=identity_pool_id,
        authentication_type=authentication_type or "authenticated",
        authentication_provider=provider,
    )
