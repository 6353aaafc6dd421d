from __future__ import annotations

import json
from datetime import date

from conformance.run_diff import check_contract
from forestage.diff.render.json_document import render
from forestage.diff.render.options import RenderOptions
from forestage.diff.report import Approval, Operation, ResourceRef, Security, Severity
from tests.diff.reports import HOSTILE, finding, hostile, one_of_each, report

OPTIONS = RenderOptions()


def test_document_is_that_of_the_contract() -> None:
    change = finding(
        security=Security.STRONGER,
        operations=(Operation.STALE,),
        resource=ResourceRef(logical_id="GetPets", type="AWS::ApiGateway::Method", construct="Stack/pets/GET"),
        before=False,
        after=True,
        approved=Approval(by="ann", until=date(2027, 3, 31)),
    )

    document = json.loads(render(report(change, ignored=2), OPTIONS))

    assert document == {
        "version": 1,
        "before": {"source": "before.json", "stacks": ["before"]},
        "after": {"source": "after.json", "stacks": ["after"]},
        "summary": {
            "verdict": "safe",
            "breaking": 1,
            "dangerous": 0,
            "safe": 0,
            "security": {"weaker": 0, "stronger": 1},
            "operations": {
                "replace": 0,
                "destroy": 0,
                "data-loss": 0,
                "deploy-conflict": 0,
                "stale": 1,
                "downtime": 0,
                "url-change": 0,
                "cost": 0,
                "redeploy": 0,
                "churn": 0,
            },
            "ignored": 2,
        },
        "changes": [
            {
                "id": "method-removed",
                "severity": "breaking",
                "security": "stronger",
                "operations": ["stale"],
                "api": "Api",
                "where": "GET /pets",
                "path": "/Resources/GetPets",
                "resource": {
                    "logical_id": "GetPets",
                    "type": "AWS::ApiGateway::Method",
                    "construct": "Stack/pets/GET",
                },
                "before": False,
                "after": True,
                "message": "GET /pets is gone",
                "fingerprint": "000000000000",
                "approved": {"by": "ann", "reason": None, "until": "2027-03-31"},
            }
        ],
    }


def test_every_document_keeps_the_contract() -> None:
    for whole in (report(), one_of_each(), hostile()):
        check_contract(json.loads(render(whole, OPTIONS)))


def test_what_a_finding_lacks_is_null() -> None:
    (change,) = json.loads(render(report(finding(api=None)), OPTIONS))["changes"]

    assert [change[key] for key in ("api", "security", "resource", "approved")] == [None] * 4
    assert change["operations"] == []


def test_verdict_is_the_worst_that_is_not_approved() -> None:
    whole = report(finding(approved=Approval()), finding(1, severity=Severity.DANGEROUS))

    assert json.loads(render(whole, OPTIONS))["summary"]["verdict"] == "dangerous"


def test_text_survives_and_stays_in_ascii() -> None:
    text = render(hostile(), OPTIONS)

    assert text.isascii()
    assert json.loads(text)["changes"][0]["before"] == HOSTILE
