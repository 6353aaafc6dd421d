from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest

from forestage.commands.env_vars import read_env_vars, unknown_functions
from forestage.model.functions import Function, InlineCode

if TYPE_CHECKING:
    from pathlib import Path


def write(folder: Path, content: object) -> Path:
    file = folder / "env.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def test_variables_are_read_with_null_for_none(tmp_path: Path) -> None:
    content = {"Parameters": {"TABLE": "pets"}, "Pets": {"DEBUG": 1, "TOKEN": None, "VERBOSE": True}}

    assert read_env_vars(write(tmp_path, content)) == content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("{", "cannot be read: Expecting", id="no JSON"),
        pytest.param([], "must hold a JSON object, like", id="no object"),
        pytest.param({"TABLE": "pets"}, "TABLE must be an object of variables, like", id="variables without function"),
        pytest.param({"Pets": {"A": [1], "B": {}}}, "Pets.A must be text, a number, true", id="a value that is a list"),
        pytest.param({"Pets": {"A": [1], "B": {}}}, "; Pets.B must be text", id="every fault is told"),
    ],
)
def test_wrong_shape_is_refused(content: object, message: str, tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter) as caught:
        read_env_vars(write(tmp_path, content))

    assert message in caught.value.message
    assert caught.value.param_hint == "--env-vars"


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(click.BadParameter, match="cannot be read"):
        read_env_vars(tmp_path / "none.json")


def test_entries_for_no_function_are_found() -> None:
    function = Function(logical_id="Pets", name="pets-1", arn="arn", code=InlineCode(text=""))
    variables: dict[str, dict[str, None]] = {name: {} for name in ("Parameters", "Pets", "pets-1", "Cats")}

    assert unknown_functions(variables, (function,)) == ("Cats",)
