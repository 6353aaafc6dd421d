"""Records by which names lead to domains."""

from __future__ import annotations

import pytest
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_route53 as route53

from forestage.constructs.checks import ConstructError
from forestage.constructs.endpoints import Endpoint
from tests.constructs.small_domains import (
    HOST,
    domain,
    of_type,
    zone,
)


def test_alias_leads_to_the_domain(stack: Stack) -> None:
    made = domain(stack, endpoint=Endpoint.regional(ip_address_type=apigateway.IpAddressType.DUAL_STACK))
    record = made.add_alias(zone(stack))

    records = of_type(stack, "AWS::Route53::RecordSet")
    assert isinstance(record, route53.ARecord)
    assert [(found["Name"], found["Type"], found["HostedZoneId"]) for found in records] == [
        ("api.example.com.", "A", "Z1"),
        ("api.example.com.", "AAAA", "Z1"),
    ]


def test_alias_in_a_zone_that_is_known_by_its_id_alone(stack: Stack) -> None:
    domain(stack).add_alias(route53.HostedZone.from_hosted_zone_id(stack, "Zone", "Z1"))

    assert of_type(stack, "AWS::Route53::RecordSet")[0]["Name"] == "api.example.com."


def test_aliases_in_two_zones_have_ids_of_their_own(stack: Stack) -> None:
    made = domain(stack)
    made.add_alias(zone(stack))
    inner = route53.HostedZone.from_hosted_zone_attributes(stack, "Inner", hosted_zone_id="Z2", zone_name=HOST)
    made.add_alias(inner, id="InnerAlias")

    assert [found["HostedZoneId"] for found in of_type(stack, "AWS::Route53::RecordSet")] == ["Z1", "Z2"]


def test_zone_without_the_name_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"zone ample\.com does not have the name api\.example\.com"):
        domain(stack).add_alias(zone(stack, "ample.com"))
