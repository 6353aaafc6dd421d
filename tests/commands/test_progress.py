from __future__ import annotations

import queue

from forestage.commands.printing import TerminalTalk
from forestage.commands.progress import Progress


class ListeningTalk(TerminalTalk):
    """Keeps what is told, for a test to wait for."""

    def __init__(self) -> None:
        self.told: queue.Queue[str] = queue.Queue()

    def info(self, text: str) -> None:  # type: ignore[override]
        self.told.put(text)


def test_what_takes_long_is_named() -> None:
    talk = ListeningTalk()

    with Progress("loading x", talk=talk, patience_seconds=0):
        told = talk.told.get(timeout=10)

    assert told == "loading x ..."


def test_what_is_done_soon_is_not_named() -> None:
    talk = ListeningTalk()

    with Progress("loading x", talk=talk, patience_seconds=60):
        pass

    assert talk.told.empty()


def test_what_is_printed_meanwhile_is_passed_on() -> None:
    talk = ListeningTalk()

    with Progress("loading x", talk=talk, patience_seconds=60) as progress:
        progress.message("Bundling asset")

    assert talk.told.get_nowait().endswith(" Bundling asset")
