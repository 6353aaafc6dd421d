"""Tells the event loop when a process has ended."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    import subprocess
    from collections.abc import Callable


# It is Linux's alone, from 5.3 on.
_open_handle: Callable[[int], int] | None = getattr(os, "pidfd_open", None)


def watch_exit(
    loop: asyncio.AbstractEventLoop,
    process: subprocess.Popen[bytes],
    on_exit: Callable[[], None],
    *,
    open_handle: Callable[[int], int] | None = _open_handle,
) -> None:
    """Call once when the process has ended; where the system has handles of processes, it is a zombie still.

    The id of a zombie cannot be given to another process.
    """
    try:
        handle = open_handle(process.pid) if open_handle is not None else None
    except OSError:
        # The kernel is older than the call, or refuses it.
        handle = None
    if handle is None:
        _watch_in_thread(loop, process, on_exit)
        return

    def ended() -> None:
        loop.remove_reader(handle)
        os.close(handle)
        on_exit()

    loop.add_reader(handle, ended)


def _watch_in_thread(
    loop: asyncio.AbstractEventLoop, process: subprocess.Popen[bytes], on_exit: Callable[[], None]
) -> None:
    """Wait in a thread: macOS has no handle for a process that an event loop could watch."""

    def wait() -> None:
        process.wait()
        # The loop may be closed already: then nobody needs to know.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(on_exit)

    threading.Thread(target=wait, name=f"exit-of-{process.pid}", daemon=True).start()
