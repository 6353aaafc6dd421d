from __future__ import annotations

import pytest

from tests.load.openapi.bodies import api_with, body, definition_of, imported, only_method
from tests.load.templates import faults, warnings


def test_every_verb_is_a_method() -> None:
    verbs = ("delete", "get", "head", "options", "patch", "post", "put", "x-amazon-apigateway-any-method")

    api = imported(f"paths: {{/a: {{{', '.join(f'{verb}: {{}}' for verb in verbs)}, summary: x, x-other: {{}}}}}}")

    found = [method.http_method for method in definition_of(api).methods]
    assert found == ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "ANY"]


def test_trace_is_a_warning_of_the_import() -> None:
    assert warnings(api_with(body("paths: {/a: {trace: {}}}"))) == ["API Gateway has no method TRACE"]


def test_operation_id_is_the_name_of_the_operation() -> None:
    assert only_method(imported("paths: {/a: {get: {operationId: listPets}}}")).operation_name == "listPets"


def test_parameters_of_path_and_operation_are_those_of_the_method() -> None:
    text = """
    paths:
      /a:
        parameters:
          - {name: page, in: query}
          - {name: X-Trace, in: header, required: true}
          - {$ref: '#/components/parameters/size'}
        get:
          parameters:
            - {name: page, in: query, required: true}
    components: {parameters: {size: {name: size, in: query, required: false}}}
    """

    method = only_method(imported(text))

    assert method.request_parameters == {
        "method.request.querystring.page": True,
        "method.request.header.X-Trace": True,
        "method.request.querystring.size": False,
    }


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        pytest.param("/{id}", {"method.request.path.id": True}, id="variable-at-the-end"),
        pytest.param("/{id}/x", {}, id="variable-before-the-end"),
        pytest.param("/{id+}", {}, id="rest-of-the-path"),
    ],
)
def test_variable_at_the_end_of_the_path_is_a_parameter(path: str, parameters: dict[str, bool]) -> None:
    assert only_method(imported(f"paths: {{'{path}': {{get: {{}}}}}}")).request_parameters == parameters


def test_parameters_that_rest_apis_do_not_know_are_told() -> None:
    text = "paths: {/a: {post: {parameters: [{name: c, in: cookie}, {name: f, in: formData}]}}}"

    assert warnings(api_with(body(text))) == [
        "parameter 'c' is passed over: in \"cookie\" is nothing to REST APIs",
        "parameter 'f' is passed over: in \"formData\" is nothing to REST APIs",
    ]


def test_parameter_without_name_is_a_fault() -> None:
    assert faults(api_with(body("paths: {/a: {get: {parameters: [{in: query}, {$ref: '#/no'}]}}}"))) == [
        "a parameter needs name and in",
        "$ref leads to nothing in the body: '#/no'",
    ]


@pytest.mark.parametrize(
    ("consumes", "kinds"),
    [
        pytest.param("", ["application/json"], id="json-where-nothing-is-said"),
        pytest.param("consumes: [text/plain]", ["text/plain"], id="of-the-body"),
    ],
)
def test_body_parameter_of_swagger_has_a_model_for_each_media_type(consumes: str, kinds: list[str]) -> None:
    text = f"""
    {consumes}
    paths:
      /a: {{post: {{parameters: [{{name: pet, in: body, schema: {{$ref: '#/definitions/Pet'}}}}]}}}}
    definitions: {{Pet: {{type: object}}}}
    """

    method = only_method(imported(text, swagger=True))

    assert method.request_models == dict.fromkeys(kinds, "Pet")


def test_media_types_of_the_operation_go_before_those_of_the_body() -> None:
    text = """
    consumes: [a/a]
    produces: [a/a]
    paths:
      /a:
        post:
          consumes: [b/b]
          produces: [c/c, d/d]
          parameters: [{name: pet, in: body, schema: {$ref: '#/definitions/Pet'}}]
          responses: {'200': {schema: {$ref: '#/definitions/Pet'}}}
    definitions: {Pet: {type: object}}
    """

    method = only_method(imported(text, swagger=True))

    assert method.request_models == {"b/b": "Pet"}
    assert method.method_responses[0].response_models == {"c/c": "Pet", "d/d": "Pet"}


def test_request_body_of_openapi_has_a_model_for_each_media_type() -> None:
    text = """
    paths: {/a: {post: {requestBody: {$ref: '#/components/requestBodies/pet'}}}}
    components:
      requestBodies:
        pet: {content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}, text/plain: {}}}
      schemas: {Pet: {type: object}}
    """

    assert only_method(imported(text)).request_models == {"application/json": "Pet"}


def test_responses_have_models_and_headers() -> None:
    text = """
    paths:
      /a:
        get:
          responses:
            '200':
              description: fine
              headers: {X-One: {schema: {type: string}}, X-Two: {required: true}}
              content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
            '404': {description: no}
            default: {description: whatever}
    components: {schemas: {Pet: {type: object}}}
    """

    ok, missing = only_method(imported(text)).method_responses

    assert (ok.status_code, missing.status_code) == ("200", "404")
    assert ok.response_models == {"application/json": "Pet"}
    assert ok.response_parameters == {"method.response.header.X-One": False, "method.response.header.X-Two": True}
    assert missing.response_models == {}


def test_response_elsewhere_in_the_body_is_followed_with_a_warning() -> None:
    text = """
    paths: {/a: {get: {responses: {'200': {$ref: '#/components/responses/x'}}}}}
    components: {responses: {x: {}}}
    """

    assert [item.status_code for item in only_method(imported(text)).method_responses] == ["200"]
    assert warnings(api_with(body(text))) == ["API Gateway does not follow references to responses"]


def test_response_that_is_a_reference_to_nothing_is_a_fault() -> None:
    text = "{paths: {/a: {get: {responses: {'200': {$ref: '#/no'}}}}}}"

    assert faults(api_with(body(text))) == ["$ref leads to nothing in the body: '#/no'"]


VALIDATED = """
x-amazon-apigateway-request-validators:
  all: {validateRequestBody: true, validateRequestParameters: true}
  body: {validateRequestBody: true, validateRequestParameters: false}
x-amazon-apigateway-request-validator: all
"""


@pytest.mark.parametrize(
    ("own", "name"),
    [
        pytest.param("{}", "all", id="of-the-body"),
        pytest.param("{x-amazon-apigateway-request-validator: body}", "body", id="of-the-operation"),
    ],
)
def test_validator_of_the_operation_goes_before_that_of_the_body(own: str, name: str) -> None:
    api = imported(f"{VALIDATED}\npaths: {{/a: {{get: {own}}}}}")

    names = {validator.id: validator.name for validator in definition_of(api).request_validators}
    assert names[only_method(api).request_validator_id or ""] == name


def test_validator_that_is_not_there_is_a_fault() -> None:
    written = body("paths: {/a: {get: {x-amazon-apigateway-request-validator: none}}}")

    assert faults(api_with(written)) == ['there is no request validator "none", the body has none']
