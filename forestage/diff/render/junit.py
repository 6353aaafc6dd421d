"""A report as JUnit XML, which CI systems show as tests: one test case a finding, failed where it stops."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from forestage.diff.render.places import file_place
from forestage.diff.render.values import changed_lines
from forestage.diff.render.visible import visible
from forestage.diff.render.wording import approval_text, remarks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Finding, Report


def render(report: Report, options: RenderOptions) -> str:
    """Write one test suite an API; what is approved is skipped."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="forestage diff" {_counts(report.findings, options)}>',
    ]
    for api in dict.fromkeys(item.api for item in report.findings):
        findings = [item for item in report.findings if item.api == api]
        lines.append(f'  <testsuite name="{_safe(_suite(api))}" {_counts(findings, options)}>')
        lines += [line for item in findings for line in _test_case(item, options)]
        lines.append("  </testsuite>")
    return "\n".join((*lines, "</testsuites>", ""))


def _suite(api: str | None) -> str:
    return api or "around the APIs"


def _counts(findings: Sequence[Finding], options: RenderOptions) -> str:
    failures = sum(map(options.gate.stops, findings))
    skipped = sum(item.approved is not None for item in findings)
    return f'tests="{len(findings)}" failures="{failures}" errors="0" skipped="{skipped}"'


def _test_case(finding: Finding, options: RenderOptions) -> Iterator[str]:
    place = file_place(finding, options.folder)
    file = f' file="{_safe(place.file)}" line="{place.line}"' if place else ""
    class_name, name = f"{_suite(finding.api)}.{finding.id}", f"{finding.where}: {finding.message}"
    yield f'    <testcase classname="{_safe(class_name)}" name="{_safe(name)}"{file}>'
    if finding.approved is not None:
        yield f'      <skipped message="{_safe(approval_text(finding.approved))}"/>'
    elif options.gate.stops(finding):
        title = f'type="{finding.severity.value}" message="{_safe(finding.message)}"'
        yield f"      <failure {title}>{_detail(finding, options)}</failure>"
    else:
        yield f"      <system-out>{_detail(finding, options)}</system-out>"
    yield "    </testcase>"


def _detail(finding: Finding, options: RenderOptions) -> str:
    words = ", ".join((finding.severity.value, *remarks(finding)))
    values = changed_lines(finding.before, finding.after, context_lines=options.context_lines)
    lines = (f"{words} at {finding.path or '/'}, fingerprint {finding.fingerprint}", *values)
    return "\n".join(map(_safe, lines))


def _safe(text: str) -> str:
    return escape(visible(text))
