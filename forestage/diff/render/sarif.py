"""A report as SARIF 2.1.0, which code scanning takes.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; diff.md section 4.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from forestage import __version__
from forestage.diff.render.places import FilePlace, file_place
from forestage.diff.render.visible import visible
from forestage.diff.report import Security, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Approval, Finding, Report
    from forestage.model.values import Json

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT_NAME: Final = "forestageFingerprint/v1"

_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.BREAKING: "error",
    Severity.DANGEROUS: "warning",
    Severity.SAFE: "note",
}


def render(report: Report, options: RenderOptions) -> str:
    """Write one rule an id and one result a finding; what is approved is suppressed."""
    rules = tuple(dict.fromkeys(item.id for item in report.findings))
    run = {
        "tool": {
            "driver": {
                "name": "forestage",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, rules, options) for item in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: str) -> Json:
    return {"id": rule, "name": "".join(part.capitalize() for part in rule.split("-"))}


def _result(finding: Finding, rules: Sequence[str], options: RenderOptions) -> Json:
    return {
        "ruleId": finding.id,
        "ruleIndex": rules.index(finding.id),
        "level": _level(finding),
        "message": {"text": visible(f"{finding.where}: {finding.message}")},
        "locations": [_location(finding, file_place(finding, options.folder))],
        "partialFingerprints": {FINGERPRINT_NAME: finding.fingerprint},
        "suppressions": [_suppression(finding.approved)] if finding.approved else [],
        "properties": {
            "severity": finding.severity.value,
            "security": finding.security.value if finding.security else None,
            "operations": [operation.value for operation in finding.operations],
            "api": finding.api,
            "before": finding.before,
            "after": finding.after,
        },
    }


def _level(finding: Finding) -> str:
    is_weaker = finding.severity is Severity.SAFE and finding.security is Security.WEAKER
    return _LEVELS[Severity.DANGEROUS if is_weaker else finding.severity]


def _location(finding: Finding, place: FilePlace | None) -> Json:
    logical = {"name": visible(finding.where), "fullyQualifiedName": visible(finding.path), "kind": "resource"}
    if place is None:
        return {"logicalLocations": [logical]}
    region = {"startLine": place.line} | ({"startColumn": place.column} if place.column else {})
    return {
        "physicalLocation": {"artifactLocation": {"uri": quote(place.file)}, "region": region},
        "logicalLocations": [logical],
    }


def _suppression(approval: Approval) -> Json:
    said = [word for word in (approval.by, approval.reason) if word]
    return {"kind": "external", "status": "accepted"} | ({"justification": visible(": ".join(said))} if said else {})
