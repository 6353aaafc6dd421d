from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.throttles import Quota, Throttle


def test_throttle_is_what_aws_cdk_takes() -> None:
    settings = Throttle(rate=0.1, burst=2).settings

    assert (settings.rate_limit, settings.burst_limit) == (0.1, 2)


@pytest.mark.parametrize(
    ("rate", "burst", "words"),
    [
        (-1, 2, "rate must be 0 or more requests per second, got -1"),
        (1, -2, "burst must be 0 or more requests, got -2"),
        (1, 2.5, "burst must be an integer, got 2.5"),
        (1, True, "burst must be an integer, got True"),
    ],
)
def test_throttle_refuses_figures(rate: float, burst: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Throttle(rate=rate, burst=burst)


def test_throttle_takes_tokens_as_they_are(stack: Stack) -> None:
    parameter = CfnParameter(stack, "Rate", type="Number")

    throttle = Throttle(rate=parameter.value_as_number, burst=int(parameter.value_as_number))

    assert throttle.rate < 0


@pytest.mark.parametrize(
    ("quota", "period", "offset"),
    [
        (Quota.per_day(10), "DAY", None),
        (Quota.per_week(10, offset=6), "WEEK", 6),
        (Quota.per_month(10, offset=27), "MONTH", 27),
    ],
)
def test_quota_is_what_aws_cdk_takes(quota: Quota, period: str, offset: int | None) -> None:
    settings = quota.settings

    assert settings.period is not None
    assert (settings.limit, settings.period.value, settings.offset) == (10, period, offset)


@pytest.mark.parametrize(
    ("period", "limit", "offset", "words"),
    [
        ("DAY", -1, 0, "limit must be 0 or more requests, got -1"),
        ("DAY", 1.5, 0, "limit must be an integer, got 1.5"),
        ("DAY", 1, 1, "offset of a quota per day must be 0, got 1"),
        ("WEEK", 1, 7, "offset of a quota per week must be from 0 to 6, got 7"),
        ("MONTH", 1, -1, "offset must be 0 or more requests, got -1"),
    ],
)
def test_quota_refuses_figures(period: str, limit: int, offset: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Quota(limit=limit, period=apigateway.Period[period], offset=offset)


def test_quota_takes_tokens_as_they_are(stack: Stack) -> None:
    parameter = CfnParameter(stack, "Limit", type="Number")

    quota = Quota.per_week(int(parameter.value_as_number))

    assert quota.limit < 0


def test_throttle_refuses_what_is_no_number() -> None:
    given: Any = "100"

    with pytest.raises(ValueError, match="rate must be 0 or more requests per second, got '100'"):
        Throttle(rate=given, burst=1)
