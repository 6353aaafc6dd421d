from pathlib import Path

import griffe
import pytest

from scripts.reference_docstrings import WithoutSources, without_sources


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Does it.\n\nSource: a.md section 1 (documented).", "Does it."),
        ("Does it.\n\nSource: a.md,\ntwo lines.\n\nRaises:\n    Error: no.", "Does it.\n\nRaises:\n    Error: no."),
        ("Does it.\n\nSources: a.md and b.md.", "Does it."),
        ("Does it.\n\nThe source: none.", "Does it.\n\nThe source: none."),
    ],
    ids=["end", "middle", "several", "other"],
)
def test_paragraph_of_sources_is_taken_out(text: str, expected: str) -> None:
    assert without_sources(text) == expected


def test_extension_changes_every_docstring(tmp_path: Path) -> None:
    code = 'class A:\n    """Does it.\n\n    Source: a.md.\n    """\n\n    def b(self): ...\n'
    (tmp_path / "sample.py").write_text(code, "utf-8")

    module = griffe.load("sample", search_paths=[tmp_path], extensions=griffe.Extensions(WithoutSources()))

    assert module["A"].docstring.value == "Does it."
    assert module["A.b"].docstring is None
