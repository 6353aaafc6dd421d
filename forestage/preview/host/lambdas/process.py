"""One process of a function, from its start to its end."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from forestage.preview.engine.effects import FunctionAnswer, FunctionStream
from forestage.preview.host.lambdas import faults
from forestage.preview.host.lambdas.exits import watch_exit
from forestage.preview.host.lambdas.logs import LogPipe
from forestage.preview.host.lambdas.report import Report, exit_line, timeout_line
from forestage.preview.host.lambdas.spawn import spawn
from forestage.preview.host.passage import Passage

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.preview.host.lambdas.channel import Invocation
    from forestage.preview.host.lambdas.faults import Failure
    from forestage.preview.host.lambdas.guardian import Guardian
    from forestage.preview.host.lambdas.plan import Launch, Plan
    from forestage.preview.host.lambdas.report import Journal
    from forestage.preview.host.lambdas.spawn import Spawned

_MEMORY_SECONDS = 1.0
_GRACE_SECONDS = 0.25
_TIMER_SLACK_SECONDS = 0.001
_KIBIBYTES_PER_MEGABYTE = 1024
_TOLD_BYTES = 1000


class Phase(Enum):
    """Where a process is in its life."""

    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    ENDING = "ending"
    GONE = "gone"


class Owner(Protocol):
    """Whom a worker tells what becomes of it."""

    def worker_idle(self, worker: Worker) -> None:
        """It can take an invocation."""
        ...

    def worker_failed(self, worker: Worker, failure: Callable[[str], Failure]) -> None:
        """Its function could not be loaded; ``failure`` makes the answer for a request id."""
        ...

    def worker_late(self, worker: Worker) -> None:
        """Its function is not loaded yet when the time for that is over."""
        ...

    def worker_lost(self, worker: Worker) -> None:
        """It was idle and can take no invocation any more; its process is about to end."""
        ...

    def worker_gone(self, worker: Worker) -> None:
        """Its process has ended and was waited for."""
        ...

    def worker_closed(self, worker: Worker) -> None:
        """Nothing of it is left in the event loop."""
        ...


class Worker:
    """A process that serves one invocation at a time.

    ``is_prewarmed`` tells that nobody waited for its start. ``served`` counts invocations, ``last_ms`` is the
    duration of the last one, ``idle_since`` is in the loop's time.
    """

    def __init__(
        self,
        *,
        plan: Plan,
        launch: Launch,
        owner: Owner,
        guardian: Guardian,
        loop: asyncio.AbstractEventLoop,
        journal: Journal,
        is_prewarmed: bool,
    ) -> None:
        self.phase = Phase.STARTING
        self.is_prewarmed = is_prewarmed
        self.served = 0
        self.last_ms = 0.0
        self.idle_since = 0.0
        self.started_at = time.perf_counter()
        self._plan = plan
        self._launch = launch
        self._owner = owner
        self._guardian = guardian
        self._loop = loop
        self._journal = journal
        self._spawned: Spawned | None = None
        self._invocation: Invocation | None = None
        self._passage: Passage | None = None
        self._pieces: list[bytes] = []
        self._written_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._sent_at = 0.0
        self._init_ms: float | None = None
        self._memory_at = 0.0
        self._used_mb: int | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._has_exited = False
        self._pipe = LogPipe(loop, self._printed)

    @property
    def pid(self) -> int | None:
        """The id of the process, None where it could not be started."""
        return self._spawned.process.pid if self._spawned is not None else None

    def start(self, init_seconds: float) -> None:
        """Start the process; its function has so many seconds to load."""
        try:
            self._spawned = spawn(self._plan, self._launch, events=self, output=self._pipe.write_end, loop=self._loop)
        except OSError as error:
            # Whoever starts a process is told later, as of everything else.
            self._loop.call_soon(self._not_started, error)
            return
        finally:
            self._pipe.started()
        self._timer = self._loop.call_later(init_seconds, self._late)
        self._guardian.watch(self._spawned.process.pid)
        watch_exit(self._loop, self._spawned.process, self._exited)

    def send(self, invocation: Invocation, *, seconds: float | None = None) -> None:
        """Let the function serve an invocation; ``seconds`` are left where its loading counts already."""
        assert self._spawned is not None
        limit = self._plan.timeout_seconds if seconds is None else seconds
        self.phase = Phase.BUSY
        self._invocation = invocation
        self._deadline = self._loop.time() + limit
        if self._timer is None or seconds is not None:
            self._arm()
        self._journal.start(invocation.request_id)
        self._sent_at = time.perf_counter()
        self._spawned.channel.send(invocation, int((time.time() + limit) * 1000))

    def kill(self) -> None:
        """End the process and all that it started, now."""
        if self._has_exited or self._spawned is None:
            return
        self.phase = Phase.ENDING if self._invocation is None else self.phase
        self._kill_group(self._spawned)

    def flush(self) -> None:
        """Pass on all that was printed so far."""
        self._pipe.flush()

    # What the runtime client says.

    def ready(self) -> None:
        """The function is loaded."""
        if self.phase is not Phase.STARTING or self._has_exited:
            return
        self._init_ms = (time.perf_counter() - self.started_at) * 1000
        self._disarm()
        self._pipe.flush()
        self._become_idle()

    def result(self, payload: bytes) -> None:
        """The function returned."""
        if self.phase is Phase.BUSY:
            self._finish(payload, None)
            self._become_idle()

    def piece(self, data: bytes) -> None:
        """The function wrote a piece of an answer that it streams; who wants it whole gets it at its end."""
        invocation = self._invocation
        if self.phase is not Phase.BUSY or invocation is None:
            return
        self._written_bytes += len(data)
        if self._written_bytes > (faults.MAX_STREAM_BYTES if invocation.is_streamed else faults.MAX_RESPONSE_BYTES):
            self.result_too_large()
        elif not invocation.is_streamed:
            self._pieces.append(data)
        else:
            if self._passage is None:
                self._passage = self._open_passage(invocation)
            self._passage.feed(data)

    def ended(self) -> None:
        """The function has written all of an answer that it streams."""
        if self.phase is Phase.BUSY:
            self._finish(b"".join(self._pieces), None)
            self._become_idle()

    def error(self, payload: bytes) -> None:
        """The function raised."""
        if self.phase is Phase.BUSY:
            self._finish(payload, faults.raised(payload))
            self._become_idle()

    def result_too_large(self) -> None:
        """The function returned too much; Python's client ends then, and Node's has lost its place."""
        if self.phase is Phase.BUSY:
            self._fail(faults.response_too_large())

    def init_error(self, payload: bytes, error_type: str) -> None:
        """The function could not be loaded, and the client says why."""
        if self.phase is Phase.STARTING:
            self._pipe.flush()
            self._give_up(lambda _: faults.not_loaded(payload, error_type))

    def closed(self) -> None:
        """The wire is closed: the process has ended, or soon shall."""
        if self._has_exited:
            return
        if self.phase is Phase.IDLE:
            self.phase = Phase.ENDING
            self._owner.worker_lost(self)
        self._loop.call_later(_GRACE_SECONDS, self.kill)

    # What an answer on its way asks.

    def pause(self) -> None:
        """Let the function wait with what it writes."""
        if self._spawned is not None:
            self._spawned.channel.pause()

    def resume(self) -> None:
        """Let it go on."""
        if self._spawned is not None:
            self._spawned.channel.resume()

    def abandon(self) -> None:
        """Nobody takes the rest; the function goes on.

        Source: API Gateway developer guide, "Stream the integration response", considerations.
        """
        self.resume()

    # What time and the system say.

    def _late(self) -> None:
        self._timer = None
        if self.phase is Phase.STARTING:
            self._pipe.flush()
            self._owner.worker_late(self)

    def _overdue(self) -> None:
        """The timer went off; it is set for the first invocation and moved only then, since most are short."""
        self._timer = None
        if self.phase is not Phase.BUSY:
            return
        if self._loop.time() < self._deadline - _TIMER_SLACK_SECONDS:
            self._arm()
            return
        assert self._invocation is not None
        request_id, seconds = self._invocation.request_id, self._plan.timeout_seconds
        self._journal.platform(timeout_line(request_id, seconds), request_id)
        self._fail(faults.timed_out(request_id, seconds))

    def _exited(self) -> None:
        """The process has ended: take its children with it, then wait for it."""
        assert self._spawned is not None
        self._has_exited = True
        self.resume()
        self._kill_group(self._spawned)
        code = self._spawned.process.wait()
        self._guardian.forget(self._spawned.process.pid)
        self._disarm()
        is_idle = self.phase is Phase.IDLE
        if is_idle:
            self._end(code)
        self._leaving = self._loop.create_task(self._leave(self._spawned, None if is_idle else code))

    async def _leave(self, spawned: Spawned, code: int | None) -> None:
        """Hear what the process said last, then close the wire; an event loop cannot be closed before."""
        with contextlib.suppress(OSError):
            await spawned.opening
        if code is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(spawned.channel.wait_for_end(), _GRACE_SECONDS)
            self._end(code)
        spawned.channel.close()
        await spawned.channel.wait_closed()
        self._owner.worker_closed(self)

    def _end(self, code: int) -> None:
        """Answer what the process left unanswered."""
        self._pipe.flush()
        phase, self.phase = self.phase, Phase.GONE
        if phase is Phase.BUSY and self._invocation is not None:
            request_id = self._invocation.request_id
            self._journal.platform(exit_line(request_id, faults.exit_reason(code)), request_id)
            failure = faults.exited(request_id, code)
            self._finish(failure.payload, failure)
        elif phase is Phase.STARTING:
            self._owner.worker_failed(self, lambda request_id: faults.exited(request_id, code))
        self._pipe.close()
        self._owner.worker_gone(self)

    def _not_started(self, error: OSError) -> None:
        self.phase = Phase.GONE
        self._pipe.close()
        is_bootstrap = self._launch.is_bootstrap
        # A script whose interpreter is missing is reported with the same error and the same name.
        if is_bootstrap and not Path(error.filename).exists():
            self._owner.worker_failed(self, faults.no_bootstrap)
        else:
            self._owner.worker_failed(self, lambda it: faults.not_started(it, error, is_bootstrap=is_bootstrap))
        self._owner.worker_gone(self)
        self._owner.worker_closed(self)

    # What follows from it.

    def _become_idle(self) -> None:
        if self._has_exited:
            self.phase = Phase.ENDING
            return
        self.phase = Phase.IDLE
        self.idle_since = self._loop.time()
        self._owner.worker_idle(self)

    def _give_up(self, failure: Callable[[str], Failure]) -> None:
        self.phase = Phase.ENDING
        self._disarm()
        self._owner.worker_failed(self, failure)
        self.kill()

    def _fail(self, failure: Failure) -> None:
        """Answer with a failure, and end the process."""
        self._finish(failure.payload, failure)
        self.phase = Phase.ENDING
        self.kill()

    def _finish(self, payload: bytes, failure: Failure | None) -> None:
        invocation = self._invocation
        assert invocation is not None
        self.last_ms = duration_ms = (time.perf_counter() - self._sent_at) * 1000
        self._pipe.flush()
        self._invocation = None
        if self._journal.has_platform_lines:
            self._write_end(invocation.request_id, duration_ms, failure)
        self._init_ms = None
        is_cold = self._is_cold()
        self.served += 1
        self._pieces, self._written_bytes = [], 0
        passage, self._passage = self._passage, None
        if passage is not None:
            if failure is None:
                passage.finish()
            else:
                passage.break_off(f"the function failed: {payload[:_TOLD_BYTES].decode('utf-8', 'replace')}")
        elif not invocation.answer.done():
            invocation.answer.set_result(
                FunctionAnswer(payload=payload, failed=failure is not None, duration_ms=duration_ms, cold=is_cold)
            )

    def _is_cold(self) -> bool:
        return self.served == 0 and not self.is_prewarmed

    def _open_passage(self, invocation: Invocation) -> Passage:
        """Answer with what is to come; who has given up by now takes none of it."""
        passage = Passage(self)
        if invocation.answer.done():
            passage.close()
        else:
            invocation.answer.set_result(FunctionStream(payload=passage, cold=self._is_cold()))
        return passage

    def _write_end(self, request_id: str, duration_ms: float, failure: Failure | None) -> None:
        self._journal.end(
            Report(
                request_id=request_id,
                duration_ms=duration_ms,
                memory_mb=self._plan.memory_mb,
                used_mb=self._peak_memory(),
                init_ms=self._init_ms,
                status=None if failure is None else failure.status,
                error_type=None if failure is None else failure.error_type,
            )
        )

    def _peak_memory(self) -> int | None:
        """Return the most memory that the process ever had, in megabytes; asked for once a second at most."""
        if self._spawned is not None and self._sent_at - self._memory_at > _MEMORY_SECONDS:
            self._memory_at = self._sent_at
            peak = peak_memory_mb(self._spawned.process.pid)
            self._used_mb = self._used_mb if peak is None else peak
        return self._used_mb

    def _printed(self, text: str) -> None:
        self._journal.printed(text, None if self._invocation is None else self._invocation.request_id)

    def _arm(self) -> None:
        self._disarm()
        self._timer = self._loop.call_at(self._deadline, self._overdue)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @staticmethod
    def _kill_group(spawned: Spawned) -> None:
        # macOS refuses where only a zombie is left of the group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(spawned.process.pid, signal.SIGKILL)


def peak_memory_mb(pid: int) -> int | None:
    """Return a process's largest resident size; None where the system does not tell or it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_bytes()
    except OSError:
        return None
    _, mark, rest = status.partition(b"VmHWM:")
    return int(rest.split(None, 1)[0]) // _KIBIBYTES_PER_MEGABYTE if mark else None
