from typing import Any

import pytest

from forestage.model.rest import Method
from forestage.model.values import Unknown
from forestage.preview.compile.integrations import compile_integration
from forestage.preview.compile.runtime import (
    ContentHandling,
    HttpIntegration,
    HttpProxyIntegration,
    LambdaProxyIntegration,
    MockIntegration,
    Passthrough,
    UnsupportedIntegration,
)
from tests.cases.short_api import FUNCTION_ARN, STREAMING_URI, Fields, api_runtime, integration_uri

HTTP: Fields = {"uri": "http://backend.example/", "integration_responses": [{"status_code": "200"}]}


# Fields are those of the model, whatever their types.
def compiled(declared: tuple[str, ...] = ("200",), **fields: Any) -> object:
    """Compile a method with an integration by way of a whole API."""
    spec = {**fields, "method": {"declared": declared}}
    return api_runtime({"GET /": spec}).stages["dev"].router.methods[0].integration


def test_method_without_integration_is_not_executed() -> None:
    method = Method(logical_id="M", id="m", http_method="GET", resource_id="r", rest_api_id="a")

    assert compile_integration(method) == UnsupportedIntegration(kind="NONE", reason="the method has no integration")


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, None),
        ({"connection_type": "INTERNET"}, None),
        ({"connection_type": "VPC_LINK", "connection_id": "abc123"}, "abc123"),
        ({"connection_type": "VPC_LINK", "connection_id": "${stageVariables.link}"}, "${stageVariables.link}"),
        ({"connection_type": "VPC_LINK", "connection_id": Unknown("Ref Link")}, ""),
    ],
    ids=["none", "internet", "link", "variable", "unknown"],
)
def test_integration_knows_its_vpc_link(kind: str, fields: Fields, expected: str | None) -> None:
    found = compiled(type=kind, **HTTP, **fields)

    assert isinstance(found, HttpIntegration | HttpProxyIntegration)
    assert (found.link and found.link.text) == (expected or (found.link and ""))


@pytest.mark.parametrize(("mode", "expected"), [(None, False), ("BUFFERED", False), ("STREAM", True)])
def test_proxy_knows_whether_it_streams(mode: str | None, *, expected: bool) -> None:
    backend = compiled(type="HTTP_PROXY", response_transfer_mode=mode, **HTTP)
    function = compiled(type="AWS_PROXY", uri=integration_uri("fn"), response_transfer_mode=mode)

    assert isinstance(backend, HttpProxyIntegration)
    assert isinstance(function, LambdaProxyIntegration)
    assert (backend.is_streamed, function.is_streamed) == (expected, expected)


def test_function_is_found_in_the_uri_for_streaming() -> None:
    found = compiled(type="AWS_PROXY", uri=STREAMING_URI, response_transfer_mode="STREAM")

    assert isinstance(found, LambdaProxyIntegration)
    assert found.function.text == FUNCTION_ARN


def test_aws_service_is_not_executed() -> None:
    found = compiled(type="AWS", uri="arn:aws:apigateway:us-east-1:sqs:path/1/q")

    assert found == UnsupportedIntegration(kind="AWS", reason="AWS service integrations")


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
def test_address_known_after_deployment_is_not_executed(kind: str) -> None:
    found = compiled(type=kind, uri=Unknown("Fn::GetAtt Balancer.DNSName"))

    assert isinstance(found, UnsupportedIntegration)
    assert found.reason == "its address is known only after deployment: <Fn::GetAtt Balancer.DNSName>"


def test_mock_has_defaults() -> None:
    found = compiled(type="MOCK")

    assert isinstance(found, MockIntegration)
    assert found.request.passthrough is Passthrough.WHEN_NO_MATCH
    assert found.request.content_handling is ContentHandling.NONE
    assert found.request.parameters == ()
    assert found.responses.default is None


def test_request_mapping_is_taken_over() -> None:
    found = compiled(
        type="MOCK",
        passthrough_behavior="NEVER",
        content_handling="CONVERT_TO_TEXT",
        request_templates={"Text/XML": "<a/>"},
        request_parameters={"integration.request.header.X": "'1'"},
    )

    assert isinstance(found, MockIntegration)
    assert found.request.passthrough is Passthrough.NEVER
    assert found.request.content_handling is ContentHandling.CONVERT_TO_TEXT
    assert [template.constant for template in found.request.templates.values()] == ["<a/>"]
    assert len(found.request.parameters) == 1


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
@pytest.mark.parametrize(
    ("method", "expected"),
    [("POST", "POST"), ("ANY", None), (None, None)],
    ids=["own", "any", "unset"],
)
def test_http_keeps_the_clients_verb_for_any(kind: str, method: str | None, expected: str | None) -> None:
    found = compiled(type=kind, integration_http_method=method, **HTTP)

    assert isinstance(found, HttpIntegration | HttpProxyIntegration)
    assert found.method == expected


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
@pytest.mark.parametrize(("given", "expected"), [(None, 29_000), (500, 500)], ids=["default", "own"])
def test_http_waits_29_seconds_unless_told(kind: str, given: int | None, expected: int) -> None:
    found = compiled(type=kind, timeout_in_millis=given, **HTTP)

    assert isinstance(found, HttpIntegration | HttpProxyIntegration)
    assert found.timeout_ms == expected


