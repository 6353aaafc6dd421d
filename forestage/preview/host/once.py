"""One request through the data plane, without a port: what ``forestage invoke`` does."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.preview.compile import compile_deployment
from forestage.preview.compile.domains import host_name
from forestage.preview.engine.headers import find
from forestage.preview.engine.wire import BrokenOffError, TlsSession, WireRequest, WireResponse
from forestage.preview.host.access_logs import AccessLogs
from forestage.preview.host.authority import Authority
from forestage.preview.host.backend import BackendClient
from forestage.preview.host.backend_certificates import BackendCertificates
from forestage.preview.host.backend_connector import BackendConnector
from forestage.preview.host.caches import Caches
from forestage.preview.host.clock import SystemClock
from forestage.preview.host.driver import Driver, immediate_answers
from forestage.preview.host.gateway import Gateway
from forestage.preview.host.ids import Ids
from forestage.preview.host.integration_timeout import Patience
from forestage.preview.host.key_ring import KeyRing
from forestage.preview.host.key_sets import KeySets, own_issuers
from forestage.preview.host.ledger import Ledger
from forestage.preview.host.state import MemoryState
from forestage.preview.host.truststores import Truststores
from forestage.preview.trace import TraceLog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from forestage.load import Loaded
    from forestage.preview.compile.runtime import ApiIdentity, ApiRuntime
    from forestage.preview.engine.effects import (
        FunctionAnswer,
        FunctionStream,
        FunctionUnavailable,
        InvokeFunction,
        StreamFunction,
    )
    from forestage.preview.engine.wire import Headers
    from forestage.preview.host.callers import Callers
    from forestage.preview.host.lambdas.host import FunctionHost
    from forestage.preview.host.lambdas.settings import FunctionLogLine, FunctionSettings
    from forestage.preview.trace import Trace
    from forestage.tokens import LocalKeySets

MAX_STREAM_SECONDS: Final = 35.0
MAX_STREAM_BYTES: Final = 1024 * 1024
"""How much of a streamed response is waited for."""


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
    callers: Callers,
    key_sets: LocalKeySets | None,
    vpc_links: Mapping[str, str],
    canary_seed: int | None,
    on_function_line: Callable[[FunctionLogLine], None],
    on_defect: Callable[[BaseException], None],
) -> Sent:
    """Send one request to an API of a deployment; functions and backends are called as a preview does.

    With ``canary_seed``, the request goes where the first one of a preview with that seed would go.
    """
    clock = SystemClock()
    traces = TraceLog()
    runtime = compile_deployment(loaded.deployment, vpc_links=vpc_links)
    functions = _LazyFunctions(loaded, settings, on_function_line)
    backends = BackendClient(clock=clock, connector=BackendConnector(certificates=BackendCertificates()))
    issuer_keys = KeySets(backends=backends, clock=clock, local=key_sets)
    issuer_keys.own(own_issuers(loaded.deployment))
    gateway = Gateway(
        runtime=runtime,
        driver=Driver(
            functions=functions,
            backends=backends,
            issuer_keys=issuer_keys,
            immediate=immediate_answers(
                Caches(clock=clock), KeyRing(loaded.deployment, state=MemoryState()), Ledger(clock=clock)
            ),
            monotonic=clock.monotonic,
        ),
        control=_no_control_plane,
        clock=clock,
        ids=Ids(canary_seed=canary_seed),
        callers=callers,
        certificates=Truststores().check,
        traces=traces,
        access_logs=AccessLogs(clock=clock),
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
    own = ("Host", _own_host(identity))
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
        tls=TlsSession(version="TLSv1.3", cipher="TLS_AES_128_GCM_SHA256", server_name=_asked_name(request, identity)),
        arrived_at=now,
    )


def _asked_name(request: Request, identity: ApiIdentity) -> str:
    """Return the name that a client would ask for in its handshake: that of the Host."""
    return host_name(find(request.headers, "Host") or _own_host(identity))


def _own_host(identity: ApiIdentity) -> str:
    return f"{identity.id}.execute-api.{identity.region}.amazonaws.com"


async def _whole(response: WireResponse) -> bytes:
    """Return a body, of one that is streamed as much as TestInvokeMethod waits for.

    Source: API Gateway developer guide, "Troubleshoot issues with response streaming".
    """
    if isinstance(response.body, bytes):
        return response.body
    pieces: list[bytes] = []
    try:
        with contextlib.suppress(TimeoutError, BrokenOffError):
            async with asyncio.timeout(MAX_STREAM_SECONDS):
                async for piece in response.body:
                    pieces.append(piece)
                    if sum(map(len, pieces)) > MAX_STREAM_BYTES:
                        break
    finally:
        await response.body.aclose()
    return b"".join(pieces)


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
        self._patience = Patience(SystemClock())
        self._host: FunctionHost | None = None

    async def invoke(self, effect: InvokeFunction) -> FunctionAnswer | FunctionUnavailable:
        """Run a function."""
        return await self._patience.invoke(effect, await self._prepared(), self._deployment)

    async def stream(self, effect: StreamFunction) -> FunctionAnswer | FunctionStream | FunctionUnavailable:
        """Run a function whose answer may come piece by piece."""
        return await self._patience.stream(effect, await self._prepared(), self._deployment)

    async def _prepared(self) -> FunctionHost:
        if self._host is None:
            from forestage.preview.host.lambdas.host import FunctionHost

            bundle = await Authority().ca_bundle_path()
            self._host = FunctionHost(settings=self._settings(bundle), log=self._on_function_line)
            environment = self._deployment.environment
            await self._host.replace(
                self._deployment.functions, account_id=environment.account_id, region=environment.region
            )
        return self._host

    async def close(self) -> None:
        """End the processes."""
        if self._host is not None:
            await self._host.close()
