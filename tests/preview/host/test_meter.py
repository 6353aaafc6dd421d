from __future__ import annotations

from itertools import count

import pytest

from forestage.preview.engine.wire import BrokenOffError
from forestage.preview.host.meter import Meter
from forestage.preview.trace import Streamed
from tests.cases.script import ScriptedBody, whole


class Metered:
    """A body that is counted, by a clock that passes a second a look."""

    def __init__(self, *pieces: bytes, broken: str | None = None) -> None:
        self.streamed = Streamed()
        self.ends = 0
        self.body = ScriptedBody(*pieces, broken=broken)
        self.meter = Meter(self.body, self.streamed, now=count(1.0).__next__, since=0.5, on_end=self.end)

    def end(self) -> None:
        self.ends += 1

    def close(self) -> None:
        with pytest.raises(StopIteration):
            self.meter.aclose().send(None)


def test_bytes_and_first_byte_are_counted() -> None:
    metered = Metered(b"one", b"four")

    assert whole(metered.meter) == b"onefour"
    assert metered.streamed == Streamed(body_bytes=7, first_byte_ms=500.0, ended="whole")
    assert metered.ends == 1


def test_break_is_told_and_passed_on() -> None:
    metered = Metered(b"one", broken="it is gone")

    with pytest.raises(BrokenOffError, match="it is gone"):
        whole(metered.meter)

    assert (metered.streamed.ended, metered.ends) == ("broken off: it is gone", 1)


def test_who_wants_no_more_closes_the_body() -> None:
    metered = Metered(b"one")

    metered.close()
    metered.close()

    assert metered.body.is_closed
    assert (metered.streamed.ended, metered.ends) == ("the client wanted no more", 1)


def test_end_is_told_once() -> None:
    metered = Metered()

    whole(metered.meter)
    metered.close()

    assert (metered.streamed, metered.ends) == (Streamed(ended="whole"), 1)
