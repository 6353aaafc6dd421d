"""What a team has decided about findings: severities of its own, what it ignores, what it approved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forestage.diff.match.paths import shape_of
from forestage.diff.report import Approval, Report, Severity
from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from forestage.diff.report import Finding
    from forestage.model.values import Origin

_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """Findings that are not told: those with an id, at a place, or both; in either ``*`` stands for any text.

    Names of path parameters in ``where`` do not count. After the day ``until`` it ignores no longer.
    """

    id: str | None = None
    where: str | None = None
    until: date | None = None
    reason: str | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def fits(self, finding: Finding) -> bool:
        """Tell whether a finding is meant."""
        return (self.id is None or is_like(finding.id, self.id)) and (
            self.where is None or is_like(shape_of(finding.where), shape_of(self.where))
        )

    def __str__(self) -> str:
        parts = (("id", self.id), ("where", self.where))
        return "the ignore of " + ", ".join(f"{name} {value!r}" for name, value in parts if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedFingerprint:
    """The approval of one finding."""

    fingerprint: str
    approval: Approval = field(default_factory=Approval)
    origin: Origin | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"the approval of {self.fingerprint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """All that was decided; ``severities`` are by the id of the rule."""

    severities: Mapping[str, Severity] = field(default_factory=dict)
    ignores: tuple[Ignore, ...] = ()
    approvals: tuple[ApprovedFingerprint, ...] = ()

    def __add__(self, other: Decisions) -> Decisions:
        """Add decisions, those of ``other`` before our own."""
        return Decisions(
            severities={**self.severities, **other.severities},
            ignores=(*other.ignores, *self.ignores),
            approvals=(*other.approvals, *self.approvals),
        )


def decide(report: Report, decisions: Decisions, *, today: date) -> Report:
    """Apply decisions to a report, and note those that have ended and those that no finding needs.

    The last day of a decision is one on which it counts.
    """
    ignores = [ignore for ignore in decisions.ignores if not has_ended(ignore.until, today)]
    approvals = {
        item.fingerprint: item.approval
        for item in reversed(decisions.approvals)
        if not has_ended(item.approval.until, today)
    }
    kept = [item for item in report.findings if not any(ignore.fits(item) for ignore in ignores)]
    judged = (_with_severity(item, decisions.severities.get(item.id)) for item in kept)
    approved = [replace(item, approved=approvals.get(item.fingerprint, item.approved)) for item in judged]
    return replace(
        report,
        findings=tuple(sorted(approved, key=lambda item: _RANKS[item.severity])),
        ignored=report.ignored + len(report.findings) - len(kept),
        notes=(*report.notes, *_notes(report.findings, decisions, today)),
    )


def has_ended(until: date | None, today: date) -> bool:
    """Tell whether a decision counts no longer."""
    return until is not None and until < today


def is_like(text: str, pattern: str) -> bool:
    """Tell whether a whole text is like a pattern, in which ``*`` stands for any text."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _with_severity(finding: Finding, severity: Severity | None) -> Finding:
    """Give a finding the severity that was decided; what is worse than safe is not hidden."""
    if severity is None:
        return finding
    return replace(finding, severity=severity, hidden=finding.hidden and severity is Severity.SAFE)


def _notes(findings: Sequence[Finding], decisions: Decisions, today: date) -> Iterator[str]:
    for ignore in decisions.ignores:
        yield from _note(
            ignore, ignore.until, today, is_needed=any(map(ignore.fits, findings)), missing="fits no finding"
        )
    known = {item.fingerprint for item in findings}
    for item in decisions.approvals:
        is_needed = item.fingerprint in known
        yield from _note(item, item.approval.until, today, is_needed=is_needed, missing="is of no finding")


def _note(
    decision: Ignore | ApprovedFingerprint, until: date | None, today: date, *, is_needed: bool, missing: str
) -> Iterable[str]:
    place = f" ({decision.origin.file}:{decision.origin.line})" if decision.origin else ""
    if not is_needed:
        yield f"{decision}{place} {missing}: remove it"
    elif has_ended(until, today):
        yield f"{decision}{place} ended on {until}: renew it or make the finding go away"
