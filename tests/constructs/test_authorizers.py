from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnParameter, Duration, Environment, Stack, Stage
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as apigatewayv2_integrations
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match, Template

from forestage.constructs.authorizers import (
    Authorizer,
    CognitoAuthorizer,
    IamAuthorizer,
    JwtAuthorizer,
    JwtIssuer,
    RequestAuthorizer,
    TokenAuthorizer,
    WebSocketAuthorizer,
    WebSocketRequestAuthorizer,
)
from forestage.constructs.checks import ConstructError
from forestage.constructs.rest_api import RestApi
from forestage.preview.engine.effects import FunctionAnswer
from tests.cases.script import ARRIVED_AT
from tests.constructs.small_api import add_dev, answering
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized
from tests.tokens.signing_keys import key_set, rsa_key

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.model.values import Json

ISSUER = "https://issuer.example"
AUTHORIZER = "AWS::ApiGateway::Authorizer"
METHOD = "AWS::ApiGateway::Method"
ALLOWED = FunctionAnswer(
    payload=json.dumps(
        {
            "principalId": "ada",
            "policyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}],
            },
        }
    ).encode()
)


@pytest.fixture
def handler(stack: Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Check",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
    )


def imported(stack: Stack) -> lambda_.IFunction:
    return lambda_.Function.from_function_arn(stack, "Imported", "arn:aws:lambda:eu-west-1:999999999999:function:check")


def guard(stack: Stack, authorizer: Authorizer | apigateway.IAuthorizer, *, scopes: tuple[str, ...] = ()) -> RestApi:
    """An API with one route, which the authorizer guards."""
    api = RestApi(stack, "Api", cloud_watch_role=False)
    api.get("/pets", answering(), responses={200: None}, authorizer=authorizer, scopes=scopes)
    add_dev(api)
    return api


def token_authorizer(stack: Stack, **options: Any) -> TokenAuthorizer:
    return TokenAuthorizer(stack, "Token", handler=imported(stack), **options)


# -- Lambda ---------------------------------------------------------------------------------------------------------


def test_token_authorizer_admits_whom_its_function_admits(
    stack: Stack, handler: lambda_.Function, tmp_path: Path
) -> None:
    guard(stack, TokenAuthorizer(stack, "Token", handler=handler, validation_regex="Bearer .+"))
    preview = Previewed(hold_against_stored(stack, "token_authorizer"), tmp_path)

    admitted = preview.call("GET /dev/pets", ALLOWED, headers={"Authorization": "Bearer one"})
    kept = preview.call("GET /dev/pets", headers={"Authorization": "Bearer one"})
    malformed = preview.call("GET /dev/pets", headers={"Authorization": "one"})
    without = preview.call("GET /dev/pets")

    statuses = [played.response.status for played in (admitted, kept, malformed, without)]
    assert statuses == [200, 200, 401, 401]


def test_token_authorizer_alone_may_invoke_its_function(stack: Stack, handler: lambda_.Function) -> None:
    guard(stack, TokenAuthorizer(stack, "Token", handler=handler))

    template = Template.from_stack(stack)

    template.resource_count_is("AWS::Lambda::Permission", 1)
    template.has_resource_properties(
        "AWS::Lambda::Permission",
        {
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            "SourceArn": {
                "Fn::Join": ["", Match.array_with([{"Ref": Match.string_like_regexp("^Api")}, "/authorizers/"])]
            },
        },
    )


def test_one_function_serves_two_authorizers(stack: Stack, handler: lambda_.Function) -> None:
    api = guard(stack, TokenAuthorizer(stack, "Token", handler=handler))
    api.get("/orders", answering(), authorizer=TokenAuthorizer(stack, "Other", handler=handler))

    names = Template.from_stack(stack).find_resources(AUTHORIZER).values()

    assert len({authorizer["Properties"]["Name"] for authorizer in names}) == 2


