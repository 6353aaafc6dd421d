from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.diff.render.values import (
    MAX_LINE_CHARACTERS,
    MAX_LINES,
    changed_lines,
    in_one_line,
    is_short,
    paired_lines,
    value_lines,
)
from tests.diff.reports import finding

if TYPE_CHECKING:
    from forestage.model.values import Json


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("a\nb", r"a\nb"), (True, "true"), (29000, "29000"), ({"b": 1, "a": ["ü"]}, '{"a": ["ü"], "b": 1}')],
)
def test_value_in_one_line(value: Json, text: str) -> None:
    assert in_one_line(value) == text


def test_values_are_short_when_both_fit_a_line() -> None:
    assert is_short(finding(before=False, after=True))
    assert not is_short(finding(before="x" * 61))
    assert not is_short(finding(after=list(range(40))))


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (None, ()),
        ("a\r\n\tb\x1b\n", ("a", r"  b\x1b")),
        ({"a": [1]}, ("{", '  "a": [', "    1", "  ]", "}")),
        ("", ("",)),
    ],
)
def test_value_over_several_lines(value: Json, lines: tuple[str, ...]) -> None:
    assert value_lines(value) == lines


def test_long_values_are_cut() -> None:
    lines = value_lines("\n".join(["x" * (MAX_LINE_CHARACTERS + 1)] * (MAX_LINES + 2)))

    assert len(lines) == MAX_LINES + 1
    assert lines[0] == "x" * (MAX_LINE_CHARACTERS - 3) + "..."
    assert lines[-1] == "... 2 more lines"


def test_changed_lines_stand_with_their_context() -> None:
    before = "\n".join("abcdefghij")
    after = before.replace("e", "E")

    lines = changed_lines(before, after, context_lines=1)

    assert lines == ("  ...", "  d", "- e", "+ E", "  f", "  ...")


def test_all_lines_of_what_is_new_or_gone_are_changed() -> None:
    assert changed_lines(None, "a\nb", context_lines=3) == ("+ a", "+ b")
    assert changed_lines("a\nb", None, context_lines=3) == ("- a", "- b")


def test_distant_changes_have_a_gap_between() -> None:
    lines = changed_lines("\n".join("abcdefg"), "\n".join("AbcdefG"), context_lines=0)

    assert lines == ("- a", "+ A", "  ...", "- g", "+ G")


def test_paired_lines_stand_beside_each_other() -> None:
    before, after = paired_lines("a\nb\nc", "a\nB\nBB\nc", context_lines=1)

    assert before == ("a", "b", "", "c")
    assert after == ("a", "B", "BB", "c")


def test_equal_values_have_no_changed_lines() -> None:
    assert changed_lines("a", "a", context_lines=3) == ()
