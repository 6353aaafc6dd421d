from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.export.openapi import export_openapi
from forestage.load.openapi.models import model_address
from forestage.model.rest import (
    Authorizer,
    Definition,
    EndpointConfiguration,
    Integration,
    IntegrationResponse,
    Method,
    Model,
    RequestValidator,
    Resource,
    RestApi,
)
from forestage.model.values import Secret, Unknown
from tests.export.importing import import_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json

PETS = Resource(logical_id="Pets", id="p", parent_id="r", path_part="pets", rest_api_id="a")
MOCK = Integration(type="MOCK")


# A method in a test has whatever fields the case needs.
def method(verb: str = "GET", **fields: Any) -> Method:
    return Method(logical_id=verb, id=verb, http_method=verb, rest_api_id="a", **{"resource_id": "p", **fields})


def definition(**fields: Any) -> Definition:
    return Definition(root_resource_id="r", resources=(PETS,), **fields)


# A document is read as whatever the case expects in it.
def document(found: Definition, **fields: Any) -> Any:
    return export_openapi(RestApi(logical_id="Api", id="a", definition=found, **fields)).document


def gaps(found: Definition) -> tuple[str, ...]:
    return export_openapi(RestApi(logical_id="Api", id="a", definition=found)).gaps


def test_api_with_nothing_in_it_is_a_document_all_the_same() -> None:
    exported = export_openapi(RestApi(logical_id="Api", id="a"))

    assert exported.document == {
        "openapi": "3.0.1",
        "info": {"title": "Api", "version": "1.0"},
        "paths": {},
        "components": {},
    }


def test_method_is_an_operation_with_its_integration() -> None:
    found = document(definition(methods=(method("ANY", integration=MOCK, operation_name="all"),)))

    assert found["paths"] == {
        "/pets": {
            "x-amazon-apigateway-any-method": {
                "operationId": "all",
                "responses": {},
                "x-amazon-apigateway-integration": {"type": "mock"},
            }
        }
    }


def test_stage_can_be_exported_in_place_of_what_is_defined() -> None:
    api = RestApi(logical_id="Api", id="a", definition=definition())

    exported = export_openapi(api, Definition(root_resource_id="r"))

    assert exported.document["paths"] == {}


def settings_of(api: RestApi) -> tuple[object, ...]:
    endpoint = api.endpoint_configuration
    assert endpoint is not None
    return (
        api.name,
        api.description,
        api.version,
        api.binary_media_types,
        api.minimum_compression_size,
        api.policy,
        api.api_key_source_type,
        api.security_policy,
        api.endpoint_access_mode,
        api.disable_execute_api_endpoint,
        endpoint.vpc_endpoint_ids,
        endpoint.ip_address_type,
    )


def test_import_of_an_export_has_the_settings_of_the_api() -> None:
    api = RestApi(
        logical_id="Api",
        id="a",
        name="pets",
        description="d",
        version="2",
        binary_media_types=("image/*",),
        minimum_compression_size=0,
        policy={"Statement": []},
        api_key_source_type="AUTHORIZER",
        security_policy="TLS_1_2",
        endpoint_access_mode="BASIC",
        disable_execute_api_endpoint=True,
        endpoint_configuration=EndpointConfiguration(vpc_endpoint_ids=("vpce-1",), ip_address_type="dualstack"),
        definition=definition(),
    )

    imported = import_document(export_openapi(api).document)

    assert settings_of(imported) == settings_of(api)


def test_models_that_every_api_has_are_written_where_they_are_used() -> None:
    found = document(definition(methods=(method(request_models={"application/json": "Error"}),)))

    assert list(found["components"]["schemas"]) == ["Error"]


def test_references_of_models_lead_into_the_document() -> None:
    schema: Mapping[str, Json] = {
        "definitions": {"own": {}},
        "anyOf": [{"$ref": f"{model_address('a')}Other"}, {"$ref": "#/definitions/own"}, {"$ref": "#"}],
    }
    models = (
        Model(logical_id="M", id="M", rest_api_id="a", schema=schema),
        Model(logical_id="N", id="N", rest_api_id="a"),
    )

    found = document(definition(models=models))

    assert found["components"]["schemas"] == {
        "M": {
            "definitions": {"own": {}},
            "anyOf": [
                {"$ref": "#/components/schemas/Other"},
                {"$ref": "#/components/schemas/M/definitions/own"},
                {"$ref": "#/components/schemas/M"},
            ],
        },
        "N": {},
    }


def test_scheme_gets_another_name_where_an_authorizer_has_it() -> None:
    authorizer = Authorizer(logical_id="A", id="x", name="api_key", rest_api_id="a", type="TOKEN")
    called = method(api_key_required=True, authorization_type="CUSTOM", authorizer_id="x")

    found = document(definition(methods=(called,), authorizers=(authorizer,)))

    assert found["paths"]["/pets"]["get"]["security"] == [{"api_key": []}, {"api_key_": []}]
    assert list(found["components"]["securitySchemes"]) == ["api_key", "api_key_"]


def test_validator_without_name_is_known_by_its_id() -> None:
    validator = RequestValidator(logical_id="V", id="v1", rest_api_id="a", validate_request_body=True)

    found = document(definition(methods=(method(request_validator_id="v1"),), request_validators=(validator,)))

    assert found["x-amazon-apigateway-request-validators"] == {"v1": {"validateRequestBody": True}}
    assert found["paths"]["/pets"]["get"]["x-amazon-apigateway-request-validator"] == "v1"


@pytest.mark.parametrize(
    ("found", "gap"),
    [
        pytest.param(
            definition(methods=(method(integration=Integration(type="HTTP", uri=Unknown("Ref Host"))),)),
            "the integration of GET /pets is known only after deployment: <Ref Host>",
            id="unknown",
        ),
        pytest.param(
            definition(methods=(method(integration=Integration(type="HTTP", request_templates={"a": Secret("s3")})),)),
            "the integration of GET /pets is a secret, which is not written",
            id="secret",
        ),
        pytest.param(
            definition(methods=(method(resource_id="elsewhere"),)),
            "method GET is left out: its resource is not part of the API",
            id="method-outside-the-tree",
        ),
        pytest.param(
            definition(methods=(method(request_parameters={"integration.x": True}),)),
            "parameter integration.x of GET /pets has no place in OpenAPI",
            id="parameter-of-no-place",
        ),
        pytest.param(
            definition(methods=(method(authorization_type="CUSTOM", authorizer_id="elsewhere"),)),
            "GET /pets has an authorizer that is not part of the API",
            id="authorizer-outside-the-api",
        ),
        pytest.param(
            definition(models=(Model(logical_id="M", id="M", rest_api_id="a", content_type="text/xml"),)),
            "model M is for text/xml, which a schema cannot say",
            id="model-of-another-media-type",
        ),
        pytest.param(
            definition(
                methods=(
                    method(
                        integration=Integration(
                            type="MOCK",
                            integration_responses=(
                                IntegrationResponse(status_code="200"),
                                IntegrationResponse(status_code="201", selection_pattern=""),
                            ),
                        )
                    ),
                )
            ),
            "the integration of GET /pets has several responses for 'default': the first is written",
            id="two-defaults",
        ),
    ],
)
def test_what_openapi_cannot_say_is_told(found: Definition, gap: str) -> None:
    assert gaps(found) == (gap,)


def test_secret_is_not_in_the_document() -> None:
    found = document(definition(methods=(method(integration=Integration(type="HTTP", uri=Secret("s3cret"))),)))

    assert "s3cret" not in str(found)
