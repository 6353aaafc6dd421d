"""The certificates that stages show to their backends, which API Gateway calls client certificates.

Each is signed by itself, as API Gateway's own are: a backend that trusts its file lets nobody else in.
Source: API Gateway developer guide, "Generate and configure an SSL certificate for backend authentication".
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from forestage.errors import StateError
from forestage.preview.host.authority import locked
from forestage.preview.host.folders import PRIVATE_FILE, PUBLIC_FILE, cache_folder, write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from forestage.model.values import Json
    from forestage.preview.compile import Runtime

VALID_DAYS: Final = 365
"""Source: the same page, "Rotate an expiring client certificate"."""

_KEY_BITS: Final = 2048
_PUBLIC_EXPONENT: Final = 65_537
_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class BackendCertificates:
    """Certificates by id, made when they are first needed and kept for all previews of this machine's user."""

    def __init__(self, folder: Path | None = None, *, now: Callable[[], float] = time.time) -> None:
        # As with the authority: backends judge them by their own clocks.
        self._now = now
        self._folder = cache_folder() / "client-certificates" if folder is None else folder
        self._tasks: set[asyncio.Task[None]] = set()
        self._files: dict[str, Path] = {}
        self._served: dict[str, tuple[str, list[str]]] = {}

    def find(self, certificate_id: str) -> Path:
        """Return a file of a certificate and its key; reads and writes files.

        Raises:
            StateError: it cannot be kept.
        """
        name = certificate_id if _PLAIN_ID.fullmatch(certificate_id) else _digest(certificate_id)
        secret, public = self._folder / f"{name}.key.pem", self._folder / f"{name}.pem"
        with locked(self._folder):
            if not (_is_valid(secret, now=self._now()) and public.exists()):
                key, certificate = _make(datetime.fromtimestamp(self._now(), tz=UTC))
                write_whole(secret, key + certificate, mode=PRIVATE_FILE)
                write_whole(public, certificate, mode=PUBLIC_FILE)
        self._files[certificate_id] = public
        return secret

    # -- what is served -----------------------------------------------------------------------------------------

    def serve(self, runtime: Runtime, *, tell: Callable[[str], None], warn: Callable[[str], None]) -> None:
        """Make the certificates of all stages, and tell where backends find those that are new."""
        names = {each.id: each.logical_id for each in runtime.deployment.client_certificates}
        served: dict[str, tuple[str, list[str]]] = {}
        for api in runtime.apis.values():
            for stage in api.stages.values():
                if stage.client_certificate is not None:
                    label = names.get(stage.client_certificate, stage.client_certificate)
                    served.setdefault(stage.client_certificate, (label, []))[1].append(
                        f"{api.identity.name}/{stage.name}"
                    )
        self._served = served
        for certificate_id, (label, _) in served.items():
            if certificate_id not in self._files:
                task = asyncio.create_task(self._prepare(certificate_id, label, tell, warn))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _prepare(
        self, certificate_id: str, label: str, tell: Callable[[str], None], warn: Callable[[str], None]
    ) -> None:
        try:
            await asyncio.to_thread(self.find, certificate_id)
        except StateError as error:
            warn(f"the client certificate {label} cannot be kept: {error.message}")
        else:
            tell(f"the client certificate {label} is in {self._files[certificate_id]}: let backends trust it")

    def to_json(self) -> list[Json]:
        """Tell the certificates of all stages.

        ``{"id": ..., "logical_id": ..., "stages": ["Api/dev"], "file": path, "certificate": PEM}``; the last two are
        null while they are made.
        """
        return [self._described(certificate_id) for certificate_id in self._served]

    def _described(self, certificate_id: str) -> Mapping[str, Json]:
        label, stages = self._served[certificate_id]
        file = self._files.get(certificate_id)
        return {
            "id": certificate_id,
            "logical_id": label,
            "stages": list(stages),
            "file": None if file is None else str(file),
            "certificate": None if file is None else file.read_text(encoding="ascii"),
        }

    async def close(self) -> None:
        """Wait for what is being made."""
        await asyncio.gather(*self._tasks)


def _digest(certificate_id: str) -> str:
    return hashlib.sha256(certificate_id.encode()).hexdigest()[:32]


def _is_valid(secret: Path, *, now: float) -> bool:
    """Say whether a file holds a key that nobody else could read, and a certificate that lasts another day."""
    from cryptography import x509

    try:
        if secret.stat().st_mode & 0o077:
            return False
        certificate = x509.load_pem_x509_certificate(secret.read_bytes())
    except (OSError, ValueError):
        return False
    return certificate.not_valid_after_utc > datetime.fromtimestamp(now, tz=UTC) + timedelta(days=1)


def _make(now: datetime) -> tuple[bytes, bytes]:
    """Make a key and its certificate, in PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=_PUBLIC_EXPONENT, key_size=_KEY_BITS)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ApiGateway")])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
            critical=False,
        )
        # An authority for itself alone: strict verifiers take no other certificate that signs itself.
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return secret, certificate.public_bytes(serialization.Encoding.PEM)
