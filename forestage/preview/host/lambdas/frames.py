"""The host's end of the frames that Python and Node functions speak.

A frame is kind (1 byte), length of the head and length of the body (4 bytes each, big-endian), head, body.
The head of an invocation is request id, deadline, ARN and trace id, one a line; that of an error is its type.
A streamed answer is pieces and an end; an error may come in place of the end.
The other ends are ``worker/forestage_worker.py`` and ``worker/frames.cjs``.
"""

from __future__ import annotations

import asyncio
from struct import Struct
from typing import TYPE_CHECKING, cast

from forestage.preview.host.lambdas.faults import MAX_RESPONSE_BYTES

if TYPE_CHECKING:
    import socket

    from forestage.preview.host.lambdas.channel import Events, Invocation

_HEADER = Struct(">BII")
_HEADER_BYTES = _HEADER.size
_INVOKE = 1
_READY, _RESULT, _ERROR, _INIT_ERROR, _TOO_LARGE, _PIECE, _END = 1, 2, 3, 4, 5, 6, 7
_MAX_HEAD_BYTES = 65_536
# Errors have no limit of their own on the way; one of this size is garbage.
_MAX_BODY_BYTES = 4 * MAX_RESPONSE_BYTES


class FrameChannel(asyncio.Protocol):
    """Frames over one end of a socket pair."""

    def __init__(self, events: Events) -> None:
        self._events = events
        self._transport: asyncio.Transport | None = None
        self._lost = asyncio.Event()
        self._parts: list[bytes] = []
        self._missing = 0
        self._is_closed = False

    async def open(self, end: socket.socket) -> None:
        """Take over a socket."""
        loop = asyncio.get_running_loop()
        await loop.create_unix_connection(lambda: self, sock=end)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's interface."""
        self._transport = cast("asyncio.Transport", transport)
        if self._is_closed:
            self._transport.abort()

    def send(self, invocation: Invocation, deadline_ms: int) -> None:
        """Write one invocation at once; ids, ARNs and traces hold no line breaks, or the wire would."""
        assert self._transport is not None
        if self._transport.is_closing():
            # uvloop refuses to write then, and asyncio drops it: the end of the process is the answer.
            return
        head = f"{invocation.request_id}\n{deadline_ms}\n{invocation.arn}\n{invocation.trace_id}".encode(
            errors="replace"
        )
        payload = invocation.payload
        self._transport.write(_HEADER.pack(_INVOKE, len(head), len(payload)) + head + payload)

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's interface."""
        if self._missing:
            self._parts.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return
            data = b"".join(self._parts)
            self._parts.clear()
        self._read(data)

    def _read(self, data: bytes) -> None:
        """Take all whole frames; keep the rest and how much is missing of it."""
        at, size = 0, len(data)
        needed = _HEADER_BYTES
        while size - at >= _HEADER_BYTES:
            kind, head_bytes, body_bytes = _HEADER.unpack_from(data, at)
            if head_bytes > _MAX_HEAD_BYTES or body_bytes > _MAX_BODY_BYTES:
                self._break()
                return
            needed = _HEADER_BYTES + head_bytes + body_bytes
            if size - at < needed:
                break
            body_at = at + _HEADER_BYTES + head_bytes
            at += needed
            self._tell(kind, data[body_at - head_bytes : body_at], data[body_at:at])
            needed = _HEADER_BYTES
        rest = data[at:]
        self._missing = needed - len(rest) if rest else 0
        if rest:
            self._parts.append(rest)

    def _tell(self, kind: int, head: bytes, body: bytes) -> None:
        if self._is_closed:
            return
        if kind == _RESULT:
            self._events.result(body)
        elif kind == _PIECE:
            self._events.piece(body)
        elif kind == _END:
            self._events.ended()
        elif kind == _ERROR:
            self._events.error(body)
        elif kind == _READY:
            self._events.ready()
        elif kind == _INIT_ERROR:
            self._events.init_error(body, head.decode(errors="replace"))
        elif kind == _TOO_LARGE:
            self._events.result_too_large()
        else:
            self._break()

    def _break(self) -> None:
        if not self._is_closed:
            self.close()
            self._events.closed()

    def eof_received(self) -> None:
        """Part of asyncio's interface; ``connection_lost`` follows, but only after others had their turn."""
        self._break()

    def connection_lost(self, exc: Exception | None) -> None:
        """Part of asyncio's interface."""
        del exc
        self._lost.set()
        self._break()

    def pause(self) -> None:
        """Read no more for now."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def close(self) -> None:
        """End the wire."""
        self._is_closed = True
        self._parts.clear()
        self._missing = 0
        if self._transport is not None:
            self._transport.abort()

    async def wait_for_end(self) -> None:
        """Wait until the other end is closed."""
        await self.wait_closed()

    async def wait_closed(self) -> None:
        """Wait until the transport is gone."""
        if self._transport is not None:
            await self._lost.wait()
