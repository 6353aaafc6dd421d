from __future__ import annotations

from typing import TYPE_CHECKING

import jsii
import pytest
from aws_cdk import CfnParameter, IStableAnyProducer, Lazy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk.assertions import Annotations, Match

from forestage.constructs import ConstructError, RestApi
from forestage.constructs.integration import BoundIntegration
from forestage.constructs.integrations import IntegrationResponse, Mock
from forestage.constructs.route_checks import check_path, check_verb, responses_of, stage_variables_of, variables_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

OK = {"application/json": '{"statusCode": 200}'}


def http(url: str = "https://a.example", **mapped: str) -> apigateway.Integration:
    return apigateway.HttpIntegration(
        url,
        proxy=False,
        options=apigateway.IntegrationOptions(
            request_parameters={f"integration.request.path.{name}": source for name, source in mapped.items()} or None
        ),
    )


def mock(templates: Mapping[str, str]) -> apigateway.Integration:
    return apigateway.MockIntegration(
        request_templates=OK,
        integration_responses=[apigateway.IntegrationResponse(status_code="200", response_templates=templates)],
    )


@pytest.mark.parametrize("path", ["/", "/pets", "/pets/{id}", "/a.b/c-d_e:f", "/{proxy+}", "/pets/{id}/{rest+}"])
def test_path_of_parts_is_taken(stack: Stack, path: str) -> None:
    check_path(stack, path)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("pets", "begins with a slash, got 'pets': write '/pets'"),
        ("", "begins with a slash, got '': write '/'"),
        ("/pets/", "no slash at its end, got '/pets/'"),
        ("//pets", "no empty parts"),
        ("/p{id}", r"a part of a path may have letters, .*, got 'p\{id\}'"),
        ("/a b", "got 'a b'"),
        ("/{proxy+}/x", "takes the rest of the path, and nothing comes after it"),
        ("/{id}/x/{id}", "two variables 'id'.*: rename one"),
    ],
)
def test_path_that_no_resources_can_be_made_of_is_refused(stack: Stack, path: str, message: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack: .*{message}"):
        check_path(stack, path)


def test_part_that_looks_like_a_variable_gets_advice(stack: Stack) -> None:
    check_path(stack, "/pets/:id")

    Annotations.from_stack(stack).has_warning(
        "/Stack", Match.string_like_regexp(r"/pets/:id has the part :id, which is a constant: .* written \{id\}")
    )


def test_path_that_comes_with_the_deployment_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="has no known parts: write it as a text"):
        check_path(stack, CfnParameter(stack, "Path").value_as_string)


@pytest.mark.parametrize("verb", ["TRACE", "get", ""])
def test_verb_that_api_gateway_does_not_know_is_refused(stack: Stack, verb: str) -> None:
    with pytest.raises(ConstructError, match=f"one of ANY, .*, got '{verb}'"):
        check_verb(stack, verb)


def test_variables_are_those_of_the_path() -> None:
    assert variables_of("/a/{b}/{c-d}/{rest+}") == ("b", "c-d", "rest")
    assert variables_of("/") == ()


def test_mapped_variable_that_the_path_lacks_is_refused(stack: Stack) -> None:
    api = RestApi(stack, "Api")

    with pytest.raises(
        ConstructError, match=r"maps method\.request\.path\.name .*, and /pets/\{id\} has no variable \{name\}"
    ):
        api.get("/pets/{id}", http("https://a.example/{x}", x="method.request.path.name"))


def test_mapped_variable_that_an_integration_declares_is_refused_as_well(stack: Stack) -> None:
    class Declares:
        def bind(self, scope: Construct, *, verb: str, path: str) -> BoundIntegration:  # ruff: ignore[unused-method-argument]  (the protocol's)
            source = "method.request.path.name"
            return BoundIntegration(
                integration=http("https://a.example/{x}", x=source), request_parameters={source: True}
            )

    with pytest.raises(ConstructError, match=r"has no variable \{name\}"):
        RestApi(stack, "Api").get("/pets/{id}", Declares())


def test_mapped_parameter_that_is_not_declared_is_refused(stack: Stack) -> None:
    integration = http("https://a.example/{x}", x="method.request.querystring.page")

    with pytest.raises(ConstructError, match=r"GET /a does not declare it: write query=\{'page': False\}"):
        RestApi(stack, "Api").get("/a", integration)


