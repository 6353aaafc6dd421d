from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnParameter, Size, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from forestage.constructs import ConstructError, RestApi
from forestage.constructs.cors import Cors
from forestage.constructs.endpoints import Endpoint
from forestage.constructs.gateway_responses import GatewayResponses
from forestage.constructs.integrations.functions import Lambda
from forestage.constructs.integrations.mocks import Mock
from forestage.preview.engine.effects import FunctionAnswer
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Pet:
    """An animal of the shop."""

    id: int
    name: str


@dataclass
class Problem:
    """What went wrong."""

    message: str


def function(stack: Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Pets",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
    )


def shop(stack: Stack) -> RestApi:
    pets = function(stack)
    api = RestApi(
        stack,
        "PetShop",
        description="Pets and their orders",
        cors=Cors(origins=["https://shop.example"]),
        gateway_responses=GatewayResponses.problem_json(),
        binary_media_types=["image/png"],
        minimum_compression_size=Size.kibibytes(1),
    )
    api.get("/pets/{id}", Lambda.proxy(pets), responses={200: Pet, 404: Problem})
    api.post("/pets", Lambda.proxy(pets), body=Pet, responses={201: Pet})
    api.get("/status", Mock.json(200, {"status": "ok"}), query={"verbose": True})
    api.proxy("/files", Lambda.proxy(pets))
    api.add_stage("dev", variables={"table": "pets-dev"})
    return api


def test_api_is_as_stored_and_previews(stack: Stack, tmp_path: Path) -> None:
    shop(stack)
    preview = Previewed(hold_against_stored(stack, "rest_api"), tmp_path)
    answer = FunctionAnswer(payload=json.dumps({"statusCode": 200, "body": "tom"}).encode())

    assert preview.call("GET /dev/status?verbose=1").response.body == b'{"status": "ok"}'
    assert preview.call("GET /dev/status").response.status == 400
    assert preview.call("GET /dev/pets/7", answer).response.body == b"tom"
    assert preview.call("POST /dev/pets", answer, body=b'{"id": 7, "name": "Tom"}').response.status == 200
    refused = preview.call("POST /dev/pets", body=b'{"id": "7"}')
    assert (refused.response.status, json.loads(refused.body)["code"]) == (400, "BAD_REQUEST_BODY")
    assert preview.call("OPTIONS /dev/pets").response.status == 204
    assert preview.call("DELETE /dev/files/a/b", answer).response.body == b"tom"
    assert preview.call("GET /dev/files").response.status == 403


def test_api_works_twice_in_a_stack(stack: Stack) -> None:
    for name in ("First", "Second"):
        RestApi(stack, name).get("/", Mock.json(200, {}))

    Template.from_json(synthesized(stack)).resource_count_is("AWS::ApiGateway::RestApi", 2)


def test_synthesis_twice_gives_the_same_bytes() -> None:
    def once() -> str:
        stack = Stack(App(analytics_reporting=False), "Stack")
        shop(stack)
        return json.dumps(synthesized(stack))

    assert once() == once()


def test_endpoint_is_regional_with_a_floor_of_tls(stack: Stack) -> None:
    RestApi(stack, "Api").get("/", Mock.json(200, {}))

    Template.from_json(synthesized(stack)).has_resource_properties(
        "AWS::ApiGateway::RestApi",
        {
            "Name": "Api",
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "SecurityPolicy": Match.string_like_regexp("TLS13_1_2"),
            "DisableExecuteApiEndpoint": Match.absent(),
            "Policy": Match.absent(),
        },
    )


