"""The first message of a TLS connection, as far as it says which host the client wants.

Which certificate is shown, whether one is asked of the client, and which versions are spoken depends on that name.
OpenSSL tells it when all but the certificate is decided already, so it is read here, before OpenSSL sees it.

Source: RFC 8446 sections 4.1.2 and 5.1, RFC 6066 section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

TLS_HANDSHAKE: Final = b"\x16"
"""First byte of a TLS connection; no HTTP method begins so."""

HEADER_BYTES: Final = 5
MAX_HELLO_BYTES: Final = HEADER_BYTES + 16_384
"""What comes before a record says how long that is, and how long it may be."""

_CLIENT_HELLO: Final = 1
_SERVER_NAME: Final = 0
_BEFORE_SESSION: Final = 34
"""Version and random."""


class _MalformedError(ValueError):
    """The bytes are no ClientHello."""


class _Bytes:
    """Reads numbers and vectors one after the other."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._content)

    def take(self, count: int) -> bytes:
        taken = self._content[self._at : self._at + count]
        if len(taken) < count:
            raise _MalformedError
        self._at += count
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size))

    def vector(self, size: int) -> _Bytes:
        """Read a vector whose length is a number of ``size`` bytes."""
        return _Bytes(self.take(self.number(size)))


def hello_bytes(begun: bytes) -> int:
    """Tell how many bytes of a connection its first record takes; the header alone where that is not known yet."""
    if len(begun) < HEADER_BYTES:
        return HEADER_BYTES
    return min(HEADER_BYTES + int.from_bytes(begun[3:HEADER_BYTES]), MAX_HELLO_BYTES)


def server_name(record: bytes) -> str | None:
    """Read the name of the host that a client asks for, in lower case; None where it asks for none.

    A message that is spread over several records counts as one without a name.
    """
    try:
        return _server_name(record)
    except (_MalformedError, UnicodeDecodeError):
        return None


def _server_name(record: bytes) -> str | None:
    reader = _Bytes(record)
    reader.take(HEADER_BYTES - 2)
    fragment = reader.vector(2)
    if fragment.number(1) != _CLIENT_HELLO:
        return None
    hello = fragment.vector(3)
    hello.take(_BEFORE_SESSION)
    for size in (1, 2, 1):  # Session id, cipher suites, compression methods.
        hello.vector(size)
    for kind, content in _extensions(hello):
        if kind == _SERVER_NAME:
            names = content.vector(2)
            names.take(1)
            return names.take(names.number(2)).decode("ascii").lower() or None
    return None


def _extensions(hello: _Bytes) -> Iterator[tuple[int, _Bytes]]:
    if not hello:
        return
    extensions = hello.vector(2)
    while extensions:
        yield extensions.number(2), extensions.vector(2)
