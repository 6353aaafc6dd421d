"""Watching and reloading, for the preview command: what is watched, and how an app is synthesized anew."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING

from forestage.commands.defects import report_defect
from forestage.commands.printing import dim
from forestage.load.app_inputs import stamps_of
from forestage.load.source import SourceKind, find_source
from forestage.preview.host.reload import Reloader
from forestage.preview.host.watcher import Watcher, plan_watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forestage.commands.options import SourceOptions
    from forestage.load import Loaded
    from forestage.preview.host.preview import Preview, Talk
    from forestage.preview.host.watcher import Changes


def begin_watching(
    preview: Preview,
    loaded: Loaded,
    *,
    since: float,
    source: SourceOptions,
    prepared: Callable[[Loaded], Loaded],
    tell: Callable[[Preview, Loaded], None],
    talk: Talk,
) -> tuple[Watcher, Reloader]:
    """Keep a preview up to date from now on, in the running event loop.

    ``since`` is when loading began. ``prepared`` is laid over what is loaded, ``tell`` is called with each new version.
    """
    loop = asyncio.get_running_loop()
    found = find_source(source.source)
    is_app = found.kind is SourceKind.APP
    synthesis = Synthesis(source, talk) if is_app else None

    def swapped(fresh: Loaded) -> None:
        watcher.replace_plan(plan_watch(fresh.deployment, fresh.watch))
        tell(preview, fresh)

    reloader = Reloader(
        preview,
        loaded,
        prepare=synthesis.run if synthesis else _nothing,
        load=lambda: prepared(source.load()),
        talk=talk,
        on_swapped=swapped,
        on_defect=lambda defect: talk.error(report_defect(defect)),
    )
    act = ChangeFilter(found.path if is_app else None, lambda changes: loop.call_soon_threadsafe(reloader.act, changes))
    watcher = Watcher(
        plan_watch(loaded.deployment, loaded.watch),
        tell=act.take,
        since=since,
        on_failure=lambda reason: talk.warn(f"{reason}; changes are not picked up, start the preview anew after one"),
    )
    watcher.start()
    return watcher, reloader


async def _nothing() -> bool:  # ruff: ignore[unused-async]  (it stands where a synthesis is awaited)
    return True


class ChangeFilter:
    """Passes on changes, but for those in an app's folder that are no input of the app.

    What a build writes there during a synthesis would otherwise ask for the next one.
    """

    def __init__(self, app: Path | None, pass_on: Callable[[Changes], object]) -> None:
        self._app = app
        self._pass_on = pass_on
        self._stamps = stamps_of(app) if app else ()

    def take(self, changes: Changes) -> None:
        """Pass changes on; called in the watcher's thread."""
        if self._app is not None and changes.is_source_changed:
            stamps = stamps_of(self._app)
            is_input_changed = stamps != self._stamps
            self._stamps = stamps
            if not (is_input_changed or changes.functions):
                return
        self._pass_on(changes)


class Synthesis:
    """Synthesizes an app into the cache, in a process that can be ended; loading then finds it there."""

    def __init__(self, source: SourceOptions, talk: Talk) -> None:
        self._command = (sys.executable, "-m", "forestage", "synth", *source.arguments())
        self._talk = talk

    async def run(self) -> bool:
        """Synthesize, and tell what the app and what goes wrong says; False where it failed."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr is not None
        try:
            async for line in process.stderr:
                self._talk.info(f"  {dim('|')} {line.decode(errors='replace').rstrip()}")
            return await process.wait() == 0
        except asyncio.CancelledError:
            # On SIGTERM it ends the app that it runs.
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
            raise
