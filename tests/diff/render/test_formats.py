from __future__ import annotations

import pytest

from forestage.diff.render.formats import Format, render
from forestage.diff.render.options import RenderOptions
from tests.diff.reports import hostile, one_of_each, report

OPTIONS = RenderOptions()


@pytest.mark.parametrize("form", Format)
def test_every_format_writes_every_report(form: Format) -> None:
    for whole in (one_of_each(), hostile()):
        text = render(whole, form, OPTIONS)

        assert text.endswith("\n")
        assert text.encode()
        assert "\x1b" not in text


@pytest.mark.parametrize(
    ("form", "is_empty"),
    [(form, form in {Format.MARKDOWN, Format.GITHUB}) for form in Format],
)
def test_formats_for_people_say_nothing_of_nothing(form: Format, is_empty: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the table)
    assert bool(render(report(), form, OPTIONS)) is not is_empty
