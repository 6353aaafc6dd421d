"""Every rule has a case: a file of tests/cases/diff/ with its name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from forestage.diff.report import Operation
from forestage.diff.rules.table import RULES
from tests.cases.diff_form import CONDITIONS, IDS, compared, read_case, read_condition, shown, templates

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.cases.diff_form import Case

BY_ID = {rule.id: rule for rule in RULES}


@pytest.mark.parametrize("rule_id", IDS)
def test_rule_finds_what_its_case_expects(rule_id: str, tmp_path: Path) -> None:
    check(read_case(rule_id), tmp_path)


@pytest.mark.parametrize("name", CONDITIONS)
def test_rule_looks_at_its_conditions(name: str, tmp_path: Path) -> None:
    check(read_condition(name), tmp_path)


def check(case: Case, folder: Path) -> None:
    report = compared(case, folder)
    found = [finding for finding in report.findings if finding.id == case.id]

    assert sorted(map(written, map(shown, found))) == sorted(map(written, case.expect))
    live = {finding.severity for finding in found if Operation.STALE not in finding.operations}
    assert live <= {*BY_ID[case.id].severities}
    assert [finding.path for finding in report.findings if not is_somewhere(finding.path, *templates(case))] == []
    assert len({finding.fingerprint for finding in report.findings}) == len(report.findings)


def written(expected: Mapping[str, Any]) -> str:
    return json.dumps(expected, sort_keys=True)


def test_rules_and_cases_are_the_same_set() -> None:
    assert len(BY_ID) == len(RULES)
    assert {*BY_ID} == {*IDS}


# Templates are whatever JSON a case has.
def is_somewhere(pointer: str, *templates: Any) -> bool:
    """Tell whether a JSON pointer leads somewhere in one of some templates."""
    return any(_leads_somewhere(pointer, template) for template in templates)


def _leads_somewhere(pointer: str, document: Any) -> bool:
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and key.isdigit() and int(key) < len(document):
            document = document[int(key)]
        else:
            return False
    return True
