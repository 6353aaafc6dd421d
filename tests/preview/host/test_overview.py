from __future__ import annotations

import pytest

from forestage.preview.host.overview import describe_api
from tests.cases.short_api import API_ID, api_runtime, integration_uri

CUSTOM = {"type": "AWS", "integration_http_method": "POST", "uri": integration_uri("fn")}


def test_api_is_described_as_the_control_plane_tells_it() -> None:
    described = describe_api(api_runtime({"GET /a": "mock", "POST /a": "lambda"}), base_url="http://localhost:3000")

    assert described.to_json() == {
        "id": API_ID,
        "name": "pets",
        "logical_id": "Api",
        "stack": "",
        "protocol": "REST",
        "endpoint_type": "REGIONAL",
        "routes": 2,
        "stages": [{"name": "dev", "invoke_url": "http://localhost:3000/dev", "management_url": None}],
    }


@pytest.mark.parametrize("name", ["_forestage", "_aws", "restapis"])
def test_stage_whose_path_is_taken_is_called_by_its_host(name: str) -> None:
    api = api_runtime({"GET /a": "mock"}, stages={name: {}})

    (stage,) = describe_api(api, base_url="http://localhost:3000").stages

    assert stage.invoke_url == f"http://{API_ID}.execute-api.localhost:3000/{name}"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ("mock", "MOCK"),
        ("lambda", "Lambda fn"),
        (CUSTOM, "Lambda fn"),
        ("http", "HTTP http://backend.example/to"),
        ("http_proxy", "HTTP_PROXY http://backend.example/to"),
        ({"type": "AWS", "uri": "arn:x"}, "AWS: not simulated, AWS service integrations"),
    ],
    ids=["mock", "proxy", "custom", "http", "http-proxy", "unsupported"],
)
def test_route_says_what_it_calls(spec: str | dict[str, str], text: str) -> None:
    (stage,) = describe_api(api_runtime({"GET /a": spec}), base_url="http://localhost:3000").stages

    assert [route.integration for route in stage.routes] == [text]
