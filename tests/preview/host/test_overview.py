from __future__ import annotations

from typing import Any

import pytest

from forestage.preview.host.overview import describe_api
from tests.cases.short_api import API_ID, api_runtime, integration_uri

GUARDED = {"authorization_type": "CUSTOM", "authorizer_id": "auth"}
TOKEN = {
    "type": "TOKEN",
    "identity_source": "method.request.header.Authorization",
    "authorizer_uri": integration_uri("guard"),
}
REQUEST = {
    "type": "REQUEST",
    "identity_source": "method.request.header.X-Shop, context.identity.sourceIp",
    "authorizer_uri": integration_uri("guard"),
}
POOL = {
    "type": "COGNITO_USER_POOLS",
    "identity_source": "method.request.header.Authorization",
    "provider_arns": ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abc"],
}
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


@pytest.mark.parametrize(
    ("method", "fields", "headers"),
    [
        pytest.param({}, {}, (), id="nothing"),
        pytest.param({"api_key_required": True}, {}, (("x-api-key", "KEY"),), id="key"),
        pytest.param({"api_key_required": True}, {"api_key_source_type": "AUTHORIZER"}, (), id="key-of-the-authorizer"),
        pytest.param(GUARDED, {"authorizers": {"auth": TOKEN}}, (("Authorization", "TOKEN"),), id="token"),
        pytest.param(
            {**GUARDED, "authorization_type": "COGNITO_USER_POOLS"},
            {"authorizers": {"auth": POOL}},
            (("Authorization", "TOKEN"),),
            id="pool",
        ),
        pytest.param(GUARDED, {"authorizers": {"auth": REQUEST}}, (("X-Shop", "VALUE"),), id="request"),
    ],
)
def test_route_says_which_headers_a_caller_needs(
    method: dict[str, Any],
    fields: dict[str, Any],
    headers: tuple[tuple[str, str], ...],
) -> None:
    api = api_runtime({"GET /a": {"type": "MOCK", "method": method}}, **fields)

    (stage,) = describe_api(api, base_url="http://localhost:3000").stages

    assert [route.headers for route in stage.routes] == [headers]
