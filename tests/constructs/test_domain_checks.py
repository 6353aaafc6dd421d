"""What AWS refuses of custom domains."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_s3 as s3

from forestage.constructs.checks import ConstructError
from forestage.constructs.domains import MutualTls
from forestage.constructs.endpoints import Endpoint
from forestage.constructs.resource_policies import ResourcePolicy
from tests.constructs.small_domains import (
    GLOBAL,
    HOST,
    LOCAL,
    domain,
)


@pytest.mark.parametrize(
    "name", ["api", "API.example.com", "a.*.example.com", "api_.example.com", "-a.example.com", ""]
)
def test_what_is_no_domain_name_is_refused(stack: Stack, name: str) -> None:
    with pytest.raises(ConstructError, match="a domain name is in lower case"):
        domain(stack, domain_name=name)


@pytest.mark.parametrize("name", ["*.example.com", "a-b.c1.example.com", "_x.example.com", "example.com"])
def test_domain_names_are_taken(stack: Stack, name: str) -> None:
    assert domain(stack, domain_name=name).domain_name == name


@pytest.mark.parametrize(
    ("endpoint", "arn", "said"),
    [
        (Endpoint.edge(), LOCAL, "certificate of an edge domain has to be in us-east-1, got one in eu-west-1"),
        (Endpoint.regional(), GLOBAL, "certificate of this domain has to be in eu-west-1, got one in us-east-1"),
    ],
)
def test_certificate_of_another_region_is_refused(stack: Stack, endpoint: Endpoint, arn: str, said: str) -> None:
    with pytest.raises(ConstructError, match=f"Stack/Domain: the {said}"):
        domain(stack, endpoint=endpoint, arn=arn)


def test_certificate_that_is_yet_to_be_made_is_not_judged(stack: Stack) -> None:
    made = acm.Certificate(stack, "Made", domain_name=HOST)

    assert domain(stack, certificate=made, endpoint=Endpoint.edge()).domain_name == HOST


def test_what_belongs_to_apis_or_to_private_domains_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="default_endpoint belongs to the endpoint of an API"):
        domain(stack, endpoint=Endpoint.regional(default_endpoint=False))
    with pytest.raises(ConstructError, match="a policy is for private domains"):
        domain(stack, "Other", policy=ResourcePolicy.allow_accounts("123456789012"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"endpoint": Endpoint.edge(), "key": "a.pem", "arn": GLOBAL}, "needs a regional domain, and this one is edge"),
        (
            {"endpoint": Endpoint.regional(security_policy="SecurityPolicy_TLS13_1_2_2021_06"), "key": "a.pem"},
            "mutual TLS does not go with the security policy SecurityPolicy_TLS13_1_2_2021_06",
        ),
        ({"key": "a.crt"}, "a truststore is a .pem file, got 'a.crt'"),
    ],
)
def test_mutual_tls_that_api_gateway_would_refuse(stack: Stack, options: dict[str, Any], said: str) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Trust", "trust")
    with pytest.raises(ConstructError, match=said):
        domain(
            stack,
            mtls=MutualTls(bucket=bucket, key=options["key"]),
            endpoint=options.get("endpoint"),
            arn=options.get("arn", LOCAL),
        )


def test_domain_in_a_stack_of_no_region_takes_any_certificate() -> None:
    anywhere = Stack(App(analytics_reporting=False), "Anywhere")

    assert domain(anywhere, arn=GLOBAL).domain_name == HOST
