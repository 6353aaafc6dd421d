"""Findings in groups, in the order in which each group is first met: the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from forestage.diff.report import Finding


def by_api(findings: Iterable[Finding]) -> Mapping[str | None, Sequence[Finding]]:
    """Group findings by API; those around the APIs are under None."""
    groups: dict[str | None, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.api, []).append(finding)
    return groups


def by_place(findings: Iterable[Finding]) -> Mapping[str, Sequence[Finding]]:
    """Group findings by their place."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.where, []).append(finding)
    return groups
