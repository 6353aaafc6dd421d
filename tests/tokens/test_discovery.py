import json
from operator import itemgetter

import pytest

from forestage.errors import KeySetError
from forestage.tokens import KEY_SET_POLICY, discovery_url, is_issuer, parse_discovery

ISSUER = "https://login.example.com/tenant"
KEYS = "https://keys.example.com/jwks.json?version=1"


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example.com",
        "https://a.example.com/",
        "https://a.example.com:8443/tenant/x",
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf123",
        "https://[::1]/",
    ],
)
def test_https_address_can_be_an_issuer(address: str) -> None:
    assert is_issuer(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a.example.com",
        "http://a.example.com",
        "https:///path",
        "https://",
        "https://a.example.com?",
        "https://a.example.com/?a=b",
        "https://a.example.com/#",
        "https://user@a.example.com",
        "https://user:secret@a.example.com",
        "https://@a.example.com",
        "https://a.example.com:port",
        "https://a.example.com:0",
        "https://a.example.com:99999",
        "https://[a.example.com",
        "https://a.example.com/\n",
        "https://a.example.com/a b",
        "https://é.example.com",
        "https://a.example.com/" + "a" * 2048,
        "file:///etc/passwd",
    ],
    ids=itemgetter(slice(30)),
)
def test_other_address_cannot_be_an_issuer(address: str) -> None:
    assert not is_issuer(address)


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        (ISSUER, f"{ISSUER}/.well-known/openid-configuration"),
        (f"{ISSUER}/", f"{ISSUER}/.well-known/openid-configuration"),
    ],
)
def test_discovery_document_is_below_the_issuer(issuer: str, expected: str) -> None:
    assert discovery_url(issuer) == expected


def test_discovery_document_leads_to_the_key_set() -> None:
    text = json.dumps({"issuer": ISSUER, "jwks_uri": KEYS, "scopes_supported": ["openid"]})

    assert parse_discovery(text, issuer=ISSUER) == KEYS


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<html>", "is no JSON"),
        ("{}", "is of another issuer: null"),
        (json.dumps({"issuer": f"{ISSUER}/", "jwks_uri": KEYS}), f"is of another issuer: '{ISSUER}/'"),
        (json.dumps({"issuer": ISSUER}), "needs jwks_uri, an https address, got null"),
        (
            json.dumps({"issuer": ISSUER, "jwks_uri": "http://keys.example.com"}),
            "needs jwks_uri, an https address, got 'http://keys.example.com'",
        ),
        (
            json.dumps({"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"}),
            "needs jwks_uri, an https address, got 'file:///etc/passwd'",
        ),
    ],
)
def test_other_discovery_document_is_refused(text: str, told: str) -> None:
    with pytest.raises(KeySetError) as raised:
        parse_discovery(text, issuer=ISSUER)

    assert raised.value.message == f"the discovery document of {ISSUER} {told}"


@pytest.mark.parametrize(("age_seconds", "expected"), [(7199, False), (7200, True)])
def test_key_set_is_fetched_again_after_two_hours(age_seconds: float, *, expected: bool) -> None:
    assert KEY_SET_POLICY.is_due(age_seconds=age_seconds, failed=False) is expected


@pytest.mark.parametrize(("age_seconds", "expected"), [(9, False), (10, True)])
def test_fetch_that_failed_is_tried_again_soon(age_seconds: float, *, expected: bool) -> None:
    assert KEY_SET_POLICY.is_due(age_seconds=age_seconds, failed=True) is expected
