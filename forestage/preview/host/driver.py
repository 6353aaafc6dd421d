"""Runs the data plane's coroutines and answers their effects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendStream,
    CallBackend,
    Discard,
    Effect,
    FindApiKey,
    FindIssuerKeys,
    Forget,
    FunctionAnswer,
    FunctionStream,
    FunctionUnavailable,
    InvokeFunction,
    KeysUnavailable,
    ReadHead,
    Recall,
    Remember,
    Spend,
    StreamBackend,
    StreamFunction,
)
from forestage.preview.host.passage import Passage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping

    from forestage.preview.engine.wire import WireResponse
    from forestage.preview.host.caches import Caches
    from forestage.preview.host.key_ring import KeyRing
    from forestage.preview.host.ledger import Ledger
    from forestage.preview.trace import Hear
    from forestage.tokens import KeySet


class Functions(Protocol):
    """What runs functions."""

    def invoke(self, effect: InvokeFunction) -> Awaitable[FunctionAnswer | FunctionUnavailable]:
        """Run a function; a failure of any kind is an answer."""
        ...

    def stream(self, effect: StreamFunction) -> Awaitable[FunctionAnswer | FunctionStream | FunctionUnavailable]:
        """Run a function whose answer may come piece by piece."""
        ...


class Backends(Protocol):
    """What calls HTTP backends."""

    def call(self, effect: CallBackend) -> Awaitable[BackendAnswer | BackendFailure]:
        """Send a request; a failure of any kind is an answer."""
        ...

    def stream(self, effect: StreamBackend) -> Awaitable[BackendStream | BackendFailure]:
        """Send a request whose answer comes as the backend sends it."""
        ...


class IssuerKeys(Protocol):
    """What knows the keys of issuers."""

    def find(self, effect: FindIssuerKeys) -> Awaitable[KeySet | KeysUnavailable]:
        """Find the keys of an issuer; a failure of any kind is an answer."""
        ...


# As in the driver's own table.
def immediate_answers(
    caches: Caches, keys: KeyRing, ledger: Ledger
) -> Mapping[type[Effect[Any]], Callable[[Any], Any]]:
    """Say what answers the effects that need no waiting."""
    return {
        Recall: caches.recall,
        Remember: caches.remember,
        Forget: caches.forget,
        FindApiKey: keys.find,
        Spend: ledger.spend,
    }


class Driver:
    """Answers effects with the parts of the host that perform them.

    ``immediate`` is by type of effect what answers it at once; a flow that asks for no other is never waited for.
    ``monotonic`` is a clock in seconds: what is waited for is measured.
    """

    # Each effect has the type of its own answer, which one table for all cannot say.
    def __init__(
        self,
        *,
        functions: Functions,
        backends: Backends,
        issuer_keys: IssuerKeys,
        immediate: Mapping[type[Effect[Any]], Callable[[Any], Any]],
        monotonic: Callable[[], float],
    ) -> None:
        self._functions = functions
        self._backends = backends
        self._issuer_keys = issuer_keys
        self._immediate = immediate
        self._monotonic = monotonic

    # What is sent into an engine's coroutine has the type of the effect before it, which no signature can say.
    def start(
        self, flow: Coroutine[Effect[Any], Any, WireResponse], hear: Hear
    ) -> WireResponse | Awaitable[WireResponse]:
        """Run a flow: to its end where it asks for nothing, else until it waits. ``hear`` is told every answer."""
        answer = None
        try:
            while True:
                effect = flow.send(answer)
                performed = self._immediate.get(type(effect))
                if performed is None:
                    return self._answer(flow, effect, hear)
                answer = performed(effect)
                hear(effect, answer, 0.0)
        except StopIteration as end:
            response: WireResponse = end.value
            return response

    # As for ``start``.
    def answer_now(self, effect: Effect[Any]) -> Any:
        """Answer one of the effects that need no waiting."""
        return self._immediate[type(effect)](effect)

    async def _answer(
        self,
        flow: Coroutine[Effect[Any], Any, WireResponse],
        effect: Effect[Any],
        hear: Hear,
    ) -> WireResponse:
        while True:
            began_at = self._monotonic()
            answer = await self._perform(effect)
            hear(effect, answer, (self._monotonic() - began_at) * 1000)
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
            case StreamFunction():
                return await self._functions.stream(effect)
            case StreamBackend():
                return await self._backends.stream(effect)
            case ReadHead(body=Passage() as body):
                return await body.read_head(effect.delimiter, effect.limit_bytes)
            case Discard():
                return await effect.body.aclose()
            case FindIssuerKeys():
                return await self._issuer_keys.find(effect)
            case _:
                raise NotImplementedError(f"no part of the host answers {type(effect).__name__}")
