"""When a comparison is bad enough to stop a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.report import Security, Severity
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from forestage.diff.report import Finding, Operation, Report

_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What stops: findings of ``severity`` or worse, those that weaken security, those with certain operations.

    A ``severity`` of None stops nothing, and so does a gate without arguments.
    """

    severity: Severity | None = None
    stops_weaker_security: bool = False
    operations: frozenset[Operation] = frozenset()

    def stops(self, finding: Finding) -> bool:
        """Tell whether a finding stops; one that was approved does not."""
        if finding.approved is not None:
            return False
        return (
            (self.severity is not None and _RANKS[finding.severity] <= _RANKS[self.severity])
            or (self.stops_weaker_security and finding.security is Security.WEAKER)
            or not self.operations.isdisjoint(finding.operations)
        )


def is_reached(gate: Gate, report: Report) -> bool:
    """Tell whether any finding of a report stops."""
    return any(map(gate.stops, report.findings))
