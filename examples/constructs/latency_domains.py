"""The same API in two regions behind one name: clients are led to the nearer one that answers."""

from aws_cdk import App, Environment, Stack
from aws_cdk import aws_route53 as route53
from constructs import Construct

from forestage.constructs import HealthCheck, LatencyRoutedDomain, RestApi
from forestage.constructs.integrations import Mock

ACCOUNT = "123456789012"


class Shop(Stack):
    """The shop in one region."""

    def __init__(self, scope: Construct, construct_id: str, *, region: str) -> None:
        super().__init__(scope, construct_id, env=Environment(account=ACCOUNT, region=region))
        api = RestApi(self, "Api")
        api.get("/status", Mock.json(200, {"region": region}))
        LatencyRoutedDomain(
            self,
            "Domain",
            domain_name="shop.example.com",
            zone=route53.HostedZone.from_hosted_zone_attributes(
                self, "Zone", hosted_zone_id="Z0123456789ABCDEFGHIJ", zone_name="example.com"
            ),
            stage=api.add_stage("prod"),
            health_check=HealthCheck(path="/status"),
        )


app = App()
for region in ("eu-west-1", "us-east-1"):
    Shop(app, f"Shop-{region}", region=region)
app.synth()
