"""HTTP servers behind routes, on the internet or in a VPC."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Unpack

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2

from forestage.constructs.checks import check_allowed, is_known, refuse, warn
from forestage.constructs.integration import BoundIntegration, BoundWebSocketIntegration
from forestage.constructs.integrations.mappings import (
    check_template_variables,
    check_url,
    check_websocket_url,
    declared,
    path_mappings,
)
from forestage.constructs.integrations.options import IntegrationOptions, check_options, to_options
from forestage.constructs.integrations.responses import (
    IntegrationResponse,
    check_responses,
    message,
    method_responses,
)
from forestage.constructs.integrations.templated import Templated
from forestage.constructs.integrations.websocket import bound_websocket
from forestage.constructs.verbs import VERBS
from forestage.model.vocabulary import OneOf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

METHOD: Final = OneOf(*VERBS)


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcConnection:
    """How an HTTP backend in a VPC is reached: by a link of either version, with its target for one of version 2."""

    link_v1: apigateway.IVpcLink | None = None
    link_v2: apigatewayv2.IVpcLink | None = None
    target_arn: str | None = None

    def to_link(self, scope: Construct) -> apigateway.IVpcLink | None:
        """Return the link as the L2 takes it: it writes the id of either version alike."""
        if self.link_v2 is None:
            return self.link_v1
        return apigateway.VpcLink.from_vpc_link_id(scope, "VpcLink", self.link_v2.vpc_link_id)

    @property
    def properties(self) -> dict[str, object]:
        """What the L2 has no word for."""
        return {} if self.target_arn is None else {"IntegrationTarget": self.target_arn}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProxy:
    """An HTTP server that gets requests as they are, and whose responses go back as they are; by ``Http.proxy``."""

    url: str
    method: str | None = None
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    streaming: bool = False
    connection: VpcConnection | None = None
    options: IntegrationOptions = field(default_factory=IntegrationOptions)

    def bind(self, scope: Construct, *, verb: str, path: str) -> BoundIntegration:
        """Make the integration of one method."""
        check_options(scope, self.options, streaming=self.streaming)
        _check_backend(scope, self.url, self.method, self.connection)
        parameters = _parameters(scope, self.url, path, self.request_parameters)
        connection = self.connection
        return BoundIntegration(
            integration=apigateway.HttpIntegration(
                self.url,
                http_method=self.method or verb,
                proxy=True,
                options=to_options(
                    self.options,
                    parameters=parameters,
                    streaming=self.streaming,
                    vpc_link=None if connection is None else connection.to_link(scope),
                ),
            ),
            request_parameters=_declared(scope, parameters, self.options, path),
            properties={} if connection is None else connection.properties,
        )

    def bind_websocket(self, scope: Construct, *, route_key: str) -> BoundWebSocketIntegration:
        """Make the integration of one route, whose messages are sent as they are, by POST if no method is given."""
        if self.streaming:
            refuse(scope, f"backends of a WebSocket API do not stream, route {route_key} does: take streaming off")
        _check_backend(scope, self.url, self.method, self.connection)
        check_websocket_url(scope, self.url)
        return bound_websocket(
            scope,
            type="HTTP_PROXY",
            uri=self.url,
            method=self.method or "POST",
            parameters=self.request_parameters,
            options=self.options,
            properties=_websocket_connection(scope, self.connection),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCustom(Templated):
    """An HTTP server that gets what templates and mappings make of a request; by ``Http.custom``."""

    url: str
    method: str | None
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    passthrough_behavior: apigateway.PassthroughBehavior | None = None
    options: IntegrationOptions = field(default_factory=IntegrationOptions)

    @property
    def _passthrough(self) -> apigateway.PassthroughBehavior:
        if self.passthrough_behavior is not None:
            return self.passthrough_behavior
        behaviors = apigateway.PassthroughBehavior
        return behaviors.NEVER if self.request_templates else behaviors.WHEN_NO_TEMPLATES

    def bind(self, scope: Construct, *, verb: str, path: str) -> BoundIntegration:
        """Make the integration of one method."""
        check_options(scope, self.options)
        check_responses(scope, self.responses)
        _check_backend(scope, self.url, self.method, None)
        for template in self.request_templates.values():
            check_template_variables(scope, template, path=path)
        parameters = _parameters(scope, self.url, path, self.request_parameters)
        return BoundIntegration(
            integration=apigateway.HttpIntegration(
                self.url,
                http_method=self.method or verb,
                proxy=False,
                options=to_options(
                    self.options,
                    parameters=parameters,
                    templates=self.request_templates,
                    responses=self.responses,
                    passthrough=self._passthrough,
                ),
            ),
            method_responses=method_responses(self.responses),
            request_parameters=_declared(scope, parameters, self.options, path),
        )

    def bind_websocket(self, scope: Construct, *, route_key: str) -> BoundWebSocketIntegration:
        """Make the integration of one route, by POST if no method is given."""
        del route_key
        _check_backend(scope, self.url, self.method, None)
        check_websocket_url(scope, self.url)
        return bound_websocket(
            scope,
            type="HTTP",
            uri=self.url,
            method=self.method or "POST",
            template=self.request_template,
            parameters=self.request_parameters,
            responses=self.responses,
            passthrough=apigatewayv2.PassthroughBehavior[self._passthrough.name],
            options=self.options,
        )


class Http:
    """HTTP servers on the internet.

    A variable in the URL, ``https://pets.example/{id}``, is that of the same name in the path.
    ``method`` is the request's own if not given.
    ``request_parameters`` are AWS's mappings: ``{"integration.request.header.X-Stage": "context.stage"}``.

    CloudFormation has no way to take a certificate that cannot be verified, and neither have these; a URL without TLS
    is warned of.
    """

    @staticmethod
    def proxy(
        url: str,
        *,
        method: str | None = None,
        request_parameters: Mapping[str, str] | None = None,
        streaming: bool = False,
        **options: Unpack[IntegrationOptions],
    ) -> HttpProxy:
        """Pass requests and responses on as they are; ``streaming`` passes a response on while it arrives."""
        return HttpProxy(
            url=url,
            method=method,
            request_parameters=request_parameters or {},
            streaming=streaming,
            options=options,
        )

    @staticmethod
    def custom(
        url: str,
        *,
        method: str | None = None,
        request_templates: Mapping[str, str] | None = None,
        request_parameters: Mapping[str, str] | None = None,
        responses: Sequence[IntegrationResponse] | None = None,
        passthrough_behavior: apigateway.PassthroughBehavior | None = None,
        **options: Unpack[IntegrationOptions],
    ) -> HttpCustom:
        """Send what templates and mappings make of a request: no header and no query parameter passes by itself.

        Without ``request_templates`` any body passes as it is; with some, other types of content are refused with 415.
        Without ``responses``, what the server answers with 2xx is passed as 200; 404, other 4xx as 400, and all else as
        502 are told in our words.
        """
        return HttpCustom(
            url=url,
            method=method,
            request_templates=request_templates or {},
            request_parameters=request_parameters or {},
            responses=_default_responses() if responses is None else tuple(responses),
            passthrough_behavior=passthrough_behavior,
            options=options,
        )


def _default_responses() -> tuple[IntegrationResponse, ...]:
    return (
        IntegrationResponse(status=200, pattern=r"2\d{2}"),
        IntegrationResponse(status=400, pattern=r"4(?!04)\d{2}", template=message(400)),
        IntegrationResponse(status=404, pattern="404", template=message(404)),
        IntegrationResponse(status=502, template=message(502)),
    )


def _parameters(scope: Construct, url: str, path: str, given: Mapping[str, str]) -> dict[str, str]:
    return {**path_mappings(scope, url=url, path=path, given=given), **given}


def _declared(
    scope: Construct, parameters: Mapping[str, str], options: IntegrationOptions, path: str
) -> dict[str, bool]:
    return declared(scope, (*parameters.values(), *options.get("cache_key_parameters", ())), path=path)


def _check_backend(scope: Construct, url: str, method: str | None, connection: VpcConnection | None) -> None:
    check_url(scope, url)
    check_allowed(scope, "the method of a backend", method, METHOD)
    if connection is None and is_known(url) and url.startswith("http://"):
        warn(scope, "backend-without-tls", f"requests to {url} cross the internet in the clear: use https://")


def _websocket_connection(scope: Construct, connection: VpcConnection | None) -> dict[str, object]:
    """Say how a backend in a VPC is reached.

    Source: websocket.md section 4: a WebSocket API reaches a VPC by a link to a network load balancer (documented).
    """
    if connection is None:
        return {}
    if connection.link_v1 is None:
        refuse(scope, "a WebSocket API reaches a VPC only by a network load balancer: use Private.nlb")
    return {"connection_type": "VPC_LINK", "connection_id": connection.link_v1.vpc_link_id}
