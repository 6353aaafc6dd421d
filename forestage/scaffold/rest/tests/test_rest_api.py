"""What is deployed for the REST API."""

from aws_cdk.assertions import Match, Template


def test_every_request_is_logged(template: Template) -> None:
    template.has_resource_properties(
        "AWS::ApiGateway::Stage",
        {"StageName": "dev", "AccessLogSetting": {"DestinationArn": Match.any_value()}},
    )


def test_guests_are_validated(template: Template) -> None:
    template.has_resource_properties("AWS::ApiGateway::Model", {"Name": "Guest"})
    template.has_resource_properties(
        "AWS::ApiGateway::Method",
        {"HttpMethod": "POST", "RequestModels": Match.any_value(), "RequestValidatorId": Match.any_value()},
    )
