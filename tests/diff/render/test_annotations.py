from __future__ import annotations

from forestage.diff.render.annotations import render
from forestage.diff.render.options import RenderOptions
from forestage.diff.report import Approval, Operation, Security, Severity
from forestage.model.values import Origin
from tests.diff.reports import finding, hostile, report

OPTIONS = RenderOptions(folder="infra")


def test_annotation_names_the_line_that_made_the_change() -> None:
    whole = report(finding(origin=Origin("app.py", 12, 5), operations=(Operation.DESTROY,)))

    assert render(whole, OPTIONS) == (
        "::error file=infra/app.py,line=12,col=5,title=breaking%3A method-removed"
        "::GET /pets: GET /pets is gone; destroy\n"
    )


def test_annotation_without_a_column_or_a_place() -> None:
    whole = report(finding(origin=Origin("app.py", 12)), finding(1))

    assert [line.split(" ", 1)[1].partition(",title")[0] for line in render(whole, OPTIONS).splitlines()] == [
        "file=infra/app.py,line=12",
        "title=breaking%3A method-removed::GET /pets: GET /pets is gone",
    ]


def test_the_most_urgent_come_first() -> None:
    whole = report(
        finding(0, approved=Approval()),
        finding(1),
        finding(2, severity=Severity.DANGEROUS),
        finding(3, severity=Severity.SAFE),
        finding(4, severity=Severity.SAFE, security=Security.WEAKER),
    )

    commands = [line.split()[0] for line in render(whole, OPTIONS).splitlines()]

    assert commands == ["::error", "::warning", "::warning", "::notice", "::notice"]


def test_text_cannot_add_commands_or_properties() -> None:
    lines = render(hostile(), OPTIONS).splitlines()

    assert len(lines) == 2
    for line in lines:
        _, properties, data = line.split("::", 2)
        assert properties.count(",") == 0
        assert "%" not in data.replace("%25", "")


def test_nothing_is_told_of_nothing() -> None:
    assert not render(report(), OPTIONS)
