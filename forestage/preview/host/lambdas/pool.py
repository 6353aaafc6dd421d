"""The processes of one function: how many there are, and which of them serves what.

One process is kept warm. Another one is started when an invocation has waited longer than a moment, and not for
each that comes while one is served: light functions would only pay for it in memory.
"""

from __future__ import annotations

import math
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol

from forestage.preview.engine.effects import FunctionAnswer, FunctionUnavailable, Unavailable
from forestage.preview.host.lambdas import faults
from forestage.preview.host.lambdas.plan import NoLaunch
from forestage.preview.host.lambdas.process import Phase, Worker
from forestage.preview.host.lambdas.report import Report, init_line
from forestage.preview.host.lambdas.settings import Warm

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from forestage.preview.host.lambdas.channel import Invocation
    from forestage.preview.host.lambdas.faults import Failure
    from forestage.preview.host.lambdas.guardian import Guardian
    from forestage.preview.host.lambdas.plan import Launch, Plan
    from forestage.preview.host.lambdas.report import Journal
    from forestage.preview.host.lambdas.settings import FunctionSettings

_LIGHT_PATIENCE = 4
"""How many times as long an invocation waits where the others before it should take but a moment."""

_START_PATIENCE = 20
"""How many times as long it waits while the first process is started."""

_WEIGHT = 0.1


class Listener(Protocol):
    """Who wants to know of a pool."""

    def pool_settled(self, pool: Pool) -> None:
        """A process that was started ahead of need is ready, or could not be."""
        ...

    def pool_empty(self, pool: Pool) -> None:
        """A pool that was retired has no process and no invocation any more."""
        ...