def test_options_of_the_api_are_those_of_its_resource(stack: Stack) -> None:
    policy = iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                principals=[iam.AccountPrincipal("210987654321")],
                actions=["execute-api:Invoke"],
                resources=["execute-api:/*"],
            )
        ]
    )
    api = RestApi(
        stack,
        "Api",
        rest_api_name="shop",
        endpoint=Endpoint.edge(default_endpoint=False),
        policy=policy,
        api_key_source=apigateway.ApiKeySourceType.AUTHORIZER,
    )
    api.get("/", Mock.json(200, {}))

    Template.from_json(synthesized(stack)).has_resource_properties(
        "AWS::ApiGateway::RestApi",
        {
            "Name": "shop",
            "EndpointConfiguration": {"Types": ["EDGE"]},
            "DisableExecuteApiEndpoint": True,
            "ApiKeySourceType": "AUTHORIZER",
            "Policy": Match.object_like({"Statement": Match.any_value()}),
        },
    )


def test_private_api_without_policy_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"^Stack/Api: a private API needs a resource policy"):
        RestApi(stack, "Api", endpoint=Endpoint.private())


def test_compression_of_more_than_a_request_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"^Stack/Api: minimum_compression_size in bytes has to be from 0 to"):
        RestApi(stack, "Api", minimum_compression_size=Size.mebibytes(11))


def test_url_for_is_that_of_the_only_stage(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    dev = api.add_stage("dev")

    assert api.url_for("/pets") == dev.url_for("/pets")


def test_url_for_asks_which_of_several_stages(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    with pytest.raises(ConstructError, match="the API has 0 stages"):
        api.url_for()
    api.add_stage("dev")
    prod = api.add_stage("prod")

    assert api.url_for("/pets", stage=prod) == prod.url_for("/pets")
    with pytest.raises(ConstructError, match="the API has 2 stages"):
        api.url_for("/pets")


def test_stage_whose_name_comes_with_the_deployment_needs_an_id(stack: Stack) -> None:
    name = CfnParameter(stack, "Name").value_as_string

    with pytest.raises(ConstructError, match=r"^Stack/Api: a name .* is no id: write Stage\(self, ID, api="):
        RestApi(stack, "Api").add_stage(name)


def test_routes_are_in_the_order_of_their_declaration(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    declared = (api.get("/b", Mock.json(200, {})), api.group("/a").post("", Mock.json(200, {})))

    assert api.routes == declared


def test_grant_invoke_is_for_all_methods_of_the_api(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/", Mock.json(200, {}))
    role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

    api.grant_invoke(role)

    Template.from_json(synthesized(stack)).has_resource_properties(
        "AWS::IAM::Policy",
        {
            "PolicyDocument": {
                "Statement": [
                    {
                        "Action": "execute-api:Invoke",
                        "Effect": "Allow",
                        "Resource": {"Fn::Join": ["", Match.array_with([{"Ref": Match.any_value()}, "/*/*/*"])]},
                    }
                ],
                "Version": "2012-10-17",
            }
        },
    )
    assert api.rest_api_id == api.resource.rest_api_id


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"endpoint": "regional"}, "endpoint cannot be 'regional': write Endpoint.regional"),
        ({"cors": ["https://shop.example"]}, "cors cannot be .*: write Cors"),
        ({"policy": {}}, "policy cannot be {}: write an iam.PolicyDocument"),
        ({"minimum_compression_size": 1024}, "minimum_compression_size cannot be 1024: write Size"),
        ({"binary_media_types": ["png"]}, "a binary media type has to be a type and its kind, as image/png, got 'png'"),
        ({"binary_media_types": "image/png"}, "binary_media_types are several, got 'image/png'"),
    ],
)
def test_value_of_another_kind_is_refused(stack: Stack, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Shop: {words}"):
        RestApi(stack, "Shop", **options)


def test_stage_is_there_once(stack: Stack) -> None:
    api = RestApi(stack, "Shop")
    api.add_stage("dev")

    with pytest.raises(ConstructError, match=r"^Stack/Shop: the API has a stage 'dev' already: leave out one"):
        api.add_stage("dev")


def test_models_are_for_methods_of_the_l2_as_well(stack: Stack) -> None:
    api = RestApi(stack, "Shop")
    api.post("/pets", Mock.status(201), body=Pet)

    api.resource.root.add_method("PUT", request_models={"application/json": api.models.add(Pet)})

    Template.from_stack(stack).resource_count_is("AWS::ApiGateway::Model", 1)
