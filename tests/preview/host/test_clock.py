from __future__ import annotations

import asyncio
import time

import pytest

from forestage.preview.host.clock import AdjustableClock, ManualClock, Reading, SystemClock


def test_manual_clock_stands_until_advanced() -> None:
    clock = ManualClock(now=100.0)

    before = clock.now(), clock.monotonic()
    clock.advance(2.5)

    assert (before, clock.now(), clock.monotonic()) == ((100.0, 0.0), 102.5, 2.5)


def test_timers_are_called_in_order_at_their_time() -> None:
    clock = ManualClock(now=0.0)
    calls: list[tuple[str, float]] = []
    clock.call_later(2, lambda: calls.append(("b", clock.now())))
    clock.call_later(1, lambda: calls.append(("a", clock.now())))
    clock.call_later(2, lambda: calls.append(("c", clock.now())))
    clock.call_later(3.5, lambda: calls.append(("late", clock.now())))

    clock.advance(3)

    assert calls == [("a", 1.0), ("b", 2.0), ("c", 2.0)]


def test_timer_that_a_timer_orders_is_called_in_the_same_advance() -> None:
    clock = ManualClock(now=0.0)
    calls: list[float] = []
    clock.call_later(1, lambda: clock.call_later(1, lambda: calls.append(clock.now())))

    clock.advance(5)

    assert calls == [2.0]


def test_cancelled_timer_is_not_called() -> None:
    clock = ManualClock()
    calls: list[str] = []
    clock.call_later(1, lambda: calls.append("never")).cancel()

    clock.advance(2)

    assert calls == []


def test_setting_the_time_of_day_moves_no_timer() -> None:
    clock = ManualClock(now=0.0)
    calls: list[float] = []
    clock.call_later(1, lambda: calls.append(clock.now()))

    clock.set_now(1000.0)
    clock.advance(1)

    assert calls == [1001.0]


def test_system_clock_tells_the_machines_time() -> None:
    clock = SystemClock()

    assert abs(clock.now() - time.time()) < 60
    assert clock.monotonic() <= time.monotonic()


def test_system_clock_calls_in_the_event_loop() -> None:
    async def wait() -> str:
        called: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        SystemClock().call_later(0.001, lambda: called.set_result("called"))
        return await called

    assert asyncio.run(wait()) == "called"


def adjustable() -> tuple[AdjustableClock, ManualClock]:
    machine = ManualClock(now=1_000_000.0)
    return AdjustableClock(machine), machine


def test_adjustable_clock_goes_with_the_other() -> None:
    clock, machine = adjustable()
    calls: list[float] = []
    clock.call_later(2, lambda: calls.append(clock.now()))

    machine.advance(3)

    assert (clock.now(), clock.monotonic(), calls) == (1_000_003.0, 3.0, [1_000_002.0])
    assert clock.read() == Reading(now=1_000_003.0, ahead_seconds=0, is_frozen=False)
    assert clock.deviation is None


def test_advanced_clock_is_ahead_and_goes_on() -> None:
    clock, machine = adjustable()

    clock.advance(86_400)
    machine.advance(1)

    assert clock.read() == Reading(now=1_086_401.0, ahead_seconds=86_400, is_frozen=False)
    assert clock.monotonic() == 86_401
    assert clock.deviation == "ahead of the machine's by 86400 s"


def test_timers_that_become_due_are_called_soon_in_order_and_once() -> None:
    clock, machine = adjustable()
    calls: list[str] = []

    def again() -> None:
        calls.append("again")
        clock.call_later(1, again)

    clock.call_later(5, lambda: calls.append("second"))
    clock.call_later(1, again)
    clock.call_later(5, lambda: calls.append("third"))
    clock.call_later(60, lambda: calls.append("later"))
    clock.call_later(2, lambda: calls.append("never")).cancel()

    clock.advance(30)
    before = list(calls)
    machine.advance(0)

    assert (before, calls) == ([], ["again", "second", "third"])


def test_timer_that_is_not_due_comes_nearer() -> None:
    clock, machine = adjustable()
    calls: list[float] = []
    clock.call_later(60, lambda: calls.append(clock.monotonic()))

    clock.advance(50)
    machine.advance(9.5)
    before = list(calls)
    machine.advance(1)

    assert (before, calls) == ([], [60.0])


def test_timer_that_is_due_can_still_be_cancelled() -> None:
    clock, machine = adjustable()
    calls: list[str] = []
    timer = clock.call_later(1, lambda: calls.append("never"))

    clock.advance(2)
    timer.cancel()
    machine.advance(5)

    assert calls == []


def test_frozen_clock_stands_and_can_be_advanced() -> None:
    clock, machine = adjustable()
    calls: list[float] = []
    clock.call_later(5, lambda: calls.append(clock.monotonic()))

    clock.freeze()
    machine.advance(100)
    stood = clock.read(), clock.monotonic(), list(calls)
    clock.call_later(1, lambda: calls.append(-1.0))
    clock.advance(7)
    machine.advance(0)

    assert stood == (Reading(now=1_000_000.0, ahead_seconds=-100, is_frozen=True), 0.0, [])
    assert calls == [-1.0, 7.0]
    assert clock.deviation == "frozen at 1970-01-12T13:46:47Z"


def test_reset_clock_tells_the_day_of_the_machine_and_never_goes_back() -> None:
    clock, machine = adjustable()
    calls: list[float] = []
    clock.advance(1_000)
    clock.freeze()
    clock.call_later(5, lambda: calls.append(clock.monotonic()))
    machine.advance(3)

    clock.reset()
    machine.advance(5)

    assert clock.read() == Reading(now=1_000_008.0, ahead_seconds=0, is_frozen=False)
    assert (clock.monotonic(), calls) == (1_005.0, [1_005.0])
    assert clock.deviation is None


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 1e12])
def test_clock_goes_neither_back_nor_beyond_what_a_date_can_tell(seconds: float) -> None:
    clock, _ = adjustable()

    with pytest.raises(ValueError, match="the clock goes forward"):
        clock.advance(seconds)
