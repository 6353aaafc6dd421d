"""Truststores: whom a domain with mTLS lets in by their certificates.

Source: endpoints.md section 3 (documented); AWS knowledge center, "HTTP 403 Forbidden errors from an API Gateway
custom domain name that requires mutual TLS": the words of the refusals.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forestage.load.certificates import presented_certificate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cryptography.x509 import Certificate

    from forestage.model.principals import PresentedCertificate
    from forestage.preview.compile.domains import DomainRuntime

MAX_AUTHORITIES: Final = 4
"""Certificates above the client's, the root among them.

Source: javierinthecloud.com, "Understanding the API Gateway mTLS chain depth limit" (recorded): the client's own does
not count; the developer guide says "a maximum chain length of four".
"""

MIN_RSA_BITS: Final = 2048
MIN_EC_BITS: Final = 256
MAX_TRUSTSTORE_BYTES: Final = 1024 * 1024
MAX_TOLD: Final = 300
"""How many characters of a reason are told: clients choose their names."""

_HASHES: Final = frozenset({"sha256", "sha384", "sha512"})


class Truststores:
    """The truststores of domains, and what they say of clients.

    ``files`` are those that were given for domains, by name; others are where the template's own asset is.
    """

    def __init__(self, files: Mapping[str, Path] | None = None, *, now: Callable[[], float] = time.time) -> None:
        # Certificates are judged by the machine's clock, as OpenSSL judges them.
        self._now = now
        self._files = {name.lower(): file for name, file in (files or {}).items()}

    def pem_of(self, domain: DomainRuntime) -> str | None:
        """Return the certificates that a domain trusts, in PEM; None where they are not on this machine."""
        file = self._files.get(domain.name) or (Path(domain.truststore_file) if domain.truststore_file else None)
        if file is None:
            return None
        try:
            if file.stat().st_size > MAX_TRUSTSTORE_BYTES:
                return None
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return text if _certificates(text) else None

    def unknown_domains(self, names: frozenset[str]) -> tuple[str, ...]:
        """Return the domains that files were given for, and that are none of these."""
        return tuple(name for name in self._files if name not in names)

    def check(self, domain: DomainRuntime, pem: str) -> PresentedCertificate | str:
        """Describe the certificate of a client, or say why it does not do."""
        text = self.pem_of(domain)
        if text is None:
            return f"and its truststore {domain.truststore_uri} is not on this machine: give it with --truststore"
        from cryptography.exceptions import UnsupportedAlgorithm

        try:
            (certificate,) = _certificates(pem)
            fault = chain_fault(certificate, _certificates(text), now=datetime.fromtimestamp(self._now(), UTC))
            return f"and it was refused: {fault[:MAX_TOLD]}" if fault else presented_certificate(pem)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            # It is whatever a client has made.
            return "and it was refused: it cannot be read"


@lru_cache(maxsize=64)
def _certificates(pem: str) -> tuple[Certificate, ...]:
    """Read the certificates of a PEM text; nothing where it is none."""
    from cryptography import x509  # it takes 40 ms to import

    try:
        return tuple(x509.load_pem_x509_certificates(pem.encode()))
    except ValueError:
        return ()


def chain_fault(certificate: Certificate, trusted: Sequence[Certificate], *, now: datetime) -> str:
    """Say why no chain of trusted certificates leads from one to a root; empty where one does."""
    return _weakness(certificate, now) or _unrooted((certificate,), trusted, now)


def _unrooted(chain: tuple[Certificate, ...], trusted: Sequence[Certificate], now: datetime) -> str:
    """Say why a chain does not go on to a root; empty where it does."""
    latest = chain[-1]
    if latest.issuer == latest.subject:
        return "" if latest in trusted else "self signed certificate"
    fault = f"could not find issuer for certificate {latest.subject.rfc4514_string()}"
    for candidate in trusted:
        if candidate in chain or not _has_issued(candidate, latest):
            continue
        if len(chain) > MAX_AUTHORITIES:
            return f"there are more than {MAX_AUTHORITIES} certificates above it"
        fault = _weakness(candidate, now) or _unrooted((*chain, candidate), trusted, now)
        if not fault:
            return ""
    return fault


def _has_issued(issuer: Certificate, certificate: Certificate) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.x509 import BasicConstraints, ExtensionNotFound

    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(BasicConstraints).value.ca
    except (InvalidSignature, ValueError, TypeError, ExtensionNotFound):
        return False


def _weakness(certificate: Certificate, now: datetime) -> str:
    """Say what of a certificate is too weak, or out of date; empty for nothing."""
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    name = certificate.subject.rfc4514_string()
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        return f"certificate {name} is not valid at this time"
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None or algorithm.name not in _HASHES:
        return f"client cert using an insecure signature algorithm: {name}"
    key = certificate.public_key()
    is_strong = (isinstance(key, RSAPublicKey) and key.key_size >= MIN_RSA_BITS) or (
        isinstance(key, EllipticCurvePublicKey) and key.key_size >= MIN_EC_BITS
    )
    return "" if is_strong else f"the key of certificate {name} is neither RSA of 2048 bits nor ECDSA of 256 bits"
