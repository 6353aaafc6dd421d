"""Bodies on their way: order, bounds, ends; time stands unless a test advances it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.engine.effects import Head
from forestage.preview.engine.wire import BrokenOffError
from forestage.preview.host.clock import ManualClock
from forestage.preview.host.passage import MAX_WAITING_BYTES, Passage

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence

T = TypeVar("T")

DELIMITER = bytes(8)
LIMIT = 64


@dataclass
class Source:
    """Notes what it is told."""

    told: list[str] = field(default_factory=list)

    def pause(self) -> None:
        self.told.append("pause")

    def resume(self) -> None:
        self.told.append("resume")

    def abandon(self) -> None:
        self.told.append("abandon")


async def taken(passage: Passage) -> tuple[list[bytes], str | None]:
    """Take all pieces, and say why the rest did not come."""
    pieces: list[bytes] = []
    try:
        while True:
            pieces.append(await anext(passage))
    except StopAsyncIteration:
        return pieces, None
    except BrokenOffError as error:
        return pieces, str(error)


def run(work: Coroutine[object, object, T]) -> T:
    return asyncio.run(work)


async def turns(number: int = 3) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def test_pieces_that_wait_are_taken_as_one() -> None:
    async def scenario() -> tuple[list[bytes], str | None]:
        passage = Passage(Source())
        passage.feed(b"one")
        passage.feed(b"")
        passage.feed(b"two")
        passage.finish()
        return await taken(passage)

    assert run(scenario()) == ([b"onetwo"], None)


def test_pieces_are_handed_on_as_they_come() -> None:
    async def scenario() -> tuple[list[bytes], str | None]:
        passage = Passage(Source())
        taking = asyncio.create_task(taken(passage))
        for piece in (b"one", b"two"):
            await turns()
            passage.feed(piece)
        await turns()
        passage.finish()
        return await taking

    assert run(scenario()) == ([b"one", b"two"], None)


def test_what_came_is_handed_on_before_a_break_is_told() -> None:
    async def scenario() -> tuple[list[bytes], str | None]:
        passage = Passage(Source())
        passage.feed(b"one")
        passage.break_off("it is gone")
        passage.break_off("again")
        passage.feed(b"late")
        return await taken(passage)

    assert run(scenario()) == ([b"one"], "it is gone")


def test_source_rests_while_much_waits() -> None:
    async def scenario() -> list[str]:
        source = Source()
        passage = Passage(source)
        for _ in range(3):
            passage.feed(b"x" * MAX_WAITING_BYTES)
        before = list(source.told)
        await anext(passage)
        passage.feed(b"y")
        return [*before, *source.told]

    assert run(scenario()) == ["pause", "pause", "resume"]


def test_who_wants_no_more_is_told_to_the_source_once() -> None:
    async def scenario() -> tuple[list[str], tuple[list[bytes], str | None]]:
        source = Source()
        passage = Passage(source)
        passage.feed(b"one")
        await passage.aclose()
        await passage.aclose()
        return source.told, await taken(passage)

    assert run(scenario()) == (["abandon"], ([], None))


def test_end_is_not_told_to_the_source() -> None:
    async def scenario() -> list[str]:
        source = Source()
        passage = Passage(source)
        passage.feed(b"x" * (MAX_WAITING_BYTES + 1))
        passage.finish()
        await taken(passage)
        await passage.aclose()
        return source.told

    assert run(scenario()) == ["pause"]


# -- time ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        pytest.param([(5, b"")], "nothing came for 5 seconds", id="idle"),
        pytest.param([(4, b"a"), (4, b"b"), (5, b"")], "nothing came for 5 seconds", id="idle-later"),
        pytest.param([(4, b"a"), (4, b"b"), (2, b"")], "the integration's timeout is over", id="over"),
    ],
)
def test_body_is_cut_when_it_is_late(steps: Sequence[tuple[float, bytes]], told: str) -> None:
    async def scenario() -> tuple[str | None, list[str]]:
        source, clock = Source(), ManualClock()
        passage = Passage(source)
        passage.limit(clock, seconds=10 if told.startswith("the") else 100, idle_seconds=5)
        for seconds, piece in steps:
            clock.advance(seconds)
            passage.feed(piece)
        _, broken = await taken(passage)
        return broken, source.told

    assert run(scenario()) == (told, ["abandon"])


def test_source_that_has_to_rest_is_not_idle() -> None:
    async def scenario() -> str | None:
        clock = ManualClock()
        passage = Passage(Source())
        passage.limit(clock, seconds=100, idle_seconds=5)
        passage.feed(b"x" * (MAX_WAITING_BYTES + 1))
        clock.advance(50)
        await anext(passage)
        clock.advance(4)
        passage.finish()
        clock.advance(100)
        return (await taken(passage))[1]

    assert run(scenario()) is None


def test_body_that_has_ended_has_no_limit() -> None:
    async def scenario() -> str | None:
        clock = ManualClock()
        passage = Passage(Source())
        passage.finish()
        passage.limit(clock, seconds=1, idle_seconds=1)
        clock.advance(5)
        return (await taken(passage))[1]

    assert run(scenario()) is None


# -- heads --------------------------------------------------------------------------------------------------------


@given(
    content=st.binary(max_size=40).filter(lambda content: b"\0" not in content),
    payload=st.binary(max_size=40),
    cuts=st.lists(st.integers(min_value=0, max_value=88), max_size=5),
)
def test_head_is_read_however_the_body_is_cut(content: bytes, payload: bytes, cuts: list[int]) -> None:
    whole = content + DELIMITER + payload
    edges = sorted({0, *(cut for cut in cuts if cut < len(whole)), len(whole)})

    async def scenario() -> tuple[Head, bytes]:
        passage = Passage(Source())
        reading = asyncio.create_task(passage.read_head(DELIMITER, LIMIT))
        for begin, end in pairwise(edges):
            passage.feed(whole[begin:end])
            await turns(2)
        passage.finish()
        head = await reading
        pieces, _ = await taken(passage)
        return head, b"".join(pieces)

    assert run(scenario()) == (Head(content=content, is_whole=True), payload)


@pytest.mark.parametrize(
    ("content", "broken", "expected"),
    [
        pytest.param(b"{}", None, Head(content=b"{}", is_whole=False), id="ended"),
        pytest.param(b"{}", "gone", Head(content=b"{}", is_whole=False, broken="gone"), id="broken"),
        pytest.param(b"x" * 70, None, Head(content=b"x" * LIMIT, is_whole=False), id="too-long"),
        pytest.param(b"x" * 60 + DELIMITER, None, Head(content=b"x" * 60 + bytes(4), is_whole=False), id="late"),
    ],
)
def test_head_without_its_delimiter_is_not_whole(content: bytes, broken: str | None, expected: Head) -> None:
    async def scenario() -> Head:
        passage = Passage(Source())
        passage.feed(content)
        if broken is None:
            passage.finish()
        else:
            passage.break_off(broken)
        return await passage.read_head(DELIMITER, LIMIT)

    assert run(scenario()) == expected
