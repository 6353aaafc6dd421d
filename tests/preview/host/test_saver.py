from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from forestage.errors import StateError
from forestage.preview.compile.usage import KeyRecord
from forestage.preview.host.saver import Saver
from forestage.preview.host.state import MemoryState, Saved, UsageDay
from tests.preview.host.states import Books

if TYPE_CHECKING:
    from collections.abc import Mapping

AT = UsageDay("p1", "k1", 20_782)


@dataclass
class Shelf(MemoryState):
    """Notes what is added, and answers as it is told."""

    answer: Saved | StateError | None = None
    added: list[Mapping[UsageDay, int]] = field(default_factory=list)
    has_added: threading.Event = field(default_factory=threading.Event)
    is_closed: bool = False

    # A fake may hold something where what it stands for does not.
    def add(self, used: Mapping[UsageDay, int], granted: Mapping[UsageDay, int]) -> Saved | None:  # type: ignore[override]
        del granted
        if isinstance(self.answer, StateError):
            raise self.answer
        self.added.append(used)
        self.has_added.set()
        return self.answer

    def close(self) -> None:  # type: ignore[override]
        self.is_closed = True


def saver_of(books: Books, shelf: Shelf, told: list[str], seconds: float = 1_000) -> Saver:
    return Saver(shelf, ledger=books.ledger, keys=books.keys, warn=told.append, seconds=seconds)


def test_what_is_pending_is_saved_once_and_at_the_end() -> None:
    async def run(shelf: Shelf, books: Books) -> None:
        saver = saver_of(books, shelf, [])
        books.use()
        await saver.save()
        await saver.save()
        books.use()
        books.use()
        await saver.close()

    shelf = Shelf()
    asyncio.run(run(shelf, Books()))

    assert (shelf.added, shelf.is_closed) == ([{AT: 1}, {AT: 2}], True)


def test_saving_goes_on_by_itself() -> None:
    async def run(shelf: Shelf, books: Books) -> None:
        saver = saver_of(books, shelf, [], seconds=0.001)
        books.use()
        await asyncio.to_thread(shelf.has_added.wait)
        await saver.close()

    shelf = Shelf()
    asyncio.run(run(shelf, Books()))

    assert shelf.added == [{AT: 1}]


def test_what_others_have_saved_is_taken_over() -> None:
    async def run(shelf: Shelf, books: Books) -> None:
        saver = saver_of(books, shelf, [])
        books.use()
        await saver.save()
        await saver.close()

    books = Books()
    made = KeyRecord(id="k9", value="n" * 30)
    asyncio.run(run(Shelf(answer=Saved(keys=(made,), used={AT: 4})), books))

    assert books.ledger.usage("p1", "k1", None, first=AT.day, last=AT.day) == ((4, None),)
    assert made in books.keys.usage.keys


def test_what_cannot_be_saved_stays_pending_and_is_told_once() -> None:
    async def run(shelf: Shelf, books: Books, told: list[str]) -> None:
        saver = saver_of(books, shelf, told)
        books.use()
        await saver.save()
        await saver.save()
        shelf.answer = None
        await saver.save()
        shelf.answer = StateError("the disk is full")
        books.use()
        await saver.close()

    shelf, told = Shelf(answer=StateError("the disk is full")), list[str]()
    asyncio.run(run(shelf, Books(), told))

    assert told == ["usage is not saved: the disk is full"] * 2
    assert shelf.added == [{AT: 1}]
