"""How many requests may come: token buckets and quotas, of stages, methods and usage plans alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.checks import check_kind, is_known, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import IConstruct

LAST_OFFSETS: Final[Mapping[str, int]] = {"DAY": 0, "WEEK": 6, "MONTH": 27}
"""The largest offset of a quota by its period. Source: usage-plans.md, Quotas (derived)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """A token bucket: each request takes a token, and finds none when the bucket is empty.

    ``rate`` is how many tokens are added in a second, ``burst`` how many the bucket holds, which is how many requests
    may come at once.
    A rate may be below one: 0.1 is a request every ten seconds.
    The construct that is given it refuses figures below zero, and a ``burst`` that is no integer.

    Source: usage-plans.md, Throttling (documented).
    """

    rate: float
    burst: int

    @property
    def settings(self) -> apigateway.ThrottleSettings:
        """The same as ``aws_cdk`` says it."""
        return apigateway.ThrottleSettings(rate_limit=self.rate, burst_limit=self.burst)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Requests that the holder of a key may make in a period: a day, a week or a month.

    ``offset`` lowers the limit of the first period, in requests: what a plan that begins within a period takes off.
    Made by ``per_day``, ``per_week`` and ``per_month``.
    The plan that is given it refuses a limit that is below zero or no integer, and an offset that the period does not
    allow.

    Source: usage-plans.md, Quotas (documented; the bounds of offsets are derived).
    """

    limit: int
    period: apigateway.Period
    offset: int = 0

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


DEFAULT_THROTTLE: Final = Throttle(rate=1000, burst=500)
"""What a stage has unless said otherwise: a tenth of what all APIs of an account share in a region, so that no stage
uses it up alone.

Source: usage-plans.md, Throttling (documented).
"""


def check_throttle(scope: IConstruct, what: str, throttle: Throttle | None) -> None:
    """Refuse what is no throttle, and figures that API Gateway does not take; None is no throttle.

    Source: usage-plans.md, Throttling (documented).
    """
    check_kind(scope, what, throttle, Throttle, "Throttle(rate=100, burst=200)")
    if throttle is None:
        return
    rate: object = throttle.rate
    if is_known(rate) and (not isinstance(rate, int | float) or isinstance(rate, bool) or rate < 0):
        refuse(scope, f"the rate of {what} has to be 0 or more requests per second, got {rate!r}")
    _check_count(scope, f"the burst of {what}", throttle.burst)


def check_quota(scope: IConstruct, quota: Quota | None) -> None:
    """Refuse what is no quota, and figures that API Gateway does not take; None is no quota.

    Source: usage-plans.md, Quotas (documented; the bounds of offsets are derived).
    """
    check_kind(scope, "quota", quota, Quota, "Quota.per_month(1_000_000)")
    if quota is None:
        return
    _check_count(scope, "the limit of a quota", quota.limit)
    _check_count(scope, "the offset of a quota", quota.offset)
    last = LAST_OFFSETS[quota.period.value]
    if is_known(quota.offset) and quota.offset > last:
        allowed = f"from 0 to {last}" if last else "0"
        refuse(scope, f"the offset of a quota per {quota.period.value.lower()} has to be {allowed}, got {quota.offset}")


def _check_count(scope: IConstruct, what: str, count: object) -> None:
    if is_known(count) and (not isinstance(count, int) or isinstance(count, bool) or count < 0):
        refuse(scope, f"{what} has to be an integer of 0 or more requests, got {count!r}")
