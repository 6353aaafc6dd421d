"""Which findings of a report are wanted: of an API, at paths, hidden ones or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forestage.model.records import dataclass

if TYPE_CHECKING:
    import re

    from forestage.diff.report import Finding, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is wanted of a report.

    ``api`` is the logical id or the name of an API. ``matching`` and ``unmatching`` judge what is found at a path;
    what is found at an API, a stage or a plan has none, and stays.
    """

    api: str | None = None
    matching: re.Pattern[str] | None = None
    unmatching: re.Pattern[str] | None = None
    includes_hidden: bool = False

    def wants(self, finding: Finding, api_name: str | None) -> bool:
        """Tell whether a finding is wanted; ``api_name`` is what people call its API."""
        if finding.hidden and not self.includes_hidden:
            return False
        if self.api is not None and self.api not in {finding.api, api_name}:
            return False
        path = path_of(finding.where)
        if path is None:
            return True
        is_matched = self.matching is None or self.matching.search(path) is not None
        return is_matched and (self.unmatching is None or self.unmatching.search(path) is None)


def path_of(where: str) -> str | None:
    """Return the path of a place, ``/pets`` of ``GET /pets``; None where it has none."""
    _, _, rest = where.partition(" ")
    return rest if rest.startswith("/") else None


def select(report: Report, selection: Selection) -> Report:
    """Leave in a report what is wanted of it."""
    names = report.api_names
    wanted = tuple(item for item in report.findings if selection.wants(item, names.get(item.api or "")))
    return replace(report, findings=wanted)
