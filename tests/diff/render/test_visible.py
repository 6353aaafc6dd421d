from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.diff.render.visible import visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("GET /pets ünïcode ✓", "GET /pets ünïcode ✓"),
        ("\x1b[31m", r"\x1b[31m"),
        ("a\r\n\tb", r"a\r\n\tb"),
        ("\u202eevil", r"\u202eevil"),
        ("\ud800", r"\ud800"),
        ("\ufffe", r"\ufffe"),
    ],
)
def test_what_is_not_seen_is_spelled_out(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text())
def test_what_comes_out_is_one_line_that_can_be_encoded(text: str) -> None:
    seen = visible(text)

    assert seen.isprintable()
    assert len(seen.splitlines()) <= 1
    assert seen.encode().decode() == seen
