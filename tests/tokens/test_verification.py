"""What a token has to prove, and how attackers try to do without."""

import json
from dataclasses import replace
from operator import attrgetter

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from forestage.model.values import Json
from forestage.tokens import (
    ClaimRule,
    IssuerRules,
    KeySet,
    RefusalKind,
    RefusedToken,
    TokenRules,
    VerifiedToken,
    cognito_rules,
    verify_token,
)
from tests.tokens.signing_keys import SigningKey, ec_key, key_set, part, rsa_key

NOW = 1_700_000_000
ISSUER = "https://login.example.com/"
OTHER = "https://other.example.com"
CLAIMS: dict[str, Json] = {
    "iss": ISSUER,
    "sub": "user-7",
    "aud": "pets",
    "iat": NOW - 60,
    "exp": NOW + 3600,
    "scope": "pets/read pets/write",
}
RULES = TokenRules(
    issuers=(
        IssuerRules(issuer=ISSUER, audiences=("pets", "shop")),
        IssuerRules(issuer=OTHER, audiences=None),
    ),
    algorithms=("RS256", "ES256", "ES384", "ES512"),
)
RSA, EC = rsa_key(), ec_key()
OTHERS = ec_key(kid="of-the-other-issuer")
KEYS = {ISSUER: key_set([RSA, EC]), OTHER: key_set([OTHERS])}
RSA_PEM = RSA.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
HMAC = jwt.get_algorithm_by_name("HS256")


def verify(
    token: str, *, rules: TokenRules = RULES, keys: dict[str, KeySet] = KEYS, now: float = NOW
) -> VerifiedToken | RefusedToken:
    return verify_token(token, rules=rules, keys=keys.get, now=now)


def refusal(token: str, *, rules: TokenRules = RULES, now: float = NOW) -> RefusalKind:
    found = verify(token, rules=rules, now=now)
    assert isinstance(found, RefusedToken)
    return found.kind


def claims(**changed: Json) -> dict[str, Json]:
    return CLAIMS | changed


def with_header(key: SigningKey, **changed: Json) -> str:
    """Sign a good token whose header says other things as well."""
    return key.sign(CLAIMS, {"alg": key.algorithm, "kid": key.kid, **changed})


def hmac_signed(header: dict[str, Json], secret: bytes) -> str:
    signed = f"{part(header)}.{part(CLAIMS)}"
    # PyJWT will not make this token: it knows the attack.
    return f"{signed}.{part(HMAC.sign(signed.encode(), secret))}"


GOOD = EC.sign(CLAIMS)
HEADER_PART, CLAIMS_PART, SIGNATURE_PART = GOOD.split(".")


@pytest.mark.parametrize("key", [RSA, EC], ids=attrgetter("algorithm"))
def test_token_of_a_known_key_is_verified(key: SigningKey) -> None:
    assert verify(key.sign(CLAIMS)) == VerifiedToken(
        issuer=ISSUER,
        key_id=key.kid,
        algorithm=key.algorithm,
        audience=("pets",),
        scopes=("pets/read", "pets/write"),
        expires_at=NOW + 3600,
        claims=CLAIMS,
    )


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"])
def test_every_algorithm_is_verified_as_pyjwt_signs_it(algorithm: str) -> None:
    key = rsa_key(algorithm) if algorithm.startswith("RS") else ec_key(algorithm)
    token = jwt.encode(CLAIMS, key.private, algorithm=algorithm, headers={"kid": key.kid})

    found = verify(token, rules=replace(RULES, algorithms=(algorithm,)), keys={ISSUER: key_set([key])})

    assert isinstance(found, VerifiedToken)


