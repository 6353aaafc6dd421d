"""One connection to the preview: answers go out in the order of the requests, each in one write."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

from forestage.preview.engine.wire import BrokenOffError, WireResponse
from forestage.preview.host.refusals import Refusal, Refused
from forestage.preview.host.request_reader import Peer, RequestReader, Waiting
from forestage.preview.host.response_head import (
    BODILESS,
    CHUNKED,
    LAST_CHUNK,
    HeadWriter,
    chunks,
    content_length,
    is_final,
)
from forestage.preview.host.tls import tls_session

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from forestage.preview.engine.wire import Body, WireRequest
    from forestage.preview.host.clock import Clock
    from forestage.preview.host.refusals import Refuse
    from forestage.preview.host.write_batch import WriteBatch

Handler: TypeAlias = "Callable[[WireRequest], WireResponse | Awaitable[WireResponse]]"
"""Answers requests; what it answers at once is sent at once, without a task."""

HEAD_SECONDS = 10.0
"""Time to send a request line and headers."""

BODY_SECONDS = 60.0
"""Time to send a body."""

IDLE_SECONDS = 60.0
"""How long a connection may stay without a request."""

WRITE_SECONDS = 60.0
"""How long a client may leave an answer unread."""

LINGER_SECONDS = 5.0
"""How long a refused client may go on sending: closing at once would take the answer from it."""

ONE_WRITE_BYTES: Final = 64 * 1024
"""Larger bodies are written after their head rather than copied behind it; Nagle's algorithm is off."""

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_BROKEN_STATUS = 500
_NOW_AND_HARD: Final = struct.pack("ii", 1, 0)


class Owner(Protocol):
    """The listener, as a connection sees it."""

    clock: Clock
    heads: HeadWriter
    batch: WriteBatch
    handler: Handler
    refuse: Refuse
    draining: bool

    def joined(self, connection: Connection) -> None:
        """Learn of a new connection."""

    def left(self, connection: Connection) -> None:
        """Learn that a connection is gone."""

    def begin(self, answer: Awaitable[WireResponse]) -> asyncio.Future[WireResponse]:
        """Begin to wait for an answer that is no future yet."""


