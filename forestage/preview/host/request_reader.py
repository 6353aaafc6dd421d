"""Bytes of one connection to requests: llhttp reads the grammar, this module keeps its limits.

No socket and no event loop is used here. httptools lets headers of any size through, passes trailers on as headers,
refuses verbs it does not know and targets that are not ASCII, and takes every ``Upgrade`` for the end of HTTP; what
is done about each stands beside it.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote_from_bytes

import httptools

from forestage.model.records import dataclass
from forestage.preview.engine.address import MAX_BODY_BYTES
from forestage.preview.engine.wire import WireRequest
from forestage.preview.host.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.preview.engine.wire import Headers, TlsSession

MAX_HEADER_BYTES = 10_240
"""All header values of a request. Source: endpoints.md section 5."""

MAX_TARGET_BYTES = 10_240
"""A regional endpoint's limit; an edge-optimized one has 8,192. Source: endpoints.md section 1."""

MAX_HEAD_BYTES = 64 * 1024
"""Request line, names and values; more is not even read."""

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""A message with all its framing: room for the largest body in small chunks, an end for trailers that have none."""

_NOTED_SIZES = frozenset(len(name) for name in (b"host", b"upgrade", b"transfer-encoding"))
_FRAMING = frozenset({"content-length", "transfer-encoding"})
_REQUEST_LINE = re.compile(rb"(?:\r\n)*([!#$%&'*+.^_`|~0-9A-Za-z-]+) +(/[^\x00-\x20\x7f]*) +(HTTP/1\.[01])(?=\r\n)")
_ABSOLUTE = re.compile(r"https?://([^/?#@]+)([/?].*)?", re.IGNORECASE)
_FIT_FOR_THE_PARSER = bytes(range(0x21, 0x7F)).decode("ascii")


class Waiting(IntEnum):
    """What of a message the reader waits for."""

    NOTHING = 0
    HEAD = 1
    BODY = 2


# The names of a module are found faster than the members of an enumeration.
_NOTHING, _HEAD, _BODY = Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Who is at the other end of a connection, and where it arrived."""

    client: str
    server_port: int
    tls: bool


class Emit(Protocol):
    """Takes a complete request."""

    def __call__(self, request: WireRequest, *, keep_alive: bool) -> None:
        """Take the next request of the connection."""


