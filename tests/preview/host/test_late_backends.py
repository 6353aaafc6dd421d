from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from forestage.preview.engine.effects import BackendFailure, BackendFault, CallBackend, StreamBackend
from forestage.preview.host.backend import BackendClient
from forestage.preview.host.clock import ManualClock
from forestage.preview.host.late_backends import LateBackends

if TYPE_CHECKING:
    from collections.abc import Sequence

NOWHERE = CallBackend(method="GET", url="http://", headers=(), body=b"", timeout_ms=100)


class Maker:
    """Counts the clients that it makes."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> BackendClient:
        self.made += 1
        return BackendClient(clock=ManualClock())


def test_client_is_made_once_and_at_the_first_call() -> None:
    maker = Maker()

    async def scenario() -> Sequence[object]:
        backends = LateBackends(maker)
        assert maker.made == 0
        answers = [await backends.call(NOWHERE), await backends.stream(StreamBackend(call=NOWHERE, idle_ms=1))]
        backends.close()
        return answers

    answers = asyncio.run(scenario())

    assert [answer.fault for answer in answers if isinstance(answer, BackendFailure)] == [
        BackendFault.INVALID_ADDRESS
    ] * 2
    assert maker.made == 1


def test_nothing_is_made_to_be_closed() -> None:
    maker = Maker()

    LateBackends(maker).close()

    assert maker.made == 0
