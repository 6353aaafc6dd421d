"""A name within a VPC, for a private API and nobody outside."""

from aws_cdk import App, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53

from forestage.constructs import CustomDomain, Endpoint, RestApi
from forestage.constructs.integrations import Mock

app = App()
stack = Stack(app, "Inside")
vpc = ec2.Vpc(stack, "Vpc", max_azs=1, nat_gateways=0)
door = vpc.add_interface_endpoint(
    "Door", service=ec2.InterfaceVpcEndpointAwsService.APIGATEWAY, private_dns_enabled=False
)
inside = Endpoint.private(vpc_endpoints=[door])

api = RestApi(stack, "Api", endpoint=inside)
api.get("/status", Mock.json(200, {"status": "ok"}))

domain = CustomDomain(
    stack,
    "Domain",
    domain_name="orders.corp.example",
    certificate=acm.Certificate(stack, "Certificate", domain_name="orders.corp.example"),
    endpoint=inside,
)
domain.add_mapping("orders", api.add_stage("prod"))
domain.add_alias(route53.PrivateHostedZone(stack, "Zone", zone_name="corp.example", vpc=vpc))

app.synth()
