"""What a worker needs of a wire, and what a wire tells a worker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio

    from forestage.preview.engine.effects import FunctionAnswer, FunctionStream, FunctionUnavailable


class Invocation:
    """One call of a function, from its arrival to its answer.

    It is no frozen value: it stands in a queue, and is answered once. ``queued_at`` is in the loop's time. Where
    ``is_streamed``, the answer may be there before the function has written all of it.
    """

    __slots__ = ("answer", "arn", "is_streamed", "payload", "queued_at", "request_id", "trace_id")

    def __init__(
        self,
        *,
        request_id: str,
        arn: str,
        trace_id: str,
        payload: bytes,
        answer: asyncio.Future[FunctionAnswer | FunctionStream | FunctionUnavailable],
        is_streamed: bool = False,
    ) -> None:
        self.request_id = request_id
        self.arn = arn
        self.trace_id = trace_id
        self.payload = payload
        self.answer = answer
        self.is_streamed = is_streamed
        self.queued_at = 0.0


class Events(Protocol):
    """What a runtime client says."""

    def ready(self) -> None:
        """It waits for its first invocation."""
        ...

    def result(self, payload: bytes) -> None:
        """The function returned."""
        ...

    def piece(self, data: bytes) -> None:
        """The function wrote a piece of an answer that it streams."""
        ...

    def ended(self) -> None:
        """The function has written all of an answer that it streams."""
        ...

    def error(self, payload: bytes) -> None:
        """The function failed, be it within an answer that it streams; the payload tells how."""
        ...

    def result_too_large(self) -> None:
        """The function returned more than Lambda passes on."""
        ...

    def init_error(self, payload: bytes, error_type: str) -> None:
        """The function could not be loaded."""
        ...

    def closed(self) -> None:
        """The wire was closed, or broke the protocol."""
        ...


class Channel(Protocol):
    """A wire to one process."""

    def send(self, invocation: Invocation, deadline_ms: int) -> None:
        """Hand an invocation to the runtime client; ``deadline_ms`` is in epoch milliseconds."""
        ...

    def pause(self) -> None:
        """Let a function that streams its answer wait."""
        ...

    def resume(self) -> None:
        """Let it go on."""
        ...

    def close(self) -> None:
        """End the wire; nothing is told after that."""
        ...

    async def wait_for_end(self) -> None:
        """Wait until the process, which has ended, has nothing more to say."""
        ...

    async def wait_closed(self) -> None:
        """Wait until nothing of the wire is left in the event loop."""
        ...
