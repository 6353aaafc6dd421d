"""Serves requests: finds the API, runs the data plane, keeps the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import msgspec

from forestage.preview.engine.constant import answer_constant, constant_of
from forestage.preview.engine.effects import Refused
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.headers import find
from forestage.preview.engine.rest import answer_failure, run
from forestage.preview.engine.results import Addressed, Arrival, PreparedFunction
from forestage.preview.engine.wire import WireResponse
from forestage.preview.host.addressing import CONTROL_PREFIX, api_of_host, api_of_path, split_target
from forestage.preview.host.callers import Arrived
from forestage.preview.host.meter import Meter
from forestage.preview.trace import ConstantCall, Recording, Replay, Streamed, Trace, TurnedAway, held_bytes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from forestage.model.principals import PresentedCertificate
    from forestage.preview.compile import Runtime
    from forestage.preview.compile.domains import DomainRuntime
    from forestage.preview.compile.runtime import ApiRuntime
    from forestage.preview.engine.constant import Constant
    from forestage.preview.engine.results import Caller, DomainCall
    from forestage.preview.engine.wire import Body, Headers, WireRequest
    from forestage.preview.host.access_logs import AccessLogs
    from forestage.preview.host.callers import Callers
    from forestage.preview.host.clock import Clock
    from forestage.preview.host.driver import Driver
    from forestage.preview.host.ids import Ids
    from forestage.preview.trace import TraceLog


_NOBODY = GatewayFailure(ResponseType.INVALID_API_KEY, "no such API is served here")
"""For an id of no API, or one that went away with a reload.

