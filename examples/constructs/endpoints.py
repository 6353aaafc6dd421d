"""An API for all, one for an office and one within a VPC, each reached as it should be and no other way."""

from aws_cdk import App, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_ec2 as ec2

from forestage.constructs import Endpoint, ResourcePolicy, RestApi
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Endpoints")

public = RestApi(
    stack,
    "Public",
    endpoint=Endpoint.regional(
        ip_address_type=apigateway.IpAddressType.DUAL_STACK,
        security_policy="SecurityPolicy_TLS13_1_3_2025_09",
    ),
)
office = RestApi(stack, "Office", policy=ResourcePolicy.allow_ip_ranges("203.0.113.0/24"))

vpc = ec2.Vpc(stack, "Vpc", max_azs=1, nat_gateways=0)
door = vpc.add_interface_endpoint("Door", service=ec2.InterfaceVpcEndpointAwsService.APIGATEWAY)
private = RestApi(stack, "Private", endpoint=Endpoint.private(vpc_endpoints=[door]))

for api in (public, office, private):
    api.get("/status", Mock.json(200, {"status": "ok"}))
    api.add_stage("dev")

app.synth()
