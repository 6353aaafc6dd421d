from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.model.values import Unknown
from tests.load.openapi.bodies import api_with, body, imported, only_method
from tests.load.templates import faults

if TYPE_CHECKING:
    from forestage.model.rest import Integration


def operation(integration: str) -> str:
    return f"paths: {{/a: {{get: {{x-amazon-apigateway-integration: {integration}}}}}}}"


def integration_of(text: str) -> Integration:
    found = only_method(imported(operation(text))).integration
    assert found is not None
    return found


LAMBDA = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations"


@pytest.mark.parametrize(
    ("text", "kind", "verb"),
    [
        pytest.param(f"{{type: aws_proxy, uri: '{LAMBDA}'}}", "AWS_PROXY", "POST", id="function"),
        pytest.param(f"{{type: AWS, uri: '{LAMBDA}', httpMethod: post}}", "AWS", "POST", id="service"),
        pytest.param("{type: http, uri: 'http://b'}", "HTTP", "GET", id="http-by-the-verb-of-the-method"),
        pytest.param("{type: http_proxy, uri: 'http://b', httpMethod: PUT}", "HTTP_PROXY", "PUT", id="http-proxy"),
        pytest.param("{type: http_proxy, uri: 'http://b', httpMethod: any}", "HTTP_PROXY", "ANY", id="any-verb"),
        pytest.param("{type: mock}", "MOCK", None, id="mock"),
    ],
)
def test_integration_of_every_kind_is_read(text: str, kind: str, verb: str | None) -> None:
    integration = integration_of(text)

    assert (integration.type, integration.integration_http_method) == (kind, verb)


def test_every_property_of_an_integration_is_read() -> None:
    integration = integration_of(
        """{
        type: http_proxy, uri: 'http://b', httpMethod: POST, credentials: 'arn:role', connectionType: vpc_link,
        connectionId: v, integrationTarget: 'arn:alb', passthroughBehavior: when_no_templates,
        contentHandling: convert_to_text, timeoutInMillis: 1000, cacheNamespace: n,
        cacheKeyParameters: [method.request.querystring.k],
        requestParameters: {integration.request.header.X: "'x'"}, requestTemplates: {application/json: '{}'},
        responseTransferMode: STREAM, tlsConfig: {insecureSkipVerification: true}
        }"""
    )

    assert integration.credentials == "arn:role"
    assert (integration.connection_type, integration.connection_id) == ("VPC_LINK", "v")
    assert integration.integration_target == "arn:alb"
    assert integration.passthrough_behavior == "WHEN_NO_TEMPLATES"
    assert integration.content_handling == "CONVERT_TO_TEXT"
    assert integration.timeout_in_millis == 1000
    assert (integration.cache_namespace, integration.cache_key_parameters) == ("n", ("method.request.querystring.k",))
    assert integration.request_parameters == {"integration.request.header.X": "'x'"}
    assert integration.request_templates == {"application/json": "{}"}
    assert integration.response_transfer_mode == "STREAM"
    assert integration.tls_config is not None
    assert integration.tls_config.insecure_skip_verification is True


def test_responses_are_read_with_their_patterns() -> None:
    integration = integration_of(
        """{type: mock, responses: {
        default: {statusCode: 200, responseTemplates: {application/json: x}},
        '4\\d{2}': {
            statusCode: '404', contentHandling: convert_to_binary,
            responseParameters: {method.response.header.A: "'b'"}
        },
        '5..': {}
        }}"""
    )

    default, missing, broken = integration.integration_responses
    assert (default.status_code, default.selection_pattern) == ("200", None)
    assert default.response_templates == {"application/json": "x"}
    assert (missing.status_code, missing.selection_pattern) == ("404", r"4\d{2}")
    assert missing.content_handling == "CONVERT_TO_BINARY"
    assert missing.response_parameters == {"method.response.header.A": "'b'"}
    assert (broken.status_code, broken.selection_pattern) == ("200", "5..")


def test_integration_elsewhere_in_the_body_is_followed() -> None:
    text = operation("{$ref: '#/components/x-amazon-apigateway-integrations/one'}")

    method = only_method(imported(f"{text}\ncomponents: {{x-amazon-apigateway-integrations: {{one: {{type: mock}}}}}}"))

    assert method.integration is not None


def test_method_without_integration_has_none() -> None:
    assert only_method(imported("paths: {/a: {get: {}}}")).integration is None


def test_null_is_as_if_it_were_not_there() -> None:
    integration = integration_of("{type: mock, contentHandling: null, passthroughBehavior: null, responses: null}")

    assert integration.content_handling is None
    assert integration.integration_responses == ()


def test_address_known_only_after_deployment_stays_unknown() -> None:
    written = body(operation("{type: http, uri: x}"))
    written["paths"]["/a"]["get"]["x-amazon-apigateway-integration"]["uri"] = Unknown("Ref Host")

    assert faults(api_with(written)) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "{type: ftp}",
            'Integration.Type must be one of AWS, AWS_PROXY, HTTP, HTTP_PROXY, MOCK, got "FTP"',
            id="type",
        ),
        pytest.param("{}", "Integration.Type is required", id="no-type"),
        pytest.param(
            "{type: http, uri: back}", "Uri must be an address with http:// or https://, got 'back'", id="uri"
        ),
        pytest.param(
            "{type: mock, timeoutInMillis: 1}",
            "Integration.TimeoutInMillis must be from 50 to 900000, got 1",
            id="time",
        ),
        pytest.param(
            "{type: mock, requestTemplates: []}", "Integration.RequestTemplates must be an object, got a list", id="map"
        ),
    ],
)
def test_wrong_integration_is_a_fault(text: str, message: str) -> None:
    assert faults(api_with(body(operation(text)))) == [message]
