"""The gateway's patience with functions: it gives up after the integration's timeout, and the function goes on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

from forestage.preview.engine.effects import FunctionStream, FunctionUnavailable, Unavailable
from forestage.preview.host.passage import Passage

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from forestage.model import Deployment
    from forestage.preview.engine.effects import FunctionAnswer, InvokeFunction, StreamFunction
    from forestage.preview.host.clock import Clock
    from forestage.preview.host.driver import Functions

T = TypeVar("T")


class Patience:
    """Invokes functions within the timeout of their integration."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        # What they hold is of no interest any more.
        self._late: set[asyncio.Future[Any]] = set()

    def invoke(
        self, effect: InvokeFunction, functions: Functions, deployment: Deployment
    ) -> Awaitable[FunctionAnswer | FunctionUnavailable]:
        """Run a function of a deployment; one that must end before the timeout is not watched."""
        running = functions.invoke(effect)
        return self._within(effect, running) if _may_be_late(effect, deployment) else running

    async def stream(
        self, effect: StreamFunction, functions: Functions, deployment: Deployment
    ) -> FunctionAnswer | FunctionStream | FunctionUnavailable:
        """Run a function whose answer may come piece by piece; what is left of the time is the rest's."""
        began_at = self._clock.monotonic()
        invocation, running = effect.invocation, functions.stream(effect)
        answer = await (self._within(invocation, running) if _may_be_late(invocation, deployment) else running)
        if isinstance(answer, FunctionStream) and isinstance(answer.payload, Passage):
            passed = self._clock.monotonic() - began_at
            seconds = effect.invocation.timeout_ms / 1000 - passed
            answer.payload.limit(self._clock, seconds=seconds, idle_seconds=effect.idle_ms / 1000)
        return answer

    async def _within(self, effect: InvokeFunction, running: Awaitable[T]) -> T | FunctionUnavailable:
        invoking = asyncio.ensure_future(running)
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self._clock.call_later(effect.timeout_ms / 1000, lambda: over.set_result(None))
        waited: set[asyncio.Future[Any]] = {invoking, over}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        timer.cancel()
        if invoking.done():
            return invoking.result()
        self._late.add(invoking)
        invoking.add_done_callback(self._let_go)
        return FunctionUnavailable(reason=Unavailable.INTEGRATION_TIMEOUT, detail=f"{effect.timeout_ms} ms")

    def _let_go(self, late: asyncio.Future[Any]) -> None:
        self._late.discard(late)
        if not late.cancelled() and late.exception() is None and isinstance(late.result(), FunctionStream):
            # Else the function would wait for somebody to take what it writes.
            late.result().payload.close()


def _may_be_late(effect: InvokeFunction, deployment: Deployment) -> bool:
    """Say whether a function may take longer than its integration waits."""
    function = deployment.function(effect.arn)
    return function is not None and function.timeout_seconds * 1000 > effect.timeout_ms
