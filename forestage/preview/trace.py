"""What happened to a request: kept as the results of its stages, told as JSON when somebody asks."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import orjson

from forestage.preview.compile.runtime import LambdaProxyIntegration
from forestage.preview.engine.bodies import as_text
from forestage.preview.engine.gateway_response import Failed
from forestage.preview.engine.rest import Step
from forestage.preview.engine.results import (
    Addressed,
    Admitted,
    Arrival,
    Authorized,
    FunctionResult,
    HttpAnswer,
    Mapped,
    Matched,
    MockAnswer,
    PreparedFunction,
    PreparedHttp,
    PreparedMock,
    ProxyAnswer,
    Validated,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forestage.model.values import Json
    from forestage.preview.engine.effects import Effect
    from forestage.preview.engine.wire import Headers, WireResponse

MAX_TRACES = 1_000
MAX_TRACE_BYTES = 64 * 1024 * 1024
MAX_BODY_CHARACTERS = 16_384
"""How many traces are kept, how many bytes of bodies in all of them, and how much of a body is told."""

_MASKED_HEADERS = frozenset({"authorization", "cookie", "set-cookie", "x-amz-security-token", "x-api-key"})


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """An effect and what the world answered."""

    # Effects differ in the type of their answers; a trace only tells them.
    effect: Effect[Any]
    answer: Any


class TurnedAway(msgspec.Struct, frozen=True, kw_only=True):
    """A request that came to no API; ``method`` and ``target`` are empty where they were not understood."""

    method: str
    target: str
    client: str
    reason: str


Entry: TypeAlias = Step | Exchange | TurnedAway


class Trace(msgspec.Struct, kw_only=True):
    """One request; ``duration_ms`` and ``response`` are None while it is under way.

    ``body_bytes`` is how much memory its bodies hold (``held_bytes``).
    """

    request_id: str
    entries: list[Entry]
    started_at: float
    response: WireResponse | None = None
    duration_ms: float | None = None
    body_bytes: int = 0


class TraceLog:
    """The latest traces by request id, bounded in number and in bytes."""

    def __init__(self, *, max_traces: int = MAX_TRACES, max_bytes: int = MAX_TRACE_BYTES) -> None:
        self._traces: OrderedDict[str, Trace] = OrderedDict()
        self._max_traces = max_traces
        self._max_bytes = max_bytes
        self._bytes = 0

    def add(self, trace: Trace) -> None:
        """Keep a finished trace, and let the oldest go."""
        if trace.request_id in self._traces:
            self._bytes -= self._traces.pop(trace.request_id).body_bytes
        self._traces[trace.request_id] = trace
        self._bytes += trace.body_bytes
        while len(self._traces) > self._max_traces or (self._bytes > self._max_bytes and len(self._traces) > 1):
            _, oldest = self._traces.popitem(last=False)
            self._bytes -= oldest.body_bytes

    def get(self, request_id: str) -> Trace | None:
        """Find a trace."""
        return self._traces.get(request_id)

    def latest(self) -> list[Trace]:
        """Return all traces, the latest first."""
        return list(reversed(self._traces.values()))


def held_bytes(trace: Trace) -> int:
    """Count the bodies that a trace keeps in memory, in all their forms: compressed, decompressed, as an event.

    A body that stages hand on unchanged is one.
    """
    bodies: dict[int, int] = {}
    for entry in trace.entries:
        held = _BODIES.get(type(entry))
        if held is not None:
            for body in held(entry):
                bodies[id(body)] = len(body)
    return sum(bodies.values())


# Each type is bound to its own reader, which one signature for all cannot say.
_BODIES: Mapping[type, Callable[[Any], tuple[bytes | str, ...]]] = {
    Arrival: lambda entry: (entry.wire.body,),
    Addressed: lambda entry: (entry.body,),
    PreparedMock: lambda entry: (entry.body,),
    PreparedHttp: lambda entry: (entry.body,),
    PreparedFunction: lambda entry: (entry.payload,),
    HttpAnswer: lambda entry: (entry.answer.body,),
    ProxyAnswer: lambda entry: (entry.answer.payload, entry.body),
    FunctionResult: lambda entry: (entry.answer.payload,),
    Mapped: lambda entry: (entry.body,),
}


def summarize(trace: Trace) -> Mapping[str, Json]:
    """Tell a trace in one line's worth of JSON.

    ``{"request_id": ..., "at": epoch seconds, "method": "GET", "path": "/dev/pets", "status": 200, "ms": 1.2,
    "api": id, "failure": null}``; ``api`` is null where none was reached.
    """
    arrival = trace.entries[0]
    if isinstance(arrival, TurnedAway):
        return _summary(trace, method=arrival.method, path=arrival.target, api=None, failure=arrival.reason)
    assert isinstance(arrival, Arrival)
    failed = next((entry for entry in trace.entries if isinstance(entry, Failed)), None)
    return _summary(
        trace,
        method=arrival.wire.method,
        path=arrival.target,
        api=arrival.api.identity.id,
        failure=failed.reason if failed else None,
    )


def _summary(trace: Trace, *, method: str, path: str, api: str | None, failure: str | None) -> Mapping[str, Json]:
    return {
        "request_id": trace.request_id,
        "at": trace.started_at,
        "method": method,
        "path": path,
        "status": trace.response.status if trace.response else None,
        "ms": trace.duration_ms,
        "api": api,
        "failure": failure,
    }


def to_json(trace: Trace) -> Mapping[str, Json]:
    """Tell a trace with all its stages: the summary and ``"steps": [{"stage": ..., ...}]``."""
    response = trace.response
    return {
        **summarize(trace),
        "steps": [_describe(entry) for entry in trace.entries],
        "response": {
            "status": response.status,
            "headers": _headers(response.headers),
            "body": _body(response.body) if isinstance(response.body, bytes) else "(stream)",
        }
        if response
        else None,
    }


def _describe(entry: Entry) -> Mapping[str, Json]:
    if isinstance(entry, Exchange):
        return {"stage": "effect", "asked": _fields(entry.effect), "answered": _fields(entry.answer)}
    stage, details = _DESCRIPTIONS[type(entry)]
    return {"stage": stage, **details(entry)}


def _arrival(entry: Arrival) -> Mapping[str, Json]:
    return {
        "method": entry.wire.method,
        "target": entry.target,
        "headers": _headers(entry.wire.headers),
        "body": _body(entry.wire.body),
        "client": entry.wire.client,
        "tls": entry.wire.tls,
    }


def _turned_away(entry: TurnedAway) -> Mapping[str, Json]:
    return {"method": entry.method, "target": entry.target, "client": entry.client}


def _addressed(entry: Addressed) -> Mapping[str, Json]:
    return {
        "api": entry.stage.api.name,
        "stage_name": entry.stage.name,
        "deployment_id": entry.stage.deployment_id,
        "path": entry.path,
        "query": entry.raw_query,
        "dropped_headers": [
            name
            for name, _ in entry.arrival.wire.headers
            if all(name.lower() != kept.lower() for kept, _ in entry.headers)
        ],
        "trace_id": entry.trace_id,
    }


def _matched(entry: Matched) -> Mapping[str, Json]:
    return {
        "method": f"{entry.method.verb} {entry.method.resource_path}",
        "path_parameters": dict(entry.route.path_parameters),
        "integration": entry.method.method.integration.type if entry.method.method.integration else None,
    }


def _authorized(entry: Authorized) -> Mapping[str, Json]:
    return {"by": entry.by}


def _nothing(entry: Admitted | Validated) -> Mapping[str, Json]:
    del entry
    return {}


def _prepared_mock(entry: PreparedMock) -> Mapping[str, Json]:
    return {"body": _cut(entry.body), "status": entry.status}


def _prepared_http(entry: PreparedHttp) -> Mapping[str, Json]:
    return {
        "method": entry.method,
        "url": entry.url,
        "headers": _headers(entry.headers),
        "body": _body(entry.body),
    }


def _prepared_function(entry: PreparedFunction) -> Mapping[str, Json]:
    return {"function": entry.arn, "event": _event(entry)}


def _mock_answer(entry: MockAnswer) -> Mapping[str, Json]:
    return {"status": entry.prepared.status}


def _http_answer(entry: HttpAnswer) -> Mapping[str, Json]:
    return {
        "status": entry.answer.status,
        "headers": _headers(entry.answer.headers),
        "body": _body(entry.answer.body),
    }


def _function_answer(entry: ProxyAnswer | FunctionResult) -> Mapping[str, Json]:
    return {
        "payload": _body(entry.answer.payload),
        "function_ms": round(entry.answer.duration_ms, 3),
        "cold": entry.answer.cold,
    }


def _mapped(entry: Mapped) -> Mapping[str, Json]:
    return {
        "integration_response": entry.selected.status if entry.selected else None,
        "status": entry.status,
        "headers": _headers(entry.headers),
        "body": _body(entry.body),
    }


def _failed(entry: Failed) -> Mapping[str, Json]:
    return {
        "response_type": entry.response_type,
        "reason": entry.reason,
        "status": entry.status,
        "body": entry.body,
    }


# Each type is bound to its own describer, which one signature for all cannot say.
_DESCRIPTIONS: Mapping[type, tuple[str, Callable[[Any], Mapping[str, Json]]]] = {
    Arrival: ("arrival", _arrival),
    TurnedAway: ("arrival", _turned_away),
    Addressed: ("address", _addressed),
    Matched: ("match", _matched),
    Authorized: ("authorize", _authorized),
    Admitted: ("admit", _nothing),
    Validated: ("validate", _nothing),
    PreparedMock: ("prepare", _prepared_mock),
    PreparedHttp: ("prepare", _prepared_http),
    PreparedFunction: ("prepare", _prepared_function),
    MockAnswer: ("integrate", _mock_answer),
    HttpAnswer: ("integrate", _http_answer),
    ProxyAnswer: ("integrate", _function_answer),
    FunctionResult: ("integrate", _function_answer),
    Mapped: ("respond", _mapped),
    Failed: ("gateway response", _failed),
}


def _fields(value: object) -> Json:
    """Tell an effect or its answer: the fields that are short and no payload."""
    told: dict[str, Json] = {"kind": type(value).__name__}
    for name in getattr(value, "__dataclass_fields__", ()):
        content = getattr(value, name)
        if isinstance(content, str | int | float | bool):
            told[name] = content
        elif isinstance(content, bytes):
            told[f"{name}_bytes"] = len(content)
        elif hasattr(content, "value"):
            told[name] = str(content.value)
    return told


def _headers(headers: Headers) -> list[Json]:
    """Tell header lines; credentials keep their last characters only, as AWS's own logs do."""
    return [[name, _mask(value) if name.lower() in _MASKED_HEADERS else value] for name, value in headers]


def _event(entry: PreparedFunction) -> str:
    """Tell the event of a function; that of a proxy integration repeats the client's headers."""
    if not isinstance(entry.validated.matched.method.integration, LambdaProxyIntegration):
        return _body(entry.payload)
    event = orjson.loads(entry.payload)
    single, multi = event["headers"] or {}, event["multiValueHeaders"] or {}
    for name in [name for name in single if name.lower() in _MASKED_HEADERS]:
        single[name] = _mask(single[name])
        multi[name] = [_mask(value) for value in multi[name]]
    return _cut(orjson.dumps(event).decode())


def _mask(value: str) -> str:
    visible = 6
    return "*" * 6 + (value[-visible:] if len(value) > 2 * visible else "")


def _body(body: bytes) -> str:
    # A character takes four bytes at most.
    return _cut(as_text(body[: 4 * (MAX_BODY_CHARACTERS + 1)]))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_BODY_CHARACTERS else f"{text[:MAX_BODY_CHARACTERS]} [TRUNCATED]"
