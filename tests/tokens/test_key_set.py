import json
from operator import itemgetter

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from forestage.errors import KeySetError
from forestage.model.values import Json
from forestage.tokens import parse_key_set
from forestage.tokens.key_set import MAX_KEY_SET_LENGTH, MAX_KEYS
from tests.tokens.signing_keys import SigningKey, ec_key, jwks, part, rsa_key


def without(entry: dict[str, Json], *members: str) -> dict[str, Json]:
    return {name: value for name, value in entry.items() if name not in members}


def faults(text: str) -> list[str]:
    with pytest.raises(KeySetError) as raised:
        parse_key_set(text)
    return [fault.message for fault in raised.value.faults]


def message(text: str) -> str:
    with pytest.raises(KeySetError) as raised:
        parse_key_set(text)
    return raised.value.message


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_rsa_key_verifies_what_its_alg_says(algorithm: str) -> None:
    found = parse_key_set(jwks(rsa_key(algorithm).jwk()))

    assert [key.algorithms for key in found.keys] == [(algorithm,)]
    assert found.keys[0].public == rsa_key().private.public_key()


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "ES512"])
def test_ec_key_verifies_what_its_curve_says(algorithm: str) -> None:
    found = parse_key_set(jwks(without(ec_key(algorithm).jwk(), "alg")))

    assert [key.algorithms for key in found.keys] == [(algorithm,)]
    assert found.keys[0].public == ec_key(algorithm).private.public_key()


def test_rsa_key_without_alg_verifies_all_of_its_kind() -> None:
    found = parse_key_set(jwks(without(rsa_key().jwk(), "alg", "use")))

    assert found.keys[0].algorithms == ("RS256", "RS384", "RS512")


def test_key_is_found_by_id_and_algorithm() -> None:
    found = parse_key_set(jwks(rsa_key("RS256", "a").jwk(), rsa_key("RS512", "a").jwk(), ec_key("ES256", "a").jwk()))

    assert [found.find("a", algorithm) for algorithm in ("RS256", "RS512", "ES256")] == list(found.keys)


@pytest.mark.parametrize(
    ("key_id", "algorithm"),
    [("b", "RS256"), ("", "RS256"), ("a", "RS384"), ("a", "ES256"), ("a", "HS256"), ("a", "none"), ("A", "RS256")],
)
def test_key_of_another_id_or_kind_is_not_found(key_id: str, algorithm: str) -> None:
    found = parse_key_set(jwks(rsa_key("RS256", "a").jwk()))

    assert found.find(key_id, algorithm) is None


@pytest.mark.parametrize(
    "passed_over",
    [
        {"kty": "oct", "kid": "x", "k": "c2VjcmV0", "alg": "HS256"},
        {"kty": "OKP", "kid": "x", "crv": "Ed25519", "x": "AA"},
        {"kid": "x"},
        rsa_key().jwk(use="enc"),
        rsa_key().jwk(key_ops=["encrypt"]),
        rsa_key().jwk(key_ops="verify"),
        rsa_key().jwk(alg="RSA-OAEP"),
        rsa_key().jwk(alg="HS256"),
        rsa_key().jwk(alg="none"),
        rsa_key().jwk(alg="ES256"),
        ec_key().jwk(alg="ES384"),
        ec_key().jwk(crv="secp256k1"),
        ec_key().jwk(crv="P-999"),
        without(ec_key().jwk(), "crv"),
    ],
    ids=lambda entry: "-".join(str(entry.get(name)) for name in ("kty", "crv", "use", "alg", "key_ops")),
)
def test_key_of_another_use_is_passed_over(passed_over: dict[str, Json]) -> None:
    found = parse_key_set(jwks(passed_over, ec_key("ES384", "kept").jwk()))

    assert [key.id for key in found.keys] == ["kept"]


def test_key_operations_may_name_verification() -> None:
    found = parse_key_set(jwks(without(ec_key().jwk(key_ops=["verify"]), "use")))

    assert len(found.keys) == 1


