"""How many requests may come: token buckets and quotas, of stages, methods and usage plans alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_cdk import Token
from aws_cdk import aws_apigateway as apigateway

if TYPE_CHECKING:
    from collections.abc import Mapping

LAST_OFFSETS: Final[Mapping[str, int]] = {"DAY": 0, "WEEK": 6, "MONTH": 27}
"""The largest offset of a quota by its period. Source: usage-plans.md, Quotas (derived)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """A token bucket: each request takes a token, and finds none when the bucket is empty.

    ``rate`` is how many tokens are added in a second, ``burst`` how many the bucket holds, which is how many requests
    may come at once.
    A rate may be below one: 0.1 is a request every ten seconds.

    Raises:
        ValueError: a figure is below zero, or ``burst`` is no integer.

    Source: usage-plans.md, Throttling (documented).
    """

    rate: float
    burst: int

    def __post_init__(self) -> None:
        if not Token.is_unresolved(self.rate):
            _check_rate(self.rate)
        _check_count("burst", self.burst)

    @property
    def settings(self) -> apigateway.ThrottleSettings:
        """The same as ``aws_cdk`` says it."""
        return apigateway.ThrottleSettings(rate_limit=self.rate, burst_limit=self.burst)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Requests that the holder of a key may make in a period: a day, a week or a month.

    ``offset`` lowers the limit of the first period, in requests: what a plan that begins within a period takes off.
    Made by ``per_day``, ``per_week`` and ``per_month``.

    Raises:
        ValueError: the limit is below zero or no integer, or the period does not allow the offset.

    Source: usage-plans.md, Quotas (documented; the bounds of offsets are derived).
    """

    limit: int
    period: apigateway.Period
    offset: int = 0

    def __post_init__(self) -> None:
        _check_count("limit", self.limit)
        _check_count("offset", self.offset)
        last = LAST_OFFSETS[self.period.value]
        if not Token.is_unresolved(self.offset) and self.offset > last:
            raise ValueError(
                f"offset of a quota per {self.period.value.lower()} must be {f'from 0 to {last}' if last else 0}, "
                f"got {self.offset}"
            )

    @classmethod
    def per_day(cls, limit: int) -> Quota:
        """Allow ``limit`` requests a day; a day has no offset."""
        return cls(limit=limit, period=apigateway.Period.DAY)

    @classmethod
    def per_week(cls, limit: int, *, offset: int = 0) -> Quota:
        """Allow ``limit`` requests a week; ``offset`` is from 0 to 6."""
        return cls(limit=limit, period=apigateway.Period.WEEK, offset=offset)

    @classmethod
    def per_month(cls, limit: int, *, offset: int = 0) -> Quota:
        """Allow ``limit`` requests a month; ``offset`` is from 0 to 27."""
        return cls(limit=limit, period=apigateway.Period.MONTH, offset=offset)

    @property
    def settings(self) -> apigateway.QuotaSettings:
        """The same as ``aws_cdk`` says it."""
        return apigateway.QuotaSettings(limit=self.limit, period=self.period, offset=self.offset or None)


def _check_rate(rate: object) -> None:
    if not isinstance(rate, int | float) or isinstance(rate, bool) or rate < 0:
        raise ValueError(f"rate must be 0 or more requests per second, got {rate!r}")


def _check_count(name: str, count: float) -> None:
    if Token.is_unresolved(count):
        return
    if not isinstance(count, int) or isinstance(count, bool):
        raise ValueError(f"{name} must be an integer, got {count!r}")  # ruff: ignore[type-check-without-type-error]  (every fault of a figure is a ValueError)
    if count < 0:
        raise ValueError(f"{name} must be 0 or more requests, got {count}")
