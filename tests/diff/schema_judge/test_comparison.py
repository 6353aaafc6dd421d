from __future__ import annotations

from typing import Any

import pytest

from forestage.diff.schema_judge.comparison import MOST_CHANGES, compare_schemas
from forestage.diff.schema_judge.schemas import Library

# Schemas are whatever JSON a case has.
Json = Any
STRING = {"type": "string"}


def kinds(before: Json, after: Json) -> list[tuple[str, str]]:
    ours, theirs = Library({"M": before}), Library({"M": after})
    changes = compare_schemas(ours.root("M", before), theirs.root("M", after), ours, theirs)
    return [(change.kind, "/".join(map(str, change.pointer))) for change in changes]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"maximum": 5}, {"maximum": 5, "exclusiveMaximum": True}, [("exclusive-max-set", "exclusiveMaximum")]),
        ({"minimum": 5, "exclusiveMinimum": True}, {"minimum": 5}, [("exclusive-min-unset", "exclusiveMinimum")]),
        (
            {"maximum": 5},
            {"maximum": 9, "exclusiveMaximum": True},
            [("exclusive-max-increased", "maximum"), ("exclusive-max-set", "exclusiveMaximum")],
        ),
        ({"minLength": 0}, {}, []),
        ({"exclusiveMaximum": True}, {}, []),
        ({"items": [STRING]}, {"items": [STRING], "additionalItems": False}, [("items-changed", "items")]),
        ({"items": [STRING]}, {"items": STRING}, [("items-changed", "items")]),
        ({"items": STRING}, {"items": {"type": "null"}}, [("type-changed", "items/type")]),
        ({"properties": {"a": STRING}}, {"properties": {"a": {}}}, [("type-widened", "properties/a/type")]),
        (
            {"required": ["a"]},
            {"properties": {"a": STRING}, "required": ["a"]},
            [("type-narrowed", "properties/a/type")],
        ),
        (
            {"additionalProperties": {"type": "integer"}},
            {"additionalProperties": {"type": "number"}},
            [("type-widened", "additionalProperties/type")],
        ),
        (
            {"additionalProperties": STRING},
            {"properties": {"a": {"type": "null"}}, "additionalProperties": STRING},
            [("optional-added", "properties/a"), ("type-changed", "properties/a/type")],
        ),
        (
            {"patternProperties": {"^a": STRING}},
            {"patternProperties": {"^a": {"type": "null"}}},
            [("type-changed", "patternProperties/^a/type")],
        ),
        (
            {"dependencies": {"a": STRING}},
            {"dependencies": {"a": {"type": "null"}}},
            [("type-changed", "dependencies/a/type")],
        ),
        ({"anyOf": [STRING, {"type": "null"}]}, STRING, [("any-of-removed", "anyOf")]),
        ({"oneOf": [STRING, {"type": "null"}]}, STRING, [("one-of-removed", "oneOf")]),
        ({"anyOf": [STRING, {"type": "null"}]}, {}, [("any-of-dropped", "anyOf")]),
        ({"type": ["string", "integer"]}, {"type": ["string", "boolean"]}, [("type-changed", "type")]),
        ({"enum": "x"}, {}, []),
        ({"if": {}}, {"if": {}, "then": {}}, [("keyword-ignored", "then")]),
        ({"oneOf": [STRING, {"type": "null"}]}, {"oneOf": [{"type": "null"}, STRING]}, []),
        (
            {"oneOf": [{"title": "A", "maxLength": 5}, {"type": "null"}, {"type": "array"}]},
            {"oneOf": [{"title": "A", "maxLength": 9}, {"type": "null"}]},
            [("max-length-increased", "oneOf/0/maxLength"), ("one-of-changed", "oneOf"), ("one-of-removed", "oneOf/2")],
        ),
    ],
    ids=str,
)
def test_differences_are_told_where_they_are(before: Json, after: Json, expected: list[tuple[str, str]]) -> None:
    assert kinds(before, after) == expected


def test_schemas_that_refer_to_themselves_are_compared_once() -> None:
    def tree(limit: int) -> Json:
        return {"properties": {"name": {"maxLength": limit}, **{name: {"$ref": "#"} for name in "abc"}}}

    assert kinds(tree(5), tree(9)) == [("max-length-increased", "properties/name/maxLength")]


def test_references_that_multiply_differences_come_to_an_end() -> None:
    def wide(limit: int) -> Json:
        levels = {
            f"L{level}": {"properties": {name: {"$ref": f"#/definitions/L{level + 1}"} for name in "abcdef"}}
            for level in range(6)
        }
        return {"definitions": {**levels, "L6": {"maxLength": limit}}, "$ref": "#/definitions/L0"}

    assert len(kinds(wide(5), wide(9))) == MOST_CHANGES


def test_equal_references_that_multiply_are_compared_quickly() -> None:
    levels = {
        f"L{level}": {"properties": {name: {"$ref": f"#/definitions/L{level + 1}"} for name in "abcdef"}}
        for level in range(30)
    }
    schema = {"definitions": {**levels, "L30": STRING}, "$ref": "#/definitions/L0"}

    assert kinds(schema, schema) == []
