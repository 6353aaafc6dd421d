"""Brings counters from the ledger to a state that outlives the preview, without any request waiting for it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from forestage.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.preview.host.key_ring import KeyRing
    from forestage.preview.host.ledger import Ledger
    from forestage.preview.host.state import State

SAVE_SECONDS: Final = 0.5
"""How much may be lost where the process is killed, and how late previews that share a state hear of each other."""


class Saver:
    """Saves at intervals of the machine's time, which goes on where the preview's clock stands still."""

    def __init__(
        self, state: State, *, ledger: Ledger, keys: KeyRing, warn: Callable[[str], None], seconds: float = SAVE_SECONDS
    ) -> None:
        self._state = state
        self._ledger = ledger
        self._keys = keys
        self._warn = warn
        self._seconds = seconds
        self._closing = asyncio.Event()
        self._complaint = ""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def save(self) -> None:
        """Save what is pending; what cannot be saved stays pending, which is told once."""
        if not self._ledger.has_pending():
            return
        used, granted = self._ledger.take_pending()
        try:
            saved = await asyncio.to_thread(self._state.add, used, granted)
        except StateError as error:
            self._ledger.give_back(used, granted)
            if error.message != self._complaint:
                self._warn(f"usage is not saved: {error.message}")
            self._complaint = error.message
            return
        self._complaint = ""
        if saved is not None:
            self._ledger.absorb(saved)
            self._keys.know_made(saved.keys)

    async def close(self) -> None:
        """Save for the last time, and let go of the state."""
        self._closing.set()
        await self._task
        self._state.close()

    async def _run(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._seconds)
            await self.save()
