"""Runs the data plane's coroutines and answers their effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    CallBackend,
    Effect,
    Forget,
    FunctionAnswer,
    FunctionUnavailable,
    InvokeFunction,
    Recall,
    Remember,
)
from forestage.preview.trace import Exchange

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from forestage.preview.engine.wire import WireResponse
    from forestage.preview.host.caches import Caches


class Functions(Protocol):
    """What runs functions."""

    def invoke(self, effect: InvokeFunction) -> Awaitable[FunctionAnswer | FunctionUnavailable]:
        """Run a function; a failure of any kind is an answer."""
        ...


class Backends(Protocol):
    """What calls HTTP backends."""

    def call(self, effect: CallBackend) -> Awaitable[BackendAnswer | BackendFailure]:
        """Send a request; a failure of any kind is an answer."""
        ...


# As in the driver's own table.
def immediate_answers(caches: Caches) -> Mapping[type[Effect[Any]], Callable[[Any], Any]]:
    """Say what answers the effects that need no waiting."""
    return {Recall: caches.recall, Remember: caches.remember, Forget: caches.forget}


class Driver:
    """Answers effects with the parts of the host that perform them.

    ``immediate`` is by type of effect what answers it at once; a flow that asks for no other is never waited for.
    """

    # Each effect has the type of its own answer, which one table for all cannot say.
    def __init__(
        self,
        *,
        functions: Functions,
        backends: Backends,
        immediate: Mapping[type[Effect[Any]], Callable[[Any], Any]],
    ) -> None:
        self._functions = functions
        self._backends = backends
        self._immediate = immediate

    # What is sent into an engine's coroutine has the type of the effect before it, which no signature can say.
    def start(
        self, flow: Coroutine[Effect[Any], Any, WireResponse], note: Callable[[Exchange], None]
    ) -> WireResponse | Awaitable[WireResponse]:
        """Run a flow: to its end where it asks for nothing, else until it waits."""
        answer = None
        try:
            while True:
                effect = flow.send(answer)
                performed = self._immediate.get(type(effect))
                if performed is None:
                    return self._answer(flow, effect, note)
                answer = performed(effect)
                note(Exchange(effect=effect, answer=answer))
        except StopIteration as end:
            response: WireResponse = end.value
            return response

    async def _answer(
        self,
        flow: Coroutine[Effect[Any], Any, WireResponse],
        effect: Effect[Any],
        note: Callable[[Exchange], None],
    ) -> WireResponse:
        while True:
            answer = await self._perform(effect)
            note(Exchange(effect=effect, answer=answer))
            try:
                effect = flow.send(answer)
            except StopIteration as end:
                response: WireResponse = end.value
                return response

    async def _perform(self, effect: Effect[Any]) -> Any:
        performed = self._immediate.get(type(effect))
        if performed is not None:
            return performed(effect)
        match effect:
            case InvokeFunction():
                return await self._functions.invoke(effect)
            case CallBackend():
                return await self._backends.call(effect)
            case _:
                raise NotImplementedError(f"no part of the host answers {type(effect).__name__}")
