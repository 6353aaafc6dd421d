from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.rest import Authorizer, JwtAdditionalClaim, JwtConfiguration, JwtIssuer, Method, RestApi
from forestage.model.values import Unknown
from forestage.preview.compile.authorization import (
    IamAuthorization,
    LambdaAuthorizer,
    TokenAuthorizer,
    Undecidable,
    compile_authorization,
    compile_resource_policy,
)
from forestage.tokens import ClaimRule, IssuerRules

if TYPE_CHECKING:
    from forestage.model.values import OpenJson

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:guard"
URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"
POOL = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"
HEADER = "method.request.header.Authorization"


# Values of the model's fields.
def compiled(kind: str, *, scopes: tuple[str, ...] = (), **fields: Any) -> object:
    """Compile a method that has an authorizer with some fields."""
    method = Method(
        logical_id="m",
        id="m",
        http_method="GET",
        resource_id="root",
        rest_api_id="api",
        authorization_type={"TOKEN": "CUSTOM", "REQUEST": "CUSTOM"}.get(kind, kind),
        authorizer_id="auth",
        authorization_scopes=scopes,
    )
    authorizer = Authorizer(logical_id="Auth", id="auth", name="guard", rest_api_id="api", type=kind, **fields)
    return compile_authorization(method, {"auth": authorizer})


@pytest.mark.parametrize(("kind", "expected"), [(None, None), ("NONE", None), ("AWS_IAM", IamAuthorization())])
def test_a_method_without_authorizer_demands_nothing_or_a_signature(kind: str | None, expected: object) -> None:
    method = Method(
        logical_id="m", id="m", http_method="GET", resource_id="root", rest_api_id="api", authorization_type=kind
    )

    assert compile_authorization(method, {}) == expected


def test_a_token_authorizer_is_kept_for_five_minutes_unless_it_says_otherwise() -> None:
    found = compiled("TOKEN", identity_source=HEADER, authorizer_uri=URI)

    assert isinstance(found, LambdaAuthorizer)
    assert found.is_token
    assert found.function.text == FUNCTION
    assert found.ttl_seconds == 300
    assert not found.by_role


def test_a_request_authorizer_without_identity_sources_is_not_kept() -> None:
    found = compiled("REQUEST", authorizer_uri=URI, authorizer_credentials="arn:role")

    assert isinstance(found, LambdaAuthorizer)
    assert not found.is_token
    assert found.ttl_seconds == 0
    assert found.by_role


def test_a_cognito_authorizer_takes_identity_tokens_and_access_tokens_where_scopes_are() -> None:
    without = compiled("COGNITO_USER_POOLS", identity_source=HEADER, provider_arns=(POOL,))
    with_scopes = compiled("COGNITO_USER_POOLS", scopes=("pets",), identity_source=HEADER, provider_arns=(POOL,))

    assert isinstance(without, TokenAuthorizer)
    assert isinstance(with_scopes, TokenAuthorizer)
    assert (without.rules.token_use, without.rules.scopes) == ("id", ())
    assert (with_scopes.rules.token_use, with_scopes.rules.scopes) == ("access", ("pets",))
    assert without.rules.issuers[0].issuer == "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"


