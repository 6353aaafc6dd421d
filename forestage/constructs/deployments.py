"""Deployments of a REST API: snapshots of its definition that stages serve."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeAlias

import jsii
from aws_cdk import Aspects, IAspect, IStringProducer, Lazy, Stack
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.checks import refuse
from forestage.constructs.source_lines import NotedConstruct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import IResolveContext
    from constructs import Construct, IConstruct

    from forestage.constructs.rest_api import RestApi

_DEFINED = (
    apigateway.CfnAuthorizer,
    apigateway.CfnGatewayResponse,
    apigateway.CfnMethod,
    apigateway.CfnModel,
    apigateway.CfnRequestValidator,
    apigateway.CfnResource,
)
"""What is in a snapshot, beside the API itself. Source: endpoints.md section 6 (documented)."""

Defined: TypeAlias = (
    apigateway.CfnAuthorizer
    | apigateway.CfnGatewayResponse
    | apigateway.CfnMethod
    | apigateway.CfnModel
    | apigateway.CfnRequestValidator
    | apigateway.CfnResource
)


def definition_of(api: apigateway.RestApi) -> tuple[Defined, ...]:
    """Return what an API consists of, wherever in its stack it was made: in the order of the tree."""
    stack = Stack.of(api)
    own_id = api.rest_api_id
    resolved_id = stack.resolve(own_id)
    # Authorizers learn their API late, and have a token of their own for it.
    return tuple(
        part
        for part in stack.node.find_all()
        if isinstance(part, _DEFINED)
        and (part.rest_api_id == own_id or (Stack.of(part) is stack and _api_of(part, stack) == resolved_id))
    )


def _api_of(part: Defined, stack: Stack) -> object:
    try:
        return stack.resolve(part.rest_api_id)
    except RuntimeError:
        # An authorizer that no route uses, which its own check tells of.
        return None


class Deployment(NotedConstruct):
    """A snapshot of the definition of a REST API: a stage serves one, and its callers see no later change.

    The one that an API makes by itself follows the definition: when a resource, method, model, validator, authorizer,
    gateway response, the resource policy or another property of the API changes, its logical id changes, so that
    CloudFormation takes a new snapshot and moves the stages there.
    What ``add_property_override`` changes beside the constructs is not seen: tell it by
    ``deployment.resource.add_to_logical_id(...)``.

    A fixed one, ``api.add_deployment("V1")``, is taken when CloudFormation first makes it, and never anew.
    It holds what the API was then, for as long as it stays in the app.

    ``resource`` is the L2 ``Deployment``; ``overlays`` is what the API has laid over its resources by CloudFormation's
    names, up to when the app is complete.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        api: RestApi,
        overlays: Sequence[Any] = (),
        is_fixed: bool = False,
        description: str | None = None,
        retain: bool = False,
    ) -> None:
        super().__init__(scope, id)
        self.api = api
        self.is_fixed = is_fixed
        self.resource = apigateway.Deployment(
            self, "Resource", api=api.resource, description=description, retain_deployments=retain
        )
        snapshot = self.resource.node.default_child
        assert isinstance(snapshot, apigateway.CfnDeployment)
        definition = _Definition(self, overlays)
        if is_fixed:
            stack = Stack.of(self)
            snapshot.override_logical_id(stack.resolve(stack.get_logical_id(snapshot)))
        else:
            self.resource.add_to_logical_id(Lazy.uncached_string(definition))
        # A leaf of the tree: the aspect is asked once, when the app is complete.
        Aspects.of(snapshot).add(definition)

    @property
    def deployment_id(self) -> str:
        """The id that API Gateway gives it, known after deployment."""
        return self.resource.deployment_id


@jsii.implements(IAspect, IStringProducer)
class _Definition:
    """Lets a deployment wait for all that it takes, and tells its logical id what that is."""

    def __init__(self, deployment: Deployment, overlays: Sequence[Any]) -> None:
        self._deployment = deployment
        self._overlays = overlays
        self._is_complete = False
        self._digest: str | None = None

    def visit(self, node: IConstruct) -> None:
        """Depend on the parts of the definition, now that all of them are there."""
        self._is_complete = True
        node.node.add_dependency(*definition_of(self._deployment.api.resource))

    def produce(self, context: IResolveContext) -> str:  # ruff: ignore[unused-method-argument]  (the protocol's)
        """Tell the definition in short; each reference to the deployment asks for it."""
        if self._digest is not None:
            return self._digest
        digest = self._digest_now()
        if self._is_complete:
            self._digest = digest
        return digest

    def _digest_now(self) -> str:
        parts = definition_of(self._deployment.api.resource)
        described = [[part.cfn_resource_type, part._cfn_properties] for part in parts]  # ruff: ignore[private-member-access]  (aws_cdk has no public word for all properties)
        resolved = Stack.of(self._deployment).resolve([described, list(self._overlays)])
        return hashlib.sha256(json.dumps(resolved).encode()).hexdigest()


def check_deployment(scope: Construct, deployment: Deployment, api: RestApi) -> None:
    """Refuse a snapshot of another API."""
    if deployment.api is not api:
        refuse(scope, f"{deployment.node.path} is a deployment of another API: take one of {api.node.path}")
