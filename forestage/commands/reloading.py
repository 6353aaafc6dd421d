"""Watching and reloading, for the preview command: what is watched, and how an app is synthesized anew."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import TYPE_CHECKING

from forestage.commands.defects import report_defect
from forestage.commands.printing import dim
from forestage.load.source import find_source, is_app
from forestage.preview.host.reload import Reloader
from forestage.preview.host.watcher import STANDARD_OUTPUTS, Watcher, plan_watch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import TextIO

    from forestage.commands.options import SourceOptions
    from forestage.load import Loaded
    from forestage.preview.host.preview import Preview, Talk


def begin_watching(
    preview: Preview,
    loaded: Loaded,
    *,
    since: float,
    source: SourceOptions,
    prepared: Callable[[Loaded], Loaded],
    tell: Callable[[Preview, Loaded], None],
    talk: Talk,
    env_vars_file: Path | None,
    read_env_vars: Callable[[], None],
    log_files: Sequence[TextIO],
) -> tuple[Watcher, Reloader]:
    """Keep a preview up to date from now on, in the running event loop.

    ``since`` is when loading began. ``prepared`` is laid over what is loaded, ``tell`` is called with each new
    version, ``read_env_vars`` when the file of ``--env-vars`` changed. What is written to ``log_files`` is no change.
    """
    loop = asyncio.get_running_loop()
    synthesis = Synthesis(source, talk) if is_app(find_source(source.source)) else None
    environments = () if env_vars_file is None else (str(env_vars_file.absolute()),)

    def swapped(fresh: Loaded) -> None:
        watcher.replace_plan(plan_watch(fresh, environments=environments))
        tell(preview, fresh)

    reloader = Reloader(
        preview,
        loaded,
        prepare=synthesis.run if synthesis else _nothing,
        load=lambda: prepared(source.load(is_fresh=synthesis is not None)),
        read_environment=read_env_vars,
        talk=talk,
        on_swapped=swapped,
        on_defect=lambda defect: talk.error(report_defect(defect)),
    )
    watcher = Watcher(
        plan_watch(loaded, environments=environments),
        tell=lambda changes: loop.call_soon_threadsafe(reloader.act, changes),
        since=since,
        outputs=(*STANDARD_OUTPUTS, *(file.fileno() for file in log_files)),
        on_failure=lambda reason: talk.warn(f"{reason}; changes are not picked up, start the preview anew after one"),
    )
    watcher.start()
    return watcher, reloader


async def _nothing() -> bool:  # ruff: ignore[unused-async]  (it stands where a synthesis is awaited)
    return True


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
