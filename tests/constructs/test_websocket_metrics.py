"""Metrics of WebSocket APIs and of their stages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import Duration

from forestage.constructs.websocket_api import WebSocketApi
from tests.constructs.websockets import Pong

if TYPE_CHECKING:
    from aws_cdk import Stack


@pytest.mark.parametrize(
    ("method", "name", "statistic"),
    [
        ("metric_connect_count", "ConnectCount", "Sum"),
        ("metric_message_count", "MessageCount", "Sum"),
        ("metric_client_error", "ClientError", "Sum"),
        ("metric_execution_error", "ExecutionError", "Sum"),
        ("metric_integration_error", "IntegrationError", "Sum"),
        ("metric_integration_latency", "IntegrationLatency", "Average"),
    ],
)
def test_metrics_are_those_of_the_api_and_of_the_stage(stack: Stack, method: str, name: str, statistic: str) -> None:
    api = WebSocketApi(stack, "Chat")
    api.route("send", Pong())
    live = api.add_stage("live", access_log=None)

    of_api = getattr(api, method)(period=Duration.minutes(1))
    of_stage = getattr(live, method)()

    assert (of_api.metric_name, of_api.statistic, of_api.namespace) == (name, statistic, "AWS/ApiGateway")
    assert set(of_stage.dimensions) == {"ApiId", "Stage"}
