import pytest

from forestage.load.scope import describe, nearest
from forestage.model.values import Secret, Unknown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "'a'"),
        (1, "1"),
        (1.5, "1.5"),
        (True, "true"),
        (False, "false"),
        (None, "nothing"),
        ([1, 2], "a list of 2"),
        ({}, "an empty map"),
        ({"a": 1, "b": 2, "c": 3, "d": 4}, "a map of a, b, c"),
        (Unknown("Ref A"), "<Ref A>"),
        (Secret("x"), "***"),
    ],
)
def test_value_is_described_shortly(value: object, text: str) -> None:
    assert describe(value) == text


def test_nearest_name_is_suggested_only_if_it_looks_meant() -> None:
    assert nearest("Stagee", ["Stage", "Size"]) == "did you mean Stage?"
    assert nearest("Other", ["Stage", "Size"]) is None
