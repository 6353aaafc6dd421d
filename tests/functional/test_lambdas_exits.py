"""The end of a process is told to the event loop, whatever the system offers for it."""

from __future__ import annotations

import asyncio
import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from forestage.preview.host.lambdas.exits import watch_exit

if TYPE_CHECKING:
    from collections.abc import Callable


def refused(_: int) -> int:
    raise OSError(38, "Function not implemented")


@pytest.mark.parametrize("open_handle", [os.pidfd_open, None, refused], ids=["handle", "no-handles", "refused"])
def test_end_of_a_process_is_told(open_handle: Callable[[int], int] | None) -> None:
    async def play(process: subprocess.Popen[bytes]) -> None:
        ended = asyncio.Event()
        watch_exit(asyncio.get_running_loop(), process, ended.set, open_handle=open_handle)
        assert process.stdin is not None
        process.stdin.close()
        await ended.wait()

    with subprocess.Popen(("sh", "-c", "read line; exit 7"), stdin=subprocess.PIPE) as process:
        asyncio.run(play(process))

    assert process.returncode == 7


def test_end_after_the_event_loop_is_told_to_nobody() -> None:
    loop = asyncio.new_event_loop()
    with subprocess.Popen(("sh", "-c", "read line"), stdin=subprocess.PIPE) as process:
        watch_exit(loop, process, loop.stop, open_handle=None)
        loop.close()

    assert process.returncode is not None
