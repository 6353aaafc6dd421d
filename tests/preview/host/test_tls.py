from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme

from forestage.preview.compile.tls import SUITES
from forestage.preview.host.tls import NOTHING, TlsDemands, demands_of, handshake_refusal, tls_session, usual_context
from forestage.preview.host.truststores import Truststores
from tests.preview.host.certificates import Authority
from tests.preview.host.ways import api, domain, mapping, resource, serve

if TYPE_CHECKING:
    from pathlib import Path

ONLY_1_3: dict[str, Any] = {"SecurityPolicy": "SecurityPolicy_TLS13_1_3_2025_09", "EndpointAccessMode": "BASIC"}
MUTUAL: dict[str, Any] = {"MutualTlsAuthentication": {"TruststoreUri": "s3://bucket/trust.pem"}}


def test_domain_says_what_its_clients_have_to_speak_and_show(tmp_path: Path) -> None:
    trust = tmp_path / "trust.pem"
    trust.write_text(Authority().pem)
    truststores = Truststores({"a.example": trust})
    runtime = serve(
        api(), A=domain("a.example", **MUTUAL), B=domain("b.example", **MUTUAL), C=domain("*.c.example", **ONLY_1_3)
    ).world.runtime

    found = [demands_of(name, runtime, truststores) for name in ("a.example", "b.example", "x.c.example", "d.example")]

    assert found == [TlsDemands(truststore=trust.read_text()), NOTHING, TlsDemands(only_1_3=True), NOTHING]


def test_api_says_what_clients_of_its_own_host_have_to_speak() -> None:
    ways = serve({**api(**ONLY_1_3), **api("Other"), **api("Edge", kind="EDGE")})

    found = [
        demands_of(f"{ways.ids[name]}.execute-api.us-east-1.amazonaws.com", ways.world.runtime, Truststores())
        for name in ("Api", "Other", "Edge")
    ]

    assert found == [TlsDemands(only_1_3=True), NOTHING, NOTHING]
    assert demands_of("unknown.execute-api.localhost", ways.world.runtime, Truststores()) == NOTHING


def test_domains_of_one_name_trust_whom_any_of_them_trusts(tmp_path: Path) -> None:
    trust = tmp_path / "trust.pem"
    trust.write_text(Authority().pem)
    regional = resource("ApiGatewayV2::DomainName", DomainName="a.example", **MUTUAL)
    runtime = serve(api(), A=domain("a.example", **MUTUAL), B=regional).world.runtime

    demands = demands_of("a.example", runtime, Truststores({"a.example": trust}))

    assert demands == TlsDemands(truststore=trust.read_text())


@pytest.mark.parametrize("policy", ["TLS_1_2", "TLS_1_0"])
def test_policy_says_which_suites_are_used(policy: str) -> None:
    runtime = serve(
        {**api(SecurityPolicy=policy)}, A=domain("a.example", SecurityPolicy=policy), Root=mapping()
    ).world.runtime
    own = f"{next(iter(runtime.apis))}.execute-api.localhost"

    found = [demands_of(name, runtime, Truststores()) for name in ("a.example", own)]

    assert found == [TlsDemands(suites=SUITES[policy])] * 2


def test_usual_context_speaks_what_is_demanded_and_asks_for_no_certificate() -> None:
    certificate = trustme.CA().issue_cert("a.example")

    usual = usual_context(certificate, NOTHING)
    strict = usual_context(certificate, TlsDemands(only_1_3=True, suites=SUITES["TLS_1_2"]))

    assert (usual.minimum_version, usual.verify_mode) == (ssl.TLSVersion.TLSv1_2, ssl.CERT_NONE)
    assert (strict.minimum_version, strict.verify_mode) == (ssl.TLSVersion.TLSv1_3, ssl.CERT_NONE)
    older = {each["name"] for each in strict.get_ciphers() if not each["name"].startswith("TLS_")}
    assert older == set(SUITES["TLS_1_2"])


def test_usual_connection_tells_no_certificate() -> None:
    server = usual_context(trustme.CA().issue_cert("a.example"), NOTHING)
    connection = server.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_side=True)

    session = tls_session(connection)

    assert (session.client_certificate, session.certificate_fault) == (None, None)


def failed(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] something")
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("name", "error", "told"),
    [
        (
            None,
            failed("NO_SHARED_CIPHER"),
            (
                "TLS handshake for a name that the client did not tell: "
                "the client has no cipher suite that its security policy allows"
            ),
        ),
        (
            "a.example",
            failed("UNSUPPORTED_PROTOCOL"),
            "TLS handshake for a.example: the client speaks no version of TLS that its security policy allows",
        ),
        ("a.example", failed("TLSV1_ALERT_UNKNOWN_CA"), None),
        ("a.example", ConnectionResetError(), None),
    ],
)
def test_handshake_is_told_where_the_client_was_refused(name: str | None, error: OSError, told: str | None) -> None:
    assert handshake_refusal(name, error) == told
