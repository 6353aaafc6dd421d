"""Keeps a running preview up to date: new code or environment of functions, or a new load of the source.

What cannot be loaded changes nothing: the running version goes on, and the person is told why.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from forestage.errors import ForestageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from forestage.load import Loaded
    from forestage.preview.host.preview import Talk
    from forestage.preview.host.watcher import Changes

SHOWN_PATHS: Final = 3
"""How many changed files are named."""

MAX_SUPERSEDED: Final = 3
"""How many loads in a row are stopped because something changed meanwhile."""

UNCHANGED: Final = "the version from before the change goes on"


class Served(Protocol):
    """What is kept up to date: a preview."""

    async def swap(self, loaded: Loaded) -> None:
        """Serve another version from now on."""
        ...


class Reloader:
    """Acts on changes; while a load is under way, a newer change takes its place.

    ``prepare`` does what takes long before a load and can be cancelled, the synthesis of an app; it says why it
    failed by itself and then tells False. ``load`` runs in a thread. ``read_environment`` reads the environment of
    functions anew, for the next swap to use. ``on_swapped`` is called with what is served from then on.
    """

    def __init__(
        self,
        served: Served,
        loaded: Loaded,
        *,
        prepare: Callable[[], Awaitable[bool]],
        load: Callable[[], Loaded],
        read_environment: Callable[[], None],
        talk: Talk,
        on_swapped: Callable[[Loaded], None],
        on_defect: Callable[[BaseException], None],
    ) -> None:
        self._served = served
        self._loaded = loaded
        self._prepare = prepare
        self._load = load
        self._read_environment = read_environment
        self._talk = talk
        self._on_swapped = on_swapped
        self._on_defect = on_defect
        self._swapping = asyncio.Lock()
        self._loading: asyncio.Task[Loaded | None] | None = None
        self._superseded = 0
        self._is_load_wanted = False
        self._is_closed = False
        self._one_load = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def act(self, changes: Changes) -> None:
        """Begin to act on changes, in the running event loop."""
        if changes.functions:
            names = ", ".join(sorted(changes.functions))
            self._talk.info(f"{_shown(changes.paths)} changed: new code for {names}")
            self._begin(self._replace_functions())
        if changes.is_environment_changed:
            self._talk.info(f"{_shown(changes.paths)} changed: new environment for functions")
            self._begin(self._replace_environment())
        if changes.is_source_changed:
            self._talk.info(f"{_shown(changes.paths)} changed: loading")
            self._want_load()

    async def settle(self) -> None:
        """Wait until nothing is under way."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Stop what is under way."""
        self._is_closed = True
        if self._loading is not None:
            self._loading.cancel()
        for task in self._tasks:
            task.cancel()
        await self.settle()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guard(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except ForestageError as error:
            self._talk.error(f"{error}")
            self._talk.warn(UNCHANGED)
        except Exception as defect:  # ruff: ignore[blind-except]  (a defect of ours must not end the preview)
            self._on_defect(defect)

    def _want_load(self) -> None:
        """Load, in the place of a load that is out of date, unless each one was: then nothing would ever be served.

        Such a load comes to its end, and one more follows it, however many changes there were.
        """
        if self._loading is None or self._loading.done():
            self._superseded = 0
        elif self._superseded < MAX_SUPERSEDED:
            self._superseded += 1
            self._loading.cancel()
        else:
            self._is_load_wanted = True
            return
        self._begin_load()

    def _begin_load(self) -> None:
        self._loading = asyncio.create_task(self._load_once())
        self._begin(self._serve(self._loading))

    async def _load_once(self) -> Loaded | None:
        # A load that was stopped may still be ending its app.
        async with self._one_load:
            return await asyncio.to_thread(self._load) if await self._prepare() else None

    async def _serve(self, loading: asyncio.Task[Loaded | None]) -> None:
        try:
            loaded = await loading
            if loaded is None:
                self._talk.warn(UNCHANGED)
                return
            async with self._swapping:
                await self._swap(loaded)
        except asyncio.CancelledError:
            if not loading.cancelled():
                raise
        finally:
            if self._is_load_wanted and loading is self._loading and not self._is_closed:
                self._is_load_wanted = False
                self._superseded = 0
                self._begin_load()

    async def _swap(self, loaded: Loaded) -> None:
        if loaded.deployment == self._loaded.deployment:
            self._talk.info("nothing that is served has changed")
        else:
            await self._served.swap(loaded)
            self._talk.info("the new version is served")
        self._loaded = loaded
        self._on_swapped(loaded)

    async def _replace_functions(self) -> None:
        async with self._swapping:
            await self._served.swap(self._loaded)

    async def _replace_environment(self) -> None:
        self._read_environment()
        await self._replace_functions()


def _shown(paths: tuple[str, ...]) -> str:
    names = [shown_path(path) for path in paths[:SHOWN_PATHS]]
    more = len(paths) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def shown_path(path: str) -> str:
    """Return a path as people would write it: from the current folder where it is below that."""
    with contextlib.suppress(ValueError):
        return str(Path(path).relative_to(Path.cwd().resolve()))
    return path
