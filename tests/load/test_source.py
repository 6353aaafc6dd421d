from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.errors import SourceError
from forestage.load.source import (
    GitSource,
    SourceKind,
    StackSource,
    StageSource,
    find_local_source,
    find_source,
    is_app,
    is_here,
)

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.load.source import AnySource


@pytest.mark.parametrize(
    ("file", "named", "kind"),
    [
        ("cdk.json", ".", SourceKind.APP),
        ("cdk.json", "cdk.json", SourceKind.APP),
        ("manifest.json", ".", SourceKind.ASSEMBLY),
        ("manifest.json", "manifest.json", SourceKind.ASSEMBLY),
    ],
)
def test_folder_is_known_by_what_is_in_it(file: str, named: str, kind: SourceKind, tmp_path: Path) -> None:
    (tmp_path / file).touch()

    source = find_local_source(str(tmp_path / named))

    assert (source.kind, source.path) == (kind, tmp_path)


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.yml", "a.template", "a.JSON"])
def test_template_is_known_by_its_ending(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()

    source = find_local_source(str(tmp_path / name))

    assert (source.kind, source.path) == (SourceKind.TEMPLATE, tmp_path / name)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("git:main", GitSource(ref="main")),
        ("git:v1.2:infra/t.yaml", GitSource(ref="v1.2", path="infra/t.yaml")),
        ("git:HEAD~1:", GitSource(ref="HEAD~1")),
        ("aws:Pets-Prod", StackSource(names=("Pets-Prod",))),
        ("aws:Pets,Orders,Pets", StackSource(names=("Pets", "Orders"))),
        (
            "aws:arn:aws:cloudformation:eu-west-1:111122223333:stack/Pets/1-2",
            StackSource(names=("arn:aws:cloudformation:eu-west-1:111122223333:stack/Pets/1-2",)),
        ),
        ("stage:a1b2c3/prod", StageSource(api_id="a1b2c3", stage="prod")),
        ("stage:a1b2c3/$default", StageSource(api_id="a1b2c3", stage="$default")),
    ],
)
def test_source_elsewhere_is_known_by_its_prefix(text: str, source: AnySource) -> None:
    assert find_source(text) == source
    assert not is_app(source)
    assert not is_here(source)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("git:", "'' is no git ref"),
        ("git:-x", "'-x' is no git ref"),
        ("aws:", "'' is no name of a stack"),
        ("aws:a_b", "'a_b' is no name of a stack"),
        ("stage:abc", "'abc' is no stage of an API"),
        ("stage:abc/", "'abc/' is no stage of an API"),
        ("stage:../x/prod", "'../x/prod' is no stage of an API"),
    ],
)
def test_source_elsewhere_of_another_form_is_an_error(source: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        find_source(source)

    assert caught.value.message == message
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("like ")


def test_app_is_one(tmp_path: Path) -> None:
    (tmp_path / "cdk.json").touch()

    assert is_app(find_source(str(tmp_path)))
    assert is_here(find_source(str(tmp_path)))


@pytest.mark.parametrize("name", ["nothing", "a" * 5000, "a\0b"], ids=["not-there", "too-long", "null"])
def test_source_that_is_not_there_is_an_error(name: str) -> None:
    with pytest.raises(SourceError) as caught:
        find_source(name)

    assert caught.value.message == f"there is no file or folder {name!r}"


def test_file_of_another_kind_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "app.py").touch()

    with pytest.raises(SourceError, match=r"app\.py is no template by its name"):
        find_source(str(tmp_path / "app.py"))


@pytest.mark.parametrize(
    ("file", "hint"),
    [("template.yaml", "template.yaml"), ("cdk.out/manifest.json", "cdk.out"), ("other.txt", None)],
)
def test_folder_with_neither_suggests_what_is_in_it(file: str, hint: str | None, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).touch()

    with pytest.raises(SourceError, match=r"has neither cdk\.json nor manifest\.json") as caught:
        find_source(str(tmp_path))

    assert caught.value.hint is not None
    assert caught.value.hint.startswith(f"name what is in it: {tmp_path}/{hint}" if hint else "a SOURCE is a folder")
