"""APIs on plain ``aws_cdk`` whose routes are answered by integrations of ours, and the templates of these rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aws_cdk import App, Environment, Stack
from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from forestage.vtl import Scope, compile_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.constructs.integration import BoundIntegration, Integration
    from forestage.vtl import Rendering

NASTY = {
    "quotes": """say "hi" to 'them'""",
    "backslashes": "a\\b\\'c\\",
    "lines": "one\ntwo\r\n\tthree\u2028four",
    "unicode": "käse 😀 \u0000",
    "template words": "$input.body ${x} #if(1) #end ## $util",
    "json": '"}, "TableName": "other", "x": {"y": "',
    "form": "a=b&Action=DeleteTopic&x=%26+y",
}
"""What callers send who mean no good."""


def new_stack() -> Stack:
    return Stack(App(analytics_reporting=False), "Stack", env=Environment(account="123456789012", region="eu-west-1"))


def routed(stack: Stack, routes: Mapping[str, Integration]) -> apigateway.RestApi:
    """Make an API of routes, ``{"GET /pets/{id}": integration}``, and serve it on a stage ``dev``."""
    api = apigateway.RestApi(
        stack, "Api", deploy=False, cloud_watch_role=False, endpoint_types=[apigateway.EndpointType.REGIONAL]
    )
    for line, integration in routes.items():
        verb, path = line.split(" ")
        bound = bind(stack, line, integration)
        method = api.root.resource_for_path(path).add_method(
            verb,
            bound.integration,
            method_responses=list(bound.method_responses),
            request_parameters=dict(bound.request_parameters) or None,
        )
        resource = cast("apigateway.CfnMethod", method.node.default_child)
        for name, value in bound.properties.items():
            resource.add_property_override(f"Integration.{name}", value)
    deployment = apigateway.Deployment(stack, "Deployment", api=api)
    apigateway.Stage(stack, "Stage", deployment=deployment, stage_name="dev")
    return api


def bind(stack: Stack, line: str, integration: Integration) -> BoundIntegration:
    """Bind an integration to a route: ``GET /pets/{id}``."""
    verb, path = line.split(" ")
    scope = Construct(stack, verb.capitalize() + "".join(part.strip("{+}").capitalize() for part in path.split("/")))
    return integration.bind(scope, verb=verb, path=path)


def bound_websocket(stack: Stack, integration: Any) -> Any:  # of any kind, as the protocol has it
    return integration.bind_websocket(Construct(stack, "Route"), route_key="send")


def rendered(
    template: str | None,
    *,
    body: str = "",
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    header: Mapping[str, str] | None = None,
    context: Mapping[str, Any] | None = None,  # of JSON
    stage_variables: Mapping[str, str] | None = None,
) -> Rendering:
    """Render a template as the preview does."""
    assert template is not None
    scope = Scope(
        body=body,
        path=path or {},
        querystring=query or {},
        header=header or {},
        context=context or {},
        stage_variables=stage_variables or {},
    )
    return compile_template(template, name="template").render(scope)
