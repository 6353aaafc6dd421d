from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forestage.errors import AwsError, SourceError
from forestage.load import LoadOptions, load
from forestage.model.stages import CanarySetting
from tests.load.deployed.fake_aws import ACCOUNT, REGION, FakeAws

if TYPE_CHECKING:
    from forestage.load import Loaded
    from forestage.model.deployment import Deployment
    from forestage.model.rest import Definition, Method, RestApi

TEMPLATES = Path(__file__).parent / "templates"
STAGES = {"pets.json": "prod", "sockets.json": "prod", "body.yaml": "prod", "sam.yaml": "Prod"}


def fake(name: str = "pets.json", **options: Any) -> FakeAws:
    return FakeAws(TEMPLATES / name, **options)


def source_of(aws: FakeAws, stage: str = "prod") -> str:
    ids = [api.id for api in aws.deployment.rest_apis] + [api.id for api in aws.deployment.apis]
    return f"stage:{aws.id_of(ids[0])}/{stage}"


def load_stage(aws: FakeAws, stage: str = "prod") -> Loaded:
    return load(source_of(aws, stage), options=LoadOptions(aws=aws))


def with_api(deployment: Deployment, **changes: Any) -> Deployment:
    (api,) = deployment.rest_apis
    return replace(deployment, rest_apis=(replace(api, **changes),))


def with_definition(deployment: Deployment, **changes: Any) -> Deployment:
    return with_api(deployment, definition=replace(definition_of(deployment), **changes))


def definition_of(deployment: Deployment) -> Definition:
    (api,) = deployment.rest_apis
    assert api.definition is not None
    return api.definition


def methods_of(deployment: Deployment) -> dict[str, Method]:
    definition = definition_of(deployment)
    return {f"{item.http_method} {definition.paths()[item.resource_id]}": item for item in definition.methods}


def changed_method(deployment: Deployment, where: str, **changes: Any) -> Deployment:
    wanted = methods_of(deployment)[where]
    methods = tuple(replace(item, **changes) if item is wanted else item for item in definition_of(deployment).methods)
    return with_definition(deployment, methods=methods)


@pytest.mark.parametrize("template", STAGES)
def test_stage_of_what_a_template_made_is_the_model_of_the_template(template: str) -> None:
    aws = fake(template)

    loaded = load_stage(aws, STAGES[template])

    assert loaded.deployment == aws.deployment
    assert loaded.warnings == ()
    assert (loaded.deployment.environment.account_id, loaded.deployment.environment.region) == (ACCOUNT, REGION)


@pytest.mark.parametrize("template", STAGES)
def test_stage_that_no_stack_made_is_the_same_under_other_names(template: str) -> None:
    aws = fake(template, is_stack=False)

    found = load_stage(aws, STAGES[template]).deployment

    assert served_by(found, STAGES[template]) == served_by(aws.deployment, STAGES[template])


def served_by(deployment: Deployment, stage: str) -> object:
    """Say what a stage does, without ids and without what is as if it had not been said."""
    for api in deployment.rest_apis:
        (settings,) = (item for item in api.stages if item.stage_name == stage)
        snapshot = next(item for item in api.deployments if item.id == settings.deployment_id)
        assert snapshot.definition == api.definition
        return {
            "methods": {
                where: (
                    method.api_key_required or False,
                    method.authorization_type or "NONE",
                    dict(method.request_models),
                    {name: value for name, value in method.request_parameters.items() if ".path." not in name},
                    method.integration and (method.integration.type, dict(method.integration.request_templates)),
                    sorted(item.status_code for item in method.method_responses),
                )
                for where, method in methods_of(deployment).items()
            },
            "models": {model.name: str(model.schema).replace(api.id, "API") for model in api_models(api)},
            "settings": (settings.variables, settings.method_settings, sorted(map(str, api.binary_media_types))),
            "plans": [(plan.usage_plan_name, plan.quota, plan.throttle) for plan in deployment.usage_plans],
            "keys": [key.enabled for key in deployment.api_keys],
            "domains": [domain.domain_name for domain in deployment.domain_names],
            "mappings": [(mapping.base_path, mapping.stage) for mapping in deployment.base_path_mappings],
        }
    (socket,) = deployment.apis
    return {
        "routes": [
            (
                route.route_key,
                route.authorization_type or "NONE",
                len(route.route_responses),
                dict(route.request_models),
            )
            for route in socket.definition.routes
        ],
        "integrations": [
            (item.integration_type, dict(item.request_templates), len(item.integration_responses))
            for item in socket.definition.integrations
        ],
        "models": [(model.name, model.schema) for model in socket.definition.models],
        "stage": [(item.stage_name, dict(item.stage_variables)) for item in socket.stages],
        "mappings": [(item.api_mapping_key, item.stage) for item in deployment.api_mappings],
    }


