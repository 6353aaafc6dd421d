"""One line per request, to the terminal and to a file: method, path, status, ms, function, request id."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, TextIO

from forestage.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forestage.preview.host.clock import Clock, Timer

FLUSH_SECONDS: Final = 0.1
MAX_PENDING: Final = 2_000
"""Lines that are kept before they are written without waiting for the time."""

_RESET = "\x1b[0m"
_COLOURS = {2: "\x1b[32m", 3: "\x1b[36m", 4: "\x1b[33m", 5: "\x1b[31m"}
"""Green, cyan, yellow and red by the first digit of the status."""

_PLAIN = {status: str(status) for status in range(1000)}
_COLOURED = {status: f"{_COLOURS.get(status // 100, _RESET)}{status}{_RESET}" for status in range(1000)}


class Sink(Protocol):
    """Text that people read."""

    def write(self, text: str, /) -> object:
        """Take text."""
        ...

    def flush(self) -> object:
        """Bring it where it is read."""
        ...


class RequestLog:
    """Writes the lines of requests, many at once.

    A line holds no query string, no header and no body: that is where secrets are. What a client puts into the
    path cannot move the cursor of the terminal that shows it.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        terminal: Sink | None = None,
        has_colours: bool = False,
        file: Sink | None = None,
    ) -> None:
        self._clock = clock
        self._now = clock.now
        self._terminal = terminal
        self._file = file
        self._has_colours = has_colours
        self._shown: list[str] = []
        self._dated: list[str] = []
        self._timer: Timer | None = None

    def write(self, *, method: str, path: str, status: int, ms: float, function: str | None, request_id: str) -> None:
        """Have the line of a finished request written soon. ``path`` may still have its query string.

        It is laid out at once, while its parts are at hand: later they would have to be fetched from memory again.
        """
        if "?" in path:
            path = path[: path.index("?")]
        before = f"{_column(method)} {_shown_path(path)} "
        behind = f" {ms:.1f} ms {function or '-'} {request_id}\n"
        plain = f"{before}{_PLAIN[status]}{behind}"
        if self._terminal is not None:
            self._shown.append(f"{before}{_COLOURED[status]}{behind}" if self._has_colours else plain)
        if self._file is not None:
            self._dated.append(f"{_stamp(int(self._now() * 1000))} {plain}")
        if self._timer is None:
            self._timer = self._clock.call_later(FLUSH_SECONDS, self.flush)
        elif len(self._shown) >= MAX_PENDING or len(self._dated) >= MAX_PENDING:
            self.flush()

    def flush(self) -> None:
        """Write what is pending."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        shown_lines, self._shown = self._shown, []
        dated, self._dated = self._dated, []
        if self._terminal is not None and shown_lines:
            self._terminal = written(self._terminal, "".join(shown_lines))
        if self._file is not None and dated:
            self._file = written(self._file, "".join(dated))

    def close(self) -> None:
        """Write what is pending, for the last time; the sinks stay open."""
        self.flush()


def written(sink: Sink, text: str) -> Sink | None:
    """Write text; None where nobody reads any more or the disk is full, which must not end the preview."""
    try:
        sink.write(text)
        sink.flush()
    except (OSError, ValueError):
        return None
    return sink


# The same few methods, paths and times come again and again.
@lru_cache(maxsize=64)
def _column(method: str) -> str:
    return f"{shown(method):<7}"


@lru_cache(maxsize=1024)
def _shown_path(path: str) -> str:
    return shown(path)


@lru_cache(maxsize=64)
def _stamp(milliseconds: int) -> str:
    second, rest = divmod(milliseconds, 1000)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(second))}.{rest:03d}Z"


def shown(text: str) -> str:
    r"""Return text with every character that a terminal may obey spelled out, ``\x1b``."""
    if text.isascii() and text.isprintable():
        return text
    return text.encode("unicode_escape").decode("ascii")


def wants_colours(environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Say whether to use colours. Source: no-color.org; force-color.org."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return is_terminal and environment.get("TERM") != "dumb"


def open_log_file(path: Path) -> TextIO:
    """Open a file to append lines to.

    Raises:
        StateError: it cannot be written.
    """
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise StateError(f"cannot write the log file {path}: {error.strerror or error}") from error
