"""What an attacker would try against the data plane: none of it is admitted, and all of it ends.

Tokens and signatures have tests of their own (``tests/tokens``, ``tests/signing``); here they meet the pipeline.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import assume, given
from hypothesis import strategies as st

from forestage.model.principals import AccessKey, IamPrincipal, KnownPrincipal, PolicyDocument, PrincipalKind
from forestage.model.rest import JwtConfiguration, JwtIssuer
from forestage.model.values import Secret
from forestage.preview.engine.effects import BackendAnswer, CallBackend, FindIssuerKeys, FunctionAnswer
from forestage.signing.canonical import canonical_request
from forestage.signing.request import SignedRequest
from tests.cases.script import ARRIVED_AT, Kept, play, wire_request
from tests.cases.short_api import API_ID, FUNCTION_ARN, api_runtime, integration_uri, usage_plans
from tests.tokens.signing_keys import ec_key, key_set, part, rsa_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.preview.compile.runtime import ApiRuntime
    from forestage.preview.engine.wire import Headers, WireRequest
    from tests.cases.script import Played

HOST = f"{API_ID}.execute-api.us-east-1.amazonaws.com"
ISSUER = "https://issuer.example"
OTHER_ISSUER = "https://other.example"

# Fields of the model, as ``short_api`` takes them.
MOCK: dict[str, Any] = {
    "type": "MOCK",
    "request_templates": {"application/json": '{"statusCode": 200}'},
    "integration_responses": [{"status_code": "200"}],
}


def guarded(kind: str, authorizer: str | None = None) -> dict[str, Any]:
    return {**MOCK, "method": {"authorization_type": kind, "authorizer_id": authorizer}}


def failure_of(played: Played) -> str | None:
    return played.failed.response_type if played.failed else None


# -- tokens -------------------------------------------------------------------------------------------------------


def token_api() -> ApiRuntime:
    jwt = JwtConfiguration(
        issuers=(
            JwtIssuer(issuer=ISSUER, audiences=("pets",)),
            JwtIssuer(issuer=OTHER_ISSUER, audiences=("birds",)),
        ),
        default_algorithms=("ES256", "RS256"),
    )
    source = "method.request.header.Authorization"
    authorizer = {"type": "JWT", "identity_source": source, "jwt_configuration": jwt}
    return api_runtime({"GET /": guarded("JWT", "jwt")}, authorizers={"jwt": authorizer})


def claims(**more: object) -> dict[str, Any]:
    return {"iss": ISSUER, "aud": "pets", "exp": ARRIVED_AT + 60, "sub": "ada", **more}


def hmac_token(secret: bytes, *, algorithm: str = "HS256", kid: str = "rsa-1") -> str:
    """Sign a token with what the attacker knows of the key: its public half."""
    signed = f"{part({'alg': algorithm, 'kid': kid, 'typ': 'JWT'})}.{part(claims())}"
    return f"{signed}.{part(hmac.digest(secret, signed.encode(), 'sha256'))}"


def unsigned(algorithm: str) -> str:
    return f"{part({'alg': algorithm, 'kid': 'rsa-1', 'typ': 'JWT'})}.{part(claims())}."


PUBLIC_PEM = rsa_key().private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
PUBLIC_DER = rsa_key().private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
MALLORY = ec_key("ES256", "mallory")
BROKEN_TOKENS = {
    "none": unsigned("none"),
    "None": unsigned("None"),
    "no-algorithm": unsigned(""),
    "none-with-a-signature": unsigned("none") + part(b"x"),
    "key-confusion-pem": hmac_token(PUBLIC_PEM),
    "key-confusion-der": hmac_token(PUBLIC_DER),
    "key-confusion-modulus": hmac_token(orjson.dumps(rsa_key().jwk())),
    "no-key-id": rsa_key().sign(claims(), {"alg": "RS256"}),
    "critical-extension": rsa_key().sign(claims(), {"alg": "RS256", "kid": "rsa-1", "crit": ["b64"], "b64": False}),
    "wrong-issuer": rsa_key().sign(claims(iss="https://mallory.example")),
    "issuer-with-a-slash": rsa_key().sign(claims(iss=f"{ISSUER}/")),
    "issuer-in-another-case": rsa_key().sign(claims(iss=ISSUER.upper())),
    "issuers": rsa_key().sign(claims(iss=[ISSUER])),
    "expires-at-infinity": rsa_key().sign(b'{"iss": "https://issuer.example", "aud": "pets", "exp": 1e999}'),
    "issuer-twice": rsa_key().sign(b'{"iss": "https://mallory.example", "iss": "https://issuer.example"}'),
    "deep": rsa_key().sign(b'{"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}"),
    "oversized": rsa_key().sign(claims(a="a" * 100_000)),
    "two": f"{rsa_key().sign(claims(exp=0))}, {rsa_key().sign(claims(exp=1))}",
    "four-parts": rsa_key().sign(claims()) + ".x",
    "padded": rsa_key().sign(claims()) + "=",
    "bearer-twice": f"Bearer {rsa_key().sign(claims())}",
    "nothing": "",
    "dots": "..",
    "many-dots": "." * 100_000,
}
"""Refused before anybody is asked for keys."""
FORGED_TOKENS = {
    "key-confusion-said-to-be-rsa": hmac_token(PUBLIC_PEM, algorithm="RS256"),
    "curve-for-an-rsa-key": rsa_key("RS256", "rsa-1").sign(claims(), {"alg": "ES256", "kid": "rsa-1"}),
    "another-key-under-a-known-id": ec_key("ES384", "mallory").sign(claims(), {"alg": "ES256", "kid": "ec-1"}),
    "key-in-the-header": MALLORY.sign(claims(), {"alg": "ES256", "kid": "mallory", "jwk": MALLORY.jwk()}),
    "address-of-a-key": MALLORY.sign(claims(), {"alg": "ES256", "kid": "mallory", "jku": "https://mallory.example"}),
    "path-as-key-id": MALLORY.sign(claims(), {"alg": "ES256", "kid": "../../../dev/null"}),
    "audience-of-the-other-issuer": rsa_key().sign(claims(aud="birds")),
    "expired": rsa_key().sign(claims(exp=ARRIVED_AT - 1)),
    "expires-now": rsa_key().sign(claims(exp=ARRIVED_AT)),
    "never-expires": rsa_key().sign({name: value for name, value in claims().items() if name != "exp"}),
    "expires-as-text": rsa_key().sign(claims(exp="9999999999")),
    "not-yet": rsa_key().sign(claims(nbf=ARRIVED_AT + 60)),
}
"""Refused by the keys of their issuer, or by their claims."""


def with_token(token: str) -> WireRequest:
    return wire_request("GET /dev/", headers=(("Host", HOST), ("Authorization", f"Bearer {token}")))


@pytest.mark.parametrize("token", BROKEN_TOKENS.values(), ids=BROKEN_TOKENS)
def test_no_broken_token_is_admitted(token: str) -> None:
    played = play(token_api(), with_token(token))

    assert (played.response.status, failure_of(played)) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("token", FORGED_TOKENS.values(), ids=FORGED_TOKENS)
def test_no_forged_token_is_admitted(token: str) -> None:
    played = play(token_api(), with_token(token), [key_set([rsa_key(), ec_key()])])

    assert (played.response.status, failure_of(played)) == (401, "UNAUTHORIZED")


def test_the_token_that_all_of_these_resemble_is_admitted() -> None:
    played = play(token_api(), with_token(rsa_key().sign(claims())), [key_set([rsa_key(), ec_key()])])

    assert played.response.status == 200


def test_a_key_of_one_issuer_vouches_for_no_other() -> None:
    token = ec_key().sign(claims(iss=OTHER_ISSUER, aud="birds"))
    wire = wire_request("GET /dev/", headers=(("Host", HOST), ("Authorization", token)))

    played = play(token_api(), wire, [key_set([rsa_key()])])

    assert played.response.status == 401
    assert [effect.issuer for effect in played.asked if isinstance(effect, FindIssuerKeys)] == [OTHER_ISSUER]


def test_of_several_authorization_headers_no_earlier_one_is_believed() -> None:
    lines = (("Host", HOST), ("authorization", rsa_key().sign(claims())), ("AUTHORIZATION", "Bearer x"))

    assert play(token_api(), wire_request("GET /dev/", headers=lines)).response.status == 401


# -- signatures ---------------------------------------------------------------------------------------------------

EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def principal(policy: Mapping[str, object] = EVERYTHING) -> KnownPrincipal:
    return KnownPrincipal(
        principal=IamPrincipal(
            name="ada",
            arn="arn:aws:iam::123456789012:user/ada",
            account_id="123456789012",
            user_id="AIDAADA",
            kind=PrincipalKind.USER,
            policies=(PolicyDocument(name="own", document=orjson.loads(orjson.dumps(policy))),),
        ),
        access_key=AccessKey(id="AKIAADA", secret_access_key=Secret("secret")),
    )


def signed_headers(
    target: str, *, method: str = "GET", body: bytes = b"", more: Headers = (), secret: str = "secret"
) -> Headers:
    """Sign a request at the moment when all of them arrive."""
    moment = datetime.fromtimestamp(ARRIVED_AT, UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = (("Host", HOST), ("X-Amz-Date", moment), *more)
    path, _, query = target.partition("?")
    names = sorted(name.lower() for name, _ in lines)
    canonical = canonical_request(
        SignedRequest(method=method, path=path, raw_query=query, headers=lines, body=body), names
    )
    scope = f"{moment[:8]}/us-east-1/execute-api/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode('latin-1')).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for step in scope.split("/"):
        key = hmac.digest(key, step.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    value = f"AWS4-HMAC-SHA256 Credential=AKIAADA/{scope}, SignedHeaders={';'.join(names)}, Signature={signature}"
    return (*lines, ("Authorization", value))


SIGNED_API = api_runtime({"ANY /{proxy+}": guarded("AWS_IAM"), "ANY /pets": guarded("AWS_IAM")})


def play_signed(line: str, headers: Headers, *, body: bytes = b"", later: float = 0.0) -> Played:
    wire = wire_request(line, headers=headers, body=body, at=ARRIVED_AT + later)
    return play(SIGNED_API, wire, principals=[principal()])


def test_a_signed_request_is_admitted_again_until_it_is_old() -> None:
    headers = signed_headers("/dev/pets")

    statuses = [play_signed("GET /dev/pets", headers, later=later).response.status for later in (0, 299, 301)]

    assert statuses == [200, 200, 403]


SIGNED = signed_headers("/dev/pets?a=1")


@pytest.mark.parametrize(
    ("line", "headers", "body"),
    [
        pytest.param("DELETE /dev/pets?a=1", SIGNED, b"", id="method"),
        pytest.param("GET /dev/birds?a=1", SIGNED, b"", id="path"),
        pytest.param("GET /dev/pets?a=1&b=2", SIGNED, b"", id="query"),
        pytest.param("GET /dev/pets?a=1&a=1", SIGNED, b"", id="query-twice"),
        pytest.param("GET /dev/pets?a=1", SIGNED, b"{}", id="body"),
        pytest.param("GET /dev/pets%2F?a=1", SIGNED, b"", id="encoded-slash"),
        pytest.param("GET /dev/admin/../pets?a=1", SIGNED, b"", id="dot-segments"),
        pytest.param("GET /dev/./pets?a=1", SIGNED, b"", id="dot-segment"),
        pytest.param("GET /dev/admin/%2e%2e/pets?a=1", SIGNED, b"", id="encoded-dot-segments"),
        pytest.param("GET /dev/pets;x=y?a=1", SIGNED, b"", id="parameters"),
        pytest.param("GET /dev/pets?a=1", (*SIGNED, ("Host", "x")), b"", id="second-host"),
        pytest.param("GET /dev/pets?a=1", (*SIGNED, SIGNED[2]), b"", id="second-authorization"),
        pytest.param("GET /dev/pets?a=1", (*SIGNED, ("x-amz-date", SIGNED[1][1])), b"", id="second-date"),
        pytest.param("GET /dev/pets?a=1", (*SIGNED, ("X-Amz-Security-Token", "x")), b"", id="session-token"),
        pytest.param("GET /dev/pets?a=1", (*SIGNED, ("X-HTTP-Method-Override", "DELETE")), b"", id="override"),
        pytest.param("GET /dev/pets?a=1", (*SIGNED, ("x-http-method-override", "post")), b"", id="override-in-lower"),
        pytest.param("GET /dev/pets?a=1&X-Amz-Algorithm=AWS4-HMAC-SHA256", SIGNED, b"", id="also-presigned"),
        pytest.param("GET /dev/pets?a=1", signed_headers("/dev/pets?a=1", secret="guessed"), b"", id="other-secret"),
        pytest.param("GET /dev/pets?a=1", (*SIGNED[:2], ("Authorization", "AWS4-HMAC-SHA256 ")), b"", id="no-parts"),
    ],
)
def test_no_replayed_signature_is_admitted_for_another_request(line: str, headers: Headers, body: bytes) -> None:
    played = play_signed(line, headers, body=body)

    assert played.response.status in {400, 403}


def test_a_method_that_is_overridden_has_to_be_signed() -> None:
    override = (("X-HTTP-Method-Override", "DELETE"),)

    played = play_signed("GET /dev/pets", signed_headers("/dev/pets", more=override))

    assert played.response.status == 200


# -- paths against policies ---------------------------------------------------------------------------------------

ARN = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev"


def policy(*statements: Mapping[str, object], principal: bool = True) -> dict[str, Any]:
    more: dict[str, object] = {"Principal": "*"} if principal else {}
    named = [{"Action": "execute-api:Invoke", **more, **entry} for entry in statements]
    return {"Version": "2012-10-17", "Statement": named}


ALL_BUT_ADMIN = (
    {"Effect": "Allow", "Resource": f"{ARN}/*"},
    {"Effect": "Deny", "Resource": f"{ARN}/*/admin"},
    {"Effect": "Deny", "Resource": f"{ARN}/*/admin/*"},
)
PUBLIC_ALONE = ({"Effect": "Allow", "Resource": [f"{ARN}/*/public", f"{ARN}/*/public/*"]},)
WAYS_TO_ADMIN = [
    "admin",
    "admin/",
    "admin//",
    "//admin",
    "/admin",
    "admin/x",
    "admin//x",
    "./admin",
    "public/../admin",
    "public/../admin/x",
    "public/./../admin/x",
    "public//../admin",
    "public/%2e%2e/admin",
    "public/%2E%2E/admin/x",
    "public/.%2e/admin/x",
    "public%2f..%2fadmin",
    "public%2F%2e%2e%2Fadmin%2Fx",
    "public/..;/admin",
    "public/..;a=b/admin/x",
    "public/%2e%2e;/admin/x",
    "public/x/../../admin",
    "../admin",
    "../../../admin",
    "%61dmin",
    "admi%6e/x",
    "admin%2fx",
    "admin%2Fx/",
    "admin;a=b",
    "admin;/x",
    "admin;a=b/x",
    "admin%3Ba/x",
    "x/../admin?public/x",
]
POLICED: dict[str, Any] = {
    "ANY /{proxy+}": MOCK,
    "ANY /": MOCK,
}


def guard_saying(*statements: Mapping[str, object]) -> FunctionAnswer:
    document = policy(*statements, principal=False)
    return FunctionAnswer(payload=orjson.dumps({"principalId": "ada", "policyDocument": document}))


def with_guard(**more: object) -> ApiRuntime:
    authorizer: dict[str, Any] = {
        "type": "TOKEN",
        "identity_source": "method.request.header.T",
        "authorizer_uri": integration_uri("guard"),
        **more,
    }
    methods = {route: guarded("CUSTOM", "guard") for route in POLICED}
    return api_runtime(methods, authorizers={"guard": authorizer})


@pytest.mark.parametrize("statements", [ALL_BUT_ADMIN, PUBLIC_ALONE], ids=["denied", "not-allowed"])
@pytest.mark.parametrize("way", WAYS_TO_ADMIN)
def test_no_way_leads_past_a_policy(way: str, statements: tuple[Mapping[str, object], ...]) -> None:
    line = f"GET /dev/{way}"
    headers = (("Host", HOST), ("T", "t"))
    by_resource = api_runtime(POLICED, policy=policy(*statements))
    by_identity = principal(policy(*statements, principal=False))
    target = line.removeprefix("GET ")

    played = {
        "resource policy": play(by_resource, wire_request(line, headers=headers)),
        "authorizer": play(with_guard(), wire_request(line, headers=headers), [guard_saying(*statements)]),
        "IAM": play(SIGNED_API, wire_request(line, headers=signed_headers(target)), principals=[by_identity]),
    }

    assert {name for name, one in played.items() if one.response.status != 403} == set()


@pytest.mark.parametrize("statements", [ALL_BUT_ADMIN, PUBLIC_ALONE], ids=["denied", "not-allowed"])
@pytest.mark.parametrize("way", ["public", "public/x", "public/a%2Fb", "public/a.b/..c", "public/a;b=c", "public/x/"])
def test_what_is_allowed_stays_so(way: str, statements: tuple[Mapping[str, object], ...]) -> None:
    api = api_runtime(POLICED, policy=policy(*statements))

    assert play(api, wire_request(f"GET /dev/{way}")).response.status == 200


@pytest.mark.parametrize("way", ["admin", "admin/", "admin;a=b", "%61dmin", "admin%2f", "x/../admin", "ADMIN"])
def test_no_spelling_of_a_fixed_path_gets_around_its_authorizer(way: str) -> None:
    methods = {"GET /admin": guarded("AWS_IAM"), "GET /{name}": guarded("AWS_IAM")}

    assert play(api_runtime(methods), wire_request(f"GET /dev/{way}")).response.status == 403


@pytest.mark.parametrize("verb", ["DELETE", "delete", "Delete", " DELETE", "DELETE ", "ANY", "*", "", "CONNECT"])
def test_a_method_that_is_denied_is_not_reached_by_an_override(verb: str) -> None:
    denied = policy({"Effect": "Allow", "Resource": "*"}, {"Effect": "Deny", "Resource": f"{ARN}/DELETE/*"})
    api = api_runtime({"DELETE /pets": MOCK, "GET /pets": {**MOCK, "integration_responses": []}}, policy=denied)
    wire = wire_request("GET /dev/pets", headers=(("Host", HOST), ("X-HTTP-Method-Override", verb)))

    assert play(api, wire).response.status != 200


# -- API keys -----------------------------------------------------------------------------------------------------

KEY = "a-key-of-twenty-characters"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((), id="none"),
        pytest.param((("x-api-key", ""),), id="empty"),
        pytest.param((("x-api-key", f" {KEY}"),), id="blank-before"),
        pytest.param((("x-api-key", f"{KEY},{KEY}"),), id="list"),
        pytest.param((("x-api-key", KEY.upper()),), id="upper"),
        pytest.param((("x-api-key", KEY[:-1]),), id="prefix"),
        pytest.param((("x-api-key", f"{KEY}\0"),), id="null"),
        pytest.param((("x-api-key", "*"),), id="star"),
        pytest.param((("x-api-key", "k"),), id="id-of-the-key"),
        pytest.param((("x-api-key", "off-off-off-off-off-off"),), id="disabled"),
        pytest.param((("x-api-key", "free-free-free-free-free"),), id="in-no-plan"),
        pytest.param((("x_api_key", KEY),), id="other-name"),
        pytest.param((("x-api-key ", KEY),), id="blank-in-name"),
        pytest.param((("Authorization", KEY),), id="other-header"),
        pytest.param((("x-api-key", KEY), ("X-API-KEY", "x")), id="last-of-two"),
        pytest.param((("x-api-key", "a" * 100_000),), id="long"),
    ],
)
def test_no_key_but_the_one_is_admitted(headers: Headers) -> None:
    api = api_runtime({"GET /": {**MOCK, "method": {"api_key_required": True}}})
    keys: dict[str, dict[str, Any]] = {
        "k": {"value": KEY, "in": ["p"]},
        "off": {"value": "off-off-off-off-off-off", "enabled": False, "in": ["p"]},
        "free": {"value": "free-free-free-free-free"},
    }
    plans = usage_plans(keys, {"p": {"stages": {"dev": {}}}})
    wire = wire_request(f"GET /dev/?x-api-key={KEY}", headers=(("Host", HOST), *headers))

    played = play(api, wire, kept=Kept(plans))

    assert (played.response.status, failure_of(played)) == (403, "INVALID_API_KEY")


def test_a_key_of_the_request_is_not_asked_where_the_authorizer_gives_it() -> None:
    method = {"authorization_type": "CUSTOM", "authorizer_id": "guard", "api_key_required": True}
    authorizer = {
        "type": "TOKEN",
        "identity_source": "method.request.header.T",
        "authorizer_uri": integration_uri("guard"),
    }
    api = api_runtime(
        {"GET /": {**MOCK, "method": method}}, authorizers={"guard": authorizer}, api_key_source_type="AUTHORIZER"
    )
    plans = usage_plans({"k": {"value": KEY, "in": ["p"]}}, {"p": {"stages": {"dev": {}}}})
    wire = wire_request("GET /dev/", headers=(("Host", HOST), ("T", "t"), ("x-api-key", KEY)))

    played = play(api, wire, [guard_saying({"Effect": "Allow", "Resource": "*"})], kept=Kept(plans))

    assert failure_of(played) == "INVALID_API_KEY"


# -- what is kept -------------------------------------------------------------------------------------------------

PARTS = st.text(alphabet='ab",[]\\/|:; \x7f\xe9', min_size=1, max_size=4)
LINES = st.lists(st.tuples(st.sampled_from(["A", "a", "B", "b"]), PARTS), max_size=5)
IDENTITIES = st.tuples(LINES, PARTS, PARTS)


def values_of(lines: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [value for key, value in lines if key.lower() == name] for name in ("a", "b")}


@given(one=IDENTITIES, other=IDENTITIES)
def test_no_two_identities_share_the_answer_of_an_authorizer(
    one: tuple[list[tuple[str, str]], str, str], other: tuple[list[tuple[str, str]], str, str]
) -> None:
    first, second = ([*lines, ("A", a), ("B", b)] for lines, a, b in (one, other))
    assume(values_of(first) != values_of(second))
    authorizer: dict[str, Any] = {
        "type": "REQUEST",
        "identity_source": "method.request.header.A, method.request.header.B",
        "authorizer_uri": integration_uri("guard"),
    }
    api = api_runtime({"GET /": guarded("CUSTOM", "guard")}, authorizers={"guard": authorizer})
    kept, answer = Kept(), [guard_saying({"Effect": "Allow", "Resource": "*"})]

    played = [
        play(api, wire_request("GET /dev/", headers=(("Host", HOST), *lines)), answer, kept=kept)
        for lines in (first, second)
    ]

    assert [len(each.asked) for each in played] == [1, 1]


def test_no_two_authorizers_or_stages_share_an_answer() -> None:
    authorizer = {
        "type": "TOKEN",
        "identity_source": "method.request.header.T",
        "authorizer_uri": integration_uri("guard"),
    }
    api = api_runtime(
        {"GET /a": guarded("CUSTOM", "one"), "GET /b": guarded("CUSTOM", "two")},
        stages={"dev": {}, "prod": {}},
        authorizers={"one": authorizer, "two": authorizer},
    )
    kept, answer = Kept(), [guard_saying({"Effect": "Allow", "Resource": "*"})]
    headers = (("Host", HOST), ("T", "t"))

    asked = [
        len(play(api, wire_request(f"GET {path}", headers=headers), answer, kept=kept).asked)
        for path in ("/dev/a", "/dev/b", "/prod/a", "/prod/b")
    ]

    assert asked == [1, 1, 1, 1]


def test_a_kept_answer_is_judged_anew_for_every_path() -> None:
    api, kept, headers = with_guard(), Kept(), (("Host", HOST), ("T", "t"))
    play(api, wire_request("GET /dev/public", headers=headers), [guard_saying(*PUBLIC_ALONE)], kept=kept)

    statuses = [
        play(api, wire_request(f"GET /dev/{way}", headers=headers), kept=kept).response.status
        for way in ("public/x", "admin", "public/../admin")
    ]

    assert statuses == [200, 403, 403]


@given(one=st.tuples(PARTS, PARTS), other=st.tuples(PARTS, PARTS))
def test_no_two_requests_share_a_cached_response(one: tuple[str, str], other: tuple[str, str]) -> None:
    assume(one != other)
    cached: dict[str, Any] = {
        "type": "HTTP_PROXY",
        "integration_http_method": "GET",
        "uri": "http://backend.example/",
        "cache_key_parameters": ("method.request.header.A", "method.request.header.B"),
        "method": {"request_parameters": {"method.request.header.A": True, "method.request.header.B": True}},
    }
    settings = {"http_method": "*", "resource_path": "/*", "caching_enabled": True, "cache_ttl_in_seconds": 300}
    stage = {"cache_cluster_enabled": True, "cache_cluster_size": "0.5", "method_settings": [settings]}
    api, kept = api_runtime({"GET /": cached}, stages={"dev": stage}), Kept()
    answer = [BackendAnswer(status=200, headers=(), body=b"")]

    played = [
        play(api, wire_request("GET /dev/", headers=(("Host", HOST), ("A", a), ("B", b))), answer, kept=kept)
        for a, b in (one, other)
    ]

    assert [len(each.asked) for each in played] == [1, 1]


# -- bombs --------------------------------------------------------------------------------------------------------

BOMBS = {
    "nested-repetition": "(a+)+b",
    "alternatives": "(a|a)*b",
    "several-stars": "(.*)(.*)(.*)(.*)(.*)(.*)x",
    "look-ahead": "(?=(a+))(?=(a+)+b)a",
    "reference": r"(.)\1*\1*\1*\1*\1*b",
    "counted": "(?:(?:a{1,50}){1,50}){1,4}b",
    "nothing-often": "(?:(?:){9999}){99999999}b",
    "too-large": "(?:(?:ab){999}){999}",
    "too-deep": "(" * 3_000 + ")" * 3_000,
    "possessive": "a" + "++" * 3_000,
    "broken": "(",
}
ENDLESS = "a" * 9_000 + "!"


@pytest.mark.parametrize("pattern", BOMBS.values(), ids=BOMBS)
def test_a_validation_expression_that_would_never_end_admits_nobody(pattern: str) -> None:
    api = with_guard(identity_validation_expression=pattern)

    played = play(api, wire_request("GET /dev/x", headers=(("Host", HOST), ("T", ENDLESS))))

    assert (played.response.status, failure_of(played)) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize("pattern", BOMBS.values(), ids=BOMBS)
def test_a_selection_pattern_that_would_never_end_selects_nothing(pattern: str) -> None:
    selecting: dict[str, Any] = {
        "type": "AWS",
        "integration_http_method": "POST",
        "uri": integration_uri(FUNCTION_ARN),
        "integration_responses": [{"status_code": "200"}, {"status_code": "201", "selection_pattern": pattern}],
    }
    raised = FunctionAnswer(payload=orjson.dumps({"errorMessage": ENDLESS}), failed=True)

    played = play(api_runtime({"GET /": selecting}), wire_request("GET /dev/"), [raised])

    assert played.response.status == 200


@pytest.mark.parametrize("glob", ["*a" * 200 + "*b", "*?" * 200 + "b", "?*" * 200 + "b", "*" * 500 + "b"])
def test_a_glob_that_matches_in_many_ways_ends(glob: str) -> None:
    api = api_runtime(POLICED, policy=policy({"Effect": "Allow", "Resource": f"{ARN}/GET/{glob}"}))

    assert play(api, wire_request("GET /dev/" + "a" * 9_000)).response.status == 403


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[" * 1_000_000, id="open"),
        pytest.param(b"[" * 400 + b"]" * 400, id="deep"),
        pytest.param(b'{"a":' * 5_000 + b"1" + b"}" * 5_000, id="deep-objects"),
        pytest.param(b"9" * 1_000_000, id="number"),
        pytest.param(b"[" + b"1," * 300_000 + b"1]", id="long"),
        pytest.param(b'{"a": "' + b"\\u0041" * 100_000 + b'"}', id="escapes"),
        pytest.param(b'{"a": "\\ud800"}', id="half-a-character"),
        pytest.param(b"\xff\xfe\xff", id="no-text"),
    ],
)
def test_a_body_of_any_kind_is_answered(body: bytes) -> None:
    method: dict[str, Any] = {
        **MOCK,
        "request_templates": {"application/json": '{"statusCode": 200, "a": $input.json(\'$..a\')}'},
        "method": {"request_validator_id": "v", "request_models": {"application/json": "Pet"}},
    }
    api = api_runtime(
        {"POST /": method},
        models={"Pet": {"type": "array", "items": {"type": "string"}}},
        validators={"v": {"validate_request_body": True}},
    )

    played = play(api, wire_request("POST /dev/", body=body))

    assert (played.response.status, failure_of(played)) == (400, "BAD_REQUEST_BODY")


def test_a_value_that_is_nested_too_deep_is_mapped_to_nothing() -> None:
    mapped: dict[str, Any] = {
        "type": "HTTP_PROXY",
        "integration_http_method": "POST",
        "uri": "http://backend.example/",
        "request_parameters": {"integration.request.header.X-A": "method.request.body.a"},
    }
    body = b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}"
    answer = BackendAnswer(status=200, headers=(), body=b"")

    played = play(api_runtime({"POST /": mapped}), wire_request("POST /dev/", body=body), [answer])

    (call,) = played.asked
    assert isinstance(call, CallBackend)
    assert "X-A" not in dict(call.headers)


@pytest.mark.parametrize("reference", ["#", "models/Pet", "x//y/restapis/a/models/Pet", "#/definitions/a"])
def test_a_schema_that_refers_to_itself_ends(reference: str) -> None:
    validated: dict[str, Any] = {
        **MOCK,
        "method": {"request_validator_id": "v", "request_models": {"application/json": "Pet"}},
    }
    schema = {"type": "array", "items": {"$ref": reference}, "definitions": {"a": {"$ref": "#/definitions/a"}}}
    api = api_runtime({"POST /": validated}, models={"Pet": schema}, validators={"v": {"validate_request_body": True}})

    assert play(api, wire_request("POST /dev/", body=b"[[[]]]")).response.status in {200, 500}
