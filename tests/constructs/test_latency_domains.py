"""One name for the same API in several regions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnParameter, Duration, Environment, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53

from forestage.constructs.checks import ConstructError
from forestage.constructs.endpoints import Endpoint
from forestage.constructs.latency_domains import HealthCheck, LatencyRoutedDomain
from forestage.constructs.rest_api import RestApi
from forestage.load import LoadOptions, load
from forestage.preview.host.domain_overview import describe_domains
from tests.constructs.small_api import add_dev, answering
from tests.constructs.small_domains import HOST, of_type, websocket_stage, zone
from tests.constructs.synthesis import hold_against_stored
from tests.preview.host.ways import serve, serve_deployment

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.constructs.stages import Stage as ApiStage


def stage(stack: Stack, *, endpoint: Endpoint | None = None) -> ApiStage:
    api = RestApi(stack, "Api", endpoint=endpoint)
    api.get("/status", answering({"application/json": '{"path": "$context.path"}'}))
    return add_dev(api)


# Options are those of the domain.
def domain(stack: Stack, **options: Any) -> LatencyRoutedDomain:
    served = options.pop("stage", None) or stage(stack)
    return LatencyRoutedDomain(stack, "Domain", domain_name=HOST, zone=zone(stack), stage=served, **options)


def test_each_region_has_a_domain_and_a_record_of_its_own() -> None:
    app = App(analytics_reporting=False)
    stacks = [
        Stack(app, region, env=Environment(account="123456789012", region=region))
        for region in ("eu-west-1", "us-east-1")
    ]
    for stack in stacks:
        domain(stack)

    records = [record for stack in stacks for record in of_type(stack, "AWS::Route53::RecordSet")]
    assert [(record["Name"], record["Region"], record["SetIdentifier"]) for record in records] == [
        ("api.example.com.", "eu-west-1", "eu-west-1"),
        ("api.example.com.", "us-east-1", "us-east-1"),
    ]
    assert [record["HostedZoneId"] for record in records] == ["Z1", "Z1"]


def test_previewed_port_stands_for_the_region(tmp_path: Path) -> None:
    app = App(analytics_reporting=False, outdir=str(tmp_path))
    for region, name in (("eu-west-1", "Near"), ("us-east-1", "Far")):
        stack = Stack(app, region, env=Environment(account="123456789012", region=region))
        api = RestApi(stack, name)
        api.get("/region", answering({"application/json": json.dumps({"region": region})}))
        LatencyRoutedDomain(stack, f"{name}Domain", domain_name=HOST, zone=zone(stack), stage=add_dev(api))
    app.synth()

    ways = serve_deployment(load(str(tmp_path), options=LoadOptions()).deployment)
    near, far = (name for name in ways.ids if name.startswith(("Near", "Far")) and "Domain" not in name)

    assert ways.seen("/region", host=HOST, home=near) == {"region": "eu-west-1"}
    assert ways.seen("/region", host=HOST, home=far) == {"region": "us-east-1"}
    described = describe_domains(
        ways.world.runtime, ports={ways.ids[near]: 3000, ways.ids[far]: 3001}, authority=tmp_path
    )
    assert [[way.curl.rpartition(":")[2] for way in domain.ways] for domain in described] == [["3000/"], ["3001/"]]


def test_domain_of_a_stack_that_knows_no_region_asks_cloudformation() -> None:
    stack = Stack(App(analytics_reporting=False), "Stack")
    domain(stack)

    (record,) = of_type(stack, "AWS::Route53::RecordSet")
    assert (record["Region"], record["SetIdentifier"]) == ({"Ref": "AWS::Region"}, {"Ref": "AWS::Region"})


def test_certificate_is_made_and_validated_by_the_zone(stack: Stack) -> None:
    domain(stack)

    (certificate,) = of_type(stack, "AWS::CertificateManager::Certificate")
    assert certificate["DomainValidationOptions"] == [{"DomainName": HOST, "HostedZoneId": "Z1"}]


def test_certificate_that_is_there_is_used(stack: Stack) -> None:
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
    domain(stack, certificate=acm.Certificate.from_certificate_arn(stack, "Certificate", arn), base_path="shop")

    assert of_type(stack, "AWS::ApiGateway::DomainName")[0]["RegionalCertificateArn"] == arn
    assert of_type(stack, "AWS::ApiGateway::BasePathMapping")[0]["BasePath"] == "shop"


def test_health_check_asks_the_stage_of_this_region(stack: Stack) -> None:
    made = domain(
        stack,
        health_check=HealthCheck(path="/status", interval=Duration.seconds(10), failures=2),
        endpoint=Endpoint.regional(ip_address_type=apigateway.IpAddressType.DUAL_STACK),
        set_identifier="one",
    )

    template = hold_against_stored(stack, "latency_routed_domain")
    (check,) = of_type(stack, "AWS::Route53::HealthCheck")
    config = check["HealthCheckConfig"]
    assert (config["Type"], config["Port"], config["RequestInterval"], config["FailureThreshold"]) == (
        "HTTPS",
        443,
        10,
        2,
    )
    records = of_type(stack, "AWS::Route53::RecordSet")
    assert [(record["Type"], record["SetIdentifier"]) for record in records] == [("A", "one"), ("AAAA", "one")]
    assert all("HealthCheckId" in record for record in records)
    assert made.records.ipv6 is not None
    ways = serve(template["Resources"])
    assert ways.seen("/status", host=HOST, home=next(iter(ways.ids))) == {"path": "/status"}


def test_health_check_that_is_there_is_used(stack: Stack) -> None:
    domain(stack, health_check=route53.HealthCheck.from_health_check_id(stack, "Check", "abc"))

    assert of_type(stack, "AWS::Route53::RecordSet")[0]["HealthCheckId"] == "abc"


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (HealthCheck(path="status"), "the path of a health check begins with /, got 'status'"),
        (HealthCheck(path="/status", failures=11), "a health check fails after from 1 to 10 requests, got 11"),
        (
            HealthCheck(path="/status", interval=Duration.seconds(20)),
            "a health check asks every 10 or 30 seconds, got 20",
        ),
    ],
)
def test_health_checks_that_route_53_would_refuse(stack: Stack, check: HealthCheck, said: str) -> None:
    with pytest.raises(ConstructError, match=said):
        domain(stack, health_check=check)


def test_health_check_needs_the_default_endpoint(stack: Stack) -> None:
    closed = stage(stack, endpoint=Endpoint.regional(default_endpoint=False))

    with pytest.raises(ConstructError, match="asks the default endpoint of the API, which is disabled"):
        domain(stack, stage=closed, health_check=HealthCheck(path="/status"))


def test_domain_of_the_edge_has_no_region(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="an EDGE domain has no region"):
        domain(stack, endpoint=Endpoint.edge())


def test_websocket_api_has_no_health_check_of_ours(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="which a WebSocket API answers with 426"):
        domain(stack, stage=websocket_stage(stack), health_check=HealthCheck(path="/status"))


def test_figures_of_a_health_check_may_be_known_later(stack: Stack) -> None:
    later: Any = CfnParameter(stack, "Figure", type="Number").value_as_number

    domain(stack, health_check=HealthCheck(path="/status", interval=Duration.seconds(later), failures=later))

    (check,) = of_type(stack, "AWS::Route53::HealthCheck")
    assert check["HealthCheckConfig"]["RequestInterval"] == {"Ref": "Figure"}
    assert check["HealthCheckConfig"]["FailureThreshold"] == {"Ref": "Figure"}
