"""What is shown while something takes long."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final, Self

from forestage.commands.printing import TerminalTalk, dim

if TYPE_CHECKING:
    from types import TracebackType

PATIENCE_SECONDS: Final = 0.4
"""What is done sooner needs no word."""

REPEAT_SECONDS: Final = 5.0


class Progress:
    """Says that something is under way, how long it has taken so far, and what it prints; a context manager."""

    def __init__(
        self, what: str, *, talk: TerminalTalk | None = None, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._what = what
        self._talk = talk or TerminalTalk()
        self._patience = patience_seconds
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._show, name="progress", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._done.set()

    def message(self, line: str) -> None:
        """Show a line that what is under way printed."""
        self._talk.info(f"  {dim('|')} {line}")

    def _show(self) -> None:
        if self._done.wait(self._patience):
            return
        self._talk.info(f"{self._what} ...")
        while not self._done.wait(REPEAT_SECONDS):
            self._talk.info(dim(f"{self._what} ... {time.monotonic() - self._started:.0f} s"))
