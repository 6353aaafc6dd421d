"""Runs the data plane's coroutines and answers their effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    CallBackend,
    Effect,
    FunctionAnswer,
    FunctionUnavailable,
    InvokeFunction,
)
from forestage.preview.trace import Exchange

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from forestage.preview.engine.wire import WireResponse


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


class Driver:
    """Answers effects with the parts of the host that perform them."""

    def __init__(self, *, functions: Functions, backends: Backends) -> None:
        self._functions = functions
        self._backends = backends

    # What is sent into an engine's coroutine has the type of the effect before it, which no signature can say.
    def start(
        self, flow: Coroutine[Effect[Any], Any, WireResponse], note: Callable[[Exchange], None]
    ) -> WireResponse | Awaitable[WireResponse]:
        """Run a flow: to its end where it asks for nothing, else until it waits."""
        try:
            effect = flow.send(None)
        except StopIteration as end:
            response: WireResponse = end.value
            return response
        return self._answer(flow, effect, note)

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
        match effect:
            case InvokeFunction():
                return await self._functions.invoke(effect)
            case CallBackend():
                return await self._backends.call(effect)
            case _:
                raise NotImplementedError(f"no part of the host answers {type(effect).__name__}")
