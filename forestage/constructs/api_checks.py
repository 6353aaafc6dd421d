"""What API Gateway refuses or ignores about an API as a whole, which is known when its app is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import jsii
from aws_cdk import Aspects, IAspect, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from forestage.constructs.checks import warn
from forestage.constructs.deployments import definition_of
from forestage.constructs.resource_policies import check_identities
from forestage.constructs.verbs import ANY
from forestage.model import limits

if TYPE_CHECKING:
    from constructs import IConstruct

    from forestage.constructs.rest_api import RestApi
    from forestage.constructs.route_table import RouteTable
    from forestage.constructs.stages import Stage

Place: TypeAlias = tuple[str, str]
"""The verb and the path of a method."""

_SHOWN = 3
_GATEWAY = "apigateway.amazonaws.com"
_FUNCTION = ":lambda:path/"


def check_when_complete(api: RestApi, table: RouteTable) -> None:
    """Look at an API when everything of it is there."""
    resource = api.resource.node.default_child
    assert resource is not None
    # A leaf of the tree: the aspect is asked once.
    Aspects.of(resource).add(_ApiChecks(api, table))


@jsii.implements(IAspect)
class _ApiChecks:
    """The checks of one API."""

    def __init__(self, api: RestApi, table: RouteTable) -> None:
        self._api = api
        self._table = table
        self._defined: set[Place] | None = None

    def visit(self, node: IConstruct) -> None:
        """Advise by warnings: each of these has its exceptions, larger quotas for instance."""
        everything = node.node.root.node.find_all()
        self._check_name(everything)
        self._check_stages(everything)
        self._check_sizes()
        for stage in self._api.stages:
            self._check_settings(stage)
            self._check_variables(stage)
        self._check_keys(everything)
        self._check_permissions(everything)
        if self._api.policy is not None:
            check_identities(self._api, self._api.policy, self._unsigned_routes)

    def _check_permissions(self, everything: list[IConstruct]) -> None:
        """Look for routes that API Gateway may not answer: it calls AWS by a role, or by the policy of a function.

        Source: rest-facts.md section 8.3 (recorded).
        """
        if not self._table.unpermitted:
            return
        permits = any(isinstance(part, lambda_.CfnPermission) and part.principal == _GATEWAY for part in everything)
        for route, uri in self._table.unpermitted.items():
            if _FUNCTION not in str(Stack.of(route).resolve(uri)):
                remedy = "give the integration a credentials_role"
            elif permits:
                continue
            else:
                remedy = f"let {_GATEWAY} invoke the function, or use Lambda.proxy or Lambda.custom, which do"
            warn(
                route,
                "route-without-permission",
                f"{route} calls AWS, and nothing lets it, so that no call comes through: {remedy}",
            )

    def _unsigned_routes(self) -> list[str]:
        """Return the routes whose callers do not sign their requests."""
        methods = [(route, route.resource.node.default_child) for route in self._table.routes]
        return [
            str(route)
            for route, method in methods
            if isinstance(method, apigateway.CfnMethod) and method.authorization_type != "AWS_IAM"
        ]

    def _check_name(self, everything: list[IConstruct]) -> None:
        """Look for another API of the name in the stack, as has one whose id is the same in another construct.

        Source: API Gateway developer guide, "Amazon API Gateway dimensions and metrics": by ``ApiName`` (documented).
        """
        own = self._api.resource.node.default_child
        assert isinstance(own, apigateway.CfnRestApi)
        stack, name, path = Stack.of(own), own.name, own.node.path
        apis = (part for part in everything if isinstance(part, apigateway.CfnRestApi))
        # The proxies of jsii are not the same object each time.
        others = (api for api in apis if api.node.path != path)
        other = next((api for api in others if api.name == name and Stack.of(api) is stack), None)
        if other is not None:
            warn(
                self._api,
                "same-name",
                f"the API has the name {name!r}, as {other.node.path} has, and CloudWatch adds up the metrics of both: "
                "give it a rest_api_name",
            )

    def _check_stages(self, everything: list[IConstruct]) -> None:
        own_id = self._api.rest_api_id
        stages = [part for part in everything if isinstance(part, apigateway.CfnStage) and part.rest_api_id == own_id]
        if not stages:
            warn(self._api, "no-stage", "the API has no stage, and nobody can call it: add one by add_stage()")
        if len(stages) > limits.MAX_STAGES:
            warn(
                self._api,
                "many-stages",
                f"the API has {len(stages)} stages, and {limits.MAX_STAGES} are allowed unless AWS allowed more: "
                "make another API of some",
            )

    def _check_sizes(self) -> None:
        resources = sum(isinstance(part, apigateway.CfnResource) for part in definition_of(self._api.resource))
        if resources > limits.MAX_RESOURCES:
            warn(
                self._api,
                "many-resources",
                f"the API has {resources} resources, and {limits.MAX_RESOURCES} are allowed unless AWS allowed more: "
                "use {proxy+} for some, or make another API of them",
            )

    def _check_settings(self, stage: Stage) -> None:
        """Look for settings of methods that there are not: API Gateway takes and ignores them."""
        missing = [place for place in stage.method_settings if not _is_among(place, self._declared)]
        if missing and self._defined is None:
            # Methods of the L2 are asked for where it matters: each of them costs some time.
            self._defined = {(each.http_method, each.resource.path) for each in self._api.resource.methods}
        for verb, path in missing:
            if not _is_among((verb, path), self._defined or set()):
                warn(
                    stage,
                    "settings-without-method",
                    f"the stage has settings for {verb} {path}, and the API has no such route: "
                    "correct the path, or leave them out",
                )

    @property
    def _declared(self) -> set[Place]:
        return {(route.verb, route.path) for route in self._table.routes}

    def _check_variables(self, stage: Stage) -> None:
        for name, route in self._table.stage_variables.items():
            if name not in stage.variables:
                warn(
                    stage,
                    "no-stage-variable",
                    f"{route} reads the stage variable {name}, which this stage does not have, so that it is empty: "
                    "add it to variables",
                )

    def _check_keys(self, everything: list[IConstruct]) -> None:
        """Look for routes that nobody can call: their stages are in no usage plan, which keys belong to."""
        routes = [str(route) for route in self._table.routes if route.api_key_required]
        if not routes:
            return
        stack = Stack.of(self._api)
        own_id = stack.resolve(self._api.rest_api_id)
        planned = [
            stack.resolve(each["stage"])
            for plan in everything
            if isinstance(plan, apigateway.CfnUsagePlan)
            for each in stack.resolve(plan.api_stages) or ()
            if each.get("apiId") == own_id
        ]
        shown = ", ".join(routes[:_SHOWN]) + (f" and {len(routes) - _SHOWN} more" if len(routes) > _SHOWN else "")
        needs = "need" if len(routes) > 1 else "needs"
        for stage in self._api.stages:
            if stack.resolve(stage.stage_name) not in planned:
                warn(
                    stage,
                    "key-without-plan",
                    f"{shown} {needs} an API key, and this stage is in no usage plan, so that every call gets 403: "
                    "add the stage to a UsagePlan",
                )


def _is_among(place: Place, methods: set[Place]) -> bool:
    """Tell whether settings are for a method, or for all of a path that has some."""
    verb, path = place
    if verb in {ANY, "*"}:
        return any(path == other for _, other in methods)
    return not methods.isdisjoint({place, (ANY, path)})
