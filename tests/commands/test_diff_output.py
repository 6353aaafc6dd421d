from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from forestage.commands.diff_output import Output, output_of, tell, write_files, write_to_terminal
from forestage.commands.printing import TerminalTalk
from forestage.diff.render.formats import Format
from forestage.diff.render.options import RenderOptions
from forestage.errors import StateError
from tests.diff.reports import one_of_each, report

OPTIONS = RenderOptions()


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("terminal", Output()),
        ("json", Output(form=Format.JSON)),
        ("markdown=a=b.md", Output(form=Format.MARKDOWN, file=Path("a=b.md"))),
        ("terminal=report.txt", Output(file=Path("report.txt"))),
    ],
)
def test_format_is_read_with_its_file(text: str, output: Output) -> None:
    assert output_of(text) == output


@pytest.mark.parametrize(("text", "message"), [("xml", "'xml' is none of terminal, json"), ("json=", "names no file")])
def test_wrong_format_is_told(text: str, message: str) -> None:
    with pytest.raises(click.BadParameter, match=message):
        output_of(text)


def test_only_formats_without_a_file_go_to_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    outputs = [Output(form=Format.JSON), Output(file=tmp_path / "report.txt")]

    write_to_terminal(one_of_each(), outputs, OPTIONS, is_colourless=False)
    write_files(one_of_each(), outputs, OPTIONS)

    assert json.loads(capsys.readouterr().out)["summary"]["breaking"] == 1
    assert (tmp_path / "report.txt").read_text(encoding="utf-8").startswith("pets (Api)\n  GET /pets\n")


def test_colours_can_be_left_out(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)

    write_to_terminal(one_of_each(), [Output()], OPTIONS, is_colourless=False)
    coloured = capsys.readouterr().out
    write_to_terminal(one_of_each(), [Output()], OPTIONS, is_colourless=True)

    assert "\x1b[" in coloured
    assert capsys.readouterr().out == click.unstyle(coloured)


def test_nothing_is_written_of_an_empty_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.md"
    file.write_text("old")

    write_to_terminal(report(), [Output()], OPTIONS, is_colourless=False)
    write_files(report(), [Output(form=Format.MARKDOWN, file=file)], OPTIONS)

    assert not capsys.readouterr().out
    assert not file.read_text()


def test_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"cannot write .*no such file or directory"):
        write_files(report(), [Output(file=tmp_path / "nowhere" / "a.txt")], OPTIONS)


@pytest.mark.parametrize(
    ("ignored", "missing", "told"),
    [
        (0, 0, "no changes to the APIs\n"),
        (2, 0, "no changes to the APIs (2 ignored)\n"),
        (2, 3, "no changes to the APIs (2 ignored, 3 not shown, see --all, --only and --match-path)\n"),
    ],
)
def test_nothing_found_is_told(capsys: pytest.CaptureFixture[str], ignored: int, missing: int, told: str) -> None:
    tell(report(ignored=ignored), TerminalTalk(), missing=missing)

    assert capsys.readouterr() == ("", told)


def test_notes_are_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    tell(report(*one_of_each().findings, notes=("a note",)), TerminalTalk(), missing=0)

    assert capsys.readouterr() == ("", "warning: a note\n")
