from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from forestage.commands.trace_text import SHORTEST_REFERRED, trace_lines

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


# -- templates ------------------------------------------------------------------------------------------------------


def below(*steps: Mapping[str, Json], columns: int = 80, **more: Json) -> list[str]:
    """Lay out steps in a terminal of some width, and return what is below the title of the first."""
    return [click.unstyle(line) for line in trace_lines({**SUMMARY, "steps": list(steps), **more}, columns=columns)][3:]


TEMPLATE: Mapping[str, Json] = {
    "text": "#set($a = 1)\n{\n\t$a}\n",
    "sees": {
        "body": '{"a":1}',
        "params": {"path": {"id": "7"}, "header": {}},
        "context": {"identity": {"user": None, "sourceIp": "::1"}},
    },
    "rendering": "{\n\t1}\n",
    "notices": [],
}


def test_template_stands_beside_what_it_saw_and_its_rendering() -> None:
    assert below({"stage": "prepare", "template": TEMPLATE}) == [
        "    template     │ what it saw                   │ rendering",
        "    #set($a = 1) │ body                          │ {",
        "    {            │ {                             │   1}",
        '      $a}        │   "a": 1                      │',
        "                 │ }                             │",
        "                 │ params.path.id 7              │",
        "                 │ context.identity.sourceIp ::1 │",
    ]


def test_template_that_failed_is_told_with_the_place_first() -> None:
    template: Mapping[str, Json] = {
        "text": "a\n\t$l.get(9)\x1b[2J",
        "sees": {},
        "caret": "\t$l.get(9)\x1b[2J\n\t^",
        "value": '["x"]',
        "hint": "try less",
    }

    assert below({"stage": "gateway response", "template": template}) == [
        "    where",
        "        $l.get(9)\\x1b[2J",
        "        ^",
        '    the value is ["x"]',
        "    hint try less",
        "    template",
        "    a",
        "      $l.get(9)\\x1b[2J",
    ]


def test_notices_of_a_template_are_told() -> None:
    template: Mapping[str, Json] = {"text": "t", "notices": ["line 1: cut"]}

    assert below({"stage": "prepare", "template": template})[0] == "    notice line 1: cut"


# -- what was shown before ------------------------------------------------------------------------------------------

LONG = "x" * SHORTEST_REFERRED


def test_long_text_is_shown_once() -> None:
    laid_out = below(
        {"stage": "integrate", "body": LONG},
        {"stage": "respond", "body": LONG},
        response={"status": 200, "body": LONG},
    )

    assert [line for line in laid_out if "body" in line] == [
        f"    body {LONG}",
        "    body is the body of 1 integrate",
        "    body is the body of 1 integrate",
    ]


def test_short_text_is_shown_each_time() -> None:
    laid_out = below({"stage": "integrate", "body": "short"}, {"stage": "respond", "body": "short"})

    assert [line for line in laid_out if "body" in line] == ["    body short", "    body short"]


def test_rendering_is_not_shown_again() -> None:
    template: Mapping[str, Json] = {"text": "t", "rendering": LONG}

    laid_out = below({"stage": "prepare", "template": template, "body": LONG})

    assert laid_out[-1] == "    body is the rendering of 1 prepare"
