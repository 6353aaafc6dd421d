from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from forestage.errors import StateError
from forestage.preview.host.clock import ManualClock
from forestage.preview.host.request_log import MAX_PENDING, RequestLog, open_log_file, wants_colours

if TYPE_CHECKING:
    from pathlib import Path


def write(log: RequestLog, **changes: Any) -> None:
    line: dict[str, Any] = {
        "method": "GET",
        "path": "/dev/pets?key=secret",
        "status": 200,
        "ms": 3.24,
        "function": "pets",
        "request_id": "r1",
    }
    log.write(**(line | changes))


def line_of(**changes: Any) -> str:
    clock, terminal = ManualClock(), io.StringIO()
    log = RequestLog(clock=clock, terminal=terminal)
    write(log, **changes)
    log.flush()
    return terminal.getvalue()


def test_line_tells_the_request_without_its_query() -> None:
    assert line_of() == "GET     /dev/pets 200 3.2 ms pets r1\n"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"function": None}, "GET     /dev/pets 200 3.2 ms - r1\n"),
        ({"path": "/\x1b[2J\x9b"}, "GET     /\\x1b[2J\\x9b 200 3.2 ms pets r1\n"),
        ({"method": "A\nB"}, "A\\nB    /dev/pets 200 3.2 ms pets r1\n"),
        ({"path": "/caf\xe9"}, "GET     /caf\\xe9 200 3.2 ms pets r1\n"),
    ],
    ids=["no function", "escape sequence", "line break", "not ASCII"],
)
def test_line_cannot_harm_a_terminal(changes: dict[str, Any], line: str) -> None:
    assert line_of(**changes) == line


@pytest.mark.parametrize(("status", "colour"), [(201, 32), (302, 36), (404, 33), (504, 31), (99, 0)])
def test_status_has_its_colour(status: int, colour: int) -> None:
    terminal = io.StringIO()
    log = RequestLog(clock=ManualClock(), terminal=terminal, has_colours=True)

    write(log, status=status)
    log.close()

    assert terminal.getvalue() == f"GET     /dev/pets \x1b[{colour}m{status}\x1b[0m 3.2 ms pets r1\n"


def test_file_has_the_time() -> None:
    file = io.StringIO()
    log = RequestLog(clock=ManualClock(now=1_700_000_000.042), file=file, has_colours=True)

    write(log)
    log.close()

    assert file.getvalue() == "2023-11-14T22:13:20.042Z GET     /dev/pets 200 3.2 ms pets r1\n"


def test_lines_wait_for_their_time() -> None:
    clock, terminal = ManualClock(), io.StringIO()
    log = RequestLog(clock=clock, terminal=terminal)

    write(log)
    write(log)
    before = terminal.getvalue()
    clock.advance(0.1)
    after = terminal.getvalue()
    write(log)
    clock.advance(0.1)

    assert (before, after.count("\n"), terminal.getvalue().count("\n")) == ("", 2, 3)


def test_many_lines_do_not_wait() -> None:
    terminal = io.StringIO()
    log = RequestLog(clock=ManualClock(), terminal=terminal)

    for _ in range(MAX_PENDING):
        write(log)

    assert terminal.getvalue().count("\n") == MAX_PENDING


def test_flush_without_lines_writes_nothing() -> None:
    terminal = io.StringIO()

    RequestLog(clock=ManualClock(), terminal=terminal).flush()

    assert not terminal.getvalue()


class Broken(io.StringIO):
    def write(self, text: str, /) -> int:
        raise BrokenPipeError(text)


def test_sink_that_nobody_reads_is_given_up_and_the_other_is_not() -> None:
    broken, file = Broken(), io.StringIO()
    log = RequestLog(clock=ManualClock(), terminal=broken, file=file)

    for _ in range(2):
        write(log)
        log.flush()

    assert file.getvalue().count("\n") == 2


def test_log_file_is_appended_to(tmp_path: Path) -> None:
    for text in ("one\n", "two\n"):
        with open_log_file(tmp_path / "log") as file:
            file.write(text)

    assert (tmp_path / "log").read_text() == "one\ntwo\n"


def test_log_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="cannot write the log file"):
        open_log_file(tmp_path)


@pytest.mark.parametrize(
    ("environment", "is_terminal", "wanted"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
    ],
)
def test_colours_are_for_terminals_that_have_them(
    environment: dict[str, str], *, is_terminal: bool, wanted: bool
) -> None:
    assert wants_colours(environment, is_terminal=is_terminal) is wanted
