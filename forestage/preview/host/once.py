"""One request through the data plane, without a port: what ``forestage invoke`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.records import dataclass
from forestage.preview.compile import compile_deployment
from forestage.preview.engine.wire import WireRequest, WireResponse
from forestage.preview.host.authority import Authority
from forestage.preview.host.backend import BackendClient
from forestage.preview.host.caches import Caches
from forestage.preview.host.clock import SystemClock
from forestage.preview.host.driver import Driver, immediate_answers
from forestage.preview.host.gateway import Gateway
from forestage.preview.host.ids import Ids
from forestage.preview.trace import TraceLog

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from forestage.load import Loaded
    from forestage.preview.compile.runtime import ApiRuntime
    from forestage.preview.engine.effects import FunctionAnswer, FunctionUnavailable, InvokeFunction
    from forestage.preview.engine.wire import Headers
    from forestage.preview.host.lambdas.host import FunctionHost
    from forestage.preview.host.lambdas.settings import FunctionLogLine, FunctionSettings
    from forestage.preview.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A response, complete, and how it came about."""

    status: int
    headers: Headers
    body: bytes
    trace: Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to an API; ``target`` begins with its stage, ``/dev/pets?a=1``."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""


async def send(
    request: Request,
    api_id: str,
    loaded: Loaded,
    *,
    settings: Callable[[Path], FunctionSettings],
    on_function_line: Callable[[FunctionLogLine], None],
    on_defect: Callable[[BaseException], None],
) -> Sent:
    """Send one request to an API of a deployment; functions and backends are called as a preview does."""
    clock = SystemClock()
    traces = TraceLog()
    runtime = compile_deployment(loaded.deployment)
    functions = _LazyFunctions(loaded, settings, on_function_line)
    backends = BackendClient(clock=clock)
    gateway = Gateway(
        runtime=runtime,
        driver=Driver(functions=functions, backends=backends, immediate=immediate_answers(Caches(clock=clock))),
        control=_no_control_plane,
        clock=clock,
        ids=Ids(),
        traces=traces,
        lines=_NoLines(),
        on_defect=on_defect,
    )
    try:
        answer = gateway.handle(api_id, _wire(request, runtime.apis[api_id], clock.now()))
        response = answer if isinstance(answer, WireResponse) else await answer
        return Sent(
            status=response.status, headers=response.headers, body=await _whole(response), trace=traces.latest()[0]
        )
    finally:
        backends.close()
        await functions.close()


def _wire(request: Request, api: ApiRuntime, now: float) -> WireRequest:
    """Make the request as it would arrive on AWS: the Host is the API's own unless another is given."""
    identity = api.identity
    own = ("Host", f"{identity.id}.execute-api.{identity.region}.amazonaws.com")
    has_host = any(name.lower() == "host" for name, _ in request.headers)
    has_length = any(name.lower() == "content-length" for name, _ in request.headers)
    length = (("Content-Length", str(len(request.body))),) if request.body and not has_length else ()
    return WireRequest(
        method=request.method,
        target=request.target,
        headers=(*(() if has_host else (own,)), *request.headers, *length),
        body=request.body,
        client="127.0.0.1",
        server_port=443,
        tls=True,
        arrived_at=now,
    )


async def _whole(response: WireResponse) -> bytes:
    if isinstance(response.body, bytes):
        return response.body
    return b"".join([piece async for piece in response.body])


def _no_control_plane(request: WireRequest) -> WireResponse:
    return WireResponse(status=404, headers=(), body=f"nothing is running at {request.target}".encode())


class _NoLines:
    """Drops the lines of requests: the person sees the response itself."""

    def write(self, *, method: str, path: str, status: int, ms: float, function: str | None, request_id: str) -> None:
        """Drop a line."""


class _LazyFunctions:
    """The functions of a deployment, prepared when the first one is called."""

    def __init__(
        self,
        loaded: Loaded,
        settings: Callable[[Path], FunctionSettings],
        on_function_line: Callable[[FunctionLogLine], None],
    ) -> None:
        self._deployment = loaded.deployment
        self._settings = settings
        self._on_function_line = on_function_line
        self._host: FunctionHost | None = None

    async def invoke(self, effect: InvokeFunction) -> FunctionAnswer | FunctionUnavailable:
        """Run a function."""
        if self._host is None:
            from forestage.preview.host.lambdas.host import FunctionHost

            bundle = await Authority().ca_bundle_path()
            self._host = FunctionHost(settings=self._settings(bundle), log=self._on_function_line)
            environment = self._deployment.environment
            await self._host.replace(
                self._deployment.functions, account_id=environment.account_id, region=environment.region
            )
        return await self._host.invoke(effect)

    async def close(self) -> None:
        """End the processes."""
        if self._host is not None:
            await self._host.close()