class Connection(asyncio.Protocol):
    """HTTP/1.1 and 1.0 with a client.

    One request is handled at a time; pipelined ones wait, and reading rests while they do or while the client
    does not take its answers.
    """

    __slots__ = (
        "_active",
        "_busy",
        "_deadline",
        "_deaf",
        "_ended",
        "_feed",
        "_half_closed",
        "_handle",
        "_head",
        "_hold",
        "_idle_since",
        "_lost",
        "_owner",
        "_peer",
        "_queue",
        "_reader",
        "_stalled_since",
        "_stream",
        "_transport",
        "_writable",
    )

    def __init__(self, owner: Owner, peer: Peer) -> None:
        self._owner = owner
        self._peer = peer
        self._handle = owner.handler
        self._head = owner.heads.head
        self._reader = RequestReader(peer, now=owner.clock.now, emit=self._take)
        self._feed = self._reader.feed
        self._transport: asyncio.Transport
        self._hold = owner.batch.add
        self._queue: deque[tuple[WireRequest, bool, bool] | Refused] = deque()
        self._busy = False
        self._active = True
        # Nothing further is read; nothing further is written.
        self._deaf = self._ended = False
        self._lost = False
        self._half_closed = False
        self._deadline = 0.0
        self._idle_since = 0.0
        self._stalled_since: float | None = None
        self._writable: asyncio.Future[None] | None = None
        self._stream: asyncio.Task[None] | None = None

    # -- what the transport calls -------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast("asyncio.Transport", transport)
        if self._peer.tls:
            self._reader.secure(tls_session(transport.get_extra_info("ssl_object")))
        self._owner.joined(self)

    def data_received(self, data: bytes) -> None:
        """Read what arrived; requests that can be answered at once are, before this returns."""
        if self._deaf:
            return
        refusal = self._feed(data)
        if refusal is not None:
            self._refuse(refusal)
        elif self._reader.waiting:
            self._await_rest()
        elif self._deadline:
            self._deadline = 0.0

    def eof_received(self) -> bool:
        """Let a client that has said all hear its answers; TLS cannot be half closed."""
        self._half_closed = True
        self._owner.batch.flush()
        return (self._busy or bool(self._queue) or self._stalled_since is not None) and not self._peer.tls

    def pause_writing(self) -> None:
        """Stop reading from a client that does not read."""
        self._stalled_since = self._owner.clock.monotonic()
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on with what waits."""
        self._stalled_since = None
        if self._writable is not None and not self._writable.done():
            self._writable.set_result(None)
        self._go_on()

    def connection_lost(self, error: Exception | None) -> None:  # ruff: ignore[unused-method-argument]  (asyncio's signature)
        """End; a handler still at work is left to finish, as API Gateway does."""
        self._lost = self._deaf = self._ended = True
        self._queue.clear()
        if self._stream is not None:
            self._stream.cancel()
        self._owner.left(self)

    # -- what the listener calls --------------------------------------------------------------------------------

    def check(self, now: float) -> None:
        """Close a connection that takes too long. ``now`` is monotonic."""
        if self._stalled_since is not None:
            if now - self._stalled_since >= WRITE_SECONDS:
                self._transport.abort()
        elif self._busy:
            return
        elif self._deadline:
            if now >= self._deadline:
                self._end_slow()
        elif self._active:
            self._active = False
            self._idle_since = now
        elif now - self._idle_since >= IDLE_SECONDS:
            self.close()

    def idle_since(self) -> float | None:
        """Tell since when the connection is without a request; None while it has one."""
        resting = not (self._busy or self._queue or self._active or self._reader.waiting or self._ended)
        return self._idle_since if resting else None

    def drain(self) -> None:
        """Close once what was asked is answered."""
        if not (self._busy or self._queue or self._reader.waiting):
            self.close()

    def close(self) -> None:
        """Send what is written, then close."""
        self._deaf = self._ended = True
        self._owner.batch.flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._deaf = self._ended = True
        self._transport.abort()

    # -- requests -----------------------------------------------------------------------------------------------

    def _take(self, request: WireRequest, *, keep_alive: bool) -> None:
        self._active = True
        if self._busy or self._queue or self._ended or self._stalled_since is not None:
            self._defer(request, keep_alive=keep_alive)
        else:
            self._serve(request, keep_alive=keep_alive, old=None)

    def _defer(self, request: WireRequest, *, keep_alive: bool) -> None:
        if not self._ended:
            self._queue.append((request, keep_alive, self._reader.http_version() == "1.0"))
            self._transport.pause_reading()

    def _serve(self, request: WireRequest, *, keep_alive: bool, old: bool | None) -> None:
        """Have a request answered. ``old`` says whether it is HTTP/1.0, None where the reader can still tell."""
        try:
            answer = self._handle(request)
        except Exception as error:  # ruff: ignore[blind-except]  (no fault of a handler may end the preview)
            answer = self._broken(request, error)
        if type(answer) is WireResponse and type(answer.body) is bytes:
            self._send(answer, answer.body, keep_alive=keep_alive, bare=request.method == "HEAD")
        else:
            self._wait_for(answer, request, keep_alive=keep_alive, old=old)

    def _wait_for(
        self,
        answer: WireResponse | Awaitable[WireResponse],
        request: WireRequest,
        *,
        keep_alive: bool,
        old: bool | None,
    ) -> None:
        """Go on when the answer is there. A task is made only where there is something to wait for."""
        if old is None:
            old = self._reader.http_version() == "1.0"
        self._busy = True
        if isinstance(answer, WireResponse):
            self._answer(request, answer, keep_alive=keep_alive, old=old)
            return
        future = answer if isinstance(answer, asyncio.Future) else self._owner.begin(answer)
        future.add_done_callback(partial(self._answered, request, keep_alive=keep_alive, old=old))

    def _answered(
        self, request: WireRequest, future: asyncio.Future[WireResponse], *, keep_alive: bool, old: bool
    ) -> None:
        if future.cancelled():
            error: BaseException | None = asyncio.CancelledError("the handler was cancelled")
        else:
            error = future.exception()
        response = future.result() if error is None else self._broken(request, error)
        self._answer(request, response, keep_alive=keep_alive, old=old)

    def _answer(self, request: WireRequest, response: WireResponse, *, keep_alive: bool, old: bool) -> None:
        bare = request.method == "HEAD"
        body = response.body
        if not isinstance(body, bytes):
            task = asyncio.ensure_future(self._send_stream(response, body, keep_alive=keep_alive, bare=bare, old=old))
            self._stream = task
            task.add_done_callback(self._streamed)
            return
        self._busy = False
        if not self._lost:
            self._send(response, body, keep_alive=keep_alive, bare=bare)
            self._go_on()

    def _go_on(self) -> None:
        """Serve what waits, then read on."""
        while self._queue and not (self._busy or self._ended or self._stalled_since is not None):
            waiting = self._queue.popleft()
            if isinstance(waiting, Refused):
                self._send_refusal(waiting)
            else:
                request, keep_alive, old = waiting
                self._serve(request, keep_alive=keep_alive, old=old)
        if self._busy or self._lost or self._queue or self._stalled_since is not None:
            return
        if self._half_closed or (self._owner.draining and not self._reader.waiting):
            self.close()
        elif not self._transport.is_closing():
            self._transport.resume_reading()
            if self._reader.waiting and not self._deaf:
                # While reading rested, the client could not be late.
                self._deadline = 0.0
                self._await_rest()

    def _await_rest(self) -> None:
        """Bound the time for what is missing of a request, and give leave to send its body."""
        in_body = self._reader.waiting is Waiting.BODY
        if not self._deadline:
            self._deadline = self._owner.clock.monotonic() + (BODY_SECONDS if in_body else HEAD_SECONDS)
        if in_body and not (self._busy or self._queue) and self._reader.wants_leave():
            self._write(_CONTINUE)

    def _write(self, data: bytes) -> None:
        """Write at once, behind what is held back."""
        self._owner.batch.flush()
        self._transport.write(data)

    # -- answers ------------------------------------------------------------------------------------------------

    def _send(self, response: WireResponse, body: bytes, *, keep_alive: bool, bare: bool) -> None:
        status = response.status
        keep_alive = keep_alive and not self._owner.draining
        if status in BODILESS or not is_final(status):
            self._send_bodiless(response, keep_alive=keep_alive)
        else:
            framing = f"Content-Length: {len(body)}\r\n"
            head = self._head(status, response.headers, framing, keep_alive=keep_alive)
            if bare:
                self._hold(self._transport, head)
            elif len(body) <= ONE_WRITE_BYTES:
                self._hold(self._transport, head + body)
            else:
                # writelines of Python 3.12 and 3.13 forgets to say when its buffer is full (cpython issue 127655).
                self._write(head)
                self._write(body)
        if not keep_alive:
            self.close()

    def _send_bodiless(self, response: WireResponse, *, keep_alive: bool) -> None:
        """Send a status that has no body; a client would take an interim status for no answer at all."""
        if is_final(response.status):
            self._write(self._head(response.status, response.headers, "", keep_alive=keep_alive))
            return
        head = self._head(_BROKEN_STATUS, response.headers, content_length(b""), keep_alive=keep_alive)
        self._write(head)

    async def _send_stream(
        self, response: WireResponse, body: Body, *, keep_alive: bool, bare: bool, old: bool
    ) -> None:
        """Send a body as it comes: in chunks, or to HTTP/1.0 up to the end of the connection.

        A body that breaks off has no last chunk, so that a client sees that it is not whole; HTTP/1.0 has to be
        reset for that.
        """
        keep_alive = keep_alive and not (old or self._owner.draining)
        bodiless = bare or response.status in BODILESS
        framing = "" if old or response.status in BODILESS else CHUNKED
        try:
            if self._lost:
                return
            self._write(self._head(response.status, response.headers, framing, keep_alive=keep_alive))
            if not bodiless:
                async for piece in body:
                    self._write(piece if old else chunks([piece]))
                    await self._room()
                if not old:
                    self._write(LAST_CHUNK)
        except BrokenOffError:
            keep_alive = False
            if old:
                self._reset()
        finally:
            await body.aclose()
        if not keep_alive:
            self.close()

    def _reset(self) -> None:
        """Close so that the client sees an error: the end of the connection would be the end of the body."""
        sock = self._transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NOW_AND_HARD)
        self.abort()

    async def _room(self) -> None:
        """Wait until the client has read enough of what was written."""
        if self._stalled_since is not None:
            self._writable = asyncio.get_running_loop().create_future()
            await self._writable

    def _streamed(self, task: asyncio.Task[None]) -> None:
        self._stream = None
        self._busy = False
        error = None if task.cancelled() else task.exception()
        if error is not None:
            # The head is out: breaking off is the only way left to say that the body is not whole.
            self._report("a response stream failed", error)
            self._transport.abort()
        self._go_on()

    # -- refusals and faults ------------------------------------------------------------------------------------

    def _refuse(self, refusal: Refusal) -> None:
        self._deaf = True
        method, target = self._reader.line()
        refused = Refused(
            refusal=refusal,
            method=method,
            target=target,
            client=self._peer.client,
            server_port=self._peer.server_port,
        )
        if self._busy or self._queue or self._stalled_since is not None:
            self._queue.append(refused)
        elif not self._ended:
            self._send_refusal(refused)

    def _send_refusal(self, refused: Refused) -> None:
        response = self._owner.refuse(refused)
        assert isinstance(response.body, bytes)
        self._ended = True
        self._deadline = self._owner.clock.monotonic() + LINGER_SECONDS
        head = self._head(response.status, response.headers, content_length(response.body), keep_alive=False)
        self._write(head if refused.method == "HEAD" else head + response.body)
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _end_slow(self) -> None:
        if self._ended:
            self._transport.abort()
        else:
            self._refuse(Refusal.TOO_SLOW)

    def _broken(self, request: WireRequest, error: BaseException) -> WireResponse:
        self._report("the handler of a request failed", error)
        return self._owner.refuse(
            Refused(
                refusal=Refusal.BROKEN,
                method=request.method,
                target=request.target,
                client=self._peer.client,
                server_port=self._peer.server_port,
            )
        )

    @staticmethod
    def _report(message: str, error: BaseException) -> None:
        asyncio.get_running_loop().call_exception_handler({"message": message, "exception": error})