def api_models(api: RestApi) -> tuple[Any, ...]:
    assert api.definition is not None
    return api.definition.models


def test_values_of_keys_are_never_read() -> None:
    aws = fake(is_stack=False)

    assert [key.value for key in load_stage(aws).deployment.api_keys] == [None]


def test_what_is_defined_but_not_deployed_yet_is_not_served() -> None:
    aws = fake()
    aws.change(changed_method(aws.deployment, "POST /pets", api_key_required=True))

    loaded = load_stage(aws)

    assert loaded.deployment == aws.served
    [warning] = loaded.warnings
    assert warning.message == (
        "stage prod serves a deployment from before the API was changed last; what it serves is read, not what is"
        " defined now. These differ: Method POST /pets"
    )


def test_what_the_stage_serves_otherwise_than_the_template_is_told_as_it_is() -> None:
    aws = fake()
    drifted = changed_method(aws.deployment, "POST /pets", api_key_required=True)
    aws.change(drifted)
    aws.served = snapshotted(drifted)

    loaded = load_stage(aws)

    found = methods_of(loaded.deployment)
    assert found["POST /pets"].api_key_required is True
    assert found["POST /pets"].logical_id == "PostPet"
    assert found["GET /pets/{id}"] == methods_of(aws.deployment)["GET /pets/{id}"]
    assert loaded.warnings == ()


def test_method_that_the_template_lacks_is_served_under_its_place() -> None:
    aws = fake()
    definition = definition_of(aws.deployment)
    added = replace(methods_of(aws.deployment)["POST /pets"], http_method="PUT", id="other", logical_id="other")
    aws.change(with_definition(aws.deployment, methods=(*definition.methods, added)))
    aws.served = snapshotted(aws.deployment)

    found = methods_of(load_stage(aws).deployment)

    assert found.keys() == {"GET /pets/{id}", "POST /pets", "PUT /pets"}
    assert found["PUT /pets"].logical_id == "PUT /pets"


def test_method_that_is_gone_is_not_served() -> None:
    aws = fake()
    kept = tuple(item for item in definition_of(aws.deployment).methods if item.http_method == "GET")
    aws.change(with_definition(aws.deployment, methods=kept))
    aws.served = snapshotted(aws.deployment)

    assert methods_of(load_stage(aws).deployment).keys() == {"GET /pets/{id}"}


def snapshotted(deployment: Deployment) -> Deployment:
    """Deploy what is defined."""
    (api,) = deployment.rest_apis
    return with_api(deployment, deployments=tuple(replace(item, definition=api.definition) for item in api.deployments))


def test_drift_of_an_api_with_a_body_is_told() -> None:
    aws = fake("body.yaml")
    aws.change(changed_method(aws.deployment, "GET /pets/{id}", api_key_required=None))
    aws.served = snapshotted(aws.deployment)

    (api,) = load_stage(aws).deployment.rest_apis

    assert api.body is None
    assert [(method.http_method, method.api_key_required) for method in definition_of(aws.deployment).methods] == [
        ("GET", None)
    ]
    assert [stage.stage_name for stage in api.stages] == ["prod", "test"]
    assert api.binary_media_types == ("image/png",)


def test_drift_of_the_api_itself_is_told() -> None:
    aws = fake()
    aws.change(with_api(aws.deployment, disable_execute_api_endpoint=True))

    (api,) = load_stage(aws).deployment.rest_apis

    assert api.disable_execute_api_endpoint is True
    assert api.definition == definition_of(aws.deployment)


