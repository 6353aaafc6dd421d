"""A running preview: one port per API, the functions behind them, and what is known of both."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

from forestage.preview.compile import broken_templates, compile_deployment
from forestage.preview.compile.vpc_links import missing_vpc_links, unused_vpc_links
from forestage.preview.engine.effects import FunctionUnavailable, Unavailable
from forestage.preview.engine.quotas import day_of
from forestage.preview.host.access_logs import AccessLogs
from forestage.preview.host.addressing import HIDDEN_STAGES
from forestage.preview.host.authority import Authority
from forestage.preview.host.backend_certificates import BackendCertificates
from forestage.preview.host.caches import Caches
from forestage.preview.host.callers import Callers
from forestage.preview.host.clock import AdjustableClock, SystemClock
from forestage.preview.host.domain_overview import describe_domains
from forestage.preview.host.driver import Driver, immediate_answers
from forestage.preview.host.function_log import FunctionLog
from forestage.preview.host.gateway import Gateway
from forestage.preview.host.ids import Ids
from forestage.preview.host.integration_timeout import Patience
from forestage.preview.host.key_ring import KeyRing
from forestage.preview.host.key_sets import KeySets, own_issuers
from forestage.preview.host.late_backends import LateBackends
from forestage.preview.host.ledger import Ledger
from forestage.preview.host.listener import Listener
from forestage.preview.host.overview import describe_api
from forestage.preview.host.ports import bind
from forestage.preview.host.refusals import answer
from forestage.preview.host.saver import Saver
from forestage.preview.host.state import MemoryState
from forestage.preview.host.tls import demands_of, handshake_refusal
from forestage.preview.host.truststores import Truststores
from forestage.preview.host.ways_in import remarks
from forestage.preview.secret_texts import SecretTexts
from forestage.preview.trace import Trace, TraceLog, TurnedAway, summarize, to_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from forestage.load.deployment import Loaded
    from forestage.model.values import Json
    from forestage.preview.compile import Runtime
    from forestage.preview.compile.usage import Throttle
    from forestage.preview.engine.effects import FunctionAnswer, FunctionStream, InvokeFunction, StreamFunction
    from forestage.preview.engine.wire import WireRequest, WireResponse
    from forestage.preview.host.backend import BackendClient
    from forestage.preview.host.control import ControlPlane
    from forestage.preview.host.domain_overview import DomainOverview
    from forestage.preview.host.gateway import RequestLines
    from forestage.preview.host.lambdas.host import FunctionHost
    from forestage.preview.host.lambdas.settings import FunctionLogLine, FunctionSettings
    from forestage.preview.host.overview import ApiOverview
    from forestage.preview.host.refusals import Refused
    from forestage.preview.host.request_log import Sink
    from forestage.preview.host.state import State
    from forestage.preview.host.tls import TlsDemands
    from forestage.tokens import LocalKeySets


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
    ``state`` is the folder in which keys and counters survive, None where they need not,
    ``account`` what the limits of the account were raised to.
    ``functions`` makes the settings of functions from the file of authorities that they are to trust. ``callers`` are
    those who are known, and ``key_sets`` the keys of token issuers that need not be asked for. With ``canary_seed`` the
    same requests in the same order go to canaries each time. ``vpc_links`` are the addresses that stand for VPC links,
    by logical id, physical id or name.
    """

    host: str = "localhost"
    port: int = 3000
    exact_port: bool = False
    functions: Callable[[Path], FunctionSettings]
    state: Path | None = None
    account: Throttle | None = None
    callers: Callers = field(default_factory=Callers)
    truststores: Truststores = field(default_factory=Truststores)
    key_sets: LocalKeySets | None = None
    canary_seed: int | None = None
    vpc_links: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Preview:
    """Serves a deployment until it is closed; ``swap`` replaces what is served.

    It is the state that the control plane tells of. Requests under way keep the version they began with. The lines of
    all access logs also go to ``access_sink``, where there is one.
    """

    options: PreviewOptions
    talk: Talk
    lines: RequestLines
    on_function_line: Callable[[FunctionLogLine], None]
    access_sink: Sink | None = None
    clock: AdjustableClock = field(default_factory=lambda: AdjustableClock(SystemClock()))
    _loaded: Loaded = field(init=False)
    _gateway: Gateway = field(init=False)
    _functions: FunctionHost | None = field(init=False, default=None)
    _backends: LateBackends = field(init=False)
    _backend_certificates: BackendCertificates = field(init=False, default_factory=BackendCertificates)
    _caches: Caches = field(init=False)
    _issuer_keys: KeySets = field(init=False)
    _keys: KeyRing = field(init=False)
    _ledger: Ledger = field(init=False)
    _control: ControlPlane | None = field(init=False, default=None)
    _state: State = field(init=False)
    _saver: Saver | None = field(init=False, default=None)
    _authority: Authority = field(init=False, default_factory=Authority)
    _traces: TraceLog = field(init=False, default_factory=TraceLog)
    _access_logs: AccessLogs = field(init=False)
    _function_log: FunctionLog = field(init=False, default_factory=FunctionLog)
    _listeners: dict[str, Listener] = field(init=False, default_factory=dict)
    _ids: Ids = field(init=False)
    _patience: Patience = field(init=False)
    _functions_served: asyncio.Event = field(init=False)
    _warned: frozenset[str] = field(init=False, default=frozenset())
    _ready: bool = field(init=False, default=False)
    _secrets: SecretTexts = field(init=False, default_factory=SecretTexts)

    async def start(self, loaded: Loaded) -> None:
        """Begin to serve: when this returns, every API answers.

        Raises:
            PortError: the port that was asked for is taken, or none is free.
            StateError: the state cannot be read or written.
        """
        runtime = self._compile(loaded)
        self._loaded = loaded
        self._secrets = self._secrets.with_more(loaded.secrets)
        self._caches = Caches(clock=self.clock)
        self._patience = Patience(self.clock)
        self._ids = Ids(canary_seed=self.options.canary_seed)
        # Lines are written by the machine's time, which never stands still.
        self._access_logs = AccessLogs(clock=SystemClock(), sink=self.access_sink)
        self._open_books(loaded)
        self._backends = LateBackends(self._make_backends)
        self._issuer_keys = KeySets(backends=self._backends, clock=self.clock, local=self.options.key_sets)
        self._issuer_keys.own(own_issuers(loaded.deployment))
        self._gateway = Gateway(
            runtime=runtime,
            driver=Driver(
                functions=self,
                backends=self._backends,
                issuer_keys=self._issuer_keys,
                immediate=immediate_answers(self._caches, self._keys, self._ledger),
                monotonic=self.clock.monotonic,
            ),
            control=self._answer_control,
            clock=self.clock,
            ids=self._ids,
            callers=self.options.callers,
            certificates=self.options.truststores.check,
            traces=self._traces,
            access_logs=self._access_logs,
            lines=self.lines,
            on_defect=self._tell_defect,
        )
        self._authority.demands = self._tls_demands
        self._functions_served = asyncio.Event()
        self._open_ports(runtime)
        self._warn_of(runtime)
        await self._replace_functions(loaded)
        self._functions_served.set()
        await self._prepare_authority(runtime)
        self._ready = True

    async def swap(self, loaded: Loaded) -> None:
        """Serve another version from now on; what stays the same keeps its port, connections and processes."""
        runtime = self._compile(loaded)
        await self._replace_functions(loaded)
        await self._prepare_authority(runtime)
        self._secrets = self._secrets.with_more(loaded.secrets)
        self._open_ports(runtime)
        self._warn_of(runtime)
        self._loaded = loaded
        self._gateway.runtime = runtime
        self._keys.serve(loaded.deployment)
        self._note_plans()
        self._caches.clear()
        self._issuer_keys.own(own_issuers(loaded.deployment))
        gone = [api_id for api_id in self._listeners if api_id not in runtime.apis]
        # The last port stays, so that the preview can still be asked what it serves.
        if gone and len(gone) == len(self._listeners):
            gone.pop()
        for api_id in gone:
            await self._listeners.pop(api_id).close()

    async def close(self) -> None:
        """Let requests under way be answered, then end everything."""
        self._ready = False
        # What is waited for below would never come while time stands still.
        self.clock.reset()
        await asyncio.gather(*(listener.close() for listener in self._listeners.values()))
        self._backends.close()
        if self._functions is not None:
            await self._functions.close()
        if self._saver is not None:
            await self._saver.close()
        self._access_logs.flush()
        await self._backend_certificates.close()

    def invoke(self, effect: InvokeFunction) -> Awaitable[FunctionAnswer | FunctionUnavailable]:
        """Run a function; the gateway gives up after the integration's timeout, and the function goes on.

        A call that comes before the functions are there waits for them.
        """
        if self._functions is None or not self._functions_served.is_set():
            return self._invoke_late(effect)
        return self._patience.invoke(effect, self._functions, self._loaded.deployment)

    async def _invoke_late(self, effect: InvokeFunction) -> FunctionAnswer | FunctionUnavailable:
        await self._functions_served.wait()
        if self._functions is None:
            return FunctionUnavailable(reason=Unavailable.NOT_FOUND, detail=effect.arn)
        return await self._patience.invoke(effect, self._functions, self._loaded.deployment)

    async def stream(self, effect: StreamFunction) -> FunctionAnswer | FunctionStream | FunctionUnavailable:
        """Run a function whose answer may come piece by piece, as ``invoke`` does."""
        if not self._functions_served.is_set():
            await self._functions_served.wait()
        if self._functions is None:
            return FunctionUnavailable(reason=Unavailable.NOT_FOUND, detail=effect.invocation.arn)
        return await self._patience.stream(effect, self._functions, self._loaded.deployment)

    def apis_served(self) -> tuple[ApiOverview, ...]:
        """Describe the APIs that are served, each with its port."""
        described = []
        for api in self._gateway.runtime.apis.values():
            port = self._listeners[api.identity.id].port
            base_url = f"http://{self._shown_host()}:{port}"
            described.append(describe_api(api, base_url=base_url, port=port, cover=self._secrets.text))
        return tuple(described)

    def domains_served(self) -> tuple[DomainOverview, ...]:
        """Describe the custom domains that are served, on every port."""
        ports = {api_id: listener.port for api_id, listener in self._listeners.items()}
        return describe_domains(self._gateway.runtime, ports=ports, authority=self._authority.certificate_path)

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
        return {
            "apis": [api.to_json() for api in self.apis_served()],
            "domains": [domain.to_json() for domain in self.domains_served()],
            "api_keys": [
                {"logical_id": key.logical_id, "name": key.name, "value": None if key.is_secret else key.value}
                for key in self._keys.usage.keys
            ],
        }

    def client_certificates(self) -> Mapping[str, Json]:
        """Tell the certificates that stages show to their backends."""
        return {"client_certificates": self._backend_certificates.to_json()}

    def fidelity(self) -> Mapping[str, Json]:
        """Tell the fidelity report."""
        return self._loaded.fidelity.to_json()

    def traces(self) -> Sequence[Mapping[str, Json]]:
        """Tell the latest requests in brief, the latest first."""
        return [self._covered(summarize(trace)) for trace in self._traces.latest()]

    def trace(self, request_id: str) -> Mapping[str, Json] | None:
        """Tell what happened to a request; None for one that is not known, or no longer."""
        trace = self._traces.get(request_id)
        return self._covered(to_json(trace)) if trace else None

    def access_log(self, api: str, stage: str) -> Sequence[str]:
        """Tell the lines of a stage's access log, oldest first."""
        return self._access_logs.lines(api, stage)

    def function_logs(self, function: str | None, after: int) -> Mapping[str, Json]:
        """Tell the log lines of one or all functions after a number, and which functions there are."""
        names = [each.name for each in self._loaded.deployment.functions]
        return {**self._function_log.to_json(function, after), "functions": names}

    def execution_log(self, request_id: str) -> Sequence[str] | None:
        """Tell the execution log of a request; None for one that is not known, or no longer."""
        # Few ask for it, and every start would wait for it.
        from forestage.preview.aws_log import aws_log

        trace = self._traces.get(request_id)
        return tuple(map(self._secrets.text, aws_log(trace))) if trace else None

    def _covered(self, told: Mapping[str, Json]) -> Mapping[str, Json]:
        """Cover secrets of this and of earlier versions: traces outlive the version that they are of."""
        return {name: self._secrets.json(value) for name, value in told.items()}

    # -- parts --------------------------------------------------------------------------------------------------

    def _compile(self, loaded: Loaded) -> Runtime:
        options = self.options
        return compile_deployment(loaded.deployment, account=options.account, vpc_links=options.vpc_links)

    def _open_books(self, loaded: Loaded) -> None:
        """Take over the keys and counters of the state, and begin to save into it."""
        self._state = _open_state(self.options.state)
        saved = self._state.load()
        self._keys = KeyRing(loaded.deployment, state=self._state)
        self._keys.know_made(saved.keys)
        self._ledger = Ledger(clock=self.clock)
        self._ledger.absorb(saved)
        self._note_plans()
        if self.options.state is not None:
            self._saver = Saver(self._state, ledger=self._ledger, keys=self._keys, warn=self.talk.warn)

    def _make_backends(self) -> BackendClient:
        # Not before a backend is called, and the control plane not before it is asked: the first answer is sooner.
        from forestage.preview.host.backend import BackendClient
        from forestage.preview.host.backend_connector import BackendConnector

        connector = BackendConnector(trust=self._authority.certificate_path, certificates=self._backend_certificates)
        return BackendClient(clock=self.clock, connector=connector)

    def _answer_control(self, wire: WireRequest) -> WireResponse | Awaitable[WireResponse]:
        if self._control is None:
            from forestage.preview.host.control import ControlPlane
            from forestage.preview.host.desk import Desk

            desk = Desk(keys=self._keys, ledger=self._ledger, clock=self.clock, on_clock=self._clock_changed)
            self._control = ControlPlane(self, desk)
        return self._control.answer(wire)

    def _note_plans(self) -> None:
        today = day_of(self.clock.now())
        self._ledger.note_plans(self._state.settle_plans(dict.fromkeys(self._keys.usage.plans, today)))

    def _clock_changed(self, told: str) -> None:
        """Tell people of the time; what was kept until a time that is not to come soon is let go."""
        self.talk.info(told)
        if self.clock.deviation is None:
            self._caches.clear()

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
                on_handshake_failed=self._note_handshake,
            )
            listener.start()
            self._listeners[api_id] = listener

    async def _prepare_authority(self, runtime: Runtime) -> None:
        """Have the authority's certificate at hand where domains are served: clients of these have to trust it."""
        if runtime.domains:
            await self._authority.ca_bundle_path()

    async def _replace_functions(self, loaded: Loaded) -> None:
        deployment = loaded.deployment
        if self._functions is None and not deployment.functions:
            return
        settings = self.options.functions(await self._authority.ca_bundle_path())
        if self._functions is None:
            from forestage.preview.host.lambdas.host import FunctionHost

            self._functions = FunctionHost(settings=settings, log=self._hear_function)
        environment = deployment.environment
        await self._functions.replace(
            deployment.functions,
            account_id=environment.account_id,
            region=environment.region,
            env_vars=settings.env_vars,
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

    def _tls_demands(self, name: str) -> TlsDemands:
        return demands_of(name, self._gateway.runtime, self.options.truststores)

    def _note_handshake(self, client: str, name: str | None, error: OSError) -> None:
        """Keep why a handshake failed where it was the client's part in it that was refused."""
        reason = handshake_refusal(name, error)
        if reason is None:
            return
        now = self.clock.now()
        reached = TurnedAway(method="", target="", client=client, reason=reason)
        self._traces.add(Trace(request_id=self._ids.draw(now).request_id, entries=[reached], started_at=now))
        self.talk.warn(reason)

    def _warn_of(self, runtime: Runtime) -> None:
        """Tell of templates that cannot be parsed and stages whose path is taken, each as long as it is new."""
        warnings = [
            f"the stage {name!r} of {api.identity.name} has a path that the preview uses itself; "
            f"call it by its host, {api.identity.id}.execute-api.localhost"
            for api in runtime.apis.values()
            for name in HIDDEN_STAGES & api.stages.keys()
        ]
        warnings += map(self._secrets.text, broken_templates(runtime))
        warnings += [*missing_vpc_links(runtime), *unused_vpc_links(runtime, self.options.vpc_links)]
        warnings += map(self._secrets.text, remarks(runtime, self.options.truststores))
        for warning in warnings:
            if warning not in self._warned:
                self.talk.warn(warning)
        self._warned = frozenset(warnings)
        self._backend_certificates.serve(runtime, tell=self.talk.info, warn=self.talk.warn)

    def _hear_function(self, line: FunctionLogLine) -> None:
        self._function_log.add(
            line.function, line.text, at=self.clock.now(), request_id=line.request_id, stream=line.stream
        )
        self.on_function_line(line)

    def _tell_defect(self, defect: BaseException) -> None:
        where = traceback.extract_tb(defect.__traceback__)[-1]
        self.talk.error(
            f"a defect of forestage: {type(defect).__name__}: {self._secrets.text(str(defect))} "
            f"({where.filename}:{where.lineno}); "
            "the request was answered with 500"
        )

    def _shown_host(self) -> str:
        host = self.options.host
        return "localhost" if host in {"0.0.0.0", "::", "127.0.0.1"} else host  # ruff: ignore[hardcoded-bind-all-interfaces]


def _open_state(folder: Path | None) -> State:
    if folder is None:
        return MemoryState()
    from forestage.preview.host.sqlite_state import SqliteState

    return SqliteState(folder)
