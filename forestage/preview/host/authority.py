"""The local certificate authority: lets a port of the preview answer TLS for every name it is called by.

trustme and cryptography take 100 ms to import: they are loaded in a thread, and only when the authority has to be
made or a client speaks TLS.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import ssl
import time
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forestage.errors import StateError
from forestage.model.records import dataclass
from forestage.preview.host.folders import PRIVATE_FILE, PUBLIC_FILE, cache_folder, make_private, write_whole
from forestage.preview.host.tls import NOTHING, NamedContext, TlsDemands, usual_context

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    import trustme

DAY_SECONDS: Final = 86_400
AUTHORITY_DAYS: Final = 365
"""After this an authority is made anew; its certificate itself does not run out."""

LEAF_DAYS: Final = 397
"""The longest that Apple's clients accept. Source: support.apple.com/en-us/102028."""

MAX_NAMES: Final = 128
"""Certificates kept for names that clients asked for."""

DEFAULT_NAMES: Final = ("localhost", "*.execute-api.localhost", "127.0.0.1", "::1")
"""For clients that name no host, as those do that call an address."""

_ORGANIZATION = "forestage"
_UNIT = "local authority of this machine"

_SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The authority as it is stored, in one file, so that key and certificate cannot part."""

    certificate: str
    private_key: str
    renew_at: float

    def to_bytes(self) -> bytes:
        return json.dumps(
            {"certificate": self.certificate, "private_key": self.private_key, "renew_at": self.renew_at}
        ).encode()


def _no_demands(name: str) -> TlsDemands:
    del name
    return NOTHING


class Authority:
    """The certificate authority of this machine's user, and the certificates it issues.

    It is kept in the cache folder, readable for its owner alone, and shared by all previews. ``demands`` tells what a
    name demands of the TLS of its clients.
    """

    def __init__(self, folder: Path | None = None, *, now: Callable[[], float] = time.time) -> None:
        # Certificates are judged by the peers' clocks, so it is not the preview's clock that counts.
        self._now = now
        self._folder = cache_folder() / "authority" if folder is None else folder
        self._kept: _Kept | None = None
        self._issuer: trustme.CA | None = None
        self._preparing: asyncio.Task[Path] | None = None
        self._making: asyncio.Task[None] | None = None
        self._contexts: OrderedDict[tuple[str | None, str | None, TlsDemands], NamedContext] = OrderedDict()
        self.demands: Callable[[str], TlsDemands] = _no_demands

    @property
    def certificate_path(self) -> Path:
        """The authority's certificate, for people who want to trust it elsewhere; there once prepared."""
        return self._folder / "authority.pem"

    async def ca_bundle_path(self) -> Path:
        """Return a file of the machine's authorities and this one, for function processes to trust.

        Raises:
            StateError: the cache folder cannot be written.
        """
        if self._preparing is None:
            self._preparing = asyncio.create_task(asyncio.to_thread(self.prepare))
        return await asyncio.shield(self._preparing)

    async def tls_context(self, address: str, name: str | None = None) -> ssl.SSLContext:
        """Return the context to answer a client with TLS.

        ``name`` is the host that it asks for. A client that calls an address asks for none: ``address`` is the one of
        this machine that was called.

        Raises:
            StateError: the cache folder cannot be written.
        """
        if self._making is None:
            self._making = asyncio.create_task(asyncio.to_thread(self._begin))
        await asyncio.shield(self._making)
        plain = address.partition("%")[0].removeprefix("::ffff:")
        usual = None if plain in DEFAULT_NAMES else plain
        if name is None:
            return self._context_of(usual, None)
        try:
            return self._context_of(name, name)
        except ValueError:
            # No certificate can have such a name.
            return self._context_of(usual, None)

    def prepare(self) -> Path:
        """Make or find the authority, write the bundle, and return its path."""
        kept = self._load()
        bundle = self._folder / "bundle.pem"
        write_if_other(self.certificate_path, kept.certificate.encode())
        system = system_bundle(os.environ, excluded=bundle)
        write_if_other(bundle, b"\n".join([system, kept.certificate.encode()]))
        return bundle

    def _begin(self) -> None:
        import trustme

        kept = self._load()
        self._issuer = trustme.CA.from_pem(kept.certificate.encode(), kept.private_key.encode())

    # -- certificates -------------------------------------------------------------------------------------------

    def _context_of(self, certified: str | None, asked: str | None) -> ssl.SSLContext:
        """Return the context with a certificate for a name or address, None for the usual one.

        ``asked`` is what the client asks for.
        """
        demands = NOTHING if asked is None else self.demands(asked)
        key = certified, asked, demands
        context = self._contexts.pop(key, None)
        if context is None:
            issued = self._issue(*(DEFAULT_NAMES if certified is None else (certified,)))
            context = _context(issued, demands)
            context.server_name = asked
        self._contexts[key] = context
        if len(self._contexts) > MAX_NAMES:
            self._contexts.popitem(last=False)
        return context

    def _issue(self, *names: str) -> trustme.LeafCert:
        assert self._issuer is not None
        today = datetime.fromtimestamp(self._now(), tz=UTC)
        return self._issuer.issue_cert(
            *names,
            organization_name=_ORGANIZATION,
            organization_unit_name="preview",
            not_before=today - timedelta(days=1),
            not_after=today + timedelta(days=LEAF_DAYS),
        )

    # -- keeping ------------------------------------------------------------------------------------------------

    def _load(self) -> _Kept:
        """Find the authority, or make it; two previews that start at once get the same one."""
        if self._kept is None:
            path = self._folder / "authority.json"
            with locked(self._folder):
                self._kept = read_kept(path, now=self._now()) or self._make(path)
        return self._kept

    def _make(self, path: Path) -> _Kept:
        import trustme

        made = trustme.CA(organization_name=_ORGANIZATION, organization_unit_name=_UNIT)
        kept = _Kept(
            certificate=made.cert_pem.bytes().decode("ascii"),
            private_key=made.private_key_pem.bytes().decode("ascii"),
            renew_at=self._now() + AUTHORITY_DAYS * DAY_SECONDS,
        )
        write_whole(path, kept.to_bytes(), mode=PRIVATE_FILE)
        return kept


