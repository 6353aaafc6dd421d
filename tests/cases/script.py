"""Plays a request against the data plane: a script of answers instead of a world."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forestage.model import Deployment
from forestage.preview.access_log import access_line
from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendStream,
    CallBackend,
    Discard,
    FindIssuerKeys,
    FunctionAnswer,
    FunctionStream,
    FunctionUnavailable,
    Head,
    InvokeFunction,
    KeysUnavailable,
    ReadHead,
    StreamBackend,
    StreamFunction,
)
from forestage.preview.engine.gateway_response import Failed
from forestage.preview.engine.rest import run
from forestage.preview.engine.results import Addressed, Arrival, Caller
from forestage.preview.engine.wire import BrokenOffError, TlsSession, WireRequest, WireResponse
from forestage.preview.host.caches import Caches
from forestage.preview.host.clock import ManualClock
from forestage.preview.host.driver import immediate_answers
from forestage.preview.host.key_ring import KeyRing
from forestage.preview.host.ledger import Ledger
from forestage.preview.host.state import MemoryState
from forestage.preview.trace import Recording, Replay, Trace
from forestage.tokens import KeySet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from forestage.model.principals import KnownPrincipal
    from forestage.preview.compile.runtime import ApiRuntime
    from forestage.preview.engine.effects import Effect
    from forestage.preview.engine.wire import Body, Headers

ANSWERS: dict[type, tuple[type, ...]] = {
    CallBackend: (BackendAnswer, BackendFailure),
    InvokeFunction: (FunctionAnswer, FunctionUnavailable),
    StreamBackend: (BackendStream, BackendFailure),
    StreamFunction: (FunctionAnswer, FunctionStream, FunctionUnavailable),
    FindIssuerKeys: (KeySet, KeysUnavailable),
}
"""What each effect may be answered with."""

REQUEST_ID = "0f1e2d3c-4b5a-4978-a695-847362514039"
EXTENDED_REQUEST_ID = "ABCdefGHIjklMNO="
TRACE_ROOT = "1-6745d1b7-aaaaaaaaaaaaaaaaaaaaaaaa"
TRACE_PARENT = "bbbbbbbbbbbbbbbb"
ARRIVED_AT = 1_795_614_055.25
"""25 Nov 2026, 13:40:55 and a quarter."""


class ScriptedBody:
    """A body on its way, whose pieces are known; ``broken`` is why it breaks off behind them."""

    def __init__(self, *pieces: bytes, broken: str | None = None) -> None:
        self.left = list(pieces)
        self.broken = broken
        self.is_closed = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if self.left:
            return self.left.pop(0)
        if self.broken is not None:
            raise BrokenOffError(self.broken)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self.close()

    def close(self) -> None:
        self.is_closed = True

    def read_head(self, effect: ReadHead) -> Head:
        """Read as the host does, but at once."""
        content, delimiter, rest = b"".join(self.left)[: effect.limit_bytes].partition(effect.delimiter)
        if not delimiter:
            return Head(content=content, is_whole=False, broken=self.broken or "")
        self.left = [rest, b"".join(self.left)[effect.limit_bytes :]]
        return Head(content=content, is_whole=True)


_BODIES: Mapping[type, Callable[[Any], Any]] = {
    ReadHead: lambda effect: effect.body.read_head(effect),
    Discard: lambda effect: effect.body.close(),
}
"""What is asked of a body that the script has made."""


def whole(body: bytes | Body) -> bytes:
    """Return a body; one that is on its way is there at once in a script."""
    if isinstance(body, bytes):
        return body
    pieces: list[bytes] = []

    async def gather() -> None:
        pieces.extend([piece async for piece in body])

    with contextlib.suppress(StopIteration):
        gather().send(None)
    return b"".join(pieces)


class Kept:
    """What is kept from one request to the next, by the time of the requests; ``plans`` has the keys and plans."""

    def __init__(self, plans: Deployment | None = None) -> None:
        self._clock = ManualClock(now=ARRIVED_AT)
        self._immediate = immediate_answers(
            Caches(clock=self._clock),
            KeyRing(plans or Deployment(), state=MemoryState()),
            Ledger(clock=self._clock),
        )

    # As in the driver's own table.
    def answers(self, now: float) -> Mapping[type[Effect[Any]], Callable[[Any], Any]]:
        """Return what answers effects at once, at a time."""
        passed = now - self._clock.now()
        if passed > 0:
            self._clock.advance(passed)
        else:
            self._clock.set_now(now)
        return self._immediate


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a request: the response, what was asked of the world, and the entries of its trace.

    ``replies`` is what was answered, with how long it was waited for.
    """

    response: WireResponse
    asked: tuple[Effect[Any], ...]
    trace: Trace
    replies: tuple[tuple[Any, float], ...]

    @property
    def replay(self) -> Replay:
        """The entries of the trace, made anew."""
        arrived = self.trace.entries[0]
        assert isinstance(arrived, Arrival)
        return Replay(arrived, self.replies)

    @property
    def body(self) -> bytes:
        """The body of the response."""
        return whole(self.response.body)

    @property
    def failed(self) -> Failed | None:
        """The failure that the gateway answered, if it did."""
        return next((entry for entry in self.trace.entries if isinstance(entry, Failed)), None)

    @property
    def access_line(self) -> str | None:
        """The line in the access log of the stage, where there is one."""
        addressed = next((entry for entry in self.trace.entries if isinstance(entry, Addressed)), None)
        parts = addressed.stage.access_log if addressed else None
        return None if parts is None else access_line(parts, self.trace)

    def header(self, name: str) -> str | None:
        """Return the values of a response header joined by ``, ``; None where there is none."""
        found = [value for key, value in self.response.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None


def wire_request(
    request: str,
    *,
    headers: Headers = (("Host", "localhost:3000"),),
    body: bytes = b"",
    client: str = "127.0.0.1",
    at: float = ARRIVED_AT,
    tls: TlsSession | None = None,
) -> WireRequest:
    """Make a request: ``GET /dev/pets?x=1``."""
    method, _, target = request.partition(" ")
    return WireRequest(
        method=method,
        target=target,
        headers=headers,
        body=body,
        client=client,
        server_port=3000,
        tls=tls,
        arrived_at=at,
    )


def arrival(
    api: ApiRuntime,
    wire: WireRequest,
    *,
    caller: Caller | None = None,
    principals: Sequence[KnownPrincipal] = (),
    canary_draw: float = 50.0,
) -> Arrival:
    """Let a request arrive, with ids that are always the same."""
    return Arrival(
        wire=wire,
        caller=caller or Caller(source_ip=wire.client),
        principals={known.access_key.id: known for known in principals},
        api=api,
        target=wire.target,
        request_id=REQUEST_ID,
        extended_request_id=EXTENDED_REQUEST_ID,
        trace_root=TRACE_ROOT,
        trace_parent=TRACE_PARENT,
        canary_draw=canary_draw,
    )


# Each answer has the type of its effect, which a list of them cannot say.
def play(
    api: ApiRuntime,
    wire: WireRequest,
    answers: Sequence[Any] = (),
    *,
    kept: Kept | None = None,
    caller: Caller | None = None,
    principals: Sequence[KnownPrincipal] = (),
    canary_draw: float = 50.0,
) -> Played:
    """Run a request; every answer has to be asked for, and every effect has to have its answer.

    What stages keep is answered by ``kept``, which is empty unless several requests share one.
    """
    immediate = (kept or Kept()).answers(wire.arrived_at)
    recording = Recording()
    entries = recording.entries
    asked: list[Effect[Any]] = []
    left = list(answers)
    flow = run(arrival(api, wire, caller=caller, principals=principals, canary_draw=canary_draw), entries.append)
    try:
        effect = flow.send(None)
        while True:
            performed = immediate.get(type(effect)) or _BODIES.get(type(effect))
            if performed is not None:
                answer = performed(effect)
                recording.hear(effect, answer, 0.0)
                effect = flow.send(answer)
                continue
            asked.append(effect)
            assert left, f"the script has no answer to {effect}"
            answer = left.pop(0)
            assert isinstance(answer, ANSWERS[type(effect)]), f"{answer} is no answer to {effect}"
            recording.hear(effect, answer, 0.0)
            effect = flow.send(answer)
    except StopIteration as end:
        response: WireResponse = end.value
    assert not left, f"nobody asked for {left}"
    trace = Trace(request_id=REQUEST_ID, entries=entries, started_at=ARRIVED_AT, response=response, duration_ms=1.5)
    return Played(response=response, asked=tuple(asked), trace=trace, replies=tuple(recording.replies))