def test_mapped_parameters_that_are_declared_are_taken(stack: Stack) -> None:
    later = CfnParameter(stack, "Later").value_as_string
    integration = http(
        "https://a.example/{a}/{b}/{c}/{d}/{e}",
        a="method.request.path.id",
        b="method.request.multivalueheader.X-A",
        c="'constant'",
        d="context.requestId",
        e=later,
    )

    RestApi(stack, "Api").get("/pets/{id}", integration, headers={"X-A": False})


def test_template_of_an_integration_of_the_l2_is_checked(stack: Stack) -> None:
    with pytest.raises(
        ConstructError,
        match=r"^Stack/Api/Resource/Default/a/GET: the template of response 200 does not parse in line 1, column",
    ):
        RestApi(stack, "Api").get("/a", mock({"application/json": "#if("}))


def test_request_template_of_an_integration_of_the_l2_is_checked(stack: Stack) -> None:
    integration = apigateway.MockIntegration(request_templates={"text/plain": "#set($a"})

    with pytest.raises(ConstructError, match="the request template of text/plain does not parse"):
        RestApi(stack, "Api").get("/a", integration)


def test_template_that_does_what_nobody_expects_gets_advice(stack: Stack) -> None:
    RestApi(stack, "Api").get("/a", mock({"application/json": "#elsif($a)"}))

    Annotations.from_stack(stack).has_warning(
        "/Stack/Api/Resource/Default/a/GET", Match.string_like_regexp("the template of response 200, line 1, column 1")
    )


def test_stage_variables_are_found_wherever_they_are_read() -> None:
    integration = apigateway.CfnMethod.IntegrationProperty(
        type="HTTP",
        uri="https://${stageVariables.host}/",
        credentials="arn:aws:iam::1:role/${stageVariables.role}",
        connection_id="${stageVariables.link}",
        request_parameters={
            "integration.request.header.a": "stageVariables.header",
            "integration.request.header.b": "'x'",
        },
        request_templates={"application/json": "$stageVariables.get('got') $stageVariables[\"index\"] $stageVariables"},
        integration_responses=[
            apigateway.CfnMethod.IntegrationResponseProperty(
                status_code="200", response_templates={"application/json": "$!{stageVariables.quiet}"}
            )
        ],
    )

    assert stage_variables_of(integration) == ("host", "role", "link", "header", "got", "index", "quiet")


def test_integration_without_any_of_it_reads_no_stage_variable() -> None:
    assert stage_variables_of(apigateway.CfnMethod.IntegrationProperty(type="MOCK")) == ()


def test_what_comes_with_the_deployment_is_not_looked_at() -> None:
    later = Lazy.any(Later())
    integration = apigateway.CfnMethod.IntegrationProperty(
        type="HTTP", integration_responses=[later], request_templates=later
    )

    assert responses_of(integration) == ()
    assert stage_variables_of(integration) == ()


@jsii.implements(IStableAnyProducer)
class Later:
    def produce(self) -> str:
        return "$stageVariables.x"


@pytest.mark.parametrize(
    ("mapped", "words"),
    [
        (
            {"header.X": "'a'"},
            r"has a mapping to 'header\.X', which is no target: .* integration\.request\.header\.X: ",
        ),
        (
            {"integration.request.header.X": "a"},
            r"has integration\.request\.header\.X mapped from 'a', which is none: .* or 'text'",
        ),
        ({"integration.request.header.X": "method.request.headers.X"}, r"mapped from 'method\.request\.headers\.X'"),
    ],
    ids=["target", "no quotes", "misspelt"],
)
def test_mapping_of_a_form_that_is_none_is_refused(stack: Stack, mapped: dict[str, str], words: str) -> None:
    integration = apigateway.HttpIntegration(
        "https://a.example", options=apigateway.IntegrationOptions(request_parameters=mapped)
    )

    with pytest.raises(ConstructError, match=f"GET / .*{words}"):
        RestApi(stack, "Api").get("/", integration)


def test_header_that_is_a_constant_needs_quotes(stack: Stack) -> None:
    response = IntegrationResponse(status=200, headers={"Cache-Control": "no-store"})

    with pytest.raises(
        ConstructError, match=r"GET / has method\.response\.header\.Cache-Control mapped from 'no-store'"
    ):
        RestApi(stack, "Api").get("/", Mock.template(responses=[response]))


def test_mapping_that_comes_with_the_deployment_is_not_judged(stack: Stack) -> None:
    later = CfnParameter(stack, "Later").value_as_string
    response = IntegrationResponse(status=200, headers={"Cache-Control": later})

    route = RestApi(stack, "Api").get("/", Mock.template(responses=[response]))

    assert str(route) == "GET /"
