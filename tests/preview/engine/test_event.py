import orjson
import pytest

from forestage.preview.engine.effects import FunctionAnswer, InvokeFunction
from forestage.preview.engine.event import multi_values
from forestage.preview.engine.wire import Headers
from tests.cases.script import EXTENDED_REQUEST_ID, REQUEST_ID, TRACE_PARENT, TRACE_ROOT, play, wire_request
from tests.cases.short_api import Fields, api_runtime, integration_uri

BY_ROLE: Fields = {
    "type": "AWS_PROXY",
    "integration_http_method": "POST",
    "uri": integration_uri("fn"),
    "credentials": "arn:aws:iam::123456789012:role/Invoker",
}
METHODS: dict[str, str | Fields] = {"ANY /pets/{id}": "lambda", "GET /": "lambda", "GET /by-role": BY_ROLE}


def invoked(request: str, *, headers: Headers = (("Host", "localhost:3000"),), body: bytes = b"") -> InvokeFunction:
    api = api_runtime(METHODS, stages={"dev": {"variables": {"colour": "teal"}}, "bare": {}})
    played = play(api, wire_request(request, headers=headers, body=body), [FunctionAnswer(payload=b"{}")])
    (effect,) = played.asked
    assert isinstance(effect, InvokeFunction)
    return effect


def test_event_has_exactly_the_recorded_keys() -> None:
    headers = (("Host", "localhost:3000"), ("User-Agent", "tester/9"), ("X-Tag", "a"), ("X-Tag", "b"))

    effect = invoked("POST /dev/pets/7?q=1&q=2", headers=headers, body=b'{"a": 1}')

    trace = f"Root={TRACE_ROOT};Parent={TRACE_PARENT};Sampled=0"
    event = orjson.loads(effect.payload)
    context = event.pop("requestContext")
    assert event == {
        "resource": "/pets/{id}",
        "path": "/pets/7",
        "httpMethod": "POST",
        "headers": {
            "Host": "localhost:3000",
            "User-Agent": "tester/9",
            "X-Tag": "b",
            "X-Amzn-Trace-Id": trace,
            "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Port": "443",
            "X-Forwarded-Proto": "https",
        },
        "multiValueHeaders": {
            "Host": ["localhost:3000"],
            "User-Agent": ["tester/9"],
            "X-Tag": ["a", "b"],
            "X-Amzn-Trace-Id": [trace],
            "X-Forwarded-For": ["127.0.0.1"],
            "X-Forwarded-Port": ["443"],
            "X-Forwarded-Proto": ["https"],
        },
        "queryStringParameters": {"q": "2"},
        "multiValueQueryStringParameters": {"q": ["1", "2"]},
        "pathParameters": {"id": "7"},
        "stageVariables": {"colour": "teal"},
        "body": '{"a": 1}',
        "isBase64Encoded": False,
    }
    assert (context["requestId"], context["extendedRequestId"]) == (REQUEST_ID, EXTENDED_REQUEST_ID)


def test_what_is_absent_is_null() -> None:
    event = orjson.loads(invoked("GET /bare").payload)

    absent = {key for key, value in event.items() if value is None}
    assert absent == {
        "queryStringParameters",
        "multiValueQueryStringParameters",
        "pathParameters",
        "stageVariables",
        "body",
    }


def test_function_is_told_of_the_call() -> None:
    effect = invoked("GET /dev/pets/7")

    assert effect.request_id == REQUEST_ID
    assert effect.trace_id == f"Root={TRACE_ROOT};Parent={TRACE_PARENT};Sampled=0"
    assert effect.source_arn == "arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/dev/GET/pets/{id}"
    assert (effect.timeout_ms, effect.asynchronous) == (29_000, False)


def test_permissions_are_not_asked_where_a_role_invokes() -> None:
    assert not invoked("GET /dev/by-role").source_arn


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [([], {}), ([("a", "1"), ("b", "2"), ("a", "3")], {"a": ["1", "3"], "b": ["2"]})],
    ids=["none", "several"],
)
def test_values_of_a_name_are_gathered(pairs: list[tuple[str, str]], expected: dict[str, list[str]]) -> None:
    assert multi_values(pairs) == expected
