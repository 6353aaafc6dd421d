"""Rates and bursts as they take effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from forestage.model.values import Json

ACCOUNT_RATE: Final = 10_000.0
ACCOUNT_BURST: Final = 5_000
"""Source: usage-plans.md: the account's quota in a Region, where nothing else is set (documented)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """A rate in requests per second and a burst in requests; None is not set."""

    rate: float | None = None
    burst: float | None = None

    @property
    def is_set(self) -> bool:
        """Whether anything is set."""
        return self.rate is not None or self.burst is not None

    def over(self, wider: Throttle) -> Throttle:
        """Fill what is not set from a wider setting."""
        return Throttle(
            rate=wider.rate if self.rate is None else self.rate,
            burst=wider.burst if self.burst is None else self.burst,
        )

    def shown(self) -> Json:
        """Write it for people."""
        return {"rate": self.rate, "burst": self.burst}


ACCOUNT: Final = Throttle(rate=ACCOUNT_RATE, burst=ACCOUNT_BURST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """A throttle as it takes effect; ``is_set`` tells that somebody wrote it."""

    throttle: Throttle
    is_set: bool
