from __future__ import annotations

import pytest

from forestage.model.rest import Authorizer, JwtConfiguration, JwtIssuer
from tests.load.openapi.bodies import api_with, body, definition_of, imported, only_method
from tests.load.templates import faults, warnings

SCHEMES = """
  api_key: {type: apiKey, name: X-API-Key, in: header}
  sigv4: {type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4}
  token:
    type: apiKey
    name: X-Token
    in: header
    x-amazon-apigateway-authtype: custom
    x-amazon-apigateway-authorizer:
      type: token
      authorizerUri: 'arn:aws:apigateway:us-east-1:lambda:path/f'
      authorizerResultTtlInSeconds: '60'
      enableSimpleResponses: true
  request:
    type: apiKey
    name: Unused
    in: header
    x-amazon-apigateway-authorizer: {type: request, identitySource: stageVariables.a}
  pool:
    type: apiKey
    name: Authorization
    in: header
    x-amazon-apigateway-authorizer: {type: cognito_user_pools, providerARNs: ['arn:pool']}
  jwt:
    type: oauth2
    x-amazon-apigateway-authorizer:
      type: jwt
      identitySource: method.request.header.Authorization
      jwtConfiguration:
        issuers: [{issuer: 'https://i', audiences: [a], additionalClaims: [{claimName: c, format: SINGLE_STRING}]}]
        defaultAlgorithms: [RS256]
  basic: {type: http, scheme: basic}
"""


def secured(security: str, *, everywhere: str = "", more: str = "") -> str:
    own = f"security: {security}" if security else "summary: x"
    top = f"security: {everywhere}" if everywhere else ""
    return f"paths: {{/a: {{get: {{{own}{more}}}}}}}\n{top}\ncomponents:\n securitySchemes: {SCHEMES}"


def authorizers() -> dict[str, Authorizer]:
    return {str(item.name): item for item in definition_of(imported(secured(""))).authorizers}


def test_authorizers_are_made_of_schemes_with_the_extension() -> None:
    assert list(authorizers()) == ["token", "request", "pool", "jwt"]


def test_token_authorizer_reads_the_header_that_the_scheme_names() -> None:
    token = authorizers()["token"]

    assert (token.type, token.auth_type, token.identity_source) == ("TOKEN", "custom", "method.request.header.X-Token")
    assert token.authorizer_uri == "arn:aws:apigateway:us-east-1:lambda:path/f"
    assert token.authorizer_result_ttl_in_seconds == 60


def test_request_authorizer_has_identity_sources_of_its_own() -> None:
    assert authorizers()["request"].identity_source == "stageVariables.a"


def test_user_pool_authorizer_has_its_pools() -> None:
    pool = authorizers()["pool"]

    assert (pool.type, pool.provider_arns) == ("COGNITO_USER_POOLS", ("arn:pool",))
    assert pool.identity_source == "method.request.header.Authorization"


def test_jwt_authorizer_has_its_issuers() -> None:
    configuration = authorizers()["jwt"].jwt_configuration

    assert isinstance(configuration, JwtConfiguration)
    (issuer,) = configuration.issuers
    assert isinstance(issuer, JwtIssuer)
    assert (issuer.issuer, issuer.audiences) == ("https://i", ("a",))
    assert [claim.claim_name for claim in issuer.additional_claims] == ["c"]


@pytest.mark.parametrize(
    ("security", "kind", "authorizer", "scopes", "key"),
    [
        pytest.param("", "NONE", None, (), "", id="nothing"),
        pytest.param("[]", "NONE", None, (), "", id="empty"),
        pytest.param("[{api_key: []}]", "NONE", None, (), "demanded", id="api-key"),
        pytest.param("[{sigv4: []}]", "AWS_IAM", None, (), "", id="signature"),
        pytest.param("[{token: []}]", "CUSTOM", "token", (), "", id="token"),
        pytest.param("[{request: []}, {api_key: []}]", "CUSTOM", "request", (), "demanded", id="request-and-key"),
        pytest.param(
            "[{api_key: [], pool: [a/read]}]", "COGNITO_USER_POOLS", "pool", ("a/read",), "demanded", id="pool"
        ),
        pytest.param("[{jwt: [s]}]", "JWT", "jwt", ("s",), "", id="jwt"),
        pytest.param("[{token: []}, {pool: []}]", "CUSTOM", "token", (), "", id="first-of-two-authorizers"),
        pytest.param("[{NONE: []}]", "NONE", None, (), "", id="none-as-sam-writes-it"),
    ],
)
def test_security_of_an_operation_is_what_the_method_demands(
    security: str, kind: str, authorizer: str | None, scopes: tuple[str, ...], key: str
) -> None:
    api = imported(secured(security))

    method = only_method(api)
    names = {item.id: item.name for item in definition_of(api).authorizers}
    assert method.authorization_type == kind
    assert (names[method.authorizer_id] if method.authorizer_id else None) == authorizer
    assert method.authorization_scopes == scopes
    assert bool(method.api_key_required) == (key == "demanded")


def test_security_of_the_body_holds_for_operations_without_their_own() -> None:
    inherited = only_method(imported(secured("", everywhere="[{token: []}]")))
    own = only_method(imported(secured("[]", everywhere="[{token: []}]")))

    assert inherited.authorization_type == "CUSTOM"
    assert own.authorization_type == "NONE"


def test_auth_extension_asks_for_a_signature() -> None:
    method = only_method(imported(secured("[]", more=", x-amazon-apigateway-auth: {type: aws_iam}")))

    assert method.authorization_type == "AWS_IAM"


def test_scheme_that_is_not_there_is_a_fault() -> None:
    assert faults(api_with(body(secured("[{nobody: []}]")))) == ["there is no security scheme 'nobody'"]


def test_scheme_that_keeps_nobody_out_is_told() -> None:
    (warning,) = warnings(api_with(body(secured("[{basic: []}]"))))

    assert warning.startswith("security scheme 'basic' keeps nobody out")


def test_authorizer_without_type_is_a_fault() -> None:
    text = "components: {securitySchemes: {a: {type: apiKey, x-amazon-apigateway-authorizer: {identitySource: x}}}}"

    assert faults(api_with(body(text))) == ["Type is required"]