@pytest.mark.parametrize("kind", ["HTTP", "HTTP_PROXY"])
@pytest.mark.parametrize(
    ("tls", "expected"),
    [
        pytest.param(None, False, id="none"),
        pytest.param({}, False, id="unset"),
        pytest.param({"insecure_skip_verification": False}, False, id="checked"),
        pytest.param({"insecure_skip_verification": True}, True, id="skipped"),
    ],
)
def test_certificate_is_checked_unless_told(kind: str, tls: dict[str, bool] | None, *, expected: bool) -> None:
    found = compiled(type=kind, tls_config=tls, **HTTP)

    assert isinstance(found, HttpIntegration | HttpProxyIntegration)
    assert found.skip_certificate_check is expected


def test_function_is_read_from_the_uri() -> None:
    found = compiled(type="AWS_PROXY", integration_http_method="POST", uri=integration_uri("fn"), timeout_in_millis=100)

    assert isinstance(found, LambdaProxyIntegration)
    assert (found.function.text, found.method, found.timeout_ms) == (FUNCTION_ARN, "POST", 100)


@pytest.mark.parametrize(
    ("credentials", "expected"),
    [(None, False), ("arn:aws:iam::123456789012:role/Invoker", True), (Unknown("Fn::GetAtt Role.Arn"), True)],
    ids=["permissions", "role", "unknown-role"],
)
def test_function_is_invoked_by_role_where_there_are_credentials(credentials: object, *, expected: bool) -> None:
    found = compiled(
        type="AWS_PROXY", integration_http_method="POST", uri=integration_uri("fn"), credentials=credentials
    )

    assert isinstance(found, LambdaProxyIntegration)
    assert found.by_role is expected


@pytest.mark.parametrize(
    "uri",
    [
        pytest.param(None, id="none"),
        pytest.param(Unknown("Fn::GetAtt Fn.Arn"), id="unknown"),
        pytest.param(FUNCTION_ARN, id="bare-arn"),
        pytest.param("arn:aws:apigateway:us-east-1:firehose:action/PutRecord", id="firehose"),
        pytest.param(integration_uri("fn").replace("/invocations", "/response-streaming"), id="not-invocations"),
    ],
)
def test_proxy_to_anything_but_a_function_is_not_executed(uri: object) -> None:
    found = compiled(type="AWS_PROXY", integration_http_method="POST", uri=uri)

    assert isinstance(found, UnsupportedIntegration)
    assert found.reason == f"its URI names no Lambda function of this deployment: {uri}"


def test_response_without_pattern_is_the_default() -> None:
    responses = [
        {"status_code": "400", "selection_pattern": "4.."},
        {"status_code": "201"},
        {"status_code": "202", "selection_pattern": ""},
        {"status_code": "500", "selection_pattern": "5.."},
    ]

    found = compiled(type="MOCK", integration_responses=responses)

    assert isinstance(found, MockIntegration)
    assert [(pattern.text, entry.status) for pattern, entry in found.responses.patterns] == [("4..", 400), ("5..", 500)]
    assert found.responses.default is not None
    assert found.responses.default.status == 201


def test_response_knows_whether_the_method_declares_its_status() -> None:
    responses = [{"status_code": "200"}, {"status_code": "404", "selection_pattern": "404"}]

    found = compiled(("200",), type="HTTP", uri="http://backend.example/", integration_responses=responses)

    assert isinstance(found, HttpIntegration)
    assert found.responses.default is not None
    assert found.responses.default.undeclared is False
    assert [entry.undeclared for _, entry in found.responses.patterns] == [True]


def test_response_mapping_is_taken_over() -> None:
    response = {
        "status_code": "200",
        "content_handling": "CONVERT_TO_BINARY",
        "response_templates": {"application/json": "{}"},
        "response_parameters": {"method.response.header.X": "'1'"},
    }

    found = compiled(type="MOCK", integration_responses=[response])

    assert isinstance(found, MockIntegration)
    entry = found.responses.default
    assert entry is not None
    assert entry.content_handling is ContentHandling.CONVERT_TO_BINARY
    assert entry.templates["application/json"].constant == "{}"
    assert [mapping.name for mapping in entry.parameters] == ["X"]
