"""What the cases lambda-answers* do not show."""

import pytest

from forestage.preview.engine.effects import FunctionAnswer
from forestage.preview.engine.failures import ResponseType
from forestage.preview.engine.proxy_answer import malformed
from tests.cases.script import play, wire_request
from tests.cases.short_api import api_runtime

API = api_runtime({"GET /": "lambda"})


def test_malformed_answer_is_a_502() -> None:
    failure = malformed("it is odd")

    assert (failure.response_type, failure.status) == (ResponseType.INTEGRATION_FAILURE, 502)
    assert failure.reason == "malformed Lambda proxy response: it is odd"


@pytest.mark.parametrize(
    "status",
    ['""', '"20"', '"2000"', '" 200"', '"-200"', '"\u0662\u0660\u0660"', f'"{"9" * 5_000}"', "1e400", "200.0", "[200]"],
    ids=[
        "blank",
        "two-digits",
        "four-digits",
        "space",
        "negative",
        "other-digits",
        "endless",
        "infinite",
        "float",
        "list",
    ],
)
def test_status_that_is_none_is_malformed(status: str) -> None:
    answer = FunctionAnswer(payload=f'{{"statusCode": {status}}}'.encode())

    assert play(API, wire_request("GET /dev"), [answer]).response.status == 502


@pytest.mark.parametrize(("status", "expected"), [("100", 100), ('"599"', 599), ("null", 200)])
def test_status_is_read(status: str, expected: int) -> None:
    answer = FunctionAnswer(payload=f'{{"statusCode": {status}}}'.encode())

    assert play(API, wire_request("GET /dev"), [answer]).response.status == expected


def test_only_a_part_of_a_long_error_is_told() -> None:
    answer = FunctionAnswer(payload=b'{"errorMessage": "' + b"x" * 5_000, failed=True)

    failed = play(API, wire_request("GET /dev"), [answer]).failed

    assert failed is not None
    assert 1_000 < len(failed.reason) < 1_100
