from __future__ import annotations

from dataclasses import make_dataclass
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from forestage.constructs import Canary, ConstructError, RestApi, Stage
from forestage.constructs.authorizers import JwtAuthorizer, JwtIssuer, TokenAuthorizer
from forestage.constructs.cors import Cors
from forestage.constructs.gateway_responses import GatewayResponse
from forestage.constructs.integration import BoundIntegration
from forestage.constructs.integrations.mocks import Mock
from forestage.constructs.resource_policies import ResourcePolicy
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DEPLOYMENT = "AWS::ApiGateway::Deployment"
PET = make_dataclass("Pet", [("name", str)])
OTHER_PET = make_dataclass("Pet", [("name", int)])


def deployment_of(stack: Stack) -> tuple[str, dict[str, Any]]:
    """The only deployment of a stack, by its logical id."""
    ((logical_id, resource),) = Template.from_json(synthesized(stack)).find_resources(DEPLOYMENT).items()
    return logical_id, dict(resource)


def logical_id(change: Callable[[Stack, RestApi], object], **options: Any) -> str:  # those of RestApi
    """The logical id of the deployment of an API, with a change of its definition."""
    stack = Stack(App(analytics_reporting=False), "Stack")
    api = RestApi(stack, "Api", **options)
    api.get("/pets", Mock.json(200, {}))
    api.add_stage("dev")
    change(stack, api)
    return deployment_of(stack)[0]


