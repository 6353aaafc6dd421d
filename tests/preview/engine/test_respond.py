"""What the cases http-*, mock-* and content-handling-* do not show."""

import pytest

from forestage.preview.engine.effects import BackendAnswer
from forestage.preview.engine.results import Mapped
from tests.cases.script import play, wire_request
from tests.cases.short_api import api_runtime


def test_selected_integration_response_is_kept_for_the_trace() -> None:
    played = play(api_runtime({"GET /": "mock"}), wire_request("GET /dev"))

    mapped = played.trace.entries[-1]
    assert isinstance(mapped, Mapped)
    assert mapped.selected is not None
    assert mapped.selected.status == 200


@pytest.mark.parametrize(
    ("mapped", "expected"),
    [
        ({}, "application/json"),
        ({"method.response.header.X": "'1'"}, "application/json"),
        ({"method.response.header.content-type": "'text/css'"}, "text/css"),
        ({"method.response.header.Content-Type": "integration.response.header.Content-Type"}, "text/plain"),
    ],
    ids=["nothing-mapped", "another-mapped", "mapped", "passed"],
)
def test_json_is_the_type_unless_one_is_mapped(mapped: dict[str, str], expected: str) -> None:
    response = {"status_code": "200", "response_parameters": mapped}
    api = api_runtime({"GET /": {"type": "HTTP", "uri": "http://b.example/", "integration_responses": [response]}})
    answer = BackendAnswer(status=200, headers=(("Content-Type", "text/plain"),), body=b"")

    played = play(api, wire_request("GET /dev"), [answer])

    assert played.header("Content-Type") == expected


def test_header_may_be_mapped_twice_under_two_spellings() -> None:
    mapped = {"method.response.header.X-A": "'1'", "method.response.header.x-a": "'2'"}
    response = {"status_code": "200", "response_parameters": mapped}
    fields = {
        "type": "MOCK",
        "request_templates": {"application/json": '{"statusCode": 200}'},
        "integration_responses": [response],
    }

    played = play(api_runtime({"GET /": fields}), wire_request("GET /dev"))

    assert played.header("X-A") == "1, 2"
