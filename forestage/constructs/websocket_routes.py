"""Routes of a WebSocket API: what a message leads to, and whether the client is answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypedDict

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from constructs import Construct

from forestage.constructs.checks import check_mapping_template, is_known, refuse
from forestage.constructs.integration import BoundWebSocketIntegration, WebSocketIntegration, WebSocketResponse
from forestage.constructs.source_lines import NotedConstruct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.constructs.models import BodyType

CONNECT: Final = "$connect"
DISCONNECT: Final = "$disconnect"
DEFAULT: Final = "$default"

SELECTS_DEFAULT: Final = r"\$default"
"""A selection expression that gives ``$default``. Source: websocket.md section 3 (documented)."""

_SLASHED: Final = re.compile(r"/.+/", re.DOTALL)


class WebSocketRouteOptions(TypedDict, total=False):
    """What a route may declare, beside its key and its integration."""

    body: BodyType
    """The type of the messages, which API Gateway then validates."""
    bodies: Mapping[str, BodyType]
    """Types of messages by what ``model_selection_expression`` gives; ``$default`` is for all others."""
    model_selection_expression: str
    """What chooses among ``bodies``: ``$request.body.kind``."""
    two_way: bool
    """Whether what the integration answers is sent to the client; False where ``responses`` are not given."""
    responses: Sequence[WebSocketResponse]
    """How answers become messages: they replace those of the integration that have the same key."""
    operation_name: str
    """What generated clients call the route."""


class WebSocketRoute(NotedConstruct):
    """One route of a WebSocket API; ``WebSocketApi.route``, ``connect``, ``disconnect`` and ``default`` make them.

    ``resource`` is the L2 ``WebSocketRoute``, ``integration`` the L2 ``WebSocketIntegration`` that was made for it,
    None where the route shares one that an earlier route made.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        api: apigatewayv2.IWebSocketApi,
        route_key: str,
        integration: WebSocketIntegration | apigatewayv2.WebSocketRouteIntegration,
        models: Mapping[str, str],
        model_selection_expression: str | None = None,
        request_parameters: Mapping[str, bool] | None = None,
        authorizer: apigatewayv2.IWebSocketRouteAuthorizer | None = None,
        api_key_required: bool = False,
        two_way: bool = False,
        responses: Sequence[WebSocketResponse] = (),
        operation_name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.route_key = route_key
        self.api_key_required = api_key_required
        bound = _bind(integration, self, route_key)
        self.resource = apigatewayv2.WebSocketRoute(
            self,
            "Resource",
            web_socket_api=api,
            route_key=route_key,
            integration=bound.integration,
            authorizer=authorizer,
            api_key_required=api_key_required or None,
            return_response=two_way or None,
        )
        self.integration = next(
            (part for part in self.resource.node.children if isinstance(part, apigatewayv2.WebSocketIntegration)), None
        )
        self._lay_over(bound.properties)
        self._declare(models, model_selection_expression, request_parameters or {}, operation_name)
        if two_way:
            self._answer(api, {response.key: response for response in (*bound.responses, *responses)})

    def _lay_over(self, properties: Mapping[str, object]) -> None:
        if self.integration is None:
            return
        resource = self.integration.node.default_child
        for name, value in properties.items():
            setattr(resource, name, value)

    def _declare(
        self,
        models: Mapping[str, str],
        model_selection_expression: str | None,
        parameters: Mapping[str, bool],
        operation_name: str | None,
    ) -> None:
        """Set what the L2 has no word for."""
        route = self.resource.node.default_child
        assert isinstance(route, apigatewayv2.CfnRoute)
        if models:
            route.request_models = dict(models)
            route.model_selection_expression = model_selection_expression
        if parameters:
            route.request_parameters = {name: {"Required": required} for name, required in parameters.items()}
        route.operation_name = operation_name

    def _answer(self, api: apigatewayv2.IWebSocketApi, responses: Mapping[str, WebSocketResponse]) -> None:
        if not responses:
            return
        if self.integration is None:
            refuse(self, "the integration belongs to an earlier route, which has its responses: give each an own one")
        scope = Construct(self, "Responses")
        for key, response in responses.items():
            _check_response(self, response)
            apigatewayv2.CfnIntegrationResponse(
                scope,
                key.strip("/") or key,
                api_id=api.api_id,
                integration_id=self.integration.integration_id,
                integration_response_key=key,
                response_templates=dict(response.templates) or None,
                template_selection_expression=response.template_selection_expression,
                content_handling_strategy=response.content_handling.value if response.content_handling else None,
                response_parameters=dict(response.parameters) or None,
            )


def _bind(
    integration: WebSocketIntegration | apigatewayv2.WebSocketRouteIntegration, route: WebSocketRoute, route_key: str
) -> BoundWebSocketIntegration:
    if isinstance(integration, apigatewayv2.WebSocketRouteIntegration):
        return BoundWebSocketIntegration(integration=integration)
    if not isinstance(integration, WebSocketIntegration):
        refuse(
            route,
            f"{type(integration).__name__} cannot answer a route of a WebSocket API: give an integration that has "
            "bind_websocket, or a WebSocketRouteIntegration of aws_cdk",
        )
    return integration.bind_websocket(route, route_key=route_key)


def _check_response(route: WebSocketRoute, response: WebSocketResponse) -> None:
    """Refuse keys that API Gateway does not take, and templates that cannot be rendered.

    Source: websocket.md section 4, Response side (documented).
    """
    key = response.key
    if not is_known(key):
        refuse(route, "the key of a response that CloudFormation fills in is no id: write it as a text")
    if key != DEFAULT and not _SLASHED.fullmatch(key):
        refuse(
            route,
            f"the key of a response is $default or a regular expression in slashes, got {key!r}: write '/{key}/'",
        )
    for name, template in response.templates.items():
        check_mapping_template(route, f"the template {name} of response {key}", template)
