"""Stages of a WebSocket API: what is served under a name, and with which settings."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, TypedDict

import jsii
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_iam as iam
from constructs import Construct, IValidation

from forestage.constructs.access_logs import AccessLog
from forestage.constructs.account import ApiGatewayAccount
from forestage.constructs.checks import check_kind, check_stage_name, check_variables
from forestage.constructs.source_lines import NotedConstruct
from forestage.constructs.throttles import DEFAULT_THROTTLE, Throttle, check_throttle
from forestage.constructs.websocket_deployments import wait_for_definition
from forestage.constructs.websocket_metrics import WebSocketMetrics

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from forestage.constructs.websocket_deployments import WebSocketDeployment

DEFAULT_ACCESS_LOG: Final = AccessLog()
WEBSOCKET_FIELDS: Final[Mapping[str, str]] = {
    "requestId": "$context.requestId",
    "extendedRequestId": "$context.extendedRequestId",
    "requestTime": "$context.requestTime",
    "stage": "$context.stage",
    "eventType": "$context.eventType",
    "routeKey": "$context.routeKey",
    "connectionId": "$context.connectionId",
    "connectedAt": "$context.connectedAt",
    "messageId": "$context.messageId",
    "domainName": "$context.domainName",
    "status": "$context.status",
    "integrationStatus": "$context.integration.status",
    "integrationLatency": "$context.integration.latency",
    "integrationRequestId": "$context.integration.requestId",
    "integrationError": "$context.integration.error",
    "errorType": "$context.error.responseType",
    "errorMessage": "$context.error.message",
    "validationError": "$context.error.validationErrorString",
    "authorizerStatus": "$context.authorizer.status",
    "authorizerError": "$context.authorizer.error",
    "authorizerLatency": "$context.authorizer.latency",
    "sourceIp": "$context.identity.sourceIp",
    "userAgent": "$context.identity.userAgent",
    "principalId": "$context.authorizer.principalId",
    "user": "$context.identity.user",
    "apiKeyId": "$context.identity.apiKeyId",
}
"""What a line tells unless something else is said; neither messages nor API keys, which may be secrets.

Source: websocket.md section 10 (documented).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSettings:
    """Settings of one route of a WebSocket stage; None leaves what the stage has for all.

    All of them are written for a route that has some of its own, whatever API Gateway makes of those left out.
    ``data_trace`` logs messages as they are, whatever secrets are in them.
    """

    throttle: Throttle | None = None
    log_level: apigateway.MethodLoggingLevel | None = None
    data_trace: bool | None = None
    metrics: bool | None = None

    def over(self, others: RouteSettings) -> RouteSettings:
        """Take from others what is left open here."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return RouteSettings(
            **{name: getattr(others, name) if value is None else value for name, value in named.items()}
        )

    @property
    def writes_log(self) -> bool:
        """Whether something is written to an execution log."""
        return self.log_level not in {None, apigateway.MethodLoggingLevel.OFF}

    def to_property(self) -> apigatewayv2.CfnStage.RouteSettingsProperty:
        """The same as ``aws_cdk`` says it."""
        return apigatewayv2.CfnStage.RouteSettingsProperty(**self._values())

    def to_document(self) -> dict[str, Any]:  # JSON
        """The same as CloudFormation says it, since ``aws_cdk`` passes on the settings of single routes as they are."""
        return {name.title().replace("_", ""): value for name, value in self._values().items()}

    def _values(self) -> dict[str, Any]:  # as above
        values = {
            "throttling_rate_limit": self.throttle.rate if self.throttle is not None else None,
            "throttling_burst_limit": self.throttle.burst if self.throttle is not None else None,
            "logging_level": self.log_level.value if self.log_level is not None else None,
            "data_trace_enabled": self.data_trace,
            "detailed_metrics_enabled": self.metrics,
        }
        return {name: value for name, value in values.items() if value is not None}


class WebSocketStageOptions(TypedDict, total=False):
    """What a stage of a WebSocket API may have."""

    description: str | None
    variables: Mapping[str, str] | None
    """Values that integrations and templates read as ``stageVariables``."""
    throttle: Throttle | None
    """For each route; 1000 messages a second and 500 at once unless said otherwise, None leaves the account's."""
    routes: Mapping[str, RouteSettings] | None
    """Settings of some routes, ``{"send": RouteSettings(...)}``, over those of the stage."""
    access_log: AccessLog | None
    """One line for each event, as JSON in a log group of the stage unless said otherwise; None is no access log."""
    log_level: apigateway.MethodLoggingLevel
    """What of the execution is logged: errors, unless said otherwise."""
    data_trace: bool
    """Whether execution logs hold messages as they are, with all their secrets; no, unless said otherwise."""
    metrics: bool
    """Whether each route has metrics of its own, which cost extra; no, unless said otherwise."""


