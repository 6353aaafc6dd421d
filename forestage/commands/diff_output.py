"""Where the texts of a comparison go: standard output, files, and talk."""

from __future__ import annotations

from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final

import click

from forestage.commands.diff_text import report_lines
from forestage.commands.printing import put
from forestage.diff.render.formats import Format, render
from forestage.errors import StateError
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.commands.printing import TerminalTalk
    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Report

TERMINAL: Final = "terminal"
FORMATS: Final = (TERMINAL, *(form.value for form in Format))
FILE_COLUMNS: Final = 100
"""How wide a report for the terminal is in a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A format and where it goes; no ``form`` is the terminal's, no ``file`` is standard output."""

    form: Format | None = None
    file: Path | None = None


def output_of(text: str) -> Output:
    """Read a format with its file, ``markdown=report.md``.

    Raises:
        click.BadParameter: there is no such format.
    """
    name, has_file, file = text.partition("=")
    if name not in FORMATS:
        raise click.BadParameter(f"{name!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    if has_file and not file:
        raise click.BadParameter(f"{text!r} names no file", param_hint="--format")
    return Output(form=None if name == TERMINAL else Format(name), file=Path(file) if has_file else None)


def write_to_terminal(
    report: Report, outputs: Sequence[Output], options: RenderOptions, *, is_colourless: bool
) -> None:
    """Write a report to standard output, if a format goes there; an empty text writes nothing."""
    for output in outputs:
        if output.file is None:
            text = _text(report, output.form, options, get_terminal_size().columns)
            if text:
                put((click.unstyle(text) if is_colourless else text).removesuffix("\n"))


def write_files(report: Report, outputs: Sequence[Output], options: RenderOptions) -> None:
    """Write a report to the files that formats go to, also an empty one: an older file would mislead.

    Raises:
        StateError: a file cannot be written.
    """
    for output in outputs:
        if output.file is not None:
            _write(output.file, click.unstyle(_text(report, output.form, options, FILE_COLUMNS)))


def tell(report: Report, talk: TerminalTalk, *, missing: int) -> None:
    """Tell people what the report says beside its findings; ``missing`` findings were left out of it."""
    for note in report.notes:
        talk.warn(note)
    if not report.findings:
        others = [f"{report.ignored} ignored"] if report.ignored else []
        others += [f"{missing} not shown, see --all, --only and --match-path"] if missing else []
        talk.info("no changes to the APIs" + (f" ({', '.join(others)})" if others else ""))


def _text(report: Report, form: Format | None, options: RenderOptions, columns: int) -> str:
    if form is not None:
        return render(report, form, options)
    return "".join(f"{line}\n" for line in report_lines(report, columns=columns, context_lines=options.context_lines))


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StateError(f"cannot write {file}: {reason}", hint="name a file in a folder that is there") from error
