"""The one clock that everything depending on time asks, so that time can be frozen and advanced."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
"""How far a clock may be advanced: later times cannot be written as a date."""


class Timer(Protocol):
    """A call that is due later, and can be taken back."""

    def cancel(self) -> None:
        """Take the call back; nothing happens where it was made already."""


class Clock(Protocol):
    """The time of day, a time that never goes back, and timers.

    ``now`` is in seconds since the epoch; ``monotonic`` is good for differences alone. ``deviation`` says how it
    differs from the machine's time, None where it does not.
    """

    @property
    def deviation(self) -> str | None:
        """Say how the clock differs from the machine's time, for people."""

    def now(self) -> float:
        """Tell the time of day."""

    def monotonic(self) -> float:
        """Tell a time that never goes back."""

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have ``callback`` called in the event loop after ``seconds``."""


class SystemClock:
    """The machine's time; timers are the running event loop's."""

    deviation: str | None = None
    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)

    @staticmethod
    def call_later(seconds: float, callback: Callable[[], object]) -> Timer:
        """Have ``callback`` called in the event loop after ``seconds``."""
        return asyncio.get_running_loop().call_later(seconds, callback)


class AdjustableTimer:
    """A timer of an adjustable clock; ``due`` is in its monotonic time."""

    __slots__ = ("_callback", "_clock", "due", "order", "running")

    def __init__(self, clock: AdjustableClock, callback: Callable[[], object], *, due: float, order: int) -> None:
        self._clock = clock
        self._callback = callback
        self.due = due
        self.order = order
        self.running: Timer | None = None

    def cancel(self) -> None:
        """Take the call back."""
        self.stop()
        self._clock.forget(self)

    def stop(self) -> None:
        """Let nothing happen until the timer is run again."""
        if self.running is not None:
            self.running.cancel()
            self.running = None

    def fire(self) -> None:
        """Make the call."""
        self._clock.forget(self)
        self._callback()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a clock stands: the time of day, how far that is ahead of the machine's, and whether it stands still."""

    now: float
    ahead_seconds: float
    is_frozen: bool


class AdjustableClock:
    """Another clock's time, until it is advanced or frozen.

    What became due when it is advanced is called soon, in order, at the time that it was advanced to: a call that
    orders itself again happens once, however far the clock went.
    """

    def __init__(self, over: Clock) -> None:
        self._over = over
        self._day_ahead = 0.0
        self._ahead = 0.0
        self._stopped: tuple[float, float] | None = None
        self._timers: set[AdjustableTimer] = set()
        self._order = itertools.count()
        self.deviation: str | None = None
        """How the clock differs from the machine's, for people; None where it does not."""

    def now(self) -> float:
        """Tell the time of day."""
        if self._stopped is None:
            return self._over.now() + self._day_ahead
        return self._stopped[0]

    def monotonic(self) -> float:
        """Tell a time that never goes back."""
        if self._stopped is None:
            return self._over.monotonic() + self._ahead
        return self._stopped[1]

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have ``callback`` called in the event loop after ``seconds`` of this clock."""
        timer = AdjustableTimer(self, callback, due=self.monotonic() + seconds, order=next(self._order))
        self._timers.add(timer)
        self._run(timer)
        return timer

    def read(self) -> Reading:
        """Tell how the clock stands."""
        now = self.now()
        ahead = 0.0 if self.deviation is None else now - self._over.now()
        return Reading(now=now, ahead_seconds=ahead, is_frozen=self._stopped is not None)

    def advance(self, seconds: float) -> None:
        """Let time go forward at once.

        Raises:
            ValueError: it would go back, or further than a date can be written.
        """
        if not 0 <= seconds < LATEST - self.now():
            raise ValueError(f"the clock goes forward, and not beyond the year 9998, got {seconds:g} s")
        if self._stopped is None:
            self._day_ahead += seconds
            self._ahead += seconds
        else:
            day, passed = self._stopped
            self._stopped = day + seconds, passed + seconds
        self._changed()

    def freeze(self) -> None:
        """Let time stand still; it can be advanced."""
        self._stopped = self.now(), self.monotonic()
        self._changed()

    def reset(self) -> None:
        """Go with the other clock again; only the time of day goes back."""
        self._ahead = self.monotonic() - self._over.monotonic()
        self._day_ahead, self._stopped = 0.0, None
        self._changed()

    def forget(self, timer: AdjustableTimer) -> None:
        """Let go of a timer that is done."""
        self._timers.discard(timer)

    def _changed(self) -> None:
        self.deviation = self._describe()
        for timer in sorted(self._timers, key=lambda timer: (timer.due, timer.order)):
            timer.stop()
            self._run(timer)

    def _run(self, timer: AdjustableTimer) -> None:
        """Have a timer called by the other clock, unless time stands still before it is due."""
        left = timer.due - self.monotonic()
        if left <= 0 or self._stopped is None:
            timer.running = self._over.call_later(max(0.0, left), timer.fire)

    def _describe(self) -> str | None:
        if self._stopped is not None:
            return f"frozen at {iso_time(self._stopped[0])}"
        return f"ahead of the machine's by {self._day_ahead:.0f} s" if self._day_ahead else None


def iso_time(epoch_seconds: float) -> str:
    """Write a time as ``2026-11-25T13:40:55Z``."""
    return f"{datetime.fromtimestamp(epoch_seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


class ManualTimer:
    """A timer of a manual clock."""

    __slots__ = ("callback",)

    def __init__(self, callback: Callable[[], object]) -> None:
        self.callback: Callable[[], object] | None = callback

    def cancel(self) -> None:
        """Take the call back."""
        self.callback = None


class ManualClock:
    """Time stands until it is advanced; what becomes due is called in its order, at its time."""

    deviation: str | None = None

    def __init__(self, *, now: float = 1_700_000_000.0) -> None:
        self._now = now
        self._passed = 0.0
        self._timers: list[tuple[float, int, ManualTimer]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Tell the time of day that was set."""
        return self._now + self._passed

    def monotonic(self) -> float:
        """Tell how far this clock was advanced."""
        return self._passed

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have ``callback`` called once the clock is advanced by ``seconds``."""
        timer = ManualTimer(callback)
        heapq.heappush(self._timers, (self._passed + seconds, next(self._order), timer))
        return timer

    def advance(self, seconds: float) -> None:
        """Let time pass, and make the calls that become due, also those that these calls order."""
        until = self._passed + seconds
        while self._timers and self._timers[0][0] <= until:
            due, _, timer = heapq.heappop(self._timers)
            self._passed = max(self._passed, due)
            if timer.callback is not None:
                timer.callback()
        self._passed = until

    def set_now(self, now: float) -> None:
        """Set the time of day; timers stay as far away as they were."""
        self._now = now - self._passed
