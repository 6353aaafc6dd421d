"""What AWS refuses about security policies for TLS, of APIs and of custom domains alike.

Source: whats-new.md, Security policies; API Gateway developer guide, "Security policies for REST APIs", Endpoint access
mode, and CloudFormation template reference, AWS::ApiGateway::RestApi (documented).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from forestage.load.intake import Intake
    from forestage.model.values import Origin

ENHANCED: Final = "SecurityPolicy_"
"""How the names of enhanced policies begin; the others are TLS_1_0 and TLS_1_2."""


def check_security_policy(intake: Intake, policy: str | None, access_mode: str | None, place: Origin) -> None:
    """Note an enhanced security policy without an endpoint access mode."""
    if policy is not None and policy.startswith(ENHANCED) and access_mode is None:
        intake.fault(
            f"the security policy {policy} needs an EndpointAccessMode, BASIC or STRICT",
            place,
            hint="BASIC takes the requests that are taken without one",
        )


def check_mutual_tls(intake: Intake, policy: str | None, place: Origin) -> None:
    """Note an enhanced security policy on a domain that asks clients for certificates.

    Source: developer guide, "Choose a security policy for your custom domain", Considerations (documented).
    """
    if policy is not None and policy.startswith(ENHANCED):
        intake.fault(
            f"a domain with MutualTlsAuthentication cannot have the security policy {policy}",
            place,
            hint="use TLS_1_2",
        )
