"""Kinds of endpoints: where an API is reached, by whom, and with which TLS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam

from forestage.constructs.checks import is_known, refuse
from forestage.constructs.resource_policies import allow, check_policy, deny_outside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_ec2 as ec2
    from constructs import IConstruct

LEGACY_POLICIES: Final = ("TLS_1_0", "TLS_1_2")
EDGE_POLICIES: Final = (
    "SecurityPolicy_TLS13_2025_EDGE",
    "SecurityPolicy_TLS12_PFS_2025_EDGE",
    "SecurityPolicy_TLS12_2018_EDGE",
)
REGIONAL_POLICIES: Final = (
    "SecurityPolicy_TLS13_1_3_2025_09",
    "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
    "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_Ext2_FIPS_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_PQ_2025_09",
    "SecurityPolicy_TLS13_1_2_2021_06",
)
"""Source: whats-new.md, Security policies (documented); private endpoints take those of regional ones."""

FLOORS: Final = {
    apigateway.EndpointType.EDGE: "SecurityPolicy_TLS12_2018_EDGE",
    apigateway.EndpointType.REGIONAL: "SecurityPolicy_TLS13_1_2_2021_06",
}
"""What is chosen where nothing is: the widest that refuse TLS 1.0, which API Gateway's own choice would take.

