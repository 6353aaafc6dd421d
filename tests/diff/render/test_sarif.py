from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from forestage.diff.render.options import RenderOptions
from forestage.diff.render.sarif import render
from forestage.diff.report import Approval, Security, Severity
from forestage.model.values import Origin
from tests.diff.reports import finding, hostile, one_of_each, report

if TYPE_CHECKING:
    from forestage.diff.report import Report

TEXT = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string"}},
}


def closed(*required: str, **properties: object) -> dict[str, object]:
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": properties,
    }


REGION = closed("startLine", startLine={"type": "integer", "minimum": 1}, startColumn={"type": "integer", "minimum": 1})
LOCATION = closed(
    physicalLocation=closed(
        "artifactLocation",
        artifactLocation=closed("uri", uri={"type": "string", "format": "uri-reference"}),
        region=REGION,
    ),
    logicalLocations={
        "type": "array",
        "uniqueItems": True,
        "items": closed(name={"type": "string"}, fullyQualifiedName={"type": "string"}, kind={"type": "string"}),
    },
)
RESULT = closed(
    "message",
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": -1},
    level={"enum": ["none", "note", "warning", "error"]},
    message=TEXT,
    locations={"type": "array", "items": LOCATION},
    partialFingerprints={"type": "object", "additionalProperties": {"type": "string"}},
    suppressions={
        "type": "array",
        "uniqueItems": True,
        "items": closed(
            "kind",
            kind={"enum": ["inSource", "external"]},
            status={"enum": ["accepted", "underReview", "rejected"]},
            justification={"type": "string"},
        ),
    },
    properties={"type": "object"},
)
RULE = closed("id", id={"type": "string"}, name={"type": "string"})
DRIVER = closed(
    "name",
    name={"type": "string"},
    semanticVersion={"type": "string"},
    rules={"type": "array", "uniqueItems": True, "items": RULE},
)
SHAPE = closed(
    "version",
    "runs",
    **{
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": closed(
                "tool",
                tool=closed("driver", driver=DRIVER),
                columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                results={"type": "array", "items": RESULT},
            ),
        },
    },
)
"""What we use of the schema of SARIF 2.1.0: the same names, types, enumerations and required properties."""


# It is JSON, which tests look into.
def run_of(whole: Report, options: RenderOptions | None = None) -> Any:
    return json.loads(render(whole, options or RenderOptions()))["runs"][0]


@pytest.mark.parametrize(
    "whole",
    [
        report(),
        one_of_each(),
        hostile(),
        report(finding(origin=Origin("a b.yaml", 3, 1), approved=Approval(by="ann", reason="agreed"))),
    ],
    ids=["nothing", "one of each", "hostile", "approved"],
)
def test_document_has_the_shape_of_sarif(whole: Report) -> None:
    validator = jsonschema_rs.Draft7Validator(SHAPE)

    assert [error.message for error in validator.iter_errors(json.loads(render(whole, RenderOptions())))] == []


def test_result_tells_the_finding() -> None:
    change = finding(origin=Origin("my app.py", 12, 5), before=1, after=2, security=Security.WEAKER)

    run = run_of(report(change), RenderOptions(folder="infra"))

    assert run["tool"]["driver"]["rules"] == [{"id": "method-removed", "name": "MethodRemoved"}]
    assert run["results"] == [
        {
            "ruleId": "method-removed",
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "GET /pets: GET /pets is gone"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "infra/my%20app.py"},
                        "region": {"startLine": 12, "startColumn": 5},
                    },
                    "logicalLocations": [
                        {"name": "GET /pets", "fullyQualifiedName": "/Resources/GetPets", "kind": "resource"}
                    ],
                }
            ],
            "partialFingerprints": {"forestageFingerprint/v1": "000000000000"},
            "suppressions": [],
            "properties": {
                "severity": "breaking",
                "security": "weaker",
                "operations": [],
                "api": "Api",
                "before": 1,
                "after": 2,
            },
        }
    ]


def test_finding_without_a_line_has_its_pointer() -> None:
    (result,) = run_of(report(finding()))["results"]

    assert list(result["locations"][0]) == ["logicalLocations"]


def test_levels_follow_severity_and_security() -> None:
    weaker = finding(9, severity=Severity.SAFE, security=Security.WEAKER)

    results = run_of(report(*one_of_each().findings, weaker))["results"]

    assert [result["level"] for result in results] == ["error", "warning", "note", "warning"]


def test_rules_are_listed_once() -> None:
    run = run_of(report(finding(), finding(1, id="stage-removed"), finding(2)))

    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["method-removed", "stage-removed"]
    assert [result["ruleIndex"] for result in run["results"]] == [0, 1, 0]


@pytest.mark.parametrize(
    ("approval", "suppression"),
    [
        (Approval(), {"kind": "external", "status": "accepted"}),
        (
            Approval(by="ann", reason="agreed", until=date(2027, 3, 31)),
            {"kind": "external", "status": "accepted", "justification": "ann: agreed"},
        ),
    ],
)
def test_what_is_approved_is_suppressed(approval: Approval, suppression: object) -> None:
    (result,) = run_of(report(finding(approved=approval)))["results"]

    assert result["suppressions"] == [suppression]
