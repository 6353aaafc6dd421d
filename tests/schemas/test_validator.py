from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from forestage.schemas import BodySchema, SchemaFaultError
from forestage.schemas.validator import WORDED_BODY_BYTES

if TYPE_CHECKING:
    from forestage.model.values import Json

PET = "https://apigateway.amazonaws.com/restapis/abc/models/Pet"


@pytest.mark.parametrize(
    ("schema", "body", "errors"),
    [
        pytest.param(
            {"type": "object", "required": ["b", "a"]},
            {},
            ['object has missing required properties (["a","b"])'],
            id="required",
        ),
        pytest.param(
            {"type": ["number", "integer"]},
            "x",
            ['instance type (string) does not match any allowed primitive type (allowed: ["integer","number"])'],
            id="type",
        ),
        pytest.param(
            {"type": "string"},
            None,
            ['instance type (null) does not match any allowed primitive type (allowed: ["string"])'],
            id="null",
        ),
        pytest.param(
            {"type": "string"},
            True,
            ['instance type (boolean) does not match any allowed primitive type (allowed: ["string"])'],
            id="boolean",
        ),
        pytest.param(
            {"type": "string"},
            1,
            ['instance type (integer) does not match any allowed primitive type (allowed: ["string"])'],
            id="integer",
        ),
        pytest.param(
            {"type": "string"},
            1.5,
            ['instance type (number) does not match any allowed primitive type (allowed: ["string"])'],
            id="number",
        ),
        pytest.param(
            {"type": "string"},
            {},
            ['instance type (object) does not match any allowed primitive type (allowed: ["string"])'],
            id="object",
        ),
        pytest.param(
            {"type": "string"},
            [],
            ['instance type (array) does not match any allowed primitive type (allowed: ["string"])'],
            id="array",
        ),
        pytest.param(
            {"enum": ["dog", "cat"]},
            "bird",
            ['instance value ("bird") not found in enum (possible values: ["dog","cat"])'],
            id="enum",
        ),
        pytest.param(
            {"maximum": 500},
            501,
            ["numeric instance is greater than the required maximum (maximum: 500, found: 501)"],
            id="maximum",
        ),
        pytest.param(
            {"minimum": 5},
            1,
            ["numeric instance is lower than the required minimum (minimum: 5, found: 1)"],
            id="minimum",
        ),
        pytest.param(
            {"maximum": 5, "exclusiveMaximum": True},
            5,
            ["numeric instance is not strictly lower than the required maximum 5"],
            id="exclusive-maximum",
        ),
        pytest.param(
            {"maximum": 5, "exclusiveMaximum": True},
            6,
            ["numeric instance is greater than the required maximum (maximum: 5, found: 6)"],
            id="beyond-exclusive-maximum",
        ),
        pytest.param(
            {"minimum": 5, "exclusiveMinimum": True},
            5,
            ["numeric instance is not strictly greater than the required minimum 5"],
            id="exclusive-minimum",
        ),
        pytest.param(
            {"minimum": 5, "exclusiveMinimum": True},
            4,
            ["numeric instance is lower than the required minimum (minimum: 5, found: 4)"],
            id="beyond-exclusive-minimum",
        ),
        pytest.param({"multipleOf": 2}, 3, ["remainder of division is not zero (3 / 2)"], id="multiple-of"),
        pytest.param(
            {"maxLength": 2}, "abc", ['string "abc" is too long (length: 3, maximum allowed: 2)'], id="max-length"
        ),
        pytest.param(
            {"minLength": 2}, "a", ['string "a" is too short (length: 1, required minimum: 2)'], id="min-length"
        ),
        pytest.param({"pattern": "^a"}, "b", ['ECMA 262 regex "^a" does not match input string "b"'], id="pattern"),
        pytest.param(
            {"maxItems": 1},
            [1, 2],
            ["array is too long: must have at most 1 elements but instance has 2 elements"],
            id="max-items",
        ),
        pytest.param(
            {"minItems": 2},
            [1],
            ["array is too short: must have at least 2 elements but instance has 1 elements"],
            id="min-items",
        ),
        pytest.param({"uniqueItems": True}, [1, 1], ["array must not contain duplicate elements"], id="unique-items"),
        pytest.param(
            {"maxProperties": 0},
            {"x": 1},
            ["object has too many properties (found 1 but schema requires at most 0)"],
            id="max-properties",
        ),
        pytest.param(
            {"minProperties": 1},
            {},
            ["object has too few properties (found 0 but schema requires at least 1)"],
            id="min-properties",
        ),
        pytest.param(
            {"anyOf": [{"type": "null"}]},
            1,
            ["instance failed to match at least one required schema among 1"],
            id="any-of",
        ),
        pytest.param(
            {"oneOf": [{"type": "null"}, {"type": "string"}]},
            1,
            ["instance failed to match exactly one schema (matched 0 out of 2)"],
            id="one-of-none",
        ),
        pytest.param(
            {"oneOf": [{}, {}]},
            1,
            ["instance failed to match exactly one schema (matched 2 out of 2)"],
            id="one-of-several",
        ),
        pytest.param({"not": {}}, 1, ["instance matched a schema which it should not have"], id="not"),
        pytest.param({"type": "object"}, {"x": 1}, [], id="valid"),
        pytest.param({"format": "date-time"}, "no date", [], id="formats-are-not-checked"),
    ],
)
def test_errors_are_worded_as_api_gateway_does(schema: Json, body: Json, errors: list[str]) -> None:
    compiled = BodySchema.of(schema, models={})

    assert list(compiled.errors(orjson.dumps(body))) == errors


