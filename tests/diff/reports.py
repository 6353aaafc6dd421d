"""Reports as tests need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forestage.diff.report import Finding, Report, Severity, Side

if TYPE_CHECKING:
    from collections.abc import Mapping

HOSTILE = "a\x1b[31m|`<script>&\"'@everyone\r\n::error::x%]]>*_\u202e\ud800</details>"
"""Text that tries what it can: terminals, tables, tags, mentions, commands of a runner, and what cannot be encoded."""


# A test overrides whichever fields it is about.
def finding(number: int = 0, **changes: Any) -> Finding:
    """Make a finding; those of different numbers have fingerprints of their own."""
    fields = {
        "id": "method-removed",
        "severity": Severity.BREAKING,
        "api": "Api",
        "where": "GET /pets",
        "path": "/Resources/GetPets",
        "message": "GET /pets is gone",
        "fingerprint": f"{number:012x}",
    }
    return Finding(**{**fields, **changes})


def report(*findings: Finding, ignored: int = 0, notes: tuple[str, ...] = (), **names: str) -> Report:
    """Make a report of findings; the names are those of APIs, by logical id."""
    api_names: Mapping[str, str] = names or {"Api": "pets"}
    return Report(
        before=Side(source="before.json", stacks=("before",)),
        after=Side(source="after.json", stacks=("after",)),
        findings=findings,
        ignored=ignored,
        api_names=api_names,
        notes=notes,
    )


def one_of_each() -> Report:
    """Make a report with a finding of each severity."""
    return report(*(finding(number, severity=severity) for number, severity in enumerate(Severity)))


def hostile() -> Report:
    """Make a report in which every text is hostile."""
    return report(
        finding(api=HOSTILE, where=f"GET /{HOSTILE}", path=HOSTILE, message=HOSTILE, before=HOSTILE, after=HOSTILE),
        finding(1, message=HOSTILE, severity=Severity.SAFE, before={HOSTILE: [HOSTILE]}, after=f"{HOSTILE}\n" * 9),
        notes=(HOSTILE,),
    )
