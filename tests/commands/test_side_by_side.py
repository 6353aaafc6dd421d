from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.commands.printing import width
from forestage.commands.side_by_side import NARROWEST_COLUMN, side_by_side, wrap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def laid_out(columns: Mapping[str, Sequence[str]], *, total: int = 80) -> list[str]:
    return [click.unstyle(line) for line in side_by_side(columns, total=total)]


def test_columns_stand_beside_each_other_and_are_as_wide_as_they_need() -> None:
    assert laid_out({"one": ["a", "bcdef"], "two": ["x"]}) == ["one   │ two", "a     │ x", "bcdef │"]


def test_column_without_text_is_left_out() -> None:
    assert laid_out({"one": ["a"], "two": [], "three": [""]}) == ["one", "a"]


def test_nothing_is_laid_out_of_nothing() -> None:
    assert laid_out({"one": []}) == []


def test_long_line_is_broken() -> None:
    assert laid_out({"one": ["x" * 50], "two": ["y"]}, total=26)[1:] == [
        f"{'x' * 20} │ y",
        f"{'x' * 20} │",
        f"{'x' * 10}           │",
    ]


def test_columns_that_want_more_than_there_is_get_equal_parts() -> None:
    assert laid_out({"one": ["x" * 50], "two": ["y" * 60], "three": ["z"]}, total=51)[1] == (
        f"{'x' * 20} │ {'y' * 20} │ z"
    )


def test_columns_stand_below_each_other_where_the_terminal_is_narrow() -> None:
    narrow = 2 * NARROWEST_COLUMN

    assert laid_out({"one": ["a" * 50, "b"], "two": ["c" * 50]}, total=narrow) == [
        "one",
        f"  {'a' * 50}",
        "  b",
        "two",
        f"  {'c' * 50}",
    ]


@pytest.mark.parametrize(
    ("line", "pieces"), [("", [""]), ("abcd", ["abcd"]), ("abcde", ["abcd", "e"]), ("犬猫鳥", ["犬猫", "鳥"])]
)
def test_line_is_broken_by_what_it_takes_on_a_terminal(line: str, pieces: list[str]) -> None:
    assert list(wrap(line, 4)) == pieces


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"])), st.integers(2, 30))
def test_pieces_are_the_line_and_none_is_too_wide(line: str, room: int) -> None:
    pieces = list(wrap(line, room))

    assert "".join(pieces) == line
    assert all(width(piece) <= room for piece in pieces)
