from __future__ import annotations

import io

import pytest

from forestage.commands.function_lines import FLUSH_SECONDS, MAX_PENDING, FunctionLines
from forestage.preview.host.clock import ManualClock
from forestage.preview.host.lambdas.settings import FunctionLogLine, LogStream


def line(text: str, stream: LogStream = LogStream.FUNCTION, *, function: str = "pets") -> FunctionLogLine:
    return FunctionLogLine(function, "r", text, stream)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def terminal() -> io.StringIO:
    return io.StringIO()


def test_lines_are_written_together_after_a_while(clock: ManualClock, terminal: io.StringIO) -> None:
    lines = FunctionLines(clock=clock, terminal=terminal, has_colors=False)
    lines.write(line("one"))
    lines.write(line("two", function="cats"))
    before = terminal.getvalue()

    clock.advance(FLUSH_SECONDS)

    assert not before
    assert terminal.getvalue() == "[pets] one\n[cats] two\n"


def test_flush_does_not_wait(clock: ManualClock, terminal: io.StringIO) -> None:
    lines = FunctionLines(clock=clock, terminal=terminal, has_colors=False)
    lines.write(line("one"))

    lines.flush()
    clock.advance(FLUSH_SECONDS)

    assert terminal.getvalue() == "[pets] one\n"


def test_flood_is_written_without_waiting(clock: ManualClock, terminal: io.StringIO) -> None:
    lines = FunctionLines(clock=clock, terminal=terminal, has_colors=False)

    for number in range(MAX_PENDING):
        lines.write(line(str(number)))

    assert terminal.getvalue().count("\n") == MAX_PENDING


def test_lines_of_every_invocation_are_left_out(clock: ManualClock, terminal: io.StringIO) -> None:
    lines = FunctionLines(clock=clock, terminal=terminal, has_colors=False)

    lines.write(FunctionLogLine("pets", "r", "END RequestId: r", LogStream.PLATFORM, is_routine=True))
    lines.write(line("RequestId: r Error: Runtime exited", LogStream.PLATFORM))
    lines.flush()

    assert terminal.getvalue() == "[pets] RequestId: r Error: Runtime exited\n"


def test_functions_own_lines_are_never_left_out(clock: ManualClock, terminal: io.StringIO) -> None:
    lines = FunctionLines(clock=clock, terminal=terminal, has_colors=False)

    lines.write(line("START RequestId: of mine"))
    lines.flush()

    assert terminal.getvalue() == "[pets] START RequestId: of mine\n"


def test_names_have_colours_of_their_own(clock: ManualClock, terminal: io.StringIO) -> None:
    lines = FunctionLines(clock=clock, terminal=terminal, has_colors=True)

    for name in ("pets", "cats", "pets"):
        lines.write(line("x", function=name))
    lines.flush()

    first, second, third = terminal.getvalue().splitlines()
    assert first == third
    assert first.replace("pets", "cats") != second


def test_closed_terminal_does_not_end_the_preview(clock: ManualClock, terminal: io.StringIO) -> None:
    lines = FunctionLines(clock=clock, terminal=terminal, has_colors=False)
    terminal.close()

    lines.write(line("one"))
    lines.flush()
