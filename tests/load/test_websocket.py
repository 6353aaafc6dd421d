from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.load.templates import Template, faults, load, warnings

if TYPE_CHECKING:
    from forestage.model.websocket import Api

API: Template = {
    "Type": "AWS::ApiGatewayV2::Api",
    "Properties": {
        "Name": "chat",
        "ProtocolType": "WEBSOCKET",
        "RouteSelectionExpression": "$request.body.action",
    },
}


# Properties are whatever a case needs.
def part(name: str, *depends_on: str, **properties: Any) -> Template:
    return {
        "Type": f"AWS::ApiGatewayV2::{name}",
        "DependsOn": list(depends_on),
        "Properties": {"ApiId": {"Ref": "Api"}, **properties},
    }


def route(key: str, *depends_on: str, **properties: Any) -> Template:
    return part("Route", *depends_on, RouteKey=key, **properties)


def chat(**more: Template) -> Template:
    return {
        "Api": API,
        "Say": route("say", Target={"Fn::Join": ["/", ["integrations", {"Ref": "Echo"}]]}),
        "SayAnswer": part("RouteResponse", RouteId={"Ref": "Say"}, RouteResponseKey="$default"),
        "Echo": part("Integration", IntegrationType="MOCK"),
        "EchoAnswer": part("IntegrationResponse", IntegrationId={"Ref": "Echo"}, IntegrationResponseKey="$default"),
        "Deployment": part("Deployment", "Say"),
        "Stage": part("Stage", StageName="dev", DeploymentId={"Ref": "Deployment"}),
        **more,
    }


def api_of(template: Template) -> Api:
    (api,) = load(template).deployment.apis
    return api


def test_api_has_everything_that_belongs_to_it() -> None:
    api = api_of(
        chat(
            Model=part("Model", Name="Message", Schema={"type": "object"}),
            Authorizer=part("Authorizer", AuthorizerType="REQUEST", Name="a"),
            Overrides=part("ApiGatewayManagedOverrides"),
        )
    )

    assert api.stack == "T"
    assert [item.logical_id for item in api.definition.routes] == ["Say"]
    assert [item.logical_id for item in api.definition.routes[0].route_responses] == ["SayAnswer"]
    assert [item.logical_id for item in api.definition.integrations] == ["Echo"]
    assert [item.logical_id for item in api.definition.integrations[0].integration_responses] == ["EchoAnswer"]
    assert [item.logical_id for item in api.definition.models] == ["Model"]
    assert [item.logical_id for item in api.definition.authorizers] == ["Authorizer"]
    assert [item.logical_id for item in api.managed_overrides] == ["Overrides"]
    assert [item.deployment_id for item in api.stages] == [api.deployments[0].id]


def test_deployment_is_a_snapshot_without_what_depends_on_it() -> None:
    api = api_of(chat(Later=route("later", "Deployment")))

    assert [item.route_key for item in api.deployments[0].definition.routes] == ["say"]
    assert [item.route_key for item in api.definition.routes] == ["say", "later"]


def test_deployment_that_names_a_stage_moves_it() -> None:
    api = api_of(chat(Second=part("Deployment", "Stage", StageName="dev")))

    assert api.stages[0].deployment_id == api.deployments[1].id


def test_part_of_an_api_that_is_elsewhere_is_left_out_with_a_warning() -> None:
    assert warnings(chat(Elsewhere=route("x", ApiId="abc123"))) == [
        "AWS::ApiGatewayV2::Route is left out: ApiId 'abc123' is no AWS::ApiGatewayV2::Api of this source"
    ]


@pytest.mark.parametrize("api_id", [["a"], {"a": "b"}], ids=["list", "map"])
def test_part_of_an_api_that_no_text_names_is_a_fault(api_id: object) -> None:
    (fault,) = faults(chat(Odd=route("x", ApiId=api_id)))

    assert fault.startswith("ApiId must be ")


def test_http_api_is_described() -> None:
    api = api_of({"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP", "Name": "h"}}})

    assert api.protocol_type == "HTTP"


def test_api_without_properties_that_can_be_read_is_a_fault() -> None:
    assert faults({"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": []}}) == [
        "Properties must be an object, got a list"
    ]


