"""Serves requests: finds the API, runs the data plane, keeps the trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.headers import find
from forestage.preview.engine.rest import answer_failure, run
from forestage.preview.engine.results import Addressed, Arrival, PreparedFunction
from forestage.preview.engine.wire import WireResponse
from forestage.preview.host.addressing import CONTROL_PREFIX, api_id_of_host, api_of_path, split_target
from forestage.preview.trace import Trace, TurnedAway, held_bytes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from forestage.preview.compile import Runtime
    from forestage.preview.compile.runtime import ApiRuntime
    from forestage.preview.engine.wire import WireRequest
    from forestage.preview.host.clock import Clock
    from forestage.preview.host.driver import Driver
    from forestage.preview.host.ids import Ids
    from forestage.preview.trace import TraceLog


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
        traces: TraceLog,
        lines: RequestLines,
        on_defect: Callable[[BaseException], None],
    ) -> None:
        self.runtime = runtime
        self._driver = driver
        self._control = control
        self._clock = clock
        self._ids = ids
        self._traces = traces
        self._lines = lines
        self._on_defect = on_defect

    def handle(self, home: str, wire: WireRequest) -> WireResponse | Awaitable[WireResponse]:
        """Answer a request to the port of the API ``home``.

        A Host that names an API goes to the data plane alone, never to the control plane, also where that API is
        not served.
        """
        apis, target, authority = self.runtime.apis, wire.target, None
        if not target.startswith("/"):
            authority, target = split_target(target)
        named = api_id_of_host(authority or find(wire.headers, "Host") or "")
        api: ApiRuntime | None
        if named is not None:
            api = apis.get(named)
        elif target.startswith(CONTROL_PREFIX):
            return self._control(wire)
        else:
            api, target = api_of_path(target, apis) or (apis.get(home), target)
        return self._run(api, target, wire) if api else self._nobody(wire)

    def _run(self, api: ApiRuntime, target: str, wire: WireRequest) -> WireResponse | Awaitable[WireResponse]:
        ids = self._ids.draw(wire.arrived_at)
        started = self._clock.monotonic()
        arrival = Arrival(
            wire=wire,
            api=api,
            target=target,
            request_id=ids.request_id,
            extended_request_id=ids.extended_request_id,
            trace_root=ids.trace_root,
            trace_parent=ids.trace_parent,
        )
        trace = Trace(request_id=ids.request_id, entries=[], started_at=wire.arrived_at)
        try:
            response = self._driver.start(run(arrival, trace.entries.append), trace.entries.append)
        except Exception as defect:  # ruff: ignore[blind-except]  (a defect of ours must not end the listener)
            response = self._broken(trace, defect)
        if isinstance(response, WireResponse):
            assert isinstance(response.body, bytes)  # A stream has to be asked for.
            trace.body_bytes = held_bytes(trace) if wire.body else len(response.body)
            return self._finish(trace, response, started)
        return self._wait(trace, response, started)

    async def _wait(self, trace: Trace, answer: Awaitable[WireResponse], started: float) -> WireResponse:
        try:
            response = await answer
        except Exception as defect:  # ruff: ignore[blind-except]  (as above)
            response = self._broken(trace, defect)
        trace.body_bytes = held_bytes(trace)
        return self._finish(trace, response, started, function=_function_of(trace))

    def _finish(
        self, trace: Trace, response: WireResponse, started: float, *, function: str | None = None
    ) -> WireResponse:
        trace.duration_ms = (self._clock.monotonic() - started) * 1000
        trace.response = response
        arrival, addressed = trace.entries[0], trace.entries[1]
        assert isinstance(arrival, Arrival)
        if isinstance(addressed, Addressed):
            trace.request_id = addressed.request_id
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

    def _broken(self, trace: Trace, defect: Exception) -> WireResponse:
        """Tell a defect of ours; the client gets what AWS answers to its own."""
        self._on_defect(defect)
        failure = GatewayFailure(ResponseType.DEFAULT_5XX, f"a defect of forestage: {defect!r}")
        arrival = trace.entries[0]
        assert isinstance(arrival, Arrival)
        addressed = next((entry for entry in trace.entries if isinstance(entry, Addressed)), None)
        return answer_failure(failure, arrival, trace.entries.append, reached=addressed)

    def _nobody(self, wire: WireRequest) -> WireResponse:
        """Answer for an API that is not served: an id of no API, or one that went away with a reload.

        Source: endpoints.md section 2: a wrong id is 403 Forbidden (documented status).
        """
        failure = GatewayFailure(ResponseType.INVALID_API_KEY, "no such API is served here")
        ids = self._ids.draw(wire.arrived_at)
        response = WireResponse(
            status=failure.status,
            headers=(
                ("Content-Type", "application/json"),
                ("x-amzn-RequestId", ids.request_id),
                ("x-amz-apigw-id", ids.extended_request_id),
                ("x-amzn-ErrorType", failure.error_type),
            ),
            body=failure.body().encode(),
        )
        self._lines.write(
            method=wire.method,
            path=wire.target,
            status=failure.status,
            ms=0.0,
            function=None,
            request_id=ids.request_id,
        )
        reached = TurnedAway(method=wire.method, target=wire.target, client=wire.client, reason=failure.reason)
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
        if isinstance(entry, PreparedFunction):
            return entry.arn.partition(":function:")[2] or entry.arn
    return None