class WebSocketStage(NotedConstruct, WebSocketMetrics):
    """A stage of a WebSocket API; ``WebSocketApi.add_stage`` makes them.

    Clients connect to ``url``, backends write to ``callback_url``.
    ``deployment`` None is a stage that each change goes to by itself.
    ``route_keys`` are those of the API, read when the app is complete.
    ``resource`` is the L2 ``WebSocketStage``.
    """

    resource: apigatewayv2.WebSocketStage

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        api: apigatewayv2.WebSocketApi,
        route_keys: Collection[str],
        stage_name: str,
        deployment: WebSocketDeployment | None,
        description: str | None = None,
        variables: Mapping[str, str] | None = None,
        throttle: Throttle | None = DEFAULT_THROTTLE,
        routes: Mapping[str, RouteSettings] | None = None,
        access_log: AccessLog | None = DEFAULT_ACCESS_LOG,
        cloud_watch_role: bool = True,
        log_level: apigateway.MethodLoggingLevel = apigateway.MethodLoggingLevel.ERROR,
        data_trace: bool = False,
        metrics: bool = False,
    ) -> None:
        super().__init__(scope, id)
        check_throttle(self, "throttle", throttle)
        check_kind(self, "access_log", access_log, AccessLog, "AccessLog(), or None")
        for key, one in (routes or {}).items():
            check_kind(self, f"what routes has for {key}", one, RouteSettings, "RouteSettings(...)")
            check_throttle(self, f"the throttle of {key}", one.throttle)
        check_stage_name(self, stage_name)
        check_variables(self, variables or {})
        self.stage_name = stage_name
        self.resource = apigatewayv2.WebSocketStage(
            self,
            "Resource",
            web_socket_api=api,
            stage_name=stage_name,
            description=description,
            stage_variables=variables or None,
            auto_deploy=deployment is None or None,
        )
        resource = self.resource.node.default_child
        assert isinstance(resource, apigatewayv2.CfnStage)
        if deployment is None:
            wait_for_definition(resource, api)
        else:
            resource.deployment_id = deployment.resource.ref
        settings = RouteSettings(
            throttle=throttle,
            log_level=log_level,
            data_trace=data_trace,
            metrics=metrics,
        )
        of_routes = {key: one.over(settings) for key, one in (routes or {}).items()}
        resource.default_route_settings = settings.to_property()
        resource.route_settings = {key: one.to_document() for key, one in of_routes.items()} or None
        self.node.add_validation(_Routes(of_routes, route_keys))
        if access_log is not None:
            bound = access_log.bind(self, fields=WEBSOCKET_FIELDS)
            resource.access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
                destination_arn=bound.destination_arn, format=bound.format
            )
        writes_log = access_log is not None or any(one.writes_log for one in (settings, *of_routes.values()))
        if writes_log and cloud_watch_role:
            resource.node.add_dependency(ApiGatewayAccount.of(self))

    @property
    def api_id(self) -> str:
        """The id of the API."""
        return self.resource.api.api_id

    @property
    def url(self) -> str:
        """Where clients connect to: ``wss://...``."""
        return self.resource.url

    @property
    def callback_url(self) -> str:
        """Where backends write to connections, with the client of ``apigatewaymanagementapi``: ``https://...``."""
        return self.resource.callback_url

    def grant_connect(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody connect to this stage; where ``$connect`` authorizes by IAM.

        Source: API Gateway developer guide, "Control access to WebSocket APIs with IAM authorization".
        """
        arn = Stack.of(self).format_arn(
            service="execute-api", resource=self.api_id, resource_name=f"{self.stage_name}/$connect"
        )
        return iam.Grant.add_to_principal(grantee=grantee, actions=["execute-api:Invoke"], resource_arns=[arn])

    def grant_manage_connections(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a function send to connections of this stage, look at them, and close them."""
        return self.resource.grant_management_api_access(grantee)


@jsii.implements(IValidation)
class _Routes:
    """Tells of settings for routes that the API does not have."""

    def __init__(self, settings: Collection[str], route_keys: Collection[str]) -> None:
        self._settings = settings
        self._route_keys = route_keys

    def validate(self) -> list[str]:
        """List what API Gateway would refuse."""
        if not self._route_keys:
            return ["the API has no route, and cannot be deployed: add one, or leave out the stage"]
        return [
            f"there are settings for route {key!r}, which the API does not have: it has {', '.join(self._route_keys)}"
            for key in self._settings
            if key not in self._route_keys
        ]
