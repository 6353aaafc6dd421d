from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from forestage.diff.decision_files import DiffSettings, read_ignores, read_settings, read_severities
from forestage.diff.decisions import ApprovedFingerprint, Decisions, Ignore
from forestage.diff.report import Approval, Severity
from forestage.errors import DiffSettingsError

if TYPE_CHECKING:
    from pathlib import Path

IDS = ("method-removed", "throttle-lowered")


def written(folder: Path, text: str, name: str = "settings.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(DiffSettingsError) as caught:
        read_settings(written(folder, text), rule_ids=IDS)
    return [f"{fault.origin.line if fault.origin else 0} {fault.message}" for fault in caught.value.faults]


def test_all_that_a_file_can_say_is_read(tmp_path: Path) -> None:
    text = """
fail_on: dangerous
fail_on_security: weaker
fail_on_operation: [replace, data-loss]
format: [terminal, markdown=out/report.md]
only: Api
match_path: ^/v1
unmatch_path: internal
context_lines: 5
all: true
severity: {throttle-lowered: safe}
ignore:
  - {id: method-removed, where: GET /old, until: 2027-03-31, reason: nobody calls it}
  - {where: PUT *}
approvals:
  - {fingerprint: 3f1c0d9a52be, by: ann, reason: agreed, until: 2027-03-31}
"""

    settings = read_settings(written(tmp_path, text), rule_ids=IDS)

    day = date(2027, 3, 31)
    assert settings == DiffSettings(
        decisions=Decisions(
            severities={"throttle-lowered": Severity.SAFE},
            ignores=(
                Ignore(id="method-removed", where="GET /old", until=day, reason="nobody calls it"),
                Ignore(where="PUT *"),
            ),
            approvals=(
                ApprovedFingerprint(
                    fingerprint="3f1c0d9a52be", approval=Approval(by="ann", reason="agreed", until=day)
                ),
            ),
        ),
        fail_on="dangerous",
        fail_on_security="weaker",
        fail_on_operation=("replace", "data-loss"),
        formats=("terminal", f"markdown={tmp_path}/out/report.md"),
        only="Api",
        match_path="^/v1",
        unmatch_path="internal",
        context_lines=5,
        includes_hidden=True,
    )
    assert [ignore.origin.line for ignore in settings.decisions.ignores if ignore.origin] == [13, 14]


def test_a_file_may_say_nothing(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, "{}"), rule_ids=IDS) == DiffSettings()


def test_severities_and_ignores_may_stand_in_files_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    written(folder, '{"throttle-lowered": "breaking"}', "severity.json")
    written(folder, "ignore: [{id: method-*}]", "ignore.yaml")
    settings = written(tmp_path, "{severity: rules/severity.json, ignore: rules/ignore.yaml}")

    decisions = read_settings(settings, rule_ids=IDS).decisions

    assert decisions.severities == {"throttle-lowered": Severity.BREAKING}
    assert decisions.ignores == (Ignore(id="method-*"),)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("fail_on: always", '1 fail_on must be breaking, dangerous, safe or never, got "always"'),
        ("fail_on_security: true", "1 fail_on_security must be text, got true"),
        ("fail_on_operation: [drop]", "1 fail_on_operation must be of replace, destroy"),
        ("match_path: '('", '1 match_path must be a regular expression, got "("'),
        ("context_lines: -1", "1 context_lines must be a whole number of 0 or more, got -1"),
        ("all: 1", "1 all must be true or false, got 1"),
        ("severity: {method-remove: safe}", '1 method-remove is no rule, got "method-remove"'),
        ("severity: {method-removed: bad}", '1 method-removed must be breaking, dangerous or safe, got "bad"'),
        ("severity: [a]", "1 severity must be a map, got a list"),
        ("ignore: {id: a}", "1 ignore must be a list, got an object"),
        ("ignore: [a]", '1 ignore[0] must be a map, got "a"'),
        ("ignore: [{reason: a}]", "1 id or where is missing"),
        ("ignore: [{id: method-remove}]", '1 id is no rule, got "method-remove"'),
        ("ignore: [{where: a, until: 2027-02-30}]", '1 until must be a day of the calendar, got "2027-02-30"'),
        ("ignore: [{where: a, until: soon}]", '1 until must be a day like 2027-03-31, got "soon"'),
        ("ignore: [{where: a, by: ann}]", "1 by is not known here"),
        ("approvals: [{by: ann}]", "1 fingerprint is missing"),
        ("approvals: [{fingerprint: 3F}]", '1 fingerprint must be 12 hexadecimal digits, got "3F"'),
        ("fail-on: never", "1 fail-on is not known here"),
        ("[]", "1 the file must hold a map, got a list"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, fault: str) -> None:
    (found,) = faults(tmp_path, text)

    assert found.startswith(fault)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    assert len(faults(tmp_path, "fail_on: a\nall: b\nignore: [1, 2]\n")) == 4


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiffSettingsError, match="no such file"):
        read_settings(tmp_path / "nowhere.yaml", rule_ids=IDS)


def test_severities_are_read_alone(tmp_path: Path) -> None:
    file = written(tmp_path, "method-removed: safe")

    assert read_severities(file, rule_ids=IDS) == {"method-removed": Severity.SAFE}


def test_severities_must_be_a_map(tmp_path: Path) -> None:
    with pytest.raises(DiffSettingsError, match="must hold a map"):
        read_severities(written(tmp_path, "[]"), rule_ids=IDS)


def test_ignores_are_read_alone(tmp_path: Path) -> None:
    file = written(tmp_path, "ignore: [{id: method-removed}]")

    assert read_ignores(file, rule_ids=IDS) == (Ignore(id="method-removed"),)


@pytest.mark.parametrize(
    ("text", "fault"),
    [("{}", "ignore is missing"), ("[]", "must hold a map"), ("{ignore: [], other: 1}", "other is not known here")],
)
def test_a_file_of_ignores_has_ignores_alone(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(DiffSettingsError, match=fault):
        read_ignores(written(tmp_path, text), rule_ids=IDS)
