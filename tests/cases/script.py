"""Plays a request against the data plane: a script of answers instead of a world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    CallBackend,
    FunctionAnswer,
    FunctionUnavailable,
    InvokeFunction,
)
from forestage.preview.engine.gateway_response import Failed
from forestage.preview.engine.rest import run
from forestage.preview.engine.results import Arrival
from forestage.preview.engine.wire import WireRequest, WireResponse
from forestage.preview.trace import Exchange, Trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.preview.compile.runtime import ApiRuntime
    from forestage.preview.engine.effects import Effect
    from forestage.preview.engine.wire import Headers
    from forestage.preview.trace import Entry

ANSWERS: dict[type, tuple[type, ...]] = {
    CallBackend: (BackendAnswer, BackendFailure),
    InvokeFunction: (FunctionAnswer, FunctionUnavailable),
}
"""What each effect may be answered with."""

REQUEST_ID = "0f1e2d3c-4b5a-4978-a695-847362514039"
EXTENDED_REQUEST_ID = "ABCdefGHIjklMNO="
TRACE_ROOT = "1-6745d1b7-aaaaaaaaaaaaaaaaaaaaaaaa"
TRACE_PARENT = "bbbbbbbbbbbbbbbb"
ARRIVED_AT = 1_795_614_055.25
"""25 Nov 2026, 13:40:55 and a quarter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a request: the response, what was asked of the world, and the entries of its trace."""

    response: WireResponse
    asked: tuple[Effect[Any], ...]
    trace: Trace

    @property
    def body(self) -> bytes:
        """The body of the response, which is no stream."""
        assert isinstance(self.response.body, bytes)
        return self.response.body

    @property
    def failed(self) -> Failed | None:
        """The failure that the gateway answered, if it did."""
        return next((entry for entry in self.trace.entries if isinstance(entry, Failed)), None)

    def header(self, name: str) -> str | None:
        """Return the values of a response header joined by ``, ``; None where there is none."""
        found = [value for key, value in self.response.headers if key.lower() == name.lower()]
        return ", ".join(found) if found else None


def wire_request(request: str, *, headers: Headers = (("Host", "localhost:3000"),), body: bytes = b"") -> WireRequest:
    """Make a request: ``GET /dev/pets?x=1``."""
    method, _, target = request.partition(" ")
    return WireRequest(
        method=method,
        target=target,
        headers=headers,
        body=body,
        client="127.0.0.1",
        server_port=3000,
        tls=False,
        arrived_at=ARRIVED_AT,
    )


def arrival(api: ApiRuntime, wire: WireRequest) -> Arrival:
    """Let a request arrive, with ids that are always the same."""
    return Arrival(
        wire=wire,
        api=api,
        target=wire.target,
        request_id=REQUEST_ID,
        extended_request_id=EXTENDED_REQUEST_ID,
        trace_root=TRACE_ROOT,
        trace_parent=TRACE_PARENT,
    )


# Each answer has the type of its effect, which a list of them cannot say.
def play(api: ApiRuntime, wire: WireRequest, answers: Sequence[Any] = ()) -> Played:
    """Run a request; every answer has to be asked for, and every effect has to have its answer."""
    entries: list[Entry] = []
    asked: list[Effect[Any]] = []
    left = list(answers)
    flow = run(arrival(api, wire), entries.append)
    try:
        effect = flow.send(None)
        while True:
            asked.append(effect)
            assert left, f"the script has no answer to {effect}"
            answer = left.pop(0)
            assert isinstance(answer, ANSWERS[type(effect)]), f"{answer} is no answer to {effect}"
            entries.append(Exchange(effect=effect, answer=answer))
            effect = flow.send(answer)
    except StopIteration as end:
        response: WireResponse = end.value
    assert not left, f"nobody asked for {left}"
    trace = Trace(request_id=REQUEST_ID, entries=entries, started_at=ARRIVED_AT, response=response, duration_ms=1.5)
    return Played(response=response, asked=tuple(asked), trace=trace)
