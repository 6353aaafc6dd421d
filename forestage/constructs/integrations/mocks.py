"""Answers that the gateway gives by itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self, Unpack

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2

from forestage.constructs.integration import BoundIntegration, BoundWebSocketIntegration
from forestage.constructs.integrations.mappings import check_template_variables, declared
from forestage.constructs.integrations.options import IntegrationOptions, check_options, to_options
from forestage.constructs.integrations.responses import (
    JSON,
    IntegrationResponse,
    check_responses,
    method_responses,
)
from forestage.constructs.integrations.templated import Answering
from forestage.constructs.integrations.values import json_text
from forestage.constructs.integrations.websocket import bound_websocket

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from constructs import Construct

    from forestage.model.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class MockAnswer(Answering):
    """An answer without any backend; by ``Mock.json``, ``Mock.status`` and ``Mock.template``."""

    request_template: str
    options: IntegrationOptions = field(default_factory=IntegrationOptions)

    def with_request_template(self, template: str) -> Self:
        """Return the same with another template for the choice of the response."""
        return replace(self, request_template=template)

    def bind(self, scope: Construct, *, verb: str, path: str) -> BoundIntegration:
        """Make the integration of one method."""
        del verb
        check_options(scope, self.options)
        check_responses(scope, self.responses)
        check_template_variables(scope, self.request_template, path=path)
        options = to_options(
            self.options,
            templates={JSON: self.request_template},
            responses=self.responses,
            passthrough=apigateway.PassthroughBehavior.NEVER,
        )
        return BoundIntegration(
            integration=apigateway.Integration(type=apigateway.IntegrationType.MOCK, options=options),
            method_responses=method_responses(self.responses),
            request_parameters=declared(scope, self.options.get("cache_key_parameters", ()), path=path),
        )

    def bind_websocket(self, scope: Construct, *, route_key: str) -> BoundWebSocketIntegration:
        """Make the integration of one route; the client reads an answer where the route is two-way."""
        del route_key
        return bound_websocket(
            scope,
            type="MOCK",
            uri=None,
            method="POST",
            template=self.request_template,
            responses=self.responses,
            passthrough=apigatewayv2.PassthroughBehavior.NEVER,
            options=self.options,
        )


class Mock:
    """Answers that the gateway gives by itself, without a backend.

    Bodies other than JSON are refused with 415.
    ``headers`` are texts as they are sent: ``{"Cache-Control": "no-store"}``.
    """

    @staticmethod
    def json(
        status: int, body: Json, *, headers: Mapping[str, str] | None = None, **options: Unpack[IntegrationOptions]
    ) -> MockAnswer:
        """Answer with a constant; its texts may hold any sign, and tokens of CDK."""
        return _constant(status, json_text(body), headers or {}, options)

    @staticmethod
    def status(
        status: int, *, headers: Mapping[str, str] | None = None, **options: Unpack[IntegrationOptions]
    ) -> MockAnswer:
        """Answer with a status and no body."""
        return _constant(status, None, headers or {}, options)

    @staticmethod
    def template(
        *,
        responses: Sequence[IntegrationResponse],
        request_template: str | None = None,
        **options: Unpack[IntegrationOptions],
    ) -> MockAnswer:
        """Answer with what templates make.

        ``request_template`` gives the status by which one of the responses is chosen: ``{"statusCode": 404}``; the
        status of the first one if not given.
        """
        if not responses:
            raise ValueError("Mock.template answers with one of some responses, and has none: name one")
        return MockAnswer(
            request_template=_status(responses[0].status) if request_template is None else request_template,
            responses=tuple(responses),
            options=options,
        )


def _constant(status: int, template: str | None, headers: Mapping[str, str], options: IntegrationOptions) -> MockAnswer:
    response = IntegrationResponse(
        status=status, template=template, headers={name: f"'{value}'" for name, value in headers.items()}
    )
    return MockAnswer(request_template=_status(status), responses=(response,), options=options)


def _status(status: int) -> str:
    return f'{{"statusCode": {status}}}'
