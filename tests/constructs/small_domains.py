"""Small domains, and what they need: certificates, zones, and stages to lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53

from forestage.constructs.domains import CustomDomain
from forestage.constructs.rest_api import RestApi
from forestage.constructs.websocket_api import WebSocketApi
from tests.constructs.small_api import add_dev, answering
from tests.constructs.synthesis import synthesized
from tests.constructs.websockets import Pong

if TYPE_CHECKING:
    from aws_cdk import Stack

    from forestage.constructs.endpoints import Endpoint
    from forestage.constructs.stages import Stage
    from forestage.constructs.websocket_stages import WebSocketStage

HOST = "api.example.com"
LOCAL = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
GLOBAL = "arn:aws:acm:us-east-1:123456789012:certificate/2"
SEEN = '{"api": "$context.apiId", "path": "$context.path", "resource": "$context.resourcePath"}'


def certificate(stack: Stack, name: str, arn: str = LOCAL) -> acm.ICertificate:
    return acm.Certificate.from_certificate_arn(stack, name, arn)


def zone(stack: Stack, name: str = "example.com") -> route53.IHostedZone:
    return route53.HostedZone.from_hosted_zone_attributes(stack, "Zone", hosted_zone_id="Z1", zone_name=name)


# Options are those of a domain.
def domain(stack: Stack, name: str = "Domain", *, arn: str = LOCAL, **options: Any) -> CustomDomain:
    if "certificate" not in options:
        options["certificate"] = certificate(stack, f"{name}Certificate", arn)
    return CustomDomain(stack, name, **{"domain_name": HOST, **options})


def stage(stack: Stack, name: str = "Api", *, endpoint: Endpoint | None = None) -> Stage:
    api = RestApi(stack, name, endpoint=endpoint)
    api.get("/items", answering({"application/json": SEEN}))
    return add_dev(api)


def websocket_stage(stack: Stack) -> WebSocketStage:
    api = WebSocketApi(stack, "Chat")
    api.default(Pong())
    return api.add_stage("live", access_log=None)


# Properties are those of CloudFormation.
def of_type(stack: Stack, name: str) -> list[dict[str, Any]]:
    found = synthesized(stack)["Resources"].values()
    return [resource["Properties"] for resource in found if resource["Type"] == name]


def vpc_endpoint(stack: Stack) -> ec2.InterfaceVpcEndpoint:
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id="vpc-12345678",
        availability_zones=["eu-west-1a"],
        private_subnet_ids=["subnet-12345678"],
        vpc_cidr_block="10.0.0.0/16",
    )
    return ec2.InterfaceVpcEndpoint(
        stack, "Endpoint", vpc=vpc, service=ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, private_dns_enabled=False
    )