def test_token_authorizer_takes_a_role(stack: Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
    authorizer = token_authorizer(stack, role=role, identity_source="method.request.header.X-Token")

    guard(stack, authorizer)

    template = Template.from_stack(stack)
    template.resource_count_is("AWS::Lambda::Permission", 0)
    template.has_resource_properties(
        AUTHORIZER,
        {
            "Type": "TOKEN",
            "AuthorizerCredentials": {"Fn::GetAtt": [Match.string_like_regexp("^Role"), "Arn"]},
            "IdentitySource": "method.request.header.X-Token",
        },
    )
    template.has_resource_properties(
        "AWS::IAM::Policy",
        {"PolicyDocument": {"Statement": [Match.object_like({"Action": "lambda:InvokeFunction"})]}},
    )
    Annotations.from_stack(stack).has_no_warning("/Stack/Token", Match.any_value())


def test_request_authorizer_takes_a_role(stack: Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/invoker")

    guard(stack, RequestAuthorizer(stack, "Request", handler=imported(stack), role=role))

    Template.from_stack(stack).has_resource_properties(
        AUTHORIZER, {"Type": "REQUEST", "AuthorizerCredentials": "arn:aws:iam::123456789012:role/invoker"}
    )


def test_imported_function_is_warned_of(stack: Stack) -> None:
    guard(stack, token_authorizer(stack))

    Annotations.from_stack(stack).has_warning("/Stack/Token", Match.string_like_regexp("give the authorizer a role"))


def test_function_that_is_known_to_be_of_the_account_gets_its_permission(stack: Stack) -> None:
    function = lambda_.Function.from_function_attributes(
        stack,
        "Imported",
        function_arn="arn:aws:lambda:eu-west-1:123456789012:function:check",
        same_environment=True,
    )

    guard(stack, RequestAuthorizer(stack, "Request", handler=function))

    Template.from_stack(stack).resource_count_is("AWS::Lambda::Permission", 1)
    Annotations.from_stack(stack).has_no_warning("/Stack/Request", Match.any_value())


def test_alias_gets_its_permission(stack: Stack, handler: lambda_.Function) -> None:
    alias = lambda_.Alias(stack, "Live", alias_name="live", version=handler.current_version)

    guard(stack, RequestAuthorizer(stack, "Request", handler=alias))

    Template.from_stack(stack).resource_count_is("AWS::Lambda::Permission", 1)
    Annotations.from_stack(stack).has_no_warning("/Stack/Request", Match.any_value())


def test_request_authorizer_admits_whom_its_function_admits(
    stack: Stack, handler: lambda_.Function, tmp_path: Path
) -> None:
    sources = [apigateway.IdentitySource.header("X-Shop"), apigateway.IdentitySource.query_string("user")]
    guard(
        stack,
        RequestAuthorizer(
            stack, "Request", handler=handler, identity_sources=sources, results_cache_ttl=Duration.seconds(10)
        ),
    )
    template = hold_against_stored(stack, "request_authorizer")
    preview = Previewed(template, tmp_path)

    admitted = preview.call("GET /dev/pets?user=ada", ALLOWED, headers={"X-Shop": "1"})
    without = preview.call("GET /dev/pets", headers={"X-Shop": "1"})

    assert (admitted.response.status, without.response.status) == (200, 401)
    Template.from_json(template).has_resource_properties(
        AUTHORIZER,
        {
            "Type": "REQUEST",
            "AuthorizerResultTtlInSeconds": 10,
            "IdentitySource": "method.request.header.X-Shop,method.request.querystring.user",
        },
    )


def test_request_authorizer_without_cache_needs_no_identity(stack: Stack, handler: lambda_.Function) -> None:
    guard(
        stack,
        RequestAuthorizer(
            stack, "Request", handler=handler, identity_sources=[], results_cache_ttl=Duration.seconds(0)
        ),
    )

    Template.from_stack(stack).has_resource_properties(AUTHORIZER, {"AuthorizerResultTtlInSeconds": 0})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"identity_source": "Authorization"}, "the identity source is one header, got 'Authorization'"),
        ({"identity_source": "method.request.querystring.token"}, "the identity source is one header"),
        ({"identity_source": "method.request.header.A,method.request.header.B"}, "the identity source is one header"),
        ({"validation_regex": "(Bearer"}, "is no Java regular expression"),
        ({"results_cache_ttl": Duration.hours(2)}, "results_cache_ttl in seconds has to be from 0 to 3600, got 7200"),
    ],
)
def test_token_authorizer_that_aws_refuses(stack: Stack, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Token: .*{words}"):
        token_authorizer(stack, **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"identity_sources": []}, "name one, or set the cache to 0"),
        ({"identity_sources": ["method.request.path.id"]}, "the path and the body are none"),
        ({"identity_sources": ["method.request.header.A,context.path"]}, "an identity source is"),
    ],
)
def test_request_authorizer_that_aws_refuses(stack: Stack, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Request: .*{words}"):
        RequestAuthorizer(stack, "Request", handler=imported(stack), **options)


def test_what_cloudformation_fills_in_is_not_judged(stack: Stack) -> None:
    parameter = CfnParameter(stack, "Given")
    seconds = CfnParameter(stack, "Seconds", type="Number")

    token_authorizer(
        stack,
        identity_source=parameter.value_as_string,
        validation_regex=parameter.value_as_string,
        results_cache_ttl=Duration.seconds(seconds.value_as_number),
    )


def test_authorizer_belongs_to_one_api(stack: Stack, handler: lambda_.Function) -> None:
    authorizer = TokenAuthorizer(stack, "Token", handler=handler)
    guard(stack, authorizer)
    other = RestApi(stack, "Other", cloud_watch_role=False)

    with pytest.raises(ConstructError, match="Stack/Token: an authorizer belongs to one API"):
        other.get("/pets", answering(), authorizer=authorizer)


def test_function_may_be_in_another_stack_than_the_api(stack: Stack) -> None:
    functions = Stack(Stage.of(stack), "Functions", env=Environment(account="123456789012", region="eu-west-1"))
    handler = lambda_.Function.from_function_attributes(
        functions, "Imported", function_arn="arn:aws:lambda:eu-west-1:123456789012:function:check"
    )
    made = lambda_.Function(
        functions,
        "Check",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
    )
    guard(stack, TokenAuthorizer(stack, "Token", handler=made))
    RestApi(stack, "Other", cloud_watch_role=False).get(
        "/", answering(), authorizer=RequestAuthorizer(stack, "Request", handler=handler)
    )

    Template.from_stack(stack).resource_count_is("AWS::Lambda::Permission", 2)
    Template.from_stack(functions).resource_count_is("AWS::Lambda::Permission", 0)


def test_authorizer_is_in_the_stack_of_its_api(stack: Stack, handler: lambda_.Function) -> None:
    other = Stack(Stage.of(stack), "Other")

    with pytest.raises(ConstructError, match=r"Other/Token: an authorizer and its API, Stack/Api/Resource, "):
        guard(stack, TokenAuthorizer(other, "Token", handler=handler))


def test_authorizer_that_no_route_uses_is_refused(stack: Stack, handler: lambda_.Function) -> None:
    guard(stack, IamAuthorizer())
    TokenAuthorizer(stack, "Token", handler=handler)

    with pytest.raises(RuntimeError, match="Stack/Token: no route uses this authorizer: give it to one"):
        synthesized(stack)


@pytest.mark.parametrize("given", [IamAuthorizer, "AWS_IAM"], ids=["a class", "a word"])
def test_what_is_no_authorizer_is_refused(stack: Stack, given: Any) -> None:
    with pytest.raises(ConstructError, match=r"is no authorizer of a REST API: write IamAuthorizer\(\)"):
        guard(stack, given)


# -- IAM ------------------------------------------------------------------------------------------------------------


def test_iam_authorizer_wants_signed_requests(stack: Stack, tmp_path: Path) -> None:
    guard(stack, IamAuthorizer())
    template = hold_against_stored(stack, "iam_authorizer")

    played = Previewed(template, tmp_path).call("GET /dev/pets")

    assert (played.response.status, played.body) == (403, b'{"message":"Missing Authentication Token"}')
    Template.from_json(template).has_resource_properties(METHOD, {"AuthorizationType": "AWS_IAM"})


# -- Cognito --------------------------------------------------------------------------------------------------------


def test_cognito_authorizer_admits_users_of_its_pool(stack: Stack, tmp_path: Path) -> None:
    pool = cognito.UserPool.from_user_pool_id(stack, "Pool", "eu-west-1_abc")
    guard(stack, CognitoAuthorizer(stack, "Users", user_pools=[pool], validation_regex="shop-.*"))
    template = hold_against_stored(stack, "cognito_authorizer")
    preview = Previewed(template, tmp_path)
    claims: dict[str, Json] = {
        "iss": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc",
        "sub": "ada",
        "token_use": "id",
        "aud": "shop-1",
        "iat": int(ARRIVED_AT),
        "exp": int(ARRIVED_AT) + 60,
    }

    admitted = preview.call("GET /dev/pets", key_set([rsa_key()]), headers={"Authorization": rsa_key().sign(claims)})
    without = preview.call("GET /dev/pets")

    assert (admitted.response.status, without.response.status) == (200, 401)
    Template.from_json(template).has_resource_properties(
        AUTHORIZER, {"Type": "COGNITO_USER_POOLS", "IdentityValidationExpression": "shop-.*"}
    )


def test_cognito_authorizer_takes_scopes(stack: Stack) -> None:
    pool = cognito.UserPool.from_user_pool_id(stack, "Pool", "eu-west-1_abc")

    guard(stack, CognitoAuthorizer(stack, "Users", user_pools=[pool]), scopes=("pets/read",))

    Template.from_stack(stack).has_resource_properties(
        METHOD, {"AuthorizationType": "COGNITO_USER_POOLS", "AuthorizationScopes": ["pets/read"]}
    )


def test_cognito_authorizer_without_pools_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"Stack/Users: .*lets nobody in"):
        CognitoAuthorizer(stack, "Users", user_pools=[])


