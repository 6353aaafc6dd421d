"""Quotas: their periods, and what is left of them.

Days are whole numbers, counted from 1 January 1970, UTC.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.preview.compile.usage import Quota

SECONDS_PER_DAY: Final = 86_400
_EPOCH: Final = date(1970, 1, 1)
_THURSDAY: Final = 4
"""The first day of the epoch, where Sunday is 0."""


class DayUse(NamedTuple):
    """How much of a quota was used on a day, and how much was left after it; None where there is no quota."""

    used: int
    remaining: int | None


def day_of(epoch_seconds: float) -> int:
    """Return the day of a time."""
    return int(epoch_seconds // SECONDS_PER_DAY)


def to_date(day: int) -> date:
    """Return a day as a date."""
    return _EPOCH + timedelta(days=day)


def from_date(value: date) -> int:
    """Return a date as a day."""
    return (value - _EPOCH).days


def period_start(period: str, day: int) -> int:
    """Return the first day of the DAY, WEEK or MONTH that a day is in.

    Source: usage-plans.md, Quotas: periods begin at their start, UTC (inferred; a month on its first is told by AWS
    support). Weeks begin on Sunday: no page tells, the older offset counted days from there (inferred).
    """
    match period:
        case "WEEK":
            return day - (day + _THURSDAY) % 7
        case "MONTH":
            return day - to_date(day).day + 1
        case _:
            return day


def allowance(quota: Quota, start: int, *, since: int, grants: Mapping[int, int], until: int) -> int:
    """Return how many requests a key may make in the period that begins on ``start``, as it stands on day ``until``.

    The offset counts in the period in which the plan began, on the day ``since``. ``grants`` are what was added, by
    day; it may be less than nothing. Source: usage-plans.md, Quotas (documented).
    """
    is_first = period_start(quota.period, since) == start
    granted = sum(number for day, number in grants.items() if start <= day <= until)
    return quota.limit - (quota.offset if is_first else 0) + granted


def used_since(used: Mapping[int, int], start: int, *, until: int) -> int:
    """Return how many requests were made from one day to another."""
    return sum(number for day, number in used.items() if start <= day <= until)


def daily_use(
    quota: Quota | None,
    used: Mapping[int, int],
    *,
    since: int,
    grants: Mapping[int, int],
    first: int,
    last: int,
) -> Iterator[DayUse]:
    """Tell what GetUsage does: use and rest, day by day from ``first`` to ``last``.

    Source: usage-plans.md, Quotas (documented).
    """
    for day in range(first, last + 1):
        remaining = None
        if quota is not None:
            start = period_start(quota.period, day)
            allowed = allowance(quota, start, since=since, grants=grants, until=day)
            remaining = max(0, allowed - used_since(used, start, until=day))
        yield DayUse(used.get(day, 0), remaining)
