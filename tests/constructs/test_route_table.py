from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match, Template

from forestage.constructs import ConstructError, RestApi
from forestage.constructs.authorizers import IamAuthorizer, TokenAuthorizer
from forestage.constructs.cors import Cors
from forestage.constructs.integration import BoundIntegration
from forestage.constructs.integrations.mocks import Mock
from tests.constructs.synthesis import synthesized

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

METHOD = "AWS::ApiGateway::Method"
CORS = Cors(origins=["https://shop.example"])


@dataclass
class Pet:
    name: str


class Bound:
    """An integration that says what it needs the method to declare."""

    def __init__(self, properties: Mapping[str, object] | None = None) -> None:
        self.scopes: list[str] = []
        self._properties = properties or {}

    def bind(self, scope: Construct, *, verb: str, path: str) -> BoundIntegration:
        self.scopes.append(f"{verb} {path} {scope.node.path}")
        return BoundIntegration(
            integration=apigateway.MockIntegration(
                request_templates={"application/json": '{"statusCode": 200}'},
                integration_responses=[
                    apigateway.IntegrationResponse(
                        status_code="200", response_parameters={"method.response.header.Link": "'x'"}
                    )
                ],
            ),
            method_responses=(
                apigateway.MethodResponse(status_code="200", response_parameters={"method.response.header.ETag": True}),
            ),
            request_parameters={"method.request.querystring.page": False, "method.request.querystring.size": False},
            properties=self._properties,
        )


def l2(*statuses: str) -> apigateway.Integration:
    return apigateway.MockIntegration(
        request_templates={"application/json": '{"statusCode": 200}'},
        integration_responses=[
            apigateway.IntegrationResponse(
                status_code=status, response_parameters={"method.response.header.X-Status": f"'{status}'"}
            )
            for status in statuses
        ],
    )


def method_of(stack: Stack) -> dict[str, Any]:
    """The properties of the only method, but ``OPTIONS``."""
    methods = Template.from_json(synthesized(stack)).find_resources(METHOD).values()
    (found,) = (method["Properties"] for method in methods if method["Properties"]["HttpMethod"] != "OPTIONS")
    return dict(found)