# -- JWT ------------------------------------------------------------------------------------------------------------


def test_jwt_authorizer_verifies_tokens(stack: Stack, tmp_path: Path) -> None:
    issuer = JwtIssuer(issuer=ISSUER, audiences=["shop"], claims={"tenant": ["a", "b"], "email": []})
    guard(stack, JwtAuthorizer(stack, "Jwt", issuers=[issuer]), scopes=("pets/read",))
    template = hold_against_stored(stack, "jwt_authorizer")
    preview = Previewed(template, tmp_path)
    claims: dict[str, Json] = {
        "iss": ISSUER,
        "aud": "shop",
        "tenant": "b",
        "email": "ada@example.com",
        "scope": "pets/read",
        "iat": int(ARRIVED_AT),
        "exp": int(ARRIVED_AT) + 60,
    }

    statuses = [
        preview.call(
            "GET /dev/pets", key_set([rsa_key()]), headers={"Authorization": f"Bearer {rsa_key().sign(sent)}"}
        ).response.status
        for sent in (claims, claims | {"scope": "other"}, claims | {"tenant": "c"}, claims | {"aud": "desk"})
    ]

    assert statuses == [200, 403, 401, 401]
    assert preview.call("GET /dev/pets").response.status == 401
    Template.from_json(template).has_resource_properties(
        AUTHORIZER,
        {
            "Type": "JWT",
            "IdentitySource": "method.request.header.Authorization",
            "RestApiId": {"Ref": Match.string_like_regexp("^Api")},
            "JwtConfiguration": {
                "DefaultAlgorithms": ["RS256"],
                "Issuers": [
                    {
                        "Issuer": ISSUER,
                        "Audiences": ["shop"],
                        "AdditionalClaims": [
                            {
                                "ClaimName": "tenant",
                                "Format": "SINGLE_STRING",
                                "Required": True,
                                "ExpectedValues": ["a", "b"],
                            },
                            {"ClaimName": "email", "Format": "SINGLE_STRING", "Required": True},
                        ],
                    }
                ],
            },
        },
    )
    Template.from_json(template).has_resource_properties(
        METHOD,
        {
            "AuthorizationType": "JWT",
            "AuthorizerId": {"Ref": Match.string_like_regexp("^Jwt")},
            "AuthorizationScopes": ["pets/read"],
        },
    )


