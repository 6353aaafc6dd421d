from __future__ import annotations

from typing import Any

import pytest

from tests.cases.short_api import api_runtime

JSON = "application/json"
STATUS = {JSON: '{"statusCode": 200}'}
HEADER = {"method.response.header.X": "'x'"}


def mock(**fields: Any) -> dict[str, Any]:  # It is a template's free JSON.
    return {"type": "MOCK", "request_templates": STATUS, "integration_responses": [{"status_code": "200"}], **fields}


def responding(**fields: Any) -> dict[str, Any]:  # As above.
    return mock(integration_responses=[{"status_code": "200", **fields}])


def is_constant(method: dict[str, Any] | str) -> bool:
    (compiled,) = api_runtime({"GET /a": method}).stages["dev"].router.methods
    return compiled.is_constant


@pytest.mark.parametrize(
    "method",
    [
        pytest.param(mock(), id="status-alone"),
        pytest.param(mock(request_templates={}), id="no-request-template"),
        pytest.param(responding(response_templates={JSON: "text"}), id="constant-template"),
        pytest.param(responding(response_parameters=HEADER), id="static-header"),
    ],
)
def test_mock_that_reads_nothing_is_constant(method: dict[str, Any]) -> None:
    assert is_constant(method)


@pytest.mark.parametrize(
    "method",
    [
        pytest.param("http", id="backend"),
        pytest.param("lambda", id="function"),
        pytest.param(mock(request_templates={JSON: '{"statusCode": #if(true)200#end}'}), id="request-template"),
        pytest.param(
            mock(request_parameters={"integration.request.header.X": "method.request.header.X"}), id="mapping"
        ),
        pytest.param(responding(response_templates={JSON: "$context.requestId"}), id="response-template"),
        pytest.param(
            responding(response_parameters={"method.response.header.X": "context.requestId"}), id="header-of-request"
        ),
        pytest.param(
            mock(
                integration_responses=[
                    {"status_code": "200", "selection_pattern": "2..", "response_templates": {JSON: "$input.body"}},
                    {"status_code": "400"},
                ]
            ),
            id="a-selected-one",
        ),
        pytest.param(mock(method={"authorization_type": "AWS_IAM"}), id="authorization"),
        pytest.param(mock(method={"api_key_required": True}), id="api-key"),
    ],
)
def test_method_that_reads_of_a_request_is_not_constant(method: dict[str, Any] | str) -> None:
    assert not is_constant(method)
