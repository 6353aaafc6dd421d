from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forestage.diff.render.markdown import marker, render, render_no_changes
from forestage.diff.render.markdown_text import code
from forestage.diff.render.options import RenderOptions
from forestage.diff.report import Approval, Operation, Severity
from tests.diff.reports import finding, hostile, one_of_each, report

if TYPE_CHECKING:
    from forestage.diff.report import Report

OPTIONS = RenderOptions(key="pets")
LONG = "\n".join(f"line {number}" for number in range(40))


def many(breaking: int, dangerous: int, safe: int, *, value: str | None = LONG) -> Report:
    counts = zip(Severity, (breaking, dangerous, safe), strict=True)
    severities = [severity for severity, count in counts for _ in range(count)]
    return report(
        *(
            finding(number, severity=severity, where=f"GET /{severity.value}/{number}", after=value)
            for number, severity in enumerate(severities)
        )
    )


def assert_whole(text: str) -> None:
    """Every fence and every details that is opened is closed, and in order."""
    fence, depth = "", 0
    for line in text.splitlines():
        if fence:
            fence = "" if line == fence else fence
        elif found := re.match(r"`{3,}", line):
            fence = found[0]
        else:
            depth += line.count("<details>") - line.count("</details>")
            assert depth >= 0
    assert (fence, depth) == ("", 0)


def test_comment_tells_counts_and_the_breaking_first() -> None:
    whole = report(
        finding(before=False, after=True, operations=(Operation.STALE,), approved=Approval(by="ann")),
        finding(1, severity=Severity.SAFE),
        ignored=3,
        notes=("a note",),
    )

    assert render(whole, OPTIONS) == (
        "<!-- forestage:diff:pets -->\n"
        "### API changes: 1 breaking, 0 dangerous, 1 safe\n"
        "\n"
        "<code>before.json</code> → <code>after.json</code>; operations 1 stale; 1 approved; 3 ignored\n"
        "\n"
        "#### 1 breaking change\n"
        "\n"
        "| API | where | what changes | before | after | rule |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| pets (Api) | <code>GET /pets</code> | GET /pets is gone; stale; approved by ann | <code>false</code>"
        " | <code>true</code> | <code>method-removed</code> <code>000000000000</code> |\n"
        "\n"
        "<details><summary>1 safe change</summary>\n"
        "\n"
        "| API | where | what changes | before | after | rule |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| pets (Api) | <code>GET /pets</code> | GET /pets is gone |  |  "
        "| <code>method-removed</code> <code>000000000001</code> |\n"
        "\n"
        "</details>\n"
        "\n"
        "- a note\n"
    )


def test_long_values_stand_below_the_table() -> None:
    text = render(report(finding(before=LONG, after=LONG.replace("line 7", "line ```"))), OPTIONS)

    assert "````diff\n  ...\n  line 4\n  line 5\n  line 6\n- line 7\n+ line ```\n  line 8" in text
    assert_whole(text)


def test_nothing_is_told_of_nothing() -> None:
    assert not render(report(), OPTIONS)
    assert render_no_changes(OPTIONS) == "<!-- forestage:diff:pets -->\n### No changes to the APIs\n"


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("infra/pets.v1", "<!-- forestage:diff:infra/pets.v1 -->"),
        ("a --> <b>\n", "<!-- forestage:diff:a-b -->"),
    ],
)
def test_marker_is_one_hidden_line(key: str, line: str) -> None:
    assert marker(key) == line


def test_values_of_safe_findings_go_first() -> None:
    whole = many(10, 10, 10)
    full = len(render(whole, RenderOptions(max_characters=10**9)))

    text = render(whole, RenderOptions(max_characters=full - 1))

    safe = text[text.index("10 safe changes") :]
    assert "```" not in safe
    assert safe.count("<code>GET /safe/") == 10
    assert text.count("```diff") == 20


def test_rows_of_safe_findings_go_before_values_of_dangerous_ones() -> None:
    text = render(many(2, 2, 2_000), OPTIONS)

    missing = re.search(r"(\d+) more, see the job summary", text)
    assert missing
    assert text.count("<code>GET /safe/") + int(missing[1]) == 2_000
    assert text.count("```diff") == 4
    assert 65_536 - 300 < len(text) <= 65_536


def test_dangerous_rows_go_next() -> None:
    text = render(many(50, 2_000, 2_000), OPTIONS)

    assert "2000 more, see the job summary" in text
    assert text.count("```diff") == 50
    assert 65_536 - 300 < len(text) <= 65_536


def test_values_of_breaking_findings_go_last() -> None:
    text = render(many(300, 9, 9), OPTIONS)

    assert text.count("<code>GET /breaking/") == 300
    assert "```" not in text
    assert len(text) <= 65_536


def test_places_of_breaking_findings_never_go() -> None:
    text = render(many(900, 5, 5), OPTIONS)

    assert text.count("<code>GET /breaking/") == 900
    assert len(text) <= 65_536


def test_only_places_of_breaking_findings_may_be_too_long() -> None:
    text = render(many(3_000, 5, 5), OPTIONS)

    assert text.count("<code>GET /breaking/") == 3_000
    assert len(text) > 65_536
    assert_whole(text)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 12),
    st.integers(0, 12),
    st.integers(0, 12),
    st.integers(200, 12_000),
    st.sampled_from([LONG, "short", None]),
)
def test_comment_is_whole_and_names_every_breaking_finding(
    breaking: int, dangerous: int, safe: int, room: int, value: str | None
) -> None:
    whole = many(breaking, dangerous, safe, value=value)

    text = render(whole, RenderOptions(max_characters=room))

    assert_whole(text)
    assert all(code(item.where) in text for item in whole.findings if item.severity is Severity.BREAKING)


def test_text_cannot_leave_its_place() -> None:
    text = render(hostile(), OPTIONS)

    assert_whole(text)
    assert text.encode()
    assert "<script" not in "".join(line for line in text.splitlines() if line[:1] not in "+- ")
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in tables} == {7}


def test_one_of_each_is_short() -> None:
    assert len(render(one_of_each(), OPTIONS)) < 2_000