UNSIGNED: list[dict[str, Json]] = [{"alg": alg, "kid": EC.kid} for alg in ("none", "None", "nOnE", "NONE", "", " none")]
ATTACKS: dict[str, tuple[str, RefusalKind]] = {
    **{
        f"alg-{header['alg']}-without-signature": (f"{part(header)}.{CLAIMS_PART}.", RefusalKind.ALGORITHM)
        for header in UNSIGNED
    },
    **{
        f"alg-{header['alg']}-with-the-signature": (
            f"{part(header)}.{CLAIMS_PART}.{SIGNATURE_PART}",
            RefusalKind.ALGORITHM,
        )
        for header in UNSIGNED
    },
    "alg-missing": (EC.sign(CLAIMS, {"kid": EC.kid}), RefusalKind.ALGORITHM),
    "alg-list": (with_header(EC, alg=["ES256"]), RefusalKind.ALGORITHM),
    "alg-null": (with_header(EC, alg=None), RefusalKind.ALGORITHM),
    "alg-lower-case": (with_header(EC, alg="es256"), RefusalKind.ALGORITHM),
    "alg-not-configured": (with_header(RSA, alg="RS512"), RefusalKind.ALGORITHM),
    "alg-pss": (with_header(RSA, alg="PS256"), RefusalKind.ALGORITHM),
    "alg-eddsa": (with_header(EC, alg="EdDSA"), RefusalKind.ALGORITHM),
    "hmac-with-the-public-key": (hmac_signed({"alg": "HS256", "kid": RSA.kid}, RSA_PEM), RefusalKind.ALGORITHM),
    "hmac-with-nothing": (hmac_signed({"alg": "HS256", "kid": RSA.kid}, b"\0"), RefusalKind.ALGORITHM),
    "hmac-called-rsa": (hmac_signed({"alg": "RS256", "kid": RSA.kid}, RSA_PEM), RefusalKind.SIGNATURE),
    "rsa-key-called-ec": (with_header(RSA, alg="ES256"), RefusalKind.KEY),
    "ec-key-called-rsa": (with_header(EC, alg="RS256"), RefusalKind.KEY),
    "curve-of-another-algorithm": (with_header(EC, alg="ES384"), RefusalKind.KEY),
    "kid-missing": (EC.sign(CLAIMS, {"alg": "ES256"}), RefusalKind.KEY),
    "kid-empty": (with_header(EC, kid=""), RefusalKind.KEY),
    "kid-null": (with_header(EC, kid=None), RefusalKind.KEY),
    "kid-number": (with_header(EC, kid=1), RefusalKind.KEY),
    "kid-list": (with_header(EC, kid=["ec-1"]), RefusalKind.KEY),
    "kid-path": (with_header(EC, kid="../../../../dev/null"), RefusalKind.KEY),
    "kid-sql": (with_header(EC, kid="ec-1' OR '1'='1"), RefusalKind.KEY),
    "kid-command": (with_header(EC, kid="ec-1; cat /etc/passwd"), RefusalKind.KEY),
    "kid-of-another-case": (with_header(EC, kid="EC-1"), RefusalKind.KEY),
    "kid-with-blank": (with_header(EC, kid="ec-1 "), RefusalKind.KEY),
    "kid-with-nul": (with_header(EC, kid="ec-1\0"), RefusalKind.KEY),
    "kid-of-another-key": (with_header(EC, kid=RSA.kid), RefusalKind.KEY),
    "kid-twice": (EC.sign(CLAIMS, b'{"alg":"ES256","kid":"ec-1","kid":"ec-1"}'), RefusalKind.MALFORMED),
    "alg-twice": (EC.sign(CLAIMS, b'{"alg":"ES256","alg":"none","kid":"ec-1"}'), RefusalKind.MALFORMED),
    "alg-twice-by-escape": (EC.sign(CLAIMS, rb'{"alg":"ES256","\u0061lg":"none","kid":"ec-1"}'), RefusalKind.MALFORMED),
    "claim-twice": (EC.sign(json.dumps(CLAIMS)[:-1].encode() + b',"sub":"admin"}'), RefusalKind.MALFORMED),
    "key-of-another-issuer": (OTHERS.sign(CLAIMS), RefusalKind.KEY),
    "key-of-this-issuer-for-another": (EC.sign(claims(iss=OTHER)), RefusalKind.KEY),
    "key-of-nobody-under-a-known-kid": (
        ec_key(kid="stranger").sign(CLAIMS, {"alg": "ES256", "kid": "ec-1"}),
        RefusalKind.SIGNATURE,
    ),
    "issuer-unknown": (EC.sign(claims(iss="https://evil.example.com")), RefusalKind.ISSUER),
    "issuer-without-its-slash": (EC.sign(claims(iss=ISSUER[:-1])), RefusalKind.ISSUER),
    "issuer-with-a-second-slash": (EC.sign(claims(iss=f"{ISSUER}/")), RefusalKind.ISSUER),
    "issuer-in-capitals": (EC.sign(claims(iss=ISSUER.upper())), RefusalKind.ISSUER),
    "issuer-over-http": (EC.sign(claims(iss=ISSUER.replace("https", "http"))), RefusalKind.ISSUER),
    "issuer-as-prefix": (EC.sign(claims(iss=f"{ISSUER}x")), RefusalKind.ISSUER),
    "issuer-list": (EC.sign(claims(iss=[ISSUER])), RefusalKind.ISSUER),
    "issuer-null": (EC.sign(claims(iss=None)), RefusalKind.ISSUER),
    "crit": (with_header(EC, crit=["exp"]), RefusalKind.MALFORMED),
    "crit-empty": (with_header(EC, crit=[]), RefusalKind.MALFORMED),
    "crit-b64": (with_header(EC, crit=["b64"], b64=False), RefusalKind.MALFORMED),
    "nested-token": (EC.sign(GOOD.encode(), {"alg": "ES256", "kid": "ec-1", "cty": "JWT"}), RefusalKind.MALFORMED),
    "token-in-a-text": (EC.sign(json.dumps(GOOD).encode()), RefusalKind.MALFORMED),
    "encrypted-token": (f"{GOOD}.AAAA.AAAA", RefusalKind.MALFORMED),
    "json-serialisation": (json.dumps({"payload": CLAIMS_PART}), RefusalKind.MALFORMED),
    "signature-stripped": (f"{HEADER_PART}.{CLAIMS_PART}.", RefusalKind.SIGNATURE),
    "signature-part-missing": (f"{HEADER_PART}.{CLAIMS_PART}", RefusalKind.MALFORMED),
    "signature-of-another-token": (
        f"{HEADER_PART}.{part(claims(sub='admin'))}.{SIGNATURE_PART}",
        RefusalKind.SIGNATURE,
    ),
    "signature-too-short": (f"{HEADER_PART}.{CLAIMS_PART}.{part(EC.signature(b'')[:63])}", RefusalKind.SIGNATURE),
    "signature-too-long": (f"{GOOD}AAAA", RefusalKind.SIGNATURE),
    "signature-with-more-bytes": (
        f"{HEADER_PART}.{CLAIMS_PART}.{part(EC.signature(b'') + b'123')}",
        RefusalKind.SIGNATURE,
    ),
    "signature-of-zeros": (f"{HEADER_PART}.{CLAIMS_PART}.{part(bytes(64))}", RefusalKind.SIGNATURE),
    "signature-padded": (f"{GOOD}==", RefusalKind.MALFORMED),
    "segment-before": (f"AAAA.{GOOD}", RefusalKind.MALFORMED),
    "newline-after": (f"{GOOD}\n", RefusalKind.MALFORMED),
    "blank-before": (f" {GOOD}", RefusalKind.MALFORMED),
    "non-ascii": (f"{HEADER_PART}.{CLAIMS_PART}é.{SIGNATURE_PART}", RefusalKind.MALFORMED),
    "header-in-utf-16": (EC.sign(CLAIMS, json.dumps({"alg": "ES256"}).encode("utf-16")), RefusalKind.MALFORMED),
    "header-with-mark": (
        EC.sign(CLAIMS, b"\xef\xbb\xbf" + json.dumps({"alg": "ES256"}).encode()),
        RefusalKind.MALFORMED,
    ),
    "claims-as-list": (EC.sign(b"[]"), RefusalKind.MALFORMED),
    "claims-nested-deep": (EC.sign(b'{"iss":' + b"[" * 3000 + b"]" * 3000 + b"}"), RefusalKind.MALFORMED),
    "number-without-end": (EC.sign(b'{"exp":1e999}'), RefusalKind.MALFORMED),
    "oversized": (EC.sign(claims(sub="a" * 10_000)), RefusalKind.OVERSIZE),
    "oversized-dots": ("." * 1_000_000, RefusalKind.OVERSIZE),
    "empty": ("", RefusalKind.MALFORMED),
    "bearer-left-in": (f"Bearer {GOOD}", RefusalKind.MALFORMED),
}


