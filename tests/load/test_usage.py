from __future__ import annotations

from typing import Any

import pytest

from tests.load.templates import Template, faults, load, pets, warnings


# Properties are whatever a case needs.
def part(name: str, **properties: Any) -> Template:
    return {"Type": f"AWS::ApiGateway::{name}", "Properties": properties}


STAGE = {"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Stage"}}


def test_keys_and_plans_are_read() -> None:
    template = pets(
        Key=part("ApiKey", Enabled=True, Value="a" * 20, StageKeys=[{"RestApiId": {"Ref": "Api"}, "StageName": "dev"}]),
        Plan=part("UsagePlan", ApiStages=[STAGE], Quota={"Limit": "5", "Period": "DAY"}),
        PlanKey=part("UsagePlanKey", KeyId={"Ref": "Key"}, KeyType="API_KEY", UsagePlanId={"Ref": "Plan"}),
    )

    deployment = load(template).deployment

    assert [key.value for key in deployment.api_keys] == ["a" * 20]
    assert deployment.usage_plans[0].api_stages[0].stage == "dev"
    assert deployment.usage_plan_keys[0].key_id == deployment.api_keys[0].id
    assert load(template).warnings == ()


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(
            {"Plan": part("UsagePlan", ApiStages=[{**STAGE, "Stage": "prod"}])},
            "the API has no stage 'prod'; its stages: dev",
            id="unknown-stage",
        ),
        pytest.param(
            {"Plan": part("UsagePlan", ApiStages=[{"ApiId": {"Ref": "Api"}}])},
            "an entry of ApiStages needs ApiId and Stage",
            id="no-stage",
        ),
        pytest.param(
            {"Plan": part("UsagePlan", ApiStages=[STAGE, STAGE])}, "stage 'dev' is in the plan already", id="twice"
        ),
        pytest.param({"Plan": part("UsagePlan", Quota={"Limit": 5})}, "Quota needs Limit and Period", id="no-period"),
        pytest.param({"Key": part("ApiKey", Value="short")}, "Value must have 20 to 128 characters, got 5", id="short"),
        pytest.param(
            {"Key": part("ApiKey", StageKeys=[{"RestApiId": {"Ref": "Api"}, "StageName": "prod"}])},
            "the API has no stage 'prod'; its stages: dev",
            id="key-for-unknown-stage",
        ),
    ],
)
def test_what_api_gateway_refuses_is_a_fault(more: dict[str, Any], expected: str) -> None:
    assert faults(pets(**more)) == [expected]


def test_stage_of_an_api_without_stages_is_a_fault() -> None:
    template = {
        "Api": part("RestApi", Name="x"),
        "Plan": part("UsagePlan", ApiStages=[{"ApiId": {"Ref": "Api"}, "Stage": "x"}]),
    }

    assert faults(template) == ["the API has no stage 'x'; its stages: none"]


def test_entries_that_could_not_be_read_have_one_fault() -> None:
    template = pets(
        Plan=part("UsagePlan", ApiStages=[{**STAGE, "Stage": []}], Quota={"Limit": "many", "Period": "DAY"})
    )

    assert faults(template) == [
        "ApiStages[0].Stage must be text, got a list",
        'Quota.Limit must be a whole number, got "many"',
    ]


def test_stage_with_a_fault_is_a_stage_all_the_same() -> None:
    template = pets(Plan=part("UsagePlan", ApiStages=[STAGE]))
    template["Stage"]["Properties"]["DeploymentId"] = []

    assert faults(template) == ["DeploymentId must be text, got a list"]


def test_what_is_elsewhere_is_warned_of() -> None:
    template = pets(
        Key=part("ApiKey", StageKeys=[{"StageName": "dev"}, {"RestApiId": {"Ref": "Api"}}]),
        Plan=part("UsagePlan", ApiStages=[{"ApiId": "abc123", "Stage": "prod"}]),
        PlanKey=part("UsagePlanKey", KeyId="key1", KeyType="API_KEY", UsagePlanId="plan1"),
    )

    assert warnings(template) == [
        "API 'abc123' is not in this source",
        "API key 'key1' is not in this source",
        "usage plan 'plan1' is not in this source",
    ]


def test_plan_may_be_about_a_websocket_stage() -> None:
    template = pets(
        Chat={
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {"ProtocolType": "WEBSOCKET", "RouteSelectionExpression": "x", "Name": "chat"},
        },
        ChatStage={"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"ApiId": {"Ref": "Chat"}, "StageName": "live"}},
        Plan=part("UsagePlan", ApiStages=[{"ApiId": {"Ref": "Chat"}, "Stage": "live"}]),
    )

    assert load(template).warnings == ()


def test_key_has_one_plan_for_a_stage() -> None:
    template = pets(
        Key=part("ApiKey"),
        Other=part("ApiKey"),
        Plan=part("UsagePlan", ApiStages=[STAGE]),
        Rival=part("UsagePlan", ApiStages=[STAGE]),
        Free=part("UsagePlan"),
        A=part("UsagePlanKey", KeyId={"Ref": "Key"}, KeyType="API_KEY", UsagePlanId={"Ref": "Plan"}),
        B=part("UsagePlanKey", KeyId={"Ref": "Other"}, KeyType="API_KEY", UsagePlanId={"Ref": "Rival"}),
        C=part("UsagePlanKey", KeyId={"Ref": "Key"}, KeyType="API_KEY", UsagePlanId={"Ref": "Free"}),
        D=part("UsagePlanKey", KeyId={"Ref": "Key"}, KeyType="API_KEY", UsagePlanId={"Ref": "Rival"}),
    )

    assert faults(template) == ["the key has another plan for stage 'dev' already"]
