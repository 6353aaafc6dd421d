"""Routes of WebSocket APIs: their integrations, and whether clients are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as integrations

from forestage.constructs.checks import ConstructError
from forestage.constructs.integration import BoundWebSocketIntegration, WebSocketResponse
from forestage.constructs.websocket_api import WebSocketApi
from tests.constructs.synthesis import synthesized
from tests.constructs.websockets import Pong

if TYPE_CHECKING:
    from aws_cdk import Stack
    from constructs import Construct


class HttpProxy:
    """An integration of a type that the L2 has no word for."""

    def bind_websocket(self, scope: Construct, *, route_key: str) -> BoundWebSocketIntegration:
        del scope, route_key
        return BoundWebSocketIntegration(
            integration=integrations.WebSocketAwsIntegration(
                "Integration", integration_uri="https://example.com", integration_method="POST"
            ),
            properties={"integration_type": "HTTP_PROXY"},
        )


# Properties are those of CloudFormation.
def of_type(stack: Stack, name: str) -> list[dict[str, Any]]:
    found = synthesized(stack)["Resources"].values()
    return [resource["Properties"] for resource in found if resource["Type"] == f"AWS::ApiGatewayV2::{name}"]


def test_one_way_route_has_no_responses(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").route("ping", Pong())

    assert of_type(stack, "RouteResponse") == []
    assert of_type(stack, "IntegrationResponse") == []


def test_two_way_route_has_the_integration_s_responses(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").route("ping", Pong(), two_way=True)

    (route,) = of_type(stack, "Route")
    assert route["RouteResponseSelectionExpression"] == "$default"
    assert [found["RouteResponseKey"] for found in of_type(stack, "RouteResponse")] == ["$default"]
    assert [found["ResponseTemplates"] for found in of_type(stack, "IntegrationResponse")] == [
        {"$default": '{"pong": true}'}
    ]


def test_route_adds_responses_and_replaces_them_by_key(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").route(
        "ping",
        Pong(),
        responses=[
            WebSocketResponse(templates={"$default": '{"pong": false}'}),
            WebSocketResponse(
                key=r"/5\d\d/",
                template_selection_expression="${request.body.kind}",
                content_handling=apigatewayv2.ContentHandling.CONVERT_TO_TEXT,
                parameters={"method.response.header.x": "integration.response.header.x"},
            ),
        ],
    )

    default, failed = of_type(stack, "IntegrationResponse")
    assert default["ResponseTemplates"] == {"$default": '{"pong": false}'}
    assert failed["IntegrationResponseKey"] == r"/5\d\d/"
    assert failed["TemplateSelectionExpression"] == "${request.body.kind}"
    assert failed["ContentHandlingStrategy"] == "CONVERT_TO_TEXT"
    assert failed["ResponseParameters"] == {"method.response.header.x": "integration.response.header.x"}


def test_two_way_proxy_needs_no_responses(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").route("ping", HttpProxy(), two_way=True)

    assert len(of_type(stack, "RouteResponse")) == 1
    assert of_type(stack, "IntegrationResponse") == []


def test_properties_are_laid_over_what_the_l2_makes(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").route("ping", HttpProxy())

    (integration,) = of_type(stack, "Integration")
    assert integration["IntegrationType"] == "HTTP_PROXY"
    assert integration["IntegrationUri"] == "https://example.com"


def test_integration_of_aws_cdk_is_taken_and_shared(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")
    shared = integrations.WebSocketMockIntegration("Shared")
    first, second = api.route("ping", shared), api.route("pong", shared)

    assert first.integration is not None
    assert second.integration is None
    assert len(of_type(stack, "Integration")) == 1
    with pytest.raises(ConstructError, match="the integration belongs to an earlier route"):
        api.route("pang", shared, responses=[WebSocketResponse()])


def test_operation_is_named(stack: Stack) -> None:
    WebSocketApi(stack, "Chat").route("ping", Pong(), operation_name="Ping")

    assert of_type(stack, "Route")[0]["OperationName"] == "Ping"


def test_what_cannot_answer_a_route_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"Stack/Chat/Routes/ping: object cannot answer a route"):
        WebSocketApi(stack, "Chat").route("ping", object())  # type: ignore[arg-type]  # what a caller without types may give


@pytest.mark.parametrize("key", ["200", "/200", "//"])
def test_response_keys_that_are_refused(stack: Stack, key: str) -> None:
    with pytest.raises(ConstructError, match="or a regular expression in slashes"):
        WebSocketApi(stack, "Chat").route("ping", Pong(), responses=[WebSocketResponse(key=key)])


def test_template_that_cannot_be_rendered_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"the template \$default of response \$default"):
        WebSocketApi(stack, "Chat").route("ping", Pong(), responses=[WebSocketResponse(templates={"$default": "#if("})])
