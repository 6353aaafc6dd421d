"""Keys, counters and the clock of a preview as people start it: what survives, and what time does."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.applications import MOCK, api, method, write_template
from tests.functional.preview_process import PreviewProcess, forestage

if TYPE_CHECKING:
    from pathlib import Path

KEY = "first-key-0123456789abcdefghij"
USE = {"x-api-key": KEY}


def keyed_api() -> dict[str, Any]:
    get = method(MOCK)
    get["Properties"]["ApiKeyRequired"] = True
    template = api(Get=get)
    template["Resources"] |= {
        "Key": {"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Name": "shop", "Value": KEY, "Enabled": True}},
        "Plan": {
            "Type": "AWS::ApiGateway::UsagePlan",
            "Properties": {
                "UsagePlanName": "Small",
                "Quota": {"Limit": 2, "Period": "MONTH"},
                "ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Stagedev"}}],
            },
        },
        "KeyInPlan": {
            "Type": "AWS::ApiGateway::UsagePlanKey",
            "Properties": {"KeyId": {"Ref": "Key"}, "KeyType": "API_KEY", "UsagePlanId": {"Ref": "Plan"}},
        },
    }
    return template


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "app"
    made.mkdir()
    write_template(made, keyed_api())
    return made


def statuses(preview: PreviewProcess, count: int, headers: dict[str, str]) -> list[int]:
    return [preview.call("GET", "/dev", headers=headers).status for _ in range(count)]


def test_quota_begins_anew_when_the_clock_is_advanced(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with PreviewProcess("template.json", "--port", "0", folder=folder, home=home) as preview:
        this_month = statuses(preview, 3, USE)
        advanced = forestage("clock", "advance", "31d", folder=folder, home=home)
        next_month = statuses(preview, 3, USE)
        explained = forestage("explain", folder=folder, home=home).stdout
        preview.wait_for_talk("the clock is at ")

    assert (this_month, next_month) == ([200, 200, 429], [200, 200, 429])
    assert advanced.stdout.endswith("(ahead by 31d)\n")
    assert "by a clock that was ahead of the machine's by 2678400 s" in explained
    assert "Key quota exhausted" in explained


def test_keys_and_counters_survive_a_restart(folder: Path, tmp_path: Path) -> None:
    home, words = tmp_path / "home", ("template.json", "--port", "0", "--state", ".forestage")
    with PreviewProcess(*words, folder=folder, home=home) as preview:
        before = statuses(preview, 1, USE)
        made = forestage("keys", "create", "--name", "new", "--plan", "Small", folder=folder, home=home).stdout.strip()
        assert preview.end() == 0

    with PreviewProcess(*words, folder=folder, home=home) as preview:
        after, other = statuses(preview, 2, USE), statuses(preview, 3, {"x-api-key": made})
        usage = forestage("usage", "--format", "json", folder=folder, home=home).stdout

    assert (before, after, other) == ([200], [200, 429], [200, 200, 429])
    (plan,) = json.loads(usage)["plans"]
    assert sorted(plan["values"].values()) == [[[2, 0]], [[2, 0]]]


def test_damaged_state_is_told_and_nothing_is_served(folder: Path, tmp_path: Path) -> None:
    (folder / ".forestage").mkdir()
    (folder / ".forestage" / "forestage.sqlite3").write_bytes(b"words" * 1_000)

    ended = forestage("preview", "template.json", "--state", ".forestage", folder=folder, home=tmp_path / "home")

    assert ended.returncode == 1
    assert "forestage.sqlite3 is damaged: file is not a database" in ended.stderr
    assert "hint: move the file away to begin anew" in ended.stderr


def test_preview_ends_while_its_clock_stands_still(folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with PreviewProcess("template.json", "--port", "0", folder=folder, home=home) as preview:
        frozen = forestage("clock", "freeze", folder=folder, home=home)
        code = preview.end(signal.SIGINT)

    assert frozen.stdout.endswith("(frozen)\n")
    assert code == 130