@pytest.mark.parametrize(("token", "kind"), ATTACKS.values(), ids=ATTACKS)
def test_attack_is_refused(token: str, kind: RefusalKind) -> None:
    assert refusal(token) is kind


@pytest.mark.parametrize("member", ["jku", "x5u", "jwk", "x5c", "x5t", "b64", "zip", "typ", "cty"])
def test_key_that_a_token_brings_is_not_looked_at(member: str) -> None:
    stranger = ec_key(kid="stranger")
    brought = stranger.jwk(kid="ec-1") if member == "jwk" else "https://evil.example.com/keys.json"
    header: dict[str, Json] = {"alg": "ES256", "kid": "ec-1", member: brought}

    assert refusal(stranger.sign(CLAIMS, header)) is RefusalKind.SIGNATURE
    assert isinstance(verify(EC.sign(CLAIMS, header)), VerifiedToken)


@pytest.mark.parametrize("token", [GOOD, RSA.sign(CLAIMS)], ids=["ES256", "RS256"])
@given(data=st.data())
def test_token_with_any_character_changed_is_refused(token: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.characters(max_codepoint=0x2FF).filter(lambda drawn: drawn != token[place]))

    found = verify(token[:place] + character + token[place + 1 :])

    assert isinstance(found, RefusedToken)


