"""The driver, stepped by hand: an awaitable that never waits needs no event loop."""

from __future__ import annotations

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
    from collections.abc import Awaitable, Callable

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


def driver(functions: FakeFunctions | None = None, backends: FakeBackends | None = None) -> Driver:
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


def finish(awaitable: WireResponse | Awaitable[WireResponse]) -> WireResponse:
    """Run what never waits for the world to its end."""
    assert not isinstance(awaitable, WireResponse)
    with pytest.raises(StopIteration) as end:
        next(awaitable.__await__())
    found: WireResponse = end.value.value
    return found


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

    found = finish(driver(functions, backends).start(asks_for_streams(), lambda *_: None))

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

    assert finish(driver().start(asks_for_a_head(), heard(notes))).body == b"head"
    assert (hose.told, [type(note.effect) for note in notes]) == (["abandon"], [ReadHead, Discard])


async def asks_for_keys() -> WireResponse:
    return response(f"{await FindIssuerKeys(issuer='https://issuer')}")


def test_keys_of_an_issuer_are_asked_for() -> None:
    notes: list[Exchange] = []

    assert finish(driver().start(asks_for_keys(), heard(notes))).body == (
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

    assert finish(driver().start(asks_for_both_kinds(), heard(notes))).body == b"kept under k"


def test_flow_that_asks_for_nothing_is_answered_at_once() -> None:
    notes: list[Exchange] = []

    answer = driver().start(asks_nothing(), heard(notes))

    assert answer == response("at once")
    assert notes == []


def test_flow_gets_the_answers_of_the_parts_that_perform() -> None:
    functions, backends = FakeFunctions(), FakeBackends()
    notes: list[Exchange] = []

    answer = finish(driver(functions, backends).start(asks_both(), heard(notes)))

    assert answer == response("BackendAnswer FunctionAnswer")
    assert (functions.asked, backends.asked) == ([INVOKE], [CALL])
    assert notes == [
        Exchange(effect=CALL, answer=BACKEND, duration_ms=250.0),
        Exchange(effect=INVOKE, answer=FUNCTION, duration_ms=250.0),
    ]


def test_failure_of_a_backend_is_an_answer() -> None:
    failure = BackendFailure(fault=BackendFault.TIMEOUT)

    answer = finish(driver(backends=FakeBackends(answer=failure)).start(asks_both(), lambda *_: None))

    assert answer == response("BackendFailure FunctionAnswer")


def test_flow_begins_before_anybody_waits() -> None:
    backends = FakeBackends()

    awaitable = driver(backends=backends).start(asks_both(), lambda *_: None)

    assert backends.asked == []
    assert finish(awaitable) == response("BackendAnswer FunctionAnswer")


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
    awaitable = driver().start(flow(), lambda *_: None)
    assert not isinstance(awaitable, WireResponse)

    with pytest.raises(error, match=message):
        next(awaitable.__await__())


def test_what_needs_no_waiting_can_be_asked_without_a_flow() -> None:
    assert driver().answer_now(Recall(space="s", key="k")) == "kept under k"
