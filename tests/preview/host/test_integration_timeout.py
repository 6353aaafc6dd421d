"""Patience with functions; where a test waits for nobody, the timeout is over at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from forestage.model import Deployment
from forestage.model.functions import Function, InlineCode
from forestage.preview.engine.effects import (
    FunctionAnswer,
    FunctionStream,
    FunctionUnavailable,
    InvokeFunction,
    StreamFunction,
    Unavailable,
)
from forestage.preview.engine.wire import BrokenOffError
from forestage.preview.host.clock import ManualClock, SystemClock
from forestage.preview.host.integration_timeout import Patience
from forestage.preview.host.passage import Passage

ANSWER = FunctionAnswer(payload=b"{}")


class Hose:
    """Notes whether somebody takes what it has."""

    def __init__(self) -> None:
        self.is_abandoned = False

    def pause(self) -> None:
        """Never needed here."""

    def resume(self) -> None:
        """Never needed here."""

    def abandon(self) -> None:
        self.is_abandoned = True


SLOW = Deployment(
    functions=(Function(logical_id="F", name="f", arn="arn:f", code=InlineCode(text=""), timeout_seconds=60),)
)


@dataclass
class Functions:
    """Answers once it may."""

    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    hose: Hose = field(default_factory=Hose)

    async def invoke(self, effect: InvokeFunction) -> FunctionAnswer:
        del effect
        await self.may_answer.wait()
        self.answered.set()
        return ANSWER

    async def stream(self, effect: StreamFunction) -> FunctionStream:
        await self.invoke(effect.invocation)
        passage = Passage(self.hose)
        passage.feed(b"one")
        return FunctionStream(payload=passage)


def call(*, timeout_ms: int, arn: str = "arn:f") -> InvokeFunction:
    return InvokeFunction(arn=arn, payload=b"", request_id="r", trace_id="", source_arn="", timeout_ms=timeout_ms)


def test_answer_in_time_is_the_answer() -> None:
    async def invoke() -> FunctionAnswer | FunctionUnavailable:
        functions = Functions()
        functions.may_answer.set()
        return await Patience(SystemClock()).invoke(call(timeout_ms=29_000), functions, SLOW)

    assert asyncio.run(invoke()) == ANSWER


def test_function_that_is_too_slow_goes_on() -> None:
    async def invoke() -> FunctionAnswer | FunctionUnavailable:
        functions, patience = Functions(), Patience(SystemClock())
        answer = await patience.invoke(call(timeout_ms=0), functions, SLOW)
        functions.may_answer.set()
        await functions.answered.wait()
        return answer

    assert asyncio.run(invoke()) == FunctionUnavailable(reason=Unavailable.INTEGRATION_TIMEOUT, detail="0 ms")


def test_function_that_ends_before_the_timeout_is_not_watched() -> None:
    async def invoke() -> FunctionAnswer | FunctionUnavailable:
        functions = Functions()
        functions.may_answer.set()
        return await Patience(SystemClock()).invoke(call(timeout_ms=60_000), functions, SLOW)

    assert asyncio.run(invoke()) == ANSWER


def test_function_that_is_none_is_left_to_who_runs_functions() -> None:
    async def invoke() -> FunctionAnswer | FunctionUnavailable:
        functions = Functions()
        functions.may_answer.set()
        return await Patience(SystemClock()).invoke(call(timeout_ms=0, arn="arn:other"), functions, SLOW)

    assert asyncio.run(invoke()) == ANSWER


def stream(*, timeout_ms: int, idle_ms: int = 300_000) -> StreamFunction:
    return StreamFunction(invocation=call(timeout_ms=timeout_ms), idle_ms=idle_ms)


@pytest.mark.parametrize(
    ("timeout_ms", "idle_ms", "told"),
    [(60_000, 5_000, "nothing came for 5 seconds"), (3_000, 5_000, "the integration's timeout is over")],
    ids=["idle", "over"],
)
def test_stream_is_cut_within_its_times(timeout_ms: int, idle_ms: int, told: str) -> None:
    async def invoke() -> bool:
        functions, clock = Functions(), ManualClock()
        functions.may_answer.set()
        effect = stream(timeout_ms=timeout_ms, idle_ms=idle_ms)
        answer = await Patience(clock).stream(effect, functions, SLOW)
        assert isinstance(answer, FunctionStream)
        pieces = aiter(answer.payload)
        assert await anext(pieces) == b"one"
        clock.advance(5)
        with pytest.raises(BrokenOffError, match=told):
            await anext(pieces)
        return functions.hose.is_abandoned

    assert asyncio.run(invoke())


def test_stream_that_begins_too_late_is_let_go() -> None:
    async def invoke() -> FunctionAnswer | FunctionStream | FunctionUnavailable:
        functions, patience = Functions(), Patience(SystemClock())
        answer = await patience.stream(stream(timeout_ms=0), functions, SLOW)
        functions.may_answer.set()
        await functions.answered.wait()
        # The answer is there when the loop has gone round.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert functions.hose.is_abandoned
        return answer

    assert asyncio.run(invoke()) == FunctionUnavailable(reason=Unavailable.INTEGRATION_TIMEOUT, detail="0 ms")
