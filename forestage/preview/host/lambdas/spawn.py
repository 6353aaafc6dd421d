"""Starts a process with a wire of its own: nothing else of ours is open in it."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import subprocess  # ruff: ignore[suspicious-subprocess-import] - what this module is for
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forestage.preview.host.lambdas.frames import FrameChannel
from forestage.preview.host.lambdas.runtime_api import RuntimeApi
from forestage.preview.host.lambdas.settings import Wire

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine

    from forestage.preview.host.lambdas.channel import Channel, Events
    from forestage.preview.host.lambdas.plan import Launch, Plan

# Above what programs open by themselves: a function that writes to or closes low numbers does not hit the socket.
_LOWEST_HANDLE = 200
_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


@dataclass(frozen=True, slots=True)
class Spawned:
    """A process and its wire; the task opens the wire, and ends when that is done."""

    process: subprocess.Popen[bytes]
    channel: Channel
    opening: asyncio.Task[None]


def spawn(plan: Plan, launch: Launch, *, events: Events, output: int, loop: asyncio.AbstractEventLoop) -> Spawned:
    """Start a function's process in a process group of its own; both of its outputs go to a file handle.

    It must be called in the event loop's thread and costs it a millisecond.

    Raises:
        OSError: the program cannot be executed; ``filename`` is its name.
    """
    if launch.wire is Wire.HTTP:
        return _spawn_with_api(plan, launch, events, output, loop)
    return _spawn_with_frames(plan, launch, events, output, loop)


def _spawn_with_frames(
    plan: Plan, launch: Launch, events: Events, output: int, loop: asyncio.AbstractEventLoop
) -> Spawned:
    ours, theirs = socket.socketpair()
    with theirs:
        handle = fcntl.fcntl(theirs.fileno(), fcntl.F_DUPFD_CLOEXEC, _LOWEST_HANDLE)
    try:
        command, environment = launch.command(plan, handle)
        process = _start(plan, command, environment, output, (handle,))
    except OSError:
        ours.close()
        raise
    finally:
        os.close(handle)
    ours.setblocking(False)
    channel = FrameChannel(events)
    return Spawned(process, channel, _task(loop, channel.open(ours)))


def _spawn_with_api(
    plan: Plan, launch: Launch, events: Events, output: int, loop: asyncio.AbstractEventLoop
) -> Spawned:
    listener = socket.create_server(("127.0.0.1", 0), backlog=16)
    port = listener.getsockname()[1]
    command, environment = launch.command(plan, None)
    try:
        process = _start(plan, command, environment | {"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}"}, output, ())
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    api = RuntimeApi(events, function=plan.name, handler=plan.environment.get("_HANDLER", ""), port=port)
    return Spawned(process, api, _task(loop, api.open(listener)))


def _task(loop: asyncio.AbstractEventLoop, opening: Coroutine[None, None, None]) -> asyncio.Task[None]:
    return loop.create_task(opening)


def _start(
    plan: Plan, command: tuple[str, ...], environment: dict[str, str], output: int, handles: tuple[int, ...]
) -> subprocess.Popen[bytes]:
    wrapper = plan.environment.get(_WRAPPER)
    stream = f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{secrets.token_hex(16)}"
    return subprocess.Popen(  # ruff: ignore[subprocess-without-shell-equals-true] - no shell reads it
        (wrapper, *command) if wrapper else command,
        cwd=plan.task,
        env={**plan.environment, **environment, "AWS_LAMBDA_LOG_STREAM_NAME": stream},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        pass_fds=handles,
        start_new_session=True,
    )
