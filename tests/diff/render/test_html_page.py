from __future__ import annotations

from html.parser import HTMLParser

from forestage.diff.render.html_page import render
from forestage.diff.render.options import RenderOptions
from forestage.diff.report import Approval, Severity
from forestage.model.values import Origin
from tests.diff.reports import finding, hostile, one_of_each, report

OPTIONS = RenderOptions()
VOID = {"meta", "!doctype"}


class Reader(HTMLParser):
    """Reads a page: its elements, their attributes, and which were not closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_grouped_by_api_and_place() -> None:
    page = render(report(finding(), finding(1, where="GET /orders"), finding(2, api=None)), OPTIONS)

    places = [page.index(text) for text in ("pets (Api)", "GET /pets<", "GET /orders<", "around the APIs")]
    assert places == sorted(places)


def test_page_shows_short_values_in_a_line_and_long_ones_as_changed_lines() -> None:
    page = render(report(finding(before=None, after="b"), finding(1, before="a\n" + "x" * 70, after="a")), OPTIONS)

    assert "<code>-</code> → <code>b</code>" in page
    assert f"<pre><span>  a</span>\n<del>- {'x' * 70}</del></pre>" in page


def test_page_tells_approvals_notes_and_origins() -> None:
    whole = report(finding(approved=Approval(by="ann"), origin=Origin("app.py", 3)), notes=("a note",), ignored=1)

    page = render(whole, OPTIONS)

    assert "approved by ann; app.py:3</small>" in page
    assert 'class="breaking approved"' in page
    assert "<p>a note</p>" in page
    assert "; 1 approved; 1 ignored</p>" in page


def test_page_of_nothing_says_so() -> None:
    assert "<title>API changes: no changes to the APIs</title>" in render(report(), OPTIONS)


def test_page_loads_and_runs_nothing() -> None:
    for whole in (one_of_each(), hostile()):
        reader = Reader(render(whole, OPTIONS))

        assert reader.open == []
        assert not {"script", "link", "img", "iframe", "object", "form", "a"} & set(reader.elements)
        assert not {name for name in reader.attributes if name.startswith("on") or name in {"src", "href", "style"}}


def test_severities_have_their_class() -> None:
    page = render(one_of_each(), OPTIONS)

    assert all(f'<article class="{severity.value}"' in page for severity in Severity)
