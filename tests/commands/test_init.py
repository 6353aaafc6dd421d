from __future__ import annotations

import json
import tomllib
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest

from forestage.commands.init import files_below, project_texts
from tests.functional.preview_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands.conftest import Outcome

EVERY = {
    *(".gitignore", "README.md", "app.py", "cdk.json", "pytest.ini", "requirements-dev.txt", "requirements.txt"),
    "tests/conftest.py",
}
REST = {"functions/greetings/index.py", "tests/test_rest_api.py", "tests/test_rest_preview.py"}
WEBSOCKET = {"functions/chat/index.py", "tests/test_websocket_api.py", "tests/test_websocket_loading.py"}


@pytest.mark.parametrize(
    ("template", "names"),
    [("rest", EVERY | REST), ("websocket", EVERY | WEBSOCKET), ("both", EVERY | REST | WEBSOCKET)],
)
def test_project_has_the_files_of_its_apis(
    run: Callable[..., Outcome], tmp_path: Path, template: str, names: set[str]
) -> None:
    folder = tmp_path / "pet-shop"

    outcome = run("init", str(folder), "--app-template", template)

    assert outcome.code == 0
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == names
    assert outcome.data.splitlines() == sorted(str(folder / name) for name in names)
    assert outcome.talk == f"read {folder / 'README.md'} for what to do next\n"


def test_rest_api_in_the_current_folder_is_what_one_gets_unasked(
    run: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    outcome = run("init")

    assert outcome.code == 0
    assert json.loads((tmp_path / "cdk.json").read_text("utf-8"))["app"] == "python app.py"
    assert "RestApi(" in (tmp_path / "app.py").read_text("utf-8")


@pytest.mark.parametrize(
    ("folder", "stack"),
    [("pet-shop", "PetShop"), ("petShop_2", "PetShop2"), ("3rd", "Rd"), ("_", "Service"), ("7", "Service")],
)
def test_stack_is_named_after_the_folder(run: Callable[..., Outcome], tmp_path: Path, folder: str, stack: str) -> None:
    run("init", str(tmp_path / folder))

    assert f'ServiceStack(app, "{stack}")' in (tmp_path / folder / "app.py").read_text("utf-8")
    assert (tmp_path / folder / "README.md").read_text("utf-8").startswith(f"# {stack}\n")


def test_files_that_are_there_are_never_overwritten(run: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("mine", "utf-8")
    (tmp_path / "cdk.json").mkdir()

    outcome = run("init", str(tmp_path))

    assert outcome.code == 1
    assert not outcome.data
    assert f"files of the project are in {tmp_path} already, and nothing was written" in outcome.talk
    assert f"  {tmp_path / 'app.py'}\n  {tmp_path / 'cdk.json'}\n" in outcome.talk
    assert sorted(path.name for path in tmp_path.iterdir()) == ["app.py", "cdk.json"]
    assert (tmp_path / "app.py").read_text("utf-8") == "mine"


def test_files_beside_those_of_the_project_stay(run: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", "utf-8")

    outcome = run("init", str(tmp_path))

    assert outcome.code == 0
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"


def test_folder_that_cannot_be_made_is_told(run: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    outcome = run("init", str(tmp_path / "file" / "project"))

    assert outcome.code == 1
    assert "the project cannot be written to" in outcome.talk
    assert "Not a directory" in outcome.talk


def test_project_asks_for_this_release() -> None:
    release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert project_texts("rest", stack="Pets")["requirements.txt"] == f"forestage~={release}\n"
    assert version("forestage") == release


def test_what_an_installation_compiled_is_no_part_of_a_project(tmp_path: Path) -> None:
    for name in ("app.py", "gitignore", "__pycache__/app.pyc", "tests/test_app.py", "tests/__pycache__/test_app.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert sorted(name for name, _ in files_below(tmp_path)) == [".gitignore", "app.py", "tests/test_app.py"]
