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
    """

    integration: apigateway.Integration
    method_responses: tuple[apigateway.MethodResponse, ...] = ()
    request_parameters: Mapping[str, bool] = field(default_factory=dict)


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


@runtime_checkable
class WebSocketIntegration(Protocol):
    """Answers a route of a WebSocket API."""

    def bind_websocket(self, scope: Construct, *, route_key: str) -> apigatewayv2.WebSocketRouteIntegration:
        """Make the integration of one route; ``scope`` is a construct of this route alone."""
        ...
