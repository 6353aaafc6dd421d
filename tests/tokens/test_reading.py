from operator import itemgetter

import pytest

from forestage.model.values import Json
from forestage.tokens import IssuerRules, RefusedToken, TokenRules, UnverifiedToken, bearer_token, read_token
from forestage.tokens.reading import MAX_TOKEN_LENGTH
from tests.tokens.signing_keys import ec_key, part

ISSUER = "https://login.example.com/"
RULES = TokenRules(issuers=(IssuerRules(issuer=ISSUER, audiences=None),), algorithms=("ES256",))
CLAIMS: dict[str, Json] = {"iss": ISSUER, "exp": 2000}
HEADER: dict[str, Json] = {"alg": "ES256", "kid": "ec-1"}


def test_token_is_taken_apart() -> None:
    token = ec_key().sign(CLAIMS)

    read = read_token(token, rules=RULES)

    signed, _, signature = token.rpartition(".")
    assert isinstance(read, UnverifiedToken)
    assert (read.issuer, read.key_id, read.algorithm, read.claims) == (ISSUER, "ec-1", "ES256", CLAIMS)
    assert (read.signed, part(read.signature)) == (signed.encode(), signature)


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("a.b.c", "a.b.c"),
        ("Bearer a.b.c", "a.b.c"),
        ("bearer a.b.c", "a.b.c"),
        ("Bearer  a.b.c", " a.b.c"),
        ("Bearera.b.c", "Bearera.b.c"),
        ("Bearer", "Bearer"),
        ("Basic a.b.c", "Basic a.b.c"),
        ("Bearer Bearer a.b.c", "Bearer a.b.c"),
    ],
)
def test_header_may_say_bearer(value: str, token: str) -> None:
    assert bearer_token(value) == token


def test_token_of_the_greatest_length_is_read() -> None:
    header, claims = part(HEADER), part(CLAIMS | {"sub": "ab"})
    token = f"{header}.{claims}.".ljust(MAX_TOKEN_LENGTH, "A")

    read = read_token(token, rules=RULES)

    assert isinstance(read, UnverifiedToken)


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("a" * (MAX_TOKEN_LENGTH + 1), "it has 10241 characters, at most 10240 are read"),
        ("", "a signed token has 3 parts, got 1"),
        ("a.b.c.d.e", "a signed token has 3 parts, got 5"),
        ("é.b.c", "its header is no base64url of UTF-8"),
        ("_w.b.c", "its header is no base64url of UTF-8"),
        (f"{part(b'[]')}.b.c", "its header is no JSON object"),
        (f"{part({})}.b.c", "its alg is null, allowed are ES256"),
        (f"{part(HEADER)}.{part(b'null')}.c", "its payload is no JSON object"),
        (f"{part(HEADER)}.{part({})}.c", f"its iss is null, trusted are {ISSUER}"),
        (f"{part({'alg': 'ES256'})}.{part(CLAIMS)}.c", "its header has to name a key by kid, got null"),
        (f"{part(HEADER)}.{part(CLAIMS)}.c", "its signature is no base64url"),
        (f"{part(HEADER)}.{part(CLAIMS)}.", "it is not signed"),
        (f"{part(HEADER | {'crit': ['b64']})}.{part(CLAIMS)}.c", 'its header demands extensions: ["b64"]'),
    ],
    ids=itemgetter(slice(20)),
)
def test_refusal_says_what_is_wrong(token: str, told: str) -> None:
    read = read_token(token, rules=RULES)

    assert isinstance(read, RefusedToken)
    assert read.detail == told
