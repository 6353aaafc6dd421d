from __future__ import annotations

import pytest

from forestage.diff.render.markdown_text import code, fenced, prose


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("GET /pets/{id}", "<code>GET /pets/{id}</code>"),
        ("a|b`*_", "<code>a&#124;b&#96;&#42;&#95;</code>"),
        ("<b>&", "<code>&#60;b&#62;&#38;</code>"),
        ("a\nb", r"<code>a&#92;nb</code>"),
        ("https://a.b www.c", "<code>https:<!-- -->//a.b www<!-- -->.c</code>"),
        ("", ""),
    ],
)
def test_code_stands_anywhere_in_a_line(text: str, written: str) -> None:
    assert code(text) == written


def test_prose_calls_nobody() -> None:
    assert prose("ask @ann about #7 or [a](b)") == "ask @<!-- -->ann about &#35;7 or &#91;a&#93;(b)"


def test_fence_is_longer_than_any_in_it() -> None:
    assert fenced(["a", "- ```` b ``"], "diff") == ("`````diff", "a", "- ```` b ``", "`````")
    assert fenced([], "")[0] == "```"
