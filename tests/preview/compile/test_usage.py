from __future__ import annotations

import pytest

from forestage.model import Deployment
from forestage.model.deployment import Environment
from forestage.model.stages import MethodSetting
from forestage.model.usage import ApiKey, ApiStage, UsagePlan
from forestage.model.values import Secret, Unknown
from forestage.preview.compile.stage_settings import compile_stage_settings
from forestage.preview.compile.usage import (
    Limit,
    Quota,
    Scope,
    StageThrottles,
    Throttle,
    Usage,
    account_limit,
    compile_plan,
    compile_usage,
    generated_value,
    limit_of,
    stage_limits,
    stage_throttles,
    template_keys,
)
from tests.cases.short_api import API_ID, Fields, usage_plans

ACCOUNT = account_limit("us-east-1")


def usage_of(keys: dict[str, Fields], plans: dict[str, Fields]) -> Usage:
    deployment = usage_plans(keys, plans)
    return compile_usage(deployment, template_keys(deployment, {}))


def limit(name: str, scope: Scope, rate: float, burst: int) -> Limit:
    return Limit(name=name, scope=scope, rate=rate, burst=burst)


def test_key_is_known_with_what_its_plan_allows_on_a_stage() -> None:
    plan: Fields = {
        "usage_plan_name": "Small",
        "throttle": {"rate_limit": 5, "burst_limit": 10},
        "quota": {"limit": 100, "period": "DAY", "offset": 3},
        "stages": {"dev": {"//GET": {"rate_limit": 0.5, "burst_limit": 1}}, "prod": None},
    }
    usage = usage_of({"k": {"value": "v" * 20, "name": "shop", "in": ["p"]}}, {"p": plan})

    known = usage.find(API_ID, "dev", "v" * 20)

    assert known is not None
    assert (known.id, known.name, known.enabled) == ("k", "shop", True)
    found = known.subscription
    assert found is not None
    assert (found.plan_id, found.plan_name, found.quota) == ("p", "Small", Quota(limit=100, period="DAY", offset=3))
    assert found.throttle == limit("plan p key k", Scope.KEY, 5, 10)
    assert found.methods == {"//GET": limit(f"plan p key k {API_ID}/dev//GET", Scope.KEY_METHOD, 0.5, 1)}
    assert usage.find(API_ID, "dev", "v" * 20) is known


def test_bucket_of_a_key_is_one_for_all_stages_of_the_plan() -> None:
    plan: Fields = {"throttle": {"rate_limit": 5}, "stages": {"dev": None, "prod": None}}
    usage = usage_of({"k": {"value": "v" * 20, "in": ["p"]}}, {"p": plan})

    found = [usage.find(API_ID, stage, "v" * 20) for stage in ("dev", "prod")]

    limits = [known.subscription.throttle for known in found if known and known.subscription]
    assert len(limits) == 2
    assert limits[0] is limits[1]


@pytest.mark.parametrize(
    ("throttle", "rate", "burst"),
    [({"rate_limit": 5}, 5, 5_000), ({"burst_limit": 5}, 10_000, 5), ({"rate_limit": 0, "burst_limit": 0}, 0, 0)],
    ids=["no-burst", "no-rate", "nothing-passes"],
)
def test_half_that_is_left_out_is_the_accounts(throttle: Fields, rate: float, burst: int) -> None:
    usage = usage_of({"k": {"value": "v" * 20, "in": ["p"]}}, {"p": {"throttle": throttle, "stages": {"dev": None}}})

    known = usage.find(API_ID, "dev", "v" * 20)

    assert known is not None
    assert known.subscription is not None
    assert known.subscription.throttle == limit("plan p key k", Scope.KEY, rate, burst)


def test_plan_without_limits_sets_none() -> None:
    plan: Fields = {"stages": {"dev": {"/a/GET": {}}}}
    known = usage_of({"k": {"value": "v" * 20, "in": ["p"]}}, {"p": plan}).find(API_ID, "dev", "v" * 20)

    assert known is not None
    assert known.subscription is not None
    assert (known.subscription.throttle, known.subscription.methods, known.subscription.quota) == (None, {}, None)


def test_key_has_the_plan_of_the_stage() -> None:
    plans: dict[str, Fields] = {"a": {"stages": {"dev": None}}, "b": {"stages": {"prod": None}}}
    usage = usage_of({"k": {"value": "v" * 20, "in": ["gone", "a", "b"]}}, plans)

    found = {stage: usage.find(API_ID, stage, "v" * 20) for stage in ("dev", "prod", "other")}

    plan_of = {stage: known.subscription and known.subscription.plan_id for stage, known in found.items() if known}
    assert plan_of == {"dev": "a", "prod": "b", "other": None}
    assert usage.find(API_ID, "dev", "unknown") is None


def test_plans_and_keys_are_found_by_what_people_call_them() -> None:
    usage = usage_of({"k": {"value": "v" * 20, "name": "shop"}}, {"p": {"usage_plan_name": "Small"}})
    (key,), (plan,) = usage.keys, usage.plans.values()

    assert [usage.key_named(word) for word in ("k", "shop", "v" * 20, "")] == [key, key, key, None]
    assert [usage.plan_named(word) for word in ("p", "Small", "other")] == [plan, plan, None]