def test_deployment_follows_a_jwt_authorizer(stack: Stack) -> None:
    guard(stack, JwtAuthorizer(stack, "Jwt", issuers=[JwtIssuer(issuer=ISSUER, audiences=["shop"])]))
    other = Stack(App(analytics_reporting=False), "Stack")
    guard(other, JwtAuthorizer(other, "Jwt", issuers=[JwtIssuer(issuer=ISSUER, audiences=["desk"])]))

    assert deployment_in(stack) != deployment_in(other)


def deployment_in(stack: Stack) -> str:
    (logical_id,) = Template.from_stack(stack).find_resources("AWS::ApiGateway::Deployment")
    return str(logical_id)


def test_jwt_authorizer_without_route_is_refused(stack: Stack) -> None:
    JwtAuthorizer(stack, "Jwt", issuers=[JwtIssuer(issuer=ISSUER, audiences=["shop"])])

    with pytest.raises(Exception, match="Stack/Jwt: no route uses this authorizer"):
        synthesized(stack)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"issuers": []}, "needs an issuer and an algorithm"),
        ({"algorithms": []}, "needs an issuer and an algorithm"),
        ({"algorithms": ["HS256"]}, "an algorithm has to be one of RS256, .*got 'HS256'"),
        ({"issuers": [JwtIssuer(issuer="http://issuer.example", audiences=["a"])]}, "absolute https URL"),
        ({"issuers": [JwtIssuer(issuer="issuer.example", audiences=["a"])]}, "absolute https URL"),
        ({"issuers": [JwtIssuer(issuer="https://issuer.example?a=b", audiences=["a"])]}, "absolute https URL"),
        ({"issuers": [JwtIssuer(issuer="https://issuer.example#", audiences=["a"])]}, "absolute https URL"),
        ({"issuers": [JwtIssuer(issuer="https://me@issuer.example", audiences=["a"])]}, "absolute https URL"),
        ({"issuers": [JwtIssuer(issuer=ISSUER, audiences=[])]}, "has no audiences"),
        ({"issuers": [JwtIssuer(issuer=ISSUER, audiences=["a"], claims={"exp": []})]}, "leave it out of claims"),
        ({"identity_source": "method.request.querystring.token"}, "the identity source is one header"),
    ],
)
def test_jwt_authorizer_that_aws_refuses(stack: Stack, options: dict[str, Any], words: str) -> None:
    issuers = [JwtIssuer(issuer=ISSUER, audiences=["shop"])]

    with pytest.raises(ConstructError, match=f"^Stack/Jwt: .*{words}"):
        JwtAuthorizer(stack, "Jwt", **{"issuers": issuers, **options})


