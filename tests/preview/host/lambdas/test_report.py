from __future__ import annotations

import re

import pytest

from forestage.preview.host.lambdas.report import Journal, Report, end_lines, init_line, start_line, timeout_line
from forestage.preview.host.lambdas.settings import FunctionLogLine, LogStream


def test_start_names_the_request() -> None:
    assert start_line("id-1") == "START RequestId: id-1 Version: $LATEST"


@pytest.mark.parametrize(
    ("report", "line"),
    [
        pytest.param(
            Report(request_id="id", duration_ms=1.584, memory_mb=128, used_mb=38, init_ms=86.57),
            "REPORT RequestId: id\tDuration: 1.58 ms\tBilled Duration: 89 ms\tMemory Size: 128 MB\t"
            "Max Memory Used: 38 MB\tInit Duration: 86.57 ms\t",
            id="cold",
        ),
        pytest.param(
            Report(request_id="id", duration_ms=2.0, memory_mb=256, used_mb=None),
            "REPORT RequestId: id\tDuration: 2.00 ms\tBilled Duration: 2 ms\tMemory Size: 256 MB\t",
            id="memory-not-known",
        ),
        pytest.param(
            Report(request_id="id", duration_ms=3000.1, memory_mb=128, used_mb=9, status="timeout"),
            "REPORT RequestId: id\tDuration: 3000.10 ms\tBilled Duration: 3001 ms\tMemory Size: 128 MB\t"
            "Max Memory Used: 9 MB\tStatus: timeout\t",
            id="timeout",
        ),
        pytest.param(
            Report(
                request_id="id", duration_ms=1, memory_mb=1, used_mb=1, status="error", error_type="Runtime.ExitError"
            ),
            "REPORT RequestId: id\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 1 MB\t"
            "Max Memory Used: 1 MB\tStatus: error\tError Type: Runtime.ExitError\t",
            id="crash",
        ),
    ],
)
def test_end_reports_the_invocation(report: Report, line: str) -> None:
    assert end_lines(report) == ("END RequestId: id", line)


@pytest.mark.parametrize(
    ("error_type", "end"),
    [(None, "Status: timeout"), ("Runtime.ExitError", "Status: timeout\tError Type: Runtime.ExitError")],
)
def test_failed_init_is_reported(error_type: str | None, end: str) -> None:
    line = init_line(1236.04, status="timeout", error_type=error_type)

    assert line == f"INIT_REPORT Init Duration: 1236.04 ms\tPhase: init\t{end}"


def test_timeout_line_has_a_time_in_utc() -> None:
    line = timeout_line("id-1", 3)

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z id-1 Task timed out after 3\.00 seconds", line)


def test_journal_without_platform_lines_has_the_functions_own() -> None:
    lines: list[FunctionLogLine] = []
    journal = Journal("orders", lines.append, has_platform_lines=False)

    journal.start("id")
    journal.platform("INIT_REPORT")
    journal.printed("hello", "id")
    journal.notice("nearest")

    assert lines == [
        FunctionLogLine("orders", "id", "hello"),
        FunctionLogLine("orders", None, "nearest", LogStream.PREVIEW),
    ]


@pytest.mark.parametrize(("status", "routine"), [(None, [True, True, True]), ("timeout", [True, True, False])])
def test_journal_tells_which_lines_come_with_every_invocation(status: str | None, routine: list[bool]) -> None:
    lines: list[FunctionLogLine] = []
    journal = Journal("orders", lines.append, has_platform_lines=True)

    journal.start("id")
    journal.end(Report(request_id="id", duration_ms=1.0, memory_mb=128, used_mb=None, status=status))
    journal.platform("INIT_REPORT")

    assert [line.text.partition(" ")[0] for line in lines] == ["START", "END", "REPORT", "INIT_REPORT"]
    assert [line.is_routine for line in lines] == [*routine, False]
