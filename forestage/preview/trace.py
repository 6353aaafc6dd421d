"""What happened to a request: kept as the results of its stages, told as JSON when somebody asks."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import msgspec

from forestage.preview.compile.parameters import SourceKind
from forestage.preview.compile.runtime import LambdaProxyIntegration
from forestage.preview.compile.stage_settings import settings_of
from forestage.preview.engine.bodies import as_text
from forestage.preview.engine.constant import Constant, answer_constant
from forestage.preview.engine.effects import BackendAnswer, Effect, FunctionAnswer, Head, Keeping
from forestage.preview.engine.gateway_response import Failed
from forestage.preview.engine.quotas import to_date
from forestage.preview.engine.rest import Step, run
from forestage.preview.engine.results import (
    Addressed,
    Admitted,
    Arrival,
    Authorized,
    Compressed,
    FunctionResult,
    Hit,
    HttpAnswer,
    HttpStream,
    KeptResponse,
    Mapped,
    Matched,
    Missed,
    MockAnswer,
    PreparedFunction,
    PreparedHttp,
    PreparedMock,
    ProxyAnswer,
    ProxyStream,
    Stored,
    Uncached,
    Validated,
)
from forestage.preview.masking import masked, masked_context, masked_event, masked_headers, without_secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from forestage.model.values import Json
    from forestage.preview.engine.effects import Granted
    from forestage.preview.engine.failures import TemplateFault
    from forestage.preview.engine.rendering import Rendered
    from forestage.preview.engine.results import CacheKey
    from forestage.preview.engine.wire import Body, Headers, TlsSession, WireRequest, WireResponse
    from forestage.vtl import Scope

MAX_TRACES = 1_000
MAX_TRACE_BYTES = 64 * 1024 * 1024
MAX_BODY_CHARACTERS = 16_384
"""How many traces are kept, how many bytes of bodies in all of them, and how much of a body is told."""

_STREAMED = "(passed on as it came)"


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """An effect and what the world answered, and how long that was waited for."""

    # Effects differ in the type of their answers; a trace only tells them.
    effect: Effect[Any]
    answer: Any
    duration_ms: float = 0.0


class TurnedAway(msgspec.Struct, frozen=True, kw_only=True):
    """A request that came to no API; ``method`` and ``target`` are empty where they were not understood."""

    method: str
    target: str
    client: str
    reason: str


Entry: TypeAlias = Step | Exchange | TurnedAway

# Effects differ in the type of their answers.
Hear: TypeAlias = "Callable[[Effect[Any], Any, float], None]"
"""Takes an effect, its answer, and for how many milliseconds that was waited for."""


class Recording:
    """What happens to a request while it is under way, and what is needed to tell it again afterwards."""

    __slots__ = ("entries", "replies")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        # As for effects.
        self.replies: list[tuple[Any, float]] = []

    def hear(self, effect: Effect[Any], answer: Any, duration_ms: float) -> None:
        """Take an effect and its answer."""
        self.replies.append((answer, duration_ms))
        if effect.is_told:
            self.entries.append(Exchange(effect=effect, answer=answer, duration_ms=duration_ms))


class Replay(Sequence[Entry]):
    """The entries of a finished request, made anew when somebody looks at them.

    The engine is pure: with the same answers of the world it comes to the same results. What it comes to on the way
    is a dozen objects for each request, and to keep those of a thousand costs more than to make them.
    """

    __slots__ = ("_arrival", "_replies")

    # As for effects.
    def __init__(self, arrival: Arrival, replies: tuple[tuple[Any, float], ...]) -> None:
        self._arrival = arrival
        self._replies = replies

    def __getitem__(self, index: Any) -> Any:
        """Return an entry, or some of them."""
        return self._entries()[index]

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._entries())

    def __iter__(self) -> Iterator[Entry]:
        """Go through the entries."""
        return iter(self._entries())

    def _entries(self) -> list[Entry]:
        recording = Recording()
        flow, answer = run(self._arrival, recording.entries.append), None
        with contextlib.suppress(StopIteration):
            effect = flow.send(None)
            for answer, duration_ms in self._replies:
                recording.hear(effect, answer, duration_ms)
                effect = flow.send(answer)
        return recording.entries


class Streamed(msgspec.Struct, kw_only=True):
    """What became of a response that was passed on as it came, and that nobody has kept.

    ``first_byte_ms`` is when its first byte was there, from the request on, None where there was none. ``ended`` is
    None while it is under way.
    """

    body_bytes: int = 0
    first_byte_ms: float | None = None
    ended: str | None = None


class Trace(msgspec.Struct, kw_only=True):
    """One request; ``duration_ms`` and ``response`` are None while it is under way.

    The body of a response that was ``streamed`` is not in ``response``; its end is the request's.

    ``body_bytes`` is how much memory its bodies hold (``held_bytes``). ``entries`` of a finished
    request are a ``Replay``. ``clock`` says how the clock differed from the machine's, None where it did not.
    """

    request_id: str
    entries: Sequence[Entry]
    started_at: float
    clock: str | None = None
    response: WireResponse | None = None
    duration_ms: float | None = None
    body_bytes: int = 0
    streamed: Streamed | None = None


class Ids(Protocol):
    """The ids of a request, as an arrival has them."""

    @property
    def request_id(self) -> str:
        """A UUID."""
        ...

    @property
    def extended_request_id(self) -> str:
        """Ends in ``=``."""
        ...

    @property
    def trace_root(self) -> str:
        """As ``1-8hex-24hex``."""
        ...

    @property
    def trace_parent(self) -> str:
        """As 16 hex digits."""
        ...


class ConstantCall(msgspec.Struct, frozen=True, gc=False):
    """A request that was answered the short way: what its trace is made from when somebody asks.

    ``client`` and what follows are of the request itself. ``granted`` is what the throttle answered.
    """

    constant: Constant
    ids: Ids
    granted: Granted
    client: str
    server_port: int
    tls: TlsSession | None
    arrived_at: float
    duration_ms: float
    clock: str | None

    @property
    def request_id(self) -> str:
        """The id of the request."""
        return self.ids.request_id

    @property
    def body_bytes(self) -> int:
        """How much memory its bodies hold: none, since they are those of all such requests."""
        return 0

    def trace(self) -> Trace:
        """Tell what happened."""
        first, ids = self.constant.arrival, self.ids
        wire = msgspec.structs.replace(
            first.wire, client=self.client, server_port=self.server_port, tls=self.tls, arrived_at=self.arrived_at
        )
        arrival = msgspec.structs.replace(
            first,
            wire=wire,
            caller=msgspec.structs.replace(first.caller, source_ip=self.client),
            request_id=ids.request_id,
            extended_request_id=ids.extended_request_id,
            trace_root=ids.trace_root,
            trace_parent=ids.trace_parent,
        )
        return Trace(
            request_id=ids.request_id,
            entries=Replay(arrival, ((self.granted, 0.0),)),
            started_at=self.arrived_at,
            clock=self.clock,
            response=answer_constant(
                self.constant, request_id=ids.request_id, extended_request_id=ids.extended_request_id
            ),
            duration_ms=self.duration_ms,
        )


class TraceLog:
    """The latest traces by request id, bounded in number and in bytes."""

    def __init__(self, *, max_traces: int = MAX_TRACES, max_bytes: int = MAX_TRACE_BYTES) -> None:
        self._traces: OrderedDict[str, Trace | ConstantCall] = OrderedDict()
        self._max_traces = max_traces
        self._max_bytes = max_bytes
        self._bytes = 0

    def add(self, trace: Trace | ConstantCall) -> None:
        """Keep a finished trace, and let the oldest go."""
        request_id, traces = trace.request_id, self._traces
        if request_id in traces:
            self._bytes -= traces.pop(request_id).body_bytes
        traces[request_id] = trace
        self._bytes += trace.body_bytes
        while len(traces) > self._max_traces or (self._bytes > self._max_bytes and len(traces) > 1):
            _, oldest = traces.popitem(last=False)
            self._bytes -= oldest.body_bytes

    def get(self, request_id: str) -> Trace | None:
        """Find a trace."""
        found = self._traces.get(request_id)
        return found.trace() if isinstance(found, ConstantCall) else found

    def latest(self) -> list[Trace]:
        """Return all traces, the latest first."""
        return [
            found.trace() if isinstance(found, ConstantCall) else found for found in reversed(self._traces.values())
        ]


def held_bytes(wire: WireRequest, replies: Iterable[tuple[Any, float]], response: WireResponse) -> int:
    """Count the bodies that the trace of a finished request keeps: the client's, the world's and the response's.

    A body that was handed on unchanged is one.
    """
    bodies = {id(wire.body): len(wire.body)}
    if isinstance(response.body, bytes):
        bodies[id(response.body)] = len(response.body)
    for answer, _ in replies:
        read = _BODIES.get(type(answer))
        if read is not None:
            body = read(answer)
            bodies[id(body)] = len(body)
    return sum(bodies.values())


# Each type is bound to its own reader, which one signature for all cannot say.
_BODIES: Mapping[type, Callable[[Any], bytes]] = {
    BackendAnswer: lambda answer: answer.body,
    FunctionAnswer: lambda answer: answer.payload,
    Head: lambda answer: answer.content,
    KeptResponse: lambda answer: answer.body,
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
    told = _told(trace)
    secrets = [entry.api_key for entry in trace.entries if isinstance(entry, Admitted) and entry.api_key]
    # A template may write the caller's key anywhere.
    return {name: without_secret(value, secrets[0]) for name, value in told.items()} if secrets else told


def _told(trace: Trace) -> Mapping[str, Json]:
    response = trace.response
    return {
        **summarize(trace),
        "clock": trace.clock,
        "steps": [_describe(entry) for entry in trace.entries],
        "response": {
            "status": response.status,
            "headers": _headers(response.headers),
            **_response_body(trace.streamed, response.body),
        }
        if response
        else None,
    }


def _response_body(streamed: Streamed | None, body: bytes | Body) -> Mapping[str, Json]:
    """Tell the body of a response, of one that was streamed how much there was and how it ended."""
    if streamed is None and isinstance(body, bytes):
        return {"body": _body(body)}
    streamed = streamed or Streamed()
    return {
        "body": _STREAMED,
        "body_bytes": streamed.body_bytes,
        "first_byte_ms": None if streamed.first_byte_ms is None else round(streamed.first_byte_ms, 3),
        "ended": streamed.ended or "under way",
    }


def _describe(entry: Entry) -> Mapping[str, Json]:
    if isinstance(entry, Exchange):
        return {"stage": "effect", "asked": _fields(entry.effect), "answered": _answer(entry)}
    stage, details = _DESCRIPTIONS[type(entry)]
    return {"stage": stage, **details(entry)}


def _arrival(entry: Arrival) -> Mapping[str, Json]:
    return {
        "method": entry.wire.method,
        "target": entry.target,
        "headers": _headers(entry.wire.headers),
        "body": _body(entry.wire.body),
        "client": entry.wire.client,
        "taken_on": entry.caller.assumed.name if entry.caller.assumed else None,
        "tls": None if entry.wire.tls is None else f"{entry.wire.tls.version} {entry.wire.tls.cipher}",
        "vpc_endpoint": entry.caller.vpc_endpoint,
        "domain": None if entry.domain is None else f"{entry.domain.domain.name}, by {entry.domain.by}",
    }


def _turned_away(entry: TurnedAway) -> Mapping[str, Json]:
    return {"method": entry.method, "target": entry.target, "client": entry.client}


def _addressed(entry: Addressed) -> Mapping[str, Json]:
    return {
        "api": entry.stage.api.name,
        "stage_name": entry.stage.name,
        "deployment_id": entry.stage.deployment_id,
        "canary": _canary(entry),
        "path": entry.path,
        "query": entry.raw_query,
        "dropped_headers": [
            name
            for name, _ in entry.arrival.wire.headers
            if all(name.lower() != kept.lower() for kept, _ in entry.headers)
        ],
        "trace_id": entry.trace_id,
    }


def _canary(entry: Addressed) -> str | None:
    """Tell whose request it is, the stage's or its canary's, and what decided; None where there is no canary."""
    stage, draw = entry.arrival.api.stages[entry.stage.name], entry.arrival.canary_draw
    if stage.canary is None:
        return None
    whose = "the canary's" if entry.stage.is_canary else "the stage's"
    return f"{whose} request: {draw:.3f} was drawn of 100, and the canary takes what is below {stage.canary.percent:g}"


def _matched(entry: Matched) -> Mapping[str, Json]:
    return {
        "method": f"{entry.method.verb} {entry.method.resource_path}",
        "path_parameters": dict(entry.route.path_parameters),
        "settings": _settings(entry),
        "integration": entry.method.method.integration.type if entry.method.method.integration else None,
    }


def _settings(entry: Matched) -> Mapping[str, Json]:
    """Tell what the stage sets for the method; nothing where it sets nothing."""
    stage = entry.addressed.stage
    if not stage.settings.methods:
        return {}
    settings = settings_of(stage, entry.method)
    return {
        "caching": settings.is_cached,
        "cache_ttl_seconds": settings.cache_ttl_seconds,
        "cache_encrypted": settings.is_cache_encrypted,
        "authorizes_invalidation": settings.authorizes_invalidation,
        "logging_level": settings.logging_level,
        "data_trace": settings.has_data_trace,
        "metrics": settings.has_metrics,
        "rate_per_second": settings.rate,
        "burst": settings.burst,
    }


def _hit(entry: Hit) -> Mapping[str, Json]:
    age = entry.validated.addressed.arrival.wire.arrived_at - entry.kept.kept_at
    return {
        "cache": f"hit: an answer is kept since {age:.3f} s",
        **_cache_key(entry.namespace, entry.key, ignored=entry.ignored),
        "status": entry.kept.status,
        "headers": _headers(entry.kept.headers),
        "body": _body(entry.kept.body),
    }


def _missed(entry: Missed) -> Mapping[str, Json]:
    return {
        "cache": f"miss: {entry.reason}",
        **_cache_key(entry.namespace, entry.key, ignored=entry.ignored),
        "ttl_seconds": entry.ttl_seconds,
    }


def _uncached(entry: Uncached) -> Mapping[str, Json]:
    return {"cache": f"not asked: {entry.reason}"}


def _stored(entry: Stored) -> Mapping[str, Json]:
    return {"cache": f"not kept: {entry.reason}" if entry.reason else f"kept for {entry.ttl_seconds} s"}


def _cache_key(namespace: str, key: CacheKey, *, ignored: bool) -> Mapping[str, Json]:
    """Tell what tells answers apart, credentials covered."""
    told: dict[str, Json] = {}
    for parameter, values in key:
        is_header = parameter.source.kind in {SourceKind.HEADER, SourceKind.MULTI_HEADER}
        lines = tuple((parameter.source.name, value) for value in values)
        told[parameter.text] = [value for _, value in (masked_headers(lines) if is_header else lines)]
    return {
        "namespace": namespace,
        "key": told,
        "cache_control": "ignored, since the caller may not have answers forgotten" if ignored else None,
    }


def _compressed(entry: Compressed) -> Mapping[str, Json]:
    if entry.coding is None:
        return {"coding": None, "reason": entry.reason}
    return {"coding": entry.coding, "before_bytes": entry.before_bytes, "after_bytes": len(entry.body)}


def _authorized(entry: Authorized) -> Mapping[str, Json]:
    return {"by": entry.by, "authorizer": dict(entry.authorizer) if entry.authorizer is not None else None}


def _admitted(entry: Admitted) -> Mapping[str, Json]:
    """Tell which key and plan let the request pass, and how full each bucket is after it."""
    quota = entry.granted.quota
    buckets = [
        {
            "limits": limit.scope.value,
            "rate_per_second": limit.rate,
            "burst": limit.burst,
            "tokens": round(tokens, 3),
        }
        for limit, tokens in zip(entry.limits, entry.granted.tokens, strict=True)
    ]
    told: dict[str, Json] = {"buckets": buckets}
    if entry.api_key is not None and entry.subscription is not None:
        told["api_key"] = {"id": entry.api_key_id, "value": masked(entry.api_key)}
        told["usage_plan"] = {"id": entry.subscription.plan_id, "name": entry.subscription.plan_name}
    if quota is not None:
        told["quota"] = {
            "period": quota.period,
            "since": f"{to_date(quota.began_on)}",
            "limit": quota.allowed,
            "used": quota.used,
            "remaining": quota.allowed - quota.used,
        }
    return told


def _nothing(entry: Validated) -> Mapping[str, Json]:
    del entry
    return {}


def _prepared_mock(entry: PreparedMock) -> Mapping[str, Json]:
    return {**_template(entry.rendered), "body": _cut(entry.body), "status": entry.status}


def _prepared_http(entry: PreparedHttp) -> Mapping[str, Json]:
    return {
        **_template(entry.rendered),
        "method": entry.method,
        "url": entry.url,
        "headers": _headers(entry.headers),
        "body": _body(entry.body),
    }


def _prepared_function(entry: PreparedFunction) -> Mapping[str, Json]:
    return {**_template(entry.rendered), "function": entry.arn, "event": _event(entry)}


def _mock_answer(entry: MockAnswer) -> Mapping[str, Json]:
    return {"status": entry.prepared.status}


def _http_answer(entry: HttpAnswer) -> Mapping[str, Json]:
    return {
        "status": entry.answer.status,
        "headers": _headers(entry.answer.headers),
        "body": _body(entry.answer.body),
    }


def _http_stream(entry: HttpStream) -> Mapping[str, Json]:
    return {"status": entry.answer.status, "headers": _headers(entry.answer.headers), "body": _STREAMED}


def _function_stream(entry: ProxyStream) -> Mapping[str, Json]:
    return {"status": entry.status, "headers": _headers(entry.headers), "body": _STREAMED, "cold": entry.answer.cold}


def _function_answer(entry: ProxyAnswer | FunctionResult) -> Mapping[str, Json]:
    return {
        "payload": _body(entry.answer.payload),
        "function_ms": round(entry.answer.duration_ms, 3),
        "cold": entry.answer.cold,
    }


def _mapped(entry: Mapped) -> Mapping[str, Json]:
    return {
        "integration_response": entry.selected.status if entry.selected else None,
        **_template(entry.rendered),
        "status": entry.status,
        "headers": _headers(entry.headers),
        "body": _body(entry.body) if isinstance(entry.body, bytes) else _STREAMED,
    }


def _failed(entry: Failed) -> Mapping[str, Json]:
    return {
        "response_type": entry.response_type,
        "reason": entry.reason,
        **_template_fault(entry.template_fault),
        "status": entry.status,
        "body": entry.body,
    }


def _template(rendered: Rendered | None) -> dict[str, Json]:
    """Tell a rendering beside its template and what that saw; nothing of a constant."""
    if rendered is None or rendered.scope is None:
        return {}
    text = rendered.template.text
    template: Json = {
        "text": _cut(text),
        "sees": _seen(text, rendered.scope),
        "rendering": _cut(rendered.text),
        "notices": [f"line {notice.position.line}: {notice.message}" for notice in rendered.notices],
    }
    return {"template": template}


def _template_fault(fault: TemplateFault | None) -> dict[str, Json]:
    if fault is None:
        return {}
    template: Json = {
        "text": _cut(fault.text),
        "sees": _seen(fault.text, fault.scope) if fault.scope else {},
        "caret": _cut(fault.caret),
        "value": fault.value,
        "hint": fault.hint,
    }
    return {"template": template}


def _seen(text: str, scope: Scope) -> dict[str, Json]:
    """Tell what a template could see, of that what its text names."""
    params = {
        "path": _named(text, scope.path),
        "querystring": _named(text, scope.querystring),
        "header": _named(text, dict(masked_headers(tuple(scope.header.items())))),
    }
    seen: dict[str, tuple[str, Json]] = {
        "body": ("$input", _cut(scope.body)),
        "params": ("params", {name: group for name, group in params.items() if group}),
        "stageVariables": ("stageVariables", _named(text, scope.stage_variables)),
        "context": ("context", _named(text, masked_context(scope.context))),
    }
    return {name: value for name, (word, value) in seen.items() if word in text and value}


def _named(text: str, values: Mapping[str, Json]) -> Mapping[str, Json]:
    """Choose the values that a template names; all of them where it may go through them."""
    if any(word in text for word in _WALKING):
        return dict(values)
    return {name: value for name, value in values.items() if name in text}


_WALKING = ("params()", "keySet", "entrySet", "values()", ".get($", "[$", "params($")
"""What a template goes through parameters with, whose names are not in its text then."""


# Each type is bound to its own describer, which one signature for all cannot say.
_DESCRIPTIONS: Mapping[type, tuple[str, Callable[[Any], Mapping[str, Json]]]] = {
    Arrival: ("arrival", _arrival),
    TurnedAway: ("arrival", _turned_away),
    Addressed: ("address", _addressed),
    Matched: ("match", _matched),
    Authorized: ("authorize", _authorized),
    Admitted: ("admit", _admitted),
    Validated: ("validate", _nothing),
    Hit: ("cache", _hit),
    Missed: ("cache", _missed),
    Uncached: ("cache", _uncached),
    Stored: ("cache", _stored),
    Compressed: ("compress", _compressed),
    PreparedMock: ("prepare", _prepared_mock),
    PreparedHttp: ("prepare", _prepared_http),
    PreparedFunction: ("prepare", _prepared_function),
    MockAnswer: ("integrate", _mock_answer),
    HttpAnswer: ("integrate", _http_answer),
    HttpStream: ("integrate", _http_stream),
    ProxyAnswer: ("integrate", _function_answer),
    ProxyStream: ("integrate", _function_stream),
    FunctionResult: ("integrate", _function_answer),
    Mapped: ("respond", _mapped),
    Failed: ("gateway response", _failed),
}


def _answer(entry: Exchange) -> Json:
    """Tell what the world answered; of what was kept, that it was there."""
    return _kind(entry.answer) if isinstance(entry.effect, Keeping) else _fields(entry.answer)


def _kind(value: object) -> dict[str, Json]:
    return {"kind": type(value).__name__}


def _fields(value: object) -> Json:
    """Tell an effect or its answer: the fields that are short, no payload, and no key of what is kept."""
    told = _kind(value)
    for name in getattr(value, "__struct_fields__", ()):
        if name == "key" and isinstance(value, Keeping):
            continue
        content = getattr(value, name)
        if isinstance(content, str | int | float | bool):
            told[name] = content
        elif isinstance(content, bytes):
            told[f"{name}_bytes"] = len(content)
        elif isinstance(content, Effect):
            told[name] = _fields(content)
        elif content is not None and hasattr(content, "value"):
            told[name] = str(content.value)
    return told


def _headers(headers: Headers) -> list[Json]:
    """Tell header lines, credentials covered."""
    return [[name, value] for name, value in masked_headers(headers)]


def _event(entry: PreparedFunction) -> str:
    """Tell the event of a function; that of a proxy integration repeats the client's headers."""
    is_proxy = isinstance(entry.validated.matched.method.integration, LambdaProxyIntegration)
    return _body(masked_event(entry.payload) if is_proxy else entry.payload)


def _body(body: bytes) -> str:
    # A character takes four bytes at most.
    return _cut(as_text(body[: 4 * (MAX_BODY_CHARACTERS + 1)]))


def _cut(text: str) -> str:
    return text if len(text) <= MAX_BODY_CHARACTERS else f"{text[:MAX_BODY_CHARACTERS]} [TRUNCATED]"
