"""The law of the short way: it answers byte for byte what the long way does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.model.principals import Identity
from forestage.preview.engine.constant import answer_constant, constant_of
from forestage.preview.engine.effects import BackendAnswer
from forestage.preview.engine.results import Caller
from tests.cases.script import arrival, play, wire_request
from tests.cases.short_api import api_runtime

if TYPE_CHECKING:
    from forestage.preview.compile.runtime import ApiRuntime
    from forestage.preview.engine.wire import Headers

JSON, TEXT = "application/json", "text/plain"

MOCK: dict[str, Any] = {  # It is a template's free JSON.
    "type": "MOCK",
    "request_templates": {JSON: '{"statusCode": 200}', TEXT: '{"statusCode": 400}'},
    "integration_responses": [
        {"status_code": "200", "response_templates": {JSON: '{"a": 1}', TEXT: "a"}},
        {"status_code": "400", "selection_pattern": "4..", "response_parameters": {"method.response.header.X": "'x'"}},
    ],
}
METHODS: dict[str, Any] = {"GET /a": MOCK, "ANY /b/{id}": MOCK, "OPTIONS /c": "mock", "GET /http": "http"}
EDGE, REGIONAL = (api_runtime(METHODS, endpoint=kind) for kind in ("EDGE", "REGIONAL"))

KINDS = st.sampled_from((JSON, TEXT, "text/html", f"{TEXT}, {JSON}", ""))
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(("Accept", "Content-Type", "Host", "X-Amzn-Trace-Id", "X-HTTP-Method-Override", "Origin")),
        st.one_of(KINDS, st.sampled_from(("GET", "POST", "Root=1-2-3", "api.example"))),
    ),
    max_size=5,
).map(tuple)
LINES = st.sampled_from(
    ("GET /dev/a", "GET /dev//a/", "POST /dev/b/1?c=2", "OPTIONS /dev/c", "GET /dev/none", "PUT /x")
)


@given(api=st.sampled_from((EDGE, REGIONAL)), line=LINES, headers=HEADERS, serial=st.integers(0, 9))
def test_short_way_answers_as_the_long_one(api: ApiRuntime, line: str, headers: Headers, serial: int) -> None:
    first = play(api, wire_request(line, headers=headers))
    constant = constant_of(first.trace.entries)

    if constant is None:
        assert first.failed is not None
        return
    again = arrival(api, wire_request(line, headers=headers, client=f"10.0.0.{serial}", at=1_800_000_000.5 + serial))
    long = play(api, again.wire).response

    assert constant.spend.limits == constant.arrival.api.stages["dev"].throttles.others
    assert answer_constant(constant, request_id=again.request_id, extended_request_id=again.extended_request_id) == long


@pytest.mark.parametrize(
    ("line", "headers", "body"),
    [
        pytest.param("GET /dev/http", (), b"", id="another-integration"),
        pytest.param("POST /dev/b/1", (), b"words", id="body"),
        pytest.param("GET /dev/a", (("x-amzn-requestid", "0f1e2d3c-4b5a-4978-a695-847362514030"),), b"", id="own-id"),
        pytest.param("GET /dev/none", (), b"", id="failure"),
        pytest.param("GET /none/a", (), b"", id="no-stage"),
    ],
)
def test_what_may_be_answered_otherwise_is_no_constant(line: str, headers: Headers, body: bytes) -> None:
    answers = [BackendAnswer(status=200, headers=(), body=b"")] if line.endswith("http") else []

    found = play(REGIONAL, wire_request(line, headers=headers, body=body), answers)

    assert constant_of(found.trace.entries) is None


def test_caller_that_took_on_an_identity_is_asked_for_each_time() -> None:
    caller = Caller(source_ip="127.0.0.1", assumed=Identity(name="me"))

    assert constant_of(play(REGIONAL, wire_request("GET /dev/a"), caller=caller).trace.entries) is None


@pytest.mark.parametrize(
    "stage",
    [
        pytest.param({"tracing_enabled": True}, id="tracing"),
        pytest.param({"access_log_setting": {"format": "$context.requestId"}}, id="access-log"),
    ],
)
def test_stage_that_looks_at_each_request_has_no_constants(stage: dict[str, Any]) -> None:
    api = api_runtime(METHODS, stages={"dev": stage})

    assert constant_of(play(api, wire_request("GET /dev/a")).trace.entries) is None


def test_response_that_may_be_compressed_is_no_constant() -> None:
    api = api_runtime(METHODS, minimum_compression_size=10_000)

    assert constant_of(play(api, wire_request("GET /dev/a")).trace.entries) is None


def test_constant_is_that_of_the_first_request() -> None:
    found = play(REGIONAL, wire_request("GET /dev/a"))

    constant = constant_of(found.trace.entries)

    assert constant is not None
    assert constant_of(play(EDGE, wire_request("GET /dev/a")).trace.entries) is not None
    assert msgspec.structs.astuple(constant)[2:] == (200, (("Content-Type", JSON),), b'{"a": 1}', False)
    assert constant.arrival is found.trace.entries[0]
