"""Resource policies: who may call an API at all, whatever its authorizers say."""

from __future__ import annotations

import ipaddress
import json
from typing import TYPE_CHECKING, Final

from aws_cdk import Stack
from aws_cdk import aws_iam as iam

from forestage.constructs.checks import is_known, refuse, warn
from forestage.policy import (
    RESOURCE_POLICY_CHARACTERS,
    PolicyError,
    PolicyKind,
    names_identities,
    parse_policy_text,
    remarks,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aws_cdk import aws_ec2 as ec2
    from constructs import IConstruct

INVOKE: Final = "execute-api:Invoke"
EVERYTHING: Final = "execute-api:/*"
"""All stages, methods and paths of the API that has the policy, whose ARN API Gateway fills in.

Source: authorizers.md, Resource policies (documented).
"""


class ResourcePolicy:
    """Makes the usual resource policies; ``RestApi(policy=...)`` takes any other ``iam.PolicyDocument`` as well.

    Those that restrict networks deny all else explicitly: what an authorizer or an IAM policy allows is not enough
    then, as it would be where the resource policy only did not allow it.

    Source: authorizers.md, Resource policies, Table A (documented).
    """

    @staticmethod
    def allow_accounts(*accounts: str) -> iam.PolicyDocument:
        """Let identities of some accounts call, who sign their requests: for routes with an ``IamAuthorizer``.

        Source: authorizers.md, Table B: identities of other accounts need their own policy to allow it, too.
        """
        _check_some("allow_accounts", accounts)
        return _document(allow(*(iam.AccountPrincipal(account) for account in accounts)))

    @staticmethod
    def allow_organizations(*organizations: str) -> iam.PolicyDocument:
        """Let identities of AWS organizations call, ``o-abcdefghij``: for routes with an ``IamAuthorizer``."""
        _check_some("allow_organizations", organizations)
        return _document(allow(conditions={"StringEquals": {"aws:PrincipalOrgID": list(organizations)}}))

    @staticmethod
    def allow_ip_ranges(*ranges: str) -> iam.PolicyDocument:
        """Let clients of some addresses call, ``203.0.113.0/24``, and no others; of public APIs."""
        _check_ranges("allow_ip_ranges", ranges)
        return _document(deny({"NotIpAddress": {"aws:SourceIp": list(ranges)}}), allow())

    @staticmethod
    def deny_ip_ranges(*ranges: str) -> iam.PolicyDocument:
        """Keep clients of some addresses out, and let all others call; of public APIs."""
        _check_ranges("deny_ip_ranges", ranges)
        return _document(deny({"IpAddress": {"aws:SourceIp": list(ranges)}}), allow())

    @staticmethod
    def allow_vpc_endpoints(*endpoints: ec2.IVpcEndpoint) -> iam.PolicyDocument:
        """Let callers through some VPC endpoints call, and no others; of private APIs."""
        _check_some("allow_vpc_endpoints", endpoints)
        return _document(deny_outside(vpc_endpoints=endpoints), allow())

    @staticmethod
    def allow_vpcs(*vpcs: ec2.IVpc) -> iam.PolicyDocument:
        """Let callers of some VPCs call, and no others; of private APIs."""
        _check_some("allow_vpcs", vpcs)
        return _document(deny_outside(vpcs=vpcs), allow())


def allow(*principals: iam.IPrincipal, conditions: Mapping[str, object] | None = None) -> iam.PolicyStatement:
    """Allow calls of everything, by everybody where no principal is given."""
    return iam.PolicyStatement(
        principals=list(principals) or [iam.StarPrincipal()],
        actions=[INVOKE],
        resources=[EVERYTHING],
        conditions=conditions,
    )


def deny(conditions: Mapping[str, object]) -> iam.PolicyStatement:
    """Deny calls of everything to those for whom all conditions hold."""
    return iam.PolicyStatement(
        effect=iam.Effect.DENY,
        principals=[iam.StarPrincipal()],
        actions=[INVOKE],
        resources=[EVERYTHING],
        conditions=conditions,
    )


def deny_outside(
    *, vpc_endpoints: Sequence[ec2.IVpcEndpoint] = (), vpcs: Sequence[ec2.IVpc] = ()
) -> iam.PolicyStatement:
    """Deny calls that come neither through one of the VPC endpoints nor from one of the VPCs.

    Both keys stand in one condition, so that a call is denied only where neither fits.
    """
    keys = {
        "aws:SourceVpce": [endpoint.vpc_endpoint_id for endpoint in vpc_endpoints],
        "aws:SourceVpc": [vpc.vpc_id for vpc in vpcs],
    }
    return deny({"StringNotEquals": {key: ids for key, ids in keys.items() if ids}})


def check_policy(scope: IConstruct, policy: iam.PolicyDocument, *, is_private: bool) -> None:
    """Refuse a policy that API Gateway does not take, and advise of conditions that can only come out one way.

    A policy with values that CloudFormation fills in is not read.

    Source: authorizers.md, Resource policies (documented).
    """
    if policy.is_empty:
        refuse(scope, "the resource policy has no statements: add one, or leave the policy out")
    text = _written(scope, policy)
    if text is None:
        return
    if len(text) > RESOURCE_POLICY_CHARACTERS:
        refuse(
            scope,
            f"the resource policy has {len(text)} characters, and up to {RESOURCE_POLICY_CHARACTERS} are allowed: put "
            "addresses into larger ranges, or decide in an authorizer",
        )
    try:
        read = parse_policy_text(text, kind=PolicyKind.RESOURCE)
    except PolicyError as error:
        refuse(scope, f"the resource policy is none, correct it: {error}")
    for remark in remarks(read, with_iam=True, private=is_private):
        warn(scope, "resource-policy", f"the resource policy: {remark}; correct it, or leave it out")
    keys = {condition.key.lower() for statement in read.statements for condition in statement.conditions}
    if is_private and "aws:sourceip" in keys:
        warn(
            scope,
            "resource-policy",
            "calls of a private API have no aws:SourceIp: compare aws:VpcSourceIp, or aws:SourceVpce in its place",
        )


def check_identities(scope: IConstruct, policy: iam.PolicyDocument, unsigned: Callable[[], Sequence[str]]) -> None:
    """Advise where a policy names identities, and ``unsigned`` routes do not ask who calls: nobody can call those.

    Source: authorizers.md, Resource policies (documented).
    """
    text = _written(scope, policy)
    if text is None or not names_identities(parse_policy_text(text, kind=PolicyKind.RESOURCE)):
        return
    routes = unsigned()
    if routes:
        more = f" and {len(routes) - 1} more" if len(routes) > 1 else ""
        warn(
            scope,
            "resource-policy-identities",
            f"the resource policy names identities, and {routes[0]}{more} has no IamAuthorizer to tell who calls, so "
            "that every call gets 403: give it one, or let the policy name nobody",
        )


def _written(scope: IConstruct, policy: iam.PolicyDocument) -> str | None:
    """Return a policy as it is measured; None where CloudFormation fills in more than the partition."""
    try:
        return json.dumps(_known(Stack.of(scope).resolve(policy)), separators=(",", ":"))
    except _NotKnownError:
        return None


class _NotKnownError(ValueError):
    """A part of a policy is known only at deployment."""


def _known(value: object) -> object:
    match value:
        case {"Ref": "AWS::Partition"}:
            return "aws"
        case {"Fn::Join": ["", [*parts]]}:
            return "".join(map(str, map(_known, parts)))
        case {"Ref": _}:
            raise _NotKnownError
        case dict():
            if any(name.startswith("Fn::") for name in value):
                raise _NotKnownError
            return {name: _known(part) for name, part in value.items()}
        case list():
            return [_known(part) for part in value]
        case _:
            return value


def _document(*statements: iam.PolicyStatement) -> iam.PolicyDocument:
    return iam.PolicyDocument(statements=list(statements))


def _check_some(name: str, given: Sequence[object]) -> None:
    if not given:
        raise ValueError(f"{name} of ResourcePolicy without anybody allows nobody: name one")


def _check_ranges(name: str, ranges: Sequence[str]) -> None:
    _check_some(name, ranges)
    for text in ranges:
        if not is_known(text):
            continue
        try:
            ipaddress.ip_network(text)
        except ValueError as error:
            raise ValueError(
                f"{name} of ResourcePolicy takes addresses and ranges, 203.0.113.0/24, got {text!r}: {error}"
            ) from None
