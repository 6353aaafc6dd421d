from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from forestage.commands.trace_text import trace_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json

SUMMARY: Mapping[str, Json] = {
    "request_id": "r1",
    "method": "GET",
    "path": "/dev/pets",
    "status": 200,
    "ms": 1.25,
    "failure": None,
}


def lines(*steps: Mapping[str, Json], **more: Json) -> list[str]:
    return [click.unstyle(line) for line in trace_lines({**SUMMARY, "steps": list(steps), **more})]


def test_summary_is_the_first_line() -> None:
    assert lines() == ["GET /dev/pets  200  1.2 ms  r1"]


def test_failure_is_told_below_the_summary() -> None:
    assert lines(status=403, failure="no route")[1] == "  no route"


def test_request_under_way_has_no_duration() -> None:
    assert lines(ms=None, status=None)[0] == "GET /dev/pets  null  under way  r1"


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        pytest.param({"path": "/pets"}, ["    path /pets"], id="text"),
        pytest.param({"stage_name": "dev"}, ["    stage name dev"], id="a name of several words"),
        pytest.param({"tls": False}, ["    tls false"], id="a boolean"),
        pytest.param({"body": ""}, [], id="what is empty is left out"),
        pytest.param({"body": None}, [], id="what is not there is left out"),
        pytest.param({"headers": [["A", "1"], ["B", "2"]]}, ["    headers", "      A: 1", "      B: 2"], id="headers"),
        pytest.param({"dropped": ["Host"]}, ["    dropped", "      Host"], id="a list"),
        pytest.param({"asked": {"kind": "X", "n": 1}}, ["    asked", "      kind: X", "      n: 1"], id="an object"),
        pytest.param({"body": '{"a":1}'}, ["    body", "      {", '        "a": 1', "      }"], id="JSON is laid out"),
        pytest.param({"body": "{a"}, ["    body {a"], id="what only looks like JSON is not"),
        pytest.param({"body": "a\nb"}, ["    body", "      a", "      b"], id="lines"),
        pytest.param({"path": "/\x1b[2J"}, ["    path /\\x1b[2J"], id="what a terminal would obey is spelled out"),
        pytest.param({"path": "/héé"}, ["    path /héé"], id="letters of any language are shown"),
    ],
)
def test_field_is_laid_out(field: Mapping[str, Json], shown: list[str]) -> None:
    assert lines({"stage": "arrival", **field})[3:] == shown


def test_stages_are_numbered_and_explained() -> None:
    laid_out = lines({"stage": "arrival"}, {"stage": "admit"}, {"stage": "unheard of"})

    assert laid_out[2::2] == [" 1 arrival  request as it arrived", " 2 admit  key, throttle and quota", " 3 unheard of"]


def test_response_is_at_the_end() -> None:
    laid_out = lines(response={"status": 200, "headers": [], "body": "x"})

    assert laid_out[2:] == ["response as it was sent", "    status 200", "    body x"]
