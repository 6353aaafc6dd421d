from __future__ import annotations

from collections import ChainMap
from types import MappingProxyType

import pytest

from forestage.policy.faults import PolicyError
from forestage.policy.intake import Intake, check_bounds, numbered, read_document, scalar
from forestage.policy.limits import Limits


def test_any_mapping_is_an_object_and_any_sequence_a_list() -> None:
    intake = Intake()

    assert intake.members("", MappingProxyType({"a": 1})) == {"a": 1}
    assert list(intake.strings("p", ("a", "b"))) == [("p[0]", "a"), ("p[1]", "b")]
    assert not intake.faults


def test_one_item_has_the_place_of_the_whole() -> None:
    assert list(numbered("p", "ab")) == [("p", "ab")]
    assert list(numbered("p", {"a": 1})) == [("p", {"a": 1})]
    assert list(numbered("p", [])) == []


def test_scalars_are_written_as_text() -> None:
    values: list[object] = ["a", True, False, 7, 1.5, None, [], float("nan")]

    assert [scalar(value) for value in values] == [
        *("a", "true", "false", "7", "1.5", None, None, None),
    ]


def test_document_that_shares_its_parts_is_left_when_it_is_too_large() -> None:
    value: list[object] = ["aaaaaaaa"]
    for _ in range(40):
        value = [*value, *value]
        if len(value) > 64:
            value = [value, value]

    with pytest.raises(PolicyError, match="more than 1000 characters"):
        check_bounds(ChainMap({"a": value}), Limits(characters=1000, depth=100))


def test_repeated_names_are_known_however_many_there_are() -> None:
    text = "{" + ",".join(f'"a{number % 5000}":1' for number in range(6000)) + "}"
    intake = Intake()

    intake.members("", read_document(text, Limits()))

    assert len(intake.faults) == 1000
