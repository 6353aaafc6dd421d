"""A running preview: one port per API, the functions behind them, and what is known of both."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from forestage.model.values import Secret, known
from forestage.preview.compile import broken_templates, compile_deployment
from forestage.preview.engine.effects import FunctionUnavailable, Unavailable
from forestage.preview.host.addressing import HIDDEN_STAGES
from forestage.preview.host.authority import Authority
from forestage.preview.host.backend import BackendClient
from forestage.preview.host.caches import Caches
from forestage.preview.host.clock import SystemClock
from forestage.preview.host.control import ControlPlane
from forestage.preview.host.driver import Driver, immediate_answers
from forestage.preview.host.function_log import FunctionLog
from forestage.preview.host.gateway import Gateway
from forestage.preview.host.ids import Ids
from forestage.preview.host.listener import Listener
from forestage.preview.host.overview import describe_api
from forestage.preview.host.ports import bind
from forestage.preview.host.refusals import answer
from forestage.preview.trace import Trace, TraceLog, TurnedAway, summarize, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from forestage.load.deployment import Loaded
    from forestage.model.values import Json
    from forestage.preview.compile import Runtime
    from forestage.preview.engine.effects import FunctionAnswer, InvokeFunction
    from forestage.preview.engine.wire import WireResponse
    from forestage.preview.host.clock import Clock
    from forestage.preview.host.gateway import RequestLines
    from forestage.preview.host.lambdas.host import FunctionHost
    from forestage.preview.host.lambdas.settings import FunctionLogLine, FunctionSettings
    from forestage.preview.host.overview import ApiOverview
    from forestage.preview.host.refusals import Refused


class Talk(Protocol):
    """Messages to people; only a command prints them."""

    def info(self, text: str) -> None:
        """Tell something."""
        ...

    def warn(self, text: str) -> None:
        """Tell something that may be wrong."""
        ...

    def error(self, text: str) -> None:
        """Tell something that is wrong."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewOptions:
    """How a preview is served.

    Ports count up from ``port``, one per API; ``exact_port`` makes it an error that the first one is taken.
    ``functions`` makes the settings of functions from the file of authorities that they are to trust.
    """

    host: str = "localhost"
    port: int = 3000
    exact_port: bool = False
    functions: Callable[[Path], FunctionSettings]


