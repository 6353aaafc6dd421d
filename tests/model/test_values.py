from __future__ import annotations

import pytest

from forestage.model.values import Json, OpenJson, Origin, Secret, Text, Unknown, known, known_json


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (Origin("t.yaml", 3, 5, "Resources/Api"), "t.yaml:3 (Resources/Api)"),
        (Origin("t.yaml", 3), "t.yaml:3"),
        (Origin("Stack", path="App/Api"), "Stack (App/Api)"),
        (Origin("Stack"), "Stack"),
    ],
)
def test_origin_is_written_as_precisely_as_it_is_known(origin: Origin, expected: str) -> None:
    assert str(origin) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("x", "x"), (Secret("s3cret"), "s3cret"), (Unknown("Ref X"), None), (None, None)]
)
def test_known_reveals_what_there_is(text: Text | None, expected: str | None) -> None:
    assert known(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": ["x", 1, None, True, Secret("s3cret")]}, {"a": ["x", 1, None, True, "s3cret"]}),
        ({"a": ["x", Unknown("Ref X")]}, None),
    ],
)
def test_known_json_is_all_known_or_nothing(value: OpenJson, expected: Json) -> None:
    assert known_json(value) == expected


def test_secret_never_shows_in_text() -> None:
    secret = Secret("s3cret")

    assert "s3cret" not in f"{secret} {secret!r} {[secret]}"


def test_unknown_shows_its_expression() -> None:
    assert str(Unknown("Fn::GetAtt Table.StreamArn")) == "<Fn::GetAtt Table.StreamArn>"
