from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.diff.walk.equality import meaning, parsed
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from forestage.model.values import OpenJson


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, "true"),
        (10, "10"),
        (10.0, "10"),
        (0.5, "0.5"),
        ({"a": 1, "b": 2}, {"b": "2", "a": "1"}),
        ({"Tags": [{"Key": "b"}, {"Key": "a"}]}, {"Tags": [{"Key": "a"}, {"Key": "b"}]}),
        (Unknown("x"), Unknown("x")),
        (Secret("x"), Secret("x")),
        (None, None),
    ],
    ids=str,
)
def test_values_that_mean_the_same_are_equal(one: OpenJson, other: OpenJson) -> None:
    assert meaning(one) == meaning(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(True, 1), ("x", Unknown("x")), ("x", Secret("x")), (["a", "b"], ["b", "a"]), (None, ""), ("True", "true")],
    ids=str,
)
def test_values_that_mean_something_else_are_not(one: OpenJson, other: OpenJson) -> None:
    assert meaning(one) != meaning(other)


def test_documents_may_be_given_as_text() -> None:
    assert parsed('{"a": 1}') == {"a": 1}
    assert parsed("no JSON") == "no JSON"
    assert parsed([1]) == [1]
