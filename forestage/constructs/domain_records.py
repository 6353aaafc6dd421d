"""Records of Route 53 by which the name of a custom domain leads to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_route53 as route53
from constructs import Construct

from forestage.constructs.checks import is_known, refuse

if TYPE_CHECKING:
    from forestage.constructs.domains import CustomDomain


class AliasRecords(Construct):
    """Alias records of a domain in a zone: one for IPv4, and one for IPv6 where its endpoint is dualstack.

    ``resource`` is the L2 ``ARecord``, ``ipv6`` the L2 ``AaaaRecord`` or None.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        domain: CustomDomain,
        zone: route53.IHostedZone,
        **routing: Any,  # region, set_identifier and health_check of both records
    ) -> None:
        super().__init__(scope, id)
        check_zone(self, zone, domain.domain_name)
        target = domain.alias_target
        # The full stop says that the name is whole, so that no name of a zone is asked for, which may not be known.
        name = f"{domain.domain_name}."
        self.resource = route53.ARecord(self, "Resource", zone=zone, record_name=name, target=target, **routing)
        self.ipv6: route53.AaaaRecord | None = None
        if domain.endpoint.ip_address_type is apigateway.IpAddressType.DUAL_STACK:
            self.ipv6 = route53.AaaaRecord(self, "Ipv6", zone=zone, record_name=name, target=target, **routing)


def check_zone(scope: Construct, zone: route53.IHostedZone, domain_name: str) -> None:
    """Refuse a hosted zone that does not have a name."""
    name = _name_of(zone)
    if name is None or not is_known(domain_name):
        return
    if domain_name != name and not domain_name.endswith(f".{name}"):
        refuse(scope, f"the zone {name} does not have the name {domain_name}: give the zone that does")


def _name_of(zone: route53.IHostedZone) -> str | None:
    try:
        name = zone.zone_name
    except RuntimeError:
        # Of a zone that was imported by its id alone.
        return None
    return name.rstrip(".") if is_known(name) else None
