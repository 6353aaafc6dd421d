"""Certificates of clients, as API Gateway tells them to functions and mapping templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.model.principals import PresentedCertificate

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.x509 import Name

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHORT_SERIAL_BITS: Final = 64
_EMAIL_ADDRESS = "1.2.840.113549.1.9.1"


def presented_certificate(pem: str) -> PresentedCertificate:
    """Describe a certificate.

    Names are in the order of the certificate, ``C=US,...,CN=client``; a long serial number is in hexadecimal pairs,
    a short one is a plain number.

    Raises:
        ValueError: the text is no certificate.

    Source: developer guide, "Lambda authorizer for mutual TLS" and the samples of AWS's compute blog, "Introducing
    mutual TLS authentication for Amazon API Gateway" (documented); the two forms of serial numbers are inferred from
    the two samples.
    """
    from cryptography import x509  # it takes 40 ms to import

    certificate = x509.load_pem_x509_certificate(pem.encode())
    return PresentedCertificate(
        pem=pem,
        subject_dn=_name(certificate.subject),
        issuer_dn=_name(certificate.issuer),
        serial_number=_serial_number(certificate.serial_number),
        not_before=validity_date(certificate.not_valid_before_utc),
        not_after=validity_date(certificate.not_valid_after_utc),
    )


def validity_date(moment: datetime) -> str:
    """Write a moment in UTC as certificates do: ``May 28 12:30:02 2019 GMT``."""
    return f"{_MONTHS[moment.month - 1]} {moment.day:2} {moment:%H:%M:%S} {moment.year} GMT"


def _name(name: Name) -> str:
    from cryptography.x509 import ObjectIdentifier

    spelled = {ObjectIdentifier(_EMAIL_ADDRESS): "emailAddress"}
    return ",".join(part.rfc4514_string(spelled) for part in name.rdns)


def _serial_number(number: int) -> str:
    if number.bit_length() <= _SHORT_SERIAL_BITS:
        return str(number)
    digits = f"{number:x}"
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
