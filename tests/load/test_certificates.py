from datetime import UTC, datetime
from itertools import starmap

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from forestage.load.certificates import presented_certificate, validity_date


def certificate(serial_number: int) -> str:
    """Make a certificate that nobody signed but its own key."""
    key = ec.generate_private_key(ec.SECP256R1())
    parts = ((NameOID.COUNTRY_NAME, "US"), (NameOID.EMAIL_ADDRESS, "a@b.c"), (NameOID.COMMON_NAME, "My, Client"))
    name = x509.Name(list(starmap(x509.NameAttribute, parts)))
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = builder.not_valid_before(datetime(2019, 5, 28, 12, 30, 2, tzinfo=UTC)).not_valid_after(
        datetime(2021, 8, 5, 9, 36, 4, tzinfo=UTC)
    )
    made = dated.serial_number(serial_number).sign(key, hashes.SHA256())
    return made.public_bytes(Encoding.PEM).decode()


def test_certificate_is_told_as_api_gateway_does() -> None:
    pem = certificate(1)

    presented = presented_certificate(pem)

    assert presented.pem == pem
    assert presented.subject_dn == "C=US,emailAddress=a@b.c,CN=My\\, Client"
    assert presented.issuer_dn == presented.subject_dn
    assert presented.serial_number == "1"
    assert presented.not_before == "May 28 12:30:02 2019 GMT"
    assert presented.not_after == "Aug  5 09:36:04 2021 GMT"


def test_long_serial_number_is_hexadecimal() -> None:
    assert presented_certificate(certificate(0xA1A2A3A4A5A6A7A8A9)).serial_number == "a1:a2:a3:a4:a5:a6:a7:a8:a9"
    assert presented_certificate(certificate(0x1A2A3A4A5A6A7A8A9)).serial_number == "01:a2:a3:a4:a5:a6:a7:a8:a9"


def test_other_text_is_no_certificate() -> None:
    with pytest.raises(ValueError, match=r".+"):
        presented_certificate("no certificate")


def test_early_year_is_written() -> None:
    assert validity_date(datetime(1970, 1, 2, tzinfo=UTC)) == "Jan  2 00:00:00 1970 GMT"
