from __future__ import annotations

from typing import Any

import pytest

from forestage.model.rest import EndpointConfiguration
from tests.load.openapi.bodies import api_of, api_with, body, definition_of, imported, paths_of
from tests.load.templates import deployment, faults, method, part, resource, stage, warnings

PETS = "paths: {/pets: {get: {x-amazon-apigateway-integration: {type: mock}}}}"


def test_snapshots_have_what_the_body_defines() -> None:
    api = api_of({**api_with(body(PETS)), "Deployment": deployment(), "Stage": stage()})

    (snapshot,) = api.deployments
    assert snapshot.definition == definition_of(api)
    assert [item.http_method for item in definition_of(api).methods] == ["GET"]


def test_method_without_integration_cannot_be_deployed() -> None:
    written = {**api_with(body("paths: {/a: {get: {}}}")), "Deployment": deployment()}

    assert faults(written) == ["method GET has no Integration"]


def test_template_adds_to_what_the_body_defines() -> None:
    template = {**api_with(body(PETS)), "Owners": resource("owners"), "Get": method(at={"Ref": "Owners"})}

    api = api_of(template)

    assert paths_of(api) == ["/pets", "/owners"]
    assert [item.logical_id for item in definition_of(api).methods] == ["Api:GET /pets", "Get"]


def test_resource_that_the_body_has_already_is_a_fault() -> None:
    template = {**api_with(body(PETS)), "Pets": resource("pets")}

    assert faults(template) == ["another resource with the same parent has the PathPart 'pets' already: Api:/pets"]


def test_gateway_response_of_the_template_replaces_that_of_the_body() -> None:
    text = "x-amazon-apigateway-gateway-responses: {THROTTLED: {statusCode: 430}, UNAUTHORIZED: {statusCode: 402}}"
    template = {**api_with(body(text)), "Own": part("GatewayResponse", ResponseType="THROTTLED", StatusCode="431")}

    found = {item.response_type: item.status_code for item in definition_of(api_of(template)).gateway_responses}

    assert found == {"UNAUTHORIZED": "402", "THROTTLED": "431"}


def test_names_that_the_body_has_already_are_faults() -> None:
    text = """
    components:
      schemas: {Pet: {type: object}}
      securitySchemes: {guard: {type: apiKey, name: X, in: header, x-amazon-apigateway-authorizer: {type: token}}}
    """
    template = {
        **api_with(body(text)),
        "Pet": part("Model", Name="Pet", Schema={}),
        "Guard": part("Authorizer", Name="guard", Type="TOKEN"),
        "Owner": part("Model", Name="Owner", Schema={}),
        "Other": part("Authorizer", Name="other", Type="TOKEN"),
    }

    assert faults(template) == [
        "the body of the API has the model 'Pet' already",
        "the body of the API has the authorizer 'guard' already",
    ]


@pytest.mark.parametrize(
    ("mode", "kinds"),
    [
        pytest.param({}, ("text/css", "image/png"), id="by-default-both"),
        pytest.param({"Mode": "merge"}, ("text/css", "image/png"), id="merge"),
        pytest.param({"Mode": "overwrite"}, ("image/png",), id="overwrite"),
    ],
)
def test_binary_media_types_of_template_and_body(mode: dict[str, Any], kinds: tuple[str, ...]) -> None:
    text = "x-amazon-apigateway-binary-media-types: [image/png]"

    assert imported(text, BinaryMediaTypes=["text/css"], **mode).binary_media_types == kinds


def test_body_goes_before_the_template_but_for_names() -> None:
    text = """
    info: {title: From the body, description: d}
    x-amazon-apigateway-minimum-compression-size: 0
    x-amazon-apigateway-api-key-source: HEADER
    """
    api = imported(text, Name="mine", MinimumCompressionSize=5, ApiKeySourceType="AUTHORIZER", Policy={"a": 1})

    assert (api.name, api.description) == ("mine", "d")
    assert (api.minimum_compression_size, api.api_key_source_type) == (0, "HEADER")
    assert api.policy == {"a": 1}


@pytest.mark.parametrize(
    ("properties", "types"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"Parameters": {"endpointConfigurationTypes": "REGIONAL"}}, ("REGIONAL",), id="parameter"),
        pytest.param({"EndpointConfiguration": {"Types": ["EDGE"]}}, ("EDGE",), id="property"),
    ],
)
def test_endpoint_type_is_a_property_or_a_parameter(properties: dict[str, Any], types: tuple[str, ...] | None) -> None:
    configuration = imported("", **properties).endpoint_configuration

    assert configuration == (None if types is None else EndpointConfiguration(types=types))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        pytest.param(
            {"basepath": "keep"}, 'basepath must be one of ignore, prepend, split, got "keep"', id="base-path"
        ),
    ],
)
def test_wrong_parameter_of_the_import_is_a_fault(parameters: dict[str, str], message: str) -> None:
    assert faults(api_with(body(PETS), Parameters=parameters)) == [message]


def test_unknown_parameter_of_the_import_is_told() -> None:
    assert warnings(api_with(body(PETS), Parameters={"speed": "high"})) == [
        "the import has no parameter 'speed': there are basepath, endpointConfigurationTypes, ignore"
    ]


def test_body_can_be_a_text_with_json() -> None:
    template = api_with('{"openapi": "3.0.1", "paths": {"/a": {}}}')

    assert paths_of(api_of(template)) == ["/a"]


def test_text_that_is_no_json_is_a_fault() -> None:
    assert 'an OpenAPI body must be an object, got "openapi: 3.0.1"' in faults(api_with("openapi: 3.0.1"))
