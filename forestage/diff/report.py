"""What a comparison found: findings, with counts, ready to be rendered.

Source of the words: conformance/DIFF.md, the contract of ``forestage diff --format json``.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from forestage.model.values import Json, Origin


class Severity(Enum):
    """What a change does to clients of the API, the worst first."""

    BREAKING = "breaking"
    DANGEROUS = "dangerous"
    SAFE = "safe"


class Security(Enum):
    """Whether more or fewer callers, rights, checks and evidence there are than before."""

    WEAKER = "weaker"
    STRONGER = "stronger"


class Operation(Enum):
    """What a change does to the deployment itself."""

    REPLACE = "replace"
    DESTROY = "destroy"
    DATA_LOSS = "data-loss"
    DEPLOY_CONFLICT = "deploy-conflict"
    STALE = "stale"
    DOWNTIME = "downtime"
    URL_CHANGE = "url-change"
    COST = "cost"
    REDEPLOY = "redeploy"
    CHURN = "churn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRef:
    """The resource that changed; ``construct`` is its path in the app, None where it is not known."""

    logical_id: str
    type: str
    construct: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Somebody's word that a finding is wanted; after ``until`` it counts no longer."""

    by: str | None = None
    reason: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One change, judged.

    ``where`` is the place in the API's terms, ``GET /pets/{id}``. ``path`` is a JSON pointer into the template after
    the change, or before it for what is gone. ``before`` and ``after`` are as people write them, secrets masked and
    what is not known yet as its expression. ``fingerprint`` is 12 hex digits over id, api, where and the pointer
    inside a schema. ``hidden`` findings are shown by ``--all`` alone. ``origin`` is the line that made the change.
    """

    id: str
    severity: Severity
    api: str | None
    where: str
    path: str
    message: str
    fingerprint: str
    security: Security | None = None
    operations: tuple[Operation, ...] = ()
    resource: ResourceRef | None = None
    before: Json = None
    after: Json = None
    hidden: bool = False
    approved: Approval | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison, as it was named."""

    source: str
    stacks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A comparison: its findings, the worst first, those that were ignored left out and counted.

    ``api_names`` is by logical id what people call an API. ``notes`` are for people: ignores that fit nothing,
    ignores that ended, what could not be compared.
    """

    before: Side
    after: Side
    findings: tuple[Finding, ...]
    ignored: int = 0
    api_names: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """Count the findings of a severity that nobody approved, the hidden ones included."""
        return sum(1 for finding in self.findings if finding.severity is severity and finding.approved is None)

    @property
    def verdict(self) -> Severity:
        """The worst severity of what was found and not approved; safe where there is nothing."""
        return next((severity for severity in Severity if self.count(severity)), Severity.SAFE)