def test_api_with_a_wrong_property_is_a_fault() -> None:
    template = chat(Api={"Type": "AWS::ApiGatewayV2::Api", "Properties": {**API["Properties"], "Tags": 5}})

    assert faults(template) == ["Tags must be an object, got 5"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param(
            {"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "x"}}},
            ["ProtocolType is required: WEBSOCKET or HTTP"],
            id="no-protocol",
        ),
        pytest.param(
            {"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "WEBSOCKET"}}},
            ["a WebSocket API needs a RouteSelectionExpression"],
            id="no-selection",
        ),
        pytest.param(
            {"Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Body": {"openapi": "3.0.1"}}}},
            [],
            id="imported",
        ),
        pytest.param({"Again": route("say")}, ["the API has a route 'say' already: Say"], id="same-route"),
        pytest.param(
            {"Lost": route("lost", Target="integrations/nowhere")},
            ["there is no integration 'nowhere'"],
            id="unknown-target",
        ),
        pytest.param(
            {"Lost": route("lost", Target={"Ref": "Echo"})},
            ["Target must be integrations/ID"],
            id="target-without-prefix",
        ),
        pytest.param(
            {"Lost": route("lost", AuthorizationType="CUSTOM")},
            ["AuthorizationType CUSTOM needs an AuthorizerId"],
            id="no-authorizer",
        ),
        pytest.param(
            {"Lost": route("lost", AuthorizationType="CUSTOM", AuthorizerId="nobody")},
            ["there is no authorizer 'nobody'"],
            id="unknown-authorizer",
        ),
        pytest.param(
            {"Lost": route("lost", RequestModels={"$default": "Message"})},
            ["there is no model 'Message'"],
            id="unknown-model",
        ),
        pytest.param(
            {
                "Message": part("Model", Name="Message", Schema="{}"),
                "Fine": route("fine", RequestModels={"$default": "Message"}),
            },
            [],
            id="model",
        ),
        pytest.param(
            {"Lost": part("IntegrationResponse", IntegrationId="x", IntegrationResponseKey="/200/")},
            ["there is no integration 'x'"],
            id="unknown-integration",
        ),
        pytest.param(
            {"Lost": part("RouteResponse", RouteId="x", RouteResponseKey="$default")},
            ["there is no route 'x'"],
            id="unknown-route",
        ),
        pytest.param(
            {
                "Other": API,
                "Lost": part("RouteResponse", ApiId={"Ref": "Other"}, RouteId={"Ref": "Say"}, RouteResponseKey="k"),
            },
            ["route Say belongs to another API"],
            id="foreign-route",
        ),
        pytest.param(
            {"Again": part("Stage", StageName="dev", AutoDeploy=True)},
            ["another stage of this API has the name 'dev' already"],
            id="same-stage",
        ),
        pytest.param(
            {"Lost": part("Stage", StageName="lost", DeploymentId="nowhere")},
            ["there is no deployment 'nowhere'"],
            id="unknown-deployment",
        ),
        pytest.param(
            {"Lost": part("Deployment", StageName="nowhere")}, ["there is no stage 'nowhere'"], id="unknown-stage"
        ),
    ],
)
def test_definition_that_does_not_hold_together_is_a_fault(more: dict[str, Any], expected: list[str]) -> None:
    found = faults(chat(**more))

    assert len(found) == len(expected)
    assert all(message.startswith(start) for message, start in zip(found, expected, strict=True))


def test_target_that_is_known_after_deployment_is_taken() -> None:
    template = chat(
        Nested={"Type": "AWS::CloudFormation::Stack", "Properties": {}},
        Later=route("later", Target={"Fn::GetAtt": ["Nested", "Outputs.Target"]}),
    )

    assert faults(template) == []


def test_variables_of_a_stage_are_looked_at() -> None:
    assert faults(
        chat(
            Stage=part("Stage", StageName="dev", DeploymentId={"Ref": "Deployment"}, StageVariables={"a-b": "x"}),
            Quick=part("ApiGatewayManagedOverrides", Stage={"StageVariables": {"a": "|"}}),
        )
    ) == [
        'the name of a stage variable has 1 to 64 letters, digits and _, got "a-b"',
        'the value of a stage variable has one or more letters, digits, spaces and -._~:/?#&=, got "|"',
    ]
