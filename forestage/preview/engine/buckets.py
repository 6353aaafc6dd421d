"""The token bucket, exact: it reckons in whole numbers, and time is given to it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from forestage.preview.compile.usage import Limit

_NS_PER_SECOND: Final = 1_000_000_000


class TokenBucket:
    """Holds as many tokens as its limit's burst, begins full, and is filled up at its limit's rate.

    Times are in whole nanoseconds and never go back. A token is a number of units, chosen so that every nanosecond
    brings a whole number of them, also where the rate is a fraction: nothing is rounded.

    Source: usage-plans.md, Throttling (token bucket documented; full at the beginning inferred).
    """

    __slots__ = ("_at_ns", "_full", "_level", "_per_ns", "_token", "limit")

    def __init__(self, limit: Limit, now_ns: int) -> None:
        # Written out first, 0.1 is a tenth; the nearest binary number is not.
        rate = Fraction(str(limit.rate))
        self.limit = limit
        self._token = rate.denominator * _NS_PER_SECOND
        self._per_ns = rate.numerator
        self._full = self._level = limit.burst * self._token
        self._at_ns = now_ns

    def holds_token(self, now_ns: int) -> bool:
        """Fill up to a time, and say whether there is a token."""
        level = self._level + (now_ns - self._at_ns) * self._per_ns
        level = min(level, self._full)
        self._level = level
        self._at_ns = now_ns
        return level >= self._token

    def take(self) -> float:
        """Take a token, which there has to be, and tell how many are left."""
        self._level = level = self._level - self._token
        return level / self._token

    def try_take(self, now_ns: int) -> float | None:
        """Fill up to a time, take a token, and tell how many are left; None where there is none."""
        level = self._level + (now_ns - self._at_ns) * self._per_ns
        level = min(level, self._full)
        token = self._token
        self._at_ns = now_ns
        if level < token:
            self._level = level
            return None
        self._level = level = level - token
        return level / token

    def tokens(self) -> float:
        """Tell how many tokens there are."""
        return self._level / self._token

    def wait_seconds(self) -> float | None:
        """Tell how long it takes until there is a token; None where there will never be one."""
        if self._level >= self._token:
            return 0.0
        if not self._per_ns or self._full < self._token:
            return None
        return (self._token - self._level) / self._per_ns / _NS_PER_SECOND

    def changed_to(self, limit: Limit, now_ns: int) -> TokenBucket:
        """Return a bucket with another limit that holds what this one does, as far as it has room."""
        self.holds_token(now_ns)
        other = TokenBucket(limit, now_ns)
        other._level = min(other._full, self._level * other._token // self._token)
        return other
