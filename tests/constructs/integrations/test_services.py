from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match

from forestage.constructs import Cors, RestApi
from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations import S3, Attribute, DynamoDb, IntegrationResponse, ServiceIntegration, Value
from forestage.constructs.integrations.services import answer, error_template
from forestage.vtl.lint import lint_template
from tests.constructs.integrations.routed import bind, bound_websocket, rendered, routed
from tests.constructs.integrations.test_shapes import JSON_SERVICES
from tests.constructs.synthesis import loaded, synthesized

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack


def getting(stack: Stack) -> ServiceIntegration:
    return DynamoDb.get(dynamodb.Table.from_table_name(stack, "Pets", "pets"), key={"id": Value.path("id")})


def test_templates_can_be_seen_and_replaced(stack: Stack) -> None:
    own = IntegrationResponse(status=200, pattern="200", template="mine")

    integration = getting(stack).with_request_template("{}").with_response(own)

    assert integration.request_template == "{}"
    assert integration.response_templates[200] == "mine"
    assert list(integration.response_templates) == [200, 400, 500]


def test_template_of_another_type_of_content_is_added(stack: Stack) -> None:
    integration = getting(stack).with_request_template("x", content_type="text/plain")

    assert list(integration.request_templates) == ["application/json", "text/plain"]


def test_statuses_that_templates_give_are_declared(stack: Stack) -> None:
    bound = bind(stack, "GET /pets/{id}", getting(stack))

    assert [response.status_code for response in bound.method_responses] == ["200", "400", "500", "404", "409", "429"]


def test_options_reach_the_method(stack: Stack) -> None:
    table = dynamodb.Table.from_table_name(stack, "Pets", "pets")
    integration = DynamoDb.get(
        table,
        key={"id": Value.path("id")},
        timeout=Duration.seconds(3),
        cache_key_parameters=["method.request.path.id"],
        cache_namespace="pets",
        content_handling=apigateway.ContentHandling.CONVERT_TO_TEXT,
    )
    routed(stack, {"GET /pets/{id}": integration})

    (method,) = (r for r in synthesized(stack)["Resources"].values() if r["Type"] == "AWS::ApiGateway::Method")

    settings = method["Properties"]["Integration"]
    assert settings["TimeoutInMillis"] == 3000
    assert settings["CacheKeyParameters"] == ["method.request.path.id"]
    assert settings["CacheNamespace"] == "pets"
    assert settings["ContentHandling"] == "CONVERT_TO_TEXT"
    assert settings["PassthroughBehavior"] == "NEVER"
    assert method["Properties"]["RequestParameters"] == {"method.request.path.id": True}


def test_value_of_a_variable_that_the_path_lacks_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError) as refused:
        bind(stack, "GET /pets/{pet}", getting(stack))

    assert str(refused.value) == (
        "Stack/GetPetsPet: the request template uses {id}, and the path /pets/{pet} has no such variable: "
        "add it to the path"
    )


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        ("x.OneException", 409, "Conflict"),
        ("x.TwoException", 409, "Conflict"),
        ("Three", 404, "Not found"),
        ("Four", 500, "Internal server error"),
        (None, 500, "Internal server error"),
    ],
)
def test_error_has_the_status_of_the_first_rule_that_names_it(error: str | None, status: int, text: str) -> None:
    template = error_template((("One", "Two"), 409), (("Three", "One"), 404))

    told = rendered(template, body=json.dumps({"__type": error, "message": "secret"}))

    assert (told.response_override["status"], json.loads(told.text)) == (status, {"message": text})


def test_answer_sets_the_status_and_tells_it() -> None:
    told = rendered(answer(404))

    assert (told.response_override["status"], json.loads(told.text)) == (404, {"message": "Not found"})


@pytest.mark.parametrize("name", JSON_SERVICES)
def test_templates_do_nothing_that_is_advised_against(name: str) -> None:
    _, integration, _ = JSON_SERVICES[name]

    templates = (integration.request_template, *integration.response_templates.values())

    assert [lint_template(template, name="it") for template in templates if template is not None] == [()] * 4


def test_route_of_a_websocket_api_calls_the_service(stack: Stack) -> None:
    table = dynamodb.Table.from_table_name(stack, "Pets", "pets")

    bound = bound_websocket(stack, DynamoDb.get(table, key={"id": Value.body("$.id")}))

    assert bound.properties == {}
    assert [response.key for response in bound.responses] == [r"/2\d{2}/", r"/4\d{2}/", "$default"]
    assert stack.node.find_child("Route").node.try_find_child("Role") is not None


def test_parameters_of_a_request_are_refused_on_a_websocket_api(stack: Stack) -> None:
    with pytest.raises(
        ConstructError, match="a message has no path, query and headers, and the template of route send"
    ):
        bound_websocket(stack, getting(stack))


def test_path_of_a_service_is_refused_on_a_websocket_api_where_it_has_variables(stack: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Files", "files")

    with pytest.raises(ConstructError, match=r"a message has no path, and the URL files/\{name\} has \{name\}"):
        bound_websocket(stack, S3.get(bucket, key="{name}"))


def test_route_of_an_api_of_ours_is_complete(stack: Stack, tmp_path: Path) -> None:
    table = dynamodb.Table(
        stack, "Pets", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
    )
    api = RestApi(stack, "Shop", cors=Cors(origins=["https://shop.example"]))
    api.get(
        "/{language}/pets/{id}",
        DynamoDb.get(table, key={"id": Attribute.string(Value.stage_variable("prefix"), Value.path("id"))}),
        responses={404: None, 429: None},
    )
    api.add_stage("dev", variables={"prefix": "PET"})

    loading = loaded(synthesized(stack), tmp_path)

    assert loading.warnings == ()
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