def test_an_empty_body_counts_as_an_empty_object() -> None:
    compiled = BodySchema.of({"required": ["name"]}, models={})

    assert compiled.errors(b"") == ('object has missing required properties (["name"])',)


def test_a_body_that_is_no_json_is_an_error() -> None:
    compiled = BodySchema.of({}, models={})

    assert len(compiled.errors(b"{")) == 1


def test_a_kind_of_error_without_wording_is_told_in_the_validators_words() -> None:
    compiled = BodySchema.of({"items": [{}], "additionalItems": False}, models={})

    assert len(compiled.errors(b"[1, 2]")) == 1


def test_errors_end_at_a_bound() -> None:
    compiled = BodySchema.of({"items": {"type": "string"}}, models={})

    assert len(compiled.errors(orjson.dumps([1] * 100))) == 20


def test_models_refer_to_one_another_and_to_themselves() -> None:
    pet: Json = {"type": "object", "required": ["name"], "properties": {"friend": {"$ref": PET}}}
    compiled = BodySchema.of({"type": "array", "items": {"$ref": PET}}, models={"Pet": pet})

    assert compiled.errors(b'[{"name": "a", "friend": {"name": "b"}}]') == ()
    assert compiled.errors(b'[{"name": "a", "friend": {}}]') == ('object has missing required properties (["name"])',)


def test_a_catastrophic_pattern_ends() -> None:
    compiled = BodySchema.of({"pattern": "^(a+)+(?=b)$"}, models={})

    assert len(compiled.errors(orjson.dumps("a" * 40))) == 1


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "nope"}, id="unknown-type"),
        pytest.param({"required": []}, id="empty-required"),
        pytest.param({"$ref": "#/definitions/x"}, id="dangling-local-reference"),
        pytest.param({"$ref": PET}, id="dangling-model-reference"),
        pytest.param({"$ref": "https://example.com/schema"}, id="foreign-reference"),
        pytest.param([], id="no-object"),
    ],
)
def test_a_schema_that_is_none_is_a_fault(schema: Json) -> None:
    with pytest.raises(SchemaFaultError):
        BodySchema.of(schema, models={})


def test_of_a_large_body_that_is_wrong_the_first_error_is_told() -> None:
    schema: Json = {"type": "array", "items": {"type": "string"}}

    errors = BodySchema.of(schema, models={}).errors(orjson.dumps([1] * WORDED_BODY_BYTES))

    assert errors == ('instance type (integer) does not match any allowed primitive type (allowed: ["string"])',)


def test_of_a_body_that_is_nested_too_deep_nothing_is_told() -> None:
    errors = BodySchema.of({"type": "object"}, models={}).errors(b"[" * 300 + b"]" * 300)

    assert errors == ("the body does not fit, and why cannot be told: Recursion limit reached",)


@pytest.mark.parametrize(
    "reference",
    [
        "models/Pet",
        "//host/restapis/a/models/Pet",
        "x//host/restapis/a/models/Pet",
        "a/restapis/b/models/Pet",
        f"{PET}/x",
    ],
)
def test_a_reference_that_is_no_address_of_a_model_leads_nowhere(reference: str) -> None:
    pet: Json = {"type": "array", "items": {"$ref": reference}}

    with pytest.raises(SchemaFaultError):
        BodySchema.of(pet, models={"Pet": pet})


def test_a_model_may_refer_to_its_neighbour() -> None:
    models: dict[str, Json] = {"Pet": {"$ref": "Name"}, "Name": {"type": "string"}}

    assert BodySchema.of({"$ref": PET}, models=models).errors(b'"Rex"') == ()
