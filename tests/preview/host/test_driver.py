"""The driver: what it answers at once, and what it has others answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    BackendStream,
    CallBackend,
    Discard,
    Effect,
    FindIssuerKeys,
    FunctionAnswer,
    FunctionStream,
    InvokeFunction,
    KeysUnavailable,
    ReadHead,
    Recall,
    StreamBackend,
    StreamFunction,
)
from forestage.preview.engine.wire import WireResponse
from forestage.preview.host.driver import Driver
from forestage.preview.host.passage import Passage
from forestage.preview.trace import Exchange
from tests.cases.script import ScriptedBody

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

CALL = CallBackend(method="GET", url="http://backend.example/", headers=(), body=b"", timeout_ms=100)
INVOKE = InvokeFunction(arn="arn", payload=b"{}", request_id="id", trace_id="trace", source_arn="source")
BACKEND = BackendAnswer(status=200, headers=(), body=b"words")
FUNCTION = FunctionAnswer(payload=b"result")


@dataclass
class FakeFunctions:
    answer: FunctionAnswer = FUNCTION
    asked: list[InvokeFunction] = field(default_factory=list)

    async def invoke(self, effect: InvokeFunction) -> FunctionAnswer:
        self.asked.append(effect)
        return self.answer

    async def stream(self, effect: StreamFunction) -> FunctionStream:
        self.asked.append(effect.invocation)
        return FunctionStream(payload=ScriptedBody(b"in pieces"))


@dataclass
class FakeBackends:
    answer: BackendAnswer | BackendFailure = BACKEND
    asked: list[CallBackend] = field(default_factory=list)

    async def call(self, effect: CallBackend) -> BackendAnswer | BackendFailure:
        self.asked.append(effect)
        return self.answer

    async def stream(self, effect: StreamBackend) -> BackendStream:
        self.asked.append(effect.call)
        return BackendStream(status=206, headers=(), body=ScriptedBody(b"in pieces"))


class NoKeys:
    async def find(self, effect: FindIssuerKeys) -> KeysUnavailable:
        return KeysUnavailable(detail=f"no keys of {effect.issuer}")


def driver(functions: FakeFunctions | None = None, backends: FakeBackends | PromptBackends | None = None) -> Driver:
    return Driver(
        functions=functions or FakeFunctions(),
        backends=backends or FakeBackends(),
        issuer_keys=NoKeys(),
        immediate={Recall: lambda effect: f"kept under {effect.key}"},
        monotonic=count(step=0.25).__next__,
    )


# Answers are of the type of what they answer.
def heard(notes: list[Exchange]) -> Callable[[Effect[Any], Any, float], None]:
    """Note what is heard."""

    def hear(effect: Effect[Any], answer: Any, duration_ms: float) -> None:
        notes.append(Exchange(effect=effect, answer=answer, duration_ms=duration_ms))

    return hear


def response(text: str) -> WireResponse:
    return WireResponse(status=200, headers=(), body=text.encode())


# Answers are of the type of what they answer.
def finish(
    driving: Driver,
    flow: Coroutine[Any, Any, WireResponse],
    hear: Callable[[Effect[Any], Any, float], None] = lambda *_: None,
) -> WireResponse:
    """Run a flow that has to wait to its end."""

    async def begin_and_wait() -> WireResponse:
        ended = driving.start(flow, hear)
        assert isinstance(ended, asyncio.Future)
        return await ended

    return asyncio.run(begin_and_wait())


async def asks_nothing() -> WireResponse:  # ruff: ignore[unused-async]  (a flow is a coroutine)
    return response("at once")


async def asks_both() -> WireResponse:
    called = await CALL
    invoked = await INVOKE
    return response(f"{type(called).__name__} {type(invoked).__name__}")


async def asks_for_streams() -> WireResponse:
    called = await StreamBackend(call=CALL, idle_ms=1)
    invoked = await StreamFunction(invocation=INVOKE, idle_ms=1)
    return response(f"{type(called).__name__} {type(invoked).__name__}")


def test_streams_are_begun_by_who_calls_and_invokes() -> None:
    functions, backends = FakeFunctions(), FakeBackends()

    found = finish(driver(functions, backends), asks_for_streams())

    assert found.body == b"BackendStream FunctionStream"
    assert (functions.asked, backends.asked) == ([INVOKE], [CALL])


class Hose:
    """Notes whether somebody takes what it has."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def pause(self) -> None:
        self.told.append("pause")

    def resume(self) -> None:
        self.told.append("resume")

    def abandon(self) -> None:
        self.told.append("abandon")


def test_head_of_a_body_is_read_and_the_rest_let_go() -> None:
    hose, notes = Hose(), list[Exchange]()
    body = Passage(hose)
    body.feed(b"head|rest")

    async def asks_for_a_head() -> WireResponse:
        head = await ReadHead(body=body, delimiter=b"|", limit_bytes=10)
        await Discard(body=body)
        return response(head.content.decode())

    assert finish(driver(), asks_for_a_head(), heard(notes)).body == b"head"
    assert (hose.told, [type(note.effect) for note in notes]) == (["abandon"], [ReadHead, Discard])


async def asks_for_keys() -> WireResponse:
    return response(f"{await FindIssuerKeys(issuer='https://issuer')}")


def test_keys_of_an_issuer_are_asked_for() -> None:
    notes: list[Exchange] = []

    assert finish(driver(), asks_for_keys(), heard(notes)).body == (
        b"KeysUnavailable(detail='no keys of https://issuer')"
    )


async def asks_for_what_is_kept() -> WireResponse:
    return response(f"{await Recall(space='s', key='k')}")


async def asks_for_both_kinds() -> WireResponse:
    await CALL
    return response(f"{await Recall(space='s', key='k')}")


