"""What is advised about WebSocket APIs when their app is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk.assertions import Annotations, Match

from forestage.constructs.usage_plans import UsagePlan
from forestage.constructs.websocket_api import WebSocketApi
from tests.constructs.websockets import Pong

if TYPE_CHECKING:
    from aws_cdk import Stack

    from forestage.constructs.websocket_stages import WebSocketStage

KEY = Match.string_like_regexp(r"\$connect needs an API key.*forestage:key-without-plan")
STAGE = Match.string_like_regexp("the API has no stage.*forestage:no-stage")


def live(stack: Stack, *, key: bool = True) -> WebSocketStage:
    api = WebSocketApi(stack, "Chat")
    api.connect(Pong(), api_key_required=key)
    return api.add_stage("live", access_log=None)


def test_api_without_a_stage_is_told(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").default(Pong())

    Annotations.from_stack(stack).has_warning("/Stack/Chat", STAGE)


def test_stage_of_aws_cdk_is_a_stage(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")
    api.default(Pong())
    apigatewayv2.WebSocketStage(stack, "Live", web_socket_api=api.resource, stage_name="live", auto_deploy=True)

    Annotations.from_stack(stack).has_no_warning("*", STAGE)


def test_key_without_a_plan_is_told(stack: Stack) -> None:
    live(stack)

    Annotations.from_stack(stack).has_warning("/Stack/Chat/Stages/live", KEY)


def test_nothing_is_told_where_no_key_is_needed(stack: Stack) -> None:
    live(stack, key=False)

    Annotations.from_stack(stack).has_no_warning("*", KEY)


@pytest.mark.parametrize("plan", ["ours", "aws_cdk"])
def test_plan_of_the_stage_is_found(stack: Stack, plan: str) -> None:
    stage = live(stack)
    if plan == "ours":
        UsagePlan(stack, "Gold", stages=[stage])
    else:
        apigateway.CfnUsagePlan(
            stack,
            "Gold",
            api_stages=[apigateway.CfnUsagePlan.ApiStageProperty(api_id=stage.api_id, stage=stage.stage_name)],
        )

    Annotations.from_stack(stack).has_no_warning("*", KEY)
