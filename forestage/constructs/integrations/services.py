"""AWS services behind routes: one action of one service, what it is sent, and what a caller is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_iam as iam

from forestage.constructs.checks import refuse
from forestage.constructs.integration import BoundIntegration, BoundWebSocketIntegration
from forestage.constructs.integrations.mappings import (
    check_template_variables,
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

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aws_cdk import aws_kms as kms
    from constructs import Construct

SUCCESS: Final = r"2\d{2}"
REFUSED: Final = r"4\d{2}"

# Of the JSON protocols of services; Query services tell it elsewhere.
ERROR_TYPE: Final = "$input.path('$.__type').toString()"
QUERY_ERROR_TYPE: Final = "$input.path('$.Error.Code').toString()"

_DIRECTIVES: Final = ("if", "elseif")

THROTTLED: Final = ("Throttl", "ThroughputExceeded", "RequestLimitExceeded", "TooManyRequests")
INVALID: Final = ("ValidationException", "SerializationException")


class ServiceOptions(IntegrationOptions, total=False):
    """What every integration of a service may be given."""

    role: iam.IRole | None
    """As whom the service is called; the permission is added to its policy.

    A role is made for each route if not given.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceIntegration(Templated):
    """One action of an AWS service; made by ``DynamoDb``, ``Sqs``, ``Sns``, ``S3`` and their like.

    ``allow`` adds the permission for this action, and no other, to a role.
    """

    service: str
    action: str | None = None
    path: str | None = None
    http_method: str = "POST"
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    passthrough_behavior: apigateway.PassthroughBehavior = apigateway.PassthroughBehavior.NEVER
    allow: Callable[[iam.IRole], object]
    options: ServiceOptions = field(default_factory=ServiceOptions)

    def bind(self, scope: Construct, *, verb: str, path: str) -> BoundIntegration:
        """Make the integration of one method."""
        del verb
        check_options(scope, self.options, known=ServiceOptions)
        check_responses(scope, self.responses)
        for template in self.request_templates.values():
            check_template_variables(scope, template, path=path)
        parameters = {
            **path_mappings(scope, url=self.path or "", path=path, given=self.request_parameters),
            **self.request_parameters,
        }
        sources = (*parameters.values(), *self.options.get("cache_key_parameters", ()))
        return BoundIntegration(
            integration=apigateway.AwsIntegration(
                service=self.service,
                action=self.action,
                path=self.path,
                integration_http_method=self.http_method,
                options=to_options(
                    self.options,
                    parameters=parameters,
                    templates=self.request_templates,
                    responses=self.responses,
                    passthrough=self.passthrough_behavior,
                    role=self._role(scope),
                ),
            ),
            method_responses=method_responses(self.responses),
            request_parameters=declared(scope, sources, path=path),
        )

    def bind_websocket(self, scope: Construct, *, route_key: str) -> BoundWebSocketIntegration:
        """Make the integration of one route; its values are those of the message, the context and the stage."""
        check_websocket_url(scope, self.path or "")
        template = self.request_template
        if template is not None and "$input.params" in template:
            refuse(
                scope,
                f"a message has no path, query and headers, and the template of route {route_key} asks for them: "
                "use Value.body, Value.context or Value.stage_variable",
            )
        return bound_websocket(
            scope,
            type="AWS",
            uri=Stack.of(scope).format_arn(
                service="apigateway",
                account=self.service,
                resource="path" if self.action is None else "action",
                resource_name=self.path if self.action is None else self.action,
            ),
            method=self.http_method,
            template=template,
            parameters=self.request_parameters,
            responses=self.responses,
            passthrough=apigatewayv2.PassthroughBehavior[self.passthrough_behavior.name],
            role=self._role(scope),
            options=self.options,
        )

    def _role(self, scope: Construct) -> iam.IRole:
        role = self.options.get("role")
        if role is None:
            role = iam.Role(
                scope,
                "Role",
                assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
                description=f"Lets API Gateway call {self.action or self.http_method} of {self.service}",
            )
        self.allow(role)
        return role


def allow(role: iam.IRole, actions: Sequence[str], *resources: str) -> None:
    """Allow actions on resources, and nothing else."""
    role.add_to_principal_policy(iam.PolicyStatement(actions=list(actions), resources=list(resources)))


def allow_key(role: iam.IRole, key: kms.IKey | None, *actions: str) -> None:
    """Allow the use of the key that a resource is encrypted with, where there is one of the customer's."""
    if key is not None:
        key.grant(role, *actions)


def error_template(*rules: tuple[Sequence[str], int], error: str = ERROR_TYPE) -> str:
    """Write a template that gives errors their status by their type, and tells none of their text.

    What no rule names is 500: it is an error of the API, a permission that lacks or a resource that does not exist.
    """
    branches = [
        f"#{_DIRECTIVES[index > 0]}({_is_one_of(names)})\n{answer(status)}"
        for index, (names, status) in enumerate(rules)
    ]
    return f"#set($error = {error})\n{''.join(branches)}#else\n{answer(500)}#end\n"


def answer(status: int) -> str:
    """Write what gives a status, and tells it in our words."""
    return f"#set($context.responseOverride.status = {status})\n{message(status)}\n"


def failure() -> IntegrationResponse:
    """Return the response for what a service answers neither with success nor with a refusal."""
    return IntegrationResponse(status=500, template=message(500))


def _is_one_of(names: Sequence[str]) -> str:
    return " || ".join(f'$error.contains("{name}")' for name in names)
