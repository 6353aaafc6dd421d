from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.compile.usage import Quota
from forestage.preview.engine.quotas import (
    DayUse,
    allowance,
    daily_use,
    day_of,
    from_date,
    period_start,
    to_date,
    used_since,
)


def day(text: str) -> int:
    return from_date(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("period", "today", "start"),
    [
        ("DAY", "2026-11-25", "2026-11-25"),
        ("WEEK", "2026-11-25", "2026-11-22"),
        ("WEEK", "2026-11-22", "2026-11-22"),
        ("WEEK", "2026-11-28", "2026-11-22"),
        ("WEEK", "2027-01-01", "2026-12-27"),
        ("MONTH", "2026-11-25", "2026-11-01"),
        ("MONTH", "2028-02-29", "2028-02-01"),
        ("MONTH", "2026-12-01", "2026-12-01"),
    ],
)
def test_period_begins_at_its_start(period: str, today: str, start: str) -> None:
    assert f"{to_date(period_start(period, day(today)))}" == start


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9998, 1, 1)))  # ruff: ignore[call-datetime-without-tzinfo]  (it wants them so)
def test_day_is_that_of_utc(moment: datetime) -> None:
    assert to_date(day_of(moment.replace(tzinfo=UTC).timestamp())) == moment.date()


@given(st.sampled_from(["DAY", "WEEK", "MONTH"]), st.integers(0, 40_000))
def test_periods_follow_each_other_without_gap(period: str, today: int) -> None:
    start = period_start(period, today)

    assert start <= today
    assert period_start(period, start) == start
    assert start in {period_start(period, today - 1), today}
    assert period != "WEEK" or to_date(start).isoweekday() == 7


@pytest.mark.parametrize(
    ("start", "until", "allowed"),
    [
        ("2026-11-22", "2026-11-22", 70),
        ("2026-11-22", "2026-11-23", 75),
        ("2026-11-22", "2026-11-28", 74),
        ("2026-11-29", "2026-11-30", 100),
    ],
    ids=["first-period", "with-a-grant", "with-both-grants", "next-period"],
)
def test_offset_counts_in_the_first_period_and_grants_from_their_day(start: str, until: str, allowed: int) -> None:
    quota = Quota(limit=100, period="WEEK", offset=30)
    grants = {day("2026-11-23"): 5, day("2026-11-25"): -1}

    found = allowance(quota, day(start), since=day("2026-11-26"), grants=grants, until=day(until))

    assert found == allowed


def test_use_is_counted_from_one_day_to_another() -> None:
    assert used_since({1: 10, 2: 20, 3: 30, 4: 40}, 2, until=3) == 50


def test_daily_use_is_as_in_the_documentation() -> None:
    quota = Quota(limit=5_000, period="MONTH")
    first = day("2016-08-01")

    days = daily_use(quota, {first + 1: 7}, since=0, grants={first + 2: -4_983}, first=first, last=first + 2)

    assert list(days) == [DayUse(0, 5_000), DayUse(7, 4_993), DayUse(0, 10)]


def test_daily_use_begins_anew_with_a_period_and_never_owes() -> None:
    quota = Quota(limit=5, period="DAY")

    days = daily_use(quota, {1: 9, 2: 1}, since=0, grants={}, first=1, last=2)

    assert list(days) == [DayUse(9, 0), DayUse(1, 4)]


def test_nothing_is_left_of_no_quota() -> None:
    assert list(daily_use(None, {1: 9}, since=0, grants={}, first=1, last=1)) == [DayUse(9, None)]
