from __future__ import annotations

import pytest

from forestage.load.openapi.models import model_address
from tests.load.openapi.bodies import api_with, body, definition_of, imported, only_method
from tests.load.templates import faults, warnings


def test_schemas_of_openapi_are_models_of_json() -> None:
    api = imported("components: {schemas: {Pet: {type: object, description: A pet}}}")

    (model,) = definition_of(api).models
    assert (model.name, model.id, model.content_type, model.description) == ("Pet", "Pet", "application/json", "A pet")
    assert model.schema == {"type": "object", "description": "A pet"}


def test_references_between_schemas_lead_to_models() -> None:
    text = """
    definitions:
      Pet: {type: object, properties: {owner: {$ref: '#/definitions/Owner'}}}
      Owner: {type: object, properties: {pets: {type: array, items: [{$ref: '#/definitions/Pet'}]}}}
    """

    api = imported(text, swagger=True)

    pet, owner = definition_of(api).models
    address = model_address(api.id)
    assert pet.schema == {"type": "object", "properties": {"owner": {"$ref": f"{address}Owner"}}}
    assert owner.schema == {
        "type": "object",
        "properties": {"pets": {"type": "array", "items": [{"$ref": f"{address}Pet"}]}},
    }


def test_reference_into_the_model_itself_stays_in_it() -> None:
    text = """
    components:
      schemas:
        Pet: {definitions: {n: {type: string}}, allOf: [{$ref: '#/components/schemas/Pet/definitions/n'}]}
    """

    (model,) = definition_of(imported(text)).models

    assert model.schema == {"definitions": {"n": {"type": "string"}}, "allOf": [{"$ref": "#/definitions/n"}]}


def test_reference_into_another_model_is_put_in_its_place() -> None:
    text = """
    components:
      schemas:
        Pet: {properties: {name: {type: string}}}
        Cat: {properties: {name: {$ref: '#/components/schemas/Pet/properties/name'}}}
    """

    _, cat = definition_of(imported(text)).models

    assert cat.schema == {"properties": {"name": {"type": "string"}}}


def test_schema_without_name_is_a_model_of_its_own_once() -> None:
    text = """
    paths:
      /a:
        post:
          requestBody: {content: {application/json: {schema: {type: array}}}}
          responses: {'200': {content: {application/json: {schema: {type: array}}}}}
    """

    api = imported(text)

    (model,) = definition_of(api).models
    assert model.schema == {"type": "array"}
    assert only_method(api).request_models == {"application/json": model.name}
    assert only_method(api).method_responses[0].response_models == {"application/json": model.name}


def test_schema_elsewhere_in_the_body_is_a_model_of_its_own() -> None:
    text = """
    paths: {/a: {post: {requestBody: {content: {a/b: {schema: {$ref: '#/x-parts/p'}}}}}}}
    x-parts: {p: {type: 'null'}}
    """

    api = imported(text)

    assert [model.schema for model in definition_of(api).models] == [{"type": "null"}]


def test_models_that_every_api_has_are_not_made_again() -> None:
    text = """
    components: {schemas: {Empty: {type: object, title: Empty Schema}}}
    paths:
      /a: {get: {responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Empty'}}}}}}}
    """

    api = imported(text)

    assert definition_of(api).models == ()
    assert only_method(api).method_responses[0].response_models == {"application/json": "Empty"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "paths: {/a: {post: {requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/No'}}}}}}}",
            id="used-by-a-method",
        ),
        pytest.param("components: {schemas: {A: {$ref: '#/components/schemas/No'}}}", id="used-by-a-model"),
    ],
)
def test_missing_model_is_a_warning_of_the_import(text: str) -> None:
    assert warnings(api_with(body(text))) == ["there is no model 'No'"]
    assert faults(api_with(body(text), FailOnWarnings="true")) == ["there is no model 'No'"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "components: {schemas: {My-Pet: {}}}",
            "the name of a model may have letters and digits only, got 'My-Pet'",
            id="name-with-hyphen",
        ),
        pytest.param(
            "components: {schemas: {A: {$ref: '#/x/y/z'}}}",
            "$ref leads to nothing in the body: '#/x/y/z'",
            id="nothing",
        ),
        pytest.param(
            "{x-p: {q: {items: {$ref: '#/x-p/q'}}}, components: {schemas: {A: {$ref: '#/x-p/q'}}}}",
            '$ref leads into itself: "#/x-p/q"',
            id="circle-of-parts",
        ),
    ],
)
def test_schema_that_cannot_be_a_model_is_a_fault(text: str, message: str) -> None:
    assert faults(api_with(body(text))) == [message]
