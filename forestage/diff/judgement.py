"""From changes to findings: every rule of a change's concern is asked."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import TYPE_CHECKING

from forestage.diff.report import Finding, Operation, ResourceRef, Severity
from forestage.diff.rules.table import RULES
from forestage.diff.walk.bodies import in_operation
from forestage.diff.walk.concerns import Fact
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from forestage.diff.rules.rule import Rule, Verdict
    from forestage.diff.walk.changes import Change
    from forestage.diff.walk.concerns import Concern
    from forestage.model.values import Json

_FINGERPRINT_LENGTH = 12
_ORDER = {severity: rank for rank, severity in enumerate(Severity)}
_SHORTEST_SECRET = 4
"""Shorter texts stand in too many others to be masked."""


def judged(changes: Iterable[Change[object]], *, secrets: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Judge changes: the worst first, then by API and place; each finding has a fingerprint of its own."""
    mask = _Mask(secrets)
    found = [
        (_finding(change, rule, verdict, mask), change)
        for change in changes
        for rule in _rules()[change.concern]
        for verdict in rule.judge(change)
    ]
    found.sort(key=lambda item: _rank(item[0], item[1].detail))
    return tuple(_fingerprinted(found))


@cache
def _rules() -> Mapping[Concern, list[Rule]]:
    found: dict[Concern, list[Rule]] = defaultdict(list)
    for rule in RULES:
        found[rule.concern].append(rule)
    return found


def _rank(finding: Finding, detail: str) -> tuple[object, ...]:
    return (_ORDER[finding.severity], finding.api or "~", finding.where, finding.id, detail, finding.message)


def _finding(change: Change[object], rule: Rule, verdict: Verdict, mask: _Mask) -> Finding:
    place = change.place
    severity = verdict.severity or rule.severities[0]
    operations = rule.operations if verdict.operations is None else verdict.operations
    message = verdict.message
    if Fact.STALE in change.facts:  # Source: diff.md, section 2: a change that no stage serves is not live.
        severity = Severity.DANGEROUS if severity is Severity.BREAKING else severity
        operations = (*operations, Operation.STALE)
        message = f"{message}; not live until the API is deployed again"
    before, after = change.shown or (change.before, change.after)
    return Finding(
        id=rule.id,
        severity=severity,
        api=place.api,
        where=place.where,
        path=_pointer_of(change),
        message=mask.text(message),
        fingerprint="",
        security=verdict.security or rule.security,
        operations=operations,
        resource=ResourceRef(logical_id=place.logical_id, type=place.type, construct=place.construct),
        before=mask.of(before),
        after=mask.of(after),
        hidden=rule.hidden,
        origin=place.written_at or change.origin or place.origin,
    )


def _pointer_of(change: Change[object]) -> str:
    """Point at the property that changed, at the resource as a whole, or at the part of a body."""
    place = change.place
    if not place.is_exact:
        return place.pointer + pointer(in_operation(change.path))
    return place.pointer + pointer(change.path) if change.path else place.pointer.removesuffix("/Properties")


def pointer(path: Iterable[str | int]) -> str:
    """Write a JSON pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _fingerprinted(found: Sequence[tuple[Finding, Change[object]]]) -> Iterable[Finding]:
    """Give each finding its fingerprint.

    Source: DIFF.md: over id, API, place and the pointer inside a schema; what else would be the same gets a number.
    """
    from dataclasses import replace

    seen: Counter[tuple[str, ...]] = Counter()
    for finding, change in found:
        place = change.place
        key = (finding.id, place.api_name or "", place.identity, change.detail)
        seen[key] += 1
        text = "\0".join((*key, *(str(seen[key]) for _ in range(seen[key] > 1))))
        yield replace(finding, fingerprint=hashlib.sha256(text.encode()).hexdigest()[:_FINGERPRINT_LENGTH])


class _Mask:
    """Writes values as people may see them: secrets masked, what is not known yet as its expression."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(sorted((s for s in set(secrets) if len(s) >= _SHORTEST_SECRET), key=len, reverse=True))

    def text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def of(self, value: object) -> Json:
        match value:
            case str():
                return self.text(value)
            case Unknown() | Secret():
                return self.text(str(value))
            case bool() | int() | float() | None:
                return value
            case Mapping():
                return {self.text(str(key)): self.of(item) for key, item in value.items()}
            case AbstractSet():
                return sorted((self.of(item) for item in value), key=str)
            case Sequence():
                return [self.of(item) for item in value]
            case _:
                raise TypeError(f"a {type(value).__name__} is no value to show")