@dataclass(slots=True, kw_only=True)
class Preview:
    """Serves a deployment until it is closed; ``swap`` replaces what is served.

    It is the state that the control plane tells of. Requests under way keep the version they began with.
    """

    options: PreviewOptions
    talk: Talk
    lines: RequestLines
    on_function_line: Callable[[FunctionLogLine], None]
    clock: Clock = field(default_factory=SystemClock)
    _loaded: Loaded = field(init=False)
    _gateway: Gateway = field(init=False)
    _functions: FunctionHost | None = field(init=False, default=None)
    _backends: BackendClient = field(init=False)
    _caches: Caches = field(init=False)
    _authority: Authority = field(init=False, default_factory=Authority)
    _traces: TraceLog = field(init=False, default_factory=TraceLog)
    _function_log: FunctionLog = field(init=False, default_factory=FunctionLog)
    _listeners: dict[str, Listener] = field(init=False, default_factory=dict)
    _ids: Ids = field(init=False, default_factory=Ids)
    _late: set[asyncio.Future[FunctionAnswer | FunctionUnavailable]] = field(init=False, default_factory=set)
    _functions_served: asyncio.Event = field(init=False)
    _warned: frozenset[str] = field(init=False, default=frozenset())
    _ready: bool = field(init=False, default=False)

    async def start(self, loaded: Loaded) -> None:
        """Begin to serve: when this returns, every API answers.

        Raises:
            PortError: the port that was asked for is taken, or none is free.
        """
        runtime = compile_deployment(loaded.deployment)
        self._loaded = loaded
        self._caches = Caches(clock=self.clock)
        self._backends = BackendClient(clock=self.clock, trust=self._authority.certificate_path)
        self._gateway = Gateway(
            runtime=runtime,
            driver=Driver(functions=self, backends=self._backends, immediate=immediate_answers(self._caches)),
            control=ControlPlane(self).answer,
            clock=self.clock,
            ids=self._ids,
            traces=self._traces,
            lines=self.lines,
            on_defect=self._tell_defect,
        )
        self._functions_served = asyncio.Event()
        self._open_ports(runtime)
        self._warn_of(runtime)
        await self._replace_functions(loaded)
        self._functions_served.set()
        self._ready = True

    async def swap(self, loaded: Loaded) -> None:
        """Serve another version from now on; what stays the same keeps its port, connections and processes."""
        runtime = compile_deployment(loaded.deployment)
        await self._replace_functions(loaded)
        self._open_ports(runtime)
        self._warn_of(runtime)
        self._loaded = loaded
        self._gateway.runtime = runtime
        self._caches.clear()
        gone = [api_id for api_id in self._listeners if api_id not in runtime.apis]
        # The last port stays, so that the preview can still be asked what it serves.
        if gone and len(gone) == len(self._listeners):
            gone.pop()
        for api_id in gone:
            await self._listeners.pop(api_id).close()

    async def close(self) -> None:
        """Let requests under way be answered, then end everything."""
        self._ready = False
        await asyncio.gather(*(listener.close() for listener in self._listeners.values()))
        self._backends.close()
        if self._functions is not None:
            await self._functions.close()

    async def invoke(self, effect: InvokeFunction) -> FunctionAnswer | FunctionUnavailable:
        """Run a function; the gateway gives up after the integration's timeout, and the function goes on.

        A call that comes before the functions are there waits for them.
        """
        if not self._functions_served.is_set():
            await self._functions_served.wait()
        if self._functions is None:
            return FunctionUnavailable(reason=Unavailable.NOT_FOUND, detail=effect.arn)
        function = self._loaded.deployment.function(effect.arn)
        if function is None or function.timeout_seconds * 1000 <= effect.timeout_ms:
            return await self._functions.invoke(effect)
        invoking = asyncio.ensure_future(self._functions.invoke(effect))
        done, _ = await asyncio.wait({invoking}, timeout=effect.timeout_ms / 1000)
        if done:
            return invoking.result()
        self._late.add(invoking)
        invoking.add_done_callback(self._late.discard)
        return FunctionUnavailable(reason=Unavailable.INTEGRATION_TIMEOUT, detail=f"{effect.timeout_ms} ms")

    def apis_served(self) -> tuple[ApiOverview, ...]:
        """Describe the APIs that are served, each with its port."""
        described = []
        for api in self._gateway.runtime.apis.values():
            port = self._listeners[api.identity.id].port
            described.append(describe_api(api, base_url=f"http://{self._shown_host()}:{port}", port=port))
        return tuple(described)

    def port(self) -> int:
        """Return the first port."""
        return next(iter(self._listeners.values())).port

    # -- what the control plane tells ---------------------------------------------------------------------------

    def is_ready(self) -> bool:
        """Say whether every API answers."""
        return self._ready

    def health(self) -> Mapping[str, Json]:
        """Tell how the preview does."""
        return {"status": "ok" if self._ready else "starting", "apis": len(self._gateway.runtime.apis)}

    def apis(self) -> Mapping[str, Json]:
        """Tell the APIs and the keys, whose generated values nobody else knows."""
        keys = self._loaded.deployment.api_keys
        return {
            "apis": [api.to_json() for api in self.apis_served()],
            "api_keys": [
                {
                    "logical_id": key.logical_id,
                    "name": known(key.name),
                    "value": None if isinstance(key.value, Secret) else known(key.value),
                }
                for key in keys
            ],
        }

    def fidelity(self) -> Mapping[str, Json]:
        """Tell the fidelity report."""
        return self._loaded.fidelity.to_json()

    def traces(self) -> Sequence[Mapping[str, Json]]:
        """Tell the latest requests in brief, the latest first."""
        return [summarize(trace) for trace in self._traces.latest()]

    def trace(self, request_id: str) -> Mapping[str, Json] | None:
        """Tell what happened to a request; None for one that is not known, or no longer."""
        trace = self._traces.get(request_id)
        return to_json(trace) if trace else None

    def access_log(self, api: str, stage: str) -> Sequence[str]:
        """Tell no lines: access logs are in the fidelity report until they are written."""
        del api, stage
        return ()

    def function_logs(self, function: str | None, after: int) -> Mapping[str, Json]:
        """Tell the log lines of one or all functions after a number."""
        return self._function_log.to_json(function, after)

    # -- parts --------------------------------------------------------------------------------------------------

    def _open_ports(self, runtime: Runtime) -> None:
        """Listen for every API that has no port yet."""
        for api_id in runtime.apis or ("",):
            if api_id in self._listeners:
                continue
            is_first = not self._listeners
            after = max((listener.port for listener in self._listeners.values()), default=self.options.port - 1)
            binding = bind(self.options.host, after + 1, exact=is_first and self.options.exact_port)
            if self.options.port and binding.port != after + 1:
                self.talk.warn(f"port {after + 1} is taken, using {binding.port}")
            listener = Listener(
                partial(self._gateway.handle, api_id),
                binding=binding,
                clock=self.clock,
                ids=self._ids,
                tls=self._authority.tls_context,
                refuse=self._refuse,
            )
            listener.start()
            self._listeners[api_id] = listener

    async def _replace_functions(self, loaded: Loaded) -> None:
        deployment = loaded.deployment
        if self._functions is None:
            if not deployment.functions:
                return
            from forestage.preview.host.lambdas.host import FunctionHost

            settings = self.options.functions(await self._authority.ca_bundle_path())
            self._functions = FunctionHost(settings=settings, log=self._hear_function)
        environment = deployment.environment
        await self._functions.replace(
            deployment.functions, account_id=environment.account_id, region=environment.region
        )

    def _refuse(self, refused: Refused) -> WireResponse:
        """Answer what never became a request, write its line, and keep why."""
        now = self.clock.now()
        ids = self._ids.draw(now)
        response = answer(refused.refusal, ids)
        self.lines.write(
            method=refused.method or "-",
            path=refused.target or "-",
            status=response.status,
            ms=0.0,
            function=None,
            request_id=ids.request_id,
        )
        reached = TurnedAway(
            method=refused.method,
            target=refused.target,
            client=refused.client,
            reason=f"refused by the listener: {refused.refusal.reason}",
        )
        self._traces.add(
            Trace(request_id=ids.request_id, entries=[reached], started_at=now, response=response, duration_ms=0.0)
        )
        return response

    def _warn_of(self, runtime: Runtime) -> None:
        """Tell of templates that cannot be parsed and stages whose path is taken, each as long as it is new."""
        warnings = [
            f"the stage {name!r} of {api.identity.name} has a path that the preview uses itself; "
            f"call it by its host, {api.identity.id}.execute-api.localhost"
            for api in runtime.apis.values()
            for name in HIDDEN_STAGES & api.stages.keys()
        ]
        warnings += broken_templates(runtime)
        for warning in warnings:
            if warning not in self._warned:
                self.talk.warn(warning)
        self._warned = frozenset(warnings)

    def _hear_function(self, line: FunctionLogLine) -> None:
        self._function_log.add(
            line.function, line.text, at=self.clock.now(), request_id=line.request_id, stream=line.stream.value
        )
        self.on_function_line(line)

    def _tell_defect(self, defect: BaseException) -> None:
        where = traceback.extract_tb(defect.__traceback__)[-1]
        self.talk.error(
            f"a defect of forestage: {type(defect).__name__}: {defect} ({where.filename}:{where.lineno}); "
            "the request was answered with 500"
        )

    def _shown_host(self) -> str:
        host = self.options.host
        return "localhost" if host in {"0.0.0.0", "::", "127.0.0.1"} else host  # ruff: ignore[hardcoded-bind-all-interfaces]
