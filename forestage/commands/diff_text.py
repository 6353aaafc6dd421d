"""A comparison as lines for people: by API and place, what breaks callers first."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Final

import click

from forestage.commands.printing import dim, heading
from forestage.commands.side_by_side import side_by_side
from forestage.commands.side_by_side import wrap as break_line
from forestage.diff.render.groups import by_api, by_place
from forestage.diff.render.values import in_one_line, is_short, paired_lines
from forestage.diff.render.visible import visible
from forestage.diff.render.wording import api_title, other_counts, remarks, severity_counts
from forestage.diff.report import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forestage.diff.report import Finding, Report

NARROWEST: Final = 40
_COLOURS: Final[Mapping[Severity, str]] = {
    Severity.BREAKING: "red",
    Severity.DANGEROUS: "yellow",
    Severity.SAFE: "green",
}
_LABEL_WIDTH: Final = max(len(severity.value) for severity in Severity)
_INDENT: Final = " " * (4 + _LABEL_WIDTH + 2)


def report_lines(report: Report, *, columns: int, context_lines: int) -> list[str]:
    """Lay out a report for a terminal of so many columns; nothing where there is nothing to tell."""
    if not report.findings:
        return []
    room = max(columns, NARROWEST)
    lines: list[str] = []
    for api, in_api in by_api(report.findings).items():
        lines += [heading(visible(api_title(report, api)))]
        for where, found in by_place(in_api).items():
            lines += [f"  {heading(visible(where))}"]
            for finding in found:
                lines += _finding(finding, room, context_lines)
        lines += [""]
    lines += wrap("; ".join((severity_counts(report.findings), *other_counts(report))), room)
    return lines


def _finding(finding: Finding, room: int, context_lines: int) -> Iterator[str]:
    label = click.style(finding.severity.value.ljust(_LABEL_WIDTH), fg=_COLOURS[finding.severity], bold=True)
    first, *others = wrap(visible(finding.message), room - len(_INDENT)) or [""]
    yield f"    {label}  {first}"
    yield from (f"{_INDENT}{line}" for line in others)
    words = ", ".join((*remarks(finding), f"{finding.id} {finding.fingerprint}"))
    yield from (f"{_INDENT}{dim(line)}" for line in wrap(visible(words), room - len(_INDENT)))
    yield from (f"{_INDENT}{line}" for line in _values(finding, room - len(_INDENT), context_lines))
    if finding.origin is not None:
        yield f"{_INDENT}{dim(visible(f'at {finding.origin}'))}"


def _values(finding: Finding, room: int, context_lines: int) -> Iterator[str]:
    if finding.before is None and finding.after is None:
        return
    line = f"{in_one_line(finding.before) or 'none'} → {in_one_line(finding.after) or 'none'}"
    if is_short(finding) and len(line) <= room:
        yield line
        return
    before, after = paired_lines(finding.before, finding.after, context_lines=context_lines)
    # Too narrow a terminal has them below each other, two columns further in.
    columns = {"before": _broken(before, room - 2), "after": _broken(after, room - 2)}
    yield from side_by_side(columns, total=room)


def _broken(lines: Sequence[str], room: int) -> list[str]:
    return [piece for line in lines for piece in break_line(line, room)]
