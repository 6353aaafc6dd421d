from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forestage import cli
from forestage.commands.defects import report_defect

if TYPE_CHECKING:
    import pytest


def defect() -> Exception:
    try:
        return KeyError({}["missing"])  # type: ignore[index]
    except KeyError as error:
        return error


def test_defect_is_one_line_and_its_traceback_is_in_a_file(tmp_path: Path) -> None:
    line = report_defect(defect(), folder=tmp_path)

    summary, _, place = line.partition("; the traceback is in ")
    assert summary == "a defect of forestage: KeyError: 'missing'"
    content = Path(place).read_text(encoding="utf-8")
    assert "Traceback" in content
    assert "test_defects.py" in content


def test_defect_that_cannot_be_written_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "crashes").touch()

    line = report_defect(defect(), folder=tmp_path)

    assert "\n" not in line
    assert "test_defects.py:" in line
    assert "the traceback is lost: cannot" in line


def test_defect_without_a_traceback_is_told(tmp_path: Path) -> None:
    (tmp_path / "crashes").touch()

    assert "no traceback" in report_defect(ValueError("first\nsecond"), folder=tmp_path)


def test_program_tells_a_defect_in_one_line(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = cli._fail(defect())

    captured = capfd.readouterr()
    assert code == 1
    assert not captured.out
    assert captured.err.startswith("error: a defect of forestage: KeyError")
    assert captured.err.count("\n") == 1
    assert len(list((home / "state" / "forestage" / "crashes").iterdir())) == 1