class Pool:
    """The processes of one function."""

    def __init__(
        self,
        plan: Plan,
        *,
        settings: FunctionSettings,
        guardian: Guardian,
        journal: Journal,
        listener: Listener,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.plan = plan
        self._settings = settings
        self._guardian = guardian
        self._journal = journal
        self._listener = listener
        self._loop = loop
        self._launch: Launch | NoLaunch | None = None
        self._workers: set[Worker] = set()
        self._closing: set[Worker] = set()
        self._idle: list[Worker] = []
        self._queue: deque[Invocation] = deque()
        self._due: dict[Worker, tuple[Invocation, float]] = {}
        self._mean_ms: float | None = None
        self._growth: asyncio.TimerHandle | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._is_wanted_warm = False
        self._is_retired = False
        reserved = plan.reserved_concurrency
        self._limit = settings.max_workers if reserved is None else min(settings.max_workers, reserved)

    @property
    def pids(self) -> tuple[int, ...]:
        """The ids of the processes."""
        return tuple(sorted(worker.pid for worker in self._workers if worker.pid is not None))

    def set_launch(self, launch: Launch | NoLaunch) -> None:
        """Tell how processes are started; until then invocations wait."""
        self._launch = launch
        if isinstance(launch, NoLaunch):
            self._journal.notice(launch.detail)
            while self._queue:
                _refuse(self._queue.popleft(), launch)
            self._settle()
        elif self._queue:
            self._start()
        elif self._is_wanted_warm:
            self.warm()

    def warm(self) -> None:
        """Start a process ahead of need."""
        self._is_wanted_warm = True
        if isinstance(self._launch, NoLaunch) or self._is_retired or self._limit == 0:
            self._settle()
        elif self._launch is not None and not self._workers:
            self._start(is_prewarmed=True)

    def invoke(self, invocation: Invocation) -> None:
        """Serve an invocation: at once, or when a process is free."""
        if self._idle:
            self._idle.pop().send(invocation)
            return
        if isinstance(self._launch, NoLaunch):
            _refuse(invocation, self._launch)
            return
        reserved = self.plan.reserved_concurrency
        if reserved is not None and len(self._queue) + len(self._due) + self._busy() >= reserved:
            detail = f"function {self.plan.name} has a reserved concurrency of {reserved}"
            invocation.answer.set_result(FunctionUnavailable(reason=Unavailable.THROTTLED, detail=detail))
            return
        invocation.queued_at = self._loop.time()
        self._queue.append(invocation)
        if self._launch is not None:
            self._grow_when_needed()

    def retire(self) -> None:
        """Take no more; what was taken is served, then all processes end."""
        self._is_retired = True
        self._settle()
        self._stop_idle()
        if not self._queue:
            for worker in list(self._workers):
                if worker.phase is Phase.STARTING:
                    worker.kill()
        self._tell_if_empty()

    def kill(self) -> None:
        """End all processes now, whatever they do; what they serve is answered as a crash."""
        self._is_retired = True
        for timer in (self._growth, self._sweep):
            if timer is not None:
                timer.cancel()
        self._growth = self._sweep = None
        while self._queue:
            invocation = self._queue.popleft()
            _answer_failure(invocation, faults.exited(invocation.request_id, 0))
        for worker in list(self._workers):
            worker.kill()
        self._tell_if_empty()

    # What workers say.

    def worker_idle(self, worker: Worker) -> None:
        """A process can serve."""
        if worker.served == 0:
            self._settle()
        else:
            self._note_duration(worker.last_ms)
        due = self._due.pop(worker, None)
        if due is not None:
            invocation, deadline = due
            worker.send(invocation, seconds=max(0.0, deadline - self._loop.time()))
        elif (invocation_or_none := self._take_next()) is not None:
            worker.send(invocation_or_none)
        elif self._is_retired:
            worker.kill()
        else:
            self._idle.append(worker)
            self._sweep_later()

    def worker_failed(self, worker: Worker, failure: Callable[[str], Failure]) -> None:
        """A process could not load the function: the first in the queue has that answer, as on AWS."""
        due = self._due.pop(worker, None)
        invocation = due[0] if due is not None else self._take_next()
        init_ms = (time.perf_counter() - worker.started_at) * 1000
        self._journal.platform(init_line(init_ms, status="error", error_type=failure("").error_type))
        self._settle()
        if invocation is not None:
            self._answer_start_failure(invocation, failure(invocation.request_id), init_ms)

    def worker_late(self, worker: Worker) -> None:
        """A function takes too long to load.

        Its init phase is over after ten seconds; then it is started again within an invocation, whose timeout
        counts. Source: Lambda developer guide, "Lambda execution environment", init phase.
        """
        due = self._due.pop(worker, None)
        init_ms = (time.perf_counter() - worker.started_at) * 1000
        if due is None:
            self._journal.platform(init_line(init_ms, status="timeout"))
        else:
            invocation = due[0]
            failure = faults.timed_out(invocation.request_id, self.plan.timeout_seconds)
            self._answer_start_failure(invocation, failure, init_ms)
        worker.kill()
        self._settle()
        invocation_or_none = self._take_next()
        if invocation_or_none is not None:
            self._start_for(invocation_or_none)

    def worker_lost(self, worker: Worker) -> None:
        """An idle process is about to end: what comes now waits for another."""
        self._idle.remove(worker)

    def worker_gone(self, worker: Worker) -> None:
        """A process has ended."""
        self._workers.discard(worker)
        self._closing.add(worker)
        if worker in self._idle:
            self._idle.remove(worker)
        if self._queue:
            if not self._workers:
                self._start()
        elif self._settings.warm is Warm.EAGER and worker.served and not self._workers and not self._is_retired:
            self._start(is_prewarmed=True)

    def worker_closed(self, worker: Worker) -> None:
        """Nothing is left of a process."""
        self._closing.discard(worker)
        self._tell_if_empty()

    # Growing and shrinking.

    def _busy(self) -> int:
        return sum(worker.phase is Phase.BUSY for worker in self._workers)

    def _starting(self) -> int:
        return sum(worker.phase is Phase.STARTING for worker in self._workers)

    def _start(self, *, is_prewarmed: bool = False) -> None:
        self._new_worker(is_prewarmed=is_prewarmed).start(self._settings.init_seconds)

    def _start_for(self, invocation: Invocation) -> None:
        """Start a process within an invocation, whose timeout counts from now."""
        worker = self._new_worker(is_prewarmed=False)
        self._due[worker] = (invocation, self._loop.time() + self.plan.timeout_seconds)
        worker.start(self.plan.timeout_seconds)

    def _new_worker(self, *, is_prewarmed: bool) -> Worker:
        assert self._launch is not None
        assert not isinstance(self._launch, NoLaunch)
        worker = Worker(
            plan=self.plan,
            launch=self._launch,
            owner=self,
            guardian=self._guardian,
            loop=self._loop,
            journal=self._journal,
            is_prewarmed=is_prewarmed,
        )
        self._workers.add(worker)
        return worker

    def _grow_when_needed(self) -> None:
        if not self._workers:
            self._start()
        elif self._growth is None and len(self._workers) < self._limit:
            self._growth = self._loop.call_later(self._settings.patience_seconds, self._grow)

    def _grow(self) -> None:
        """Start processes for the invocations that have waited too long: as many as serve them in time, at least one.

        On a busy machine the process is what waits, and more of them would only share what there is.
        """
        self._growth = None
        while self._queue and self._queue[0].answer.done():
            self._queue.popleft()
        if not self._queue or isinstance(self._launch, NoLaunch):
            return
        latest = self._loop.time() - self._patience()
        waiting = sum(invocation.queued_at <= latest for invocation in self._queue)
        wanted = min(waiting - self._starting(), self._limit - len(self._workers))
        for _ in range(min(wanted, max(1, self._needed() - len(self._workers)))):
            self._start()
        if len(self._workers) < self._limit:
            self._growth = self._loop.call_later(self._settings.patience_seconds, self._grow)

    def _needed(self) -> int:
        """Return how many processes would serve the queue within the usual patience."""
        if self._mean_ms is None:
            return self._limit
        return math.ceil(len(self._queue) * self._mean_ms / 1000 / self._settings.patience_seconds)

    def _patience(self) -> float:
        """Return how long an invocation may wait, in seconds."""
        usual = self._settings.patience_seconds
        if self._mean_ms is None:
            return usual * (_START_PATIENCE if self._starting() else 1)
        expected = len(self._queue) * self._mean_ms / 1000 / max(1, len(self._workers))
        # The timer allows itself a little: it must find the invocation that it was set for.
        return (usual * _LIGHT_PATIENCE if expected < usual else usual) * 0.99

    def _note_duration(self, duration_ms: float) -> None:
        mean = self._mean_ms
        self._mean_ms = duration_ms if mean is None else mean + _WEIGHT * (duration_ms - mean)

    def _sweep_later(self) -> None:
        if self._sweep is None and len(self._workers) > 1:
            self._sweep = self._loop.call_later(self._settings.idle_seconds, self._sweep_idle)

    def _sweep_idle(self) -> None:
        """End processes that have idled for long; the one used last stays at the end of the list."""
        self._sweep = None
        latest = self._loop.time() - self._settings.idle_seconds
        spare = len(self._workers) - 1
        old = [worker for worker in self._idle if worker.idle_since <= latest][:spare]
        for worker in old:
            self._idle.remove(worker)
            worker.kill()
        if self._idle:
            self._sweep_later()

    def _stop_idle(self) -> None:
        idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    # Answers.

    def _take_next(self) -> Invocation | None:
        """Take the first of the queue that somebody still waits for."""
        while self._queue:
            invocation = self._queue.popleft()
            if not invocation.answer.done():
                return invocation
        return None

    def _answer_start_failure(self, invocation: Invocation, failure: Failure, duration_ms: float) -> None:
        request_id = invocation.request_id
        if self._journal.has_platform_lines:
            self._journal.start(request_id)
            self._journal.end(
                Report(
                    request_id=request_id,
                    duration_ms=duration_ms,
                    memory_mb=self.plan.memory_mb,
                    used_mb=None,
                    status=failure.status,
                    error_type=failure.error_type,
                )
            )
        _answer_failure(invocation, failure, duration_ms)

    def _settle(self) -> None:
        if self._is_wanted_warm:
            self._is_wanted_warm = False
            self._listener.pool_settled(self)

    def _tell_if_empty(self) -> None:
        if self._is_retired and not self._workers and not self._closing and not self._queue:
            self._listener.pool_empty(self)


def _answer_failure(invocation: Invocation, failure: Failure, duration_ms: float = 0.0) -> None:
    if not invocation.answer.done():
        answer = FunctionAnswer(payload=failure.payload, failed=True, duration_ms=duration_ms, cold=True)
        invocation.answer.set_result(answer)


def _refuse(invocation: Invocation, launch: NoLaunch) -> None:
    reason = Unavailable.NO_CODE if launch.is_code else Unavailable.NO_RUNTIME
    if not invocation.answer.done():
        invocation.answer.set_result(FunctionUnavailable(reason=reason, detail=launch.detail))
