from __future__ import annotations

from forestage.model.stages import CanarySetting, MethodSetting, Stage
from tests.load.templates import Template, deployment, faults, load, part, pets, stage


def stages_of(template: Template) -> dict[str | None, Stage]:
    (api,) = load(template).deployment.rest_apis
    return {item.stage_name: item for item in api.stages}


def snapshot_ids(template: Template) -> dict[str, str]:
    (api,) = load(template).deployment.rest_apis
    return {item.logical_id: item.id for item in api.deployments}


def test_deployment_with_stage_name_makes_a_stage() -> None:
    template = pets(
        Deployment=deployment(
            "Get",
            StageName="prod",
            StageDescription={
                "Description": "live",
                "Variables": {"colour": "red"},
                "TracingEnabled": True,
                "ThrottlingRateLimit": 5,
                "CachingEnabled": "true",
                "MethodSettings": [{"HttpMethod": "GET", "ResourcePath": "/pets", "ThrottlingRateLimit": 1}],
                "CanarySetting": {"PercentTraffic": 10},
            },
        )
    )

    made = stages_of(template)["prod"]

    assert made.deployment_id == snapshot_ids(template)["Deployment"]
    assert made.logical_id == "Deployment"
    assert made.id == "prod"
    assert made.description == "live"
    assert made.variables == {"colour": "red"}
    assert made.tracing_enabled is True
    assert made.canary_setting == CanarySetting(percent_traffic=10.0)
    assert made.method_settings == (
        MethodSetting(http_method="*", resource_path="/*", caching_enabled=True, throttling_rate_limit=5.0),
        MethodSetting(http_method="GET", resource_path="/pets", throttling_rate_limit=1.0),
    )


def test_stage_without_description_has_no_settings() -> None:
    made = stages_of(pets(Deployment=deployment("Get", StageName="prod")))["prod"]

    assert made.method_settings == ()
    assert made.canary_setting is None


def test_later_deployment_of_the_same_stage_name_moves_the_stage() -> None:
    template = pets(
        Deployment=deployment("Get", StageName="prod", StageDescription={"Description": "first"}),
        Second=deployment("Deployment", StageName="prod"),
    )

    moved = stages_of(template)["prod"]

    assert moved.description == "first"
    assert moved.deployment_id == snapshot_ids(template)["Second"]


def test_deployment_to_a_stage_that_exists_moves_it() -> None:
    template = pets(Second=deployment("Stage", StageName="dev"))

    assert stages_of(template)["dev"].deployment_id == snapshot_ids(template)["Second"]


def test_canary_deployment_to_a_stage_that_exists_gives_it_a_canary() -> None:
    template = pets(
        Second=deployment(
            "Stage",
            StageName="dev",
            DeploymentCanarySettings={"PercentTraffic": "20", "StageVariableOverrides": {"a": "b"}},
        )
    )

    changed = stages_of(template)["dev"]

    assert changed.deployment_id == snapshot_ids(template)["Deployment"]
    assert changed.canary_setting == CanarySetting(
        deployment_id=snapshot_ids(template)["Second"], percent_traffic=20.0, stage_variable_overrides={"a": "b"}
    )


def test_stage_that_is_made_twice_is_a_fault() -> None:
    assert faults(pets(Deployment=deployment("Get", StageName="dev"))) == [
        "stage 'dev' is made twice: by its own resource Stage, and by the StageName of deployment Deployment"
    ]


def test_canary_deployment_to_a_stage_that_is_not_there_is_a_fault() -> None:
    template = pets(Second=deployment("Get", StageName="new", DeploymentCanarySettings={"PercentTraffic": 5}))

    assert faults(template) == ["stage 'new' must be made before a canary deployment to it"]


def test_settings_of_a_stage_without_name_are_a_fault() -> None:
    template = pets(Deployment=deployment("Get", StageDescription={"Description": "x"}, DeploymentCanarySettings={}))

    assert faults(template) == [
        "StageDescription needs StageName: it is about the stage of that name",
        "DeploymentCanarySettings needs StageName: it is about the stage of that name",
    ]


def test_two_stages_of_one_name_are_a_fault() -> None:
    assert faults(pets(Again=stage())) == ["another stage of this API has the name 'dev' already"]


def test_stage_without_name_or_deployment_is_a_fault() -> None:
    assert faults(pets(Nameless=part("Stage"), Empty=part("Stage", StageName="empty"))) == [
        "StageName is required",
        "DeploymentId is required: a stage serves a deployment",
    ]


def test_stage_that_could_not_be_read_has_one_fault() -> None:
    template = pets(
        Nameless=part("Stage", StageName=["x"]), Lost=part("Stage", StageName="lost", DeploymentId={"wrong": 1})
    )

    assert faults(template) == ["StageName must be text, got a list", "DeploymentId must be text, got an object"]


def test_stage_of_a_deployment_that_is_not_there_is_a_fault() -> None:
    assert faults(pets(Lost=part("Stage", StageName="lost", DeploymentId="no-where"))) == [
        "there is no deployment 'no-where'"
    ]


def test_stage_of_a_retained_deployment_serves_the_definition_of_the_source() -> None:
    template = pets(Old=part("Stage", StageName="old", DeploymentId="a1b2c3"))

    assert stages_of(template)["old"].deployment_id == snapshot_ids(template)["Deployment"]
    (warning,) = load(template).warnings
    assert warning.message == (
        "deployment a1b2c3 is none of this source, but one that was retained in API Gateway: "
        "what is served here is the definition of this source"
    )


def test_stage_of_a_deployment_of_another_api_is_a_fault() -> None:
    template = pets(
        Other=part("RestApi", Body={"openapi": "3.0.1"}),
        OtherDeployment={
            "Type": "AWS::ApiGateway::Deployment",
            "Properties": {"RestApiId": {"Ref": "Other"}},
        },
        Lost=stage("lost", "OtherDeployment"),
    )

    assert faults(template) == ["DeploymentId is of a deployment of another API"]


def test_canary_of_a_deployment_that_is_not_there_is_a_fault() -> None:
    template = pets(Stage=stage(CanarySetting={"DeploymentId": "no-where", "PercentTraffic": 1}))

    assert faults(template) == ["there is no deployment 'no-where'"]
