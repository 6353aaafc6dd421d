from __future__ import annotations

import json

from forestage.diff.render.code_quality import render
from forestage.diff.render.options import RenderOptions
from forestage.diff.report import Security, Severity
from forestage.model.values import Origin
from tests.diff.reports import finding, hostile, one_of_each, report

OPTIONS = RenderOptions(folder="infra")


def test_entry_has_what_gitlab_asks_for() -> None:
    whole = report(finding(origin=Origin("app.py", 12, 5), security=Security.STRONGER))

    assert json.loads(render(whole, OPTIONS)) == [
        {
            "description": "GET /pets: GET /pets is gone; security stronger",
            "check_name": "method-removed",
            "fingerprint": "000000000000",
            "severity": "critical",
            "location": {"path": "infra/app.py", "lines": {"begin": 12}},
        }
    ]


def test_finding_without_a_line_stands_at_the_source() -> None:
    (entry,) = json.loads(render(report(finding()), OPTIONS))

    assert entry["location"] == {"path": "after.json", "lines": {"begin": 1}}


def test_severities_are_gitlabs() -> None:
    weaker = finding(9, severity=Severity.SAFE, security=Security.WEAKER)

    entries = json.loads(render(report(*one_of_each().findings, weaker), OPTIONS))

    assert [entry["severity"] for entry in entries] == ["critical", "major", "info", "major"]


def test_text_is_made_visible_and_nothing_is_an_empty_list() -> None:
    assert json.loads(render(hostile(), OPTIONS))[0]["description"].isprintable()
    assert json.loads(render(report(), OPTIONS)) == []
