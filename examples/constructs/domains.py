"""One name for two versions of an API: by their paths, and for testers by a header."""

from aws_cdk import App, Environment, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53

from forestage.constructs import CustomDomain, Endpoint, RestApi
from forestage.constructs.integrations import IntegrationResponse, Mock

app = App()
stack = Stack(app, "Shop", env=Environment(account="123456789012", region="eu-west-1"))
zone = route53.HostedZone.from_hosted_zone_attributes(
    stack, "Zone", hosted_zone_id="Z0123456789ABCDEFGHIJ", zone_name="example.com"
)

api = RestApi(stack, "Orders", endpoint=Endpoint.regional(default_endpoint=False))
orders = IntegrationResponse(status=200, template='{"version": "$stageVariables.version", "orders": []}')
api.get("/orders", Mock.template(responses=[orders]))
stable, beta = (api.add_stage(name, variables={"version": name}) for name in ("stable", "beta"))

domain = CustomDomain(
    stack,
    "Domain",
    domain_name="shop.example.com",
    certificate=acm.Certificate(
        stack,
        "Certificate",
        domain_name="shop.example.com",
        validation=acm.CertificateValidation.from_dns(zone),
    ),
)
domain.add_mapping("v1", stable)
domain.add_mapping("v2/preview", beta)
domain.add_routing_rule(10, headers={"x-tester": "*"}, base_paths=["v1"], strip_base_path=True, stage=beta)
domain.add_alias(zone)

app.synth()
