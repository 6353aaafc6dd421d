"""Who can call: principals with their access keys, and identities that a developer can take on."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from forestage.model.records import dataclass, field
from forestage.model.values import Json, Origin, Secret


class PrincipalKind(Enum):
    """What a principal is, in the words of ``aws:PrincipalType``.

    Source: IAM user guide, "AWS global condition context keys".
    """

    ACCOUNT = "Account"
    USER = "User"
    ASSUMED_ROLE = "AssumedRole"
    FEDERATED_USER = "FederatedUser"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """A policy of an identity, as it was written; ``name`` says where, for people."""

    name: str
    document: Json
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CognitoIdentity:
    """The Cognito identity behind a principal: what ``$context.identity.cognito...`` tells."""

    identity_id: str
    identity_pool_id: str
    authentication_type: str
    authentication_provider: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IamPrincipal:
    """Somebody in IAM: a user, the holder of a role, a federated user, or an account's root.

    ``user_id`` is the unique id, ``AIDA...`` or ``AROA...:name``. ``mfa_authenticated_at`` and ``issued_at`` (of a
    temporary key) are in seconds since the epoch. Without policies a principal may do nothing by itself.
    """

    name: str
    arn: str
    account_id: str
    user_id: str
    kind: PrincipalKind
    policies: tuple[PolicyDocument, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    organization_id: str | None = None
    organization_paths: tuple[str, ...] = ()
    mfa_authenticated_at: float | None = None
    issued_at: float | None = None
    cognito: CognitoIdentity | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessKey:
    """A key that signs requests; the last two only of a temporary one.

    ``expires_at`` is in seconds since the epoch.
    """

    id: str
    secret_access_key: Secret
    session_token: Secret | None = None
    expires_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPrincipal:
    """A principal whose signature can be verified."""

    principal: IamPrincipal
    access_key: AccessKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentedCertificate:
    """The certificate that a client presents, in the words of ``$context.identity.clientCert``.

    ``not_before`` and ``not_after`` look like ``May 28 12:30:02 2019 GMT``.
    """

    pem: str
    subject_dn: str
    issuer_dn: str
    serial_number: str
    not_before: str
    not_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody that a developer can take on with ``--as``.

    What is None is as the request has it. ``claims`` are those of a token that counts as verified. ``headers``
    are added to the request, in place of those with the same names.
    """

    name: str
    claims: Mapping[str, Json] | None = None
    principal: IamPrincipal | None = None
    source_ip: str | None = None
    vpc_id: str | None = None
    vpc_endpoint_id: str | None = None
    client_certificate: PresentedCertificate | None = None
    headers: tuple[tuple[str, str], ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)