def test_drift_of_the_stage_is_told() -> None:
    aws = fake()
    (api,) = aws.deployment.rest_apis
    (stage,) = api.stages
    aws.change(with_api(aws.deployment, stages=(replace(stage, variables={"a": "c"}),)))

    (found,) = load_stage(aws).deployment.rest_apis

    assert [(item.logical_id, item.variables) for item in found.stages] == [("Prod", {"a": "c"})]


def test_stage_that_was_deployed_by_hand_serves_that_deployment() -> None:
    aws = fake()
    (api,) = aws.deployment.rest_apis
    (stage,), (snapshot,) = api.stages, api.deployments
    by_hand = with_api(
        aws.deployment,
        stages=(replace(stage, deployment_id="byhand"),),
        deployments=(snapshot, replace(snapshot, id="byhand")),
    )
    aws.change(by_hand)
    aws.served = by_hand

    (found,) = load_stage(aws).deployment.rest_apis

    assert [item.deployment_id for item in found.stages] == ["byhand"]
    assert [item.id for item in found.deployments] == [snapshot.id, "byhand"]


def test_plan_that_lost_the_stage_is_not_there() -> None:
    aws = fake()
    aws.change(replace(aws.deployment, usage_plans=(), usage_plan_keys=(), api_keys=()))

    found = load_stage(aws).deployment

    assert (found.usage_plans, found.usage_plan_keys) == ((), ())
    assert [key.logical_id for key in found.api_keys] == ["Key"]


def test_canary_has_a_deployment_of_its_own() -> None:
    aws = fake(is_stack=False)
    (api,) = aws.deployment.rest_apis
    (stage,) = api.stages
    canary = CanarySetting(deployment_id="canary", percent_traffic=10.0)
    aws.change(with_api(aws.deployment, stages=(replace(stage, canary_setting=canary),)))

    (found,) = load_stage(aws).deployment.rest_apis

    assert [item.canary_setting for item in found.stages] == [canary]
    assert "canary" in {item.id for item in found.deployments}


@pytest.mark.parametrize(("operation", "code"), [("get_export", "BadRequestException"), ("get_export", "AccessDenied")])
def test_export_that_cannot_be_had_is_warned_of(operation: str, code: str) -> None:
    aws = fake()
    aws.failures[operation] = code

    loaded = load_stage(aws)

    assert loaded.deployment == aws.deployment
    [warning] = loaded.warnings
    assert warning.message.startswith("what stage prod serves cannot be read from its export (AWS refuses")


def test_owner_that_may_not_be_known_is_warned_of() -> None:
    aws = fake()
    aws.failures["describe_stack_resources"] = "AccessDenied"

    loaded = load_stage(aws)

    assert [api.stack for api in loaded.deployment.rest_apis] == [source_of(aws)[6:].split("/")[0]]
    assert loaded.warnings[0].message.startswith("whether a stack made API ")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("stage:nothing1/prod", "there is no API 'nothing1' in region eu-west-1"),
        ("{}/none", "API {id} has no stage 'none'"),
    ],
)
@pytest.mark.parametrize("template", ["pets.json", "sockets.json"])
def test_what_is_not_there_is_said(source: str, message: str, template: str) -> None:
    aws = fake(template)
    start = source_of(aws).removesuffix("/prod")

    with pytest.raises(SourceError) as caught:
        load(source.format(start), options=LoadOptions(aws=aws))

    assert caught.value.message == message.format(id=start.removeprefix("stage:"))
    assert caught.value.hint


@pytest.mark.parametrize("operation", ["get_rest_api", "get_resources", "describe_stack_resources", "get_api"])
def test_refusal_is_passed_on(operation: str) -> None:
    aws = fake("sockets.json" if operation == "get_api" else "pets.json")
    aws.failures[operation] = "TooManyRequestsException"

    with pytest.raises(AwsError, match="AWS refuses"):
        load_stage(aws)


def test_stack_that_lost_the_api_is_said() -> None:
    aws = fake()
    source = source_of(aws)
    aws.templates["Pets"] = '{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}'

    with pytest.raises(SourceError, match="the template of the stack that made the API does not have it"):
        load(source, options=LoadOptions(aws=aws))
