"""A report as GitLab's Code Quality report.

Source: GitLab documentation, "Code Quality", Code Quality report format; diff.md section 4.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from forestage.diff.render.places import file_place, urgency
from forestage.diff.render.visible import visible
from forestage.diff.render.wording import remarks
from forestage.diff.report import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Finding, Report
    from forestage.model.values import Json

_SEVERITIES: Final[Mapping[Severity, str]] = {
    Severity.BREAKING: "critical",
    Severity.DANGEROUS: "major",
    Severity.SAFE: "info",
}


def render(report: Report, options: RenderOptions) -> str:
    """Write one entry a finding; one whose line is not known stands at the first line of the source."""
    return json.dumps([_entry(item, report, options) for item in report.findings], indent=2) + "\n"


def _entry(finding: Finding, report: Report, options: RenderOptions) -> Json:
    place = file_place(finding, options.folder)
    rest = "; ".join(("", *remarks(finding)))
    return {
        "description": visible(f"{finding.where}: {finding.message}{rest}"),
        "check_name": finding.id,
        "fingerprint": finding.fingerprint,
        "severity": _SEVERITIES[urgency(finding)],
        "location": {
            "path": place.file if place else visible(report.after.source),
            "lines": {"begin": place.line if place else 1},
        },
    }