def test_issuer_may_be_a_token(stack: Stack) -> None:
    issuer = JwtIssuer(issuer=CfnParameter(stack, "Issuer").value_as_string, audiences=["shop"])

    guard(stack, JwtAuthorizer(stack, "Jwt", issuers=[issuer]))

    Template.from_stack(stack).has_resource_properties(
        AUTHORIZER, {"JwtConfiguration": {"Issuers": [{"Issuer": {"Ref": "Issuer"}}]}}
    )


# -- WebSocket ------------------------------------------------------------------------------------------------------


def connected(stack: Stack, authorizer: WebSocketAuthorizer, id: str = "Chat") -> None:  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
    api = apigatewayv2.WebSocketApi(stack, id)
    route = apigatewayv2.WebSocketRoute(
        stack,
        f"{id}Connect",
        web_socket_api=api,
        route_key="$connect",
        integration=apigatewayv2_integrations.WebSocketMockIntegration("Mock"),
        authorizer=authorizer.bind_websocket(api),
    )
    assert route.route_key == "$connect"


def test_function_judges_connections(stack: Stack, handler: lambda_.Function) -> None:
    authorizer = WebSocketRequestAuthorizer(
        stack, "Connections", handler=handler, identity_sources=["route.request.querystring.token"]
    )
    connected(stack, authorizer)

    template = Template.from_stack(stack)

    template.has_resource_properties(
        "AWS::ApiGatewayV2::Authorizer",
        {
            "AuthorizerType": "REQUEST",
            "IdentitySource": ["route.request.querystring.token"],
            "Name": "Connections",
        },
    )
    template.has_resource_properties(
        "AWS::ApiGatewayV2::Route",
        {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": Match.string_like_regexp("^Connections")}},
    )
    template.resource_count_is("AWS::Lambda::Permission", 1)
    template.has_resource_properties(
        "AWS::Lambda::Permission",
        {
            "SourceArn": {
                "Fn::Join": ["", Match.array_with([{"Ref": Match.string_like_regexp("^Chat")}, "/authorizers/"])]
            }
        },
    )


def test_authorizer_of_connections_is_made_once(stack: Stack, handler: lambda_.Function) -> None:
    authorizer = WebSocketRequestAuthorizer(stack, "Connections", handler=handler)
    api = apigatewayv2.WebSocketApi(stack, "Chat")

    assert authorizer.bind_websocket(api) is authorizer.bind_websocket(api)


def test_authorizer_of_connections_belongs_to_one_api(stack: Stack, handler: lambda_.Function) -> None:
    authorizer = WebSocketRequestAuthorizer(stack, "Connections", handler=handler)
    connected(stack, authorizer)

    with pytest.raises(ConstructError, match="Stack/Connections: an authorizer belongs to one API"):
        connected(stack, authorizer, "Other")


def test_imported_function_of_connections_is_warned_of(stack: Stack) -> None:
    connected(stack, WebSocketRequestAuthorizer(stack, "Connections", handler=imported(stack)))

    Annotations.from_stack(stack).has_warning("/Stack/Connections", Match.string_like_regexp("is imported"))


def test_identity_source_of_connections_is_checked(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"an identity source is route\.request\.header\.X"):
        WebSocketRequestAuthorizer(
            stack, "Connections", handler=imported(stack), identity_sources=["method.request.header.Authorization"]
        )


def test_iam_guards_connections(stack: Stack) -> None:
    connected(stack, IamAuthorizer())

    Template.from_stack(stack).has_resource_properties("AWS::ApiGatewayV2::Route", {"AuthorizationType": "AWS_IAM"})


# -- aws_cdk --------------------------------------------------------------------------------------------------------


def test_function_authorizer_of_aws_cdk_is_taken(stack: Stack, handler: lambda_.Function) -> None:
    guard(stack, apigateway.TokenAuthorizer(stack, "Token", handler=handler))

    Template.from_stack(stack).has_resource_properties(METHOD, {"AuthorizationType": "CUSTOM"})


def test_cognito_authorizer_of_aws_cdk_is_taken(stack: Stack) -> None:
    pool = cognito.UserPool.from_user_pool_id(stack, "Pool", "eu-west-1_abc")
    authorizer = apigateway.CognitoUserPoolsAuthorizer(stack, "Users", cognito_user_pools=[pool])

    guard(stack, authorizer, scopes=("pets/read",))

    Template.from_stack(stack).has_resource_properties(METHOD, {"AuthorizationType": "COGNITO_USER_POOLS"})


@pytest.mark.parametrize("kind", [IamAuthorizer, TokenAuthorizer, RequestAuthorizer, CognitoAuthorizer, JwtAuthorizer])
def test_authorizers_follow_the_protocol(kind: type) -> None:
    assert issubclass(kind, Authorizer)


@pytest.mark.parametrize("kind", [IamAuthorizer, WebSocketRequestAuthorizer])
def test_authorizers_of_connections_follow_the_protocol(kind: type) -> None:
    assert issubclass(kind, WebSocketAuthorizer)


def test_one_text_in_place_of_several_is_refused(stack: Stack, handler: lambda_.Function) -> None:
    issuers = [JwtIssuer(issuer=ISSUER, audiences="shop")]
    claims = [JwtIssuer(issuer=ISSUER, audiences=["shop"], claims={"department": "sales"})]

    with pytest.raises(ConstructError, match=r"Stack/Audience: audiences of https://issuer.example are several"):
        JwtAuthorizer(stack, "Audience", issuers=issuers)
    with pytest.raises(ConstructError, match="Stack/Claim: values of the claim department are several"):
        JwtAuthorizer(stack, "Claim", issuers=claims)
    with pytest.raises(ConstructError, match="Stack/Sources: identity_sources are several"):
        RequestAuthorizer(stack, "Sources", handler=handler, identity_sources="method.request.header.X")
