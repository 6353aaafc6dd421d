"""Where a finding was made: the line of a file, as seen from the root of the repository."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from forestage.diff.report import Security, Severity
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from forestage.diff.report import Finding

_ELSEWHERE: Final = ("git:", "aws:", "stage:")
"""How files are named that are of another commit or were read from AWS: they have no line in a checkout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlace:
    """A place in a file of the repository; ``column`` is 0 where it is not known."""

    file: str
    line: int
    column: int


def file_place(finding: Finding, folder: str) -> FilePlace | None:
    """Tell where in the repository a finding was made; None where it was made elsewhere, or nobody knows.

    ``folder`` is the current folder as seen from the root of the repository.
    """
    origin = finding.origin
    if origin is None or not origin.line or posixpath.isabs(origin.file) or origin.file.startswith(_ELSEWHERE):
        return None
    file = posixpath.normpath(posixpath.join(folder, origin.file))
    if file.startswith(".."):
        return None
    return FilePlace(file=file, line=origin.line, column=origin.column)


def urgency(finding: Finding) -> Severity:
    """Tell how urgently people should look: what weakens security is never only safe, what is approved is."""
    if finding.approved is not None:
        return Severity.SAFE
    if finding.severity is Severity.SAFE and finding.security is Security.WEAKER:
        return Severity.DANGEROUS
    return finding.severity
