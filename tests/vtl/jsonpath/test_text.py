from __future__ import annotations

import pytest

from forestage.vtl.jsonpath.text import closing, unescaped


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("(a)", 2),
        ("[(a]", -1),
        ("(')')", 4),
        ("('a", -1),
        (r"('\')')", 6),
        ("(@ =~ /)/)", 9),
        ("(a/b)", 4),
        ("((a)", -1),
    ],
)
def test_bracket_closes_behind_quotes_and_patterns(text: str, end: int) -> None:
    assert closing(text, 0) == end


def test_backslashes_are_taken_out() -> None:
    assert unescaped(r"a\'b\n\u0041\\") == "a'b\nA\\"
