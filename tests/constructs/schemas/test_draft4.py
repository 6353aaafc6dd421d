from typing import Any

import pytest

from forestage.constructs.schemas import SchemaTypeError
from forestage.constructs.schemas.draft4 import (
    NULL,
    check,
    parts,
    referred,
    remarked,
    unchecked_formats,
    union,
    with_references,
)

STRING = {"type": "string"}
NODE = {"$ref": "#/definitions/Node"}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ([STRING], STRING),
        ([STRING, STRING], STRING),
        ([STRING, NULL], {"type": ["string", "null"]}),
        ([{"type": "string", "minLength": 1}, NULL], {"type": ["string", "null"], "minLength": 1}),
        ([{"type": "string", "enum": ["a"]}, NULL], {"anyOf": [{"type": "string", "enum": ["a"]}, NULL]}),
        ([NODE, NULL], {"anyOf": [NODE, NULL]}),
        ([STRING, {"type": "integer"}], {"type": ["string", "integer"]}),
        ([STRING, {"type": "integer"}, NULL], {"type": ["string", "integer", "null"]}),
        ([NODE, STRING], {"anyOf": [NODE, STRING]}),
        ([{}, STRING], {}),
        ([NULL], NULL),
    ],
    ids=str,
)
def test_union_admits_what_a_member_admits(members: list[Any], expected: dict[str, Any]) -> None:
    assert union(members) == expected


def test_remark_beside_a_reference_makes_a_conjunction() -> None:
    assert remarked(NODE, description="the next", default=None) == {"allOf": [NODE], "description": "the next"}


def test_remark_beside_keywords_is_one_of_them() -> None:
    assert remarked(STRING, description=None, default="x") == {**STRING, "default": "x"}


def test_document_without_remarks_is_left_alone() -> None:
    assert remarked(NODE, description=None) == NODE


DEEP: dict[str, Any] = {
    "type": "object",
    "properties": {"$ref": STRING, "next": NODE},
    "additionalProperties": {"anyOf": [NODE, NULL]},
    "dependencies": {"a": ["b"], "c": {"not": NODE}},
    "items": [NODE, {"items": NODE}],
}


def test_references_are_found_where_schemas_are() -> None:
    assert list(referred(DEEP)) == ["Node"] * 5
    assert len(list(parts(DEEP))) == 11


def test_references_lead_elsewhere() -> None:
    there = with_references(DEEP, lambda name: f"there/{name}")

    assert [part["$ref"] for part in parts(there) if "$ref" in part] == ["there/Node"] * 5
    assert there["properties"]["$ref"] == STRING
    assert there["dependencies"]["a"] == ["b"]


@pytest.mark.parametrize(
    "document",
    [
        {"type": "object", "properties": {"const": STRING}, "required": ["const"]},
        {"type": "string", "pattern": r"^[*+]+\+(?:a|b)(?=c)(?!d)[^\]]\\A$"},
        {"enum": [1, True, "1"]},
        {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        {"dependencies": {"a": ["b"]}},
    ],
    ids=str,
)
def test_schema_of_draft_4_is_taken(document: dict[str, Any]) -> None:
    check(document, "Pet")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"const": 1}, "Pet: models are of JSON Schema draft 4, which has no 'const': write enum with one value"),
        ({"properties": {"a": {"example": 1}}}, "Pet.properties.a: models are of"),
        ({"items": [{"examples": []}]}, "Pet.items[0]: models are of"),
        ({"if": {}}, "has no 'if': leave it out, or say it with keywords of draft 4"),
        ({"required": []}, "API Gateway refuses an empty list of required properties: leave it out"),
        ({"enum": []}, "an enum has one value or more, and each once, got []"),
        ({"enum": ["A", "A"]}, "an enum has one value or more, and each once"),
        ({"enum": ["A", None]}, "CDK drops null from lists"),
        ({"exclusiveMinimum": 1}, "in draft 4 exclusiveMinimum and exclusiveMaximum are true or false"),
        ({"maximum": 2**60}, "limits above 9007199254740991 would be rounded"),
        ({"pattern": "(?P<a>x)"}, "ECMA 262, which have no '(?P'"),
        ({"pattern": r"\Ax\Z"}, r"have no '\\A'"),
        ({"pattern": "(?<=a)b"}, "have no '(?<'"),
        ({"pattern": "(?i)b"}, "have no '(?i'"),
        ({"pattern": "^[a"}, "'^[a' is no regular expression of ECMA 262"),
        ({"pattern": "a++"}, "have no '++'"),
    ],
    ids=str,
)
def test_what_api_gateway_refuses_is_refused(document: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaTypeError) as caught:
        check(document, "Pet")

    assert message in str(caught.value)


def test_formats_of_strings_without_a_pattern_are_listed() -> None:
    document = {
        "properties": {
            "a": {"type": "string", "format": "uri"},
            "b": {"format": "email"},
            "c": {"type": ["string", "null"], "format": "email"},
            "d": {"type": "string", "format": "date", "pattern": "^x$"},
            "e": {"type": "integer", "format": "int32"},
            "f": {"type": "string", "format": "password"},
        }
    }

    assert unchecked_formats(document) == ("email", "uri")


def test_pattern_that_is_known_later_is_not_judged() -> None:
    check({"type": "string", "pattern": "${Token[Pattern.12]}"}, "Pet.name")
