from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pytest

from forestage.preview.host.tls import NOTHING, NamedContext, TlsDemands, demand, demands_of, handshake_refusal
from forestage.preview.host.truststores import Truststores
from tests.preview.host.certificates import Authority
from tests.preview.host.ways import api, domain, serve

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


def test_context_asks_for_what_is_demanded() -> None:
    usual, strict = NamedContext(ssl.PROTOCOL_TLS_SERVER), NamedContext(ssl.PROTOCOL_TLS_SERVER)

    demand(usual, NOTHING)
    demand(strict, TlsDemands(only_1_3=True, truststore=Authority().pem))

    assert (usual.minimum_version, usual.verify_mode) == (ssl.TLSVersion.TLSv1_2, ssl.CERT_NONE)
    assert (strict.minimum_version, strict.verify_mode) == (ssl.TLSVersion.TLSv1_3, ssl.CERT_OPTIONAL)


def failed(reason: str, message: str = "") -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL: {reason}] something")
    error.reason = reason
    if message:
        # As ssl.SSLCertVerificationError has it.
        error.verify_message = message  # type: ignore[attr-defined]  # as above
    return error


@pytest.mark.parametrize(
    ("name", "error", "told"),
    [
        (
            "a.example",
            failed("CERTIFICATE_VERIFY_FAILED", "self-signed certificate"),
            "TLS handshake for a.example: the client's certificate was refused, self-signed certificate",
        ),
        (
            None,
            failed("CERTIFICATE_VERIFY_FAILED"),
            (
                "TLS handshake for a name that the client did not tell: the client's certificate was refused, "
                "[SSL: CERTIFICATE_VERIFY_FAILED] something"
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
    refusal = handshake_refusal(name, error)

    assert (refusal or "").removesuffix(" (_ssl.c:1)") == (told or "")
