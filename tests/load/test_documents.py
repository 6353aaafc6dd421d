from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.load.documents import is_file, read_document, read_text, showing, shown_path

if TYPE_CHECKING:
    from pathlib import Path


def test_json_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes('\ufeff{"a": "é"}'.encode())

    assert read_document(file).root == {"a": "é"}


def test_yaml_file_may_hold_json_or_braces(tmp_path: Path) -> None:
    file = tmp_path / "a.template"

    file.write_text('{"a": "\\ud83d\\ude00"}')
    assert read_document(file).root == {"a": "😀"}
    file.write_text("{a: b}")
    assert read_document(file).root == {"a": "b"}
    file.write_text("a: b")
    assert read_document(file).root == {"a": "b"}


def test_text_that_is_neither_is_reported_as_json() -> None:
    reading = read_text('{"a": [}', file="t.template")

    assert [str(fault) for fault in reading.faults] == ["t.template:1: invalid JSON: expected a value, found '}'"]


def test_json_file_is_not_read_as_yaml() -> None:
    assert read_text("a: b", file="t.json", is_json=True).faults[0].message.startswith("invalid JSON")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b" \n", "the file is empty"),
        (b"a: \xff", "the file is no UTF-8 text: byte 4 is 0xff"),
    ],
    ids=["empty", "not-utf-8"],
)
def test_file_that_holds_no_text_is_a_fault(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(content)

    [fault] = read_document(file).faults

    assert fault.message == message


def test_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    [fault] = read_document(tmp_path / "none.yaml").faults

    assert str(fault) == f"{tmp_path}/none.yaml: the file cannot be read: no such file or directory"


def test_file_whose_path_is_none_is_a_fault(tmp_path: Path) -> None:
    (fault,) = read_document(tmp_path / "a\0b").faults

    assert fault.message == "the file cannot be read: embedded null byte"


def test_path_below_the_current_folder_is_shown_relative(tmp_path: Path) -> None:
    from pathlib import Path as AnyPath

    assert shown_path(AnyPath("a") / ".." / "b.yaml") == "b.yaml"
    assert shown_path(tmp_path / "b.yaml") == f"{tmp_path}/b.yaml"


def test_text_that_can_be_no_path_is_no_file(tmp_path: Path) -> None:
    assert not is_file(tmp_path / ("a" * 5000))
    assert not is_file(tmp_path)


def test_files_of_ours_are_named_after_where_they_come_from(tmp_path: Path) -> None:
    with showing(tmp_path, "git:main:"):
        assert shown_path(tmp_path / "infra" / "t.json") == "git:main:infra/t.json"

    assert shown_path(tmp_path / "t.json") == f"{tmp_path}/t.json"
