"""Execution logs, in the words of recorded ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.model import Deployment
from forestage.model.deployment import Environment
from forestage.preview.aws_log import MAX_EVENT_BYTES, aws_log
from forestage.preview.compile import compile_deployment
from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    Forget,
    FunctionAnswer,
    FunctionUnavailable,
    InvokeFunction,
    Unavailable,
)
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.gateway_response import dress
from forestage.preview.engine.results import Admitted, Authorized, Matched
from forestage.preview.trace import Exchange, Streamed, Trace, TurnedAway
from tests.cases.script import (
    ARRIVED_AT,
    EXTENDED_REQUEST_ID,
    REQUEST_ID,
    TRACE_PARENT,
    TRACE_ROOT,
    Kept,
    play,
    wire_request,
)
from tests.cases.short_api import API_ID, FUNCTION_ARN, api_runtime, integration_uri, rest_api

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.preview.engine.wire import Headers
    from forestage.preview.trace import Entry

STAMP = "Wed Nov 25 13:40:55 UTC 2026 : "
TRACE_ID = f"Root={TRACE_ROOT};Parent={TRACE_PARENT};Sampled=0"
HOST = (("Host", "localhost:3000"),)
MODEL = {"type": "object", "required": ["id"]}
TEMPLATED = {
    "type": "MOCK",
    "request_templates": {"application/json": "$input.body"},
    "integration_responses": [
        {"status_code": "200", "selection_pattern": "200", "response_templates": {"application/json": "$l[1]#end"}}
    ],
}
CUSTOM = {
    "type": "AWS",
    "integration_http_method": "POST",
    "uri": integration_uri("fn"),
    "integration_responses": [{"status_code": "200"}],
}
API = api_runtime(
    {
        "GET /mock/{id}": "mock",
        "POST /http": "http",
        "ANY /proxy": "http_proxy",
        "POST /lambda": "lambda",
        "POST /custom": {
            **CUSTOM,
            "request_parameters": {"integration.request.header.X-Amz-Invocation-Type": "'Event'"},
        },
        "POST /templated": TEMPLATED,
        "POST /undeclared": {
            "type": "MOCK",
            "request_templates": {"application/json": '{"statusCode": 200}'},
            "integration_responses": [{"status_code": "201"}],
            "method": {"declared": ["200"]},
        },
        "POST /model": {
            "type": "MOCK",
            "method": {"request_validator_id": "v", "request_models": {"application/json": "M"}},
        },
    },
    models={"M": MODEL},
    validators={"v": {"validate_request_body": True}},
)


# Answers are of the type of what they answer.
def log_of(request: str, answers: Sequence[Any] = (), *, headers: Headers = HOST, body: bytes = b"") -> list[str]:
    """Return the events of a request without their time."""
    first, *events = aws_log(play(API, wire_request(request, headers=headers, body=body), answers).trace)
    assert first == f"Execution log for request {REQUEST_ID}"
    assert all(event.startswith(STAMP) for event in events)
    return [event.removeprefix(STAMP) for event in events]


def ended(request: str, answers: Sequence[Any] = (), *, body: bytes = b"") -> list[str]:
    """Return the last two events: why a request failed, and its status."""
    return log_of(request, answers, body=body)[-2:]


def test_mock_has_no_endpoint() -> None:
    assert log_of("GET /dev/mock/7?q=a&q=b") == [
        f"Extended Request Id: {EXTENDED_REQUEST_ID}",
        f"Verifying Usage Plan for request: {REQUEST_ID}. API Key:  API Stage: {API_ID}/dev",
        (
            "API Key  authorized because method 'GET /mock/{id}' does not require API Key."
            " Request will not contribute to throttle or quota limits"
        ),
        f"Usage Plan check succeeded for API Key  and API Stage {API_ID}/dev",
        f"Starting execution for request: {REQUEST_ID}",
        "HTTP Method: GET, Resource Path: /mock/7",
        "Method request path: {id=7}",
        "Method request query string: {q=a,b}",
        "Method request headers: {Host=localhost:3000}",
        "Method request body before transformations: ",
        'Method response body after transformations: {"route": "GET /mock/{id}"}',
        "Method response headers: {Content-Type=application/json}",
        "Successfully completed execution",
        "Method completed with status: 200",
    ]


def test_backend_is_logged_with_request_and_answer() -> None:
    answer = BackendAnswer(status=201, headers=(("X-One", "1"), ("Set-Cookie", "a=b")), body=b"created")

    events = log_of("POST /dev/http", [answer], body=b"words")

    assert events[9:] == [
        "Method request body before transformations: words",
        "Endpoint request URI: http://backend.example/to",
        (
            "Endpoint request headers: {Accept=application/json, User-Agent=AmazonAPIGateway_a1b2c3d4e5,"
            f" X-Amzn-Apigateway-Api-Id=a1b2c3d4e5, X-Amzn-Trace-Id={TRACE_ID}}}"
        ),
        "Endpoint request body after transformations: words",
        "Sending request to http://backend.example/to",
        "Received response. Status: 201, Integration latency: 0 ms",
        "Endpoint response headers: {X-One=1, Set-Cookie=******}",
        "Endpoint response body before transformations: created",
        "Method response body after transformations: created",
        f"Method response headers: {{Content-Type=application/json, X-Amzn-Trace-Id={TRACE_ID}}}",
        "Successfully completed execution",
        "Method completed with status: 200",
    ]


def test_function_is_logged_as_lambda_s_invoke() -> None:
    headers = (*HOST, ("Authorization", "a-secret-of-the-client"))
    answer = FunctionAnswer(payload=b'{"statusCode": 204}', duration_ms=3.0)

    events = log_of("POST /dev/lambda", [answer], headers=headers)

    url = f"https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/{FUNCTION_ARN}/invocations"
    assert f"Endpoint request URI: {url}" in events
    assert f"Sending request to {url}" in events
    assert "Received response. Status: 200, Integration latency: 0 ms" in events
    assert 'Endpoint response body before transformations: {"statusCode": 204}' in events
    assert (
        "Endpoint response headers: {Content-Type=application/json, Content-Length=19, X-Amz-Executed-Version=$LATEST,"
        f" X-Amzn-Trace-Id={TRACE_ID}}}"
    ) in events
    source = f"arn:aws:execute-api:us-east-1:123456789012:{API_ID}/dev/POST/lambda"
    assert any(event.startswith("Endpoint request headers: ") and source in event for event in events)
    assert not any("a-secret-of-the-client" in event for event in events)
    assert any("******client" in event for event in events)


def test_asynchronous_invocation_is_told_to_lambda() -> None:
    events = log_of("POST /dev/custom", [FunctionAnswer(payload=b"")], body=b"{}")

    assert any("X-Amz-Invocation-Type=Event" in event for event in events)
    assert "Endpoint request body after transformations: {}" in events


def test_region_of_china_has_its_own_domain() -> None:
    environment = Environment(partition="aws-cn", region="cn-north-1")
    deployment = Deployment(rest_apis=(rest_api({"POST /lambda": "lambda"}),), environment=environment)
    api = compile_deployment(deployment).apis[API_ID]

    events = aws_log(play(api, wire_request("POST /dev/lambda"), [FunctionAnswer(payload=b"{}")]).trace)

    assert any("Sending request to https://lambda.cn-north-1.amazonaws.com.cn/" in event for event in events)


@pytest.mark.parametrize(
    ("request_line", "answers", "event", "status"),
    [
        pytest.param(
            "POST /dev/http",
            [BackendFailure(fault=BackendFault.TIMEOUT)],
            "Execution failed due to a timeout error",
            504,
            id="a backend that is too slow",
        ),
        pytest.param(
            "POST /dev/http",
            [BackendFailure(fault=BackendFault.UNREACHABLE)],
            "Execution failed due to a network error communicating with endpoint",
            504,
            id="a backend that is not there",
        ),
        pytest.param(
            "POST /dev/http",
            [BackendFailure(fault=BackendFault.INVALID_ADDRESS)],
            "Execution failed due to configuration error: Invalid endpoint address",
            500,
            id="an address that is none",
        ),
        pytest.param(
            "POST /dev/lambda",
            [FunctionUnavailable(reason=Unavailable.INTEGRATION_TIMEOUT)],
            "Execution failed due to a timeout error",
            504,
            id="a function that is too slow",
        ),
        pytest.param(
            "POST /dev/lambda",
            [FunctionUnavailable(reason=Unavailable.NOT_PERMITTED)],
            "Execution failed due to configuration error: Invalid permissions on Lambda function",
            500,
            id="a function that may not be invoked",
        ),
        pytest.param(
            "POST /dev/lambda",
            [FunctionAnswer(payload=b"[]")],
            "Execution failed due to configuration error: Malformed Lambda proxy response",
            502,
            id="a function that answers in another shape",
        ),
        pytest.param(
            "POST /dev/lambda",
            [FunctionAnswer(payload=b'{"errorMessage": "no"}', failed=True)],
            "Lambda execution failed with status 200 due to customer function error: no."
            f" Lambda request id: {REQUEST_ID}",
            502,
            id="a function that raises",
        ),
        pytest.param(
            "POST /dev/undeclared",
            [],
            "Execution failed due to configuration error: Output mapping refers to an invalid method response: 201",
            500,
            id="a status that the method does not have",
        ),
    ],
)
def test_failure_has_api_gateway_s_words(request_line: str, answers: Sequence[Any], event: str, status: int) -> None:
    assert ended(request_line, answers) == [event, f"Method completed with status: {status}"]


@pytest.mark.parametrize(
    ("request_line", "body", "event", "status"),
    [
        pytest.param(
            "POST /dev/model",
            b"{}",
            "Request body does not match model schema for content type application/json: "
            '[object has missing required properties (["id"])]',
            400,
            id="a body that does not fit its model",
        ),
        pytest.param(
            "POST /dev/templated",
            b"words",
            "Execution failed due to configuration error: statusCode should be an integer which defined in request"
            " template",
            500,
            id="a mock without status",
        ),
        pytest.param(
            "POST /dev/templated",
            b'{"statusCode": 404}',
            "Execution failed due to configuration error: No match for output mapping and no default output mapping"
            " configured. Endpoint Response Status Code: 404",
            500,
            id="a status that nothing is selected by",
        ),
        pytest.param(
            "POST /dev/templated",
            b'{"statusCode": 200}',
            "Execution failed due to configuration error: Unable to transform response",
            500,
            id="a template that is none",
        ),
    ],
)
def test_refusal_has_api_gateway_s_words(request_line: str, body: bytes, event: str, status: int) -> None:
    assert ended(request_line, body=body) == [event, f"Method completed with status: {status}"]


def test_failure_without_known_words_has_its_reason() -> None:
    assert ended("GET /dev/none")[1] == "Method completed with status: 403"
    assert "/none" in ended("GET /dev/none")[0]


def test_long_event_is_cut_at_its_bytes() -> None:
    events = log_of("POST /dev/http", [BackendAnswer(status=200, headers=(), body=("é" * 1_000).encode())])

    (event,) = [event for event in events if event.startswith("Endpoint response body")]
    assert event.endswith("é [TRUNCATED]")
    assert len(event.removesuffix(" [TRUNCATED]").encode()) == MAX_EVENT_BYTES - 1


def test_body_that_is_no_text_is_not_shown() -> None:
    assert "Method request body before transformations: [Binary Data]" in log_of(
        "POST /dev/http", [BackendAnswer(status=200, headers=(), body=b"")], body=b"\xff"
    )


def test_request_that_came_to_no_stage_has_no_log() -> None:
    away = TurnedAway(method="GET", target="/", client="127.0.0.1", reason="headers too large")

    assert aws_log(Trace(request_id="r", entries=[away], started_at=ARRIVED_AT)) == ()
    assert aws_log(play(API, wire_request("GET /none")).trace) == ()


# -- who may call ---------------------------------------------------------------------------------------------------


def entries_of(request: str) -> list[Entry]:
    return list(play(API, wire_request(request, headers=(*HOST, ("x-api-key", "a-key-of-some-length")))).trace.entries)


def logged(entries: Sequence[Entry]) -> list[str]:
    trace = Trace(request_id=REQUEST_ID, entries=list(entries), started_at=ARRIVED_AT)
    return [event.removeprefix(STAMP) for event in aws_log(trace)]


def test_authorizer_is_logged_before_the_usage_plan() -> None:
    arrival, addressed, matched = entries_of("GET /dev/mock/7")[:3]
    assert isinstance(matched, Matched)
    call = InvokeFunction(
        arn=FUNCTION_ARN,
        payload=b'{"type": "TOKEN", "authorizationToken": "a-token-of-some-length"}',
        request_id=REQUEST_ID,
        trace_id=TRACE_ID,
        source_arn=f"arn:aws:execute-api:us-east-1:123456789012:{API_ID}/authorizers/au1",
    )
    answer = FunctionAnswer(payload=b'{"principalId": "somebody-of-importance"}')
    authorized = Authorized(matched=matched, by="", authorizer={"principalId": "somebody-of-importance"})

    events = logged([arrival, addressed, matched, Exchange(effect=call, answer=answer), authorized])

    assert events[2] == f"Starting authorizer: None for request: {REQUEST_ID}"
    assert events[5] == (
        'Endpoint request body after transformations: {"type":"TOKEN","authorizationToken":"******length"}'
    )
    assert events[7:] == [
        'Authorizer result body before parsing: {"principalId": "somebody-of-importance"}',
        "Using valid authorizer policy for principal: ******rtance",
        "Successfully completed authorizer execution",
        f"Verifying Usage Plan for request: {REQUEST_ID}. API Key: ******length API Stage: {API_ID}/dev",
    ]


def test_authorizer_that_cannot_be_asked_has_no_result() -> None:
    entries = entries_of("GET /dev/mock/7")[:3]
    call = InvokeFunction(arn="arn", payload=b"{}", request_id=REQUEST_ID, trace_id=TRACE_ID, source_arn="")

    events = logged([*entries, Exchange(effect=call, answer=FunctionUnavailable(reason=Unavailable.NOT_FOUND))])

    assert events[-1].startswith("Sending request to ")


def test_key_that_is_asked_for_is_logged_with_its_id() -> None:
    *_, authorized, admitted = entries_of("GET /dev/mock/7")[:5]
    assert isinstance(admitted, Admitted)
    with_key = Admitted(
        authorized=admitted.authorized,
        limits=admitted.limits,
        granted=admitted.granted,
        api_key="a-key-of-some-length",
        api_key_id="k1",
    )

    events = logged([*entries_of("GET /dev/mock/7")[:3], authorized, with_key])

    assert f"Usage Plan check succeeded for API Key ******length and API Stage {API_ID}/dev" in events
    assert events[6:8] == ["API Key: ******length", "API Key ID: k1"]


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (
            ResponseType.INVALID_API_KEY,
            (
                "API Key ******length not authorized because method 'GET /mock/{id}' requires API Key and API Key"
                f" is not associated with a Usage Plan for API Stage {API_ID}/dev:"
                " No Usage Plan found for key and API Stage"
            ),
        ),
        (ResponseType.UNAUTHORIZED, f"Unauthorized request: {REQUEST_ID}"),
        (ResponseType.ACCESS_DENIED, "The client is not authorized to perform this operation."),
        (ResponseType.THROTTLED, "ours"),
    ],
)
def test_refusal_of_the_caller_has_api_gateway_s_words(kind: ResponseType, event: str) -> None:
    failed = dress(GatewayFailure(kind, "ours"), None)

    assert logged([*entries_of("GET /dev/mock/7")[:4], failed])[-2] == event


def test_key_that_is_refused_before_the_method_is_known_has_the_reason() -> None:
    failed = dress(GatewayFailure(ResponseType.INVALID_API_KEY, "ours"), None)

    assert logged([*entries_of("GET /dev/mock/7")[:2], failed])[-2] == "ours"


def test_effect_that_api_gateway_does_not_log_is_left_out() -> None:
    entries = entries_of("GET /dev/mock/7")[:3]

    assert logged([*entries, Exchange(effect=Forget(space="s", key="k"), answer=None)]) == logged(entries)


def test_answer_that_was_kept_is_logged_as_the_response() -> None:
    stages = {"dev": {"cache_cluster_enabled": True, "method_settings": [{"caching_enabled": True}]}}
    api, kept = api_runtime({"GET /a": "http_proxy"}, stages=stages), Kept()
    play(api, wire_request("GET /dev/a"), [BackendAnswer(status=200, headers=(), body=b"words")], kept=kept)

    log = aws_log(play(api, wire_request("GET /dev/a"), kept=kept).trace)

    assert [line.partition(" : ")[2] for line in log[-4:]] == [
        "Method response body after transformations: words",
        "Method response headers: {Content-Type=application/json}",
        "Successfully completed execution",
        "Method completed with status: 200",
    ]
    assert not any("Sending request" in line for line in log)


def test_response_that_was_streamed_has_no_log() -> None:
    trace = play(api_runtime({"GET /": "mock"}), wire_request("GET /dev")).trace
    trace.streamed = Streamed(body_bytes=1, ended="whole")

    assert aws_log(trace) == ()