def test_stage_of_another_source_is_left_out() -> None:
    plan = UsagePlan(logical_id="P", id="p", api_stages=(ApiStage(api_id=None, stage="dev"), ApiStage(api_id="a")))

    compiled = compile_plan(plan)

    assert (compiled.stages, compiled.name) == ({}, "P")


def test_keys_are_those_of_the_template() -> None:
    keys = (
        ApiKey(logical_id="Given", id="k1", value="given-value-0123456789", name="shop", enabled=True),
        ApiKey(logical_id="Hidden", id="k2", value=Secret("hidden-value-0123456789")),
        ApiKey(logical_id="Made", id="k3"),
        ApiKey(logical_id="Later", id="k4", value=Unknown("Ref Later")),
    )
    deployment = Deployment(api_keys=keys)

    found = template_keys(deployment, {"k3": "the-value-that-holds-01"})

    assert [(key.id, key.name, key.enabled, key.is_secret) for key in found] == [
        ("k1", "shop", True, False),
        ("k2", "Hidden", False, True),
        ("k3", "Made", False, False),
        ("k4", "Later", False, False),
    ]
    values = [key.value for key in found]
    assert values[:3] == ["given-value-0123456789", "hidden-value-0123456789", "the-value-that-holds-01"]
    assert values[3] == generated_value(keys[3])


def test_generated_value_is_stable_and_looks_like_one() -> None:
    values = {generated_value(ApiKey(logical_id=name, id=name)) for name in ("a", "b", "a")}

    assert len(values) == 2
    assert all(len(value) == 40 and value.isalnum() and value.isascii() for value in values)


def test_resources_with_one_value_are_one_key_in_the_plans_of_both() -> None:
    deployment = usage_plans(
        {"k1": {"value": "v" * 20, "in": ["a"]}, "k2": {"value": "v" * 20, "in": ["b", "a"]}}, {"a": {}, "b": {}}
    )

    (key,) = template_keys(deployment, {})

    assert (key.id, key.plan_ids) == ("k1", ("a", "b"))


@pytest.mark.parametrize(
    ("region", "raised", "rate", "burst"),
    [
        ("us-east-1", None, 10_000, 5_000),
        ("af-south-1", None, 2_500, 1_250),
        ("af-south-1", Throttle(rate=7, burst=3), 7, 3),
    ],
)
def test_account_has_the_limits_of_its_region(region: str, raised: Throttle | None, rate: float, burst: int) -> None:
    assert account_limit(region, raised) == limit("account", Scope.ACCOUNT, rate, burst)


def test_account_limit_of_a_deployment_fills_up_its_plans() -> None:
    plans = usage_plans(
        {"k": {"value": "v" * 20, "in": ["p"]}}, {"p": {"throttle": {"rate_limit": 1}, "stages": {"s": None}}}
    )
    deployment = Deployment(
        environment=Environment(region="mx-central-1"),
        api_keys=plans.api_keys,
        usage_plans=plans.usage_plans,
        usage_plan_keys=plans.usage_plan_keys,
    )

    known = compile_usage(deployment, template_keys(deployment, {})).find(API_ID, "s", "v" * 20)

    assert known is not None
    assert known.subscription is not None
    assert known.subscription.throttle == limit("plan p key k", Scope.KEY, 1, 1_250)


@pytest.mark.parametrize(
    ("rate", "burst", "has_own"),
    [(1, 2, True), (20_000, 10, True), (10, 9_000, True), (10_000, 5_000, False), (20_000, 9_000, False)],
)
def test_limit_of_a_method_that_is_not_below_the_accounts_is_left_out(
    rate: float, burst: int, *, has_own: bool
) -> None:
    own = limit("stage a/dev GET /", Scope.METHOD, rate, burst)

    assert stage_limits(own, ACCOUNT) == ((own, ACCOUNT) if has_own else (ACCOUNT,))


def test_method_without_a_setting_has_the_limits_of_the_others() -> None:
    own = limit("stage a/dev GET /", Scope.METHOD, 1, 1)
    throttles = StageThrottles(others=(ACCOUNT,), methods={("GET", "/"): (own, ACCOUNT)})

    assert [throttles.of(verb, "/") for verb in ("GET", "PUT")] == [(own, ACCOUNT), (ACCOUNT,)]
    assert stage_limits(None, ACCOUNT) == (ACCOUNT,)
    assert limit_of("a", Scope.METHOD, None, None, ACCOUNT) is None


def test_each_method_of_a_stage_has_a_bucket_under_a_setting_for_all() -> None:
    methods = [("GET", "/"), ("PUT", "/"), ("GET", "/a")]
    settings = compile_stage_settings(
        [
            MethodSetting(throttling_rate_limit=1, throttling_burst_limit=2),
            MethodSetting(resource_path="/~1a", throttling_rate_limit=10_000, throttling_burst_limit=5_000),
        ],
        methods,
    )

    throttles = stage_throttles("a/dev", settings, ACCOUNT)

    assert throttles.of("GET", "/") == (limit("stage a/dev GET /", Scope.METHOD, 1, 2), ACCOUNT)
    assert throttles.of("PUT", "/") == (limit("stage a/dev PUT /", Scope.METHOD, 1, 2), ACCOUNT)
    assert throttles.of("GET", "/a") == (ACCOUNT,)
