"""What a route is answered by: the contract between an API and its integrations."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_apigatewayv2 as apigatewayv2
    from constructs import Construct


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundIntegration:
    """An integration of one method, and what it needs the method to declare.

    ``method_responses`` are those that the integration's responses refer to; an API adds the models that the route
    declares.
    ``request_parameters`` are those that the integration maps, ``method.request.path.id``, with whether a request must
    have them.
    ``properties`` are laid over the ``Integration`` of the ``CfnMethod`` after the L2 has made it, by CloudFormation's
    names: the L2 has no word for ``{"IntegrationTarget": arn}``.
    """

    integration: apigateway.Integration
    method_responses: tuple[apigateway.MethodResponse, ...] = ()
    request_parameters: Mapping[str, bool] = field(default_factory=dict)
    properties: Mapping[str, object] = field(default_factory=dict)


@runtime_checkable
class Integration(Protocol):
    """Answers a method of a REST API."""

    def bind(self, scope: Construct, *, verb: str, path: str) -> BoundIntegration:
        """Make the integration of one method.

        ``scope`` is a construct of this route alone: what the integration needs, a role for instance, is made in it
        under a fixed id.
        ``verb`` is ``GET`` or ``ANY``, ``path`` the path of the resource: ``/pets/{id}``.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSocketResponse:
    r"""How an answer of a backend becomes a message of a two-way route: ``AWS::ApiGatewayV2::IntegrationResponse``.

    ``key`` is ``$default``, or a regular expression in slashes that is matched against the status of an HTTP or mock
    backend, and against the ``errorMessage`` of a function: ``/2\d\d/``.
    ``templates`` are by the value of ``template_selection_expression``; without an expression the one under
    ``$default`` is used.

    Source: websocket.md section 4, Response side (documented).
    """

    key: str = "$default"
    templates: Mapping[str, str] = field(default_factory=dict)
    template_selection_expression: str | None = None
    content_handling: apigatewayv2.ContentHandling | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundWebSocketIntegration:
    """An integration of one route of a WebSocket API.

    ``properties`` are set on the ``CfnIntegration`` after the L2 has made it, by the names of its Python attributes:
    the L2 has no word for ``{"integration_type": "HTTP_PROXY", "connection_type": "VPC_LINK", ...}``.
    ``responses`` are the integration's own; a route adds or replaces some by key.
    """

    integration: apigatewayv2.WebSocketRouteIntegration
    properties: Mapping[str, object] = field(default_factory=dict)
    responses: tuple[WebSocketResponse, ...] = ()


@runtime_checkable
class WebSocketIntegration(Protocol):
    """Answers a route of a WebSocket API."""

    def bind_websocket(self, scope: Construct, *, route_key: str) -> BoundWebSocketIntegration:
        """Make the integration of one route.

        ``scope`` is a construct of this route alone: what the integration needs, a role for instance, is made in it
        under a fixed id. The id of the ``WebSocketRouteIntegration`` is ``Integration``.
        """
        ...
