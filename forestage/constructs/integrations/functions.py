"""Lambda functions behind routes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, Unpack, get_args

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as websocket_integrations
from aws_cdk import aws_iam as iam

from forestage.constructs.checks import check_allowed, refuse
from forestage.constructs.integration import BoundIntegration, BoundWebSocketIntegration
from forestage.constructs.integrations.mappings import check_template_variables, declared
from forestage.constructs.integrations.options import (
    IntegrationOptions,
    check_options,
    check_websocket_options,
    to_options,
)
from forestage.constructs.integrations.permissions import Permissions, check_account
from forestage.constructs.integrations.responses import (
    JSON,
    NOTHING,
    IntegrationResponse,
    check_responses,
    message,
    method_responses,
)
from forestage.constructs.integrations.templated import Templated
from forestage.constructs.integrations.websocket import ID, bound_websocket
from forestage.model.vocabulary import OneOf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_lambda as lambda_
    from constructs import Construct

Permission = Literal["method", "api"]
PERMISSION: Final = OneOf(*get_args(Permission))

PASSES_BODY: Final = "$input.json('$')"
_INVOCATION_TYPE: Final = "integration.request.header.X-Amz-Invocation-Type"


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaProxy:
    """A function that gets the request as an event and answers with status, headers and body; by ``Lambda.proxy``."""

    handler: lambda_.IFunction
    streaming: bool = False
    permission: Permission = "method"
    options: IntegrationOptions = field(default_factory=IntegrationOptions)

    def bind(self, scope: Construct, *, verb: str, path: str) -> BoundIntegration:
        """Make the integration of one method."""
        check_options(scope, self.options, streaming=self.streaming)
        return BoundIntegration(
            integration=_lambda_integration(
                scope,
                self.handler,
                verb=verb,
                path=path,
                proxy=True,
                permission=self.permission,
                options=to_options(self.options, streaming=self.streaming),
            ),
            request_parameters=declared(scope, self.options.get("cache_key_parameters", ()), path=path),
        )

    def bind_websocket(self, scope: Construct, *, route_key: str) -> BoundWebSocketIntegration:
        """Make the integration of one route; the permission is for the route alone."""
        if self.streaming:
            refuse(scope, f"functions behind a WebSocket API do not stream, route {route_key} does: take streaming off")
        check_websocket_options(scope, self.options)
        check_account(scope, self.handler)
        handling = self.options.get("content_handling")
        return BoundWebSocketIntegration(
            integration=websocket_integrations.WebSocketLambdaIntegration(
                ID,
                self.handler,
                content_handling=None if handling is None else apigatewayv2.ContentHandling[handling.name],
                timeout=self.options.get("timeout"),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LambdaCustom(Templated):
    """A function that gets what a template makes of the request; by ``Lambda.custom``."""

    handler: lambda_.IFunction
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    permission: Permission = "method"
    passthrough_behavior: apigateway.PassthroughBehavior = apigateway.PassthroughBehavior.NEVER
    options: IntegrationOptions = field(default_factory=IntegrationOptions)

    def bind(self, scope: Construct, *, verb: str, path: str) -> BoundIntegration:
        """Make the integration of one method."""
        check_options(scope, self.options)
        check_responses(scope, self.responses)
        for template in self.request_templates.values():
            check_template_variables(scope, template, path=path)
        sources = (*self.request_parameters.values(), *self.options.get("cache_key_parameters", ()))
        return BoundIntegration(
            integration=_lambda_integration(
                scope,
                self.handler,
                verb=verb,
                path=path,
                proxy=False,
                permission=self.permission,
                options=to_options(
                    self.options,
                    parameters=self.request_parameters,
                    templates=self.request_templates,
                    responses=self.responses,
                    passthrough=self.passthrough_behavior,
                ),
            ),
            method_responses=method_responses(self.responses),
            request_parameters=declared(scope, sources, path=path),
        )

    def bind_websocket(self, scope: Construct, *, route_key: str) -> BoundWebSocketIntegration:
        """Make the integration of one route, with a role that may invoke the function and nothing else."""
        role = iam.Role(
            scope,
            "Role",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            description=f"Lets API Gateway invoke the function behind {route_key}",
        )
        self.handler.grant_invoke(role)
        return bound_websocket(
            scope,
            type="AWS",
            uri=Stack.of(scope).format_arn(
                service="apigateway",
                account="lambda",
                resource="path",
                resource_name=f"2015-03-31/functions/{self.handler.function_arn}/invocations",
            ),
            method="POST",
            template=self.request_template,
            parameters=self.request_parameters,
            responses=self.responses,
            passthrough=apigatewayv2.PassthroughBehavior[self.passthrough_behavior.name],
            role=role,
            options=self.options,
        )


class Lambda:
    """Functions behind routes.

    ``permission`` is what a route adds to the policy of its function: ``"method"`` allows its own method in all
    stages, and nothing else.
    The policy of a function has 20 KB, which is room for some 50 methods; from there on, ``"api"`` allows all methods
    of the API by one statement.
    More than fits is refused at synthesis.
    """

    @staticmethod
    def proxy(
        handler: lambda_.IFunction,
        *,
        streaming: bool = False,
        permission: Permission = "method",
        **options: Unpack[IntegrationOptions],
    ) -> LambdaProxy:
        """Hand requests over as events.

        ``streaming`` passes the response on while the function writes it, for up to 15 minutes; the function has to
        speak Lambda's streaming form.
        Source: whats-new.md, Response streaming (documented).
        """
        return LambdaProxy(handler=handler, streaming=streaming, permission=permission, options=options)

    @staticmethod
    def custom(
        handler: lambda_.IFunction,
        *,
        request_templates: Mapping[str, str] | None = None,
        request_parameters: Mapping[str, str] | None = None,
        responses: Sequence[IntegrationResponse] = (),
        asynchronous: bool = False,
        permission: Permission = "method",
        passthrough_behavior: apigateway.PassthroughBehavior = apigateway.PassthroughBehavior.NEVER,
        **options: Unpack[IntegrationOptions],
    ) -> LambdaCustom:
        """Hand over what a template makes of the request, and answer with what a template makes of the result.

        Without ``request_templates`` the function gets the JSON body.
        A response's ``pattern`` is matched against the ``errorMessage`` of what the function raised.
        An error that no pattern takes is 500 with a text of ours, unless a response for 500 is given: API Gateway
        itself would answer 200 with the trace of the error.
        ``asynchronous`` answers 202 at once, without a result.
        Source: rest-facts.md section 8.3 (recorded).
        """
        parameters = dict(request_parameters or {})
        if asynchronous:
            parameters[_INVOCATION_TYPE] = "'Event'"
        return LambdaCustom(
            handler=handler,
            request_templates={JSON: PASSES_BODY} if request_templates is None else request_templates,
            request_parameters=parameters,
            responses=_responses(tuple(responses), asynchronous=asynchronous),
            permission=permission,
            passthrough_behavior=passthrough_behavior,
            options=options,
        )


def _responses(given: tuple[IntegrationResponse, ...], *, asynchronous: bool) -> tuple[IntegrationResponse, ...]:
    """Add the response for results, and the one for errors that nothing else takes."""
    success = IntegrationResponse(status=202, template=NOTHING) if asynchronous else IntegrationResponse(status=200)
    responses = given if any(response.pattern is None for response in given) else (success, *given)
    if asynchronous or any(response.status == 500 for response in responses):  # ruff: ignore[magic-value-comparison]
        return responses
    return (*responses, IntegrationResponse(status=500, pattern=_all_but(responses), template=message(500)))


def _all_but(responses: tuple[IntegrationResponse, ...]) -> str:
    """Write a pattern for every error that no other pattern takes, so that the order of responses decides nothing."""
    patterns = [f"(?:{response.pattern})" for response in responses if response.pattern is not None]
    return rf"(?!(?:{'|'.join(patterns)})\z)[\s\S]+" if patterns else r"[\s\S]+"


def _lambda_integration(
    scope: Construct,
    handler: lambda_.IFunction,
    *,
    verb: str,
    path: str,
    proxy: bool,
    permission: Permission,
    options: apigateway.IntegrationOptions,
) -> apigateway.LambdaIntegration:
    check_account(scope, handler)
    check_allowed(scope, "the permission of an integration", permission, PERMISSION)
    by_method = permission == "method"
    if by_method:
        Permissions.of(handler).add(scope, verb=verb, path=path)
    return apigateway.LambdaIntegration(
        handler,
        proxy=proxy,
        # Test invocations are for the console; the L2 warns where it is asked to leave them out of a wider permission.
        allow_test_invoke=False if by_method else None,
        scope_permission_to_method=by_method,
        cache_key_parameters=options.cache_key_parameters,
        cache_namespace=options.cache_namespace,
        content_handling=options.content_handling,
        integration_responses=options.integration_responses,
        passthrough_behavior=options.passthrough_behavior,
        request_parameters=options.request_parameters,
        request_templates=options.request_templates,
        response_transfer_mode=options.response_transfer_mode,
        timeout=options.timeout,
    )