def test_flow_that_asks_for_what_is_kept_is_answered_at_once() -> None:
    notes: list[Exchange] = []

    answered = driver().start(asks_for_what_is_kept(), heard(notes))

    assert isinstance(answered, WireResponse)
    assert answered.body == b"kept under k"
    assert notes == [Exchange(effect=Recall(space="s", key="k"), answer="kept under k")]


def test_flow_may_ask_for_what_is_kept_after_it_waited() -> None:
    notes: list[Exchange] = []

    assert finish(driver(), asks_for_both_kinds(), heard(notes)).body == b"kept under k"


def test_flow_that_asks_for_nothing_is_answered_at_once() -> None:
    notes: list[Exchange] = []

    answer = driver().start(asks_nothing(), heard(notes))

    assert answer == response("at once")
    assert notes == []


def test_flow_gets_the_answers_of_the_parts_that_perform() -> None:
    functions, backends = FakeFunctions(), FakeBackends()
    notes: list[Exchange] = []

    answer = finish(driver(functions, backends), asks_both(), heard(notes))

    assert answer == response("BackendAnswer FunctionAnswer")
    assert (functions.asked, backends.asked) == ([INVOKE], [CALL])
    assert notes == [
        Exchange(effect=CALL, answer=BACKEND, duration_ms=250.0),
        Exchange(effect=INVOKE, answer=FUNCTION, duration_ms=250.0),
    ]


def test_failure_of_a_backend_is_an_answer() -> None:
    failure = BackendFailure(fault=BackendFault.TIMEOUT)

    answer = finish(driver(backends=FakeBackends(answer=failure)), asks_both())

    assert answer == response("BackendFailure FunctionAnswer")


@dataclass
class PromptBackends:
    """Backends that are called before anybody waits for them, as the client does it."""

    asked: list[CallBackend] = field(default_factory=list)

    def call(self, effect: CallBackend) -> Awaitable[BackendAnswer | BackendFailure]:
        self.asked.append(effect)
        return FakeBackends().call(effect)

    def stream(self, effect: StreamBackend) -> Awaitable[BackendStream]:
        return FakeBackends().stream(effect)


def test_what_a_flow_asks_for_is_begun_before_anybody_waits() -> None:
    backends = PromptBackends()

    async def scenario() -> list[CallBackend]:
        ended = driver(backends=backends).start(asks_both(), lambda *_: None)
        begun = list(backends.asked)
        assert isinstance(ended, asyncio.Future)
        await ended
        return begun

    assert asyncio.run(scenario()) == [CALL]


def test_flow_whose_client_gave_up_goes_on() -> None:
    async def scenario() -> str:
        gone_on = asyncio.Event()

        async def asks_and_goes_on() -> WireResponse:
            found = await asks_both()
            gone_on.set()
            return found

        ended = driver().start(asks_and_goes_on(), lambda *_: None)
        assert isinstance(ended, asyncio.Future)
        ended.cancel()
        await gone_on.wait()
        return "cancelled" if ended.cancelled() else "answered"

    assert asyncio.run(scenario()) == "cancelled"


@dataclass(frozen=True)
class AskTheStars(Effect[str]):
    """An effect that no part of the host knows."""


async def asks_the_stars() -> WireResponse:
    return response(await AskTheStars())


async def fails() -> WireResponse:
    await CALL
    raise ZeroDivisionError("of ours")


# A flow is a coroutine of effects of any type.
@pytest.mark.parametrize(
    ("flow", "error", "message"),
    [
        (asks_the_stars, NotImplementedError, "no part of the host answers AskTheStars"),
        (fails, ZeroDivisionError, "of ours"),
    ],
    ids=["unknown-effect", "defect"],
)
def test_defects_are_not_hidden(flow: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        finish(driver(), flow())


class Broken:
    """Parts that fail: at once, on the way, and by being cancelled."""

    def call(self, effect: CallBackend) -> Awaitable[BackendAnswer | BackendFailure]:
        raise ZeroDivisionError(effect.method)

    async def stream(self, effect: StreamBackend) -> BackendStream:
        raise ZeroDivisionError(effect.call.url)

    async def find(self, effect: FindIssuerKeys) -> KeysUnavailable:
        raise asyncio.CancelledError(effect.issuer)

    def recall(self, effect: Recall) -> object:
        raise ZeroDivisionError(effect.space)


@pytest.mark.parametrize(
    ("effect", "fault"),
    [
        (CALL, "ZeroDivisionError: GET"),
        (StreamBackend(call=CALL, idle_ms=1), "ZeroDivisionError: http://backend.example/"),
        (FindIssuerKeys(issuer="https://issuer"), "CancelledError: https://issuer"),
        (Recall(space="s", key="k"), "ZeroDivisionError: s"),
    ],
    ids=["at-once", "on-the-way", "cancelled", "immediate"],
)
def test_fault_of_who_performs_is_raised_where_the_flow_asked(effect: Effect[Any], fault: str) -> None:
    broken = Broken()
    driving = Driver(
        functions=FakeFunctions(),
        backends=broken,
        issuer_keys=broken,
        immediate={Recall: broken.recall},
        monotonic=count().__next__,
    )

    async def asks() -> WireResponse:
        told = "nothing"
        try:
            await effect
        except (ZeroDivisionError, asyncio.CancelledError) as error:
            told = f"{type(error).__name__}: {error}"
        # The flow goes on, and may wait again.
        return response(f"{told}, then {type(await INVOKE).__name__}")

    assert finish(driving, asks()).body == f"{fault}, then FunctionAnswer".encode()


def test_what_needs_no_waiting_can_be_asked_without_a_flow() -> None:
    assert driver().answer_now(Recall(space="s", key="k")) == "kept under k"
