from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.compile.usage import Limit, Scope
from forestage.preview.engine.buckets import TokenBucket

SECOND = 1_000_000_000


def limit(rate: float, burst: int) -> Limit:
    return Limit(name="b", scope=Scope.KEY, rate=rate, burst=burst)


@pytest.mark.parametrize("rate", [0.1, 1, 3.7, 250, 10_000])
@pytest.mark.parametrize("burst", [2, 7, 5_000])
def test_ten_thousand_requests_pass_at_rate_times_time_and_burst(rate: float, burst: int) -> None:
    bucket = TokenBucket(limit(rate, burst), 0)
    step_ns = int(SECOND / rate / 3)

    passed = sum(bucket.try_take(number * step_ns) is not None for number in range(10_000))

    # It is asked more often than it is filled, so it never overflows, which would lose tokens.
    assert passed == min(10_000, burst + int(Fraction(str(rate)) * 9_999 * step_ns / SECOND))


@given(
    rate=st.decimals(min_value="0.001", max_value=100_000, places=3).map(float),
    burst=st.integers(0, 50),
    waits=st.lists(st.integers(0, 3 * SECOND), max_size=200),
)
def test_bucket_agrees_with_reckoning_in_fractions(rate: float, burst: int, waits: list[int]) -> None:
    bucket, now, level = TokenBucket(limit(rate, burst), 0), 0, Fraction(burst)
    for wait in waits:
        now += wait
        level = min(Fraction(burst), level + Fraction(str(rate)) * wait / SECOND)
        has_token = level >= 1
        level -= has_token

        assert (bucket.try_take(now) is not None) == has_token
        assert bucket.tokens() == pytest.approx(float(level))


def test_token_is_looked_at_and_taken_apart() -> None:
    bucket = TokenBucket(limit(2, 1), 5)

    assert (bucket.holds_token(5), bucket.take(), bucket.holds_token(5)) == (True, 0.0, False)


@pytest.mark.parametrize(
    ("rate", "burst", "taken", "seconds"),
    [(2, 3, 1, 0.0), (2, 1, 1, 0.5), (0, 1, 1, None), (5, 0, 0, None)],
    ids=["there-is-one", "soon", "no-rate", "no-room"],
)
def test_bucket_tells_how_long_a_token_takes(rate: float, burst: int, taken: int, seconds: float | None) -> None:
    bucket = TokenBucket(limit(rate, burst), 0)
    for _ in range(taken):
        bucket.take()

    assert bucket.wait_seconds() == seconds


def test_changed_bucket_holds_what_it_did_as_far_as_it_has_room() -> None:
    bucket = TokenBucket(limit(0.5, 10), 0)
    for _ in range(6):
        bucket.take()

    assert bucket.changed_to(limit(7, 100), 0).tokens() == 4
    assert bucket.changed_to(limit(7, 2), 0).tokens() == 2
    assert bucket.changed_to(limit(7, 100), 2 * SECOND).tokens() == 5
