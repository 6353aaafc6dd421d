"""A report as JSON.

Source: conformance/DIFF.md, the contract of ``forestage diff --format json``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from forestage.diff.report import Operation, Security, Severity

if TYPE_CHECKING:
    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Approval, Finding, Report, ResourceRef, Side
    from forestage.model.values import Json

VERSION: Final = 1


def render(report: Report, options: RenderOptions) -> str:
    """Write a report as JSON, in ASCII."""
    del options
    return json.dumps(to_document(report), indent=2) + "\n"


def to_document(report: Report) -> dict[str, Json]:
    """Return the document; its counts are over the changes that stand in it, approved ones included."""
    return {
        "version": VERSION,
        "before": _side(report.before),
        "after": _side(report.after),
        "summary": _summary(report),
        "changes": [_change(finding) for finding in report.findings],
    }


def _summary(report: Report) -> dict[str, Json]:
    found = report.findings
    severities: dict[str, Json] = {
        severity.value: sum(item.severity is severity for item in found) for severity in Severity
    }
    return {
        "verdict": report.verdict.value,
        **severities,
        "security": {kind.value: sum(item.security is kind for item in found) for kind in Security},
        "operations": {kind.value: sum(kind in item.operations for item in found) for kind in Operation},
        "ignored": report.ignored,
    }


def _side(side: Side) -> Json:
    return {"source": side.source, "stacks": list(side.stacks)}


def _change(finding: Finding) -> Json:
    return {
        "id": finding.id,
        "severity": finding.severity.value,
        "security": finding.security.value if finding.security else None,
        "operations": [operation.value for operation in finding.operations],
        "api": finding.api,
        "where": finding.where,
        "path": finding.path,
        "resource": _resource(finding.resource) if finding.resource else None,
        "before": finding.before,
        "after": finding.after,
        "message": finding.message,
        "fingerprint": finding.fingerprint,
        "approved": _approval(finding.approved) if finding.approved else None,
    }


def _resource(resource: ResourceRef) -> Json:
    return {"logical_id": resource.logical_id, "type": resource.type, "construct": resource.construct}


def _approval(approval: Approval) -> Json:
    until = approval.until.isoformat() if approval.until else None
    return {"by": approval.by, "reason": approval.reason, "until": until}
