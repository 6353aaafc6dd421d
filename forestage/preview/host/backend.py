"""The HTTP client of integrations: what the data plane asks for is sent exactly so, over pooled connections.

General clients add headers, fold paths, follow redirects and decode bodies; an integration must do none of that.
"""

from __future__ import annotations

import asyncio
import math
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    BackendStream,
    CallBackend,
    StreamBackend,
)
from forestage.preview.host.backend_address import AddressError, Peer, find_peer, split
from forestage.preview.host.backend_connector import BackendConnector, CertificateError
from forestage.preview.host.write_batch import WriteBatch

if TYPE_CHECKING:
    from forestage.preview.engine.wire import Headers
    from forestage.preview.host.backend_connection import BackendConnection
    from forestage.preview.host.clock import Clock, Timer
    from forestage.preview.host.passage import Passage

MAX_KEPT: Final = 256
"""Idle connections to one backend."""

SWEEP_SECONDS: Final = 2.0

TIMER_SLACK_SECONDS: Final = 0.001
"""How much too early an event loop may be."""

IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})
"""May be sent again after a connection was lost. Source: RFC 9110 section 9.2.2."""

ALWAYS_MEASURED: Final = frozenset({"POST", "PUT", "PATCH"})
"""Have a Content-Length even without a body. Source: rest-facts.md section 5.3 (recorded)."""

_FRAMING = frozenset({"content-length", "transfer-encoding"})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class BackendClient:
    """Calls HTTP backends.

    No header is added but Host and Content-Length, no redirect followed, no cookie kept, no body decoded, no proxy
    of the environment used. ``connector`` opens the connections.
    """

    def __init__(self, *, clock: Clock, connector: BackendConnector | None = None) -> None:
        self.clock = clock
        self.batch = WriteBatch()
        self._connector = connector or BackendConnector()
        self._pools: dict[Peer, _Pool] = {}
        self._sweep: Timer | None = None
        self._alarm: Timer | None = None
        self._alarm_at = math.inf

    def call(self, effect: CallBackend) -> asyncio.Future[BackendAnswer | BackendFailure]:
        """Send a request; a failure of any kind is an answer.

        Over a connection that is open already it is sent before this returns, and no task is made.
        """
        future: asyncio.Future[BackendAnswer | BackendFailure] = asyncio.get_running_loop().create_future()
        self._send(effect, future)
        return future

    def stream(self, effect: StreamBackend) -> asyncio.Future[BackendStream | BackendFailure]:
        """Send a request as ``call`` does; the answer is there with its headers, and its body follows."""
        future: asyncio.Future[BackendStream | BackendFailure] = asyncio.get_running_loop().create_future()
        self._send(effect.call, future, idle_seconds=effect.idle_ms / 1000)
        return future

    # What the future holds is told by the two above: an exchange knows which of them asked.
    def _send(self, effect: CallBackend, future: asyncio.Future[Any], *, idle_seconds: float | None = None) -> None:
        try:
            exchange = _Exchange(effect, future, idle_seconds=idle_seconds)
        except AddressError as error:
            future.set_result(_failure(BackendFault.INVALID_ADDRESS, str(error)))
            return
        pool = self._pools.get(exchange.peer)
        if pool is None:
            pool = self._pools[exchange.peer] = _Pool(self, exchange.peer)
        now = self.clock.monotonic()
        exchange.start(pool, self.clock, now)
        if exchange.due_at < self._alarm_at:
            self._set_alarm(exchange.due_at, now)

    def close(self) -> None:
        """Break off what is under way and close all connections."""
        for timer in (self._sweep, self._alarm):
            if timer is not None:
                timer.cancel()
        self._sweep = self._alarm = None
        self._alarm_at = math.inf
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    async def connect(self, peer: Peer, pool: _Pool) -> BackendConnection:
        """Open a connection for a pool."""
        return await self._connector.connect(peer, pool)

    def kept(self) -> None:
        """Learn that a connection idles, and have it closed in time."""
        if self._sweep is None:
            self._sweep = self.clock.call_later(SWEEP_SECONDS, self._close_old)

    def _set_alarm(self, due_at: float, now: float) -> None:
        """Have what is due by a time looked for: one timer does for all, since nearly all are answered before."""
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = due_at
        self._alarm = self.clock.call_later(max(0.0, due_at - now), self._time_out)

    def _time_out(self) -> None:
        """Give up what is due, and wait for what is due next."""
        self._alarm, self._alarm_at = None, math.inf
        now = self.clock.monotonic()
        for exchange in self._under_way():
            if exchange.due_at <= now + TIMER_SLACK_SECONDS:
                exchange.time_out()
        due_at = min((exchange.due_at for exchange in self._under_way()), default=math.inf)
        if due_at < math.inf:
            self._set_alarm(due_at, now)

    def _under_way(self) -> list[_Exchange]:
        return [exchange for pool in self._pools.values() for exchange in pool.under_way]

    def _close_old(self) -> None:
        self._sweep = None
        now = self.clock.monotonic()
        # Only what idles is held by a pool; one that holds nothing is made again when it is needed.
        for key, pool in tuple(self._pools.items()):
            pool.close_old(now)
            if pool.is_empty():
                del self._pools[key]
        if self._pools:
            self.kept()