class RefusedError(Exception):
    """Ends the parser's work on a request; holds the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class RequestReader:
    """Reads the requests of one connection; complete ones go to ``emit``, several from one ``feed`` if pipelined."""

    __slots__ = (
        "_body_bytes",
        "_body_only",
        "_client",
        "_emit",
        "_head",
        "_head_bytes",
        "_headers",
        "_headers_before",
        "_hosts",
        "_keeps_alive",
        "_leave_given",
        "_line",
        "_message_bytes",
        "_method",
        "_now",
        "_odd",
        "_parse",
        "_parser",
        "_peer",
        "_pieces",
        "_raw",
        "_requests",
        "_server_port",
        "_target",
        "_tls",
        "_unknown_coding",
        "_upgrading",
        "waiting",
    )

    def __init__(self, peer: Peer, *, now: Callable[[], float], emit: Emit) -> None:
        self._peer = peer
        self._client, self._server_port = peer.client, peer.server_port
        self._tls: TlsSession | None = None
        self._now = now
        self._emit = emit
        self._requests = 0
        self._head: list[tuple[str, str]] = []
        self._headers_before: Headers = ()
        self._odd = True
        self._begin()
        self._use(httptools.HttpRequestParser(self))

    def _use(self, parser: httptools.HttpRequestParser) -> None:
        self._parser = parser
        self._parse = parser.feed_data
        self._method = parser.get_method
        self._keeps_alive = parser.should_keep_alive

    def _begin(self) -> None:
        """Forget the last message."""
        self.waiting = _NOTHING
        self._target = b""
        self._headers: list[tuple[str, str]] = []
        self._pieces: list[bytes] | None = None
        self._head_bytes = self._body_bytes = self._hosts = 0
        if self._odd:
            self._forget_oddities()

    def _forget_oddities(self) -> None:
        self._odd = False
        self._message_bytes = 0
        self._raw: bytes | None = b""
        self._line: tuple[str, str] | None = None
        self._upgrading = self._body_only = False
        self._unknown_coding = False
        self._leave_given = False

    def secure(self, session: TlsSession) -> None:
        """Learn of the TLS that the requests come by, once its handshake is over."""
        self._tls = session

    # -- feeding ------------------------------------------------------------------------------------------------

    def feed(self, data: bytes) -> Refusal | None:
        """Read what arrived; a refusal means that nothing further of this connection can be understood."""
        left = self._feed(data)
        while isinstance(left, bytes):
            left = self._feed(left) if left else None
        return left

    def _feed(self, data: bytes) -> Refusal | bytes | None:
        """Read what arrived; return what has to be read after that, should there be any."""
        requests = self._requests
        # What is read on while one exception is handled would take it for the cause of the next.
        upgraded_at = None
        try:
            self._parse(data)
        except httptools.HttpParserUpgrade as upgrade:
            upgraded_at = upgrade.args[0]
        except httptools.HttpParserCallbackError as error:
            return self._refusal_of(error)
        except (httptools.HttpParserInvalidMethodError, httptools.HttpParserInvalidURLError):
            # Where in the data the message begins is known only if no other ended in it.
            if requests != self._requests:
                return Refusal.MALFORMED
        except httptools.HttpParserError:
            return Refusal.MALFORMED
        else:
            return self._wait(data, begun_here=requests == self._requests) if self.waiting else None
        return self._read_odd_line(data) if upgraded_at is None else self._read_on(data[upgraded_at:])

    @staticmethod
    def _refusal_of(error: httptools.HttpParserCallbackError) -> Refusal:
        cause = error.__context__
        if isinstance(cause, RefusedError):
            return cause.refusal
        raise error

    def _wait(self, data: bytes, *, begun_here: bool) -> Refusal | None:
        """Hold an incomplete message against the limits."""
        self._odd = True
        if begun_here:
            # Else others ended in the data, and how much of it belongs to this one is not known.
            self._message_bytes += len(data)
        if self.waiting is _BODY:
            if self._message_bytes > MAX_MESSAGE_BYTES or self.declared_bytes() > MAX_BODY_BYTES:
                return Refusal.BODY_TOO_LARGE
            return None
        if self._message_bytes > MAX_HEAD_BYTES:
            return Refusal.HEADERS_TOO_LARGE
        self._raw = self._raw + data if begun_here and self._raw is not None else None
        return None

    def _read_odd_line(self, data: bytes) -> Refusal | bytes:
        """Read a request line that llhttp refuses: an unknown verb, or a target with bytes beyond ASCII.

        API Gateway answers such requests like any other, so the parser gets a line it likes, which is returned with
        what follows it, and the request keeps the line that was sent.
        """
        raw = None if self._raw is None or self._line else self._raw + data
        line = _REQUEST_LINE.match(raw) if raw else None
        if raw is None or line is None:
            return Refusal.MALFORMED
        method, target, version = line.groups()
        rest = raw[line.end() :]
        self._begin()
        self._line = (method.decode("ascii"), target.decode("latin-1"))
        self._odd = True
        self._use(httptools.HttpRequestParser(self))
        fit = quote_from_bytes(target, safe=_FIT_FOR_THE_PARSER).encode("ascii")
        return b"GET %b %b%b" % (fit, version, rest)

    def _read_on(self, rest: bytes) -> Refusal | bytes:
        """Go on after a request that asked for an upgrade, which nobody grants: it is an ordinary request.

        llhttp has left out its body, so a second parser reads that. A WebSocket handshake will be taken over
        here, with ``rest`` as its first bytes.
        """
        framing = [f"{name}: {value}\r\n" for name, value in self._head if name.lower() in _FRAMING]
        if framing or not self._keeps_alive():
            framing.append("Connection: close\r\n")
        self._upgrading, self._body_only = False, True
        self._use(httptools.HttpRequestParser(_BodyOf(self)))
        refusal = self.feed(f"POST / HTTP/1.1\r\n{''.join(framing)}\r\n".encode("latin-1"))
        if not self.waiting:
            self._use(httptools.HttpRequestParser(self))
        return refusal or rest

    # -- what the parser calls ----------------------------------------------------------------------------------

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request target."""
        self.waiting = _HEAD
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer."""
        size = len(name)
        self._head_bytes += size + len(value)
        self._headers.append((name.decode("latin-1"), value.decode("latin-1").rstrip(" \t")))
        if name == b"Host":
            self._hosts += self.waiting is _HEAD
        elif size in _NOTED_SIZES:
            self._note(name.lower(), value)

    def on_headers_complete(self) -> None:
        """Close the head; what comes as a header now is a trailer, which API Gateway drops."""
        self.waiting = _BODY
        self._head = self._headers
        self._headers = []
        if self._head_bytes > MAX_HEADER_BYTES or len(self._target) > MAX_TARGET_BYTES:
            self._measure()

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self._body_bytes += len(piece)
        if self._body_bytes > MAX_BODY_BYTES:
            raise RefusedError(Refusal.BODY_TOO_LARGE)
        if self._pieces is None:
            self._pieces = [piece]
        else:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        """Hand over the request."""
        method = self._method().decode("ascii")
        target = self._target.decode("latin-1")
        keep_alive = self._keeps_alive()
        if self._odd or self._hosts != 1 or not keep_alive or target[0] != "/":
            method, target = self._examine(method, target)
            if self._upgrading:
                return
        headers = tuple(self._head)
        if headers == self._headers_before:
            # Most clients repeat themselves: what is kept of many requests is one object then.
            headers = self._headers_before
        else:
            self._headers_before = headers
        request = WireRequest(
            method=method,
            target=target,
            headers=headers,
            body=b"".join(self._pieces) if self._pieces else b"",
            client=self._client,
            server_port=self._server_port,
            tls=self._tls,
            arrived_at=self._now(),
        )
        self._requests += 1
        self._begin()
        self._emit(request, keep_alive=keep_alive)

    # -- what is rare -------------------------------------------------------------------------------------------

    def _note(self, name: bytes, value: bytes) -> None:
        if self.waiting is _BODY:
            return
        if name == b"host":
            self._hosts += 1
        elif name == b"upgrade":
            self._odd = True
        elif name == b"transfer-encoding" and value.strip().lower() != b"chunked":
            self._odd = self._unknown_coding = True

    def _measure(self) -> None:
        if len(self._target) > MAX_TARGET_BYTES:
            raise RefusedError(Refusal.TARGET_TOO_LONG)
        if sum(len(value) for _, value in self._head) > MAX_HEADER_BYTES or self._head_bytes > MAX_HEAD_BYTES:
            raise RefusedError(Refusal.HEADERS_TOO_LARGE)

    def _examine(self, method: str, target: str) -> tuple[str, str]:
        """Judge a request that is out of the ordinary; return its method and target.

        Source: RFC 9112 sections 2.3 (version), 3.2 (Host, forms of the target), 6.1 (codings).
        """
        if self._body_only and self._line:
            return self._line
        version = self.http_version()
        if version not in {"1.0", "1.1"} or self._hosts > 1 or (self._hosts == 0 and version == "1.1"):
            raise RefusedError(Refusal.MALFORMED)
        if self._unknown_coding:
            raise RefusedError(Refusal.UNKNOWN_TRANSFER_CODING)
        if self._line:
            method, target = self._line
        elif not target.startswith("/") and target != "*":
            target = self._take_absolute(target)
        if self._parser.should_upgrade():
            self._upgrading, self._line = True, (method, target)
        return method, target

    def _take_absolute(self, target: str) -> str:
        """Reduce ``http://host/path`` to its path; its host takes the place of the Host header."""
        parts = _ABSOLUTE.fullmatch(target)
        if parts is None:
            raise RefusedError(Refusal.MALFORMED)
        self._head = [(name, parts[1] if name.lower() == "host" else value) for name, value in self._head]
        path = parts[2] or "/"
        return path if path.startswith("/") else f"/{path}"

    # -- what the connection asks -------------------------------------------------------------------------------

    def http_version(self) -> str:
        """Return the version of the message at hand, ``1.1``."""
        version: str = self._parser.get_http_version()
        return version

    def declared_bytes(self) -> int:
        """Return the Content-Length of the message at hand, 0 where it has none."""
        return int(self._first("content-length") or 0)

    def wants_leave(self) -> bool:
        """Say, once a message, whether the client waits for leave to send its body.

        Source: RFC 9110 section 10.1.1.
        """
        if self._leave_given or self._pieces:
            return False
        self._leave_given = True
        expect = self._first("expect")
        return expect is not None and expect.lower() == "100-continue" and self.http_version() == "1.1"

    def line(self) -> tuple[str, str]:
        """Return method and target of the message at hand, empty as far as they are not known."""
        if self._line:
            return self._line
        method = self._method().decode("ascii") if self.waiting else ""
        return method, self._target.decode("latin-1")

    def _first(self, wanted: str) -> str | None:
        return next((value for name, value in self._head if name.lower() == wanted), None)


class _BodyOf:
    """Passes on a body alone: for a message whose head has been read already."""

    __slots__ = ("on_body", "on_message_complete")

    def __init__(self, reader: RequestReader) -> None:
        self.on_body = reader.on_body
        self.on_message_complete = reader.on_message_complete
