"""Words about reports that several formats share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.report import Operation, Security, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.diff.report import Approval, Finding, Report


def counted(count: int, noun: str) -> str:
    """Write a number with its noun, ``2 changes``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def severity_counts(findings: Sequence[Finding]) -> str:
    """Write how many findings there are of each severity, ``1 breaking, 0 dangerous, 2 safe``."""
    return ", ".join(f"{sum(item.severity is severity for item in findings)} {severity.value}" for severity in Severity)


def other_counts(report: Report) -> tuple[str, ...]:
    """Write what else can be counted, each in a few words; nothing of what there is none."""
    security = [
        f"{found} {kind.value}"
        for kind in Security
        if (found := sum(item.security is kind for item in report.findings))
    ]
    operations = [
        f"{found} {kind.value}"
        for kind in Operation
        if (found := sum(kind in item.operations for item in report.findings))
    ]
    approved = sum(item.approved is not None for item in report.findings)
    words = (
        f"security {', '.join(security)}" if security else "",
        f"operations {', '.join(operations)}" if operations else "",
        f"{approved} approved" if approved else "",
        f"{report.ignored} ignored" if report.ignored else "",
    )
    return tuple(word for word in words if word)


def remarks(finding: Finding) -> tuple[str, ...]:
    """Write what a finding means beside its severity: for security, for the deployment, and that it is approved."""
    security = (f"security {finding.security.value}",) if finding.security else ()
    operations = tuple(operation.value for operation in finding.operations)
    approved = (approval_text(finding.approved),) if finding.approved else ()
    return (*security, *operations, *approved)


def approval_text(approval: Approval) -> str:
    """Write who approved, why and for how long."""
    by = f" by {approval.by}" if approval.by else ""
    until = f" until {approval.until}" if approval.until else ""
    reason = f": {approval.reason}" if approval.reason else ""
    return f"approved{by}{until}{reason}"


def api_title(report: Report, api: str | None) -> str:
    """Name an API by its name and logical id; what is no part of one is around the APIs."""
    if api is None:
        return "around the APIs"
    name = report.api_names.get(api)
    return f"{name} ({api})" if name and name != api else api
