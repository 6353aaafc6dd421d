"""The account's settings of API Gateway: the role by which it writes logs, once for each account and region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import RemovalPolicy, Stack, Stage
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam

from forestage.constructs.checks import refuse
from forestage.constructs.source_lines import NotedConstruct

if TYPE_CHECKING:
    from constructs import Construct, IConstruct

_ID: Final = "ForestageApiGatewayAccount"
_POLICY: Final = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


class ApiGatewayAccount(NotedConstruct):
    """Lets API Gateway write execution and access logs, for all APIs of an account in a region.

    The setting belongs to the account: two that are made for one account overwrite each other, and deleting one takes
    the logs from the APIs of the others.
    So an app has one for each account and region, role and setting are retained when the stack goes, and stages wait
    for it.

    Stages make it by themselves in the stack of the first of them, and later stacks then depend on that one.
    Make it before them to have it elsewhere, in a stack of its own for instance:

        ApiGatewayAccount(shared_stack, "ApiGateway")

    ``resource`` is the ``CfnAccount``, ``role`` the role.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        role: The role to use; None makes one with the policy that AWS has for it.

    Raises:
        ConstructError: the app has one for this account and region already.

    Source: API Gateway developer guide, "Set up CloudWatch logging for REST APIs".
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        role: iam.IRole | None = None,
    ) -> None:
        existing = _find(scope)
        super().__init__(scope, id)
        if existing is not None:
            refuse(
                self,
                f"the app has the settings of this account and region already, {existing.node.path}: "
                "make them once, before the first API",
            )
        self.role: iam.IRole = role or self._made_role()
        self.resource = apigateway.CfnAccount(self, "Resource", cloud_watch_role_arn=self.role.role_arn)
        self.resource.apply_removal_policy(RemovalPolicy.RETAIN)

    def _made_role(self) -> iam.Role:
        role = iam.Role(
            self,
            "Role",
            description="Lets API Gateway write the logs of all APIs of this account",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(_POLICY)],
        )
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        return role

    @staticmethod
    def of(scope: Construct) -> ApiGatewayAccount:
        """Return the one of an account and region, made in the stack of ``scope`` where there is none yet."""
        return _find(scope) or ApiGatewayAccount(Stack.of(scope), _ID)


def _find(scope: Construct) -> ApiGatewayAccount | None:
    stack = Stack.of(scope)
    near = stack.node.try_find_child(_ID)
    if isinstance(near, ApiGatewayAccount):
        return near
    environment = stack.environment
    return next((found for found in _all_in(_app_of(stack)) if Stack.of(found).environment == environment), None)


def _all_in(root: IConstruct) -> list[ApiGatewayAccount]:
    return [construct for construct in root.node.find_all() if isinstance(construct, ApiGatewayAccount)]


def _app_of(stack: Stack) -> IConstruct:
    """Return what is deployed together: dependencies do not reach over the stages of a pipeline."""
    return Stage.of(stack) or stack.node.root
