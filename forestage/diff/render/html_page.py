"""A report as one HTML page: it loads nothing and runs nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from forestage import __version__
from forestage.diff.render.groups import by_api, by_place
from forestage.diff.render.values import changed_lines, in_one_line, is_short
from forestage.diff.render.visible import visible
from forestage.diff.render.wording import api_title, other_counts, remarks, severity_counts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Finding, Report

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --breaking: #c62828; --dangerous: #b26a00; --safe: #2e7d32; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
h3, code, pre { font-family: ui-monospace, monospace; }
article { border-left: .3rem solid; padding: .2rem 0 .2rem 1rem; margin: .8rem 0; }
article p { margin: .2rem 0; }
.breaking { border-color: var(--breaking); } .breaking b { color: var(--breaking); }
.dangerous { border-color: var(--dangerous); } .dangerous b { color: var(--dangerous); }
.safe { border-color: var(--safe); } .safe b { color: var(--safe); }
.approved { opacity: .6; }
small { opacity: .7; }
pre { overflow: auto; border: 1px solid var(--line); padding: .5rem; margin: .4rem 0; }
del, ins { text-decoration: none; display: block; }
del { background: #c6282822; } ins { background: #2e7d3222; }
"""


def render(report: Report, options: RenderOptions) -> str:
    """Write a page, grouped by API and place, breaking findings first."""
    sides = f"<code>{_safe(report.before.source)}</code> → <code>{_safe(report.after.source)}</code>"
    title = severity_counts(report.findings) if report.findings else "no changes to the APIs"
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        '<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width">',
        f"<title>API changes: {title}</title>",
        f"<style>{_STYLE}</style>",
        f"<h1>API changes: {title}</h1>",
        f"<p>{'; '.join((sides, *other_counts(report)))}</p>",
        *(f"<p>{_safe(note)}</p>" for note in report.notes),
    ]
    for api, in_api in by_api(report.findings).items():
        lines.append(f"<h2>{_safe(api_title(report, api))}</h2>")
        for where, found in by_place(in_api).items():
            lines.append(f"<h3>{_safe(where)}</h3>")
            lines += [line for item in found for line in _article(item, options)]
    return "\n".join((*lines, f"<p><small>forestage {__version__}</small></p>", "</html>", ""))


def _article(finding: Finding, options: RenderOptions) -> Iterator[str]:
    approved = " approved" if finding.approved else ""
    yield f'<article class="{finding.severity.value}{approved}" id="{_safe(finding.fingerprint)}">'
    yield f"<p><b>{finding.severity.value}</b> {_safe(finding.message)}</p>"
    words = "".join(f"; {_safe(word)}" for word in remarks(finding))
    source = f"; {_safe(str(finding.origin))}" if finding.origin else ""
    yield f"<p><small>{_safe(finding.id)} {_safe(finding.fingerprint)}{words}{source}</small></p>"
    yield from _values(finding, options)
    yield "</article>"


def _values(finding: Finding, options: RenderOptions) -> Iterator[str]:
    if finding.before is None and finding.after is None:
        return
    if is_short(finding):
        old, new = _safe(in_one_line(finding.before)), _safe(in_one_line(finding.after))
        yield f"<p><code>{old or '-'}</code> → <code>{new or '-'}</code></p>"
        return
    lines = changed_lines(finding.before, finding.after, context_lines=options.context_lines)
    tags = {"-": "del", "+": "ins", " ": "span"}
    # A block element breaks the line itself.
    parts = (f"<{tags[line[0]]}>{_safe(line)}</{tags[line[0]]}>" + "\n" * (line[0] == " ") for line in lines)
    yield f"<pre>{''.join(parts)}</pre>"


def _safe(text: str) -> str:
    return escape(visible(text))
