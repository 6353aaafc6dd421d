"""A body on its way through the gateway: pieces come in from a source and go out to whoever takes them.

Where they are taken more slowly than they come, the source rests: what waits is bounded.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol

from forestage.preview.engine.effects import Head
from forestage.preview.engine.wire import BrokenOffError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from forestage.preview.host.clock import Clock, Timer

MAX_WAITING_BYTES: Final = 256 * 1024
"""How much may wait before the source rests."""

_SLACK_SECONDS: Final = 0.001
"""How much earlier than asked a timer may go off."""


class Source(Protocol):
    """Where a body comes from."""

    def pause(self) -> None:
        """Send no more for now."""
        ...

    def resume(self) -> None:
        """Go on."""
        ...

    def abandon(self) -> None:
        """Learn that nobody takes the rest."""
        ...


class Passage:
    """One body on its way.

    ``size`` is how many bytes have come.
    """

    __slots__ = (
        "_broken",
        "_clock",
        "_due_at",
        "_idle_seconds",
        "_is_ended",
        "_is_paused",
        "_latest_at",
        "_pieces",
        "_source",
        "_taker",
        "_timer",
        "_waiting_bytes",
        "size",
    )

    def __init__(self, source: Source) -> None:
        self.size = 0
        self._source: Source | None = source
        self._pieces: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._is_paused = self._is_ended = False
        self._broken: str | None = None
        self._taker: asyncio.Future[None] | None = None
        self._clock: Clock | None = None
        self._timer: Timer | None = None
        self._due_at = self._latest_at = self._idle_seconds = 0.0

    # -- what the source says -----------------------------------------------------------------------------------

    def feed(self, piece: bytes) -> None:
        """Take in a piece."""
        if self._is_ended or not piece:
            return
        self.size += len(piece)
        self._pieces.append(piece)
        self._waiting_bytes += len(piece)
        if self._clock is not None:
            self._latest_at = self._clock.monotonic()
        if self._waiting_bytes > MAX_WAITING_BYTES and not self._is_paused and self._source is not None:
            self._is_paused = True
            self._source.pause()
        self._wake()

    def finish(self) -> None:
        """Learn that all has come."""
        self._end()

    def break_off(self, reason: str) -> None:
        """Learn that the rest will not come; what came is handed on before that is told."""
        if not self._is_ended:
            self._broken = reason
            self._end()

    # -- what the taker asks ------------------------------------------------------------------------------------

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Take the pieces as they come, those that wait as one.

        Raises:
            BrokenOffError: what came is not all, and the rest will not come.
        """
        return self

    async def __anext__(self) -> bytes:
        """Wait for what comes next."""
        piece = await self._take()
        if piece is None:
            raise StopAsyncIteration
        return piece

    async def read_head(self, delimiter: bytes, limit_bytes: int) -> Head:
        """Read up to a delimiter; what is behind it stays."""
        read = b""
        while delimiter not in read[:limit_bytes]:
            if len(read) >= limit_bytes:
                return Head(content=read[:limit_bytes], is_whole=False)
            try:
                piece = await self._take()
            except BrokenOffError as error:
                return Head(content=read, is_whole=False, broken=str(error))
            if piece is None:
                return Head(content=read, is_whole=False)
            read += piece
        content, _, rest = read.partition(delimiter)
        if rest:
            self._pieces.appendleft(rest)
            self._waiting_bytes += len(rest)
        return Head(content=content, is_whole=True)

    async def aclose(self) -> None:
        """Want no more of it."""
        self.close()

    def close(self) -> None:
        """Want no more of it: the source goes on without being heard, or ends."""
        self._pieces.clear()
        self._waiting_bytes = 0
        source, is_ended = self._source, self._is_ended
        self._end()
        if source is not None and not is_ended:
            source.abandon()

    def limit(self, clock: Clock, *, seconds: float, idle_seconds: float) -> None:
        """Break off after some time, or when nothing has come for some time while somebody waits for it."""
        if self._is_ended:
            return
        self._clock = clock
        self._latest_at = clock.monotonic()
        self._due_at, self._idle_seconds = self._latest_at + seconds, idle_seconds
        self._arm(self._latest_at)

    # -- parts --------------------------------------------------------------------------------------------------

    async def _take(self) -> bytes | None:
        """Wait for what comes next; None at the end."""
        while not self._pieces:
            if self._broken is not None:
                raise BrokenOffError(self._broken)
            if self._is_ended:
                return None
            self._taker = asyncio.get_running_loop().create_future()
            try:
                await self._taker
            finally:
                self._taker = None
        piece = self._pieces.popleft() if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self._waiting_bytes = 0
        if self._is_paused:
            self._is_paused = False
            if self._clock is not None:
                # While the source rests by our will, it cannot be late.
                self._latest_at = self._clock.monotonic()
            if self._source is not None:
                self._source.resume()
        return piece

    def _wake(self) -> None:
        if self._taker is not None and not self._taker.done():
            self._taker.set_result(None)

    def _end(self) -> None:
        self._is_ended = True
        self._source = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._wake()

    def _arm(self, now: float) -> None:
        assert self._clock is not None
        next_at = min(self._due_at, self._latest_at + self._idle_seconds)
        self._timer = self._clock.call_later(next_at - now, self._look)

    def _look(self) -> None:
        """Break off what is late; the timer is set for the earliest moment, and most are moved only then."""
        assert self._clock is not None
        self._timer = None
        now = self._clock.monotonic()
        late = now + _SLACK_SECONDS
        if self._is_paused:
            self._latest_at = now
        if late >= self._due_at:
            self._cut("the integration's timeout is over")
        elif late >= self._latest_at + self._idle_seconds:
            self._cut(f"nothing came for {self._idle_seconds:g} seconds")
        else:
            self._arm(now)

    def _cut(self, reason: str) -> None:
        source = self._source
        self.break_off(reason)
        if source is not None:
            source.abandon()