class _Pool:
    """The connections to one backend: those that idle, the latest used on top, and the requests under way."""

    __slots__ = ("_client", "_idle", "_now", "_peer", "batch", "under_way")

    def __init__(self, client: BackendClient, peer: Peer) -> None:
        self._client = client
        self._peer = peer
        self._now = client.clock.monotonic
        self.batch = client.batch
        self._idle: list[BackendConnection] = []
        self.under_way: set[_Exchange] = set()

    def take(self, now: float, *, certain: bool) -> BackendConnection | None:
        """Take an idle connection; ``certain`` makes sure that the backend has not closed it."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_closed:
                continue
            if now < connection.kept_until and not (certain and connection.is_stale()):
                return connection
            connection.abort()
        return None

    def keep(self, connection: BackendConnection) -> None:
        """Take back a connection that may carry another request."""
        seconds = connection.keep_seconds or 0.0
        if len(self._idle) >= MAX_KEPT or seconds <= 0:
            connection.abort()
            return
        connection.kept_until = self._now() + seconds
        self._idle.append(connection)
        self._client.kept()

    def forget(self, connection: BackendConnection) -> None:
        """Learn that a connection is gone."""
        if connection in self._idle:
            self._idle.remove(connection)

    async def connect(self) -> BackendConnection:
        """Open a new connection."""
        return await self._client.connect(self._peer, self)

    def close_old(self, now: float) -> None:
        """Close what has idled for too long."""
        for connection in [old for old in self._idle if now >= old.kept_until]:
            self._idle.remove(connection)
            connection.abort()

    def is_empty(self) -> bool:
        """Say whether nothing idles and nothing is under way."""
        return not (self._idle or self.under_way)

    def close(self) -> None:
        """Break everything off."""
        for exchange in tuple(self.under_way):
            exchange.give_up(BackendFault.UNREACHABLE, "the preview ends")
        for connection in self._idle:
            connection.abort()
        self._idle.clear()


class _Exchange:
    """A request under way; ``due_at`` is when its time is over, infinite once that is its body's affair."""

    __slots__ = (
        "_clock",
        "_connection",
        "_future",
        "_idle_seconds",
        "_is_idempotent",
        "_is_reused",
        "_pool",
        "_task",
        "_timeout_ms",
        "body",
        "due_at",
        "head",
        "is_head",
        "is_streamed",
        "peer",
    )

    def __init__(self, effect: CallBackend, future: asyncio.Future[Any], *, idle_seconds: float | None) -> None:
        origin, target = split(effect.url)
        self.peer = find_peer(
            origin,
            through=effect.through,
            skip_certificate_check=effect.skip_certificate_check,
            client_certificate=effect.client_certificate,
        )
        self.head = head_of(effect, target, origin.authority)
        self.body = effect.body
        self.is_head = effect.method == "HEAD"
        self.is_streamed = idle_seconds is not None
        self._idle_seconds = idle_seconds or 0.0
        self._is_idempotent = effect.method in IDEMPOTENT
        self._timeout_ms = effect.timeout_ms
        self._future = future
        self._is_reused = False
        self._connection: BackendConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._pool: _Pool
        self._clock: Clock
        self.due_at: float

    def start(self, pool: _Pool, clock: Clock, now: float) -> None:
        """Send the request over an idle connection, or open one for it."""
        self._pool, self._clock = pool, clock
        pool.under_way.add(self)
        self.due_at = now + self._timeout_ms / 1000
        connection = pool.take(now, certain=not self._is_idempotent)
        if connection is None:
            self._open()
        else:
            self._is_reused = True
            self._connection = connection
            connection.send(self)

    def _open(self) -> None:
        self._is_reused = False
        self._task = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        try:
            connection = await self._pool.connect()
        except CertificateError as error:
            self._fail(BackendFault.CERTIFICATE, str(error))
        except OSError as error:
            self._fail(BackendFault.UNREACHABLE, f"{self.peer.origin.authority} cannot be reached: {error}")
        else:
            self._task = None
            self._connection = connection
            connection.send(self)

    def answered(self, answer: BackendAnswer | BackendFailure) -> None:
        """Take the answer."""
        self.ended()
        self._take(answer)

    def began(self, status: int, headers: Headers, body: Passage) -> None:
        """Take the head of an answer; what is left of the time is its body's."""
        seconds, self.due_at = self.due_at - self._clock.monotonic(), math.inf
        body.limit(self._clock, seconds=seconds, idle_seconds=self._idle_seconds)
        self._take(BackendStream(status=status, headers=headers, body=body))

    def ended(self) -> None:
        """Let go of the connection."""
        self._connection = self._task = None
        self._pool.under_way.discard(self)

    def _take(self, answer: BackendAnswer | BackendStream | BackendFailure) -> None:
        if not self._future.done():
            self._future.set_result(answer)

    def dropped(self, detail: str, *, untouched: bool) -> None:
        """Try once more where a kept connection turned out to be closed, else give up."""
        self._connection = None
        if untouched and self._is_reused and self._is_idempotent:
            self._open()
        else:
            self._fail(BackendFault.UNREACHABLE, detail)

    def give_up(self, fault: BackendFault, detail: str) -> None:
        """Break off."""
        if self._task is not None:
            self._task.cancel()
        if self._connection is not None:
            self._connection.abort(detail)
        self._fail(fault, detail)

    def time_out(self) -> None:
        """Give up: the time is over."""
        self.give_up(BackendFault.TIMEOUT, f"no answer within {self._timeout_ms} ms")

    def _fail(self, fault: BackendFault, detail: str) -> None:
        self.answered(_failure(fault, detail))


