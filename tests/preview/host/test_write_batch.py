from __future__ import annotations

import asyncio

from forestage.preview.host.write_batch import WriteBatch


class RecordingTransport(asyncio.Transport):
    def __init__(self, *, is_closing: bool = False) -> None:
        super().__init__()
        self.written: list[bytes] = []
        self._is_closing = is_closing

    def is_closing(self) -> bool:
        return self._is_closing

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written.append(bytes(data))


async def end_of_turn() -> None:
    reached = asyncio.Event()
    asyncio.get_running_loop().call_soon(reached.set)
    await reached.wait()


def test_writes_are_held_back_until_the_end_of_the_turn() -> None:
    async def scenario() -> tuple[list[bytes], list[bytes]]:
        batch, transport = WriteBatch(), RecordingTransport()
        batch.add(transport, b"a")
        batch.add(transport, b"b")
        before = list(transport.written)
        await end_of_turn()
        return before, transport.written

    before, after = asyncio.run(scenario())

    assert before == []
    assert after == [b"a", b"b"]


def test_flush_writes_at_once_and_only_once() -> None:
    async def scenario() -> list[bytes]:
        batch, transport = WriteBatch(), RecordingTransport()
        batch.add(transport, b"a")
        batch.flush()
        await end_of_turn()
        return transport.written

    assert asyncio.run(scenario()) == [b"a"]


def test_a_transport_that_closes_gets_nothing() -> None:
    async def scenario() -> list[bytes]:
        batch, transport = WriteBatch(), RecordingTransport(is_closing=True)
        batch.add(transport, b"a")
        await end_of_turn()
        return transport.written

    assert asyncio.run(scenario()) == []
