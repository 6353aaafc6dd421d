"""What functions log, on the terminal: many lines at once, since a line may cost more than the request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from forestage.preview.host.clock import Clock, Timer
    from forestage.preview.host.lambdas.settings import FunctionLogLine
    from forestage.preview.host.request_log import Sink

FLUSH_SECONDS: Final = 0.05
"""Sooner than the lines of requests, so that a function's lines stand before its request's."""

MAX_PENDING: Final = 2_000

_COLORS: Final = ("cyan", "magenta", "blue", "green", "yellow")


class FunctionLines:
    """Writes lines of functions, each with the function's name; those that come with every invocation are left out.

    ``forestage logs`` shows them all.
    """

    def __init__(self, *, clock: Clock, terminal: Sink, has_colors: bool) -> None:
        self._clock = clock
        self._terminal = terminal
        self._has_colors = has_colors
        self._names: dict[str, str] = {}
        self._pending: list[str] = []
        self._timer: Timer | None = None

    def write(self, line: FunctionLogLine) -> None:
        """Have a line written soon."""
        if line.is_routine:
            return
        self._pending.append(f"{self._name(line.function)} {line.text}\n")
        if self._timer is None:
            self._timer = self._clock.call_later(FLUSH_SECONDS, self.flush)
        elif len(self._pending) >= MAX_PENDING:
            self.flush()

    def flush(self) -> None:
        """Write what is pending."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._pending = self._pending, []
        try:
            self._terminal.write("".join(lines))
            self._terminal.flush()
        except (OSError, ValueError):
            # Nobody reads any more, which must not end the preview.
            return

    def _name(self, function: str) -> str:
        shown = self._names.get(function)
        if shown is None:
            color = _COLORS[len(self._names) % len(_COLORS)]
            shown = click.style(f"[{function}]", fg=color) if self._has_colors else f"[{function}]"
            self._names[function] = shown
        return shown
