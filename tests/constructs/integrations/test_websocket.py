from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations import DynamoDb, Http, Lambda, Mock, Value
from forestage.constructs.integrations.options import IntegrationOptions
from forestage.constructs.integrations.websocket import bound_websocket
from forestage.constructs.websocket_api import WebSocketApi
from tests.constructs.synthesis import hold_against_stored, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack


def test_every_kind_answers_routes(stack: Stack, tmp_path: Path) -> None:
    function = lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context):\n    return {'statusCode': 200}\n"),
    )
    table = dynamodb.Table.from_table_name(stack, "Table", "messages")
    chat = WebSocketApi(stack, "Chat")
    chat.connect(Lambda.proxy(function))
    chat.default(Lambda.custom(function))
    chat.route("ping", Mock.json(200, {"pong": True}), two_way=True)
    chat.route("get", DynamoDb.get(table, key={"id": Value.body("$.id")}), two_way=True)
    chat.route("forward", Http.proxy("https://chat.example/messages"))
    chat.route("ask", Http.custom("https://chat.example/questions"), two_way=True)
    chat.add_stage("live")

    template = hold_against_stored(stack, "integrations_websocket")

    assert loaded(template, tmp_path).warnings == ()
    types = [
        (resource["Properties"]["IntegrationType"], "IntegrationUri" in resource["Properties"])
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::ApiGatewayV2::Integration"
    ]
    assert types == [
        ("AWS_PROXY", True),
        ("AWS", True),
        ("MOCK", False),
        ("AWS", True),
        ("HTTP_PROXY", True),
        ("HTTP", True),
    ]


def test_template_is_taken_for_every_message(stack: Stack) -> None:
    chat = WebSocketApi(stack, "Chat")
    chat.route("ping", Mock.json(200, {"pong": True}), two_way=True)

    template = Template.from_stack(stack)

    template.has_resource_properties(
        "AWS::ApiGatewayV2::Integration",
        {
            "IntegrationType": "MOCK",
            "IntegrationUri": Match.absent(),
            "TemplateSelectionExpression": r"\$default",
            "RequestTemplates": {"$default": '{"statusCode": 200}'},
            "PassthroughBehavior": "NEVER",
        },
    )
    template.has_resource_properties(
        "AWS::ApiGatewayV2::IntegrationResponse",
        {"IntegrationResponseKey": "$default", "ResponseTemplates": {"$default": '{"pong": true}'}},
    )


def test_options_reach_the_integration(stack: Stack) -> None:
    chat = WebSocketApi(stack, "Chat")
    integration = Http.proxy(
        "https://chat.example",
        timeout=Duration.seconds(3),
        content_handling=apigateway.ContentHandling.CONVERT_TO_BINARY,
        request_parameters={"integration.request.header.X-Route": "context.routeKey"},
    )
    chat.route("send", integration)

    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGatewayV2::Integration",
        {
            "IntegrationMethod": "POST",
            "TimeoutInMillis": 3000,
            "ContentHandlingStrategy": "CONVERT_TO_BINARY",
            "RequestParameters": {"integration.request.header.X-Route": "context.routeKey"},
        },
    )


def test_template_that_cannot_be_rendered_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="the request template does not parse in line 1, column"):
        bound_websocket(
            stack, type="HTTP", uri="https://x.example", method="POST", template="#if(", options=IntegrationOptions()
        )
