from __future__ import annotations

import asyncio
import time

from forestage.preview.host.clock import ManualClock, SystemClock


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
