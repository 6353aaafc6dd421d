"""The latest lines that functions logged, numbered, so that a reader can ask for what came since."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json

MAX_LINES: Final = 10_000
MAX_CHARACTERS: Final = 16 * 1024 * 1024
MAX_LINE_CHARACTERS: Final = 256 * 1024
"""A longer line is cut, as CloudWatch Logs cuts an event."""


# Three are made for each invocation: positions are faster than names.
class LogLine(msgspec.Struct, frozen=True, gc=False):
    """One line; ``at`` is in seconds since the epoch, ``request_id`` None outside of an invocation."""

    number: int
    at: float
    function: str
    request_id: str | None
    stream: str
    text: str


class FunctionLog:
    """The latest lines of all functions, bounded in number and in size."""

    def __init__(self, *, max_lines: int = MAX_LINES, max_characters: int = MAX_CHARACTERS) -> None:
        self._lines: deque[LogLine] = deque()
        self._max_lines = max_lines
        self._max_characters = max_characters
        self._characters = 0
        self._last = 0

    def add(
        self, function: str, text: str, *, at: float, request_id: str | None = None, stream: str = "function"
    ) -> None:
        """Keep a line, and let the oldest go."""
        self._last = number = self._last + 1
        cut, lines = text[:MAX_LINE_CHARACTERS], self._lines
        lines.append(LogLine(number, at, function, request_id, stream, cut))
        self._characters += len(cut)
        while len(lines) > self._max_lines or (self._characters > self._max_characters and len(lines) > 1):
            self._characters -= len(lines.popleft().text)

    def since(self, after: int, function: str | None = None) -> list[LogLine]:
        """Return the lines with a higher number, oldest first, of one function or of all."""
        newer: list[LogLine] = []
        for line in reversed(self._lines):
            if line.number <= after:
                break
            if function is None or line.function == function:
                newer.append(line)
        newer.reverse()
        return newer

    def to_json(self, function: str | None, after: int) -> Mapping[str, Json]:
        """Tell the lines after a number, and what to ask for next: ``{"lines": [...], "next": 12}``."""
        lines: list[Mapping[str, Json]] = [msgspec.structs.asdict(line) for line in self.since(after, function)]
        return {"lines": lines, "next": self._last}
