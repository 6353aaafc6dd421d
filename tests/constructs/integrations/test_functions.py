from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Annotations, Match, Template

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations import IntegrationResponse, Lambda
from forestage.preview.engine.effects import FunctionAnswer, InvokeFunction
from tests.constructs.integrations.routed import bind, bound_websocket, new_stack, routed
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized

if TYPE_CHECKING:
    from aws_cdk import Stack

    from tests.cases.script import Played

NO_PET = IntegrationResponse(status=404, pattern=r"no pet .*", template='{"message": "no such pet"}')


def function(stack: Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Pets",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.Code.from_inline("def handler(event, context):\n    return event\n"),
    )


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Previewed:
    stack = new_stack()
    pets = function(stack)
    routed(
        stack,
        {
            "GET /pets": Lambda.proxy(pets, timeout=Duration.seconds(5)),
            "GET /stream": Lambda.proxy(pets, streaming=True, timeout=Duration.minutes(10)),
            "POST /pets/{id}": Lambda.custom(
                pets,
                request_templates={"application/json": '{"id": "$input.params().path.get(\'id\')"}'},
                responses=[NO_PET],
            ),
            "PUT /pets": Lambda.custom(pets),
            "DELETE /pets": Lambda.custom(pets, asynchronous=True),
        },
    )
    return Previewed(hold_against_stored(stack, "integrations_lambda"), tmp_path_factory.mktemp("lambda"))


def invocations(played: Played) -> list[object]:
    return [json.loads(effect.payload) for effect in played.asked if isinstance(effect, InvokeFunction)]


def failed(message: str) -> FunctionAnswer:
    error = {"errorMessage": message, "errorType": "Exception", "stackTrace": ["secret"]}
    return FunctionAnswer(payload=json.dumps(error).encode(), failed=True)


def test_proxy_gets_an_event_and_gives_the_response(preview: Previewed) -> None:
    played = preview.call("GET /dev/pets", FunctionAnswer(payload=b'{"statusCode": 201, "body": "made"}'))

    assert (played.response.status, played.response.body) == (201, b"made")


def test_custom_gets_what_the_template_makes(preview: Previewed) -> None:
    played = preview.call("POST /dev/pets/7", FunctionAnswer(payload=b'{"name": "Rex"}'))

    assert (played.response.status, played.response.body) == (200, b'{"name": "Rex"}')
    assert invocations(played) == [{"id": "7"}]


def test_custom_gets_the_json_body_without_a_template(preview: Previewed) -> None:
    played = preview.call("PUT /dev/pets", FunctionAnswer(payload=b"[]"), body=b'{"a": 1}')

    assert invocations(played) == [{"a": 1}]


@pytest.mark.parametrize(
    ("request_line", "message", "status", "body"),
    [
        pytest.param("POST /dev/pets/7", "no pet 7", 404, b'{"message": "no such pet"}', id="mapped"),
        pytest.param("POST /dev/pets/7", "the pet\nbit", 500, b'{"message": "Internal server error"}', id="not mapped"),
        pytest.param("POST /dev/pets/7", "no pet 7\nat all", 500, b'{"message": "Internal server error"}', id="more"),
        pytest.param("PUT /dev/pets", "Task timed out", 500, b'{"message": "Internal server error"}', id="no patterns"),
    ],
)
def test_custom_tells_errors_by_their_pattern(
    preview: Previewed, request_line: str, message: str, status: int, body: bytes
) -> None:
    played = preview.call(request_line, failed(message))

    assert (played.response.status, played.response.body) == (status, body)


def test_custom_refuses_what_is_no_json(preview: Previewed) -> None:
    played = preview.call("PUT /dev/pets", headers={"Content-Type": "text/plain"}, body=b"x")

    assert played.response.status == 415


def test_asynchronous_answers_at_once(preview: Previewed) -> None:
    played = preview.call("DELETE /dev/pets", FunctionAnswer(payload=b""))

    assert (played.response.status, played.response.body) == (202, b"")


def test_own_response_for_500_is_the_only_one(stack: Stack) -> None:
    own = IntegrationResponse(status=500, pattern="boom", template="{}")

    integration = Lambda.custom(function(stack), responses=[own])

    assert integration.responses == (IntegrationResponse(status=200), own)


