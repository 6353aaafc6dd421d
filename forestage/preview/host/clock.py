"""The one clock that everything depending on time asks, so that time can be frozen and advanced."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Timer(Protocol):
    """A call that is due later, and can be taken back."""

    def cancel(self) -> None:
        """Take the call back; nothing happens where it was made already."""


class Clock(Protocol):
    """The time of day, a time that never goes back, and timers.

    ``now`` is in seconds since the epoch; ``monotonic`` is good for differences alone.
    """

    def now(self) -> float:
        """Tell the time of day."""

    def monotonic(self) -> float:
        """Tell a time that never goes back."""

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have ``callback`` called in the event loop after ``seconds``."""


class SystemClock:
    """The machine's time; timers are the running event loop's."""

    now = staticmethod(time.time)
    monotonic = staticmethod(time.monotonic)

    @staticmethod
    def call_later(seconds: float, callback: Callable[[], object]) -> Timer:
        """Have ``callback`` called in the event loop after ``seconds``."""
        return asyncio.get_running_loop().call_later(seconds, callback)


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
