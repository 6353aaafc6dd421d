"""A report as annotations of GitHub Actions, which show at the lines that made the changes.

Source: GitHub documentation, "Workflow commands for GitHub Actions", Setting an error message; diff.md section 4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.diff.render.places import file_place, urgency
from forestage.diff.render.visible import visible
from forestage.diff.render.wording import remarks
from forestage.diff.report import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Finding, Report

_COMMANDS: Final[Mapping[Severity, str]] = {
    Severity.BREAKING: "error",
    Severity.DANGEROUS: "warning",
    Severity.SAFE: "notice",
}


def render(report: Report, options: RenderOptions) -> str:
    """Write one annotation a finding, the most urgent first: GitHub shows the first ten of each kind."""
    order = list(_COMMANDS)
    found = sorted(report.findings, key=lambda item: order.index(urgency(item)))
    return "".join(f"{_annotation(item, options)}\n" for item in found)


def _annotation(finding: Finding, options: RenderOptions) -> str:
    properties = ",".join(f"{name}={_property(value)}" for name, value in _properties(finding, options))
    rest = "; ".join(("", *remarks(finding)))
    return f"::{_COMMANDS[urgency(finding)]} {properties}::{_data(f'{finding.where}: {finding.message}{rest}')}"


def _properties(finding: Finding, options: RenderOptions) -> Iterator[tuple[str, str]]:
    place = file_place(finding, options.folder)
    if place is not None:
        yield "file", place.file
        yield "line", str(place.line)
        if place.column:
            yield "col", str(place.column)
    yield "title", f"{finding.severity.value}: {finding.id}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
