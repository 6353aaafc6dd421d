"""Opens connections to HTTP backends, with or without TLS."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from forestage.errors import StateError
from forestage.preview.host.backend_connection import BackendConnection

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cryptography import x509

    from forestage.preview.host.backend_address import Origin, Peer
    from forestage.preview.host.backend_connection import Pool

_Address: TypeAlias = tuple[socket.AddressFamily, tuple[str | int, ...] | tuple[int, bytes]]

IPV4: Final = 4
ADDRESS_SECONDS: Final = 5.0
"""How long one of several addresses of a host is tried."""


class CertificateError(Exception):
    """A backend's certificate does not fit its name, or is not valid now."""


class ClientCertificates(Protocol):
    """Who has the certificates that are shown to backends."""

    def find(self, certificate_id: str) -> Path:
        """Return a file of a certificate and its key; reads and writes files.

        Raises:
            StateError: it cannot be kept.
        """
        ...


class BackendConnector:
    """Opens connections; what TLS needs is loaded in a thread when it is first needed.

    ``trust`` is a file of authorities that are trusted beside the machine's own, where it is there by then.
    """

    def __init__(self, *, trust: Path | None = None, certificates: ClientCertificates | None = None) -> None:
        self._trust = trust
        self._certificates = certificates
        self._contexts: dict[tuple[bool, str | None], ssl.SSLContext] = {}

    async def connect(self, peer: Peer, pool: Pool) -> BackendConnection:
        """Open a connection.

        Raises:
            CertificateError: the certificate is not for this host, not valid now, or issued by nobody known.
            OSError: the host cannot be found or reached, or speaks no TLS; or a client certificate cannot be kept.
        """
        context = await self._context(peer) if peer.origin.tls else None
        sock = await _open_socket(await _resolve(peer.origin))
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(
                lambda: BackendConnection(sock, pool),
                sock=sock,
                ssl=context,
                server_hostname=peer.server_name.rstrip(".") if context else None,
            )
        except ssl.SSLCertVerificationError as error:
            raise CertificateError(error.verify_message or str(error)) from error
        except BaseException:
            sock.close()
            raise
        if context is not None and peer.skip_certificate_check:
            await self._check(connection, peer.server_name)
        return connection

    async def _context(self, peer: Peer) -> ssl.SSLContext:
        key = peer.skip_certificate_check, peer.client_certificate
        if key not in self._contexts:
            self._contexts[key] = await asyncio.to_thread(self._make_context, skip=key[0], certificate=key[1])
        return self._contexts[key]

    def _make_context(self, *, skip: bool, certificate: str | None) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._trust is not None and self._trust.exists():
            context.load_verify_locations(self._trust)
        context.set_alpn_protocols(["http/1.1"])
        if skip:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if certificate is not None and self._certificates is not None:
            try:
                context.load_cert_chain(self._certificates.find(certificate))
            except StateError as error:
                raise OSError(error.message) from error
        return context

    @staticmethod
    async def _check(connection: BackendConnection, host: str) -> None:
        """Hold a certificate of any authority against host name and time: only the authority may be unknown.

        Source: endpoints.md section 4.
        """
        certificate = connection.peer_certificate()
        objection = await asyncio.to_thread(objection_to, certificate or b"", host, now=datetime.now(UTC))
        if objection is not None:
            connection.abort()
            raise CertificateError(objection)


async def _resolve(origin: Origin) -> Sequence[_Address]:
    """Find the addresses of a host, IPv4 first; ``localhost`` and names below it are this machine (RFC 6761)."""
    host, port = origin.host, origin.port
    if host == "localhost" or host.endswith(".localhost"):
        return (socket.AF_INET, ("127.0.0.1", port)), (socket.AF_INET6, ("::1", port, 0, 0))
    with contextlib.suppress(ValueError):
        version = ip_address(host).version
        return [(socket.AF_INET, (host, port)) if version == IPV4 else (socket.AF_INET6, (host, port, 0, 0))]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError(f"host {host!r} is no host name") from None
    addresses = [(family, address) for family, _, _, _, address in found]
    return sorted(addresses, key=lambda pair: pair[0] != socket.AF_INET)


async def _open_socket(addresses: Sequence[_Address]) -> socket.socket:
    """Connect to the first address that answers; only the last one may take as long as it likes."""
    problem = OSError("the host has no address")
    for place, address in enumerate(addresses, 1):
        try:
            return await _try(address, ADDRESS_SECONDS if place < len(addresses) else None)
        except OSError as error:
            problem = error
    raise problem


async def _try(address: _Address, seconds: float | None) -> socket.socket:
    sock = socket.socket(address[0], socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().sock_connect(sock, address[1])
    except BaseException:
        sock.close()
        raise
    return sock


def objection_to(certificate: bytes, host: str, *, now: datetime) -> str | None:
    """Say why a certificate may not be used for a host, whoever issued it; None where it may."""
    from cryptography import x509

    try:
        peer = x509.load_der_x509_certificate(certificate)
        names = _names(peer)
    except ValueError as error:
        return f"the certificate cannot be read: {error}"
    if now < peer.not_valid_before_utc:
        return f"the certificate is not valid before {peer.not_valid_before_utc:%Y-%m-%d}"
    if now > peer.not_valid_after_utc:
        return f"the certificate ran out on {peer.not_valid_after_utc:%Y-%m-%d}"
    if not any(fits(name, host) for name in names):
        return f"the certificate is for {', '.join(names) or 'nobody'}, not for {host}"
    return None


def _names(certificate: x509.Certificate) -> list[str]:
    """Return the names of a certificate; its subject counts where it lists none, as in Java."""
    from cryptography import x509

    try:
        listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        common = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return [str(attribute.value) for attribute in common]
    addresses = listed.get_values_for_type(x509.IPAddress)
    return [*listed.get_values_for_type(x509.DNSName), *map(str, addresses)]


def fits(name: str, host: str) -> bool:
    """Say whether a certificate's name covers a host; ``*`` is one whole label. Source: RFC 9525 section 6.3."""
    wanted, offered = host.lower().rstrip("."), name.lower().rstrip(".")
    if not offered.startswith("*."):
        return wanted == offered
    return wanted.partition(".")[1:] == (".", offered[2:]) and wanted[0] != "."