def test_resources_are_made_once(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    for verb in ("GET", "PUT"):
        api.add_route(verb, "/pets/{id}", Mock.json(200, {}))
    api.get("/pets", Mock.json(200, {}))

    Template.from_json(synthesized(stack)).resource_count_is("AWS::ApiGateway::Resource", 2)


def test_resources_of_the_l2_are_used(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    pets = api.resource.root.add_resource("pets")

    route = api.get("/pets", Mock.json(200, {}))

    assert route.resource.resource.path == pets.path
    assert route.node.path == "Stack/Api/Resource/Default/pets/GET"
    Template.from_json(synthesized(stack)).resource_count_is("AWS::ApiGateway::Resource", 1)


def test_two_variables_as_siblings_are_refused(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/pets/{id}/toys", Mock.json(200, {}))

    with pytest.raises(
        ConstructError, match=r"^Stack/Api: /pets/\{name\} has a sibling .*, \{id\}, .* allows one: use"
    ):
        api.get("/pets/{name}/food", Mock.json(200, {}))


def test_greedy_variable_beside_another_is_refused(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/{id}", Mock.json(200, {}))

    with pytest.raises(ConstructError, match=r"/\{proxy\+\} has a sibling that is a variable as well, \{id\}"):
        api.proxy("/", Mock.json(200, {}))


def test_route_that_is_there_is_refused(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.any("/pets", Mock.json(200, {}))
    api.get("/pets", Mock.json(200, {}))

    with pytest.raises(ConstructError, match="the API has a route GET /pets already: leave out one of the two"):
        api.group("/pets").get("/", Mock.json(200, {}))


def test_what_is_no_integration_is_refused(stack: Stack) -> None:
    with pytest.raises(
        ConstructError, match=r"^Stack/Api/Resource/Default/GET: a route is answered by .*, got 'hello'"
    ):
        RestApi(stack, "Api").get("/", "hello")  # type: ignore[arg-type]  # what is tested


def test_integration_is_bound_in_a_construct_of_the_route(stack: Stack) -> None:
    bound = Bound()

    RestApi(stack, "Api").get("/pets/{id}", bound)

    assert bound.scopes == ["GET /pets/{id} Stack/Api/Resource/Default/pets/{id}/GET"]


def test_parameters_are_those_of_path_route_and_integration(stack: Stack) -> None:
    RestApi(stack, "Api").get("/pets/{id}", Bound(), query={"page": True}, headers={"X-A": False})

    method = method_of(stack)

    assert method["RequestParameters"] == {
        "method.request.path.id": True,
        "method.request.querystring.page": True,
        "method.request.querystring.size": False,
        "method.request.header.X-A": False,
    }
    assert method["RequestValidatorId"]


def test_properties_of_an_integration_are_laid_over(stack: Stack) -> None:
    RestApi(stack, "Api").get("/", Bound({"IntegrationTarget": "arn:aws:x"}))

    assert method_of(stack)["Integration"]["IntegrationTarget"] == "arn:aws:x"


def test_responses_are_those_of_route_and_integration(stack: Stack) -> None:
    RestApi(stack, "Api").get("/", Bound(), responses={200: Pet})

    assert method_of(stack)["MethodResponses"] == [
        {
            "StatusCode": "200",
            "ResponseModels": {"application/json": {"Ref": "ApiModelsPet9CC5CA0B"}},
            "ResponseParameters": {"method.response.header.ETag": True, "method.response.header.Link": True},
        }
    ]


def test_responses_of_an_integration_of_the_l2_are_declared(stack: Stack) -> None:
    RestApi(stack, "Api").get("/", l2("404", "200"), responses={404: None})

    assert method_of(stack)["MethodResponses"] == [
        {"StatusCode": status, "ResponseParameters": {"method.response.header.X-Status": True}}
        for status in ("200", "404")
    ]


def test_response_that_is_never_given_gets_advice(stack: Stack) -> None:
    RestApi(stack, "Api").get("/", l2("200"), responses={404: Pet})

    Annotations.from_stack(stack).has_warning(
        "/Stack/Api/Resource/Default/GET",
        Match.string_like_regexp("GET / declares a response 404 that its integration never gives: add"),
    )


def test_responses_of_a_proxy_are_what_its_backend_gives(stack: Stack) -> None:
    RestApi(stack, "Api", cors=CORS).get("/", apigateway.HttpIntegration("https://a.example"), responses={404: Pet})

    (response,) = method_of(stack)["MethodResponses"]

    assert response.keys() == {"StatusCode", "ResponseModels"}
    Annotations.from_stack(stack).has_no_warning("*", Match.string_like_regexp("never gives"))


def test_validator_is_made_once_and_where_something_is_to_be_validated(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/a", Mock.json(200, {}), query={"x": False}, headers={"X-A": False})
    template = Template.from_json(synthesized(stack))

    template.resource_count_is("AWS::ApiGateway::RequestValidator", 0)


@pytest.mark.parametrize("options", [{"body": Pet}, {"query": {"x": True}}, {"headers": {"X-A": True}}])
def test_validator_looks_at_bodies_and_parameters(stack: Stack, options: dict[str, Any]) -> None:
    api = RestApi(stack, "Api")
    api.post("/a", Mock.json(200, {}), **options)
    api.post("/b", Mock.json(200, {}), **options)

    template = Template.from_json(synthesized(stack))

    (validator,) = template.find_resources("AWS::ApiGateway::RequestValidator").values()
    assert (validator["Properties"]["ValidateRequestBody"], validator["Properties"]["ValidateRequestParameters"]) == (
        True,
        True,
    )


def test_scopes_of_no_use_are_refused(stack: Stack) -> None:
    api = RestApi(stack, "Api")

    with pytest.raises(ConstructError, match="scopes are for Cognito and JWT authorizers, others ignore them: leave"):
        api.get("/a", Mock.json(200, {}), authorizer=IamAuthorizer(), scopes=["a"])
    with pytest.raises(ConstructError, match=r"^Stack/Api/Resource/Default/b/GET: scopes"):
        api.get("/b", Mock.json(200, {}), scopes=["a"])


def test_authorizer_is_bound_once_for_an_api(stack: Stack) -> None:
    handler = lambda_.Function.from_function_arn(stack, "Check", "arn:aws:lambda:eu-west-1:123456789012:function:check")
    token = TokenAuthorizer(stack, "Token", handler=handler)
    api = RestApi(stack, "Api")
    api.get("/a", Mock.json(200, {}), authorizer=token)
    api.get("/b", Mock.json(200, {}), authorizer=token)

    template = Template.from_json(synthesized(stack))

    (authorizer,) = template.find_resources("AWS::ApiGateway::Authorizer")
    methods = template.find_resources(METHOD).values()
    assert [(each["Properties"]["AuthorizationType"], each["Properties"]["AuthorizerId"]) for each in methods] == [
        ("CUSTOM", {"Ref": authorizer})
    ] * 2


def test_cors_answers_preflights_of_each_path(stack: Stack) -> None:
    api = RestApi(stack, "Api", cors=CORS)
    api.get("/a", Mock.json(200, {}))
    api.post("/a", Mock.json(200, {}))
    api.proxy("/b", Mock.json(200, {}))

    methods = Template.from_json(synthesized(stack)).find_resources(METHOD).values()

    allowed = [
        response["ResponseParameters"]["method.response.header.Access-Control-Allow-Methods"]
        for method in methods
        for response in method["Properties"]["Integration"]["IntegrationResponses"]
        if method["Properties"]["HttpMethod"] == "OPTIONS"
    ]
    assert allowed == ["'GET,OPTIONS,POST'", "'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'"]


def test_cors_dresses_what_is_no_proxy(stack: Stack) -> None:
    RestApi(stack, "Api", cors=CORS).get("/a", l2("200"))

    method = method_of(stack)

    (given,) = method["Integration"]["IntegrationResponses"]
    (declared,) = method["MethodResponses"]
    assert given["ResponseParameters"]["method.response.header.Access-Control-Allow-Origin"] == "'https://shop.example'"
    assert declared["ResponseParameters"]["method.response.header.Access-Control-Allow-Origin"] is True


def test_route_for_options_takes_the_place_of_cors(stack: Stack) -> None:
    api = RestApi(stack, "Api", cors=CORS)
    api.options("/a", Mock.json(200, {"mine": True}))
    api.get("/a", Mock.json(200, {}))

    Template.from_json(synthesized(stack)).resource_count_is(METHOD, 2)


def test_route_for_options_after_others_is_refused(stack: Stack) -> None:
    api = RestApi(stack, "Api", cors=CORS)
    api.get("/a", Mock.json(200, {}))

    with pytest.raises(ConstructError, match="Cors answers OPTIONS /a already: declare it before the other routes"):
        api.options("/a", Mock.json(200, {}))


def test_second_route_for_options_is_refused_as_others_are(stack: Stack) -> None:
    api = RestApi(stack, "Api", cors=CORS)
    api.options("/a", Mock.json(200, {}))

    with pytest.raises(ConstructError, match="the API has a route OPTIONS /a already"):
        api.options("/a", Mock.json(200, {}))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"querys": {}}, "GET /pets has no 'querys'"),
        ({"query": ["page"]}, r"query of GET /pets cannot be \['page'\]"),
        ({"query": {"a b": True}}, "a name in query of GET /pets has to be a word without blanks, got 'a b'"),
        ({"headers": {"X Shop": True}}, "a name in headers of GET /pets has to be letters"),
        ({"responses": [200]}, r"responses of GET /pets cannot be \[200\]"),
        ({"responses": {99: None}}, "an HTTP status from 100 to 599, got '99'"),
        ({"scopes": "pets/read"}, "scopes of GET /pets are several"),
    ],
)
def test_option_that_no_route_can_have_is_refused(stack: Stack, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Api: .*{words}"):
        RestApi(stack, "Api").get("/pets", Mock.status(204), **options)


def test_option_that_no_group_can_have_is_refused(stack: Stack) -> None:
    options: dict[str, Any] = {"authoriser": None}

    with pytest.raises(ConstructError, match=r"^Stack/Api: group '/admin' has no 'authoriser'"):
        RestApi(stack, "Api").group("/admin", **options)


def test_part_of_a_path_may_be_called_as_a_verb(stack: Stack) -> None:
    api = RestApi(stack, "Api", cors=CORS)
    for path in ("/pets", "/pets/GET", "/pets/OPTIONS", "/pets/Resource", "/pets/Resource/{id}"):
        api.get(path, Mock.status(204))

    assert [route.resource.resource.path for route in api.routes][1:] == [
        "/pets/GET",
        "/pets/OPTIONS",
        "/pets/Resource",
        "/pets/Resource/{id}",
    ]
