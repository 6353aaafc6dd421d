from __future__ import annotations

import fnmatch
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.diff.decisions import ApprovedFingerprint, Decisions, Ignore, decide, has_ended, is_like
from forestage.diff.report import Approval, Severity
from forestage.model.values import Origin
from tests.diff.reports import finding, one_of_each, report

TODAY = date(2026, 11, 28)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("ignore", "fits"),
    [
        (Ignore(id="method-removed"), True),
        (Ignore(id="method-added"), False),
        (Ignore(id="method-*"), True),
        (Ignore(where="GET /pets/{id}"), True),
        (Ignore(where="GET /pets/{petId}"), True),
        (Ignore(where="GET /pets/*"), True),
        (Ignore(where="GET /pets"), False),
        (Ignore(id="method-removed", where="* /pets/{id}"), True),
        (Ignore(id="method-removed", where="PUT *"), False),
        (Ignore(id="method-added", where="*"), False),
    ],
)
def test_ignore_fits_by_rule_and_place(ignore: Ignore, fits: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the table)
    assert ignore.fits(finding(where="GET /pets/{id}")) is fits


@given(st.text("ab*", max_size=8), st.text("ab", max_size=12))
def test_patterns_are_those_of_file_names(pattern: str, text: str) -> None:
    assert is_like(text, pattern) == fnmatch.fnmatchcase(text, pattern)


def test_ignored_findings_are_counted() -> None:
    whole = report(finding(), finding(1, id="method-added"), ignored=1)

    decided = decide(whole, Decisions(ignores=(Ignore(id="method-removed"),)), today=TODAY)

    assert [item.id for item in decided.findings] == ["method-added"]
    assert decided.ignored == 2
    assert decided.notes == ()


@pytest.mark.parametrize(("until", "ended"), [(None, False), (TODAY, False), (YESTERDAY, True)])
def test_the_last_day_counts(until: date | None, ended: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the table)
    assert has_ended(until, TODAY) is ended


def test_ended_ignore_ignores_no_longer_and_is_told() -> None:
    ignore = Ignore(id="method-removed", until=YESTERDAY, origin=Origin("forestage.diff.yaml", 3, 5))

    decided = decide(report(finding()), Decisions(ignores=(ignore,)), today=TODAY)

    assert len(decided.findings) == 1
    (note,) = decided.notes
    assert note == (
        "the ignore of id 'method-removed' (forestage.diff.yaml:3) ended on 2026-11-27:"
        " renew it or make the finding go away"
    )


def test_unused_decisions_are_told() -> None:
    decisions = Decisions(
        ignores=(Ignore(id="method-added", where="GET /", until=YESTERDAY),),
        approvals=(ApprovedFingerprint(fingerprint="f" * 12),),
    )

    decided = decide(report(finding()), decisions, today=TODAY)

    assert decided.notes == (
        "the ignore of id 'method-added', where 'GET /' fits no finding: remove it",
        "the approval of ffffffffffff is of no finding: remove it",
    )


def test_approval_marks_a_finding() -> None:
    approval = Approval(by="ann", reason="agreed", until=TODAY)
    decisions = Decisions(approvals=(ApprovedFingerprint(fingerprint="0" * 12, approval=approval),))

    decided = decide(report(finding(), finding(1)), decisions, today=TODAY)

    assert [item.approved for item in decided.findings] == [approval, None]
    assert decided.count(Severity.BREAKING) == 1


def test_ended_approval_counts_no_longer_and_is_told() -> None:
    approved = ApprovedFingerprint(fingerprint="0" * 12, approval=Approval(until=YESTERDAY))

    decided = decide(report(finding()), Decisions(approvals=(approved,)), today=TODAY)

    assert decided.findings[0].approved is None
    assert "the approval of 000000000000 ended on 2026-11-27" in decided.notes[0]


def test_severity_is_overridden_and_the_worst_come_first() -> None:
    whole = report(finding(0, id="a"), finding(1, id="b", severity=Severity.SAFE, hidden=True))
    severities = {"a": Severity.SAFE, "b": Severity.DANGEROUS}

    decided = decide(whole, Decisions(severities=severities), today=TODAY)

    assert [(item.id, item.severity, item.hidden) for item in decided.findings] == [
        ("b", Severity.DANGEROUS, False),
        ("a", Severity.SAFE, False),
    ]


def test_hidden_finding_stays_hidden_where_it_is_safe() -> None:
    whole = report(finding(severity=Severity.SAFE, hidden=True))

    decided = decide(whole, Decisions(severities={"method-removed": Severity.SAFE}), today=TODAY)

    assert decided.findings[0].hidden


def test_nothing_decided_changes_nothing() -> None:
    assert decide(one_of_each(), Decisions(), today=TODAY) == one_of_each()


def test_later_decisions_win() -> None:
    configured = Decisions(
        severities={"a": Severity.SAFE, "b": Severity.SAFE},
        ignores=(Ignore(id="a"),),
        approvals=(ApprovedFingerprint(fingerprint="0" * 12, approval=Approval(by="ann")),),
    )
    typed = Decisions(
        severities={"a": Severity.BREAKING},
        ignores=(Ignore(id="b"),),
        approvals=(ApprovedFingerprint(fingerprint="0" * 12, approval=Approval(by="bob")),),
    )

    both = configured + typed

    assert both.severities == {"a": Severity.BREAKING, "b": Severity.SAFE}
    assert both.ignores == (Ignore(id="b"), Ignore(id="a"))
    approved = decide(report(finding()), both, today=TODAY).findings[0].approved
    assert approved == Approval(by="bob")
