"""The access logs of all stages: the latest lines of each, and where people want them besides."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from forestage.preview.host.request_log import FLUSH_SECONDS, shown, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.preview.compile.runtime import StageRuntime
    from forestage.preview.host.clock import Clock, Timer
    from forestage.preview.host.request_log import Sink
    from forestage.preview.trace import Trace

MAX_LINES: Final = 1_000
MAX_CHARACTERS: Final = 4 * 1024 * 1024
"""How many lines of a stage are kept, and of how many characters all in all."""


class _Ring:
    """The latest lines of one stage."""

    def __init__(self) -> None:
        self.lines: deque[str] = deque()
        self._characters = 0

    def add(self, line: str) -> None:
        self.lines.append(line)
        self._characters += len(line)
        while len(self.lines) > MAX_LINES or (self._characters > MAX_CHARACTERS and len(self.lines) > 1):
            self._characters -= len(self.lines.popleft())


class AccessLogs:
    """Keeps the lines of every stage, and writes them to a sink, many at once.

    A line is one line whatever a client or an authorizer puts into it.
    """

    def __init__(self, *, clock: Clock, sink: Sink | None = None) -> None:
        self._clock = clock
        self._sink = sink
        self._rings: dict[tuple[str, str], _Ring] = {}
        self._pending: list[str] = []
        self._timer: Timer | None = None

    def note(self, stage: StageRuntime, trace: Trace) -> None:
        """Write the line of a request that a stage with an access log has answered."""
        # Stages without an access log never need it.
        from forestage.preview.access_log import access_line

        assert stage.access_log is not None  # Of others nothing is noted.
        self.add(stage.api.id, stage.name, access_line(stage.access_log, trace))

    def add(self, api_id: str, stage: str, line: str) -> None:
        """Keep a line of a stage."""
        line = _one_line(line)
        self._rings.setdefault((api_id, stage), _Ring()).add(line)
        if self._sink is None:
            return
        self._pending.append(f"{line}\n")
        if self._timer is None:
            self._timer = self._clock.call_later(FLUSH_SECONDS, self.flush)

    def lines(self, api_id: str, stage: str) -> Sequence[str]:
        """Return the latest lines of a stage, oldest first."""
        ring = self._rings.get((api_id, stage))
        return tuple(ring.lines) if ring else ()

    def flush(self) -> None:
        """Write what is pending."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pending, self._pending = self._pending, []
        if self._sink is not None and pending:
            self._sink = written(self._sink, "".join(pending))


def _one_line(line: str) -> str:
    """Spell out what would end the line, or move the cursor of the terminal that shows it."""
    if line.isprintable():
        return line
    return "".join(character if character.isprintable() else shown(character) for character in line)
