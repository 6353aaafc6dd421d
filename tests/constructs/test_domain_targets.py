"""Stages that domains lead to, of ours and of ``aws_cdk``."""

from __future__ import annotations

import pytest
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2

from forestage.constructs.checks import ConstructError
from tests.constructs.small_api import answering
from tests.constructs.small_domains import (
    domain,
    of_type,
)


def test_stages_of_plain_aws_cdk_are_mapped_as_well(stack: Stack) -> None:
    api = apigateway.RestApi(stack, "Plain")
    api.root.add_method("GET", answering())
    imported = apigateway.RestApi.from_rest_api_id(stack, "Imported", "a1b2c3")
    deployment = apigateway.Deployment(stack, "Deployment", api=imported)
    made = domain(stack)
    made.add_mapping("plain", api.deployment_stage)
    made.add_mapping("imported", apigateway.Stage(stack, "Dev", deployment=deployment))

    paths = [mapping["BasePath"] for mapping in of_type(stack, "AWS::ApiGateway::BasePathMapping")]
    assert paths == ["plain", "imported"]


def test_websocket_stage_of_an_imported_api_is_mapped(stack: Stack) -> None:
    api = apigatewayv2.WebSocketApi.from_web_socket_api_attributes(stack, "Chat", web_socket_id="a1b2c3")
    live = apigatewayv2.WebSocketStage(stack, "Live", web_socket_api=api, stage_name="live", auto_deploy=True)
    domain(stack).add_mapping("chat", live)

    assert of_type(stack, "AWS::ApiGatewayV2::ApiMapping")[0]["ApiId"] == "a1b2c3"


def test_what_is_no_stage_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="Stack is no stage"):
        domain(stack).add_mapping("", stack)  # type: ignore[arg-type]  # what a caller without types may give
