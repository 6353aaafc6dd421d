from __future__ import annotations

import asyncio
from struct import Struct
from typing import TYPE_CHECKING

import pytest

from forestage.preview.host.lambdas.channel import Invocation
from forestage.preview.host.lambdas.frames import FrameChannel
from tests.preview.host.lambdas.heard import Heard, Written

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = Struct(">BII")


def frame(kind: int, body: bytes = b"", head: bytes = b"") -> bytes:
    return HEADER.pack(kind, len(head), len(body)) + head + body


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def transport() -> Written:
    return Written()


@pytest.fixture
def channel(heard: Heard, transport: Written) -> FrameChannel:
    channel = FrameChannel(heard)
    channel.connection_made(transport)
    return channel


STREAM = (
    frame(1)
    + frame(2, b"{}")
    + frame(3, b"[]")
    + frame(4, b"1", b"Mine")
    + frame(5)
    + frame(6, b"part")
    + frame(7)
    + frame(2, b"x" * 300)
)
EVENTS = [
    ("ready",),
    ("result", b"{}"),
    ("error", b"[]"),
    ("init error", b"1", "Mine"),
    ("too large",),
    ("piece", b"part"),
    ("ended",),
    ("result", b"x" * 300),
]


def pieces(size: int) -> Iterator[bytes]:
    for at in range(0, len(STREAM), size):
        yield STREAM[at : at + size]


@pytest.mark.parametrize("size", [1, 2, 5, 9, 10, 13, 64, 311, len(STREAM)])
def test_frames_are_told_however_they_are_cut(size: int, channel: FrameChannel, heard: Heard) -> None:
    for piece in pieces(size):
        channel.data_received(piece)

    assert heard.events == EVENTS


def test_function_that_streams_can_be_made_to_wait(channel: FrameChannel, transport: Written) -> None:
    channel.pause()
    rested = transport.rests
    channel.resume()

    assert (rested, transport.rests) == (True, False)


def test_wire_that_is_not_open_or_closes_needs_not_wait(transport: Written) -> None:
    channel = FrameChannel(Heard())
    channel.pause()
    channel.resume()
    channel.connection_made(transport)
    channel.close()
    channel.pause()
    channel.resume()

    assert not transport.rests


def test_invocation_is_written_at_once(channel: FrameChannel, transport: Written) -> None:
    loop = asyncio.new_event_loop()
    invocation = Invocation(request_id="id", arn="arn", trace_id="Root=é", payload=b"{}", answer=loop.create_future())
    loop.close()

    channel.send(invocation, 17)

    assert transport.data == frame(1, b"{}", "id\n17\narn\nRoot=é".encode())


def test_end_of_the_stream_is_told_before_the_connection_is_lost(channel: FrameChannel, heard: Heard) -> None:
    channel.eof_received()
    channel.connection_lost(None)

    assert heard.events == [("closed",)]


def test_invocation_for_a_closing_wire_is_left_to_the_end_of_the_process(
    channel: FrameChannel, transport: Written
) -> None:
    loop = asyncio.new_event_loop()
    invocation = Invocation(request_id="id", arn="arn", trace_id="", payload=b"{}", answer=loop.create_future())
    loop.close()
    transport.abort()

    channel.send(invocation, 17)

    assert transport.data == b""


@pytest.mark.parametrize(
    "garbage",
    [frame(9), HEADER.pack(2, 0, 2**31), HEADER.pack(2, 2**20, 0), b"HTTP/1.1 200 OK"],
    ids=["unknown-kind", "huge-body", "huge-head", "text"],
)
def test_garbage_closes_the_channel(garbage: bytes, channel: FrameChannel, heard: Heard, transport: Written) -> None:
    channel.data_received(garbage)

    assert heard.events == [("closed",)]
    assert transport.is_aborted


def test_end_of_the_process_is_told_once(channel: FrameChannel, heard: Heard) -> None:
    channel.connection_lost(None)
    channel.connection_lost(None)

    assert heard.events == [("closed",)]


def test_nothing_is_told_after_the_channel_was_closed(channel: FrameChannel, heard: Heard) -> None:
    channel.close()
    channel.data_received(frame(2, b"{}"))
    channel.connection_lost(None)

    assert heard.events == []


def test_channel_closed_before_it_was_opened_drops_its_connection(heard: Heard, transport: Written) -> None:
    channel = FrameChannel(heard)

    channel.close()
    asyncio.run(channel.wait_closed())
    channel.connection_made(transport)

    assert transport.is_aborted
