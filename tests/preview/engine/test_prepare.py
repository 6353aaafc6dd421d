from typing import Any

import pytest

from forestage.preview.engine import prepare
from tests.cases.script import play, wire_request
from tests.cases.short_api import api_runtime

MOCK: dict[str, Any] = {"type": "MOCK", "integration_responses": [{"status_code": "200"}]}
PAD = "x" * 2_000


def test_short_bodies_of_mocks_are_read_once() -> None:
    api = api_runtime({"POST /": MOCK})
    before = prepare._read_short_status.cache_info()

    for _ in range(3):
        play(api, wire_request("POST /dev", body=b'{"statusCode": 200, "only": "here"}'))

    after = prepare._read_short_status.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)


def test_long_bodies_of_mocks_are_not_kept() -> None:
    before = prepare._read_short_status.cache_info()

    played = play(
        api_runtime({"POST /": MOCK}), wire_request("POST /dev", body=f'{{"statusCode": 200, "a": "{PAD}"}}'.encode())
    )

    assert played.response.status == 200
    assert prepare._read_short_status.cache_info() == before


@pytest.mark.parametrize(
    "uri",
    ["ftp://backend.example/", "backend.example/x", "http://", "http:///x", "https://?x", "http:backend", "://x", "/x"],
)
@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_address_that_is_none_is_a_configuration_error(kind: str, uri: str) -> None:
    played = play(api_runtime({"GET /": {"type": kind, "uri": uri}}), wire_request("GET /dev"))

    assert played.failed is not None
    assert played.failed.reason == f"invalid endpoint address {uri!r}"
