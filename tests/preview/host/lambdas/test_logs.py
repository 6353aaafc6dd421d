from __future__ import annotations

import asyncio
import contextlib
import os

import pytest

from forestage.preview.host.lambdas.logs import LogPipe


def lines_of(*writes: bytes) -> list[str]:
    """Write to a pipe, and return the lines that were told at its end."""
    lines: list[str] = []
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        pipe = LogPipe(loop, lines.append)
        for data in writes:
            os.write(pipe.write_end, data)
            pipe.flush()
        pipe.started()
        pipe.close()
    return lines


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        pytest.param(b"one\ntwo\n", ["one", "two"], id="lines"),
        pytest.param(b"one\n\ntwo\n", ["one", "", "two"], id="empty-line"),
        pytest.param(b"no end", ["no end"], id="no-end"),
        pytest.param("é\n".encode(), ["é"], id="utf-8"),
        pytest.param(b"\xff\n", ["\ufffd"], id="no-text"),
        pytest.param(b"windows\r\n", ["windows"], id="carriage-return"),
        pytest.param(
            "[ERROR] a\rTraceback:\r\u00a0\u00a0File\n".encode(), ["[ERROR] a", "Traceback:", "  File"], id="aws"
        ),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_output_is_told_line_by_line(written: bytes, lines: list[str]) -> None:
    assert lines_of(written) == lines


def test_line_that_is_too_long_is_told_in_pieces() -> None:
    chunk = b"x" * 60_000

    lines: list[str] = []
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        pipe = LogPipe(loop, lines.append)
        for _ in range(6):
            os.write(pipe.write_end, chunk)
            pipe._read_some()
        pipe.started()
        pipe.close()

    assert [len(line) for line in lines] == [262_144, 360_000 - 262_144]


def test_lines_are_told_while_nobody_asks() -> None:
    async def play() -> str:
        told: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        pipe = LogPipe(asyncio.get_running_loop(), told.set_result)
        os.write(pipe.write_end, b"early\n")
        line = await told
        pipe.started()
        pipe.close()
        return line

    assert asyncio.run(play()) == "early"


def test_end_of_the_output_is_noticed_while_nobody_asks() -> None:
    lines: list[str] = []
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        pipe = LogPipe(loop, lines.append)
        os.write(pipe.write_end, b"no end")
        pipe.started()
        pipe._read_some()
        pipe._read_some()
        pipe.flush()
        pipe.close()

    assert lines == ["no end"]
