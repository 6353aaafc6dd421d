from typing import Any

import pytest

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    FunctionAnswer,
    FunctionUnavailable,
    Unavailable,
)
from forestage.preview.engine.gateway_response import Failed
from forestage.preview.engine.rest import run
from forestage.preview.engine.results import (
    Addressed,
    Admitted,
    Arrival,
    Authorized,
    HttpAnswer,
    Mapped,
    Matched,
    MockAnswer,
    PreparedFunction,
    PreparedHttp,
    PreparedMock,
    ProxyAnswer,
    Validated,
)
from forestage.preview.trace import Exchange
from tests.cases.script import arrival, play, wire_request
from tests.cases.short_api import api_runtime

BEFORE_INTEGRATION = [Arrival, Addressed, Matched, Authorized, Admitted, Validated]
API = api_runtime(
    {
        "GET /mock": "mock",
        "GET /http": "http",
        "GET /proxy": "http_proxy",
        "GET /lambda": "lambda",
        "GET /locked": {"type": "MOCK", "method": {"authorization_type": "AWS_IAM"}},
        "GET /broken": {"type": "MOCK"},
        "GET /unmapped": {"type": "HTTP", "uri": "http://backend.example/", "integration_http_method": "GET"},
    }
)
OK = BackendAnswer(status=200, headers=(), body=b"")


@pytest.mark.parametrize(
    ("path", "answers", "stages"),
    [
        pytest.param("/mock", [], [PreparedMock, MockAnswer, Mapped], id="mock"),
        pytest.param("/http", [OK], [PreparedHttp, Exchange, HttpAnswer, Mapped], id="http"),
        pytest.param("/proxy", [OK], [PreparedHttp, Exchange, HttpAnswer, Mapped], id="http-proxy"),
        pytest.param(
            "/lambda",
            [FunctionAnswer(payload=b"{}")],
            [PreparedFunction, Exchange, ProxyAnswer, Mapped],
            id="lambda",
        ),
    ],
)
# Answers are of the type of what they answer.
def test_stages_follow_each_other(path: str, answers: list[Any], stages: list[type]) -> None:
    played = play(API, wire_request(f"GET /dev{path}"), answers)

    assert [type(entry) for entry in played.trace.entries] == BEFORE_INTEGRATION + stages


@pytest.mark.parametrize(
    ("target", "answers", "stages"),
    [
        pytest.param("/none/x", [], [Arrival, Failed], id="address"),
        pytest.param("/dev/none", [], [Arrival, Addressed, Failed], id="match"),
        pytest.param("/dev/locked", [], [Arrival, Addressed, Matched, Failed], id="authorize"),
        pytest.param("/dev/broken", [], [*BEFORE_INTEGRATION, Failed], id="prepare"),
        pytest.param(
            "/dev/http",
            [BackendFailure(fault=BackendFault.TIMEOUT)],
            [*BEFORE_INTEGRATION, PreparedHttp, Exchange, Failed],
            id="integrate",
        ),
        pytest.param(
            "/dev/unmapped", [OK], [*BEFORE_INTEGRATION, PreparedHttp, Exchange, HttpAnswer, Failed], id="respond"
        ),
    ],
)
# Answers are of the type of what they answer.
def test_failure_ends_the_stages(target: str, answers: list[Any], stages: list[type]) -> None:
    played = play(API, wire_request(f"GET {target}"), answers)

    assert [type(entry) for entry in played.trace.entries] == stages


def test_failure_is_told_with_its_reason() -> None:
    failed = play(API, wire_request("GET /dev/none")).failed

    assert failed == Failed(
        response_type="MISSING_AUTHENTICATION_TOKEN",
        reason="no method GET on /none",
        status=403,
        body='{"message":"Missing Authentication Token"}',
        message="Missing Authentication Token",
    )


@pytest.mark.parametrize(
    ("target", "answers", "expected"),
    [
        pytest.param("/none/x", [], False, id="address"),
        pytest.param("/dev/none", [], False, id="match"),
        pytest.param("/dev/locked", [], False, id="authorize"),
        pytest.param("/dev/broken", [], False, id="prepare"),
        pytest.param("/dev/mock", [], False, id="mock"),
        pytest.param("/dev/http", [OK], True, id="http"),
        pytest.param("/dev/proxy", [OK], False, id="http-proxy"),
        pytest.param("/dev/lambda", [FunctionAnswer(payload=b"{}")], True, id="lambda"),
        pytest.param("/dev/unmapped", [OK], True, id="respond-after-a-call"),
        pytest.param("/dev/http", [BackendFailure(fault=BackendFault.UNREACHABLE)], True, id="unreachable"),
        pytest.param("/dev/http", [BackendFailure(fault=BackendFault.INVALID_ADDRESS)], False, id="nothing-sent"),
        pytest.param("/dev/lambda", [FunctionAnswer(payload=b"", failed=True)], True, id="raised"),
        pytest.param("/dev/lambda", [FunctionUnavailable(reason=Unavailable.THROTTLED)], True, id="throttled"),
    ],
)
# Answers are of the type of what they answer.
def test_trace_id_is_sent_where_the_integration_was_called(target: str, answers: list[Any], *, expected: bool) -> None:
    played = play(API, wire_request(f"GET {target}"), answers)

    assert (played.header("X-Amzn-Trace-Id") is not None) is expected


def test_defect_of_a_stage_is_no_gateway_response() -> None:
    flow = run(arrival(API, wire_request("GET /dev/http")), lambda _: None)
    flow.send(None)

    with pytest.raises(ZeroDivisionError):
        flow.throw(ZeroDivisionError())


def test_headers_of_a_response_stand_in_order() -> None:
    played = play(API, wire_request("GET /dev/http"), [OK])

    names = [name for name, _ in played.response.headers]
    assert names == ["Content-Type", "x-amzn-RequestId", "x-amz-apigw-id", "X-Amzn-Trace-Id"]
