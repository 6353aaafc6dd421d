"""Snapshots of WebSocket APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_lambda as lambda_

from forestage.constructs.authorizers import WebSocketRequestAuthorizer
from forestage.constructs.integration import WebSocketResponse
from forestage.constructs.websocket_api import WebSocketApi
from tests.constructs.synthesis import loaded, synthesized
from tests.constructs.websockets import Pong

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def new_stack() -> Stack:
    app = App(analytics_reporting=False)
    return Stack(app, "Stack", env=Environment(account="123456789012", region="eu-west-1"))


def deployments(stack: Stack) -> dict[str, Any]:  # as CloudFormation has them
    found = synthesized(stack)["Resources"].items()
    return {name: resource for name, resource in found if resource["Type"] == "AWS::ApiGatewayV2::Deployment"}


def deployed(change: Callable[[WebSocketApi], object] | None = None) -> str:
    """Return the logical id of the deployment of an API, after a change."""
    api = WebSocketApi(new_stack(), "Chat")
    api.route("send", Pong(), two_way=True)
    api.add_stage("live", access_log=None)
    if change is not None:
        change(api)
    (name,) = deployments(Stack.of(api))
    return name


def authorized(api: WebSocketApi) -> None:
    handler = lambda_.Function.from_function_arn(
        api, "Handler", "arn:aws:lambda:eu-west-1:123456789012:function:handler"
    )
    api.connect(Pong(), authorizer=WebSocketRequestAuthorizer(api, "Token", handler=handler))


def test_logical_id_is_the_same_for_the_same_definition() -> None:
    assert deployed() == deployed()


@pytest.mark.parametrize(
    "change",
    [
        lambda api: api.route("ping", Pong()),
        lambda api: api.route("ping", Pong(), body={"title": "Ping", "type": "object"}),
        lambda api: api.route("ping", Pong(), two_way=True),
        lambda api: api.route("ping", Pong(), responses=[WebSocketResponse(templates={"$default": "{}"})]),
        authorized,
    ],
)
def test_logical_id_changes_with_the_definition(change: Callable[[WebSocketApi], object]) -> None:
    assert deployed(change) != deployed()


def test_logical_ids_tell_changes_apart() -> None:
    def change(text: str) -> Callable[[WebSocketApi], object]:
        return lambda api: api.route("ping", Pong(), responses=[WebSocketResponse(templates={"$default": text})])

    assert deployed(change("1")) != deployed(change("2"))


def test_latest_deployment_waits_for_all_of_the_definition(tmp_path: Path) -> None:
    stack = new_stack()
    api = WebSocketApi(stack, "Chat")
    api.add_stage("live", access_log=None)
    api.route("send", Pong(), two_way=True, body={"title": "Sent", "type": "object"})
    authorized(api)

    template = synthesized(stack)
    (deployment,) = deployments(stack).values()
    waited = {template["Resources"][name]["Type"].rpartition("::")[2] for name in deployment["DependsOn"]}
    assert waited == {"Authorizer", "Integration", "IntegrationResponse", "Model", "Route", "RouteResponse"}
    (found,) = loaded(template, tmp_path).deployment.apis
    assert found.deployments[0].definition == found.definition


def test_fixed_deployment_keeps_its_logical_id() -> None:
    def fixed(*keys: str) -> list[str]:
        stack = new_stack()
        api = WebSocketApi(stack, "Chat")
        for key in keys:
            api.route(key, Pong())
        api.add_stage("live", access_log=None, deployment=api.add_deployment("V1", description="The first"))
        return list(deployments(stack))

    assert fixed("send") == fixed("send", "ping")
    assert len(fixed("send")) == 1


def test_deployments_are_retained_where_asked_for(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat", retain_deployments=True)
    api.route("send", Pong())
    api.add_stage("live", access_log=None)

    (deployment,) = deployments(stack).values()
    assert deployment["DeletionPolicy"] == "Retain"
    assert api.latest_deployment is api.latest_deployment


def test_stages_share_the_latest_deployment(stack: Stack) -> None:
    api = WebSocketApi(stack, "Chat")
    api.route("send", Pong())
    for name in ("live", "test"):
        api.add_stage(name, access_log=None)

    assert len(deployments(stack)) == 1


def test_logical_id_that_is_asked_for_early_is_that_of_the_moment() -> None:
    stack = new_stack()
    api = WebSocketApi(stack, "Chat")
    api.add_stage("live", access_log=None)
    early = stack.resolve(api.latest_deployment.resource.ref)["Ref"]
    api.route("send", Pong(), two_way=True)

    (late,) = deployments(stack)
    assert early != late
    assert late == deployed()
