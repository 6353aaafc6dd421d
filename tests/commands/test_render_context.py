from __future__ import annotations

import pytest

from forestage.commands.render_context import ShapeError, read_scope
from forestage.vtl import Scope
from forestage.vtl.values import JavaList


def test_context_without_parts_is_an_empty_request() -> None:
    assert read_scope({}) == Scope()


def test_parts_without_content_are_empty() -> None:
    assert read_scope({"params": None, "stageVariables": None, "context": None, "vars": None}) == Scope()


@pytest.mark.parametrize(
    ("body", "text"), [("a: b", "a: b"), ({"a": "é"}, '{"a":"é"}'), ([1, None], "[1,null]"), (None, "null"), ("", "")]
)
def test_body_is_text_or_compact_json(body: object, text: str) -> None:
    assert read_scope({"body": body}).body == text


def test_parameters_become_texts() -> None:
    scope = read_scope({"params": {"path": {"id": 7}, "header": {"A": "b"}}, "stageVariables": {"on": True}})

    assert (scope.path, scope.header, scope.stage_variables) == ({"id": "7"}, {"A": "b"}, {"on": "true"})


def test_lists_of_variables_are_those_of_java() -> None:
    scope = read_scope({"vars": {"l": [[1]], "m": {"l": []}}})

    made = scope.variables["l"]
    assert isinstance(made, JavaList)
    assert isinstance(made[0], JavaList)
    assert scope.variables["m"] == {"l": JavaList()}


def test_every_fault_is_told() -> None:
    with pytest.raises(ShapeError) as caught:
        read_scope({"contxt": {}, "params": {"query": {}}, "stageVariables": {"a": []}})

    assert str(caught.value).split("; ") == [
        "there is no 'contxt', only body, params, stageVariables, context, vars",
        "there is no params.query, only path, querystring, header",
        "stageVariables must have texts as its values",
    ]


def test_content_that_is_nested_too_deeply_is_refused() -> None:
    nested: list[object] = []
    for _ in range(10_000):
        nested = [nested]

    with pytest.raises(ShapeError, match="nested too deeply"):
        read_scope({"vars": {"l": nested}})
