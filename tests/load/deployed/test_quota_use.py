from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.load import LoadOptions, load
from forestage.load.deployed.quota_use import last_period_start, most_used, plan_use
from forestage.model.usage import PlanUse, QuotaSettings
from tests.load.deployed.fake_aws import FakeAws

TODAY = date(2026, 5, 13)  # A Wednesday.
PETS = Path(__file__).parent / "templates" / "pets.json"


@pytest.mark.parametrize(
    ("period", "start"),
    [("DAY", date(2026, 5, 12)), ("WEEK", date(2026, 5, 3)), ("MONTH", date(2026, 4, 1))],
)
def test_last_whole_period_is_before_the_current_one(period: str, start: date) -> None:
    assert last_period_start(period, TODAY) == start


@pytest.mark.parametrize(
    ("period", "start", "most"),
    [("DAY", date(2026, 5, 12), 9), ("WEEK", date(2026, 5, 9), 12), ("MONTH", date(2026, 4, 29), 10)],
)
def test_most_used_is_that_of_the_fuller_period(period: str, start: date, most: int) -> None:
    assert most_used([1, 9, 2, 1], start, period=period) == most


def test_key_without_use_used_nothing() -> None:
    assert most_used([], TODAY, period="DAY") == 0


@given(st.lists(st.integers(0, 1000)), st.dates(), st.sampled_from(["DAY", "WEEK", "MONTH"]))
def test_most_used_is_between_the_fullest_day_and_all(daily: list[int], start: date, period: str) -> None:
    if date.max.toordinal() - start.toordinal() < len(daily):
        start = date(2026, 1, 1)

    assert max(daily, default=0) <= most_used(daily, start, period=period) <= sum(daily)


def used_plans(aws: FakeAws, source: str, period: str = "DAY") -> tuple[PlanUse, ...]:
    deployed = load(source, options=LoadOptions(aws=aws)).deployment
    quota = QuotaSettings(limit=5, period=period)
    planned = replace(deployed, usage_plans=tuple(replace(plan, quota=quota) for plan in deployed.usage_plans))
    (plan,) = aws.deployment.usage_plans
    (key,) = aws.deployment.api_keys
    aws.usage[aws.id_of(plan.id)] = [{aws.id_of(key.id): [[3, 2]]}, {aws.id_of(key.id): [[7, 0]], "other1": []}]
    return plan_use(aws, deployed, planned, today=TODAY)


def test_use_of_a_stack_is_told_by_logical_id() -> None:
    assert used_plans(FakeAws(PETS), "aws:Pets") == (
        PlanUse(plan="Plan", key="a key", requests=7),
        PlanUse(plan="Plan", key="other1", requests=0),
    )


def test_use_of_a_stage_alone_is_told_by_id() -> None:
    aws = FakeAws(PETS, is_stack=False)
    (api,), (plan,) = aws.deployment.rest_apis, aws.deployment.usage_plans

    (first, _) = used_plans(aws, f"stage:{aws.id_of(api.id)}/prod", period="MONTH")

    assert first == PlanUse(plan=aws.id_of(plan.id), key="a key", requests=10)


def test_plan_that_has_no_quota_any_more_is_not_asked_for() -> None:
    aws = FakeAws(PETS)
    deployed = aws.deployment
    planned = replace(deployed, usage_plans=tuple(replace(plan, quota=None) for plan in deployed.usage_plans))

    assert plan_use(aws, deployed, planned, today=TODAY) == ()
    assert aws.asked == []


def test_plan_in_a_nested_stack_is_found(tmp_path: Path) -> None:
    (tmp_path / "child.json").write_text(PETS.read_text())
    nested = '{"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "child.json"}}'
    (tmp_path / "t.json").write_text(f'{{"Resources": {{"Child": {nested}}}}}')
    aws = FakeAws(tmp_path / "t.json")
    aws.templates["Pets-Child"] = PETS.read_text()

    assert used_plans(aws, "aws:Pets")[0].requests == 7
