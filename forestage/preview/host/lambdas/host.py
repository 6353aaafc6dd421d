"""Runs the functions of a deployment, and replaces them when it changes."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from forestage.errors import ForestageError
from forestage.preview.engine.effects import FunctionAnswer, FunctionStream, FunctionUnavailable, Unavailable
from forestage.preview.host.lambdas import faults
from forestage.preview.host.lambdas.bundle import BundleError, make_bundle
from forestage.preview.host.lambdas.channel import Invocation
from forestage.preview.host.lambdas.environment import Folders, make_environment, unknown_variables
from forestage.preview.host.lambdas.guardian import Guardian
from forestage.preview.host.lambdas.launches import Launches
from forestage.preview.host.lambdas.permissions import parse_function_name, why_not_permitted
from forestage.preview.host.lambdas.plan import NoLaunch, Plan
from forestage.preview.host.lambdas.pool import Pool
from forestage.preview.host.lambdas.report import Journal
from forestage.preview.host.lambdas.settings import FunctionLogLine, LogStream, Warm

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forestage.model.functions import Function
    from forestage.preview.engine.effects import InvokeFunction, StreamFunction
    from forestage.preview.host.lambdas.settings import EnvVars, FunctionSettings

_MAX_ROUTES = 4096
_CLOSING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Served:
    """A function, its processes, and what these are started from."""

    function: Function
    pool: Pool
    prepared: Plan | NoLaunch


class FunctionHost:
    """Runs functions as processes on this machine.

    It lives in one event loop, from the first ``replace`` on.
    """

    def __init__(self, *, settings: FunctionSettings, log: Callable[[FunctionLogLine], None]) -> None:
        self._settings = settings
        self._log = log
        self._guardian = Guardian()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = asyncio.Lock()
        self._launches = Launches(settings, self._notify)
        self._served: dict[str, _Served] = {}
        self._names: dict[str, _Served] = {}
        self._routes: dict[tuple[str, str], tuple[Pool, str] | FunctionUnavailable] = {}
        self._retiring: set[Pool] = set()
        self._finding: set[asyncio.Task[None]] = set()
        self._to_warm: deque[Pool] = deque()
        self._warming: set[Pool] = set()
        self._warm = asyncio.Event()
        self._empty = asyncio.Event()

    async def replace(
        self, functions: Sequence[Function], *, account_id: str, region: str, env_vars: EnvVars | None = None
    ) -> None:
        """Serve these functions from now on, with other ``--env-vars`` where they are given.

        A function of which nothing changed keeps its processes. All others are served by new ones from the moment
        this returns; what was taken before is served by the old ones. Functions that cannot be run are refused
        when they are invoked, with the reason in the log now.
        """
        del account_id  # It is in the functions' ARNs.
        self._loop = asyncio.get_running_loop()
        async with self._lock:
            if env_vars is not None:
                self._settings = replace(self._settings, env_vars=env_vars)
            prepared = await asyncio.to_thread(self._prepare, functions, region)
            self._swap(functions, prepared)

    def invoke(self, effect: InvokeFunction) -> asyncio.Future[FunctionAnswer | FunctionUnavailable]:
        """Call a function as Lambda's Invoke does; an empty ``source_arn`` is not held against permissions."""
        future = self._new_future()
        self._invoke(effect, future, is_streamed=False)
        return future

    def stream(self, effect: StreamFunction) -> asyncio.Future[FunctionAnswer | FunctionStream | FunctionUnavailable]:
        """Call a function as Lambda's InvokeWithResponseStream does."""
        future = self._new_future()
        self._invoke(effect.invocation, future, is_streamed=True)
        return future

    # What the future holds is told by the two above: a stream has to be asked for.
    def _new_future(self) -> asyncio.Future[Any]:
        assert self._loop is not None
        return self._loop.create_future()

    def _invoke(self, effect: InvokeFunction, future: asyncio.Future[Any], *, is_streamed: bool) -> None:
        route = self._routes.get((effect.arn, effect.source_arn))
        if route is None:
            route = self._route(effect.arn, effect.source_arn)
        if isinstance(route, FunctionUnavailable):
            future.set_result(route)
            return
        detail = faults.why_too_large(len(effect.payload), asynchronous=effect.asynchronous)
        if detail is not None:
            future.set_result(FunctionUnavailable(reason=Unavailable.TOO_LARGE, detail=detail))
            return
        pool, arn = route
        answer = future
        if effect.asynchronous:
            future.set_result(FunctionAnswer(payload=b""))
            answer = self._new_future()
            answer.add_done_callback(lambda done: self._note_unavailable(pool.plan.name, done.result()))
        pool.invoke(
            Invocation(
                request_id=effect.request_id,
                arn=arn,
                trace_id=effect.trace_id,
                payload=effect.payload,
                answer=answer,
                is_streamed=is_streamed,
            )
        )

    def is_permitted(self, arn: str, source_arn: str) -> bool:
        """Tell whether API Gateway may invoke the function for an execute-api ARN; False where there is none."""
        return not isinstance(self._route(arn, source_arn), FunctionUnavailable)

    async def warmed(self) -> None:
        """Wait until all processes that are started ahead of need are ready, or could not be."""
        await self._warm.wait()

    def pids(self, arn: str) -> tuple[int, ...]:
        """Return the ids of a function's processes."""
        served = self._find(arn)
        return () if served is None else served.pool.pids

    async def close(self) -> None:
        """End all processes and wait for them."""
        for task in list(self._finding):
            task.cancel()
        pools = {served.pool for served in self._served.values()} | self._retiring
        self._retiring = set(pools)
        self._served, self._names, self._routes = {}, {}, {}
        self._empty.clear()
        for pool in pools:
            pool.kill()
        if self._retiring:
            # What is left after that, the guardian kills.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), _CLOSING_SECONDS)
        self._guardian.close()

    # What pools say.

    def pool_settled(self, pool: Pool) -> None:
        """Let the next function start its process."""
        self._warming.discard(pool)
        self._warm_next()

    def pool_empty(self, pool: Pool) -> None:
        """Forget a pool whose processes have all ended."""
        self._retiring.discard(pool)
        if not self._retiring:
            self._empty.set()

    # Preparing.

    def _prepare(self, functions: Sequence[Function], region: str) -> list[Plan | NoLaunch]:
        """Bring the code of all functions into folders; it reads and writes files, so it runs in a thread."""
        return [self._prepare_one(function, region) for function in functions]

    def _prepare_one(self, function: Function, region: str) -> Plan | NoLaunch:
        runtime = function.runtime or ""
        try:
            bundle = make_bundle(function, self._settings.cache)
            shipped = self._launches.runtime_folder(runtime)
        except (BundleError, OSError) as error:
            return NoLaunch(str(error), is_code=True)
        folders = Folders(task=bundle.task, opt=bundle.opt, runtime=shipped)
        environment = make_environment(function, folders, self._settings, region=region, user=os.environ)
        return Plan(
            name=function.name,
            runtime=runtime,
            task=bundle.task,
            opt=bundle.opt,
            layers=bundle.layers,
            digest=bundle.digest,
            timeout_seconds=function.timeout_seconds,
            memory_mb=function.memory_mb,
            reserved_concurrency=function.reserved_concurrency,
            environment=environment,
        )

    def _swap(self, functions: Sequence[Function], prepared: Sequence[Plan | NoLaunch]) -> None:
        before = self._served
        self._served, self._names, self._routes = {}, {}, {}
        fresh: list[Pool] = []
        for function, plan in zip(functions, prepared, strict=True):
            old = before.get(function.arn)
            if old is not None and old.prepared == plan:
                served = _Served(function, before.pop(function.arn).pool, plan)
            else:
                served = _Served(function, self._open(function, plan), plan)
                fresh.append(served.pool)
            self._served[function.arn] = served
            self._names.setdefault(function.name, served)
        for left in before.values():
            self._retiring.add(left.pool)
            self._empty.clear()
            left.pool.retire()
        if self._settings.warm is Warm.EAGER:
            self._to_warm = deque(fresh)
            self._warm.clear()
        self._warm_next()

    def _open(self, function: Function, plan: Plan | NoLaunch) -> Pool:
        """Make a pool; how its processes are started is found out meanwhile."""
        assert self._loop is not None
        journal = Journal(function.name, self._log, has_platform_lines=self._settings.has_platform_lines)
        for line in unknown_variables(function):
            journal.notice(line)
        pool = Pool(
            plan if isinstance(plan, Plan) else _no_plan(function),
            settings=self._settings,
            guardian=self._guardian,
            journal=journal,
            listener=self,
            loop=self._loop,
        )
        if isinstance(plan, NoLaunch):
            pool.set_launch(plan)
        else:
            task = self._loop.create_task(self._find_launch(pool))
            self._finding.add(task)
            task.add_done_callback(self._finding.discard)
        return pool

    async def _find_launch(self, pool: Pool) -> None:
        try:
            launch = await self._launches.find(pool.plan)
        except (ForestageError, OSError) as error:
            launch = NoLaunch(f"function {pool.plan.name} cannot be started: {error}")
        pool.set_launch(launch)

    def _warm_next(self) -> None:
        """Start processes ahead of need, as many at a time as there are cores: one that is needed goes before."""
        cores = os.cpu_count() or 1
        while self._to_warm and len(self._warming) < cores:
            pool = self._to_warm.popleft()
            self._warming.add(pool)
            pool.warm()
        if not self._warming:
            self._warm.set()

    # Finding.

    def _route(self, arn: str, source_arn: str) -> tuple[Pool, str] | FunctionUnavailable:
        route = self._judge(arn, source_arn)
        # A source can hold a path that a client chose.
        if len(self._routes) >= _MAX_ROUTES:
            self._routes.clear()
        self._routes[arn, source_arn] = route
        return route

    def _judge(self, arn: str, source_arn: str) -> tuple[Pool, str] | FunctionUnavailable:
        served = self._find(arn)
        if served is None:
            return FunctionUnavailable(
                reason=Unavailable.NOT_FOUND, detail=f"no function of this deployment has the ARN {arn}"
            )
        function = served.function
        qualifier = parse_function_name(arn).qualifier
        aliases = {alias.name for alias in function.aliases}
        if qualifier and not qualifier.isdigit() and qualifier not in aliases:
            known_aliases = ", ".join(sorted(aliases)) or "none"
            detail = f"function {function.name} has no alias {qualifier}; it has {known_aliases}"
            return FunctionUnavailable(reason=Unavailable.NOT_FOUND, detail=detail)
        reason = why_not_permitted(function, qualifier, source_arn) if source_arn else None
        if reason is not None:
            return FunctionUnavailable(reason=Unavailable.NOT_PERMITTED, detail=reason)
        return served.pool, f"{function.arn}:{qualifier}" if qualifier else function.arn

    def _find(self, arn: str) -> _Served | None:
        """Find by ARN, else by name: an ARN in a template may name an account or a region that is not this one."""
        return self._served.get(arn) or self._names.get(parse_function_name(arn).name)

    # Logging.

    def _note_unavailable(self, name: str, answer: FunctionAnswer | FunctionStream | FunctionUnavailable) -> None:
        if isinstance(answer, FunctionUnavailable):
            self._log(FunctionLogLine(name, None, answer.detail, LogStream.PREVIEW))

    def _notify(self, name: str, text: str) -> None:
        """Log a line from whichever thread."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._log, FunctionLogLine(name, None, text, LogStream.PREVIEW))


def _no_plan(function: Function) -> Plan:
    """Return the plan of a function that cannot be started; it equals no other, so that each reload tries again."""
    return Plan(
        name=function.name,
        runtime=function.runtime or "",
        task="",
        opt="",
        layers=(),
        digest="",
        timeout_seconds=function.timeout_seconds,
        memory_mb=function.memory_mb,
        reserved_concurrency=None,
        environment={},
    )
