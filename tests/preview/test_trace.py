"""Traces: bounded in memory, told as JSON, with credentials masked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from forestage.preview.engine.constant import constant_of
from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    BackendStream,
    FunctionAnswer,
    FunctionStream,
    FunctionUnavailable,
    Unavailable,
)
from forestage.preview.engine.results import Arrival
from forestage.preview.engine.wire import WholeBody, WireResponse
from forestage.preview.host.ids import Ids
from forestage.preview.trace import (
    MAX_BODY_CHARACTERS,
    ConstantCall,
    Exchange,
    Replay,
    Streamed,
    Trace,
    TraceLog,
    TurnedAway,
    held_bytes,
    summarize,
    to_json,
)
from tests.cases.script import (
    ARRIVED_AT,
    EXTENDED_REQUEST_ID,
    REQUEST_ID,
    TRACE_PARENT,
    TRACE_ROOT,
    Kept,
    ScriptedBody,
    play,
    wire_request,
)
from tests.cases.short_api import FUNCTION_ARN, STREAMING_URI, api_runtime, usage_plans

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.preview.engine.wire import Headers
    from tests.cases.script import Played

API = api_runtime(
    {
        "ANY /mock/{id}": "mock",
        "ANY /http": "http",
        "ANY /proxy": "http_proxy",
        "ANY /lambda": "lambda",
        "ANY /no": {},
        "ANY /streamed": {
            "type": "HTTP_PROXY",
            "integration_http_method": "GET",
            "uri": "http://backend.example/s",
            "response_transfer_mode": "STREAM",
        },
        "ANY /streamed-function": {
            "type": "AWS_PROXY",
            "integration_http_method": "POST",
            "uri": STREAMING_URI,
            "response_transfer_mode": "STREAM",
        },
    }
)
STREAM = BackendStream(status=206, headers=(), body=ScriptedBody(b"pieces"))
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


def held(found: Played) -> int:
    """Count what the trace of a request keeps."""
    (arrived, *_) = found.trace.entries
    assert isinstance(arrived, Arrival)
    return held_bytes(arrived.wire, found.replies, found.response)


@pytest.mark.parametrize(
    ("request_line", "answers", "body", "expected"),
    [
        pytest.param("GET /none/x", [], b"", 23, id="failed-at-once"),
        pytest.param("GET /dev/mock/1", [], b"", 27, id="mock"),
        pytest.param(
            "POST /dev/http", [BackendAnswer(status=200, headers=(), body=b"12345")], b"abc", 3 + 5, id="passed-on"
        ),
        pytest.param(
            "POST /dev/http",
            [BackendAnswer(status=200, headers=(), body=b"\xff\xff\xff")],
            b"\xff\xff",
            2 + 3 + 9,
            id="converted",
        ),
        pytest.param(
            "POST /dev/lambda", [FunctionAnswer(payload=b'{"body": "12345"}')], b"abc", 3 + 17 + 5, id="function"
        ),
        pytest.param("GET /dev/streamed", [STREAM], b"", 0, id="streamed"),
    ],
)
# Answers are of the type of what they answer.
def test_bodies_that_a_trace_holds_are_counted(
    request_line: str, answers: list[Any], body: bytes, expected: int
) -> None:
    assert held(played(request_line, answers, body=body)) == expected


def test_beginning_of_a_streamed_answer_is_counted() -> None:
    stream = FunctionStream(payload=ScriptedBody(b'{"statusCode": 200}' + bytes(8) + b"words"))

    assert held(played("GET /dev/streamed-function", [stream])) == 19


def test_kept_body_is_counted() -> None:
    kept = Kept()
    staged("GET /dev/a", backend(b"words"), kept=kept)

    assert held(staged("GET /dev/a", kept=kept)) == 5


# -- a trace that is made anew --------------------------------------------------------------------------------------


def test_replay_can_be_gone_through_counted_and_cut() -> None:
    found = played("POST /dev/http", [BackendAnswer(status=200, headers=(), body=b"1")])

    replay = found.replay

    assert list(replay) == list(found.trace.entries)
    assert len(replay) == len(found.trace.entries)
    assert replay[-1] == found.trace.entries[-1]
    assert replay[:2] == found.trace.entries[:2]


def test_replay_keeps_how_long_the_world_was_waited_for() -> None:
    found = played("POST /dev/http", [BackendAnswer(status=200, headers=(), body=b"1")])

    replay = Replay(found.replay[0], tuple((answer, 7.5) for answer, _ in found.replies))

    assert [entry.duration_ms for entry in replay if isinstance(entry, Exchange)] == [7.5]


def constant_call(client: str = "127.0.0.1") -> ConstantCall:
    found = played("GET /dev/mock/1")
    constant = constant_of(found.trace.entries)
    assert constant is not None
    return ConstantCall(
        constant, Ids().draw(ARRIVED_AT + 1), found.replies[0][0], client, 3000, None, ARRIVED_AT + 1, 0.25, None
    )


def test_request_that_came_the_short_way_is_told_as_by_the_long_one() -> None:
    log, call = TraceLog(), constant_call(client="127.0.0.9")

    log.add(call)

    trace = log.get(call.request_id)
    assert trace is not None
    assert list(steps(trace)) == [
        "arrival", "address", "match", "authorize", "admit", "validate", "prepare", "integrate", "respond",
    ]  # fmt: skip
    assert steps(trace)["arrival"]["client"] == "127.0.0.9"
    assert steps(trace)["address"]["trace_id"] == f"Root={call.ids.trace_root};Parent={call.ids.trace_parent};Sampled=0"
    assert (trace.started_at, trace.duration_ms, trace.response and trace.response.status) == (
        ARRIVED_AT + 1,
        0.25,
        200,
    )
    assert [summarize(found) for found in log.latest()] == [summarize(trace)]


def test_request_that_came_the_short_way_holds_no_body_of_its_own() -> None:
    log = TraceLog(max_bytes=1)

    calls = [constant_call() for _ in range(3)]
    for call in calls:
        log.add(call)

    assert ids(log) == [call.request_id for call in reversed(calls)]


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
            "taken_on": None,
            "tls": None,
            "vpc_endpoint": None,
            "domain": None,
        },
        {
            "stage": "address",
            "api": "pets",
            "stage_name": "dev",
            "deployment_id": "depdev",
            "canary": None,
            "path": "/mock/a%20b",
            "query": "c=d",
            "dropped_headers": ["Connection", "X-Amzn-Trace-Id"],
            "trace_id": f"Root=x;Parent={TRACE_PARENT};Sampled=0",
        },
        {
            "stage": "match",
            "method": "ANY /mock/{id}",
            "path_parameters": {"id": "a%20b"},
            "settings": {},
            "integration": "MOCK",
        },
        {"stage": "authorize", "by": "no authorization is required", "authorizer": None},
        {
            "stage": "admit",
            "buckets": [{"limits": "account", "rate_per_second": 10_000, "burst": 5_000, "tokens": 4_999}],
        },
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


@pytest.mark.parametrize(
    ("streamed", "expected"),
    [
        (None, {"body_bytes": 0, "first_byte_ms": None, "ended": "under way"}),
        (Streamed(body_bytes=5), {"body_bytes": 5, "first_byte_ms": None, "ended": "under way"}),
        (
            Streamed(body_bytes=5, first_byte_ms=1.23456, ended="whole"),
            {"body_bytes": 5, "first_byte_ms": 1.235, "ended": "whole"},
        ),
    ],
    ids=["unknown", "under-way", "ended"],
)
def test_of_a_stream_sizes_and_times_are_told(streamed: Streamed | None, expected: dict[str, object]) -> None:
    trace = played("GET /dev/mock/1").trace
    trace.response, trace.streamed = WireResponse(status=200, headers=(), body=WholeBody(b"words")), streamed

    response = told(trace)["response"]

    assert response == {"status": 200, "headers": [], "body": "(passed on as it came)", **expected}


def test_stream_of_a_backend_is_told_without_its_body() -> None:
    answer = BackendStream(status=206, headers=(("X-One", "1"),), body=ScriptedBody(b"words"))

    trace = played("GET /dev/streamed", [answer]).trace

    found = steps(trace)
    assert found["integrate"] == {"status": 206, "headers": [["X-One", "1"]], "body": "(passed on as it came)"}
    assert found["respond"]["body"] == "(passed on as it came)"
    assert found["effect"]["asked"]["idle_ms"] == 300_000
    assert found["effect"]["asked"]["call"]["url"] == "http://backend.example/s"


def test_stream_of_a_function_is_told_without_its_payload() -> None:
    answer = FunctionStream(payload=ScriptedBody(b"{}" + bytes(8) + b"words"), cold=True)

    found = steps(played("GET /dev/streamed-function", [answer]).trace)

    assert found["integrate"] == {"status": 200, "headers": [], "body": "(passed on as it came)", "cold": True}


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


# -- templates ------------------------------------------------------------------------------------------------------


def templated(template: str, request: str = "GET /dev/t/7?q=a", *, body: bytes = b"", **headers: str) -> Trace:
    """Play a request to a mock whose response is a template, and whose status is in the body or 200."""
    mock = {
        "type": "MOCK",
        "request_templates": {"application/json": '{"statusCode": $stageVariables.status}'},
        "integration_responses": [{"status_code": "200", "response_templates": {"application/json": template}}],
    }
    api = api_runtime({"ANY /t/{id}": mock}, stages={"dev": {"variables": {"status": "200"}}})
    lines = (("Host", "localhost:3000"), *((name.replace("_", "-"), value) for name, value in headers.items()))
    return play(api, wire_request(request, headers=lines, body=body)).trace


def test_template_is_told_beside_what_it_saw_and_its_rendering() -> None:
    found = steps(templated("$input.params('q') #set($all = $input.params())", Authorization="secret-of-the-client"))

    assert found["prepare"]["template"] == {
        "text": '{"statusCode": $stageVariables.status}',
        "sees": {"stageVariables": {"status": "200"}},
        "rendering": '{"statusCode": 200}',
        "notices": [],
    }
    template = found["respond"]["template"]
    assert template["rendering"] == "a"
    assert template["sees"]["params"] == {
        "path": {"id": "7"},
        "querystring": {"q": "a"},
        "header": {"Host": "localhost:3000", "Authorization": "******client"},
    }


def test_context_of_a_template_is_told_where_its_text_names_it() -> None:
    template = steps(templated("$context.stage"))["respond"]["template"]

    assert template["sees"] == {"context": {"stage": "dev"}}


def test_loop_that_was_cut_is_told_with_its_line() -> None:
    template = steps(templated("\n#foreach($i in [1..2000])#end"))["respond"]["template"]

    assert [notice.partition(":")[0] for notice in template["notices"]] == ["line 2"]


def test_template_that_fails_is_told_with_a_caret_and_the_value_that_surprised() -> None:
    trace = templated('{\n  "a": "$input.params(\'q\').substring(3)"')

    failed = steps(trace)["gateway response"]
    assert failed["template"]["caret"] == '  "a": "$input.params(\'q\').substring(3)"\n        ^'
    assert failed["template"]["value"] == '"a"'
    assert failed["template"]["sees"]["params"]["querystring"] == {"q": "a"}
    assert failed["body"] == '{"message": "Internal server error"}'


def test_template_that_cannot_be_parsed_is_told_with_a_caret_and_a_hint() -> None:
    failed = steps(templated("#set($x = null)"))["gateway response"]

    assert failed["reason"].startswith("the mapping template cannot be parsed: application/json:1:11: ")
    assert failed["template"]["caret"] == "#set($x = null)\n          ^"
    assert "there is no null in a template" in failed["template"]["hint"]
    assert failed["template"]["sees"] == {}


def to_backend(template: str, body: bytes) -> Trace:
    """Play a request to a backend whose template reads the body."""
    http = {
        "type": "HTTP",
        "integration_http_method": "POST",
        "uri": "http://backend.example/to",
        "request_templates": {"application/json": template},
        "integration_responses": [{"status_code": "200"}],
    }
    answers = [BackendAnswer(status=200, headers=(), body=b"")] if b"{" not in body else []
    return play(api_runtime({"POST /t": http}), wire_request("POST /dev/t", body=body), answers).trace


def test_body_that_a_template_cannot_read_is_the_value_that_surprised() -> None:
    failed = steps(to_backend("$input.json('$')", b"{a"))["gateway response"]

    assert failed["status"] == 400
    assert failed["template"]["value"] == "{a"


KEY = "first-key-0123456789abcdefgh"
KEYED = {
    "type": "MOCK",
    "request_templates": {"application/json": '{"statusCode": 200}'},
    "integration_responses": [
        {"status_code": "200", "response_templates": {"application/json": "called with $context.identity.apiKey"}}
    ],
    "method": {"api_key_required": True},
}
PLANS = usage_plans(
    {"k1": {"value": KEY, "in": ["p1"]}},
    {
        "p1": {
            "usage_plan_name": "Small",
            "throttle": {"rate_limit": 2, "burst_limit": 4},
            "quota": {"limit": 10, "period": "MONTH"},
            "stages": {"dev": None},
        }
    },
)


def test_key_plan_buckets_and_quota_are_told_and_the_key_nowhere() -> None:
    wire = wire_request("GET /dev/keyed", headers=(("Host", "h"), ("x-api-key", KEY)))

    trace = play(api_runtime({"GET /keyed": KEYED}), wire, kept=Kept(PLANS)).trace
    document = told(trace)

    assert steps(trace)["admit"] == {
        "buckets": [
            {"limits": "key", "rate_per_second": 2, "burst": 4, "tokens": 3},
            {"limits": "account", "rate_per_second": 10_000, "burst": 5_000, "tokens": 4_999},
        ],
        "api_key": {"id": "k1", "value": "******cdefgh"},
        "usage_plan": {"id": "p1", "name": "Small"},
        "quota": {"period": "MONTH", "since": "2026-11-01", "limit": 10, "used": 1, "remaining": 9},
    }
    assert KEY not in orjson.dumps(document).decode()
    assert document["response"]["body"] == "called with ******cdefgh"


def test_clock_that_is_not_the_machines_is_told() -> None:
    trace = played("GET /dev/mock/a").trace
    ahead = Trace(request_id="r", entries=trace.entries, started_at=ARRIVED_AT, clock="ahead of the machine's by 5 s")

    assert (to_json(trace)["clock"], to_json(ahead)["clock"]) == (None, "ahead of the machine's by 5 s")


# -- stages: canary, settings, cache, compression -------------------------------------------------------------------

STAGED = api_runtime(
    {
        "GET /a": {
            "type": "HTTP_PROXY",
            "uri": "http://backend.example/",
            "integration_http_method": "GET",
            "request_parameters": {"integration.request.header.X": "method.request.header.Authorization"},
            "cache_key_parameters": [
                "method.request.header.Authorization",
                "integration.request.header.X",
                "method.request.querystring.q",
            ],
        },
        "POST /a": "http_proxy",
    },
    stages={
        "dev": {
            "cache_cluster_enabled": True,
            "method_settings": [{"caching_enabled": True, "cache_ttl_in_seconds": 60, "logging_level": "INFO"}],
        },
        "split": {"canary_setting": {"percent_traffic": 12.5}},
    },
    minimum_compression_size=4,
)
BEARER = (("Host", "h"), ("Authorization", "Bearer eyJhbGciOiJIUzI1NiJ9"))


def staged(request: str, answers: Sequence[Any] = (), *, kept: Kept | None = None, after: float = 0.0) -> Played:
    return play(STAGED, wire_request(request, headers=BEARER, at=ARRIVED_AT + after), answers, kept=kept)


def backend(body: bytes) -> list[BackendAnswer]:
    return [BackendAnswer(status=200, headers=(), body=body)]


def test_cache_is_told_with_its_key_and_why() -> None:
    kept = Kept()

    missed = told(staged("GET /dev/a?q=1", backend(b"words"), kept=kept).trace)
    hit = told(staged("GET /dev/a?q=1", kept=kept, after=2.5).trace)

    looked, stored = (step for step in missed["steps"] if step["stage"] == "cache")
    assert looked == {
        "stage": "cache",
        "cache": "miss: no answer is kept",
        "namespace": "res0",
        "key": {
            "method.request.header.Authorization": ["******I1NiJ9"],
            "integration.request.header.X": ["******I1NiJ9"],
            "method.request.querystring.q": ["1"],
        },
        "cache_control": None,
        "ttl_seconds": 60,
    }
    assert stored == {"stage": "cache", "cache": "kept for 60 s"}
    (found,) = (step for step in hit["steps"] if step["stage"] == "cache")
    assert found["cache"] == "hit: an answer is kept since 2.500 s"
    assert (found["key"], found["status"], found["body"]) == (looked["key"], 200, "words")


def test_key_of_what_is_kept_is_told_nobody() -> None:
    trace = staged("GET /dev/a", backend(b"words")).trace

    asked = [step["asked"] for step in told(trace)["steps"] if step["stage"] == "effect"]
    assert [effect["kind"] for effect in asked] == ["Recall", "CallBackend", "Remember"]
    assert ["key" in effect for effect in asked] == [False, False, False]


def test_of_what_was_kept_an_effect_tells_its_kind_alone() -> None:
    kept = Kept()
    staged("GET /dev/a", backend(b"words"), kept=kept)

    recalled = steps(staged("GET /dev/a", kept=kept).trace)["effect"]

    assert recalled["asked"]["kind"] == "Recall"
    assert recalled["answered"] == {"kind": "KeptResponse"}


def test_method_that_does_not_use_the_cache_and_an_answer_that_is_not_kept_say_why() -> None:
    uncached = steps(staged("POST /dev/a", backend(b"words")).trace)["cache"]
    large = told(staged("GET /dev/a", backend(b"x" * 1_048_577)).trace)["steps"]

    assert uncached == {"cache": "not asked: caching is not enabled for this method"}
    assert [step["cache"] for step in large if step["stage"] == "cache"] == [
        "miss: no answer is kept",
        "not kept: 1048577 bytes are more than 1048576, which is not kept",
    ]


def test_ignored_cache_control_is_told() -> None:
    headers = (*BEARER, ("Cache-Control", "max-age=0"))
    trace = play(STAGED, wire_request("GET /dev/a", headers=headers), backend(b"words")).trace

    (looked, _) = (step for step in told(trace)["steps"] if step["stage"] == "cache")
    assert looked["cache_control"] == "ignored, since the caller may not have answers forgotten"


def test_settings_of_the_method_are_told_where_the_stage_has_any() -> None:
    assert steps(staged("POST /dev/a", backend(b"")).trace)["match"]["settings"] == {
        "caching": False,
        "cache_ttl_seconds": 60,
        "cache_encrypted": False,
        "authorizes_invalidation": True,
        "logging_level": "INFO",
        "data_trace": False,
        "metrics": False,
        "rate_per_second": None,
        "burst": None,
    }
    assert steps(staged("POST /split/a", backend(b"")).trace)["match"]["settings"] == {}


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (12.0, "the canary's request: 12.000 was drawn of 100, and the canary takes what is below 12.5"),
        (99.25, "the stage's request: 99.250 was drawn of 100, and the canary takes what is below 12.5"),
    ],
)
def test_canary_is_told_with_what_decided(draw: float, expected: str) -> None:
    played = play(STAGED, wire_request("POST /split/a"), backend(b""), canary_draw=draw)

    assert steps(played.trace)["address"]["canary"] == expected


def test_compression_is_told() -> None:
    body = b"words" * 1_000
    asked = (*BEARER, ("Accept-Encoding", "gzip"))
    compressed = play(STAGED, wire_request("POST /dev/a", headers=asked), backend(body)).trace
    left = staged("POST /dev/a", backend(b"x")).trace

    after = steps(compressed)["compress"]["after_bytes"]
    assert steps(compressed)["compress"] == {"coding": "gzip", "before_bytes": 5_000, "after_bytes": after}
    assert steps(left)["compress"] == {"coding": None, "reason": "1 bytes are fewer than 4"}