def test_private_key_counts_as_its_public_half() -> None:
    found = parse_key_set(jwks(rsa_key().jwk(d="AQ", p="AQ", q="AQ"), ec_key().jwk(d="AQ")))

    assert [key.public for key in found.keys] == [rsa_key().private.public_key(), ec_key().private.public_key()]


def test_all_faults_are_told_at_once() -> None:
    text = jwks("text", rsa_key(kid="a").jwk(), rsa_key(kid="a").jwk(), ec_key().jwk(kid=None), rsa_key().jwk(n="?"))

    assert faults(text) == [
        "key 1: it has to be an object, got 'text'",
        "key 3: another key has its kid 'a', so that tokens cannot name either",
        "key 4: it has no kid, by which tokens name their key",
        "key 5: its n has to be base64url without padding, got '?'",
    ]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (rsa_key().jwk(kid=""), "it has no kid, by which tokens name their key"),
        (rsa_key().jwk(kid=7), "it has no kid, by which tokens name their key"),
        (rsa_key().jwk(n=17), "its n has to be base64url without padding, got 17"),
        (without(rsa_key().jwk(), "e"), "its e has to be base64url without padding, got null"),
        (rsa_key().jwk(n="AQAB"), "an RSA key has 2048 to 8192 bits, got 17"),
        (rsa_key().jwk(n=part(b"\xff" * 1025)), "an RSA key has 2048 to 8192 bits, got 8200"),
        (rsa_key().jwk(e=part(b"\xff" * 9)), "the exponent e has at most 64 bits, got 72"),
        (rsa_key().jwk(e="AQ"), "its members n and e make no RSA key"),
        (rsa_key().jwk(e="Ag"), "its members n and e make no RSA key"),
        (ec_key().jwk(x=part(b"\1" * 31)), "x and y of curve P-256 have 32 bytes each, got 31 and 32"),
        (ec_key().jwk(y=part(b"\1" * 33)), "x and y of curve P-256 have 32 bytes each, got 32 and 33"),
        (ec_key().jwk(y=part(b"\1" * 32)), "its members x and y are no point of curve P-256"),
        (ec_key().jwk(x=part(b"\0" * 32), y=part(b"\0" * 32)), "its members x and y are no point of curve P-256"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_broken_key_is_a_fault(entry: dict[str, Json], told: str) -> None:
    assert faults(jwks(entry)) == [f"key 1: {told}"]


def test_weak_rsa_key_is_a_fault() -> None:
    weak = SigningKey(kid="a", algorithm="RS256", private=rsa.generate_private_key(65537, 1024))

    assert faults(jwks(weak.jwk())) == ["key 1: an RSA key has 2048 to 8192 bits, got 1024"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nonsense", "the key set is no JSON"),
        ("[]", "the key set is no JSON object"),
        ("{}", 'the key set is no JWKS: it needs "keys", a list of keys'),
        ('{"keys": {}}', 'the key set is no JWKS: it needs "keys", a list of keys'),
        ('{"keys": [], "keys": []}', "the key set has the name 'keys' twice"),
        ('{"keys": []}', "the key set has no RSA or EC key for signatures"),
        ('{"keys": [{"kty": "oct"}]}', "the key set has no RSA or EC key for signatures"),
        ('{"keys": [[[[[[[[[]]]]]]]]]}', "the key set nests deeper than 8"),
        (json.dumps({"keys": [{}] * (MAX_KEYS + 1)}), "the key set has 101 keys, at most 100 are read"),
        (" " * (MAX_KEY_SET_LENGTH + 1), "the key set has 262145 characters, at most 262144 are read"),
    ],
    ids=itemgetter(slice(30)),
)
def test_text_that_is_no_key_set_is_told(text: str, told: str) -> None:
    assert message(text) == told


def test_name_of_a_key_set_is_in_its_faults() -> None:
    with pytest.raises(KeySetError, match=r"^keys.json is no JSON$"):
        parse_key_set("{", name="keys.json")
