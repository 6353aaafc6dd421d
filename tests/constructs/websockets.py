"""An integration for WebSocket routes that needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_apigatewayv2_integrations as integrations

from forestage.constructs.integration import BoundWebSocketIntegration, WebSocketResponse

if TYPE_CHECKING:
    from constructs import Construct


class Pong:
    """A mock that answers ``pong`` by a response of its own, and remembers the constructs that it was bound in."""

    def __init__(self) -> None:
        self.bound: list[tuple[str, str]] = []

    def bind_websocket(self, scope: Construct, *, route_key: str) -> BoundWebSocketIntegration:
        self.bound.append((scope.node.path, route_key))
        return BoundWebSocketIntegration(
            integration=integrations.WebSocketMockIntegration("Integration"),
            properties={"request_templates": {"$default": '{"statusCode": 200}'}},
            responses=(WebSocketResponse(templates={"$default": '{"pong": true}'}),),
        )
