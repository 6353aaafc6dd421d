from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.commands.control_server import ControlServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.commands.conftest import Outcome

TRACE = {
    "request_id": "r/1",
    "method": "GET",
    "path": "/dev",
    "status": 200,
    "ms": 1.0,
    "failure": None,
    "steps": [{"stage": "arrival", "method": "GET"}],
    "response": None,
}


def test_request_is_explained_stage_by_stage(run: Callable[..., Outcome]) -> None:
    with ControlServer({"/_forestage/traces/r%2F1": TRACE}) as server:
        outcome = run("explain", "r/1", "--port", str(server.port))

    assert outcome.code == 0
    assert outcome.data.splitlines() == [
        "GET /dev  200  1.0 ms  r/1",
        "",
        " 1 arrival  request as it arrived",
        "    method GET",
    ]


def test_latest_request_is_explained_where_none_is_named(run: Callable[..., Outcome]) -> None:
    pages = {"/_forestage/traces": {"traces": [{"request_id": "r2"}]}, "/_forestage/traces/r2": TRACE}

    with ControlServer(pages) as server:
        outcome = run("explain", "--port", str(server.port), "--format", "json")

    assert json.loads(outcome.data) == TRACE


def test_request_is_told_as_api_gateway_logs_it(run: Callable[..., Outcome]) -> None:
    with ControlServer({"/_forestage/logs/execution?request=r%2F1": {"lines": ["one", "two"]}}) as server:
        outcome = run("explain", "r/1", "--aws-log", "--port", str(server.port))

    assert outcome.data == "one\ntwo\n"


def test_execution_log_may_be_json(run: Callable[..., Outcome]) -> None:
    with ControlServer({"/_forestage/logs/execution?request=r1": {"lines": ["one"]}}) as server:
        outcome = run("explain", "r1", "--aws-log", "--format", "json", "--port", str(server.port))

    assert json.loads(outcome.data) == {"lines": ["one"]}


def test_preview_without_requests_is_told(run: Callable[..., Outcome]) -> None:
    with ControlServer({"/_forestage/traces": {"traces": []}}) as server:
        outcome = run("explain", "--port", str(server.port))

    assert outcome.code == 1
    assert outcome.talk == "error: the preview has served no request yet\n"


def test_unknown_request_is_told_by_the_preview(run: Callable[..., Outcome]) -> None:
    with ControlServer({}) as server:
        outcome = run("explain", "r9", "--port", str(server.port))

    assert outcome.code == 1
    assert outcome.talk == "error: there is none\n"


def test_no_preview_is_told_with_what_to_do(run: Callable[..., Outcome]) -> None:
    outcome = run("explain", "r9")

    assert outcome.code == 1
    assert outcome.talk.startswith("error: no preview runs for ")
    assert "hint: start one with `forestage preview`" in outcome.talk
