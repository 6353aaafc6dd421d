from __future__ import annotations

from typing import Any

import pytest

from forestage.diff.schema_judge.disjoint import are_disjoint
from forestage.diff.schema_judge.schemas import Library

# Schemas are whatever JSON a case has.
Json = Any


def kind(*values: str) -> Json:
    return {"type": "object", "required": ["kind"], "properties": {"kind": {"enum": list(values)}}}


@pytest.mark.parametrize(
    ("schemas", "proved"),
    [
        ([{"type": "string"}, {"type": "integer"}], True),
        ([{"type": "number"}, {"type": "integer"}], False),
        ([{"enum": ["a"]}, {"enum": ["b", "c"]}], True),
        ([{"enum": ["a"]}, {"enum": ["a", "c"]}], False),
        ([kind("cat"), kind("dog")], True),
        ([kind("cat"), kind("dog"), kind("cat")], False),
        ([kind("cat"), {"type": "object", "properties": {"kind": {"enum": ["dog"]}}}], False),
        ([{**kind("cat"), "additionalProperties": False}, {"type": "object", "required": ["tail"]}], True),
        ([{"type": "object", "required": ["tail"]}, {**kind("cat"), "additionalProperties": False}], True),
        ([{**kind("cat"), "additionalProperties": False}, {"type": "object", "required": ["kind"]}], False),
        ([{"type": "object"}, {"type": "object"}], False),
        ([{"type": "string"}], True),
    ],
    ids=str,
)
def test_schemas_without_a_value_in_common_are_told(schemas: list[Json], proved: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a column)
    library = Library({})

    assert are_disjoint(library, [library.root("M", schema) for schema in schemas]) is proved


def test_proofs_end() -> None:
    schema: Json = {"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#"}}}
    library = Library({})

    assert not are_disjoint(library, [library.root("M", schema), library.root("M", schema)])
