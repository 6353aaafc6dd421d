"""Deployments of a WebSocket API: snapshots of its routes that stages serve."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, TypeAlias

import jsii
from aws_cdk import Aspects, IAspect, IStringProducer, Lazy, RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigatewayv2

from forestage.constructs.source_lines import NotedConstruct

if TYPE_CHECKING:
    from aws_cdk import CfnResource, IResolveContext
    from constructs import Construct, IConstruct

_DEFINED = (
    apigatewayv2.CfnAuthorizer,
    apigatewayv2.CfnIntegration,
    apigatewayv2.CfnIntegrationResponse,
    apigatewayv2.CfnModel,
    apigatewayv2.CfnRoute,
    apigatewayv2.CfnRouteResponse,
)
"""What is in a snapshot."""

Defined: TypeAlias = (
    apigatewayv2.CfnAuthorizer
    | apigatewayv2.CfnIntegration
    | apigatewayv2.CfnIntegrationResponse
    | apigatewayv2.CfnModel
    | apigatewayv2.CfnRoute
    | apigatewayv2.CfnRouteResponse
)


def definition_of(api: apigatewayv2.WebSocketApi) -> tuple[Defined, ...]:
    """Return what an API consists of, wherever in its stack it was made: in the order of the tree."""
    own_id = api.api_id
    parts = (part for part in Stack.of(api).node.find_all() if isinstance(part, _DEFINED))
    return tuple(part for part in parts if part.api_id == own_id)


def wait_for_definition(resource: CfnResource, api: apigatewayv2.WebSocketApi) -> None:
    """Let a resource without parts be made after all that an API consists of, also of what is yet to be added."""
    # The aspect is asked once, when the app is complete.
    Aspects.of(resource).add(_Wait(api))


class WebSocketDeployment(NotedConstruct):
    """A snapshot of the routes of a WebSocket API, and of all that they need.

    The one that an API makes by itself follows the definition: when a route, integration, response, model or authorizer
    changes, its logical id changes, so that CloudFormation takes a new snapshot and moves the stages there.

    A fixed one, ``api.add_deployment("V1")``, is taken when CloudFormation first makes it, and never anew.

    ``resource`` is the ``CfnDeployment``: there is no L2.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        api: apigatewayv2.WebSocketApi,
        is_fixed: bool = False,
        description: str | None = None,
        retain: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self.is_fixed = is_fixed
        self.resource = apigatewayv2.CfnDeployment(self, "Resource", api_id=api.api_id, description=description)
        definition = _Definition(api, self.resource)
        if not is_fixed:
            self.resource.override_logical_id(Lazy.uncached_string(definition))
        if retain:
            self.resource.apply_removal_policy(RemovalPolicy.RETAIN)
        # A leaf of the tree: the aspect is asked once, when the app is complete.
        Aspects.of(self.resource).add(definition)


@jsii.implements(IAspect)
class _Wait:
    """Lets a resource depend on the definition of an API."""

    def __init__(self, api: apigatewayv2.WebSocketApi) -> None:
        self._api = api

    def visit(self, node: IConstruct) -> None:
        """Depend on the parts that are there by now."""
        node.node.add_dependency(*definition_of(self._api))


@jsii.implements(IAspect, IStringProducer)
class _Definition:
    """Lets a deployment wait for all that it takes, and tells its logical id what that is."""

    def __init__(self, api: apigatewayv2.WebSocketApi, snapshot: apigatewayv2.CfnDeployment) -> None:
        self._api = api
        self._stack = Stack.of(snapshot)
        self._base = self._stack.resolve(self._stack.get_logical_id(snapshot))
        self._is_complete = False
        self._logical_id: str | None = None

    def visit(self, node: IConstruct) -> None:
        """Depend on the parts of the definition, now that all of them are there."""
        self._is_complete = True
        node.node.add_dependency(*definition_of(self._api))

    def produce(self, context: IResolveContext) -> str:  # ruff: ignore[unused-method-argument]  (the interface's)
        """Return the logical id, found once when the app is complete: each reference to the deployment asks anew."""
        if self._logical_id is not None:
            return self._logical_id
        described = self._stack.resolve(
            [
                [part.cfn_resource_type, part._cfn_properties]  # ruff: ignore[private-member-access]  (aws_cdk has no public word for all properties)
                for part in definition_of(self._api)
            ]
        )
        digest = hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()
        logical_id = f"{self._base}{digest[:32]}"
        if self._is_complete:
            self._logical_id = logical_id
        return logical_id
