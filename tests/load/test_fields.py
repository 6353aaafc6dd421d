import re
from pathlib import Path

import pytest

from forestage.errors import IdentityFileError
from forestage.load.fields import Fields, Root
from forestage.model.values import Secret
from tests.load.identity_files import written


def root_of(folder: Path, text: str) -> Root:
    return Root(written(folder, text))


def fields_of(folder: Path, text: str) -> Fields:
    fields = root_of(folder, text).fields()
    assert fields is not None
    return fields


def messages(fields: Fields) -> list[str]:
    return [fault.message for fault in fields.root.faults]


def test_entries_are_read(tmp_path: Path) -> None:
    fields = fields_of(
        tmp_path,
        "text: a\nnumber: 123\nsecret: s\nmoment: 2026-12-01T12:00:00+01:00\none: a\nmany: [a, b]\nmap: {a: 1}\nno: ~",
    )

    assert fields.text("text") == "a"
    assert fields.text("number", form=re.compile(r"\d+"), meaning="digits") == "123"
    assert fields.secret("secret") == Secret("s")
    assert fields.moment("moment") == 1796122800
    assert (fields.texts("one"), fields.texts("many")) == (("a",), ("a", "b"))
    inner = fields.fields("map")
    assert inner is not None
    assert inner.plain(inner.entries) == {"a": 1}
    assert not fields.has("no")
    fields.report_unknown()
    assert messages(fields) == []


def test_absent_entries_are_none(tmp_path: Path) -> None:
    fields = fields_of(tmp_path, "a: ~")

    assert [read("a") for read in (fields.text, fields.secret, fields.moment, fields.fields)] == [None] * 4
    assert fields.texts("a") == ()
    assert messages(fields) == []


def test_required_entries_are_missed(tmp_path: Path) -> None:
    fields = fields_of(tmp_path, "a: ~")

    fields.text("b", required=True)
    fields.secret("c", required=True)
    fields.moment("d", required=True)

    assert messages(fields) == ["b is missing", "c is missing", "d is missing"]


@pytest.mark.parametrize(
    ("written_value", "expected"),
    [
        ("true", "a must be text, got true"),
        ("1.5", "a must be text, got 1.5"),
        ("''", 'a must be text, got ""'),
        ("[b]", "a must be text, got a list"),
        ("xyz", 'a must be digits, got "xyz"'),
    ],
)
def test_what_is_no_text_is_a_fault(tmp_path: Path, written_value: str, expected: str) -> None:
    fields = fields_of(tmp_path, f"a: {written_value}")

    assert fields.text("a", form=re.compile(r"\d+"), meaning="digits") is None
    assert messages(fields) == [expected]


@pytest.mark.parametrize("written_value", ["12345", "''", "[hush]"])
def test_wrong_secret_is_not_shown(tmp_path: Path, written_value: str) -> None:
    fields = fields_of(tmp_path, f"a: {written_value}")

    assert fields.secret("a") is None
    assert messages(fields) == ["a must be text, in quotes where it looks like a number"]


@pytest.mark.parametrize("written_value", ["2026-12-01T12:00:00", "soon", "12"])
def test_moment_needs_date_time_and_offset(tmp_path: Path, written_value: str) -> None:
    fields = fields_of(tmp_path, f"a: {written_value}")

    assert fields.moment("a") is None
    assert messages(fields)[0].startswith("a must be a date and time like 2026-12-01T12:00:00Z, got ")


def test_lists_and_maps_are_told_apart(tmp_path: Path) -> None:
    fields = fields_of(tmp_path, "a: [b, 1]\nc: d")

    assert fields.texts("a") == ()
    assert fields.fields("c") is None
    assert messages(fields) == ["a must be a text or a list of texts, got a list", 'c must be a map, got "d"']


def test_unknown_entries_are_told_with_their_place(tmp_path: Path) -> None:
    root = root_of(tmp_path, "principals: ~\nprincipls: ~\nother: ~")
    fields = root.fields()
    assert fields is not None
    fields.value("principals")

    fields.report_unknown()

    with pytest.raises(IdentityFileError) as error:
        root.raise_any()
    assert str(error.value).replace(f"{tmp_path}/", "") == (
        "the file people.yaml has 2 faults\n"
        "  people.yaml:2 (principls): principls is not known here (did you mean principals?)\n"
        "  people.yaml:3 (other): other is not known here (known: principals)"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("- a", "the file must hold a map, got a list", id="list"),
        pytest.param("~", "the file must hold a map, got null", id="null"),
        pytest.param("", "the file is empty", id="empty"),
        pytest.param("a: [", "invalid YAML", id="broken"),
    ],
)
def test_file_that_holds_no_map_is_a_fault(tmp_path: Path, text: str, expected: str) -> None:
    root = root_of(tmp_path, text)

    assert root.fields() is None
    with pytest.raises(IdentityFileError, match="has 1 fault\n") as error:
        root.raise_any()
    assert error.value.faults[0].message.startswith(expected)


def test_nothing_is_raised_for_a_file_in_order(tmp_path: Path) -> None:
    root_of(tmp_path, "a: b\n").raise_any()
