"""What API Gateway ignores about a WebSocket API as a whole, which is known when its app is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jsii
from aws_cdk import Aspects, IAspect, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2

from forestage.constructs.checks import warn
from forestage.constructs.usage_plans import UsagePlan

if TYPE_CHECKING:
    from constructs import IConstruct

    from forestage.constructs.websocket_api import WebSocketApi


def check_when_complete(api: WebSocketApi) -> None:
    """Look at an API when everything of it is there."""
    resource = api.resource.node.default_child
    assert resource is not None
    # A leaf of the tree: the aspect is asked once.
    Aspects.of(resource).add(_ApiChecks(api))


@jsii.implements(IAspect)
class _ApiChecks:
    """The checks of one API."""

    def __init__(self, api: WebSocketApi) -> None:
        self._api = api

    def visit(self, node: IConstruct) -> None:
        """Advise by warnings: a stage or a plan may be made elsewhere."""
        everything = node.node.root.node.find_all()
        self._check_stages(everything)
        if any(route.api_key_required for route in self._api.routes.values()):
            self._check_keys(everything)

    def _check_stages(self, everything: list[IConstruct]) -> None:
        own_id = self._api.api_id
        if not any(isinstance(part, apigatewayv2.CfnStage) and part.api_id == own_id for part in everything):
            warn(self._api, "no-stage", "the API has no stage, and nobody can connect: add one by add_stage()")

    def _check_keys(self, everything: list[IConstruct]) -> None:
        """Look for stages to which nobody can connect: they are in no usage plan, which keys belong to."""
        plans = [part for part in everything if isinstance(part, UsagePlan)]
        stack = Stack.of(self._api)
        own_id = stack.resolve(self._api.api_id)
        planned_elsewhere = {
            str(stack.resolve(each["stage"]))
            for plan in everything
            if isinstance(plan, apigateway.CfnUsagePlan)
            for each in stack.resolve(plan.api_stages) or ()
            if each.get("apiId") == own_id
        }
        for stage in self._api.stages:
            if not any(stage in plan.stages for plan in plans) and stage.stage_name not in planned_elsewhere:
                warn(
                    stage,
                    "key-without-plan",
                    "$connect needs an API key, and the stage is in no usage plan, so that nobody can connect: "
                    "make a UsagePlan with it",
                )