def head_of(effect: CallBackend, target: str, authority: str) -> bytes:
    """Write request line and headers: those given, Host where it is missing, Content-Length where it is due.

    Raises:
        AddressError: the method is none.
    """
    if not _TOKEN.fullmatch(effect.method):
        raise AddressError(f"method {effect.method!r} is no HTTP method")
    lines, count, has_host = "", 0, False
    for name, value in effect.headers:
        lowered = name.lower()
        if lowered in _FRAMING:
            continue
        if lowered == "host":
            has_host = True
        # Measured: half the time of a join.
        lines += f"{name}: {value}\r\n"
        count += 1
    if not has_host:
        lines = f"Host: {authority}\r\n{lines}"
        count += 1
    if effect.body or effect.method in ALWAYS_MEASURED:
        lines += f"Content-Length: {len(effect.body)}\r\n"
        count += 1
    if lines.count("\r") != count or lines.count("\n") != count:
        # A line break in a header would begin another.
        headers = tuple((_one_line(name), _one_line(value)) for name, value in effect.headers)
        return head_of(msgspec.structs.replace(effect, headers=headers), target, authority)
    head = f"{effect.method} {target} HTTP/1.1\r\n{lines}\r\n"
    try:
        return head.encode("latin-1")
    except UnicodeEncodeError:
        return head.encode()


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _failure(fault: BackendFault, detail: str) -> BackendFailure:
    return BackendFailure(fault=fault, detail=detail)