@given(token=st.text(alphabet="ey.AJ-_=0", max_size=40) | st.text(max_size=40))
def test_text_of_any_kind_is_refused_without_an_error(token: str) -> None:
    assert isinstance(verify(token), RefusedToken)


def test_keys_of_the_issuer_may_be_missing() -> None:
    found = verify(GOOD, keys={})

    assert found == RefusedToken(kind=RefusalKind.KEY, detail=f"the keys of issuer {ISSUER} are not known")


def test_no_keys_are_asked_for_a_token_that_names_no_issuer_of_ours() -> None:
    asked: list[str] = []
    token = EC.sign(claims(iss="https://evil.example.com"))

    verify_token(token, rules=RULES, keys=asked.append, now=NOW)

    assert asked == []


@pytest.mark.parametrize("algorithm", ["HS256", "none", "PS256"])
def test_algorithm_that_is_none_of_ours_is_refused_though_configured(algorithm: str) -> None:
    rules = replace(RULES, algorithms=(algorithm, "ES256"))

    assert refusal(with_header(EC, alg=algorithm), rules=rules) is RefusalKind.ALGORITHM


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"exp": NOW + 0.5}, None),
        ({"exp": NOW}, RefusalKind.EXPIRED),
        ({"exp": NOW - 1}, RefusalKind.EXPIRED),
        ({"exp": 0}, RefusalKind.EXPIRED),
        ({"exp": None}, RefusalKind.CLAIM),
        ({"exp": True}, RefusalKind.CLAIM),
        ({"exp": str(NOW + 60)}, RefusalKind.CLAIM),
        ({"exp": [NOW + 60]}, RefusalKind.CLAIM),
        ({"exp": 253_402_300_800}, RefusalKind.CLAIM),
        ({"exp": 10**400}, RefusalKind.CLAIM),
        ({"exp": -1}, RefusalKind.CLAIM),
        ({"nbf": NOW}, None),
        ({"nbf": NOW + 1}, RefusalKind.NOT_YET_VALID),
        ({"nbf": "0"}, RefusalKind.CLAIM),
        ({"nbf": None}, RefusalKind.CLAIM),
        ({"iat": NOW}, None),
        ({"iat": NOW + 1}, RefusalKind.NOT_YET_VALID),
        ({"iat": False}, RefusalKind.CLAIM),
        ({"aud": "shop"}, None),
        ({"aud": ["other", "pets"]}, None),
        ({"aud": ["other", 7]}, RefusalKind.AUDIENCE),
        ({"aud": []}, RefusalKind.AUDIENCE),
        ({"aud": "pets,shop"}, RefusalKind.AUDIENCE),
        ({"aud": "pets shop"}, RefusalKind.AUDIENCE),
        ({"aud": "PETS"}, RefusalKind.AUDIENCE),
        ({"aud": ["pets shop"]}, RefusalKind.AUDIENCE),
        ({"aud": {"pets": "pets"}}, RefusalKind.AUDIENCE),
        ({"aud": None, "client_id": "pets"}, RefusalKind.AUDIENCE),
    ],
    ids=str,
)
def test_claims_of_time_and_audience_hold(changed: dict[str, Json], kind: RefusalKind | None) -> None:
    found = verify(EC.sign(claims(**changed)))

    assert (found.kind if isinstance(found, RefusedToken) else None) is kind


