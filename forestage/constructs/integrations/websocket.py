"""Integrations of WebSocket APIs, of every type that API Gateway has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as integrations

from forestage.constructs.checks import check_mapping_template
from forestage.constructs.integration import BoundWebSocketIntegration
from forestage.constructs.integrations.mappings import check_websocket_mappings
from forestage.constructs.integrations.options import IntegrationOptions, check_websocket_options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_iam as iam
    from constructs import Construct

    from forestage.constructs.integrations.responses import IntegrationResponse

ID: Final = "Integration"
DEFAULT_TEMPLATE: Final = "$default"
SELECTS_DEFAULT: Final = r"\$default"
"""A selection expression that always gives ``$default``. Source: websocket.md section 4 (documented)."""


def bound_websocket(
    scope: Construct,
    *,
    type: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CloudFormation)
    uri: str | None,
    method: str,
    options: IntegrationOptions,
    template: str | None = None,
    parameters: Mapping[str, str] | None = None,
    responses: Sequence[IntegrationResponse] = (),
    passthrough: apigatewayv2.PassthroughBehavior | None = None,
    role: iam.IRole | None = None,
    properties: Mapping[str, Any] | None = None,  # of any type that a property of CloudFormation has
) -> BoundWebSocketIntegration:
    """Make an integration of any type.

    The L2 knows three types, and has no word for HTTP and for VPC links: these are laid over what it makes.
    """
    check_websocket_options(scope, options)
    check_websocket_mappings(scope, parameters or {})
    if template is not None:
        check_mapping_template(scope, "the request template", template)
    handling = options.get("content_handling")
    laid_over: dict[str, object] = {} if type == "AWS" else {"integration_type": type}
    if uri is None:
        # The L2 writes an empty text, which is no URI.
        laid_over["integration_uri"] = None
    return BoundWebSocketIntegration(
        integration=integrations.WebSocketAwsIntegration(
            ID,
            integration_uri=uri or "",
            integration_method=method,
            content_handling=None if handling is None else apigatewayv2.ContentHandling[handling.name],
            credentials_role=role,
            passthrough_behavior=passthrough,
            request_parameters=dict(parameters or {}) or None,
            request_templates=None if template is None else {DEFAULT_TEMPLATE: template},
            template_selection_expression=None if template is None else SELECTS_DEFAULT,
            timeout=options.get("timeout"),
        ),
        properties={**laid_over, **(properties or {})},
        responses=tuple(response.to_websocket() for response in responses),
    )
