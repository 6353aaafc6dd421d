"""Reads what a function's process prints, line by line."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

_READ_BYTES = 65_536
_MAX_LINE_BYTES = 262_144
"""The size of a CloudWatch event; a longer line is told in pieces."""

_MAX_READS = 32
"""How much is read at once of a flood: the loop has other things to do."""


class LogPipe:
    """A pipe that takes both outputs of a process, so that lines stay in the order of writing."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tell: Callable[[str], None]) -> None:
        self._loop = loop
        self._tell = tell
        self._rest = b""
        self._read_end, self.write_end = os.pipe()
        os.set_blocking(self._read_end, False)
        self._poll = select.poll()
        self._poll.register(self._read_end, select.POLLIN)
        self._is_open = True
        loop.add_reader(self._read_end, self._read_some)

    def started(self) -> None:
        """Give the write end up: the process has it now."""
        os.close(self.write_end)

    def flush(self) -> None:
        """Read all that was written so far, also a last line without end."""
        if self._is_open:
            for _ in range(_MAX_READS):
                # Most invocations print nothing, and to be told so by an exception of a read takes three times as long.
                if not (self._poll.poll(0) and self._read_some()):
                    break
        if self._rest:
            rest, self._rest = self._rest, b""
            self._tell_line(rest)

    def close(self) -> None:
        """Read what is left and close the pipe, even if a child of the process still holds it."""
        self.flush()
        if self._is_open:
            self._stop()

    def _stop(self) -> None:
        self._is_open = False
        self._loop.remove_reader(self._read_end)
        os.close(self._read_end)

    def _read_some(self) -> bool:
        """Read once; tell whether there may be more."""
        try:
            data = os.read(self._read_end, _READ_BYTES)
        except BlockingIOError:
            return False
        if not data:
            self._stop()
            return False
        self._take(data)
        return len(data) == _READ_BYTES

    def _take(self, data: bytes) -> None:
        *lines, rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._tell_line(line)
        while len(rest) > _MAX_LINE_BYTES:
            self._tell_line(rest[:_MAX_LINE_BYTES])
            rest = rest[_MAX_LINE_BYTES:]
        self._rest = rest

    def _tell_line(self, line: bytes) -> None:
        # AWS's clients write a record of several lines as one, with carriage returns and unbreakable blanks.
        text = line.decode(errors="replace").replace("\u00a0", " ")
        for part in text.rstrip("\r").split("\r"):
            self._tell(part)
