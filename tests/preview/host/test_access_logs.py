from __future__ import annotations

from io import StringIO

import pytest

from forestage.preview.host.access_logs import MAX_CHARACTERS, MAX_LINES, AccessLogs
from forestage.preview.host.clock import ManualClock
from forestage.preview.host.request_log import FLUSH_SECONDS
from tests.cases.script import play, wire_request
from tests.cases.short_api import API_ID, api_runtime


def logs(sink: StringIO | None = None) -> tuple[AccessLogs, ManualClock]:
    clock = ManualClock()
    return AccessLogs(clock=clock, sink=sink), clock


def test_line_of_a_request_is_kept_for_its_stage() -> None:
    kept, _ = logs()
    stages = {"dev": {"access_log_setting": {"format": "$context.status $context.path"}}}
    api = api_runtime({"GET /": "mock"}, stages=stages)

    kept.note(api.stages["dev"], play(api, wire_request("GET /dev/none")).trace)

    assert kept.lines(API_ID, "dev") == ("403 /dev/none",)


def test_lines_are_told_oldest_first_and_by_stage() -> None:
    kept, _ = logs()
    for api, stage, line in (("a", "dev", "1"), ("a", "prod", "2"), ("b", "dev", "3"), ("a", "dev", "4")):
        kept.add(api, stage, line)

    assert kept.lines("a", "dev") == ("1", "4")
    assert kept.lines("b", "dev") == ("3",)
    assert kept.lines("b", "none") == ()


def test_oldest_lines_go_where_there_are_too_many() -> None:
    kept, _ = logs()

    for number in range(MAX_LINES + 2):
        kept.add("a", "dev", f"{number}")

    assert len(kept.lines("a", "dev")) == MAX_LINES
    assert kept.lines("a", "dev")[0] == "2"


def test_oldest_lines_go_where_they_are_too_long() -> None:
    kept, _ = logs()
    kept.add("a", "dev", "first")

    kept.add("a", "dev", "x" * MAX_CHARACTERS)
    alone = len(kept.lines("a", "dev"))
    kept.add("a", "dev", "last")

    assert alone == 1
    assert kept.lines("a", "dev") == ("last",)


def test_lines_are_written_together_after_a_while() -> None:
    sink = StringIO()
    kept, clock = logs(sink)

    kept.add("a", "dev", "one")
    kept.add("b", "prod", "two")
    before = sink.getvalue()
    clock.advance(FLUSH_SECONDS)

    assert (before, sink.getvalue()) == ("", "one\ntwo\n")


def test_lines_that_are_pending_at_the_end_are_written_once() -> None:
    sink = StringIO()
    kept, clock = logs(sink)
    kept.add("a", "dev", "one")

    kept.flush()
    kept.flush()
    clock.advance(1)

    assert sink.getvalue() == "one\n"


def test_sink_that_nobody_reads_is_let_go() -> None:
    sink = StringIO()
    sink.close()
    kept, _ = logs(sink)

    kept.add("a", "dev", "one")
    kept.flush()
    kept.add("a", "dev", "two")

    assert kept.lines("a", "dev") == ("one", "two")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET /a", "GET /a"),
        ("naïve ☃", "naïve ☃"),
        ("a\nb\rc", r"a\nb\rc"),
        ("\x1b[2J\x9b", r"\x1b[2J\x9b"),
        ("a\u2028b", r"a\u2028b"),
    ],
)
def test_line_is_one_line_that_moves_no_cursor(line: str, expected: str) -> None:
    kept, _ = logs()

    kept.add("a", "dev", line)

    assert kept.lines("a", "dev") == (expected,)
