"""One connection to an HTTP backend: a request goes out in one write, its answer comes back whole or as it comes."""

from __future__ import annotations

import asyncio
import re
import socket
from typing import TYPE_CHECKING, Final, Protocol, cast

import httptools

from forestage.preview.engine.effects import BackendAnswer, BackendFailure, BackendFault
from forestage.preview.host.passage import Passage

if TYPE_CHECKING:
    from forestage.preview.engine.wire import Headers
    from forestage.preview.host.write_batch import WriteBatch

MAX_ANSWER_BYTES: Final = 10 * 1024 * 1024
"""Source: endpoints.md section 5."""

MAX_MESSAGE_BYTES: Final = 64 * 1024 * 1024
"""An answer with all its framing: room for the largest body in small chunks, an end for trailers that have none."""

ONE_WRITE_BYTES: Final = 64 * 1024
KEEP_SECONDS: Final = 4.0
"""How long a connection is kept for the next request: Node and uvicorn close theirs after 5 seconds."""

FIRST_FINAL_STATUS: Final = 200

_BODILESS = frozenset({204, 304})
_FRAMING = frozenset({"content-length", "transfer-encoding"})
_TIMEOUT = re.compile(r"(?:^|[\s,;])timeout=([0-9]{1,6})", re.IGNORECASE)


class Outbound(Protocol):
    """A request that a connection carries.

    Where ``is_streamed``, ``began`` takes the head of the answer and its body on its way, and ``ended`` follows.
    """

    head: bytes
    body: bytes
    is_head: bool
    is_streamed: bool

    def began(self, status: int, headers: Headers, body: Passage) -> None:
        """Take the head of an answer whose body is on its way."""
        ...

    def ended(self) -> None:
        """Learn that no more will come of an answer that began, and that the connection is another's."""
        ...

    def answered(self, answer: BackendAnswer | BackendFailure) -> None:
        """Take the answer."""
        ...

    def dropped(self, detail: str, *, untouched: bool) -> None:
        """Learn that the connection ended first; ``untouched`` when no byte of an answer had come."""
        ...


class Pool(Protocol):
    """Who keeps connections for later; ``batch`` takes what they write."""

    batch: WriteBatch

    def keep(self, connection: BackendConnection) -> None:
        """Take a connection that may carry another request."""
        ...

    def forget(self, connection: BackendConnection) -> None:
        """Learn that a connection is gone."""
        ...


