import json

import pytest

from forestage.errors import KeySetError
from forestage.tokens import LocalKeySets, read_local_key_sets
from tests.tokens.signing_keys import ec_key, jwks, key_set

FIRST, SECOND = ec_key("ES256", "first"), ec_key("ES256", "second")
SETS = {
    "https://one.example.com": {"keys": [FIRST.jwk()]},
    "https://one.example.com/": {"keys": [SECOND.jwk()]},
}


def test_one_key_set_is_every_issuer_s() -> None:
    sets = read_local_key_sets(jwks(FIRST.jwk()))

    assert sets == LocalKeySets(every=key_set([FIRST]))
    assert sets.of("https://anybody.example.com") == key_set([FIRST])


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("https://one.example.com", key_set([FIRST])),
        ("https://one.example.com/", key_set([SECOND])),
        ("https://two.example.com", None),
        ("HTTPS://ONE.EXAMPLE.COM", None),
    ],
)
def test_key_sets_are_found_by_the_exact_issuer(issuer: str, expected: object) -> None:
    assert read_local_key_sets(json.dumps(SETS)).of(issuer) == expected


def test_all_faults_are_told_at_once() -> None:
    text = json.dumps(
        {
            "http://plain.example.com": {},
            "https://a.example.com": 1,
            "https://b.example.com": {"keys": [{"kty": "RSA"}]},
        }
    )

    with pytest.raises(KeySetError) as raised:
        read_local_key_sets(text, name="keys.json")

    assert str(raised.value).splitlines() == [
        "keys.json cannot be used",
        "  an issuer is an https address without query and fragment, got 'http://plain.example.com'",
        '  the key set of issuer https://a.example.com is no JWKS: it needs "keys", a list of keys',
        "  the key set of issuer https://b.example.com cannot be used",
        "  issuer https://b.example.com: key 1: it has no kid, by which tokens name their key",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "keys.json has no key set"),
        ("[]", "keys.json is no JSON object"),
        ('{"keys": 1}', 'keys.json is no JWKS: it needs "keys", a list of keys'),
    ],
)
def test_file_without_key_sets_is_told(text: str, told: str) -> None:
    with pytest.raises(KeySetError) as raised:
        read_local_key_sets(text, name="keys.json")

    assert raised.value.message == told
