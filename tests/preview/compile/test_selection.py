import pytest

from forestage.preview.compile.patterns import BoundedPattern
from forestage.preview.compile.selection import Selection

SELECTION = Selection(
    patterns=(
        (BoundedPattern.of("4.."), "client"),
        (BoundedPattern.of("404"), "gone"),
        (BoundedPattern.of(".*"), "any"),
    ),
    default="default",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("404", "client"), ("500", "any"), ("", "any"), (None, "default")],
    ids=["first-of-two", "last", "blank", "nothing-to-look-at"],
)
def test_first_pattern_that_matches_is_selected(text: str | None, expected: str) -> None:
    assert SELECTION.select(text) == expected


def test_default_is_selected_where_nothing_matches() -> None:
    selection = Selection(patterns=((BoundedPattern.of("4.."), "client"),), default="default")

    assert selection.select("500") == "default"


def test_nothing_is_selected_without_default() -> None:
    selection = Selection(patterns=((BoundedPattern.of("4.."), "client"),))

    assert selection.select("500") is None