def test_own_response_for_results_takes_the_place_of_ours(stack: Stack) -> None:
    created = IntegrationResponse(status=201, template="$input.json('$')")

    integration = Lambda.custom(function(stack), responses=[created])

    assert integration.response_templates == {201: "$input.json('$')", 500: '{"message": "Internal server error"}'}


def test_templates_can_be_replaced(stack: Stack) -> None:
    integration = Lambda.custom(function(stack)).with_request_template("{}").with_response(NO_PET)

    assert integration.request_template == "{}"
    assert integration.response_templates[404] == NO_PET.template


def test_permission_is_for_the_method_alone(stack: Stack) -> None:
    api = routed(stack, {"GET /pets/{id}": Lambda.proxy(function(stack))})

    template = Template.from_stack(stack)

    template.resource_count_is("AWS::Lambda::Permission", 1)
    template.has_resource_properties(
        "AWS::Lambda::Permission",
        {"SourceArn": stack.resolve(api.arn_for_execute_api("GET", "/pets/*", "*"))},
    )


def test_permission_for_the_api_is_one_for_all_routes(stack: Stack) -> None:
    pets = Lambda.proxy(function(stack), permission="api")
    api = routed(stack, {"GET /pets": pets, "POST /pets": pets})

    template = Template.from_stack(stack)

    template.resource_count_is("AWS::Lambda::Permission", 1)
    template.has_resource_properties("AWS::Lambda::Permission", {"SourceArn": stack.resolve(api.arn_for_execute_api())})
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_parameters_of_the_cache_key_are_declared(stack: Stack) -> None:
    integration = Lambda.proxy(
        function(stack), cache_key_parameters=["method.request.path.id", "method.request.querystring.page"]
    )

    bound = bind(stack, "GET /pets/{id}", integration)

    assert bound.request_parameters == {"method.request.path.id": True, "method.request.querystring.page": False}


def test_function_of_another_account_is_warned_of(stack: Stack) -> None:
    foreign = lambda_.Function.from_function_arn(
        stack, "Foreign", "arn:aws:lambda:eu-west-1:999999999999:function:pets"
    )

    bind(stack, "GET /pets", Lambda.proxy(foreign))

    Annotations.from_stack(stack).has_warning(
        "/Stack/GetPets", Match.string_like_regexp("the function belongs to account 999999999999: allow .*")
    )


def test_template_that_asks_for_another_variable_is_refused(stack: Stack) -> None:
    integration = Lambda.custom(
        function(stack), request_templates={"application/json": "$input.params().path.get('pet')"}
    )

    with pytest.raises(ConstructError, match=r"the request template uses \{pet\}, and the path /pets/\{id\}"):
        bind(stack, "GET /pets/{id}", integration)


def test_route_of_a_websocket_api_is_answered_by_a_proxy(stack: Stack) -> None:
    integration = Lambda.proxy(
        function(stack), timeout=Duration.seconds(5), content_handling=apigateway.ContentHandling.CONVERT_TO_BINARY
    )

    bound = bound_websocket(stack, integration)

    assert type(bound.integration).__name__ == "WebSocketLambdaIntegration"


def test_streaming_is_refused_on_a_websocket_api(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"Stack/Route: functions behind a WebSocket API do not stream"):
        bound_websocket(stack, Lambda.proxy(function(stack), streaming=True))


def test_custom_on_a_websocket_api_has_a_role(stack: Stack) -> None:
    bound = bound_websocket(stack, Lambda.custom(function(stack), responses=[NO_PET]))

    assert [response.key for response in bound.responses] == [
        "$default",
        "/no pet .*/",
        r"/(?!(?:(?:no pet .*))\z)[\s\S]+/",
    ]
    policies = [
        resource["Properties"]["PolicyDocument"]["Statement"]
        for resource in synthesized(stack)["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy"
    ]
    assert [statement["Action"] for (statement,) in policies] == ["lambda:InvokeFunction"]


def test_permission_of_another_kind_is_refused(stack: Stack) -> None:
    permission: Any = "methods"

    with pytest.raises(ConstructError, match="has to be one of method, api, got 'methods'"):
        bind(stack, "GET /pets", Lambda.proxy(function(stack), permission=permission))


def test_arn_of_a_function_is_none(stack: Stack) -> None:
    arn: Any = "arn:aws:lambda:eu-west-1:123456789012:function:pets"

    with pytest.raises(ConstructError, match=r"'arn:aws:lambda:.*' is no function: give it as a construct"):
        bind(stack, "GET /pets", Lambda.proxy(arn))