def function(stack: Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_attributes(
        stack,
        "Check",
        function_arn="arn:aws:lambda:eu-west-1:123456789012:function:check",
        same_environment=True,
    )


def staff(stack: Stack, issuer: str) -> JwtAuthorizer:
    return JwtAuthorizer(stack, "Staff", issuers=[JwtIssuer(issuer=issuer, audiences=["shop"])], algorithms=["RS256"])


def nothing(stack: Stack, api: RestApi) -> None:
    """Change nothing."""


CHANGES: dict[str, Callable[[Stack, RestApi], object]] = {
    "a route": lambda _, api: api.post("/pets", Mock.json(200, {})),
    "a resource of the L2": lambda _, api: api.resource.root.add_resource("x"),
    "a template": lambda _, api: api.post("/pets", Mock.json(200, {"a": 1})),
    "a model": lambda _, api: api.post("/pets", Mock.json(200, {}), body=PET),
    "another schema of a model": lambda _, api: api.post("/pets", Mock.json(200, {}), body=OTHER_PET),
    "a validator": lambda _, api: api.post("/pets", Mock.json(200, {}), query={"a": True}),
    "a response": lambda _, api: api.post("/pets", Mock.json(200, {}), responses={200: PET}),
    "an authorizer": lambda stack, api: api.post(
        "/pets", Mock.json(200, {}), authorizer=TokenAuthorizer(stack, "Token", handler=function(stack))
    ),
    "another authorizer": lambda stack, api: api.post(
        "/pets",
        Mock.json(200, {}),
        authorizer=TokenAuthorizer(stack, "Token", handler=function(stack), validation_regex="x.*"),
    ),
    "an authorizer of tokens": lambda stack, api: api.post(
        "/pets", Mock.json(200, {}), authorizer=staff(stack, "https://login.example/")
    ),
    "another issuer": lambda stack, api: api.post(
        "/pets", Mock.json(200, {}), authorizer=staff(stack, "https://other.example/")
    ),
    "scopes": lambda stack, api: api.post(
        "/pets", Mock.json(200, {}), authorizer=staff(stack, "https://login.example/"), scopes=["pets"]
    ),
    "a key": lambda _, api: api.post("/pets", Mock.json(200, {}), api_key_required=True),
    "a gateway response of the L2": lambda _, api: api.resource.add_gateway_response(
        "G", type=apigateway.ResponseType.DEFAULT_4_XX, status_code="418"
    ),
    "what is laid over": lambda _, api: api.post("/pets", Overlaid("a")),
    "what else is laid over": lambda _, api: api.post("/pets", Overlaid("b")),
    "a property of the L1": lambda _, api: setattr(api.resource.node.default_child, "description", "y"),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "the description": {"description": "x"},
    "the policy": {"policy": ResourcePolicy.allow_ip_ranges("203.0.113.0/24")},
    "gateway responses": {"gateway_responses": {"UNAUTHORIZED": GatewayResponse(status=404)}},
    "binary media types": {"binary_media_types": ["image/png"]},
    "cors": {"cors": Cors(origins=["https://a.example"])},
    "another origin": {"cors": Cors(origins=["https://b.example"])},
}


class Overlaid:
    """An integration with a property that the L2 does not know."""

    def __init__(self, value: str) -> None:
        self._value = value

    def bind(self, scope: object, *, verb: str, path: str) -> BoundIntegration:  # ruff: ignore[unused-method-argument]  (the protocol's)
        integration = apigateway.MockIntegration(request_templates={"application/json": '{"statusCode": 200}'})
        return BoundIntegration(integration=integration, properties={"IntegrationTarget": f"{verb}{path}{self._value}"})


def test_deployments_are_as_stored_and_preview(stack: Stack, tmp_path: Path) -> None:
    api = RestApi(stack, "Api", retain_deployments=True)
    api.get("/pets", Mock.json(200, {"pets": []}))
    api.add_stage("dev")
    api.add_stage("prod", deployment=api.add_deployment("V1", retain=True))
    preview = Previewed(hold_against_stored(stack, "deployments"), tmp_path)

    assert preview.call("GET /dev/pets").body == b'{"pets": []}'
    assert preview.call("GET /prod/pets").body == b'{"pets": []}'


def test_every_change_of_the_definition_gives_another_logical_id() -> None:
    ids = {
        **{name: logical_id(change) for name, change in CHANGES.items()},
        **{name: logical_id(nothing, **options) for name, options in OPTIONS.items()},
        "nothing": logical_id(nothing),
    }

    assert len(set(ids.values())) == len(ids), ids


def test_stage_settings_give_no_other_logical_id() -> None:
    assert logical_id(lambda _, api: api.add_stage("prod", variables={"a": "b"})) == logical_id(nothing)


def test_asking_early_does_not_hide_what_comes_later() -> None:
    def ask(stack: Stack, api: RestApi) -> None:
        stack.resolve(api.latest_deployment.deployment_id)
        api.post("/pets", Mock.json(200, {}))

    assert logical_id(ask) == logical_id(CHANGES["a route"])


def test_deployment_waits_for_all_of_the_definition(stack: Stack) -> None:
    api = RestApi(stack, "Api", gateway_responses={"UNAUTHORIZED": GatewayResponse(status=404)})
    api.add_stage("dev")
    api.post(
        "/pets",
        Mock.json(200, {}),
        body=PET,
        authorizer=TokenAuthorizer(stack, "Token", handler=function(stack)),
    )

    _, deployment = deployment_of(stack)

    waited = {synthesized(stack)["Resources"][name]["Type"].removeprefix("AWS::") for name in deployment["DependsOn"]}
    assert waited == {
        "ApiGateway::Authorizer",
        "ApiGateway::GatewayResponse",
        "ApiGateway::Method",
        "ApiGateway::Model",
        "ApiGateway::RequestValidator",
        "ApiGateway::Resource",
    }


def test_definition_is_that_of_one_api(stack: Stack) -> None:
    for name in ("First", "Second"):
        api = RestApi(stack, name)
        api.get("/pets", Mock.json(200, {}))
        api.add_stage("dev")

    deployments = Template.from_json(synthesized(stack)).find_resources(DEPLOYMENT)

    assert [{name[:5] for name in each["DependsOn"]} for each in deployments.values()] == [{"First"}, {"Secon"}]


def fixed(*routes: str) -> tuple[str, list[str]]:
    """The logical id of a fixed deployment, and what it waits for."""
    stack = Stack(App(analytics_reporting=False), "Stack")
    api = RestApi(stack, "Api")
    for route in routes:
        api.get(route, Mock.json(200, {}))
    api.add_stage("prod", deployment=api.add_deployment("V1", description="the first"))
    name, resource = deployment_of(stack)
    assert resource["Properties"]["Description"] == "the first"
    return name, resource["DependsOn"]


def test_fixed_deployment_keeps_its_logical_id() -> None:
    before, waited_before = fixed("/a")
    after, waited_after = fixed("/a", "/b")

    assert before == after
    assert len(waited_before) < len(waited_after)


def test_retained_deployments_stay(stack: Stack) -> None:
    api = RestApi(stack, "Api", retain_deployments=True)
    api.get("/pets", Mock.json(200, {}))
    api.add_stage("dev")

    assert deployment_of(stack)[1]["DeletionPolicy"] == "Retain"


def test_fixed_deployment_may_stay_as_well(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/pets", Mock.json(200, {}))
    api.add_stage("dev", deployment=api.add_deployment("V1", retain=True))

    assert deployment_of(stack)[1]["DeletionPolicy"] == "Retain"


def test_stage_serves_deployments_of_its_own_api_alone(stack: Stack) -> None:
    other = RestApi(stack, "Other")

    with pytest.raises(
        ConstructError, match=r"^Stack/Api/Stages/dev: Stack/Other/Deployments/V1 is .*another API: take"
    ):
        RestApi(stack, "Api").add_stage("dev", deployment=other.add_deployment("V1"))


def test_stage_of_another_stack_has_a_deployment_of_its_own() -> None:
    """Another stack cannot refer to an id that changes: CloudFormation takes back no export that is in use."""

    def deployments(body: int) -> tuple[dict[str, Any], dict[str, Any]]:
        app = App(analytics_reporting=False)
        stack, other = Stack(app, "Stack"), Stack(app, "Other")
        api = RestApi(stack, "Api")
        api.get("/pets", Mock.json(200, body))
        v1 = api.add_deployment("V1")
        stage = Stage(other, "Dev", api=api, canary=Canary(percent=5, variables={"a": "b"}))
        assert stage.deployment is api.deployment_for(stage)
        assert stage.deployment is not v1
        template = Template.from_stack(other)
        return dict(template.find_resources(DEPLOYMENT)), Template.from_stack(stack).to_json()["Outputs"]

    (before, exports), (after, same_exports) = deployments(1), deployments(2)

    assert list(exports) == list(same_exports) == ["ExportsOutputRefApi9AF3637BC41F7F1A"]
    assert len(before) == len(after) == 1
    assert list(before) != list(after)


def test_stages_of_several_stacks_do_not_wait_for_each_other() -> None:
    app = App(analytics_reporting=False)
    stack, other = Stack(app, "Stack"), Stack(app, "Other")
    api = RestApi(stack, "Api")
    api.get("/pets", Mock.json(200, {}))

    Stage(other, "Prod", api=api, stage_name="prod", deployment=api.add_deployment("V1"))
    Stage(other, "Dev", api=api)
    api.add_stage("test")

    Template.from_stack(stack).resource_count_is("AWS::ApiGateway::Account", 1)
    Template.from_stack(other).resource_count_is("AWS::ApiGateway::Account", 0)
