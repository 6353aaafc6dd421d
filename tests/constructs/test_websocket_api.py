"""WebSocket APIs: their routes, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import pytest
from aws_cdk import Stack, Token
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from forestage.constructs.authorizers import IamAuthorizer, TokenAuthorizer, WebSocketRequestAuthorizer
from forestage.constructs.checks import ConstructError
from forestage.constructs.integration import WebSocketResponse
from forestage.constructs.integrations import Lambda, Mock
from forestage.constructs.throttles import Throttle
from forestage.constructs.websocket_api import WebSocketApi
from forestage.constructs.websocket_stages import RouteSettings
from tests.constructs.synthesis import hold_against_stored, loaded, synthesized
from tests.constructs.websockets import Pong

if TYPE_CHECKING:
    from pathlib import Path


class Message(TypedDict):
    action: str
    text: str


def function(stack: Stack, name: str) -> lambda_.Function:
    return lambda_.Function(
        stack,
        name,
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context):\n    return {'statusCode': 200}\n"),
    )


# Properties are those of CloudFormation.
def routes(stack: Stack) -> dict[str, dict[str, Any]]:
    found = synthesized(stack)["Resources"].values()
    return {
        resource["Properties"]["RouteKey"]: resource["Properties"]
        for resource in found
        if resource["Type"] == "AWS::ApiGatewayV2::Route"
    }


def test_chat_is_as_stored_and_loads_without_fault(stack: Stack, tmp_path: Path) -> None:
    members = function(stack, "Members")
    chat = WebSocketApi(stack, "Chat", description="Rooms to talk in", retain_deployments=True)
    token = WebSocketRequestAuthorizer(
        stack, "Token", handler=members, identity_sources=["route.request.querystring.token"]
    )
    chat.connect(Lambda.proxy(members), authorizer=token, api_key_required=True, query={"token": True})
    chat.disconnect(Lambda.proxy(members))
    chat.default(Mock.status(200))
    chat.route("send", Lambda.proxy(members), body=Message, two_way=True, operation_name="Send")
    chat.route(
        "ping",
        Mock.json(200, {"pong": True}),
        responses=[WebSocketResponse(key=r"/5\d\d/", templates={"$default": '{"sorry": true}'})],
    )
    live = chat.add_stage(
        "live",
        variables={"room": "hall"},
        throttle=Throttle(rate=100, burst=200),
        routes={"send": RouteSettings(throttle=Throttle(rate=10, burst=20))},
    )
    live.grant_manage_connections(members)
    members.add_environment("CALLBACK_URL", live.callback_url)

    template = hold_against_stored(stack, "websocket_api")

    result = loaded(template, tmp_path)
    (api,) = result.deployment.apis
    (stage,) = api.stages
    (deployment,) = api.deployments
    assert stage.deployment_id == deployment.id
    assert {route.route_key for route in deployment.definition.routes} == {
        "$connect",
        "$disconnect",
        "$default",
        "send",
        "ping",
    }
    assert deployment.definition.authorizers
    assert deployment.definition.models


def test_api_works_twice_in_one_stack(stack: Stack) -> None:
    for name in ("One", "Two"):
        api = WebSocketApi(stack, name)
        api.default(Pong())
        api.add_stage("live")

    template = Template.from_stack(stack)
    template.resource_count_is("AWS::ApiGatewayV2::Stage", 2)
    template.resource_count_is("AWS::ApiGateway::Account", 1)


def test_api_says_what_it_is_given(stack: Stack) -> None:
    WebSocketApi(
        stack,
        "Chat",
        route_selection_expression="${request.body.service}/${request.body.action}",
        api_name="chat",
        api_key_selection_expression=apigatewayv2.WebSocketApiKeySelectionExpression.AUTHORIZER_USAGE_IDENTIFIER_KEY,
        ip_address_type=apigatewayv2.IpAddressType.DUAL_STACK,
        disable_execute_api_endpoint=True,
    )

    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGatewayV2::Api",
        {
            "Name": "chat",
            "RouteSelectionExpression": "${request.body.service}/${request.body.action}",
            "ApiKeySelectionExpression": "$context.authorizer.usageIdentifierKey",
            "IpAddressType": "dualstack",
            "DisableExecuteApiEndpoint": True,
        },
    )


def test_connect_declares_the_parameters_of_the_handshake(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").connect(Pong(), query={"room": True}, headers={"X-Client": False})

    assert routes(stack)["$connect"]["RequestParameters"] == {
        "route.request.querystring.room": {"Required": True},
        "route.request.header.X-Client": {"Required": False},
    }


@pytest.mark.parametrize("authorizer", [IamAuthorizer, authorizers.WebSocketIamAuthorizer], ids=["ours", "aws_cdk"])
def test_connect_is_authorized(stack: Stack, authorizer: Any) -> None:
    WebSocketApi(stack, "Chat").connect(Pong(), authorizer=authorizer(), api_key_required=True)

    assert routes(stack)["$connect"]["AuthorizationType"] == "AWS_IAM"
    assert routes(stack)["$connect"]["ApiKeyRequired"] is True


def test_integration_is_bound_in_a_construct_of_its_route(stack: Stack) -> None:
    pong = Pong()
    api = WebSocketApi(stack, "Chat")
    api.default(pong)
    api.disconnect(pong)

    assert pong.bound == [("Stack/Chat/Routes/$default", "$default"), ("Stack/Chat/Routes/$disconnect", "$disconnect")]


def test_body_is_validated_by_a_model(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").route("send", Pong(), body=Message)

    Template.from_stack(stack).has_resource_properties("AWS::ApiGatewayV2::Model", {"Name": "Message"})
    assert routes(stack)["send"]["RequestModels"] == {"$default": "Message"}
    assert routes(stack)["send"]["ModelSelectionExpression"] == r"\$default"


def test_bodies_are_chosen_among_by_an_expression(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").default(
        Pong(),
        bodies={"text": Message, "$default": {"title": "Any", "type": "object"}},
        model_selection_expression="$request.body.kind",
    )

    assert routes(stack)["$default"]["RequestModels"] == {"text": "Message", "$default": "Any"}
    assert routes(stack)["$default"]["ModelSelectionExpression"] == "$request.body.kind"


def test_connections_are_managed_of_one_stage_or_of_all(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")
    api.default(Pong())
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    api.grant_manage_connections(role)

    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Policy",
        {
            "PolicyDocument": {
                "Statement": [Match.object_like({"Action": "execute-api:ManageConnections", "Effect": "Allow"})],
                "Version": "2012-10-17",
            }
        },
    )


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("$connect", r"a route key begins with no \$, got '\$connect': see connect\(\)"),
        ("", "a route key is empty: default\\(\\) takes"),
        ("send", "the API has a route 'send' already"),
        (Token.as_string({"Ref": "Key"}), "write it as a text"),
    ],
)
def test_route_keys_that_are_refused(stack: Stack, key: str, said: str) -> None:
    api = WebSocketApi(stack, "Chat")
    api.route("send", Pong())

    with pytest.raises(ConstructError, match=said):
        api.route(key, Pong())


def test_reserved_routes_are_defined_once(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")
    api.connect(Pong())

    with pytest.raises(ConstructError, match=r"the API has a route '\$connect' already"):
        api.connect(Pong())


def test_too_many_routes_are_refused(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forestage.constructs.websocket_api.MAX_ROUTES", 1)
    api = WebSocketApi(stack, "Chat")
    api.route("send", Pong())

    with pytest.raises(ConstructError, match="up to 1 routes"):
        api.route("ping", Pong())


def test_too_many_stages_are_refused(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forestage.model.limits.MAX_STAGES", 1)
    api = WebSocketApi(stack, "Chat")
    api.add_stage("live")

    with pytest.raises(ConstructError, match="up to 1 stages"):
        api.add_stage("test")


def test_empty_selection_expression_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="route_selection_expression is empty"):
        WebSocketApi(stack, "Chat", route_selection_expression="")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"body": Message, "bodies": {"a": Message}}, "route send has body and bodies"),
        ({"bodies": {"a": Message}}, "route send needs bodies and model_selection_expression together"),
        ({"model_selection_expression": "$request.body.a"}, "needs bodies and model_selection_expression together"),
    ],
)
def test_bodies_that_do_not_fit_together_are_refused(stack: Stack, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConstructError, match=said):
        WebSocketApi(stack, "Chat").route("send", Pong(), **options)


def test_stage_is_deployed_by_itself_or_of_a_snapshot(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")

    with pytest.raises(ConstructError, match="stage live has auto_deploy and a deployment"):
        api.add_stage("live", auto_deploy=True, deployment=api.add_deployment("V1"))


def test_stage_is_there_once_and_has_a_known_name(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")
    api.default(Pong())
    api.add_stage("live")

    with pytest.raises(ConstructError, match="Stack/Chat: the API has a stage 'live' already"):
        api.add_stage("live")
    with pytest.raises(ConstructError, match="a stage name that CloudFormation fills in is no id"):
        api.add_stage(Token.as_string({"Ref": "Name"}))


@pytest.mark.parametrize("given", ["AWS_IAM", IamAuthorizer], ids=["a word", "a class"])
def test_what_is_no_authorizer_is_refused(stack: Stack, given: Any) -> None:
    with pytest.raises(ConstructError, match=r"Stack/Chat: .* is no authorizer of a WebSocket API"):
        WebSocketApi(stack, "Chat").connect(Pong(), authorizer=given)


def test_authorizer_of_rest_apis_is_refused(stack: Stack) -> None:
    token: Any = TokenAuthorizer(stack, "Token", handler=function(stack, "Check"))

    with pytest.raises(ConstructError, match=r"Stack/Chat: .*TokenAuthorizer.* is no authorizer of a WebSocket API"):
        WebSocketApi(stack, "Chat").connect(Pong(), authorizer=token)


def test_option_that_no_route_has_is_refused(stack: Stack) -> None:
    options: Any = {"twoway": True}

    with pytest.raises(ConstructError, match="Stack/Chat: route send has no 'twoway': choose from bodies, body"):
        WebSocketApi(stack, "Chat").route("send", Pong(), **options)


def test_key_of_a_response_is_known(stack: Stack) -> None:
    later = WebSocketResponse(key=Token.as_string({"Ref": "Key"}))

    with pytest.raises(ConstructError, match="the key of a response that CloudFormation fills in is no id"):
        WebSocketApi(stack, "Chat").route("send", Pong(), responses=[later])


def test_snapshot_may_have_any_id(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")
    api.default(Pong())
    api.add_stage("live")

    snapshots = [api.add_deployment(name) for name in ("Deployment", "Routes", "Stages")]

    assert [snapshot.node.id for snapshot in snapshots] == ["Deployment", "Routes", "Stages"]
