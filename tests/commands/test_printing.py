from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from forestage.commands.printing import TerminalTalk, complain, heading, put, table, verb, width
from forestage.errors import Fault, TemplateError
from forestage.model.values import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([("a", "b")], ["a  b"], id="one row"),
        pytest.param([("a", "b"), ("long", "c")], ["a     b", "long  c"], id="columns are aligned"),
        pytest.param([("a", ""), ("b", "c")], ["a", "b  c"], id="no blanks at the end"),
        pytest.param([("日本", "x"), ("ab", "y")], ["日本  x", "ab    y"], id="wide signs take two columns"),
        pytest.param([("e\u0301", "x"), ("ab", "y")], ["e\u0301   x", "ab  y"], id="combining signs take none"),
    ],
)
def test_table_is_aligned(rows: list[Sequence[str]], lines: list[str]) -> None:
    assert table(rows) == lines


def test_table_with_a_header_and_an_indent() -> None:
    lines = [click.unstyle(line) for line in table([("1", "2")], header=("first", "second"), indent="  ")]

    assert lines == ["  first  second", "  1      2"]


def test_table_without_rows_has_no_header() -> None:
    assert table([], header=("first",)) == []


def test_colour_takes_no_columns() -> None:
    assert width(heading("four")) == 4
    assert click.unstyle("  ".join(table([(verb("GET"), "x"), (verb("DELETE"), "y")]))) == "GET     x  DELETE  y"


def test_talk_goes_to_standard_error_and_data_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    put("data")
    TerminalTalk.info("info")
    TerminalTalk.warn("warn")
    TerminalTalk.error("error")

    captured = capsys.readouterr()
    assert captured.out == "data\n"
    assert captured.err == "info\nwarning: warn\nerror: error\n"


def test_output_is_coloured_when_forced(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    put(heading("bold"))

    assert capsys.readouterr().out == "\x1b[1mbold\x1b[0m\n"


def test_complaint_has_faults_and_hint(capsys: pytest.CaptureFixture[str]) -> None:
    fault = Fault(message="it is wrong", origin=Origin("t.json", 3))

    complain(TemplateError("the template has a fault", hint="mend it", faults=[fault]))

    assert capsys.readouterr().err.splitlines() == [
        "error: the template has a fault",
        "  t.json:3: it is wrong",
        "hint: mend it",
    ]
