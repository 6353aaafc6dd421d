from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from forestage.preview.host.backend_connector import fits, objection_to

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAY = timedelta(days=1)


def issued_for(names: Sequence[str], *, begin: datetime = NOW - DAY, end: datetime = NOW + DAY) -> bytes:
    leaf = trustme.CA().issue_cert(*names, not_before=begin, not_after=end)
    return x509.load_pem_x509_certificate(leaf.cert_chain_pems[0].bytes()).public_bytes(Encoding.DER)


def without_names(common_name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else [])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.serial_number(1).not_valid_before(NOW - DAY).not_valid_after(NOW + DAY)
    return dated.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("certificate", "host"),
    [
        (issued_for(["a.example", "b.example"]), "b.example"),
        (issued_for(["*.example"]), "a.example"),
        (issued_for(["127.0.0.1"]), "127.0.0.1"),
        (without_names("a.example"), "a.example"),
    ],
    ids=["name", "wildcard", "address", "subject"],
)
def test_certificate_for_the_host_is_taken(certificate: bytes, host: str) -> None:
    assert objection_to(certificate, host, now=NOW) is None


@pytest.mark.parametrize(
    ("certificate", "objection"),
    [
        (issued_for(["b.example", "c.example"]), "the certificate is for b.example, c.example, not for a.example"),
        (without_names(""), "the certificate is for nobody, not for a.example"),
        (
            issued_for(["a.example"], begin=NOW + DAY, end=NOW + 2 * DAY),
            "the certificate is not valid before 2026-11-26",
        ),
        (issued_for(["a.example"], begin=NOW - 2 * DAY, end=NOW - DAY), "the certificate ran out on 2026-11-24"),
    ],
    ids=["other name", "no name", "too early", "too late"],
)
def test_objection_says_what_is_wrong(certificate: bytes, objection: str) -> None:
    assert objection_to(certificate, "a.example", now=NOW) == objection


def test_what_is_no_certificate_is_objected_to() -> None:
    objection = objection_to(b"", "a.example", now=NOW)

    assert objection is not None
    assert objection.startswith("the certificate cannot be read")


@pytest.mark.parametrize(
    ("name", "host", "covers"),
    [
        ("a.example", "a.example", True),
        ("A.Example.", "a.example", True),
        ("a.example", "b.example", False),
        ("*.example", "a.example", True),
        ("*.example", "a.b.example", False),
        ("*.example", "example", False),
        ("*.example", ".example", False),
        ("a*.example", "ab.example", False),
    ],
)
def test_star_is_one_whole_label(name: str, host: str, *, covers: bool) -> None:
    assert fits(name, host) is covers
