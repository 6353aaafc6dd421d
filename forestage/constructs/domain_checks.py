"""What AWS refuses of custom domains.

Source: endpoints.md section 3; whats-new.md, Security policies (documented).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.checks import is_known, refuse
from forestage.constructs.endpoints import LEGACY_POLICIES

if TYPE_CHECKING:
    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_iam as iam
    from constructs import Construct

    from forestage.constructs.endpoints import Endpoint

CERTIFICATE_REGION_OF_EDGE: Final = "us-east-1"

_NAME: Final = re.compile(r"(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_CERTIFICATE: Final = re.compile(r"arn:[^:]+:acm:([a-z0-9-]+):.*")


def check_name(scope: Construct, domain_name: str) -> None:
    """Refuse what is no domain name in lower case; a wildcard is its first label."""
    if is_known(domain_name) and not _NAME.fullmatch(domain_name):
        refuse(
            scope,
            f"a domain name is in lower case, api.example.com, or a wildcard, *.example.com, got {domain_name!r}: "
            "write it so",
        )


def check_endpoint(scope: Construct, endpoint: Endpoint, policy: iam.PolicyDocument | None) -> None:
    """Refuse an endpoint that a domain cannot have."""
    if not endpoint.default_endpoint:
        refuse(scope, "default_endpoint belongs to the endpoint of an API: leave it out here")
    if policy is not None and not endpoint.is_private:
        refuse(scope, "a policy is for private domains: give it to the API, or leave it out")
    endpoint.check(scope, endpoint.policy(policy))


def check_certificate(scope: Construct, endpoint: Endpoint, certificate: acm.ICertificate) -> None:
    """Refuse a certificate of another region than the endpoint needs it in."""
    arn = certificate.certificate_arn
    found = _CERTIFICATE.fullmatch(arn) if is_known(arn) else None
    is_edge = endpoint.type is apigateway.EndpointType.EDGE
    region = CERTIFICATE_REGION_OF_EDGE if is_edge else Stack.of(scope).region
    if found is not None and is_known(region) and found[1] != region:
        refuse(
            scope,
            f"the certificate of {'an edge domain' if is_edge else 'this domain'} has to be in {region}, got one in "
            f"{found[1]}: make one there",
        )


def check_mtls(scope: Construct, endpoint: Endpoint, security_policy: str, key: str) -> None:
    """Refuse mutual TLS where a domain cannot have it.

    Source: API Gateway developer guide, "How to turn on mutual TLS authentication", and "Choose a security policy for
    your custom domain".
    """
    if endpoint.type is not apigateway.EndpointType.REGIONAL:
        refuse(
            scope,
            f"mutual TLS needs a regional domain, and this one is {endpoint.type.value.lower()}: give it an "
            "Endpoint.regional()",
        )
    if is_known(security_policy) and security_policy not in LEGACY_POLICIES:
        refuse(
            scope,
            f"mutual TLS does not go with the security policy {security_policy}: leave it out, which is TLS_1_2",
        )
    if is_known(key) and not key.endswith(".pem"):
        refuse(scope, f"a truststore is a .pem file, got {key!r}: name it so")
