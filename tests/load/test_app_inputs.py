from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from forestage.load.app_inputs import digest_of, handler_folders, installed_stamps, lasting, stamps_of

if TYPE_CHECKING:
    from pathlib import Path


def write(file: Path, text: str = "x") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("files", "inputs"),
    [
        (["app.py", "stacks/api.py"], ["app.py", "stacks/api.py"]),
        (["app.py", "node_modules/x.js", ".git/HEAD", "cdk.out/a", ".venv/b", "lib/__pycache__/c"], ["app.py"]),
        (["app.py", "requests.log", "logs/preview.log"], ["app.py"]),
        (["pom.xml", "target/App.class", "lib/target/x"], ["lib/target/x", "pom.xml"]),
        (["src/App.csproj", "src/bin/a", "src/obj/b", "bin/app.ts"], ["bin/app.ts", "src/App.csproj"]),
    ],
    ids=["all", "ignored", "logs", "maven", "dotnet"],
)
def test_inputs_are_the_files_that_an_app_may_read(files: list[str], inputs: list[str], tmp_path: Path) -> None:
    for name in files:
        write(tmp_path / name)

    assert [path for path, _, _ in stamps_of(tmp_path)] == inputs


def test_links_are_no_inputs(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")

    assert [path for path, _, _ in stamps_of(tmp_path)] == ["real/a"]


def test_digest_changes_with_files_and_settings(tmp_path: Path) -> None:
    write(tmp_path / "app.py")
    before = digest_of(stamps_of(tmp_path), {"command": "a"})

    assert digest_of(stamps_of(tmp_path), {"command": "a"}) == before
    assert digest_of(stamps_of(tmp_path), {"command": "b"}) != before
    os.utime(tmp_path / "app.py", ns=(1, 1))
    assert digest_of(stamps_of(tmp_path), {"command": "a"}) != before


def test_digest_is_the_same_after_an_edit_of_a_handler(tmp_path: Path) -> None:
    write(tmp_path / "app.py")
    write(tmp_path / "functions" / "get" / "index.py")
    write(tmp_path / "functions.zip")
    before = digest_of(stamps_of(tmp_path), {}, without=["functions", "functions.zip"])

    write(tmp_path / "functions" / "get" / "index.py", "changed")
    write(tmp_path / "functions" / "new.py")
    write(tmp_path / "functions.zip", "changed")

    assert digest_of(stamps_of(tmp_path), {}, without=["functions", "functions.zip"]) == before
    assert digest_of(stamps_of(tmp_path), {}, without=["function"]) != before


def test_handler_folders_are_the_assets_inside_the_app(tmp_path: Path) -> None:
    sources = [tmp_path / "b", tmp_path / "x" / ".." / "a", tmp_path, tmp_path.parent / "elsewhere", tmp_path / "b"]

    assert handler_folders(tmp_path, sources, "python3 app.py") == ("a", "b")


@pytest.mark.parametrize("command", ["python3 src/app.py", "python3 ./src/infra/app.py", "python3 -m src.app"])
def test_folder_that_the_command_names_is_no_handler(command: str, tmp_path: Path) -> None:
    assert handler_folders(tmp_path, [tmp_path / "src", tmp_path / "sr"], command) == ("sr",)


def test_installed_packages_are_noted(tmp_path: Path) -> None:
    packages = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    write(tmp_path / "node_modules" / ".package-lock.json")
    other = tmp_path / "other" / "lib" / "python3.12" / "site-packages"
    other.mkdir(parents=True)

    noted = installed_stamps(tmp_path, [str(tmp_path / "other"), str(tmp_path / "gone")])

    assert [path for path, _ in noted] == [
        str(tmp_path / "node_modules" / ".package-lock.json"),
        str(packages),
        str(other),
    ]


def test_variables_that_differ_from_shell_to_shell_are_left_out() -> None:
    assert lasting({"STAGE": "dev", "PWD": "/x", "AWS_SESSION_TOKEN": "t"}) == {"STAGE": "dev"}
