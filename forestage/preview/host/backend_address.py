"""The address of an HTTP backend, taken apart without changing what is sent."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv6Address
from typing import Final, NamedTuple
from urllib.parse import quote_from_bytes

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
LAST_PORT: Final = 65_535

_URL = re.compile(r"(https?://[^/?#]*)([^#]*)", re.IGNORECASE)
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?:[^/?#@]*@)?(?P<host>\[[0-9a-f:.]+\]|[^/?#@:\[\]]+)(?::(?P<port>[0-9]{0,5}))?",
    re.IGNORECASE,
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_.])?", re.IGNORECASE)
_VISIBLE = re.compile(r"[\x21-\x7e]*")
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f]")
_ALL_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


class AddressError(ValueError):
    """The text is no address of an HTTP backend."""


class Origin(NamedTuple):
    """Where to connect; ``authority`` is what a Host header says of it."""

    tls: bool
    host: str
    port: int
    authority: str


class Peer(NamedTuple):
    """Whom a connection is with, and on which terms; requests with equal ones may share it.

    ``server_name`` is what its certificate has to name, ``client_certificate`` the id of the one that it is shown.
    """

    origin: Origin
    server_name: str
    skip_certificate_check: bool = False
    client_certificate: str | None = None


def find_peer(
    origin: Origin,
    *,
    through: str | None = None,
    skip_certificate_check: bool = False,
    client_certificate: str | None = None,
) -> Peer:
    """Say whom to connect to for an origin; ``through`` is the address that stands for a VPC link.

    Behind a link the certificate is the backend's own, which names the host of the URL where that is called by TLS.
    Source: endpoints.md section 4 (documented).

    Raises:
        AddressError: the address of the link is none.
    """
    target = origin if through is None else read_origin(through)
    return Peer(
        origin=target,
        server_name=origin.host if origin.tls else target.host,
        skip_certificate_check=skip_certificate_check,
        client_certificate=client_certificate if target.tls else None,
    )


def split(url: str) -> tuple[Origin, str]:
    """Take a URL apart into where to connect and the request target, which stays as given.

    A fragment is not sent. Bytes beyond ASCII are percent-encoded, since no server takes them otherwise.

    Raises:
        AddressError: no http or https URL, no host, a port that is none, or a blank or control character.
    """
    parts = _URL.match(url)
    if parts is None:
        raise AddressError(f"{url!r} is no http:// or https:// address with a host")
    address, target = parts.groups()
    if not target.startswith("/"):
        target = f"/{target}"
    return read_origin(address), target if _VISIBLE.fullmatch(target) else _encoded(target)


@lru_cache(maxsize=1024)
def read_origin(text: str) -> Origin:
    """Read scheme, host and port, ``https://api.example.com:8443``; credentials are left out.

    Raises:
        AddressError: as ``split``.
    """
    parts = _ORIGIN.fullmatch(text)
    if parts is None:
        raise AddressError(f"{text!r} is no http:// or https:// address with a host")
    scheme = parts["scheme"].lower()
    host = _host(parts["host"])
    usual = DEFAULT_PORTS[scheme]
    port = int(parts["port"] or usual)
    if not 0 < port <= LAST_PORT:
        raise AddressError(f"port {port} of {text!r} is no port, allowed are 1 to {LAST_PORT}")
    shown = f"[{host}]" if ":" in host else host
    return Origin(scheme == "https", host, port, shown if port == usual else f"{shown}:{port}")


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            return str(IPv6Address(text[1:-1]))
        except ValueError:
            raise AddressError(f"host {text!r} is no IPv6 address") from None
    try:
        name = text if text.isascii() else text.encode("idna").decode("ascii")
    except UnicodeError:
        name = ""
    if not _HOST.fullmatch(name):
        raise AddressError(f"host {text!r} is no host name")
    return name


def _encoded(target: str) -> str:
    if _FORBIDDEN.search(target):
        raise AddressError(f"the path {target!r} has a blank or a control character; it must be percent-encoded")
    try:
        # A client's own bytes come as Latin-1 text.
        raw = target.encode("latin-1")
    except UnicodeEncodeError:
        raw = target.encode()
    return quote_from_bytes(raw, safe=_ALL_VISIBLE)