def test_a_jwt_authorizer_has_the_rules_of_its_configuration() -> None:
    configuration = JwtConfiguration(
        issuers=(
            JwtIssuer(
                issuer="https://issuer.example/",
                audiences=("pets",),
                additional_claims=(
                    JwtAdditionalClaim(
                        claim_name="tenant", format="SINGLE_STRING", required=True, expected_values=("a", "b")
                    ),
                ),
            ),
        ),
        default_algorithms=("ES256",),
    )

    found = compiled("JWT", scopes=("read",), identity_source=HEADER, jwt_configuration=configuration)

    assert isinstance(found, TokenAuthorizer)
    assert not found.is_cognito
    assert found.rules.algorithms == ("ES256",)
    assert found.rules.scopes == ("read",)
    assert found.rules.issuers == (
        IssuerRules(
            issuer="https://issuer.example/",
            audiences=("pets",),
            additional_claims=(ClaimRule(name="tenant", is_required=True, expected=("a", "b")),),
        ),
    )


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        pytest.param("TOKEN", {"identity_source": HEADER}, "names no Lambda function", id="no-uri"),
        pytest.param(
            "TOKEN",
            {"identity_source": HEADER, "authorizer_uri": Unknown("Ref Uri")},
            "names no Lambda function",
            id="unknown-uri",
        ),
        pytest.param("TOKEN", {"authorizer_uri": URI}, "has one header as its IdentitySource", id="token-no-source"),
        pytest.param(
            "REQUEST",
            {"authorizer_uri": URI, "identity_source": "method.request.path.id"},
            "IdentitySource: an identity source is",
            id="path-source",
        ),
        pytest.param(
            "COGNITO_USER_POOLS", {"provider_arns": (POOL,)}, "IdentitySource has to be one header", id="no-header"
        ),
        pytest.param(
            "COGNITO_USER_POOLS",
            {"provider_arns": (POOL,), "identity_source": "method.request.querystring.t"},
            "IdentitySource has to be one header",
            id="query",
        ),
        pytest.param("COGNITO_USER_POOLS", {"identity_source": HEADER}, "ProviderARNs have to be", id="no-pool"),
        pytest.param(
            "COGNITO_USER_POOLS",
            {"identity_source": HEADER, "provider_arns": (POOL, Unknown("Ref Pool"))},
            "ProviderARNs have to be",
            id="unknown-pool",
        ),
        pytest.param("JWT", {"identity_source": HEADER}, "names no issuer", id="no-issuer"),
        pytest.param(
            "JWT",
            {
                "identity_source": HEADER,
                "jwt_configuration": JwtConfiguration(
                    issuers=(JwtIssuer(issuer="http://issuer.example", audiences=("a",)),),
                    default_algorithms=("RS256",),
                ),
            },
            "an issuer has to be an https address",
            id="plain-http-issuer",
        ),
    ],
)
def test_an_authorizer_that_cannot_be_asked_admits_nobody(kind: str, fields: dict[str, Any], reason: str) -> None:
    found = compiled(kind, **fields)

    assert isinstance(found, Undecidable)
    assert "the authorizer guard cannot be asked" in found.reason
    assert reason in found.reason


def test_an_authorizer_that_is_not_there_admits_nobody() -> None:
    method = Method(
        logical_id="m",
        id="m",
        http_method="GET",
        resource_id="root",
        rest_api_id="api",
        authorization_type="CUSTOM",
        authorizer_id="lost",
    )

    assert compile_authorization(method, {}) == Undecidable(
        reason="the authorizer lost is not part of what the stage serves"
    )


def test_an_api_without_policy_has_none() -> None:
    assert compile_resource_policy(RestApi(logical_id="Api", id="a"), arn_prefix="arn") is None


@pytest.mark.parametrize(
    ("policy", "fault"),
    [
        pytest.param({"Statement": [Unknown("Ref X")]}, "known only after deployment", id="unknown"),
        pytest.param({"Statement": [{"Effect": "Perhaps"}]}, "Effect", id="no-policy"),
    ],
)
def test_a_policy_that_cannot_be_read_says_why(policy: Any, fault: str) -> None:
    found = compile_resource_policy(RestApi(logical_id="Api", id="a", policy=policy), arn_prefix="arn")

    assert found is not None
    assert found.named is None
    assert fault in (found.fault or "")


def test_short_resources_of_a_policy_are_written_out() -> None:
    policy: OpenJson = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "*", "Resource": "execute-api:/dev/*"}
        ],
    }

    found = compile_resource_policy(RestApi(logical_id="Api", id="a", policy=policy), arn_prefix="arn:prefix")

    assert found is not None
    assert found.named is not None
    assert found.names_identities
    assert found.named.policy.statements[0].resources.patterns[0].source == "arn:prefix/dev/*"