@pytest.mark.parametrize(("name", "kind"), [("exp", RefusalKind.CLAIM), ("aud", RefusalKind.AUDIENCE)])
def test_claim_that_is_needed_may_not_be_left_out(name: str, kind: RefusalKind) -> None:
    assert refusal(EC.sign({key: value for key, value in CLAIMS.items() if key != name})) is kind


def test_signature_is_checked_before_any_claim() -> None:
    expired = EC.sign(claims(exp=1, aud="other")).rpartition(".")[0]

    assert refusal(f"{expired}.{SIGNATURE_PART}") is RefusalKind.SIGNATURE


@pytest.mark.parametrize("audiences", [(), ("",)], ids=["none", "empty"])
def test_authorizer_without_audience_takes_no_token(audiences: tuple[str, ...]) -> None:
    rules = replace(RULES, issuers=(IssuerRules(issuer=ISSUER, audiences=audiences),))

    assert refusal(EC.sign(claims(aud=["", "pets"])), rules=rules) is RefusalKind.AUDIENCE


@pytest.mark.parametrize(
    ("aud", "client_id", "admitted"),
    [("pets", "other", True), ("other", "pets", False), (None, "pets", True), (None, "other", False)],
)
def test_client_id_counts_on_http_apis_where_there_is_no_aud(
    aud: str | None, client_id: str, *, admitted: bool
) -> None:
    issuer = IssuerRules(issuer=ISSUER, audiences=("pets",), audience_claims=("aud", "client_id"))
    signed = {name: value for name, value in claims(aud=aud, client_id=client_id).items() if value is not None}

    found = verify(EC.sign(signed), rules=replace(RULES, issuers=(issuer,)))

    assert isinstance(found, VerifiedToken) is admitted


ADDITIONAL = (
    ClaimRule(name="tenant", is_required=True, expected=("blue", "green")),
    ClaimRule(name="tier", expected=("",)),
)


@pytest.mark.parametrize(
    ("changed", "admitted"),
    [
        ({"tenant": "blue"}, True),
        ({"tenant": "green"}, True),
        ({"tenant": "Blue"}, False),
        ({"tenant": ["blue"]}, False),
        ({"tenant": {"blue": "blue"}}, False),
        ({"tenant": ""}, False),
        ({"tenant": None}, False),
        ({}, False),
        ({"tenant": "blue", "tier": ""}, False),
        ({"tenant": "blue", "tier": "gold"}, False),
    ],
    ids=str,
)
def test_additional_claims_have_an_expected_value(changed: dict[str, Json], *, admitted: bool) -> None:
    rules = replace(RULES, issuers=(replace(RULES.issuers[0], additional_claims=ADDITIONAL),))

    found = verify(EC.sign(claims(**changed)), rules=rules)

    assert (found.kind if isinstance(found, RefusedToken) else None) is (None if admitted else RefusalKind.CLAIM)


