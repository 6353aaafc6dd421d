"""What is deployed for the WebSocket API."""

import pytest
from aws_cdk.assertions import Match, Template


@pytest.mark.parametrize("key", ["$connect", "$disconnect", "say"])
def test_route_has_an_integration(template: Template, key: str) -> None:
    template.has_resource_properties("AWS::ApiGatewayV2::Route", {"RouteKey": key, "Target": Match.any_value()})


def test_messages_are_validated(template: Template) -> None:
    template.has_resource_properties("AWS::ApiGatewayV2::Model", {"Name": "Message"})