Source: endpoints.md section 2: a wrong id is 403 Forbidden (documented status).
"""


_HEALTHY: Final = WireResponse(status=200, headers=(("Content-Type", "text/plain"),), body=b"Healthy Connection")
"""Source: serverless/examples issue 667 (recorded 2021)."""

MAX_CONSTANTS: Final = 256
"""How many kinds of requests are known that are answered the short way."""

CheckCertificate: TypeAlias = "Callable[[DomainRuntime, str], PresentedCertificate | str]"
"""Describes the certificate in PEM that a client presented to a domain with mTLS, or says why it does not do."""


class RequestLines(Protocol):
    """Where one line per request goes."""

    def write(self, *, method: str, path: str, status: int, ms: float, function: str | None, request_id: str) -> None:
        """Write the line of a finished request."""
        ...


class Gateway:
    """The data plane on all ports; ``runtime`` may be replaced at any time, and requests under way keep theirs."""

    def __init__(
        self,
        *,
        runtime: Runtime,
        driver: Driver,
        control: Callable[[WireRequest], WireResponse | Awaitable[WireResponse]],
        clock: Clock,
        ids: Ids,
        callers: Callers,
        certificates: CheckCertificate,
        traces: TraceLog,
        access_logs: AccessLogs,
        lines: RequestLines,
        on_defect: Callable[[BaseException], None],
    ) -> None:
        self._runtime = runtime
        self._driver = driver
        self._control = control
        self._clock = clock
        self._ids = ids
        self._callers = callers
        self._certificates = certificates
        self._traces = traces
        self._access_logs = access_logs
        self._lines = lines
        self._on_defect = on_defect
        self._constants: dict[tuple[str, str, str, Headers], Constant] = {}

    def handle(self, home: str, wire: WireRequest) -> WireResponse | Awaitable[WireResponse]:
        """Answer a request to the port of the API ``home``.

        A Host that names an API goes to the data plane alone, never to the control plane, also where that API is
        not served.
        """
        if not wire.body:
            constant = self._constants.get((home, wire.method, wire.target, wire.headers))
            if constant is not None:
                answered = self._answer_constant(constant, wire)
                if answered is not None:
                    return answered
        apis, target, authority = self._runtime.apis, wire.target, None
        if not target.startswith("/"):
            authority, target = split_target(target)
        host = authority or find(wire.headers, "Host") or ""
        domains = self._runtime.domains.find(host) if self._runtime.domains is not None else ()
        if domains:
            return self._run_by_domain(domains, host, target, wire, home)
        named = api_of_host(host, wire.headers)
        api: ApiRuntime | None
        if named is not None:
            api = apis.get(named.api_id or "")
        elif target.startswith(CONTROL_PREFIX):
            return self._control(wire)
        else:
            api, target = api_of_path(target, apis) or (apis.get(home), target)
        if api is None:
            return self._turn_away(wire, _NOBODY)
        arrived = self._callers.arrive(wire, host=host, is_known_host=named is not None)
        if isinstance(arrived, str):
            return self._turn_away(wire, GatewayFailure(ResponseType.DEFAULT_4XX, arrived, message=arrived))
        caller = arrived.caller
        if named is not None and named.vpc_endpoint is not None:
            caller = msgspec.structs.replace(caller, vpc_endpoint=named.vpc_endpoint, vpc=None)
        return self._run(
            api, target, Arrived(arrived.wire, caller), by_alias=named is not None and named.by_alias, home=home
        )

    @property
    def runtime(self) -> Runtime:
        """What is served."""
        return self._runtime

    @runtime.setter
    def runtime(self, runtime: Runtime) -> None:
        """Serve something else from now on."""
        self._runtime = runtime
        self._constants.clear()

    def _answer_constant(self, constant: Constant, wire: WireRequest) -> WireResponse | None:
        """Answer a request that is like one before; None where a throttle refuses it."""
        started = self._clock.monotonic()
        granted = self._driver.answer_now(constant.spend)
        if isinstance(granted, Refused):
            return None
        ids = self._ids.draw(wire.arrived_at)
        request_id = ids.request_id
        response = answer_constant(constant, request_id=request_id, extended_request_id=ids.extended_request_id)
        duration_ms = (self._clock.monotonic() - started) * 1000
        self._traces.add(
            ConstantCall(
                constant,
                ids,
                granted,
                wire.client,
                wire.server_port,
                wire.tls,
                wire.arrived_at,
                duration_ms,
                self._clock.deviation,
            )
        )
        self._lines.write(
            method=wire.method,
            path=constant.arrival.target,
            status=response.status,
            ms=duration_ms,
            function=None,
            request_id=request_id,
        )
        return response

    def _run_by_domain(
        self, domains: tuple[DomainRuntime, ...], host: str, target: str, wire: WireRequest, home: str
    ) -> WireResponse | Awaitable[WireResponse]:
        """Answer a request to a custom domain."""
        # Most sources have none.
        from forestage.preview.engine.domains import (
            RESERVED_PATHS,
            Turned,
            choose_domain,
            choose_stage,
            judge_certificate,
            objection,
        )

        arrived = self._callers.arrive(wire, host=host, is_known_host=True)
        if isinstance(arrived, str):
            return self._turn_away(wire, GatewayFailure(ResponseType.DEFAULT_4XX, arrived, message=arrived))
        domain = choose_domain(domains, arrived.caller, home)
        caller, fault = self._at_domain(domain, arrived)
        reason = objection(domain, host=host, tls=wire.tls, caller=caller)
        if reason:
            return self._forbid(wire, reason)
        uncertified = judge_certificate(domain, tls=wire.tls, caller=caller, fault=fault)
        path = target.partition("?")[0]
        if path in RESERVED_PATHS and uncertified is None:
            return self._answer_away(wire, _HEALTHY, f"{path} of a custom domain is answered by API Gateway itself")
        call = choose_stage(domain, path, arrived.wire.headers)
        if isinstance(call, Turned):
            return self._forbid(wire, call.reason if uncertified is None else uncertified.reason)
        api = self._runtime.apis.get(call.api_id)
        if api is None:
            reason = f"{call.by} of {domain.name} leads to the API {call.api_id}, which is not served here"
            return self._forbid(wire, reason if uncertified is None else uncertified.reason)
        if uncertified is not None:
            call = msgspec.structs.replace(call, uncertified=uncertified)
        return self._run(api, target, Arrived(arrived.wire, caller), domain=call)

    def _at_domain(self, domain: DomainRuntime, arrived: Arrived) -> tuple[Caller, str | None]:
        """Say who calls, as a domain sees them, and what is wrong with the certificate that they presented."""
        caller, tls = arrived.caller, arrived.wire.tls
        if domain.is_private and caller.vpc_endpoint is None and len(domain.vpc_endpoints) == 1:
            caller = msgspec.structs.replace(caller, vpc_endpoint=domain.vpc_endpoints[0])
        if domain.truststore_uri is None or caller.client_certificate is not None:
            return caller, None
        if tls is None or tls.client_certificate is None:
            return caller, None
        assert self._runtime.domains is not None  # There is this one.
        if domain not in self._runtime.domains.find(tls.server_name or ""):
            return caller, f"and the client's was presented to {tls.server_name}"
        verified = self._certificates(domain, tls.client_certificate)
        if isinstance(verified, str):
            return caller, verified
        if tls.certificate_fault is not None:
            return caller, f"and it was refused: {tls.certificate_fault}"
        return msgspec.structs.replace(caller, client_certificate=verified), None

    def _through_endpoint(self, api: ApiRuntime, caller: Caller) -> Caller:
        """Say through which VPC endpoint a private API is called: the only one, unless the caller names one."""
        entrance = api.entrance
        if entrance is None or not entrance.is_private:
            return caller
        named = caller.vpc_endpoint or entrance.usual_endpoint
        endpoint = self._runtime.vpc_endpoints.get(named or "")
        vpc = caller.vpc or (endpoint.vpc if endpoint is not None else None)
        return msgspec.structs.replace(caller, vpc_endpoint=named, vpc=vpc)

    def _run(
        self,
        api: ApiRuntime,
        target: str,
        arrived: Arrived,
        *,
        domain: DomainCall | None = None,
        by_alias: bool = False,
        home: str | None = None,
    ) -> WireResponse | Awaitable[WireResponse]:
        wire = arrived.wire
        caller = arrived.caller if api.entrance is None else self._through_endpoint(api, arrived.caller)
        ids = self._ids.draw(wire.arrived_at)
        started = self._clock.monotonic()
        arrival = Arrival(
            wire=wire,
            caller=caller,
            principals=self._callers.principals,
            api=api,
            target=target,
            request_id=ids.request_id,
            extended_request_id=ids.extended_request_id,
            trace_root=ids.trace_root,
            trace_parent=ids.trace_parent,
            canary_draw=self._ids.draw_canary() if api.has_canary else 0.0,
            domain=domain,
            vpc_endpoint=self._runtime.vpc_endpoints.get(caller.vpc_endpoint) if caller.vpc_endpoint else None,
            by_alias=by_alias,
        )
        recording = Recording()
        flow = self._serve(arrival, recording, started, home=None if wire.body else home)
        return self._driver.start(flow, recording.hear)

    async def _serve(self, arrival: Arrival, recording: Recording, started: float, *, home: str | None) -> WireResponse:
        """Run the data plane, and write down what came of it; ``home`` is where it may be known from now on."""
        trace = Trace(
            request_id=arrival.request_id,
            entries=recording.entries,
            started_at=arrival.wire.arrived_at,
            clock=self._clock.deviation,
        )
        try:
            response = await run(arrival, recording.entries.append)
        except Exception as defect:  # ruff: ignore[blind-except]  (a defect of ours must not end the listener)
            return self._finish(trace, self._broken(recording, defect), started, arrival=arrival)
        if not isinstance(response.body, bytes):
            return self._stream(trace, response, response.body, started, arrival=arrival, recording=recording)
        if home is not None:
            self._learn(home, arrival.wire, recording)
        return self._finish(trace, response, started, arrival=arrival, recording=recording)

    def _learn(self, home: str, wire: WireRequest, recording: Recording) -> None:
        """Answer requests like this one the short way from now on, where all are answered alike."""
        constant = constant_of(recording.entries)
        if constant is None:
            return
        if len(self._constants) >= MAX_CONSTANTS:
            self._constants.clear()
        self._constants[home, wire.method, wire.target, wire.headers] = constant

    def _stream(
        self,
        trace: Trace,
        response: WireResponse,
        body: Body,
        started: float,
        *,
        arrival: Arrival,
        recording: Recording,
    ) -> WireResponse:
        """Pass a body on; the request ends with it, and can be looked at meanwhile."""
        trace.response = kept = msgspec.structs.replace(response, body=b"")
        trace.streamed = Streamed()
        self._traces.add(trace)
        metered = Meter(
            body,
            trace.streamed,
            now=self._clock.monotonic,
            since=started,
            on_end=lambda: self._finish(trace, kept, started, arrival=arrival, recording=recording),
        )
        return msgspec.structs.replace(response, body=metered)

    def _finish(
        self,
        trace: Trace,
        response: WireResponse,
        started: float,
        *,
        arrival: Arrival,
        recording: Recording | None = None,
    ) -> WireResponse:
        """Write down a request that has been answered.

        What ended in a defect has no ``recording``: it is kept as it was, since it may end otherwise when told again.
        """
        trace.duration_ms = (self._clock.monotonic() - started) * 1000
        trace.response = response
        function, addressed = _function_of(trace), trace.entries[1]
        if isinstance(addressed, Addressed):
            trace.request_id = addressed.request_id
            if addressed.stage.access_log is not None:
                self._access_logs.note(addressed.stage, trace)
        if recording is not None:
            trace.body_bytes = held_bytes(arrival.wire, recording.replies, response)
            trace.entries = Replay(arrival, tuple(recording.replies))
        self._traces.add(trace)
        self._lines.write(
            method=arrival.wire.method,
            path=arrival.target,
            status=response.status,
            ms=trace.duration_ms,
            function=function,
            request_id=trace.request_id,
        )
        return response

    def _broken(self, recording: Recording, defect: Exception) -> WireResponse:
        """Tell a defect of ours; the client gets what AWS answers to its own."""
        self._on_defect(defect)
        failure = GatewayFailure(ResponseType.DEFAULT_5XX, f"a defect of forestage: {defect!r}")
        entries = recording.entries
        arrival = entries[0]
        assert isinstance(arrival, Arrival)
        addressed = next((entry for entry in entries if isinstance(entry, Addressed)), None)
        return answer_failure(failure, arrival, entries.append, reached=addressed)

    def _forbid(self, wire: WireRequest, reason: str) -> WireResponse:
        """Answer with 403 what comes to no API."""
        return self._turn_away(wire, GatewayFailure(ResponseType.INVALID_API_KEY, reason))

    def _turn_away(self, wire: WireRequest, failure: GatewayFailure) -> WireResponse:
        """Answer what comes to no API."""
        response = WireResponse(
            status=failure.status,
            headers=(("Content-Type", "application/json"), ("x-amzn-ErrorType", failure.error_type)),
            body=failure.body().encode(),
        )
        return self._answer_away(wire, response, failure.reason)

    def _answer_away(self, wire: WireRequest, answer: WireResponse, reason: str) -> WireResponse:
        """Answer what no stage answers, and keep why."""
        ids = self._ids.draw(wire.arrived_at)
        own = (("x-amzn-RequestId", ids.request_id), ("x-amz-apigw-id", ids.extended_request_id))
        response = msgspec.structs.replace(answer, headers=(*answer.headers[:1], *own, *answer.headers[1:]))
        self._lines.write(
            method=wire.method,
            path=wire.target,
            status=response.status,
            ms=0.0,
            function=None,
            request_id=ids.request_id,
        )
        reached = TurnedAway(method=wire.method, target=wire.target, client=wire.client, reason=reason)
        self._traces.add(
            Trace(
                request_id=ids.request_id,
                entries=[reached],
                started_at=wire.arrived_at,
                response=response,
                duration_ms=0.0,
            )
        )
        return response


def _function_of(trace: Trace) -> str | None:
    """Tell the name of the function that a request invoked."""
    for entry in trace.entries:
        if type(entry) is PreparedFunction:
            return entry.arn.partition(":function:")[2] or entry.arn
    return None
