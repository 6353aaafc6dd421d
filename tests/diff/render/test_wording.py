from __future__ import annotations

from datetime import date

import pytest

from forestage.diff.render.wording import api_title, approval_text, counted, other_counts, remarks, severity_counts
from forestage.diff.report import Approval, Operation, Security
from tests.diff.reports import finding, one_of_each, report


@pytest.mark.parametrize(("count", "text"), [(0, "0 changes"), (1, "1 change"), (2, "2 changes")])
def test_number_with_its_noun(count: int, text: str) -> None:
    assert counted(count, "change") == text


def test_counts_of_severities() -> None:
    assert severity_counts(one_of_each().findings) == "1 breaking, 1 dangerous, 1 safe"


def test_other_counts_leave_out_what_there_is_none_of() -> None:
    busy = report(
        finding(security=Security.WEAKER, operations=(Operation.REPLACE, Operation.STALE)),
        finding(1, security=Security.WEAKER, approved=Approval()),
        finding(2, security=Security.STRONGER, operations=(Operation.STALE,)),
        ignored=4,
    )

    assert other_counts(report(finding())) == ()
    assert other_counts(busy) == (
        "security 2 weaker, 1 stronger",
        "operations 1 replace, 2 stale",
        "1 approved",
        "4 ignored",
    )


def test_remarks_are_what_matters_beside_the_severity() -> None:
    whole = finding(security=Security.WEAKER, operations=(Operation.COST,), approved=Approval(by="ann"))

    assert remarks(whole) == ("security weaker", "cost", "approved by ann")
    assert remarks(finding()) == ()


def test_approval_tells_who_until_when_and_why() -> None:
    assert approval_text(Approval()) == "approved"
    approval = Approval(by="ann", reason="agreed", until=date(2027, 3, 31))
    assert approval_text(approval) == "approved by ann until 2027-03-31: agreed"


def test_api_is_named_by_name_and_logical_id() -> None:
    whole = report(Api="pets", Same="Same")

    assert [api_title(whole, api) for api in ("Api", "Same", "Other", None)] == [
        "pets (Api)",
        "Same",
        "Other",
        "around the APIs",
    ]
