"""Make an authority for clients, trust.pem, and a certificate of it for one client: client.pem and client.key."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


def name(text: str) -> x509.Name:
    """Make the name of an authority or a client."""
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"), x509.NameAttribute(NameOID.COMMON_NAME, text)])


folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".")
now = datetime.now(UTC)
authority_key, client_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
authority = (
    x509.CertificateBuilder(name("Partners"), name("Partners"), authority_key.public_key(), x509.random_serial_number())
    .not_valid_before(now - timedelta(days=1))
    .not_valid_after(now + timedelta(days=365))
    .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    .sign(authority_key, hashes.SHA256())
)
client = (
    x509.CertificateBuilder(name("Partners"), name("partner-7"), client_key.public_key(), x509.random_serial_number())
    .not_valid_before(now - timedelta(days=1))
    .not_valid_after(now + timedelta(days=90))
    .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    .sign(authority_key, hashes.SHA256())
)
private = client_key.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)
(folder / "trust.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
(folder / "client.pem").write_bytes(client.public_bytes(serialization.Encoding.PEM))
(folder / "client.key").write_bytes(private)
