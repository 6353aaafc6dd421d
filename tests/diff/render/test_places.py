from __future__ import annotations

import pytest

from forestage.diff.render.places import FilePlace, file_place, urgency
from forestage.diff.report import Approval, Security, Severity
from forestage.model.values import Origin
from tests.diff.reports import finding


@pytest.mark.parametrize(
    ("origin", "folder", "place"),
    [
        (Origin("template.yaml", 7, 3), "", FilePlace(file="template.yaml", line=7, column=3)),
        (Origin("./a.yaml", 7), "infra", FilePlace(file="infra/a.yaml", line=7, column=0)),
        (Origin("../app.py", 7), "infra", FilePlace(file="app.py", line=7, column=0)),
        (Origin("../app.py", 7), "", None),
        (Origin("/tmp/worktree/app.py", 7), "", None),
        (Origin("git:main:app.py", 7), "", None),
        (Origin("aws:Pets", 7), "", None),
        (Origin("stack"), "", None),
        (None, "", None),
    ],
)
def test_place_is_seen_from_the_root_of_the_repository(
    origin: Origin | None, folder: str, place: FilePlace | None
) -> None:
    assert file_place(finding(origin=origin), folder) == place


def test_urgency_is_that_of_the_severity_unless_security_is_weaker_or_it_is_approved() -> None:
    assert urgency(finding()) is Severity.BREAKING
    assert urgency(finding(severity=Severity.SAFE, security=Security.STRONGER)) is Severity.SAFE
    assert urgency(finding(severity=Severity.SAFE, security=Security.WEAKER)) is Severity.DANGEROUS
    assert urgency(finding(approved=Approval())) is Severity.SAFE
