"""The smallest APIs that can be called: a MOCK, and a stage that writes no logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_apigateway as apigateway

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.constructs.rest_api import RestApi
    from forestage.constructs.stages import Stage


def answering(templates: Mapping[str, str] | None = None) -> apigateway.Integration:
    """A MOCK that answers 200."""
    return apigateway.MockIntegration(
        request_templates={"application/json": '{"statusCode": 200}'},
        integration_responses=[apigateway.IntegrationResponse(status_code="200", response_templates=templates)],
    )


def add_dev(api: RestApi) -> Stage:
    """Serve an API on a stage ``dev``, without what stages have beside."""
    return api.add_stage("dev", access_log=None, throttle=None, log_level=apigateway.MethodLoggingLevel.OFF)
