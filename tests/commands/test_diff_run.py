from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from forestage.commands.diff_run import DiffRequest, run_diff
from forestage.commands.diff_sides import Sides
from forestage.commands.options import SourceOptions
from tests.commands.applications import MOCK, api, method, write_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.commands.applications import Template

IGNORES = "ignore: [{id: '*', until: 2026-11-28}]"


@pytest.mark.parametrize(("today", "reached"), [(date(2026, 11, 28), False), (date(2026, 11, 29), True)])
def test_the_clock_decides_which_ignores_have_ended(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    today: date,
    reached: bool,  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the table)
) -> None:
    monkeypatch.chdir(tmp_path)
    write_template(tmp_path, api(Get=method(MOCK), Post=method(MOCK, verb="POST")), name="before.json")
    write_template(tmp_path, api(Post=method(MOCK, verb="POST")), name="after.json")
    ignores = tmp_path / "ignore.yaml"
    ignores.write_text(IGNORES)
    request = DiffRequest(
        sides=Sides(before="before.json", after="after.json"), fail_on="safe", ignore_files=(ignores,), is_quiet=True
    )

    assert run_diff(request, SourceOptions(source="."), today=lambda: today) is reached


class FakeAws:
    """Knows how much one key has used of one plan."""

    region = "eu-west-1"

    def account_id(self) -> str:
        return "123456789012"

    # Parameters and answers are those of any operation.
    def ask(self, service: str, operation: str, **parameters: Any) -> Mapping[str, Any]:
        assert (service, operation) == ("cloudformation", "describe_stack_resource")
        assert parameters == {"StackName": "before", "LogicalResourceId": "Plan"}
        return {"StackResourceDetail": {"PhysicalResourceId": "p1"}}

    # As above.
    def pages(self, service: str, operation: str, **parameters: Any) -> Iterator[Mapping[str, Any]]:
        assert (service, parameters["usagePlanId"]) == ("apigateway", "p1")
        pages: Mapping[str, Mapping[str, Any]] = {
            "get_usage_plan_keys": {"items": [{"id": "k1", "name": "shop"}]},
            "get_usage": {"items": {"k1": [[900, 100], [20, 980]]}},
        }
        yield pages[operation]


def with_quota(limit: int) -> Template:
    application = api(Get=method(MOCK))
    application["Resources"]["Plan"] = {
        "Type": "AWS::ApiGateway::UsagePlan",
        "Properties": {
            "ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Stagedev"}}],
            "Quota": {"Limit": limit, "Period": "DAY"},
        },
    }
    return application


def test_use_of_plans_is_asked_where_it_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    write_template(tmp_path, with_quota(1_000), name="before.json")
    write_template(tmp_path, with_quota(500), name="after.json")
    request = DiffRequest(sides=Sides(before="before.json", after="after.json"), formats=("json",), with_usage=True)

    run_diff(request, SourceOptions(source="."), today=lambda: date(2026, 11, 28), open_aws=lambda _: FakeAws())

    ids = {change["id"] for change in json.loads(capsys.readouterr().out)["changes"]}
    assert ids >= {"quota-below-use", "quota-lowered"}