@pytest.mark.parametrize(
    ("changed", "admitted"),
    [({"tenant": "any"}, True), ({"tenant": 7}, True), ({}, False)],
    ids=["text", "number", "none"],
)
def test_additional_claim_without_expected_value_has_to_be_there(changed: dict[str, Json], *, admitted: bool) -> None:
    rule = ClaimRule(name="tenant", is_required=True)
    rules = replace(RULES, issuers=(replace(RULES.issuers[0], additional_claims=(rule,)),))

    assert isinstance(verify(EC.sign(claims(**changed)), rules=rules), VerifiedToken) is admitted


def test_additional_claim_that_is_not_required_may_be_absent() -> None:
    rule = ClaimRule(name="tenant", expected=("blue",))
    rules = replace(RULES, issuers=(replace(RULES.issuers[0], additional_claims=(rule,)),))

    assert isinstance(verify(GOOD, rules=rules), VerifiedToken)


@pytest.mark.parametrize(
    ("changed", "scopes"),
    [
        ({"scope": "a b"}, ("a", "b")),
        ({"scope": " a  b "}, ("a", "b")),
        ({"scope": ["a", "b c", 7, ""]}, ("a", "b c")),
        ({"scope": "a", "scp": ["b", "a"]}, ("a", "b")),
        ({"scope": None, "scp": "a b"}, ("a", "b")),
        ({"scope": "a\tb,c"}, ("a\tb,c",)),
        ({"scope": {"a": "a"}}, ()),
        ({"scope": ""}, ()),
    ],
    ids=str,
)
def test_scopes_are_of_both_claims(changed: dict[str, Json], scopes: tuple[str, ...]) -> None:
    found = verify(EC.sign(claims(**changed)))

    assert isinstance(found, VerifiedToken)
    assert found.scopes == scopes


@pytest.mark.parametrize(
    ("demanded", "admitted"),
    [
        (("pets/read",), True),
        (("other", "pets/write"), True),
        (("other",), False),
        (("pets",), False),
        (("pets/read pets/write",), False),
        (("PETS/READ",), False),
        (("",), False),
    ],
)
def test_one_scope_of_the_method_is_needed(demanded: tuple[str, ...], *, admitted: bool) -> None:
    found = verify(GOOD, rules=replace(RULES, scopes=demanded))

    assert (found.kind if isinstance(found, RefusedToken) else None) is (None if admitted else RefusalKind.SCOPE)


@pytest.mark.parametrize(
    ("scopes", "token_use", "scope", "kind"),
    [
        ((), "id", None, None),
        ((), "access", "pets/read", RefusalKind.TOKEN_USE),
        ((), None, None, RefusalKind.TOKEN_USE),
        (("pets/read",), "access", "pets/read", None),
        (("pets/read",), "access", "openid", RefusalKind.SCOPE),
        (("pets/read",), "id", "pets/read", RefusalKind.TOKEN_USE),
    ],
)
def test_cognito_token_is_of_the_use_that_the_method_wants(
    scopes: tuple[str, ...], token_use: str | None, scope: str | None, kind: RefusalKind | None
) -> None:
    token = RSA.sign(claims(token_use=token_use, scope=scope))

    found = verify(token, rules=cognito_rules([ISSUER], scopes=scopes))

    assert (found.kind if isinstance(found, RefusedToken) else None) is kind


def test_refusal_shows_a_stranger_s_values_escaped() -> None:
    found = verify(EC.sign(claims(iss="https://evil.example.com/\x1b[31m\n")))

    assert found == RefusedToken(
        kind=RefusalKind.ISSUER,
        detail=rf"its iss is 'https://evil.example.com/\x1b[31m\n', trusted are {ISSUER}, {OTHER}",
    )
