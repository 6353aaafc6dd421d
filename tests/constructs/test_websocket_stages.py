"""Stages of WebSocket APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Match, Template

from forestage.constructs.access_logs import AccessLog
from forestage.constructs.checks import ConstructError
from forestage.constructs.throttles import Throttle
from forestage.constructs.websocket_api import WebSocketApi
from forestage.constructs.websocket_stages import WEBSOCKET_FIELDS, RouteSettings
from tests.constructs.synthesis import synthesized
from tests.constructs.websockets import Pong

if TYPE_CHECKING:
    from aws_cdk import Stack

OFF = apigateway.MethodLoggingLevel.OFF


def chat(stack: Stack, **options: Any) -> WebSocketApi:  # those of the API
    api = WebSocketApi(stack, "Chat", **options)
    api.route("send", Pong())
    return api


def stage_of(stack: Stack) -> dict[str, Any]:  # as CloudFormation has it
    found = synthesized(stack)["Resources"].values()
    (stage,) = (resource for resource in found if resource["Type"] == "AWS::ApiGatewayV2::Stage")
    return dict(stage)


def test_stage_throttles_and_logs_unless_said_otherwise(stack: Stack) -> None:
    chat(stack).add_stage("live")

    found = stage_of(stack)
    assert found["Properties"]["DefaultRouteSettings"] == {
        "DataTraceEnabled": False,
        "DetailedMetricsEnabled": False,
        "LoggingLevel": "ERROR",
        "ThrottlingBurstLimit": 500,
        "ThrottlingRateLimit": 1000,
    }
    assert '"connectionId": "$context.connectionId"' in found["Properties"]["AccessLogSettings"]["Format"]
    assert any(name.startswith("ForestageApiGatewayAccount") for name in found["DependsOn"])


def test_access_log_tells_nothing_secret() -> None:
    told = set(WEBSOCKET_FIELDS.values())

    assert "$context.identity.apiKey" not in told
    assert not any("body" in value for value in told)


@pytest.mark.parametrize(
    ("api", "stage"),
    [({}, {"access_log": None, "log_level": OFF}), ({"cloud_watch_role": False}, {})],
    ids=["without logs", "without role"],
)
def test_stage_asks_for_no_role_where_none_is_needed(stack: Stack, api: dict[str, Any], stage: dict[str, Any]) -> None:
    chat(stack, **api).add_stage("live", **stage)

    Template.from_stack(stack).resource_count_is("AWS::ApiGateway::Account", 0)


def test_stage_without_a_throttle_of_its_own_has_the_account_s(stack: Stack) -> None:
    chat(stack).add_stage("live", throttle=None)

    assert "ThrottlingRateLimit" not in stage_of(stack)["Properties"]["DefaultRouteSettings"]


def test_settings_of_a_route_are_laid_over_those_of_the_stage(stack: Stack) -> None:
    chat(stack).add_stage(
        "live",
        access_log=None,
        log_level=OFF,
        metrics=True,
        routes={"send": RouteSettings(throttle=Throttle(rate=0.5, burst=1), data_trace=True, metrics=False)},
    )

    assert stage_of(stack)["Properties"]["RouteSettings"] == {
        "send": {
            "DataTraceEnabled": True,
            "DetailedMetricsEnabled": False,
            "LoggingLevel": "OFF",
            "ThrottlingBurstLimit": 1,
            "ThrottlingRateLimit": 0.5,
        }
    }


def test_log_of_one_route_needs_the_role(stack: Stack) -> None:
    info = RouteSettings(log_level=apigateway.MethodLoggingLevel.INFO)
    chat(stack).add_stage("live", access_log=None, log_level=OFF, routes={"send": info})

    Template.from_stack(stack).resource_count_is("AWS::ApiGateway::Account", 1)


def test_settings_for_a_route_that_is_not_there_are_told(stack: Stack) -> None:
    chat(stack).add_stage("live", routes={"sned": RouteSettings(metrics=True)})

    with pytest.raises(RuntimeError, match="settings for route 'sned', which the API does not have: it has send"):
        synthesized(stack)


def test_api_without_routes_is_told(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").add_stage("live")

    with pytest.raises(RuntimeError, match="the API has no route, and cannot be deployed"):
        synthesized(stack)


def test_stage_that_deploys_by_itself_waits_for_the_routes(stack: Stack) -> None:
    chat(stack).add_stage("live", auto_deploy=True)

    found = stage_of(stack)
    assert found["Properties"]["AutoDeploy"] is True
    assert "DeploymentId" not in found["Properties"]
    assert any(name.startswith("ChatRoutessend") for name in found["DependsOn"])
    Template.from_stack(stack).resource_count_is("AWS::ApiGatewayV2::Deployment", 0)


def test_stage_has_variables_and_a_log_of_its_own(stack: Stack) -> None:
    chat(stack).add_stage(
        "live",
        description="For everybody",
        variables={"room": "hall"},
        access_log=AccessLog(fields={"id": "$context.requestId"}),
    )

    properties = stage_of(stack)["Properties"]
    assert properties["StageVariables"] == {"room": "hall"}
    assert properties["Description"] == "For everybody"
    assert properties["AccessLogSettings"]["Format"] == '{"id": "$context.requestId"}'


def test_urls_lead_to_the_stage(stack: Stack) -> None:
    api = chat(stack)
    live = api.add_stage("live")

    parts = ["://", {"Ref": "ChatF114FAFD"}, ".execute-api.eu-west-1.", {"Ref": "AWS::URLSuffix"}, "/live"]
    assert stack.resolve(live.url) == {"Fn::Join": ["", [f"wss{parts[0]}", *parts[1:]]]}
    assert stack.resolve(live.callback_url) == {"Fn::Join": ["", [f"https{parts[0]}", *parts[1:]]]}
    assert live.api_id == api.api_id
    assert live.stage_name == "live"


def test_connections_of_one_stage_are_managed(stack: Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    chat(stack).add_stage("live").grant_manage_connections(role)

    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy", Match.any_value())
    assert "/live/*/@connections/*" in str(policies)


def test_callers_are_let_connect_to_one_stage(stack: Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    chat(stack).add_stage("live").grant_connect(role)

    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Policy",
        {"PolicyDocument": {"Statement": [{"Action": "execute-api:Invoke", "Effect": "Allow"}]}},
    )
    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy", Match.any_value())
    assert "/live/$connect" in str(policies)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a b", {}, "the name of a stage has to be"),
        ("live", {"variables": {"a-b": "1"}}, "the name of a stage variable has to be"),
        ("live", {"throttle": 100}, r"throttle cannot be 100: write Throttle\("),
        ("live", {"access_log": "logs"}, "access_log cannot be 'logs'"),
        ("live", {"routes": {"send": 5}}, "what routes has for send cannot be 5"),
    ],
)
def test_stages_that_api_gateway_would_refuse(stack: Stack, name: str, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ConstructError, match=said):
        chat(stack).add_stage(name, **options)
