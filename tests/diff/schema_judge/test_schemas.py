from __future__ import annotations

from typing import Any

import pytest

from forestage.diff.schema_judge.schemas import ATOMS, Library, as_schema, atoms_of, canonical, meaning, names_in, said

# Schemas are whatever JSON a case has.
Json = Any
STRING = {"type": "string"}


def means(schema: Json, models: dict[str, Json] | None = None) -> str:
    library = Library(models or {})
    return meaning(library, library.root("M", schema))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"type": "object", "properties": {}}, {"type": "object"}),
        ({"required": ["a", "b"]}, {"required": ["b", "a"]}),
        ({"enum": [1, 2]}, {"enum": [2.0, 1]}),
        ({"type": ["string", "null"]}, {"type": ["null", "string"]}),
        ({"type": "number"}, {"type": ["integer", "number"]}),
        ({"anyOf": [STRING, {"type": "null"}]}, {"anyOf": [{"type": "null"}, STRING]}),
        ({"allOf": [STRING]}, STRING),
        ({"additionalProperties": True}, {"additionalProperties": {}}),
        ({"type": "string", "maximum": 5}, STRING),
        ({"type": "string", "title": "Name", "default": "x"}, STRING),
        ({"dependencies": {"a": ["c", "b"]}}, {"dependencies": {"a": ["b", "c"]}}),
        ({"definitions": {"N": STRING}, "$ref": "#/definitions/N"}, STRING),
        ({"$ref": "#/definitions/N", "definitions": {"N": STRING}, "maxLength": 5}, STRING),
        (True, {}),
        ({"$ref": "#/nowhere"}, {}),
        ({"$ref": "#"}, {}),
    ],
    ids=str,
)
def test_schemas_that_say_the_same_mean_the_same(one: Json, other: Json) -> None:
    assert means(one) == means(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"enum": [1]}, {"enum": [True]}),
        ({"enum": [""]}, {"enum": [None]}),
        ({"not": {}}, {}),
        ({"items": [STRING]}, {"items": STRING}),
        (False, {}),
    ],
    ids=str,
)
def test_schemas_that_say_something_else_mean_something_else(one: Json, other: Json) -> None:
    assert means(one) != means(other)


def test_references_lead_into_other_models_and_on_from_there() -> None:
    models: Json = {
        "Outer": {"$ref": "https://apigateway.amazonaws.com/restapis/x/models/Inner#/definitions/Name"},
        "Inner": {"definitions": {"Name": {"$ref": "#/definitions/Text"}, "Text": STRING}},
    }
    library = Library(models)

    found = library.follow(library.root("Outer", models["Outer"]))

    assert (found.schema, found.model, found.pointer) == (STRING, "Inner", ("definitions", "Text"))


def test_references_lead_into_lists_and_through_escaped_names() -> None:
    schema: Json = {"definitions": {"a/b~c": [STRING, {"type": "null"}]}, "$ref": "#/definitions/a~1b~0c/1"}
    library = Library({})

    assert library.follow(library.root("M", schema)).schema == {"type": "null"}


def test_a_circle_of_references_takes_everything() -> None:
    library = Library({})
    schema: Json = {
        "definitions": {"A": {"$ref": "#/definitions/B"}, "B": {"$ref": "#/definitions/A"}},
        "$ref": "#/definitions/A",
    }

    assert library.follow(library.root("M", schema)).schema == {}


def test_schemas_that_go_on_without_end_have_a_meaning() -> None:
    node: Json = {"type": "object", "properties": {name: {"$ref": "#"} for name in "abcdefgh"}}

    assert "..." in means(node)


def test_keywords_for_other_types_say_nothing() -> None:
    assert said({"type": "integer", "maxLength": 5, "maximum": 9, "title": "x"}) == {"type": "integer", "maximum": 9}


@pytest.mark.parametrize(
    ("schema", "atoms"),
    [
        ({}, ATOMS),
        ({"type": "number"}, {"integer", "fraction"}),
        ({"type": ["string", "null"]}, {"string", "null"}),
        ({"type": 5}, ATOMS),
        ({"type": "nothing"}, ATOMS),
    ],
    ids=str,
)
def test_types_are_split_into_atoms(schema: Json, atoms: set[str]) -> None:
    assert atoms_of(schema) == atoms


def test_what_is_no_schema_or_list_is_read_as_far_as_it_goes() -> None:
    assert as_schema(False) == {"not": {}}
    assert as_schema("x") == {}
    assert names_in("abc") == frozenset()
    assert canonical({"b": 1.0, "a": [2.5, None]}) == '{"a": [2.5, null], "b": 1}'
