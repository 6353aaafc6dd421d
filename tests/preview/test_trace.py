"""Traces: bounded in memory, told as JSON, with credentials masked."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    FunctionAnswer,
    FunctionUnavailable,
    Unavailable,
)
from forestage.preview.engine.wire import WireResponse
from forestage.preview.trace import MAX_BODY_CHARACTERS, Trace, TraceLog, TurnedAway, held_bytes, summarize, to_json
from tests.cases.script import ARRIVED_AT, EXTENDED_REQUEST_ID, REQUEST_ID, TRACE_PARENT, TRACE_ROOT, play, wire_request
from tests.cases.short_api import FUNCTION_ARN, api_runtime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from forestage.preview.engine.wire import Headers
    from tests.cases.script import Played

API = api_runtime(
    {"ANY /mock/{id}": "mock", "ANY /http": "http", "ANY /proxy": "http_proxy", "ANY /lambda": "lambda", "ANY /no": {}}
)
TRACE_ID = f"Root={TRACE_ROOT};Parent={TRACE_PARENT};Sampled=0"


# Answers are of the type of what they answer; what is told is free JSON.
def played(
    request: str,
    answers: Sequence[Any] = (),
    *,
    headers: Headers = (("Host", "localhost:3000"),),
    body: bytes = b"",
) -> Played:
    return play(API, wire_request(request, headers=headers, body=body), answers)


def told(trace: Trace) -> dict[str, Any]:
    """Tell a trace and take it back from JSON."""
    document: dict[str, Any] = orjson.loads(orjson.dumps(to_json(trace)))
    return document


def steps(trace: Trace) -> Mapping[str, Any]:
    """Return the told steps by stage; each stage occurs once in these tests."""
    return {step.pop("stage"): step for step in told(trace)["steps"]}


# -- the log --------------------------------------------------------------------------------------------------------


def trace_of(request_id: str, *, body_bytes: int = 0) -> Trace:
    return Trace(request_id=request_id, entries=[], started_at=ARRIVED_AT, body_bytes=body_bytes)


def ids(log: TraceLog) -> list[str]:
    return [trace.request_id for trace in log.latest()]


def test_log_finds_a_trace_by_its_request_id() -> None:
    log = TraceLog()
    trace = trace_of("a")

    log.add(trace)

    assert log.get("a") is trace
    assert log.get("b") is None


def test_log_tells_the_latest_first() -> None:
    log = TraceLog()

    for name in "abc":
        log.add(trace_of(name))

    assert ids(log) == ["c", "b", "a"]


def test_log_lets_the_oldest_go_beyond_its_number() -> None:
    log = TraceLog(max_traces=2)

    for name in "abc":
        log.add(trace_of(name))

    assert ids(log) == ["c", "b"]


def test_log_lets_the_oldest_go_beyond_its_bytes() -> None:
    log = TraceLog(max_bytes=10)

    for name in "abc":
        log.add(trace_of(name, body_bytes=5))

    assert ids(log) == ["c", "b"]


def test_log_keeps_the_latest_however_large_it_is() -> None:
    log = TraceLog(max_bytes=10)

    log.add(trace_of("a", body_bytes=5))
    log.add(trace_of("b", body_bytes=50))

    assert ids(log) == ["b"]


def test_log_gets_the_bytes_of_what_it_let_go_back() -> None:
    log = TraceLog(max_bytes=10)

    for name, size in (("a", 50), ("b", 5), ("c", 5)):
        log.add(trace_of(name, body_bytes=size))

    assert ids(log) == ["c", "b"]


def test_log_replaces_a_trace_of_the_same_id() -> None:
    log = TraceLog(max_bytes=10)
    later = trace_of("a", body_bytes=9)

    log.add(trace_of("a", body_bytes=9))
    log.add(trace_of("b"))
    log.add(later)

    assert ids(log) == ["a", "b"]
    assert log.get("a") is later


# -- what a trace holds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_line", "answers", "body", "held"),
    [
        pytest.param("GET /none/x", [], b"", 0, id="failed-at-once"),
        pytest.param("GET /dev/mock/1", [], b"", 19 + 27, id="mock"),
        pytest.param(
            "POST /dev/http", [BackendAnswer(status=200, headers=(), body=b"12345")], b"abc", 3 + 5, id="passed-on"
        ),
        pytest.param(
            "POST /dev/http",
            [BackendAnswer(status=200, headers=(), body=b"\xff\xff\xff")],
            b"\xff\xff",
            2 + 6 + 3 + 9,
            id="converted-both-ways",
        ),
    ],
)
# Answers are of the type of what they answer.
def test_bodies_that_a_trace_holds_are_counted(request_line: str, answers: list[Any], body: bytes, held: int) -> None:
    assert held_bytes(played(request_line, answers, body=body).trace) == held


def test_event_and_answer_of_a_function_are_counted() -> None:
    found = played("POST /dev/lambda", [FunctionAnswer(payload=b'{"body": "12345"}')], body=b"abc")

    event = found.asked[0].payload  # type: ignore[attr-defined]  # the only effect is an invocation
    assert held_bytes(found.trace) == 3 + len(event) + 17 + 5


def test_decompressed_body_is_counted() -> None:
    sent = gzip.compress(bytes(100_000))

    found = played("POST /dev/no", headers=(("Content-Encoding", "gzip"),), body=sent)

    assert held_bytes(found.trace) == len(sent) + 100_000


# -- what a trace tells ---------------------------------------------------------------------------------------------


def test_summary_of_an_answered_request() -> None:
    assert summarize(played("GET /dev/mock/1?a=b").trace) == {
        "request_id": REQUEST_ID,
        "at": ARRIVED_AT,
        "method": "GET",
        "path": "/dev/mock/1?a=b",
        "status": 200,
        "ms": 1.5,
        "api": "a1b2c3d4e5",
        "failure": None,
    }


def test_summary_of_a_failed_request_has_its_reason() -> None:
    summary = summarize(played("GET /none").trace)

    assert (summary["status"], summary["failure"]) == (403, "there is no stage 'none'")


def test_request_that_was_turned_away_is_told_with_what_was_understood_of_it() -> None:
    reached = TurnedAway(method="GET", target="/dev", client="127.0.0.1", reason="headers too large")
    response = WireResponse(status=431, headers=(), body=b"{}")

    document = told(
        Trace(request_id=REQUEST_ID, entries=[reached], started_at=ARRIVED_AT, response=response, duration_ms=0.0)
    )

    assert (document["method"], document["path"], document["status"]) == ("GET", "/dev", 431)
    assert (document["api"], document["failure"]) == (None, "headers too large")
    assert document["steps"] == [{"stage": "arrival", "method": "GET", "target": "/dev", "client": "127.0.0.1"}]


def test_request_under_way_has_no_response_yet() -> None:
    trace = played("GET /dev/mock/1").trace
    under_way = Trace(request_id=REQUEST_ID, entries=trace.entries[:2], started_at=ARRIVED_AT)

    document = told(under_way)

    assert (document["status"], document["ms"], document["response"]) == (None, None, None)
    assert [step["stage"] for step in document["steps"]] == ["arrival", "address"]


def test_mock_is_told_stage_by_stage() -> None:
    headers = (("Host", "localhost:3000"), ("Connection", "close"), ("X-Amzn-Trace-Id", "Root=x"))

    document = told(played("GET /dev/mock/a%20b?c=d", headers=headers).trace)

    assert document["steps"] == [
        {
            "stage": "arrival",
            "method": "GET",
            "target": "/dev/mock/a%20b?c=d",
            "headers": [list(header) for header in headers],
            "body": "",
            "client": "127.0.0.1",
            "tls": False,
        },
        {
            "stage": "address",
            "api": "pets",
            "stage_name": "dev",
            "deployment_id": "depdev",
            "path": "/mock/a%20b",
            "query": "c=d",
            "dropped_headers": ["Connection", "X-Amzn-Trace-Id"],
            "trace_id": f"Root=x;Parent={TRACE_PARENT};Sampled=0",
        },
        {"stage": "match", "method": "ANY /mock/{id}", "path_parameters": {"id": "a%20b"}, "integration": "MOCK"},
        {"stage": "authorize", "by": "no authorization is required"},
        {"stage": "admit"},
        {"stage": "validate"},
        {"stage": "prepare", "body": '{"statusCode": 200}', "status": 200},
        {"stage": "integrate", "status": 200},
        {
            "stage": "respond",
            "integration_response": 200,
            "status": 200,
            "headers": [["Content-Type", "application/json"]],
            "body": '{"route": "ANY /mock/{id}"}',
        },
    ]
    assert document["response"] == {
        "status": 200,
        "headers": [
            ["Content-Type", "application/json"],
            ["x-amzn-RequestId", REQUEST_ID],
            ["x-amz-apigw-id", EXTENDED_REQUEST_ID],
        ],
        "body": '{"route": "ANY /mock/{id}"}',
    }


def test_backend_is_told_with_request_and_answer() -> None:
    answer = BackendAnswer(status=201, headers=(("X-One", "1"),), body=b"created")

    found = steps(played("POST /dev/proxy", [answer], body=b"words").trace)

    assert found["prepare"] == {
        "method": "POST",
        "url": "http://backend.example/to",
        "headers": [
            ["User-Agent", "AmazonAPIGateway_a1b2c3d4e5"],
            ["X-Amzn-Apigateway-Api-Id", "a1b2c3d4e5"],
            ["X-Amzn-Trace-Id", TRACE_ID],
        ],
        "body": "words",
    }
    assert found["effect"] == {
        "asked": {
            "kind": "CallBackend",
            "method": "POST",
            "url": "http://backend.example/to",
            "body_bytes": 5,
            "timeout_ms": 29_000,
            "skip_certificate_check": False,
        },
        "answered": {"kind": "BackendAnswer", "status": 201, "body_bytes": 7},
    }
    assert found["integrate"] == {"status": 201, "headers": [["X-One", "1"]], "body": "created"}
    assert found["respond"]["integration_response"] is None


def test_function_is_told_with_event_and_answer() -> None:
    answer = FunctionAnswer(payload=b'{"statusCode": 200}', duration_ms=12.34567, cold=True)

    found = steps(played("GET /dev/lambda", [answer]).trace)

    assert found["prepare"]["function"] == FUNCTION_ARN
    assert orjson.loads(found["prepare"]["event"])["httpMethod"] == "GET"
    assert found["effect"]["asked"]["arn"] == FUNCTION_ARN
    assert found["integrate"] == {"payload": '{"statusCode": 200}', "function_ms": 12.346, "cold": True}


@pytest.mark.parametrize(
    ("request_line", "answer", "told_answer"),
    [
        pytest.param(
            "GET /dev/http",
            BackendFailure(fault=BackendFault.TIMEOUT, detail="after 29 s"),
            {"kind": "BackendFailure", "fault": BackendFault.TIMEOUT.value, "detail": "after 29 s"},
            id="backend",
        ),
        pytest.param(
            "GET /dev/lambda",
            FunctionUnavailable(reason=Unavailable.THROTTLED),
            {"kind": "FunctionUnavailable", "reason": Unavailable.THROTTLED.value, "detail": ""},
            id="function",
        ),
    ],
)
def test_fault_is_told(request_line: str, answer: object, told_answer: object) -> None:
    assert steps(played(request_line, [answer]).trace)["effect"]["answered"] == told_answer


def test_failure_is_told_as_the_last_step() -> None:
    found = steps(played("GET /dev/no").trace)

    assert found["match"]["integration"] is None
    assert found["gateway response"] == {
        "response_type": "API_CONFIGURATION_ERROR",
        "reason": "NONE integration: the method has no integration",
        "status": 500,
        "body": '{"message": "Internal server error"}',
    }


def test_stream_is_not_told() -> None:
    trace = played("GET /dev/mock/1").trace
    trace.response = WireResponse(status=200, headers=(), body=stream())

    assert told(trace)["response"]["body"] == "(stream)"


async def stream() -> AsyncIterator[bytes]:  # ruff: ignore[unused-async]  (a body that comes in pieces)
    yield b""


# -- credentials ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Authorization", "authorization", "x-api-key", "Cookie", "X-Amz-Security-Token"])
@pytest.mark.parametrize(
    ("value", "masked"),
    [("Bearer abcdefghijklm", "******hijklm"), ("short-secret", "******"), ("", "******")],
    ids=["long", "short", "blank"],
)
def test_credentials_are_masked_wherever_a_client_sends_them(name: str, value: str, masked: str) -> None:
    answer = FunctionAnswer(payload=b"{}")

    found = steps(
        played("GET /dev/lambda", [answer], headers=(("X-Other", "seen"), (name, value), (name, value))).trace
    )

    event = orjson.loads(found["prepare"]["event"])
    spelled = "Authorization" if name == "authorization" else name
    assert found["arrival"]["headers"] == [["X-Other", "seen"], [name, masked], [name, masked]]
    assert (event["headers"][spelled], event["headers"]["X-Other"]) == (masked, "seen")
    assert event["multiValueHeaders"][spelled] == [masked, masked]


def test_credentials_are_masked_on_their_way_to_and_from_a_backend() -> None:
    answer = BackendAnswer(status=200, headers=(("Set-Cookie", "session=0123456789abcdef"),), body=b"")
    headers = (("Authorization", "Bearer abcdefghijklm"),)

    document = told(played("GET /dev/proxy", [answer], headers=headers).trace)

    assert "Bearer" not in orjson.dumps(document).decode()
    assert "session=" not in orjson.dumps(document).decode()


# -- sizes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("x" * MAX_BODY_CHARACTERS, "x" * MAX_BODY_CHARACTERS, id="fits"),
        pytest.param("x" * (MAX_BODY_CHARACTERS + 1), "x" * MAX_BODY_CHARACTERS + " [TRUNCATED]", id="one-more"),
        pytest.param("x" * 1_000_000, "x" * MAX_BODY_CHARACTERS + " [TRUNCATED]", id="much-more"),
        pytest.param("\U0001f600" * MAX_BODY_CHARACTERS, "\U0001f600" * MAX_BODY_CHARACTERS, id="wide-fits"),
        pytest.param(
            "\U0001f600" * (MAX_BODY_CHARACTERS + 5),
            "\U0001f600" * MAX_BODY_CHARACTERS + " [TRUNCATED]",
            id="wide-more",
        ),
    ],
)
def test_long_body_is_cut(body: str, expected: str) -> None:
    assert steps(played("POST /dev/no", body=body.encode()).trace)["arrival"]["body"] == expected


def test_long_event_is_cut() -> None:
    found = steps(played("POST /dev/lambda", [FunctionAnswer(payload=b"{}")], body=b"x" * 50_000).trace)

    assert found["prepare"]["event"].endswith("x [TRUNCATED]")


def test_body_that_is_no_text_is_told() -> None:
    assert steps(played("POST /dev/no", body=b"a\xff").trace)["arrival"]["body"] == "a\ufffd"
