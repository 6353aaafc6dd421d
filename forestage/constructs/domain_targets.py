"""What a custom domain leads to: a stage of a REST or of a WebSocket API, as a construct of ours or of ``aws_cdk``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2

from forestage.constructs.checks import refuse
from forestage.constructs.stages import Stage
from forestage.constructs.websocket_stages import WebSocketStage

if TYPE_CHECKING:
    from typing import TypeAlias

    from constructs import Construct

AnyStage: TypeAlias = "Stage | WebSocketStage | apigateway.Stage | apigatewayv2.WebSocketStage"


@dataclass(frozen=True, slots=True, kw_only=True)
class RestTarget:
    """A stage of a REST API.

    ``is_private`` and ``default_endpoint`` are None where the API comes from elsewhere.
    """

    stage: apigateway.Stage
    is_private: bool | None
    default_endpoint: bool | None

    @property
    def api_id(self) -> str:
        """The id of the API."""
        return self.stage.rest_api.rest_api_id


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSocketTarget:
    """A stage of a WebSocket API."""

    stage: apigatewayv2.WebSocketStage
    default_endpoint: bool | None

    @property
    def api_id(self) -> str:
        """The id of the API."""
        return self.stage.api.api_id


def target_of(scope: Construct, stage: AnyStage) -> RestTarget | WebSocketTarget:
    """Find out what a stage belongs to, and how its API can be reached."""
    resource: Any = stage.resource if isinstance(stage, Stage | WebSocketStage) else stage
    if isinstance(resource, apigateway.Stage):
        return _rest_target(resource)
    if not isinstance(resource, apigatewayv2.WebSocketStage):
        refuse(scope, f"{type(stage).__name__} is no stage: give what add_stage() returns, or a stage of aws_cdk")
    api = resource.api.node.default_child
    answers = _has_default_endpoint(api) if isinstance(api, apigatewayv2.CfnApi) else None
    return WebSocketTarget(stage=resource, default_endpoint=answers)


def _rest_target(stage: apigateway.Stage) -> RestTarget:
    api = stage.rest_api.node.default_child
    if not isinstance(api, apigateway.CfnRestApi):
        return RestTarget(stage=stage, is_private=None, default_endpoint=None)
    return RestTarget(stage=stage, is_private=_is_private(api), default_endpoint=_has_default_endpoint(api))


def _is_private(api: apigateway.CfnRestApi) -> bool | None:
    configuration = api.endpoint_configuration
    types = getattr(configuration, "types", None) if configuration is not None else []
    return None if types is None else "PRIVATE" in types


def _has_default_endpoint(api: apigateway.CfnRestApi | apigatewayv2.CfnApi) -> bool | None:
    disabled = api.disable_execute_api_endpoint
    return not disabled if disabled is None or isinstance(disabled, bool) else None
