"""Runs the data plane's coroutines and answers their effects."""

from __future__ import annotations

import asyncio
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
        self.monotonic = monotonic
        self._waiting: set[_Waiting] = set()

    # What is sent into an engine's coroutine has the type of the effect before it, which no signature can say.
    def start(
        self, flow: Coroutine[Effect[Any], Any, WireResponse], hear: Hear
    ) -> WireResponse | asyncio.Future[WireResponse]:
        """Run a flow: to its end where it asks for nothing that is waited for. ``hear`` is told every answer.

        A fault of a part that performs is raised where the flow asked.
        """
        try:
            effect = self.answer_ahead(flow, flow.send(None), hear)
        except StopIteration as end:
            response: WireResponse = end.value
            return response
        waiting = _Waiting(self, flow, hear)
        self._waiting.add(waiting)
        waiting.ask(effect)
        return waiting.ended

    # As for ``start``.
    def answer_now(self, effect: Effect[Any]) -> Any:
        """Answer one of the effects that need no waiting."""
        return self._immediate[type(effect)](effect)

    # As for ``start``.
    def answer_ahead(
        self, flow: Coroutine[Effect[Any], Any, WireResponse], effect: Effect[Any], hear: Hear
    ) -> Effect[Any]:
        """Answer what needs no waiting, from an effect on; return the first one that has to be waited for.

        Raises:
            StopIteration: the flow has ended.
        """
        while (performed := self._immediate.get(type(effect))) is not None:
            try:
                answer = performed(effect)
            except Exception as fault:  # ruff: ignore[blind-except]  (the flow says what becomes of it)
                effect = flow.throw(fault)
            else:
                hear(effect, answer, 0.0)
                effect = flow.send(answer)
        return effect

    def perform(self, effect: Effect[Any]) -> Awaitable[Any]:
        """Begin to answer an effect that has to be waited for."""
        match effect:
            case InvokeFunction():
                return self._functions.invoke(effect)
            case CallBackend():
                return self._backends.call(effect)
            case StreamFunction():
                return self._functions.stream(effect)
            case StreamBackend():
                return self._backends.stream(effect)
            case ReadHead(body=Passage() as body):
                return body.read_head(effect.delimiter, effect.limit_bytes)
            case Discard():
                return effect.body.aclose()
            case FindIssuerKeys():
                return self._issuer_keys.find(effect)
            case _:
                raise NotImplementedError(f"no part of the host answers {type(effect).__name__}")

    def let_go(self, waiting: _Waiting) -> None:
        """Forget a flow that has ended."""
        self._waiting.discard(waiting)


class _Waiting:
    """A flow that waits for the world: every answer takes it further, and ``ended`` has its response.

    It is no task: what answers gives a future, and a task would add turns of the event loop before and behind it.
    """

    __slots__ = ("_began_at", "_driver", "_effect", "_flow", "_hear", "ended")

    # As for the driver.
    def __init__(self, driver: Driver, flow: Coroutine[Effect[Any], Any, WireResponse], hear: Hear) -> None:
        self._driver = driver
        self._flow = flow
        self._hear = hear
        self._effect: Effect[Any]
        self._began_at: float
        self.ended: asyncio.Future[WireResponse] = asyncio.get_running_loop().create_future()

    def ask(self, effect: Effect[Any]) -> None:
        """Have an effect performed, and go on when it is."""
        driver = self._driver
        self._effect, self._began_at = effect, driver.monotonic()
        performed: asyncio.Future[Any]
        try:
            begun = driver.perform(effect)
            # What is one already need not be asked for it: that takes as long as all the rest.
            performed = begun if isinstance(begun, asyncio.Future) else asyncio.ensure_future(begun)
        except Exception as fault:  # ruff: ignore[blind-except]  (as in the driver)
            performed = asyncio.get_running_loop().create_future()
            performed.set_exception(fault)
        performed.add_done_callback(self._go_on)

    # As for the driver.
    def _go_on(self, performed: asyncio.Future[Any]) -> None:
        driver, flow, hear = self._driver, self._flow, self._hear
        try:
            try:
                answer = performed.result()
            except (Exception, asyncio.CancelledError) as fault:  # ruff: ignore[blind-except]  (as in the driver)
                effect = flow.throw(fault)
            else:
                hear(self._effect, answer, (driver.monotonic() - self._began_at) * 1000)
                effect = flow.send(answer)
            effect = driver.answer_ahead(flow, effect, hear)
        except StopIteration as end:
            self._end(end.value, None)
        except (Exception, asyncio.CancelledError) as fault:  # ruff: ignore[blind-except]  (who waits is told)
            self._end(None, fault)
        else:
            self.ask(effect)

    def _end(self, response: WireResponse | None, fault: BaseException | None) -> None:
        self._driver.let_go(self)
        # Who waited may have been cancelled.
        if self.ended.done():
            return
        if fault is not None:
            self.ended.set_exception(fault)
        elif response is not None:
            self.ended.set_result(response)