class BackendConnection(asyncio.Protocol):
    """HTTP/1.1 to one backend, one request at a time.

    ``sock`` is the socket beneath, to see whether the backend has closed it. ``keep_seconds`` is how long the
    connection may idle.
    """

    __slots__ = (
        "_failure",
        "_head",
        "_headers",
        "_is_done",
        "_is_reusable",
        "_is_stray",
        "_outbound",
        "_parse",
        "_parser",
        "_passage",
        "_pieces",
        "_pool",
        "_received",
        "_size",
        "_sock",
        "_status",
        "_transport",
        "is_closed",
        "keep_seconds",
        "kept_until",
    )

    def __init__(self, sock: socket.socket, pool: Pool) -> None:
        self._sock = sock
        self._pool = pool
        self._transport: asyncio.Transport
        self._outbound: Outbound | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._parse = self._parser.feed_data
        self.is_closed = False
        self.keep_seconds: float | None = None
        self.kept_until = 0.0
        self._begin()

    def _begin(self) -> None:
        """Forget the last answer."""
        self._headers: list[tuple[str, str]] = []
        self._head: list[tuple[str, str]] | None = None
        self._pieces: list[bytes] = []
        self._status = self._size = self._received = 0
        self._is_done = self._is_stray = self._is_reusable = False
        self._failure: BackendFailure | None = None
        self._passage: Passage | None = None

    # -- what the client asks -----------------------------------------------------------------------------------

    def is_stale(self) -> bool:
        """Say whether the backend has closed the connection, or has sent what nobody asked for."""
        try:
            self._sock.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True
        return True

    def send(self, outbound: Outbound) -> None:
        """Send a request; its answer goes to ``outbound``."""
        self._outbound = outbound
        if len(outbound.body) <= ONE_WRITE_BYTES:
            self._pool.batch.add(self._transport, outbound.head + outbound.body)
        else:
            self._transport.write(outbound.head)
            self._transport.write(outbound.body)

    def peer_certificate(self) -> bytes | None:
        """Return the backend's certificate in DER form."""
        certificate: bytes | None = self._transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return certificate

    def abort(self, reason: str = "the connection was closed") -> None:
        """Close at once; a request under way hears nothing, and a body on its way breaks off."""
        self._outbound = None
        self.is_closed = True
        self._transport.abort()
        if self._passage is not None:
            self._passage.break_off(reason)

    # -- what a body on its way asks ----------------------------------------------------------------------------

    def pause(self) -> None:
        """Read no more for now: the backend has to wait."""
        if not self.is_closed:
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if not self.is_closed:
            self._transport.resume_reading()

    def abandon(self) -> None:
        """Close: nobody takes the rest."""
        outbound = self._outbound
        self.abort()
        if outbound is not None:
            outbound.ended()

    # -- what the transport calls -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Read a part of the answer."""
        if self._outbound is None:
            # Nobody asked: a notice before closing, or a backend that is out of step.
            self.abort()
            return
        self._received += len(data)
        try:
            self._parse(data)
        except httptools.HttpParserUpgrade:
            self._failure = _unreachable("the backend switched to another protocol")
        except httptools.HttpParserError as error:
            self._is_stray = True
            if not self._is_done:
                self._failure = self._failure or _unreachable(f"the backend's answer is not HTTP: {error}")
        if self._received > MAX_MESSAGE_BYTES and not self._is_done and self._passage is None:
            self._failure = self._failure or _too_large()
        if self._is_done or self._failure is not None:
            self._finish()

    def eof_received(self) -> None:
        """Complete an answer that lasts until the backend closes."""
        if self._outbound is not None and self._head is not None and not self._is_framed():
            self._is_done = True
            self._is_reusable = False
            self._finish()

    def connection_lost(self, error: Exception | None) -> None:
        """Tell the request under way, and the pool."""
        self.is_closed = True
        outbound, self._outbound = self._outbound, None
        self._pool.forget(self)
        if outbound is None:
            return
        begun = "before the end of its answer" if self._received else "without an answer"
        detail = f"the backend closed the connection {begun}"
        detail = f"{detail}: {error}" if error else detail
        if self._passage is None:
            outbound.dropped(detail, untouched=not self._received)
        else:
            self._passage.break_off(detail)
            outbound.ended()

    # -- what the parser calls ----------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Notice what comes after an answer."""
        self._is_stray = self._is_done

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, or a trailer."""
        self._headers.append((name.decode("latin-1"), value.decode("latin-1").rstrip(" \t")))

    def on_headers_complete(self) -> None:
        """Close the head; an answer to HEAD has no more than that."""
        status: int = self._parser.get_status_code()
        headers, self._headers = self._headers, []
        if status < FIRST_FINAL_STATUS or self._is_done:
            return
        self._status = status
        self._head = headers
        if self._outbound is None:
            return
        if self._outbound.is_head:
            # llhttp would wait for the body that the headers tell of: the connection ends with this answer.
            self._is_done = True
        if self._outbound.is_streamed:
            self._passage = Passage(self)
            self._outbound.began(status, tuple(headers), self._passage)

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self._size += len(piece)
        if self._is_done:
            return
        if self._passage is not None:
            self._passage.feed(piece)
        elif self._size <= MAX_ANSWER_BYTES:
            self._pieces.append(piece)
        else:
            self._pieces.clear()
            self._failure = _too_large()

    def on_message_complete(self) -> None:
        """Notice the end of a final answer; interim ones are passed over."""
        if self._head is not None and not self._is_done:
            self._is_done = True
            self._is_reusable = self._parser.should_keep_alive()

    # -- answers ------------------------------------------------------------------------------------------------

    def _finish(self) -> None:
        """Hand over the answer, and keep the connection where another request may follow."""
        outbound, self._outbound = self._outbound, None
        if outbound is None:
            # Whoever took the body wanted no more of it before its end.
            return
        passage, failure = self._passage, self._failure
        answer: BackendAnswer | BackendFailure
        if self._failure is not None:
            answer, keep = self._failure, False
        else:
            answer = BackendAnswer(status=self._status, headers=tuple(self._head or ()), body=b"".join(self._pieces))
            keep = self._is_reusable and not self._is_stray
        # A backend may answer before it has read the whole request.
        if keep and not self._transport.get_write_buffer_size():
            if self.keep_seconds is None:
                self.keep_seconds = keep_seconds(answer.headers if isinstance(answer, BackendAnswer) else ())
            # The last piece may have made the backend rest.
            self.resume()
            self._begin()
            self._pool.keep(self)
        else:
            self.is_closed = True
            self._transport.abort()
        if passage is None:
            outbound.answered(answer)
            return
        if failure is None:
            passage.finish()
        else:
            passage.break_off(failure.detail)
        outbound.ended()

    def _is_framed(self) -> bool:
        if self._status in _BODILESS:
            return True
        return any(name.lower() in _FRAMING for name, _ in self._head or ())


def keep_seconds(headers: Headers) -> float:
    """Return how long a connection may be kept: a second less than its backend says, ``Keep-Alive: timeout=5``."""
    hint = next((value for name, value in headers if name.lower() == "keep-alive"), "")
    found = _TIMEOUT.search(hint)
    return max(0.0, float(found[1]) - 1.0) if found else KEEP_SECONDS


def _unreachable(detail: str) -> BackendFailure:
    return BackendFailure(fault=BackendFault.UNREACHABLE, detail=detail)


def _too_large() -> BackendFailure:
    return BackendFailure(fault=BackendFault.TOO_LARGE, detail="the backend's answer is larger than 10 MB")
