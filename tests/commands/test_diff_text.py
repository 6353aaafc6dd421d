from __future__ import annotations

import click

from forestage.commands.diff_text import report_lines
from forestage.commands.printing import width
from forestage.diff.report import Approval, Operation, Report, Security, Severity
from forestage.model.values import Origin
from tests.diff.reports import finding, hostile, one_of_each, report


def lines(whole: Report, columns: int = 100) -> list[str]:
    return [click.unstyle(line) for line in report_lines(whole, columns=columns, context_lines=1)]


def test_findings_stand_under_their_api_and_place() -> None:
    whole = report(
        finding(before=False, after=True, operations=(Operation.STALE,), security=Security.STRONGER),
        finding(1, where="GET /orders"),
        finding(2, severity=Severity.SAFE),
        finding(3, severity=Severity.SAFE, api=None, where="RESOURCE Table", after="b", origin=Origin("app.py", 3)),
    )

    assert lines(whole) == [
        "pets (Api)",
        "  GET /pets",
        "    breaking   GET /pets is gone",
        "               security stronger, stale, method-removed 000000000000",
        "               false → true",
        "    safe       GET /pets is gone",
        "               method-removed 000000000002",
        "  GET /orders",
        "    breaking   GET /pets is gone",
        "               method-removed 000000000001",
        "",
        "around the APIs",
        "  RESOURCE Table",
        "    safe       GET /pets is gone",
        "               method-removed 000000000003",
        "               none → b",
        "               at app.py:3",
        "",
        "2 breaking, 0 dangerous, 2 safe; security 1 stronger; operations 1 stale",
    ]


def test_long_values_stand_beside_each_other() -> None:
    before = "\n".join(f"line {number} of the template" for number in range(9))

    shown = lines(report(finding(before=before, after=before.replace("line 4", "LINE 4"))))

    assert shown[4:10] == [
        "               before                 │ after",
        "               ...                    │ ...",
        "               line 3 of the template │ line 3 of the template",
        "               line 4 of the template │ LINE 4 of the template",
        "               line 5 of the template │ line 5 of the template",
        "               ...                    │ ...",
    ]


def test_lines_are_as_wide_as_the_terminal_at_most() -> None:
    whole = report(finding(message="a message of many words " * 9, before="x" * 300, after="y y " * 60))

    for columns in (50, 80, 200):
        assert max(map(width, lines(whole, columns))) <= columns


def test_narrow_terminal_is_taken_as_a_wider_one() -> None:
    assert max(map(width, lines(one_of_each(), 10))) <= 40


def test_severities_are_painted() -> None:
    painted = "\n".join(report_lines(one_of_each(), columns=80, context_lines=3))

    assert all(
        click.style(word.ljust(9), fg=colour, bold=True) in painted
        for word, colour in (("breaking", "red"), ("dangerous", "yellow"), ("safe", "green"))
    )


def test_finding_without_words_has_its_line() -> None:
    assert lines(report(finding(message="", approved=Approval())))[2].rstrip() == "    breaking"


def test_text_cannot_steer_the_terminal() -> None:
    assert all(line.isprintable() for line in lines(hostile()))


def test_nothing_is_told_of_nothing() -> None:
    assert lines(report()) == []
