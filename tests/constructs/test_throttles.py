from __future__ import annotations

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs import ConstructError, MethodSettings, RestApi, RouteSettings, UsagePlan, WebSocketApi
from forestage.constructs.throttles import Quota, Throttle, check_quota, check_throttle


def test_throttle_is_what_aws_cdk_takes() -> None:
    settings = Throttle(rate=0.1, burst=2).settings

    assert (settings.rate_limit, settings.burst_limit) == (0.1, 2)


@pytest.mark.parametrize(
    ("rate", "burst", "words"),
    [
        (-1, 2, "rate of throttle has to be 0 or more requests per second, got -1"),
        ("100", 2, "rate of throttle has to be 0 or more requests per second, got '100'"),
        (True, 2, "rate of throttle has to be 0 or more requests per second, got True"),
        (1, -2, "burst of throttle has to be an integer of 0 or more requests, got -2"),
        (1, 2.5, "burst of throttle has to be an integer of 0 or more requests, got 2.5"),
        (1, True, "burst of throttle has to be an integer of 0 or more requests, got True"),
    ],
)
def test_figures_of_a_throttle_are_refused_with_the_path(rate: float, burst: int, words: str, stack: Stack) -> None:
    with pytest.raises(ConstructError, match=f"^Stack: the {words}"):
        check_throttle(stack, "throttle", Throttle(rate=rate, burst=burst))


def test_throttle_takes_tokens_as_they_are(stack: Stack) -> None:
    parameter = CfnParameter(stack, "Rate", type="Number")

    throttle = Throttle(rate=parameter.value_as_number, burst=int(parameter.value_as_number))

    check_throttle(stack, "throttle", throttle)

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
        ("DAY", -1, 0, "limit of a quota has to be an integer of 0 or more requests, got -1"),
        ("DAY", 1.5, 0, "limit of a quota has to be an integer of 0 or more requests, got 1.5"),
        ("DAY", 1, 1, "offset of a quota per day has to be 0, got 1"),
        ("WEEK", 1, 7, "offset of a quota per week has to be from 0 to 6, got 7"),
        ("MONTH", 1, -1, "offset of a quota has to be an integer of 0 or more requests, got -1"),
    ],
)
def test_figures_of_a_quota_are_refused_with_the_path(
    period: str, limit: int, offset: int, words: str, stack: Stack
) -> None:
    with pytest.raises(ConstructError, match=f"^Stack: the {words}"):
        check_quota(stack, Quota(limit=limit, period=apigateway.Period[period], offset=offset))


def test_quota_takes_tokens_as_they_are(stack: Stack) -> None:
    parameter = CfnParameter(stack, "Limit", type="Number")

    quota = Quota.per_week(int(parameter.value_as_number))

    check_quota(stack, quota)

    assert quota.limit < 0


def test_figures_are_refused_by_what_is_given_them(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    sockets = WebSocketApi(stack, "Sockets")
    wrong = Throttle(rate=1, burst=-1)

    with pytest.raises(ConstructError, match=r"^Stack/Api/Stages/dev: the burst of throttle has to be"):
        api.add_stage("dev", throttle=wrong)
    with pytest.raises(ConstructError, match=r"^Stack/Api/Stages/test: the burst of the throttle of GET / has to be"):
        api.add_stage("test", methods={"GET /": MethodSettings(throttle=wrong)})
    with pytest.raises(ConstructError, match=r"^Stack/Sockets/.*: the burst of the throttle of say has to be"):
        sockets.add_stage("live", routes={"say": RouteSettings(throttle=wrong)})
    stage = api.add_stage("prod")
    with pytest.raises(ConstructError, match=r"^Stack/Gold: the limit of a quota has to be"):
        UsagePlan(stack, "Gold", stages=[stage], quota=Quota.per_day(-1))
    with pytest.raises(ConstructError, match=r"^Stack/Iron: the burst of the throttle of GET / has to be"):
        UsagePlan(stack, "Iron", stages=[stage], methods={"GET /": wrong})
