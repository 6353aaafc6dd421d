"""HTTP as it goes over the wire, between the listener and the data plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Header lines in order, names as spelled; values are Latin-1 text."""


class BrokenOffError(Exception):
    """A body that is passed on as it comes ended before it was whole; the message is for people."""


class Body(Protocol):
    """A body on its way, known only as far as it has come; who is done with it closes it."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Take the pieces as they come.

        Raises:
            BrokenOffError: what came is not all, and the rest will not come.
        """
        ...

    async def aclose(self) -> None:
        """Want no more of it."""
        ...


class TlsSession(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The TLS of a connection.

    ``version`` is like ``TLSv1.3``, ``server_name`` what the client asked for, in lower case. ``client_certificate``
    is in PEM, there where the client was asked for one and showed one, good or bad: ``certificate_fault`` says what
    OpenSSL found wrong with it, None for nothing. Who lets a client in by its certificate looks at both.
    """

    version: str
    cipher: str
    server_name: str | None = None
    client_certificate: str | None = None
    certificate_fault: str | None = None


class WholeBody:
    """A body that is there already."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Take it, in one piece."""
        return self

    async def __anext__(self) -> bytes:
        """Take it; after that, and where it is empty, there is nothing."""
        content, self._content = self._content, b""
        if not content:
            raise StopAsyncIteration
        return content

    async def aclose(self) -> None:
        """Want no more of it."""
        self._content = b""


class WireRequest(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One request, as it arrived.

    ``target`` is the raw request target, ``/dev/pets//x?a=1%2B``: nothing is decoded or folded. ``body`` is
    complete and still has its Content-Encoding. ``arrived_at`` is in seconds since the epoch, by the injected
    clock; ``client`` is the peer's address, ``server_port`` the port that was called, and ``tls`` None where it came
    by plain HTTP.
    """

    method: str
    target: str
    headers: Headers
    body: bytes
    client: str
    server_port: int
    tls: TlsSession | None
    arrived_at: float


class WireResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One response; the listener adds Date, Connection and Content-Length (or chunks where ``body`` is on its way)."""

    status: int
    headers: Headers
    body: bytes | Body
