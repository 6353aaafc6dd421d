import pytest

from forestage.preview.engine.headers import edge_response_headers, find, forwarded_headers, has
from tests.cases.script import play, wire_request
from tests.cases.short_api import api_runtime

HEADERS = (("Accept", "a"), ("X-One", "1"), ("accept", "b"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("Accept", "b"), ("ACCEPT", "b"), ("x-one", "1"), ("X-Two", None), ("", None)],
)
def test_last_value_is_found_without_case(name: str, value: str | None) -> None:
    assert find(HEADERS, name) == value
    assert has(HEADERS, name) is (value is not None)


@pytest.mark.parametrize(
    ("is_error", "cache"), [(False, "Miss from cloudfront"), (True, "Error from cloudfront")], ids=["success", "error"]
)
def test_cloudfront_tells_of_errors(cache: str, *, is_error: bool) -> None:
    headers = edge_response_headers("id=", is_error=is_error)

    assert headers[0] == ("X-Cache", cache)
    assert ("X-Amz-Cf-Id", "id=") in headers


@pytest.mark.parametrize(("endpoint", "count"), [("REGIONAL", 3), ("EDGE", 3), ("PRIVATE", 0)])
def test_private_api_tells_nothing_of_the_connection(endpoint: str, count: int) -> None:
    # With a policy a private API is not closed, so that the request is addressed before it is refused.
    api = api_runtime({"GET /": "mock"}, endpoint=endpoint, policy={})
    played = play(api, wire_request("GET /dev/"))
    addressed = played.trace.entries[1]

    # Entries of a trace are of many types; the second is the addressed request.
    assert len(forwarded_headers(addressed)) == count  # type: ignore[arg-type]
