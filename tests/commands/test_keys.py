from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from forestage.preview.host.sqlite_state import SqliteState
from tests.commands.control_server import ControlServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands.conftest import Outcome

VALUE = "abcdefghij0123456789abcdefghij"


def key(name: str, value: str, *, is_masked: bool = False, **changes: object) -> dict[str, Any]:
    made = {
        "id": f"id-{name}",
        "logical_id": None,
        "name": name,
        "description": "",
        "enabled": True,
        "value": value,
        "is_masked": is_masked,
        "plans": [{"id": "p1", "name": "Small"}],
    }
    return {**made, **changes}


SECRET = key("hidden", "****secret", is_masked=True, enabled=False, plans=[{"id": "p9", "name": None}])
PAGES = {
    "/_forestage/keys": {"keys": [key("shop", "****efghij", is_masked=True), SECRET]},
    "/_forestage/keys?includeValues=true": {"keys": [key("shop", VALUE), SECRET]},
}


@pytest.mark.parametrize(
    ("words", "value"), [([], "****efghij"), (["--show-values"], VALUE)], ids=["covered", "with-values"]
)
def test_keys_are_listed(words: list[str], value: str, run: Callable[..., Outcome]) -> None:
    with ControlServer(PAGES) as server:
        outcome = run("keys", "list", *words, "--port", str(server.port))

    assert [line.split() for line in outcome.data.splitlines()] == [
        ["id", "name", "value", "enabled", "plans"],
        ["id-shop", "shop", value, "yes", "Small"],
        ["id-hidden", "hidden", "****secret", "no", "p9"],
    ]


def test_keys_are_listed_as_json(run: Callable[..., Outcome]) -> None:
    with ControlServer(PAGES) as server:
        outcome = run("keys", "list", "--format", "json", "--port", str(server.port))

    assert json.loads(outcome.data) == PAGES["/_forestage/keys"]


def test_no_keys_are_told(run: Callable[..., Outcome]) -> None:
    with ControlServer({"/_forestage/keys": {"keys": []}}) as server:
        outcome = run("keys", "list", "--port", str(server.port))

    assert outcome.data == "there are no keys\n"


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ([], {"name": "", "description": "", "enabled": True, "plans": []}),
        (
            ["--name", "a", "--value", VALUE, "--description", "b", "--plan", "p1", "--plan", "p2", "--disabled"],
            {"name": "a", "description": "b", "enabled": False, "plans": ["p1", "p2"], "value": VALUE},
        ),
    ],
    ids=["least", "everything"],
)
def test_created_key_is_printed(words: list[str], sent: dict[str, object], run: Callable[..., Outcome]) -> None:
    with ControlServer({"POST /_forestage/keys": key("a", VALUE)}) as server:
        outcome = run("keys", "create", *words, "--port", str(server.port))

    assert outcome.data == f"{VALUE}\n"
    assert [(kind, json.loads(body)) for kind, body in server.sent] == [("application/json", sent)]


def test_created_key_is_printed_as_json(run: Callable[..., Outcome]) -> None:
    with ControlServer({"POST /_forestage/keys": key("a", VALUE)}) as server:
        outcome = run("keys", "create", "--format", "json", "--port", str(server.port))

    assert json.loads(outcome.data) == key("a", VALUE)


@pytest.mark.parametrize(("words", "query"), [([], ""), (["--fail-on-warnings"], "?failonwarnings=true")])
def test_keys_are_imported(words: list[str], query: str, tmp_path: Path, run: Callable[..., Outcome]) -> None:
    file = tmp_path / "keys.csv"
    file.write_text("Name,Key\nöne,k", encoding="utf-8")
    target = f"POST /_forestage/keys/import{query}"

    with ControlServer({target: {"ids": ["a"], "warnings": ["line 2: who knows"]}}) as server:
        outcome = run("keys", "import", str(file), *words, "--port", str(server.port))

    assert (server.asked, server.sent) == ([target], [("text/csv", "Name,Key\nöne,k")])
    assert outcome.talk == "warning: line 2: who knows\n1 key imported\n"


def test_keys_are_imported_without_a_preview(tmp_path: Path, run: Callable[..., Outcome]) -> None:
    file, state = tmp_path / "keys.csv", tmp_path / "state"
    file.write_text(f"Name,Key,UsagePlanIds\none,{VALUE},'p1,p2'\ntwo,{VALUE[::-1]},", encoding="utf-8")

    first = run("keys", "import", str(file), "--state", str(state))
    run("keys", "import", str(file), "--state", str(state))

    assert (first.code, first.talk) == (0, "2 keys imported\n")
    kept = SqliteState(state)
    assert [(key.name, key.value, key.plan_ids) for key in kept.load().keys] == [
        ("one", VALUE, ("p1", "p2")),
        ("two", VALUE[::-1], ()),
    ]
    kept.close()


def test_faults_of_a_file_are_told_with_their_lines(tmp_path: Path, run: Callable[..., Outcome]) -> None:
    file = tmp_path / "keys.csv"
    file.write_text("Name,Key\n,short", encoding="utf-8")

    outcome = run("keys", "import", str(file), "--state", str(tmp_path))

    assert outcome.code == 1
    assert outcome.talk.splitlines()[1:] == [
        f"  {file}:2: Name must have 1 to 1024 characters, got 0",
        f"  {file}:2: Key must have 30 to 128 characters, got 5",
    ]


def test_exported_keys_can_be_imported(tmp_path: Path, run: Callable[..., Outcome]) -> None:
    file = tmp_path / "keys.csv"

    with ControlServer(PAGES) as server:
        outcome = run("keys", "export", str(file), "--show-values", "--port", str(server.port))

    assert outcome.talk == "warning: 1 left out, whose values the template keeps secret\n"
    assert file.read_text(encoding="utf-8").splitlines() == [
        "Name,Key,Description,Enabled,UsagePlanIds",
        f"shop,{VALUE},,TRUE,p1",
    ]
    assert run("keys", "import", str(file), "--state", str(tmp_path)).talk == "1 key imported\n"


def test_exported_values_are_covered_unless_asked_for(run: Callable[..., Outcome]) -> None:
    with ControlServer(PAGES) as server:
        outcome = run("keys", "export", "--port", str(server.port))

    assert outcome.data.splitlines()[1:] == ["shop,****efghij,,TRUE,p1", "hidden,****secret,,FALSE,p9"]
    assert outcome.talk == "warning: the values are covered; --show-values writes them\n"
