"""Counts a body on its way to the client, which nobody keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.preview.engine.wire import BrokenOffError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from forestage.preview.engine.wire import Body
    from forestage.preview.trace import Streamed


class Meter:
    """A body that is counted; ``on_end`` is called once, when no more of it is taken.

    ``now`` is a clock in seconds, ``since`` when the request came by it.
    """

    def __init__(
        self,
        body: Body,
        streamed: Streamed,
        *,
        now: Callable[[], float],
        since: float,
        on_end: Callable[[], object],
    ) -> None:
        self._body = body
        self._pieces = aiter(body)
        self._streamed = streamed
        self._now = now
        self._since = since
        self._on_end = on_end

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Take the pieces as they come.

        Raises:
            BrokenOffError: what came is not all, and the rest will not come.
        """
        return self

    async def __anext__(self) -> bytes:
        """Take the next one."""
        try:
            piece = await anext(self._pieces)
        except StopAsyncIteration:
            self._end("whole")
            raise
        except BrokenOffError as error:
            self._end(f"broken off: {error}")
            raise
        if self._streamed.first_byte_ms is None:
            self._streamed.first_byte_ms = (self._now() - self._since) * 1000
        self._streamed.body_bytes += len(piece)
        return piece

    async def aclose(self) -> None:
        """Want no more of it."""
        await self._body.aclose()
        self._end("the client wanted no more")

    def _end(self, how: str) -> None:
        if self._streamed.ended is None:
            self._streamed.ended = how
            self._on_end()
