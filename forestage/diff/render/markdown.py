"""A report as Markdown for a comment: no longer than comments may be, and never without a breaking finding.

Source: diff.md section 4: detail goes first where it is safe, then where it is dangerous; nothing is cut inside a
fence or a ``details``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from forestage.diff.render.markdown_text import code, fenced, prose
from forestage.diff.render.values import changed_lines, in_one_line, is_short
from forestage.diff.render.wording import api_title, counted, other_counts, remarks, severity_counts
from forestage.diff.report import Severity
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Finding, Report

NO_CHANGES: Final = "### No changes to the APIs"
_KEY_SIGNS: Final = re.compile(r"[^A-Za-z0-9._/@:+-]|-(?=-)")
_BRIEF_HEADER: Final = ("where", "rule")
_HEADER: Final = ("API", "where", "what changes", "before", "after", "rule")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Detail:
    """How much is told of a severity: ``rows`` findings, with long values or not, or only where they are."""

    rows: int
    has_values: bool = True
    is_brief: bool = False


class _Part(NamedTuple):
    """What can be told of one finding: as a row, as a brief row, and its long values."""

    row: str
    brief: str
    values: Sequence[str]


def marker(key: str) -> str:
    """Return the hidden line by which a comment is found again; what cannot stand in it is left out of the key."""
    return f"<!-- forestage:diff:{_KEY_SIGNS.sub('', key)} -->"


def render(report: Report, options: RenderOptions) -> str:
    """Write a report as a comment, with its marker; nothing where there is nothing to tell.

    A text longer than ``max_characters`` comes out only where the places of the breaking findings alone are too long.
    """
    return _Comment(report, options).text() if report.findings else ""


def render_no_changes(options: RenderOptions) -> str:
    """Write what takes the place of a comment when nothing is left to tell."""
    return f"{marker(options.key)}\n{NO_CHANGES}\n"


class _Comment:
    """Writes one comment with as much detail as there is room for."""

    def __init__(self, report: Report, options: RenderOptions) -> None:
        self._report = report
        self._options = options
        self._parts: Mapping[Severity, Sequence[_Part]] = {
            severity: [self._part(item) for item in report.findings if item.severity is severity]
            for severity in Severity
        }

    def text(self) -> str:
        details = {severity: _Detail(rows=len(parts)) for severity, parts in self._parts.items()}
        for severity in (Severity.SAFE, Severity.DANGEROUS):
            if self._fits(details):
                return self._written(details)
            details[severity] = replace(details[severity], has_values=False)
            if self._fits(details):
                return self._written(details)
            # The longest table that fits: none fits better than a shorter one.
            counts = range(len(self._parts[severity]), -1, -1)
            left = bisect_left(counts, 1, key=lambda rows: self._fits({**details, severity: _short(rows)}))
            details[severity] = _short(counts[min(left, len(counts) - 1)])
        for smaller in (
            replace(details[Severity.BREAKING], has_values=False),
            _Detail(rows=0, has_values=False, is_brief=True),
        ):
            if self._fits(details):
                break
            details[Severity.BREAKING] = smaller
        return self._written(details)

    def _fits(self, details: Mapping[Severity, _Detail]) -> bool:
        return len(self._written(details)) <= self._options.max_characters

    def _written(self, details: Mapping[Severity, _Detail]) -> str:
        report = self._report
        sides = f"{code(report.before.source)} → {code(report.after.source)}"
        lines = [
            marker(self._options.key),
            f"### API changes: {severity_counts(report.findings)}",
            "",
            "; ".join((sides, *other_counts(report))),
        ]
        for severity, detail in details.items():
            parts = self._parts[severity]
            if parts:
                lines += ["", *_section(severity, parts, detail)]
        lines += ["", *(f"- {prose(note)}" for note in report.notes)] if report.notes else []
        return "\n".join((*lines, ""))

    def _part(self, finding: Finding) -> _Part:
        return _Part(
            row=_line(self._cells(finding)),
            brief=_line((code(finding.where), code(finding.id))),
            values=() if is_short(finding) else tuple(self._values(finding)),
        )

    def _cells(self, finding: Finding) -> Sequence[str]:
        words = "; ".join((finding.message, *remarks(finding)))
        values = (finding.before, finding.after) if is_short(finding) else (None, None)
        return (
            prose(api_title(self._report, finding.api)),
            code(finding.where),
            prose(words),
            *(code(in_one_line(value)) for value in values),
            f"{code(finding.id)} {code(finding.fingerprint)}",
        )

    def _values(self, finding: Finding) -> Iterator[str]:
        lines = changed_lines(finding.before, finding.after, context_lines=self._options.context_lines)
        yield from ("", f"<details><summary>{code(finding.where)} {code(finding.id)}</summary>", "")
        yield from fenced(lines, "diff")
        yield from ("", "</details>")


def _section(severity: Severity, parts: Sequence[_Part], detail: _Detail) -> Iterator[str]:
    title = counted(len(parts), f"{severity.value} change")
    is_open = severity is Severity.BREAKING
    yield f"#### {title}" if is_open else f"<details><summary>{title}</summary>"
    yield ""
    if detail.is_brief:
        yield from _table(_BRIEF_HEADER, (part.brief for part in parts))
    elif detail.rows:
        yield from _table(_HEADER, (part.row for part in parts[: detail.rows]))
    if detail.has_values:
        yield from (line for part in parts for line in part.values)
    missing = 0 if detail.is_brief else len(parts) - detail.rows
    if missing:
        yield from ("", f"{missing} more, see the job summary")
    if not is_open:
        yield from ("", "</details>")


def _short(rows: int) -> _Detail:
    return _Detail(rows=rows, has_values=False)


def _table(header: Sequence[str], lines: Iterator[str]) -> Iterator[str]:
    yield _line(header)
    yield _line(["---"] * len(header))
    yield from lines


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
