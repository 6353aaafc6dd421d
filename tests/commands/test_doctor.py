from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forestage.commands import doctor
from forestage.commands.checks import Check, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from tests.commands.conftest import Outcome


def test_machine_that_runs_the_tests_is_good_enough(run: Callable[..., Outcome]) -> None:
    outcome = run("doctor")

    assert outcome.code == 0
    assert "Node.js" in outcome.data
    assert not outcome.talk


def test_checks_as_json(run: Callable[..., Outcome]) -> None:
    checks = json.loads(run("doctor", "--format", "json").data)["checks"]

    assert checks[0]["subject"] == "forestage"
    assert checks[0]["verdict"] == "ok"


def test_missing_thing_ends_with_1_and_has_a_remedy(
    run: Callable[..., Outcome], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))

    outcome = run("doctor")

    assert outcome.code == 1
    assert "missing" in outcome.data
    assert "what to do:\n  state: set XDG_CACHE_HOME" in outcome.data


def test_machine_without_gaps_has_no_remedies() -> None:
    assert "what to do" not in doctor._text([Check(subject="port", verdict=Verdict.GOOD, found="3000 is free")])