def _context(certificate: trustme.LeafCert, demands: TlsDemands) -> NamedContext:
    if demands.truststore is None:
        return usual_context(certificate, demands)
    # Few domains ask for certificates.
    from forestage.preview.host.mutual_tls import mutual_context

    return mutual_context(certificate, demands)


@contextlib.contextmanager
def locked(folder: Path) -> Generator[None]:
    """Keep a folder to oneself for a moment: other previews wait."""
    make_private(folder)
    try:
        handle = os.open(folder / "lock", os.O_CREAT | os.O_RDWR, PRIVATE_FILE)
    except OSError as error:
        raise StateError(f"cannot write {folder / 'lock'}: {error.strerror or error}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read_kept(path: Path, *, now: float) -> _Kept | None:
    """Read an authority; None where there is none that may be used.

    One whose key others could have read, that is broken, or that is due for renewal is not used.
    """
    try:
        if path.stat().st_mode & 0o077:
            return None
        content = json.loads(path.read_bytes())
        kept = _Kept(
            certificate=str(content["certificate"]),
            private_key=str(content["private_key"]),
            renew_at=float(content["renew_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kept if now < kept.renew_at else None


def system_bundle(environment: Mapping[str, str], *, excluded: Path) -> bytes:
    """Return the authorities that this machine trusts, as PEM; empty where none are found.

    ``SSL_CERT_FILE`` comes first, for machines behind a proxy of their company. ``excluded`` is our own bundle,
    which that variable names in a process that a preview started.
    """
    paths = [environment.get("SSL_CERT_FILE"), ssl.get_default_verify_paths().cafile, *_SYSTEM_BUNDLES]
    for path in [*filter(None, paths), *_botocore_bundle()]:
        candidate = Path(path)
        if candidate == excluded:
            continue
        with contextlib.suppress(OSError):
            return candidate.read_bytes()
    return b""


def _botocore_bundle() -> Iterator[str]:
    """Yield the bundle that botocore carries; it is always installed, and need not be imported for that."""
    package = find_spec("botocore")
    if package is not None and package.origin is not None:
        yield str(Path(package.origin).with_name("cacert.pem"))


def write_if_other(path: Path, content: bytes) -> None:
    """Write a file unless it has this content."""
    with contextlib.suppress(OSError):
        if path.read_bytes() == content:
            return
    write_whole(path, content, mode=PUBLIC_FILE)
