from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.commands.control_server import ControlServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.commands.conftest import Outcome

SMALL = {
    "usagePlanId": "p1",
    "name": "Small",
    "quota": {"limit": 5, "period": "WEEK", "offset": 0},
    "startDate": "2026-11-30",
    "endDate": "2026-12-01",
    "values": {"k1": [[2, 3], [0, 3]], "gone": [[0, 5], [0, 5]]},
}
FREE = {**SMALL, "name": "Free", "quota": None, "values": {"k2": [[7, None], [0, None]]}}
KEYS = {"/_forestage/keys": {"keys": [{"id": "k1", "name": "shop"}, {"id": "k2", "name": ""}]}}


def test_usage_is_told_day_by_day(run: Callable[..., Outcome]) -> None:
    with ControlServer({"/_forestage/usage": {"plans": [SMALL, FREE]}, **KEYS}) as server:
        outcome = run("usage", "--port", str(server.port))

    assert [line.split() for line in outcome.data.splitlines()] == [
        ["plan", "key", "day", "used", "left", "quota"],
        ["Small", "shop", "2026-11-30", "2", "3", "5", "a", "week"],
        ["Small", "shop", "2026-12-01", "0", "3", "5", "a", "week"],
        ["Small", "gone", "2026-11-30", "0", "5", "5", "a", "week"],
        ["Small", "gone", "2026-12-01", "0", "5", "5", "a", "week"],
        ["Free", "k2", "2026-11-30", "7", "-", "none"],
        ["Free", "k2", "2026-12-01", "0", "-", "none"],
    ]


def test_usage_is_of_what_is_asked_for(run: Callable[..., Outcome]) -> None:
    target = "/_forestage/usage?plan=Small&key=shop&start=2026-11-30&end=2026-12-01"

    with ControlServer({target: {"plans": [SMALL]}}) as server:
        words = ("--plan", "Small", "--key", "shop", "--start", "2026-11-30", "--end", "2026-12-01")
        outcome = run("usage", *words, "--format", "json", "--port", str(server.port))

    assert json.loads(outcome.data) == {"plans": [SMALL]}
    assert server.asked == [target]


def test_no_usage_is_told(run: Callable[..., Outcome]) -> None:
    with ControlServer({"/_forestage/usage": {"plans": [{**SMALL, "values": {}}]}, **KEYS}) as server:
        outcome = run("usage", "--port", str(server.port))

    assert outcome.data == "no plan has a key\n"


def test_what_is_left_is_changed(run: Callable[..., Outcome]) -> None:
    with ControlServer({"POST /_forestage/usage": {"plans": [SMALL]}, **KEYS}) as server:
        outcome = run("usage", "--plan", "p1", "--key", "k1", "--remaining", "3", "--port", str(server.port))

    assert outcome.code == 0
    assert json.loads(server.sent[0][1]) == {"plan": "p1", "key": "k1", "remaining": 3}


@pytest.mark.parametrize("words", [["--plan", "p1"], ["--key", "k1"], []])
def test_what_is_left_is_that_of_a_key_in_a_plan(words: list[str], run: Callable[..., Outcome]) -> None:
    outcome = run("usage", *words, "--remaining", "3", "--port", "1")

    assert outcome.code == 2
    assert "--remaining needs --plan and --key" in outcome.talk
