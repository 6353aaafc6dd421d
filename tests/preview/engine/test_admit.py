"""The stage, with effects that a test answers; behaviour on the wire is in the request cases."""

from __future__ import annotations

from typing import Any

import pytest

from forestage.preview.compile.usage import KnownKey, Limit, Quota, Scope, Subscription
from forestage.preview.engine.admit import Call, Passed, admit_key, masked_key
from forestage.preview.engine.effects import Effect, FindApiKey, Granted, QuotaLevel, Refused, Spend
from forestage.preview.engine.failures import GatewayFailure, ResponseType

VALUE = "first-key-0123456789abcdefgh"
ACCOUNT = Limit(name="account", scope=Scope.ACCOUNT, rate=10_000, burst=5_000)
OWN = Limit(name="plan p key k", scope=Scope.KEY, rate=5, burst=10)
ROUTE = Limit(name="plan p key k route", scope=Scope.KEY_METHOD, rate=1, burst=1)
PLAN = Subscription(
    key_id="k", plan_id="p", plan_name="Small", throttle=OWN, methods={}, quota=Quota(limit=5, period="DAY")
)
CONNECT = Call(
    api_id="w1", stage="prod", what="Route $connect", plan_methods=("$connect",), limits=(ACCOUNT,)
)  # A WebSocket API's.


def known(subscription: Subscription | None = PLAN) -> KnownKey:
    return KnownKey(id="k", name="shop", enabled=True, subscription=subscription)


# Answers have the types of their effects, which a list of them cannot say.
def admitted(answers: list[Any], value: str | None = VALUE) -> tuple[list[Effect[Any]], Passed]:
    asked: list[Effect[Any]] = []
    flow = admit_key(value, CONNECT, absence="the request has none")
    try:
        effect: Effect[Any] = flow.send(None)
        while True:
            asked.append(effect)
            effect = flow.send(answers[len(asked) - 1])
    except StopIteration as end:
        passed: Passed = end.value
    return asked, passed


def test_key_is_found_then_spent_from() -> None:
    granted = Granted((9.0, 4_999.0), QuotaLevel(used=1, allowed=5, period="DAY", began_on=0))

    asked, passed = admitted([known(), granted])

    expected: list[Effect[Any]] = [
        FindApiKey(api_id="w1", stage="prod", value=VALUE),
        Spend((OWN, ACCOUNT), PLAN),
    ]
    assert asked == expected
    assert passed == Passed(key=known(), subscription=PLAN, limits=(OWN, ACCOUNT), granted=granted)


@pytest.mark.parametrize(
    ("throttle", "methods", "limits"),
    [
        (OWN, {"$connect": ROUTE}, (ROUTE, ACCOUNT)),
        (None, {"$connect": ROUTE}, (ROUTE, ACCOUNT)),
        (OWN, {"other": ROUTE}, (OWN, ACCOUNT)),
        (None, {}, (ACCOUNT,)),
    ],
    ids=["instead-of-the-keys", "alone", "of-another-route", "no-throttle"],
)
def test_limit_of_a_method_stands_in_the_place_of_the_keys(
    throttle: Limit | None, methods: dict[str, Limit], limits: tuple[Limit, ...]
) -> None:
    plan = Subscription(key_id="k", plan_id="p", plan_name="", throttle=throttle, methods=methods, quota=None)

    asked, _ = admitted([known(plan), Granted(())])

    assert asked[1] == Spend(limits, plan)


@pytest.mark.parametrize(
    ("value", "answers", "kind", "reason"),
    [
        pytest.param(
            None,
            [],
            ResponseType.INVALID_API_KEY,
            "Route $connect requires an API key, and the request has none",
            id="none",
        ),
        pytest.param(VALUE, [None], ResponseType.INVALID_API_KEY, "API Key ****cdefgh does not exist", id="unknown"),
        pytest.param(
            VALUE,
            [KnownKey(id="k", name="", enabled=False, subscription=PLAN)],
            ResponseType.INVALID_API_KEY,
            "API Key ****cdefgh (k) is disabled",
            id="disabled",
        ),
        pytest.param(
            VALUE,
            [known(None)],
            ResponseType.INVALID_API_KEY,
            "API Key ****cdefgh (k) is in no usage plan of API Stage w1/prod",
            id="no-plan",
        ),
        pytest.param(
            VALUE,
            [known(), Refused(limit=OWN, tokens=0.5, wait_seconds=0.1)],
            ResponseType.THROTTLED,
            "API Key ****cdefgh exceeded throttle limit for API Stage w1/prod: Key throttle limit exceeded for"
            " Usage Plan ID p, Api w1, Stage prod, Route $connect. Limit: 5.00 Burst: 10;"
            " the bucket holds 0.5 tokens, a request passes in 0.1 s",
            id="throttled",
        ),
        pytest.param(
            VALUE,
            [known(), Refused(limit=None, quota=QuotaLevel(used=5, allowed=5, period="DAY", began_on=20_000))],
            ResponseType.QUOTA_EXCEEDED,
            "API Key ****cdefgh exceeded quota limit for API Stage w1/prod: Key quota exhausted for Usage Plan ID p."
            " Q Limit: 5 Period: DAY; 5 used since 2024-10-04",
            id="used-up",
        ),
    ],
)
def test_refusal_tells_why(value: str | None, answers: list[Any], kind: ResponseType, reason: str) -> None:
    with pytest.raises(GatewayFailure) as refused:
        admitted(answers, value)

    assert (refused.value.response_type, refused.value.reason) == (kind, reason)


@pytest.mark.parametrize(("value", "shown"), [(VALUE, "****cdefgh"), ("short", "****"), ("abcdefghijkl", "****")])
def test_little_of_a_key_is_told(value: str, shown: str) -> None:
    assert masked_key(value) == shown
