"""Who may call: every cell of the evaluation tables, and attacks that must not get in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from forestage.model.principals import (
    AccessKey,
    CognitoIdentity,
    IamPrincipal,
    Identity,
    KnownPrincipal,
    PolicyDocument,
)
from forestage.model.principals import PrincipalKind as Kind
from forestage.model.rest import JwtConfiguration, JwtIssuer
from forestage.model.values import Secret, Unknown
from forestage.preview.engine.access import masked_arn, readings
from forestage.preview.engine.context import request_context
from forestage.preview.engine.effects import FindIssuerKeys, FunctionAnswer, KeysUnavailable
from forestage.preview.engine.results import Admitted, Authorized, Caller
from tests.cases.script import ARRIVED_AT, Played, play, wire_request
from tests.cases.short_api import API_ID, api_runtime, integration_uri
from tests.tokens.signing_keys import ec_key, key_set, part, rsa_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.preview.compile.runtime import ApiRuntime
    from forestage.preview.engine.wire import WireRequest

ACCOUNT, OTHER_ACCOUNT = "123456789012", "210987654321"
HOST = f"{API_ID}.execute-api.us-east-1.amazonaws.com"
ISSUER = "https://issuer.example"
POOL_ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
SAYS = {"allow": "Allow", "deny": "Deny"}

MOCK: dict[str, Any] = {
    "type": "MOCK",
    "request_templates": {"application/json": '{"statusCode": 200}'},
    "integration_responses": [{"status_code": "200"}],
}
AUTHORIZERS: dict[str, Any] = {
    "function": {
        "type": "TOKEN",
        "identity_source": "method.request.header.T",
        "authorizer_uri": integration_uri("guard"),
    },
    "pool": {
        "type": "COGNITO_USER_POOLS",
        "identity_source": "method.request.header.Authorization",
        "identity_validation_expression": "client-.*",
        "provider_arns": (f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_abc",),
    },
    "jwt": {
        "type": "JWT",
        "identity_source": "method.request.header.Authorization",
        "jwt_configuration": JwtConfiguration(
            issuers=(JwtIssuer(issuer=ISSUER, audiences=("pets",)),), default_algorithms=("ES256", "RS256")
        ),
    },
}
METHODS: dict[str, Any] = {
    "GET /none": {**MOCK},
    "GET /iam": {**MOCK, "method": {"authorization_type": "AWS_IAM"}},
    "GET /function": {**MOCK, "method": {"authorization_type": "CUSTOM", "authorizer_id": "function"}},
    "GET /pool": {**MOCK, "method": {"authorization_type": "COGNITO_USER_POOLS", "authorizer_id": "pool"}},
    "GET /pool-scoped": {
        **MOCK,
        "method": {
            "authorization_type": "COGNITO_USER_POOLS",
            "authorizer_id": "pool",
            "authorization_scopes": ("pets/read",),
        },
    },
    "GET /jwt": {
        **MOCK,
        "method": {"authorization_type": "JWT", "authorizer_id": "jwt", "authorization_scopes": ("read", "write")},
    },
}


def statement(effect: str, **more: object) -> dict[str, object]:
    return {"Effect": effect, "Action": "execute-api:Invoke", "Resource": "arn:aws:execute-api:*", **more}


def policy_saying(says: str, **more: object) -> dict[str, Any]:
    """Return a policy that allows, denies or is silent."""
    effect = SAYS.get(says)
    silent = statement("Allow", **more) | {"Resource": "arn:aws:execute-api:*/elsewhere"}
    return {"Version": "2012-10-17", "Statement": [statement(effect, **more) if effect else silent]}


def api(says: str | None = None) -> ApiRuntime:
    """Return the API, with a resource policy that says something to everybody."""
    more: dict[str, Any] = {} if says is None else {"policy": policy_saying(says, Principal="*")}
    return api_runtime(METHODS, authorizers=dict(AUTHORIZERS), **more)


def principal(says: str = "allow", *, account: str = ACCOUNT, **more: Any) -> KnownPrincipal:
    return KnownPrincipal(
        principal=IamPrincipal(
            name="ada",
            arn=f"arn:aws:iam::{account}:user/staff/ada",
            account_id=account,
            user_id="AIDAADA",
            kind=Kind.USER,
            policies=(PolicyDocument(name="own", document=policy_saying(says)),),
            **more,
        ),
        access_key=AccessKey(id="AKIAADA", secret_access_key=Secret("secret")),
    )


def signed(path: str = "/dev/iam", *, secret: str = "secret", **headers: str) -> tuple[WireRequest, float]:
    """Sign a request; botocore reads its own clock, so that the request arrives when it was signed."""
    request = AWSRequest(method="GET", url=f"https://{HOST}{path}", headers=headers)
    SigV4Auth(Credentials("AKIAADA", secret), "execute-api", "us-east-1").add_auth(request)
    moment = datetime.strptime(request.context["timestamp"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    lines = (("Host", HOST), *request.headers.items())
    return wire_request(f"GET {path}", headers=lines, at=moment), moment


def claims(**more: Any) -> dict[str, Any]:
    return {"iss": ISSUER, "aud": "pets", "exp": ARRIVED_AT + 60, "sub": "ada", "scope": "read", **more}


def pool_claims(**more: Any) -> dict[str, Any]:
    return {
        "iss": POOL_ISSUER,
        "aud": "client-1",
        "exp": ARRIVED_AT + 60,
        "sub": "ada",
        "token_use": "id",
        "cognito:groups": ["admins"],
        **more,
    }


def with_token(path: str, token: str) -> WireRequest:
    return wire_request(f"GET /dev/{path}", headers=(("Host", HOST), ("Authorization", f"Bearer {token}")))


def answer_saying(says: str) -> FunctionAnswer:
    return FunctionAnswer(payload=orjson.dumps({"principalId": "ada", "policyDocument": policy_saying(says)}))


def failure_of(played: Played) -> str | None:
    return played.failed.response_type if played.failed else None


def reason_of(played: Played) -> str:
    assert played.failed is not None
    return played.failed.reason


def by(played: Played) -> str:
    return next(entry.by for entry in played.trace.entries if isinstance(entry, Authorized))


def context_of(played: Played) -> Mapping[str, Any]:
    return request_context(next(entry for entry in played.trace.entries if isinstance(entry, Admitted)))


# -- the evaluation tables ----------------------------------------------------------------------------------------

ALLOWED, DENIED, SILENT = None, "with an explicit deny", ""
ALONE = {"allow": ALLOWED, "silent": SILENT, "deny": DENIED}
TABLE_A = {
    ("allow", "allow"): ALLOWED,
    ("allow", "silent"): ALLOWED,
    ("allow", "deny"): DENIED,
    ("silent", "allow"): ALLOWED,
    ("silent", "silent"): SILENT,
    ("silent", "deny"): DENIED,
    ("deny", "allow"): DENIED,
    ("deny", "silent"): DENIED,
    ("deny", "deny"): DENIED,
}
TABLE_B = {**TABLE_A, ("allow", "silent"): SILENT, ("silent", "allow"): SILENT}


def assert_decided(played: Played, expected: str | None) -> None:
    """Hold an answer against a cell: allowed, denied explicitly, or not allowed by anybody."""
    if expected is None:
        assert played.response.status == 200, reason_of(played)
        return
    assert (played.response.status, failure_of(played)) == (403, "ACCESS_DENIED")
    assert ("with an explicit deny" in played.body.decode()) == bool(expected)


@pytest.mark.parametrize("policy", ALONE)
def test_without_authorization_the_resource_policy_decides_alone(policy: str) -> None:
    assert_decided(play(api(policy), wire_request("GET /dev/none")), ALONE[policy])


@pytest.mark.parametrize("policy", ALONE)
def test_a_cognito_token_needs_the_resource_policy_to_allow(policy: str) -> None:
    token = rsa_key().sign(pool_claims())
    keys = [key_set([rsa_key()])] if policy != "deny" else []

    assert_decided(play(api(policy), with_token("pool", token), keys), ALONE[policy])


@pytest.mark.parametrize("policy", ALONE)
def test_a_jwt_needs_the_resource_policy_to_allow(policy: str) -> None:
    keys = [key_set([ec_key()])] if policy != "deny" else []

    assert_decided(play(api(policy), with_token("jwt", ec_key().sign(claims())), keys), ALONE[policy])


@pytest.mark.parametrize(("authorizer", "policy"), TABLE_A)
def test_a_lambda_authorizer_and_the_resource_policy_decide_by_table_a(authorizer: str, policy: str) -> None:
    answers = [] if policy == "deny" else [answer_saying(authorizer)]
    wire = wire_request("GET /dev/function", headers=(("Host", HOST), ("T", "t")))

    assert_decided(play(api(policy), wire, answers), TABLE_A[authorizer, policy])


@pytest.mark.parametrize("authorizer", ["allow", "silent", "deny"])
def test_a_lambda_authorizer_decides_alone_where_there_is_no_policy(authorizer: str) -> None:
    wire = wire_request("GET /dev/function", headers=(("Host", HOST), ("T", "t")))

    assert_decided(play(api(), wire, [answer_saying(authorizer)]), ALONE[authorizer])


@pytest.mark.parametrize(("own", "policy"), TABLE_A)
def test_a_principal_of_the_account_is_decided_by_table_a(own: str, policy: str) -> None:
    wire, _ = signed()

    assert_decided(play(api(policy), wire, principals=[principal(own)]), TABLE_A[own, policy])


@pytest.mark.parametrize(("own", "policy"), TABLE_B)
def test_a_principal_of_another_account_is_decided_by_table_b(own: str, policy: str) -> None:
    wire, _ = signed()

    assert_decided(play(api(policy), wire, principals=[principal(own, account=OTHER_ACCOUNT)]), TABLE_B[own, policy])


@pytest.mark.parametrize("own", ["allow", "silent", "deny"])
def test_a_principal_is_decided_by_its_own_policies_where_there_is_no_other(own: str) -> None:
    wire, _ = signed()

    assert_decided(play(api(), wire, principals=[principal(own)]), ALONE[own])


def test_a_principal_of_another_account_needs_a_resource_policy() -> None:
    wire, _ = signed()

    assert_decided(play(api(), wire, principals=[principal(account=OTHER_ACCOUNT)]), SILENT)


# -- resource policies --------------------------------------------------------------------------------------------


def api_with(*statements: Mapping[str, object], endpoint: str = "REGIONAL") -> ApiRuntime:
    return api_runtime(
        METHODS,
        authorizers=dict(AUTHORIZERS),
        policy={"Version": "2012-10-17", "Statement": list(statements)},
        endpoint=endpoint,
    )


def test_what_is_allowed_to_an_account_is_for_its_own_policies_to_hand_on() -> None:
    wire, _ = signed()
    to_account = api_with(statement("Allow", Principal={"AWS": ACCOUNT}))

    assert_decided(play(to_account, wire, principals=[principal("silent")]), SILENT)
    assert_decided(play(to_account, wire, principals=[principal("allow")]), ALLOWED)


def test_a_policy_that_names_identities_fails_methods_without_signature() -> None:
    named = api_with(statement("Allow", Principal={"AWS": principal().principal.arn}))
    wire, _ = signed()

    played = play(named, wire_request("GET /dev/function", headers=(("Host", HOST), ("T", "t"))))

    assert_decided(played, SILENT)
    assert "names AWS identities" in reason_of(played)
    assert_decided(play(named, wire, principals=[principal("silent")]), ALLOWED)


def test_a_policy_that_names_identities_and_denies_everybody_denies_explicitly() -> None:
    named = api_with(statement("Allow", Principal={"AWS": principal().principal.arn}), statement("Deny", Principal="*"))

    assert_decided(play(named, wire_request("GET /dev/none")), DENIED)


def test_a_policy_that_is_not_known_admits_nobody() -> None:
    unknown = api_runtime(METHODS, authorizers=dict(AUTHORIZERS), policy=Unknown("Ref Policy"))

    played = play(unknown, wire_request("GET /dev/none"))

    assert failure_of(played) == "AUTHORIZER_CONFIGURATION_ERROR"
    assert "the resource policy cannot be evaluated" in reason_of(played)


@pytest.mark.parametrize(
    ("condition", "caller", "headers"),
    [
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, Caller(source_ip="10.1.1.1"), ()),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, Caller(source_ip="10.1.1.1", vpc_endpoint="vpce-1"), ()),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, Caller(source_ip="10.1.1.1", vpc="vpc-1"), ()),
        (
            {"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}},
            Caller(source_ip="10.1.1.1", vpc_endpoint="vpce-1"),
            (),
        ),
        ({"StringLike": {"aws:UserAgent": "tester/*"}}, Caller(source_ip="1.1.1.1"), (("User-Agent", "tester/1"),)),
        ({"StringEquals": {"aws:Referer": "https://a/"}}, Caller(source_ip="1.1.1.1"), (("Referer", "https://a/"),)),
        ({"Bool": {"aws:SecureTransport": "true"}}, Caller(source_ip="1.1.1.1"), ()),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-11-01T00:00:00Z"}}, Caller(source_ip="1.1.1.1"), ()),
        ({"NumericGreaterThan": {"aws:EpochTime": "1700000000"}}, Caller(source_ip="1.1.1.1"), ()),
    ],
    ids=lambda value: next(iter(next(iter(value.values())))) if isinstance(value, dict) else "",
)
def test_a_condition_holds_for_the_caller_it_is_about(
    condition: dict[str, object], caller: Caller, headers: tuple[tuple[str, str], ...]
) -> None:
    endpoint = "PRIVATE" if caller.vpc or caller.vpc_endpoint else "REGIONAL"
    conditional = api_with(statement("Allow", Principal="*", Condition=condition), endpoint=endpoint)
    wire = wire_request("GET /dev/none", headers=(("Host", HOST), *headers))

    assert_decided(play(conditional, wire, caller=caller), ALLOWED)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({"StringEquals": {"aws:PrincipalTag/team": "pets"}}, True),
        ({"StringEquals": {"aws:username": "ada"}}, True),
        ({"StringEquals": {"aws:userid": "AIDAADA"}}, True),
        ({"StringEquals": {"aws:PrincipalType": "User"}}, True),
        ({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, True),
        ({"NumericLessThan": {"aws:MultiFactorAuthAge": "30"}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": OTHER_ACCOUNT}}, False),
    ],
    ids=lambda value: next(iter(next(iter(value.values())))) if isinstance(value, dict) else "",
)
def test_a_condition_holds_for_the_principal_it_is_about(condition: dict[str, object], *, fits: bool) -> None:
    wire, moment = signed()
    known = principal(
        "silent",
        tags={"team": "pets"},
        organization_id="o-1",
        organization_paths=("o-1/r/ou/",),
        issued_at=moment - 100,
        mfa_authenticated_at=moment - 60,
    )

    played = play(api_with(statement("Allow", Principal="*", Condition=condition)), wire, principals=[known])

    assert_decided(played, ALLOWED if fits else SILENT)


# -- signatures ---------------------------------------------------------------------------------------------------


def test_who_signed_is_in_the_context() -> None:
    wire, _ = signed()
    known = principal(
        cognito=CognitoIdentity(
            identity_id="us-east-1:1", identity_pool_id="us-east-1:2", authentication_type="authenticated"
        )
    )

    played = play(api(), wire, principals=[known])

    identity = context_of(played)["identity"]
    assert identity["userArn"] == f"arn:aws:iam::{ACCOUNT}:user/staff/ada"
    assert identity["accessKey"] == "AKIAADA"
    assert identity["caller"] == identity["user"] == "AIDAADA"
    assert identity["accountId"] == ACCOUNT
    assert identity["cognitoIdentityId"] == "us-east-1:1"
    assert "signed with AKIAADA" in by(played)


def test_a_caller_that_may_invalidate_the_cache_is_known_to() -> None:
    wire, _ = signed()
    may = PolicyDocument(name="all", document={"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "execute-api:*", "Resource": "*"}]})  # fmt: skip

    with_right = play(api(), wire, principals=[principal_with(may)])
    without = play(api(), wire, principals=[principal()])

    assert [entry.may_invalidate_cache for entry in with_right.trace.entries if isinstance(entry, Authorized)] == [True]
    assert [entry.may_invalidate_cache for entry in without.trace.entries if isinstance(entry, Authorized)] == [False]


def principal_with(*policies: PolicyDocument) -> KnownPrincipal:
    known = principal()
    return KnownPrincipal(
        principal=IamPrincipal(
            name="ada",
            arn=known.principal.arn,
            account_id=ACCOUNT,
            user_id="AIDAADA",
            kind=Kind.USER,
            policies=policies,
        ),
        access_key=known.access_key,
    )


def test_a_principal_whose_policy_is_none_is_not_admitted() -> None:
    wire, _ = signed()

    played = play(api(), wire, principals=[principal_with(PolicyDocument(name="broken", document={"a": 1}))])

    assert failure_of(played) == "AUTHORIZER_CONFIGURATION_ERROR"
    assert "a policy of ada cannot be read" in reason_of(played)


def test_a_request_without_signature_is_told_so() -> None:
    played = play(api(), wire_request("GET /dev/iam"), principals=[principal()])

    assert played.body == b'{"message":"Missing Authentication Token"}'
    assert failure_of(played) == "MISSING_AUTHENTICATION_TOKEN"


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        pytest.param({"secret": "other"}, "INVALID_SIGNATURE", id="wrong-secret"),
        pytest.param({"path": "/dev/none"}, "INVALID_SIGNATURE", id="another-path"),
        pytest.param({"later": 16 * 60}, "INVALID_SIGNATURE", id="replayed-later"),
        pytest.param({"known": False}, "DEFAULT_4XX", id="unknown-key"),
    ],
)
def test_a_signature_that_does_not_hold_admits_nobody(change: dict[str, Any], failure: str) -> None:
    wire, moment = signed(change.get("path", "/dev/iam"), secret=change.get("secret", "secret"))
    arrived = wire_request("GET /dev/iam", headers=wire.headers, at=moment + change.get("later", 0))

    played = play(api(), arrived, principals=[principal()] if change.get("known", True) else [])

    assert (played.response.status, failure_of(played)) == (403, failure)


# -- tokens -------------------------------------------------------------------------------------------------------


def test_claims_are_texts_in_the_context() -> None:
    played = play(api(), with_token("pool", rsa_key().sign(pool_claims(level=5))), [key_set([rsa_key()])])

    told = context_of(played)["authorizer"]["claims"]
    assert (told["sub"], told["level"], told["cognito:groups"]) == ("ada", "5", "admins")
    assert played.asked == (FindIssuerKeys(issuer=POOL_ISSUER),)


@pytest.mark.parametrize(
    ("path", "more", "status", "body"),
    [
        pytest.param("pool", {"exp": ARRIVED_AT}, 401, "The incoming token has expired", id="expired-cognito"),
        pytest.param("jwt", {"exp": ARRIVED_AT}, 401, "Unauthorized", id="expired-jwt"),
        pytest.param("pool", {"token_use": "access"}, 401, "Unauthorized", id="access-token-without-scopes"),
        pytest.param("pool", {"aud": "other"}, 401, "Unauthorized", id="audience-not-validated"),
        pytest.param("pool", {"aud": None}, 401, "Unauthorized", id="no-audience"),
        pytest.param("pool-scoped", {}, 401, "Unauthorized", id="identity-token-where-scopes-are"),
        pytest.param(
            "pool-scoped", {"token_use": "access", "scope": "pets/write"}, 401, "Unauthorized", id="scope-cognito"
        ),
        pytest.param("jwt", {"scope": "other"}, 403, "Forbidden", id="scope-jwt"),
        pytest.param("jwt", {"aud": "other"}, 401, "Unauthorized", id="audience-jwt"),
        pytest.param("jwt", {"nbf": ARRIVED_AT + 5}, 401, "Unauthorized", id="not-yet"),
    ],
)
def test_a_token_that_does_not_fit_admits_nobody(path: str, more: dict[str, Any], status: int, body: str) -> None:
    made = {**(claims() if path == "jwt" else pool_claims()), **more}
    key = ec_key() if path == "jwt" else rsa_key()

    played = play(api(), with_token(path, key.sign(made)), [key_set([key])])

    assert played.response.status == status
    assert body in played.body.decode()


def test_an_access_token_with_the_scope_is_admitted_where_no_audience_is_validated() -> None:
    authorizers = {**AUTHORIZERS, "pool": {**AUTHORIZERS["pool"], "identity_validation_expression": None}}
    scoped = api_runtime(METHODS, authorizers=authorizers)
    token = rsa_key().sign(pool_claims(token_use="access", scope="pets/read", aud=None))

    assert play(scoped, with_token("pool-scoped", token), [key_set([rsa_key()])]).response.status == 200


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(f"{part({'alg': 'none'})}.{part(claims())}.", id="no-signature"),
        pytest.param(f"{part({'alg': 'HS256', 'kid': 'ec-1'})}.{part(claims())}.AAAA", id="symmetric"),
        pytest.param(ec_key().sign(claims(iss=f"{ISSUER}/")), id="other-issuer"),
        pytest.param("a" * 20_000, id="oversized"),
        pytest.param("not.a.token", id="nonsense"),
    ],
)
def test_a_token_that_needs_no_key_to_be_refused_asks_for_none(token: str) -> None:
    played = play(api(), with_token("jwt", token))

    assert (played.response.status, failure_of(played)) == (401, "UNAUTHORIZED")


def test_a_token_of_another_key_admits_nobody() -> None:
    token = ec_key(kid="ec-2").sign(claims())

    played = play(api(), with_token("jwt", token), [key_set([ec_key()])])

    assert (played.response.status, failure_of(played)) == (401, "UNAUTHORIZED")


def test_a_token_whose_keys_are_not_to_be_had_admits_nobody() -> None:
    played = play(
        api(), with_token("jwt", ec_key().sign(claims())), [KeysUnavailable(detail="the issuer does not answer")]
    )

    assert (played.response.status, failure_of(played)) == (401, "UNAUTHORIZED")
    assert "the issuer does not answer" in reason_of(played)


def test_a_request_without_token_is_unauthorized() -> None:
    played = play(api(), wire_request("GET /dev/jwt"))

    assert (played.response.status, played.body) == (401, b'{"message":"Unauthorized"}')
    assert "header Authorization of authorizer jwt is missing" in reason_of(played)


# -- identities that are taken on ---------------------------------------------------------------------------------


def taken_on(**more: Any) -> Caller:
    return Caller(source_ip="127.0.0.1", assumed=Identity(name="ada", **more))


def test_claims_that_are_taken_on_count_as_a_verified_token() -> None:
    played = play(api(), wire_request("GET /dev/jwt"), caller=taken_on(claims={"sub": "ada"}))

    assert played.response.status == 200
    assert context_of(played)["authorizer"] == {"claims": {"sub": "ada"}}
    assert "the claims of ada, taken on" in by(played)


def test_a_principal_that_is_taken_on_counts_as_one_that_signed() -> None:
    caller = taken_on(principal=principal().principal)

    played = play(api(), wire_request("GET /dev/iam"), caller=caller)

    assert played.response.status == 200
    assert "taken on as ada" in by(played)
    assert context_of(played)["identity"]["userArn"].endswith("user/staff/ada")


@pytest.mark.parametrize(("path", "status"), [("jwt", 401), ("pool", 401), ("iam", 403)])
def test_an_identity_takes_on_no_more_than_it_declares(path: str, status: int) -> None:
    assert play(api(), wire_request(f"GET /dev/{path}"), caller=taken_on()).response.status == status


# -- parts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/pets", ("/pets",)),
        ("/", ("/",)),
        ("/pets/", ("/pets/", "/pets")),
        ("/a%2Fb", ("/a%2Fb", "/a/b")),
        ("/a/../b//c/./", ("/a/../b//c/./", "/a/../b//c/.", "/b/c")),
        ("/../..", ("/../..", "/")),
        ("/a;x=1/b;", ("/a;x=1/b;", "/a/b")),
        ("/a/..;x/b", ("/a/..;x/b", "/b")),
    ],
)
def test_a_path_is_read_in_all_ways_that_it_may_be(path: str, expected: tuple[str, ...]) -> None:
    assert readings(path) == expected


def test_of_an_account_only_the_last_digits_are_shown() -> None:
    assert masked_arn("arn:aws:execute-api:us-east-1:123456789012:a/dev/GET/x:y") == (
        "arn:aws:execute-api:us-east-1:********9012:a/dev/GET/x:y"
    )
