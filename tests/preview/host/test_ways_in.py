from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forestage.preview.compile import compile_deployment
from forestage.preview.host.truststores import Truststores
from forestage.preview.host.ways_in import remarks
from tests.load.templates import load
from tests.preview.host.certificates import Authority
from tests.preview.host.ways import EVERYBODY, VPC, api, domain, mapping, policy, private_domain, serve, vpc_endpoint

if TYPE_CHECKING:
    from pathlib import Path

MUTUAL: dict[str, Any] = {"MutualTlsAuthentication": {"TruststoreUri": "s3://bucket/trust.pem"}}
OPEN = policy(EVERYBODY)


# Parts of a template are whatever a case needs.
def told(*parts: Any, truststores: Truststores | None = None, **more: Any) -> list[str]:
    return list(remarks(serve(*parts, **more).world.runtime, truststores or Truststores()))


def test_nothing_is_told_where_all_ways_are_open() -> None:
    assert told(api(), api("Edge", kind="EDGE"), Domain=domain(), Root=mapping()) == []


def test_disabled_default_endpoint_is_told_with_the_domains_that_are_left() -> None:
    disabled: dict[str, Any] = {"DisableExecuteApiEndpoint": True}

    assert told(
        api(**disabled),
        api("Lost", **disabled),
        A=domain(),
        B=domain("b.example"),
        C=mapping(),
        D=mapping(at="b.example"),
    ) == [
        "the default endpoint of Api is disabled: call it at b.example or shop.example.com",
        "the default endpoint of Lost is disabled: no custom domain leads to it, so that nobody reaches it",
    ]


def test_endpoint_that_is_taken_for_the_callers_is_told() -> None:
    ways = serve(api(kind="PRIVATE", Policy=OPEN), Endpoint=vpc_endpoint(), Vpc=VPC)

    assert list(remarks(ways.world.runtime, Truststores())) == [
        f"Api is private: calls that name no VPC endpoint are taken to come through {ways.ids['Endpoint']}"
    ]


def test_endpoint_that_is_not_known_is_told_unless_the_api_is_closed_anyway() -> None:
    assert told(api(kind="PRIVATE"), api("Open", kind="PRIVATE", Policy=OPEN)) == [
        (
            "Open is private, and it is not known through which VPC endpoint it is called: what its policy asks of "
            "that is refused; call it by the Host of one, or take on an identity with vpc_endpoint_id"
        )
    ]


def test_domain_that_lets_nobody_in_is_told(tmp_path: Path) -> None:
    trust = tmp_path / "trust.pem"
    trust.write_text(Authority().pem)

    assert told(
        api(),
        One=domain("one.example", **MUTUAL),
        Two=domain("two.example", **MUTUAL),
        Three=private_domain(None),
        truststores=Truststores({"two.example": trust, "four.example": trust}),
    ) == [
        (
            "nobody is let in at one.example: its truststore s3://bucket/trust.pem is not on this machine; "
            "give it with --truststore one.example=FILE"
        ),
        "nobody is let in at private.example.com: a private domain without a policy refuses every call",
        "nobody is let in at private.example.com: no VPC endpoint has an access association with it",
        "--truststore names four.example, which is no custom domain here",
    ]


def test_mapping_to_an_api_that_is_not_served_is_told() -> None:
    assert told(api(), Domain=domain(), Root=mapping(RestApiId="abc1234567")) == [
        "shop.example.com leads to the API abc1234567, which is not served here"
    ]


def test_domain_without_a_known_name_is_told() -> None:
    from dataclasses import replace

    from forestage.model.values import Unknown

    deployment = load({**api(), "Domain": domain()}).deployment
    unnamed = replace(deployment.domain_names[0], domain_name=Unknown("Ref Name"))

    runtime = compile_deployment(replace(deployment, domain_names=(unnamed,)))

    assert list(remarks(runtime, Truststores())) == [
        "the custom domain Domain is not served: its name is known only after deployment"
    ]
