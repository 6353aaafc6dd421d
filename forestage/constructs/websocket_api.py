"""WebSocket APIs: clients stay connected, each message takes the route that it names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from constructs import Construct

from forestage.constructs.authorizers import JwtAuthorizer, RestAuthorizer, WebSocketAuthorizer
from forestage.constructs.checks import check_names, check_words, is_known, refuse
from forestage.constructs.source_lines import NotedConstruct
from forestage.constructs.websocket_checks import check_when_complete
from forestage.constructs.websocket_deployments import WebSocketDeployment
from forestage.constructs.websocket_metrics import WebSocketMetrics
from forestage.constructs.websocket_models import WebSocketModels
from forestage.constructs.websocket_routes import (
    CONNECT,
    DEFAULT,
    DISCONNECT,
    SELECTS_DEFAULT,
    WebSocketRoute,
    WebSocketRouteOptions,
)
from forestage.constructs.websocket_stages import WebSocketStage, WebSocketStageOptions
from forestage.model import limits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, Unpack

    from aws_cdk import aws_iam as iam

    from forestage.constructs.integration import WebSocketIntegration

    AnyIntegration = WebSocketIntegration | apigatewayv2.WebSocketRouteIntegration
    AnyAuthorizer = WebSocketAuthorizer | apigatewayv2.IWebSocketRouteAuthorizer

MAX_ROUTES: Final = 300
"""Source: websocket.md section 2 (documented)."""


class WebSocketApi(NotedConstruct, WebSocketMetrics):
    """A WebSocket API with its routes and stages.

    A message takes the route whose key ``route_selection_expression`` gives, else that of ``default``:

        chat = WebSocketApi(self, "Chat")
        chat.connect(Lambda.proxy(connect), authorizer=token, query={"room": True})
        chat.route("send", Lambda.proxy(send), body=Message)
        chat.route("ping", Mock.json(200, {"pong": True}), two_way=True)
        live = chat.add_stage("live", throttle=Throttle(rate=100, burst=200))
        chat.grant_manage_connections(send)

    ``resource`` is the L2 ``WebSocketApi``, ``routes`` are those that were declared, by their keys, and ``stages``
    those that were added.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        route_selection_expression: Gives the key of the route from the message: ``$request.body.action``,
            ``${request.body.service}/${request.body.action}``.
        description: What the API is for.
        api_name: Its name in the console; the id where none is given.
        api_key_selection_expression: Where the key of a client comes from: the header ``x-api-key``, or the
            authorizer's ``usageIdentifierKey``.
        ip_address_type: Whether clients may come by IPv6 as well; IPv4 alone where none is given.
        disable_execute_api_endpoint: Whether the API answers on its custom domains alone.
        retain_deployments: Whether snapshots stay when a later one takes their place.
        cloud_watch_role: Whether stages wait for the role by which API Gateway writes logs, made once for each account
            and region of the app; see ``ApiGatewayAccount``. False where the account has been set up by others.

    Raises:
        ConstructError: API Gateway would refuse what is described.

    Source: websocket.md (documented).
    """

    resource: apigatewayv2.WebSocketApi

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        route_selection_expression: str = "$request.body.action",
        description: str | None = None,
        api_name: str | None = None,
        api_key_selection_expression: apigatewayv2.WebSocketApiKeySelectionExpression | None = None,
        ip_address_type: apigatewayv2.IpAddressType | None = None,
        disable_execute_api_endpoint: bool = False,
        retain_deployments: bool = False,
        cloud_watch_role: bool = True,
    ) -> None:
        super().__init__(scope, id)
        if not route_selection_expression:
            refuse(self, "route_selection_expression is empty: write '$request.body.action', or another member")
        self.route_selection_expression = route_selection_expression
        self.resource = apigatewayv2.WebSocketApi(
            self,
            "Resource",
            api_name=api_name or id,
            description=description,
            route_selection_expression=route_selection_expression,
            api_key_selection_expression=api_key_selection_expression,
            ip_address_type=ip_address_type,
        )
        if disable_execute_api_endpoint:
            resource = self.resource.node.default_child
            assert isinstance(resource, apigatewayv2.CfnApi)
            resource.disable_execute_api_endpoint = True
        self._retains_deployments = retain_deployments
        self._cloud_watch_role = cloud_watch_role
        self._models = WebSocketModels(self, "Models", api=self.resource)
        self._routes_scope = Construct(self, "Routes")
        self.routes: dict[str, WebSocketRoute] = {}
        self.stages: list[WebSocketStage] = []
        self._stages_scope = Construct(self, "Stages")
        self._deployments_scope = Construct(self, "Deployments")
        self._deployment: WebSocketDeployment | None = None
        check_when_complete(self)

    @property
    def api_id(self) -> str:
        """The id that API Gateway gives the API."""
        return self.resource.api_id

    def connect(
        self,
        integration: AnyIntegration,
        *,
        authorizer: AnyAuthorizer | None = None,
        api_key_required: bool = False,
        query: Mapping[str, bool] | None = None,
        headers: Mapping[str, bool] | None = None,
        two_way: bool = False,
        operation_name: str | None = None,
    ) -> WebSocketRoute:
        """Answer clients who want to connect, before the connection is open.

        ``authorizer`` and ``api_key_required`` say who may; API Gateway asks here alone, not at messages.
        ``query`` and ``headers`` name parameters of the handshake, and whether it must have them.
        Where no ``connect`` is defined, everybody may connect.
        """
        check_names(self, "query of $connect", query or {}, limits.QUERY_NAME)
        check_names(self, "headers of $connect", headers or {}, limits.HEADER_NAME)
        parameters = {
            **{f"route.request.querystring.{name}": required for name, required in (query or {}).items()},
            **{f"route.request.header.{name}": required for name, required in (headers or {}).items()},
        }
        return self._add(
            CONNECT,
            integration,
            authorizer=authorizer,
            api_key_required=api_key_required,
            request_parameters=parameters,
            two_way=two_way,
            operation_name=operation_name,
        )

    def disconnect(self, integration: AnyIntegration, *, operation_name: str | None = None) -> WebSocketRoute:
        """Tell a backend of connections that have ended, whoever ended them; what it answers is not used."""
        return self._add(DISCONNECT, integration, operation_name=operation_name)

    def default(self, integration: AnyIntegration, **options: Unpack[WebSocketRouteOptions]) -> WebSocketRoute:
        """Answer messages that name no route, and those that are no JSON objects."""
        return self._message(DEFAULT, integration, options)

    def route(
        self, route_key: str, integration: AnyIntegration, **options: Unpack[WebSocketRouteOptions]
    ) -> WebSocketRoute:
        """Answer the messages for which the route selection expression gives ``route_key``."""
        if is_known(route_key) and route_key.startswith("$"):
            refuse(self, f"a route key begins with no $, got {route_key!r}: see connect(), disconnect() and default()")
        return self._message(route_key, integration, options)

    def add_stage(
        self,
        stage_name: str,
        *,
        deployment: WebSocketDeployment | None = None,
        auto_deploy: bool = False,
        **options: Unpack[WebSocketStageOptions],
    ) -> WebSocketStage:
        """Make the API callable under a name, with the settings of that stage.

        It serves ``deployment``, or the snapshot that follows the definition.
        With ``auto_deploy`` each change goes live by itself instead, also half of one.
        """
        if auto_deploy and deployment is not None:
            refuse(self, f"stage {stage_name} has auto_deploy and a deployment: leave out one of the two")
        if not is_known(stage_name):
            refuse(self, "a stage name that CloudFormation fills in is no id: write it as a text")
        if self._stages_scope.node.try_find_child(stage_name) is not None:
            refuse(self, f"the API has a stage {stage_name!r} already: leave out one of the two")
        if len(self.stages) == limits.MAX_STAGES:
            refuse(self, f"an API has up to {limits.MAX_STAGES} stages: make another API, or ask AWS for more")
        if not auto_deploy and deployment is None:
            deployment = self.latest_deployment
        stage = WebSocketStage(
            self._stages_scope,
            stage_name,
            api=self.resource,
            route_keys=self.routes,
            stage_name=stage_name,
            deployment=deployment,
            cloud_watch_role=self._cloud_watch_role,
            **options,
        )
        self.stages.append(stage)
        return stage

    def add_deployment(
        self,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        description: str | None = None,
    ) -> WebSocketDeployment:
        """Take a snapshot once, which stays as it is when the definition changes; see ``add_stage(deployment=...)``."""
        return WebSocketDeployment(
            self._deployments_scope,
            id,
            api=self.resource,
            is_fixed=True,
            description=description,
            retain=self._retains_deployments,
        )

    @property
    def latest_deployment(self) -> WebSocketDeployment:
        """The snapshot that follows the definition, made when it is first asked for."""
        if self._deployment is None:
            self._deployment = WebSocketDeployment(
                self, "Deployment", api=self.resource, retain=self._retains_deployments
            )
        return self._deployment

    def grant_manage_connections(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let a function send to connections of every stage, look at them, and close them."""
        return self.resource.grant_manage_connections(grantee)

    def _message(self, route_key: str, integration: AnyIntegration, options: WebSocketRouteOptions) -> WebSocketRoute:
        check_words(self, f"route {route_key}", options, WebSocketRouteOptions)
        body, bodies = options.get("body"), options.get("bodies")
        expression = options.get("model_selection_expression")
        if body is not None and bodies is not None:
            refuse(self, f"route {route_key} has body and bodies: put the one type into bodies as '$default'")
        if (bodies is None) != (expression is None):
            refuse(self, f"route {route_key} needs bodies and model_selection_expression together, or neither")
        if body is not None:
            bodies, expression = {DEFAULT: body}, SELECTS_DEFAULT
        responses = options.get("responses", ())
        return self._add(
            route_key,
            integration,
            models={key: self._models.add(type_) for key, type_ in (bodies or {}).items()},
            model_selection_expression=expression,
            two_way=options.get("two_way", bool(responses)),
            responses=responses,
            operation_name=options.get("operation_name"),
        )

    def _add(
        self,
        route_key: str,
        integration: AnyIntegration,
        *,
        authorizer: AnyAuthorizer | None = None,
        models: Mapping[str, str] | None = None,
        **options: Any,  # those of WebSocketRoute
    ) -> WebSocketRoute:
        if not is_known(route_key):
            refuse(self, "a route key that CloudFormation fills in cannot be checked: write it as a text")
        if not route_key:
            refuse(self, "a route key is empty: default() takes the messages that name no route")
        if route_key in self.routes:
            refuse(self, f"the API has a route {route_key!r} already: leave out one of the two")
        if len(self.routes) == MAX_ROUTES:
            refuse(self, f"an API has up to {MAX_ROUTES} routes: choose more in the handler of {DEFAULT}, or ask AWS")
        self.routes[route_key] = WebSocketRoute(
            self._routes_scope,
            route_key,
            api=self.resource,
            route_key=route_key,
            integration=integration,
            authorizer=self._bound(authorizer),
            models=models or {},
            **options,
        )
        return self.routes[route_key]

    def _bound(self, authorizer: AnyAuthorizer | None) -> apigatewayv2.IWebSocketRouteAuthorizer | None:
        if not _is_for_websockets(authorizer):
            refuse(
                self,
                f"{authorizer!r} is no authorizer of a WebSocket API: use a WebSocketRequestAuthorizer, or "
                "IamAuthorizer()",
            )
        if isinstance(authorizer, WebSocketAuthorizer):
            return authorizer.bind_websocket(self.resource)
        return authorizer


def _is_for_websockets(authorizer: object) -> bool:
    """Tell authorizers of ``$connect`` from those of REST APIs alone, and from what is none."""
    if authorizer is None or isinstance(authorizer, type | RestAuthorizer | JwtAuthorizer):
        return authorizer is None
    return isinstance(authorizer, WebSocketAuthorizer) or hasattr(authorizer, "bind")
