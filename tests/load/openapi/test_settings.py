from __future__ import annotations

from tests.load.openapi.bodies import api_with, body, definition_of, imported
from tests.load.templates import faults

SETTINGS = """
info: {title: Pets, description: All pets, version: '2'}
x-amazon-apigateway-api-key-source: authorizer
x-amazon-apigateway-binary-media-types: [image/png]
x-amazon-apigateway-endpoint-access-mode: STRICT
x-amazon-apigateway-minimum-compression-size: 1024
x-amazon-apigateway-policy: {Statement: [{Effect: Deny}]}
x-amazon-apigateway-security-policy: SecurityPolicy_TLS13_1_3_2025_09
"""


def test_body_sets_properties_of_the_api() -> None:
    api = imported(SETTINGS)

    assert (api.name, api.description, api.version) == ("Pets", "All pets", "2")
    assert api.api_key_source_type == "AUTHORIZER"
    assert api.binary_media_types == ("image/png",)
    assert api.endpoint_access_mode == "STRICT"
    assert api.minimum_compression_size == 1024
    assert api.policy == {"Statement": [{"Effect": "Deny"}]}
    assert api.security_policy == "SecurityPolicy_TLS13_1_3_2025_09"


def test_endpoint_of_openapi_is_at_a_server() -> None:
    endpoint = "{vpcEndpointIds: [vpce-1], disableExecuteApiEndpoint: true}"

    api = imported(f"servers: [{{url: /}}, {{url: /, x-amazon-apigateway-endpoint-configuration: {endpoint}}}]")

    assert api.disable_execute_api_endpoint is True
    assert api.endpoint_configuration is not None
    assert (api.endpoint_configuration.types, api.endpoint_configuration.vpc_endpoint_ids) == (
        ("PRIVATE",),
        ("vpce-1",),
    )


def test_endpoint_of_swagger_is_at_the_root() -> None:
    api = imported("x-amazon-apigateway-endpoint-configuration: {vpcEndpointIds: [vpce-1]}", swagger=True)

    assert api.endpoint_configuration is not None
    assert api.endpoint_configuration.vpc_endpoint_ids == ("vpce-1",)


def test_gateway_responses_are_read() -> None:
    text = """
    x-amazon-apigateway-gateway-responses:
      THROTTLED:
        statusCode: 430
        responseParameters: {gatewayresponse.header.X: "'x'"}
        responseTemplates: {application/json: '{}'}
    """

    (response,) = definition_of(imported(text)).gateway_responses

    assert (response.response_type, response.status_code) == ("THROTTLED", "430")
    assert response.response_parameters == {"gatewayresponse.header.X": "'x'"}
    assert response.response_templates == {"application/json": "{}"}


def test_gateway_response_of_no_kind_is_a_fault() -> None:
    (message,) = faults(api_with(body("x-amazon-apigateway-gateway-responses: {TEAPOT: {}}")))

    assert message.startswith("ResponseType must be one of ACCESS_DENIED, ")


def test_validators_are_read() -> None:
    text = (
        "x-amazon-apigateway-request-validators: {all: {validateRequestBody: 'true', validateRequestParameters: false}}"
    )

    (validator,) = definition_of(imported(text)).request_validators

    assert (validator.name, validator.validate_request_body, validator.validate_request_parameters) == (
        "all",
        True,
        False,
    )


def test_documentation_is_read() -> None:
    text = """
    x-amazon-apigateway-documentation:
      version: '1'
      documentationParts:
        - {location: {type: RESPONSE, path: /a, method: GET, statusCode: '200', name: x}, properties: {description: d}}
    """

    (part,) = definition_of(imported(text)).documentation_parts

    location = part.location
    assert (location.type, location.path, location.method) == ("RESPONSE", "/a", "GET")
    assert (location.status_code, location.name) == ("200", "x")
    assert part.properties == {"description": "d"}
