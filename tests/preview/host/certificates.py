"""Authorities that issue certificates to clients, good ones and bad ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes

NOW: Final = datetime.now(UTC)
"""Certificates are judged by the machine's clock."""

SHA256: Final = hashes.SHA256()


class Authority:
    """An authority, its own certificate signed by itself or by another."""

    def __init__(
        self, name: str = "Root", *, by: Authority | None = None, is_authority: bool = True, days: int = 30
    ) -> None:
        self.name = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = (by or self)._sign(name, self._key, is_authority=is_authority, days=days)

    @property
    def pem(self) -> str:
        """The authority's own certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    # What is passed on is what ``client`` takes.
    def client_with_key(
        self, name: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None, **more: Any
    ) -> tuple[str, str]:
        """Issue a certificate to a client, and return it with its key."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self.client(name, key, **more), private.decode()

    def self_with_key(self) -> tuple[str, str]:
        """Return the authority's own certificate with its key."""
        private = self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self.pem, private.decode()

    def client(
        self,
        name: str,
        key: CertificateIssuerPrivateKeyTypes | None = None,
        *,
        algorithm: hashes.SHA224 | hashes.SHA256 = SHA256,
        days: int = 30,
        since_days: int = 60,
        usage: x509.ObjectIdentifier | None = None,
    ) -> str:
        """Issue a certificate to a client, for a time that began some days ago, and for one usage or any."""
        signed = self._sign(
            name,
            key or ec.generate_private_key(ec.SECP256R1()),
            algorithm=algorithm,
            days=days,
            since_days=since_days,
            usage=usage,
        )
        return signed.public_bytes(serialization.Encoding.PEM).decode()

    def _sign(
        self,
        name: str,
        key: CertificateIssuerPrivateKeyTypes,
        *,
        algorithm: hashes.SHA224 | hashes.SHA256 = SHA256,
        is_authority: bool = False,
        days: int = 30,
        since_days: int = 60,
        usage: x509.ObjectIdentifier | None = None,
    ) -> x509.Certificate:
        builder = x509.CertificateBuilder(
            named(self.name),
            named(name),
            key.public_key(),
            x509.random_serial_number(),
            NOW - timedelta(days=since_days),
            NOW + timedelta(days=days),
        )
        if usage is not None:
            builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        constraints = x509.BasicConstraints(ca=is_authority, path_length=None)
        return builder.add_extension(constraints, critical=True).sign(self._key, algorithm)


def named(text: str) -> x509.Name:
    """Make a name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def weak_rsa() -> rsa.RSAPrivateKey:
    """Make a key that is too short."""
    return rsa.generate_private_key(public_exponent=65537, key_size=1024)


def edwards() -> ed25519.Ed25519PrivateKey:
    """Make a key of a kind that is not taken."""
    return ed25519.Ed25519PrivateKey.generate()