Private APIs have TLS 1.2 anyway. Source: endpoints.md section 2 (documented).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where an API is reached: made by ``edge()``, ``regional()`` and ``private()``.

    ``default_endpoint`` False leaves the API to its custom domains alone: its own host then answers 403.
    ``security_policy`` is the name of the TLS versions and ciphers, None is TLS 1.2 and later.
    ``access_mode`` goes with policies called ``SecurityPolicy_...``: ``STRICT`` wants the handshake to be for the host
    of the request, ``BASIC`` takes all requests as before, and is what is chosen where nothing is.

    Source: endpoints.md sections 1 and 2; whats-new.md, Security policies (documented).
    """

    type: apigateway.EndpointType
    ip_address_type: apigateway.IpAddressType | None = None
    default_endpoint: bool = True
    security_policy: str | None = None
    access_mode: apigateway.EndpointAccessMode | None = None
    vpc_endpoints: tuple[ec2.IVpcEndpoint, ...] = ()
    vpcs: tuple[ec2.IVpc, ...] = ()

    @classmethod
    def edge(
        cls,
        *,
        ip_address_type: apigateway.IpAddressType | None = None,
        default_endpoint: bool = True,
        security_policy: str | None = None,
        access_mode: apigateway.EndpointAccessMode | None = None,
    ) -> Endpoint:
        """Serve clients all over the world through CloudFront, close to where they are."""
        return cls(
            type=apigateway.EndpointType.EDGE,
            ip_address_type=ip_address_type,
            default_endpoint=default_endpoint,
            security_policy=security_policy,
            access_mode=access_mode,
        )

    @classmethod
    def regional(
        cls,
        *,
        ip_address_type: apigateway.IpAddressType | None = None,
        default_endpoint: bool = True,
        security_policy: str | None = None,
        access_mode: apigateway.EndpointAccessMode | None = None,
    ) -> Endpoint:
        """Serve clients of the stack's region, or all behind a distribution or a latency record of your own."""
        return cls(
            type=apigateway.EndpointType.REGIONAL,
            ip_address_type=ip_address_type,
            default_endpoint=default_endpoint,
            security_policy=security_policy,
            access_mode=access_mode,
        )

    @classmethod
    def private(
        cls,
        *,
        vpc_endpoints: Sequence[ec2.IVpcEndpoint] = (),
        vpcs: Sequence[ec2.IVpc] = (),
        ip_address_type: apigateway.IpAddressType | None = None,
        default_endpoint: bool = True,
        security_policy: str | None = None,
        access_mode: apigateway.EndpointAccessMode | None = None,
    ) -> Endpoint:
        """Serve callers within VPCs, through VPC endpoints for ``execute-api``.

        The resource policy then denies calls that come neither through one of ``vpc_endpoints`` nor from one of
        ``vpcs``, and lets the others call; where the API has a policy of its own, that says who of them may.
        The API is associated with ``vpc_endpoints``, which gives it a host of its own for each.
        Without both, the API needs a policy of its own: API Gateway deploys no private API without one.
        """
        return cls(
            type=apigateway.EndpointType.PRIVATE,
            ip_address_type=ip_address_type,
            default_endpoint=default_endpoint,
            security_policy=security_policy,
            access_mode=access_mode,
            vpc_endpoints=tuple(vpc_endpoints),
            vpcs=tuple(vpcs),
        )

    @property
    def is_private(self) -> bool:
        """Whether the API is reached through VPC endpoints alone."""
        return self.type is apigateway.EndpointType.PRIVATE

    @property
    def configuration(self) -> apigateway.EndpointConfiguration:
        """What the L2 takes as ``endpoint_configuration``."""
        return apigateway.EndpointConfiguration(
            types=[self.type],
            ip_address_type=self.ip_address_type,
            vpc_endpoints=list(self.vpc_endpoints) or None,
        )

    @property
    def tls_policy(self) -> str | None:
        """The security policy that holds, chosen where none is said; None leaves it to API Gateway."""
        return self.security_policy or FLOORS.get(self.type)

    def policy(self, own: iam.PolicyDocument | None) -> iam.PolicyDocument | None:
        """Return the resource policy of an API here, ``own`` being what it says itself; None where there is none."""
        if not self.vpc_endpoints and not self.vpcs:
            return own
        barrier = deny_outside(vpc_endpoints=self.vpc_endpoints, vpcs=self.vpcs)
        if own is None:
            return iam.PolicyDocument(statements=[barrier, allow()])
        written = own.to_json()
        return iam.PolicyDocument.from_json(
            {**written, "Statement": [barrier.to_statement_json(), *written["Statement"]]}
        )

    def check(self, scope: IConstruct, policy: iam.PolicyDocument | None) -> None:
        """Refuse what API Gateway would refuse; ``policy`` is what ``policy()`` gives.

        Raises:
            ConstructError: a private API has no policy or IPv4 alone, a public one has VPC endpoints, or the security
                policy belongs to other endpoints.

        Source: endpoints.md sections 1 and 2; whats-new.md, Security policies (documented).
        """
        if self.is_private and policy is None:
            refuse(
                scope,
                "a private API needs a resource policy, or nobody can deploy it: name its vpc_endpoints or vpcs in "
                "Endpoint.private, or give a policy",
            )
        if self.is_private and self.ip_address_type is apigateway.IpAddressType.IPV4:
            refuse(scope, "a private API has the IP address type dualstack alone: leave ip_address_type out")
        if not self.is_private and (self.vpc_endpoints or self.vpcs):
            refuse(scope, "VPC endpoints and VPCs are for private APIs alone: leave them out, or use Endpoint.private")
        if policy is not None:
            check_policy(scope, policy, is_private=self.is_private)
        self._check_tls(scope)

    def _check_tls(self, scope: IConstruct) -> None:
        name = self.tls_policy
        if name is None or not is_known(name):
            return
        kind = self.type.value.lower()
        own = EDGE_POLICIES if self.type is apigateway.EndpointType.EDGE else REGIONAL_POLICIES
        if name not in own and name not in LEGACY_POLICIES:
            refuse(
                scope,
                f"the security policy {name} is none of {kind} endpoints: choose from {', '.join(own)}",
            )
        if name in LEGACY_POLICIES and self.access_mode is not None:
            refuse(scope, f"the security policy {name} goes without access mode: leave access_mode out")
        if name == LEGACY_POLICIES[0] and self.is_private:
            refuse(scope, "a private API has TLS 1.2 or later: leave the security policy TLS_1_0 out")

    def apply(self, resource: apigateway.CfnRestApi) -> None:
        """Write into an API what the L2 has no word for."""
        name = self.tls_policy
        if name is None:
            return
        resource.security_policy = name
        resource.endpoint_access_mode = self.access_mode_of(name)

    def access_mode_of(self, security_policy: str) -> str | None:
        """Return the access mode that goes with a policy; None where none does, or where only the deployment knows."""
        if self.access_mode is None and (security_policy in LEGACY_POLICIES or not is_known(security_policy)):
            return None
        return (self.access_mode or apigateway.EndpointAccessMode.BASIC).value
