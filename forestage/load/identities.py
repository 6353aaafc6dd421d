"""The file of ``--identities``: who a developer can be with ``--as NAME``.

::

    identities:
      admin:
        claims: {sub: "42", scope: pets/write}
        source_ip: 203.0.113.7
      partner:
        principal: alice
        client_certificate: partner.pem
        headers: {X-Tenant: acme}
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

from forestage.load.certificates import presented_certificate, validity_date
from forestage.load.fields import Fields, Root
from forestage.load.principals import read_principal
from forestage.load.scope import nearest
from forestage.load.shape import shown
from forestage.model.principals import Identity, PresentedCertificate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from forestage.model.deployment import Environment
    from forestage.model.principals import IamPrincipal, KnownPrincipal
    from forestage.model.values import Json

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_VPC_ID = re.compile(r"vpc-[0-9a-z]{1,32}")
_VPC_ENDPOINT_ID = re.compile(r"vpce-[0-9a-z]{1,32}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
_HEADER_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff\t]{0,8192}")


def read_identities(
    file: Path, environment: Environment, principals: Sequence[KnownPrincipal] = ()
) -> tuple[Identity, ...]:
    """Read the identities of a file, in JSON or YAML.

    ``principals`` are those of the credentials, which an identity may name.

    Raises:
        IdentityFileError: the file cannot be read or has faults; all of them are told.
    """
    root = Root(file)
    identities: tuple[Identity, ...] = ()
    fields = root.fields()
    if fields is not None:
        declared = fields.fields("identities")
        if declared is not None:
            known = {each.principal.name: each.principal for each in principals}
            read = [_identity(declared, name, environment, known) for name in declared.entries]
            identities = tuple(identity for identity in read if identity is not None)
        elif not fields.has("identities"):
            fields.lacking("identities")
        fields.report_unknown()
    root.raise_any()
    return identities


def _identity(
    declared: Fields, name: str, environment: Environment, known: Mapping[str, IamPrincipal]
) -> Identity | None:
    if not _NAME.fullmatch(name):
        declared.wrong(name, "is no name of 1 to 64 letters, digits and ._-")
    fields = declared.fields(name)
    if fields is None:
        if not declared.has(name):
            declared.wrong(name, "must be a map, got null")
        return None
    identity = Identity(
        name=name,
        claims=_claims(fields),
        principal=_principal(fields, environment, known),
        source_ip=_source_ip(fields),
        vpc_id=fields.text("vpc_id", form=_VPC_ID, meaning="the id of a VPC, vpc-..."),
        vpc_endpoint_id=fields.text(
            "vpc_endpoint_id", form=_VPC_ENDPOINT_ID, meaning="the id of an endpoint, vpce-..."
        ),
        client_certificate=_client_certificate(fields),
        headers=_headers(fields.fields("headers")),
        origin=fields.origin(),
    )
    fields.report_unknown()
    return identity


def _claims(fields: Fields) -> Mapping[str, Json] | None:
    claims = fields.fields("claims")
    return None if claims is None else {key: claims.plain(value) for key, value in claims.entries.items()}


def _principal(fields: Fields, environment: Environment, known: Mapping[str, IamPrincipal]) -> IamPrincipal | None:
    """Read a principal: the name of one of the credentials, or one of its own, which needs no access key."""
    value = fields.value("principal")
    if isinstance(value, str):
        if value not in known:
            hint = nearest(value, tuple(known)) or f"known: {', '.join(known) or 'none'}"
            fields.wrong("principal", f"must be a name of the credentials or a map, got {shown(value)}", hint=hint)
        return known.get(value)
    described = fields.fields("principal")
    if described is None:
        return None
    principal = read_principal(described, environment)
    described.report_unknown()
    return principal


def _source_ip(fields: Fields) -> str | None:
    text = fields.text("source_ip")
    if text is None:
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        fields.wrong("source_ip", f"must be an IPv4 or IPv6 address, got {shown(text)}")
        return None


def _client_certificate(fields: Fields) -> PresentedCertificate | None:
    """Read a certificate: its PEM file, or what API Gateway would tell of it."""
    value = fields.value("client_certificate")
    if not isinstance(value, str):
        return _described_certificate(fields.fields("client_certificate"))
    try:
        return presented_certificate((fields.root.folder / value).read_text(encoding="utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except ValueError:
        reason = "it is no certificate in PEM"
    fields.wrong("client_certificate", f"names the file {value}, which cannot be read: {reason}")
    return None


def _described_certificate(fields: Fields | None) -> PresentedCertificate | None:
    if fields is None:
        return None
    subject_dn, issuer_dn = fields.text("subject_dn", required=True), fields.text("issuer_dn", required=True)
    serial_number, pem = fields.text("serial_number", required=True), fields.text("pem")
    not_before, not_after = fields.moment("not_before", required=True), fields.moment("not_after", required=True)
    fields.report_unknown()
    if subject_dn is None or issuer_dn is None or serial_number is None or not_before is None or not_after is None:
        return None
    return PresentedCertificate(
        pem=pem or "",
        subject_dn=subject_dn,
        issuer_dn=issuer_dn,
        serial_number=serial_number,
        not_before=validity_date(datetime.fromtimestamp(not_before, UTC)),
        not_after=validity_date(datetime.fromtimestamp(not_after, UTC)),
    )


def _headers(fields: Fields | None) -> tuple[tuple[str, str], ...]:
    if fields is None:
        return ()
    pairs = tuple((name, text) for name in fields.entries for text in fields.texts(name))
    for name, text in pairs:
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(text):
            fields.wrong(name, "is no header: its name or its value has characters that HTTP does not allow")
    return pairs
