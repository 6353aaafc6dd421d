from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.errors import SourceError
from forestage.load.source import SourceKind, find_source

if TYPE_CHECKING:
    from pathlib import Path


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

    source = find_source(str(tmp_path / named))

    assert (source.kind, source.path) == (kind, tmp_path)


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.yml", "a.template", "a.JSON"])
def test_template_is_known_by_its_ending(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()

    source = find_source(str(tmp_path / name))

    assert (source.kind, source.path) == (SourceKind.TEMPLATE, tmp_path / name)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("git:main", "a SOURCE at a git ref cannot be loaded yet: git:main"),
        ("aws:prod", "a deployed stack as SOURCE cannot be loaded yet: aws:prod"),
        ("stage:abc/dev", "a deployed stage as SOURCE cannot be loaded yet: stage:abc/dev"),
    ],
)
def test_source_of_a_later_kind_says_so(source: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        find_source(source)

    assert caught.value.message == message
    assert caught.value.hint == (
        "today a SOURCE is a folder with cdk.json or manifest.json, or a template file (.json, .yaml, .yml, .template)"
    )


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
