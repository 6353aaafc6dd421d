"""Plays requests against the data plane, in this process, and judges whether AWS could have sent what comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
import orjson

from forestage.load.json_reader import read_json
from forestage.load.positions import Document, SyntaxFaultError
from forestage.preview.access_log import access_line
from forestage.preview.aws_log import aws_log
from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
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
    Unavailable,
)
from forestage.preview.engine.failures import DEFAULTS
from forestage.preview.engine.gateway_response import Failed
from forestage.preview.engine.rest import run
from forestage.preview.engine.results import Addressed
from forestage.preview.engine.wire import WholeBody
from forestage.preview.host.refusals import Refusal
from forestage.preview.host.response_head import HeadWriter
from forestage.preview.trace import Exchange, Streamed, Trace, summarize, to_json
from tests.cases.script import ARRIVED_AT, REQUEST_ID, Kept, arrival, wire_request
from tests.cases.short_api import API_ID, rest_api, runtime_of, usage_plans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.fuzz.mutation import Mutator
    from forestage.model.principals import KnownPrincipal
    from forestage.preview.engine.effects import Effect
    from forestage.preview.engine.results import Arrival
    from forestage.preview.engine.wire import WireResponse
    from forestage.preview.trace import Entry
    from forestage.tokens import KeySet

ERROR_TYPES: Final = frozenset(
    {
        *(default.error_type for default in DEFAULTS.values()),
        *(refusal.value.error_type for refusal in Refusal),
        "IncompleteSignatureException",
        "UnrecognizedClientException",
        "InternalFailureException",
    }
)
"""What ``x-amzn-ErrorType`` may say."""

_HEAD: Final = HeadWriter(lambda: ARRIVED_AT)

# Fields of the model, as ``short_api`` takes them, and what functions answer.
Fields = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to play."""

    line: str
    headers: tuple[tuple[str, str], ...] = (("Host", "localhost:3000"),)
    body: bytes = b""
    client: str = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """An API and the requests to it, which share what is kept.

    ``function_answers`` and ``backend_bodies`` are what functions and backends answer, in turn; they are changed.
    """

    kind: str
    methods: Fields
    calls: tuple[Call, ...]
    stages: Fields | None = None
    fields: Fields
    keys: Fields
    plans: Fields
    function_answers: tuple[Any, ...] = ({"statusCode": 200},)
    backend_bodies: tuple[str, ...] = ('{"a": 1}',)
    principals: tuple[KnownPrincipal, ...] = ()
    issuer_keys: KeySet | None = None

    def told(self) -> str:
        """Tell all of it."""
        parts = {
            name: getattr(self, name)
            for name in ("methods", "stages", "fields", "keys", "plans", "function_answers", "backend_bodies", "calls")
        }
        try:
            return json.dumps(parts, default=repr)
        except RecursionError:
            return repr(self.calls)


def faults_of(scene: Scene, mutator: Mutator) -> Iterator[str]:
    """Play a scene, and tell every answer that API Gateway could not have sent."""
    methods, stages, fields = (loaded(part) for part in (scene.methods, scene.stages, scene.fields))
    api = runtime_of(rest_api(methods, stages=stages, **fields)).apis[API_ID]
    kept, world = Kept(usage_plans(scene.keys, scene.plans)), _World(scene, mutator)
    for number, call in enumerate(scene.calls):
        wire = wire_request(
            call.line, headers=call.headers, body=call.body, client=call.client, at=ARRIVED_AT + number * 0.5
        )
        arrived = arrival(api, wire, principals=scene.principals, canary_draw=mutator.draw.uniform(0, 99))
        trace = _played(arrived, kept, world)
        yield from (f"{call.line[:200]!r}: {fault}" for fault in _faults(trace))


def _played(arrived: Arrival, kept: Kept, world: _World) -> Trace:
    """Run a request to its end."""
    entries: list[Entry] = []
    immediate = kept.answers(arrived.wire.arrived_at)
    flow, answer = run(arrived, entries.append), None
    try:
        while True:
            effect = flow.send(answer)
            performed = immediate.get(type(effect))
            answer = performed(effect) if performed else world.answer(effect)
            if effect.is_told:
                entries.append(Exchange(effect=effect, answer=answer))
    except StopIteration as end:
        response: WireResponse = end.value
    trace = Trace(request_id=REQUEST_ID, entries=entries, started_at=ARRIVED_AT, response=response, duration_ms=1.5)
    if not isinstance(response.body, bytes):
        trace.streamed = Streamed()
        trace.response = msgspec.structs.replace(response, body=b"")
    return trace


class NoTemplateError(Exception):
    """The loader would refuse what was drawn, so that nothing of it can be played."""


# Parts of the model that are JSON are as the loader reads them; others are left as they are.
def loaded(part: Any) -> Any:
    """Return a part of a template as it comes out of the loader.

    Raises:
        NoTemplateError: the loader refuses it.
    """
    if isinstance(part, dict) and any(isinstance(value, dict) for value in part.values()):
        return dict(zip(loaded(list(part)), map(loaded, part.values()), strict=True))
    try:
        text = json.dumps(part, allow_nan=False)
    except TypeError:
        return part
    except (ValueError, RecursionError):
        raise NoTemplateError from None
    try:
        read_json(Document("drawn.json", text))
    except SyntaxFaultError:
        raise NoTemplateError from None
    return json.loads(text)


class _World:
    """Answers what the data plane asks, with answers that are drawn."""

    def __init__(self, scene: Scene, mutator: Mutator) -> None:
        self._scene = scene
        self._mutator = mutator

    # As in the driver: each effect has the type of its own answer.
    def answer(self, effect: Effect[Any]) -> Any:
        """Answer an effect."""
        match effect:
            case InvokeFunction():
                return self._function()
            case StreamFunction():
                streams = self._mutator.maybe(0.7)
                return FunctionStream(payload=WholeBody(self._payload())) if streams else self._function()
            case CallBackend():
                return self._backend()
            case StreamBackend():
                found = self._backend()
                if isinstance(found, BackendFailure):
                    return found
                return BackendStream(status=found.status, headers=found.headers, body=WholeBody(found.body))
            case ReadHead():
                return Head(content=self._payload()[: effect.limit_bytes], is_whole=self._mutator.maybe(0.8))
            case FindIssuerKeys():
                keys = self._scene.issuer_keys
                return keys if keys is not None else KeysUnavailable(detail="none")
            case Discard():
                return None
            case _:
                raise NotImplementedError(f"nobody answers {type(effect).__name__}")

    def _payload(self) -> bytes:
        drawn = self._mutator.draw.choice(self._scene.function_answers)
        content = json.dumps(self._mutator.json(drawn) if self._mutator.maybe(0.5) else drawn, default=repr)
        return (self._mutator.text(content) if self._mutator.maybe(0.1) else content).encode("utf-8", "surrogatepass")

    def _function(self) -> FunctionAnswer | FunctionUnavailable:
        if self._mutator.maybe(0.05):
            return FunctionUnavailable(reason=self._mutator.draw.choice(list(Unavailable)), detail="drawn")
        return FunctionAnswer(payload=self._payload(), failed=self._mutator.maybe(0.1), duration_ms=1.25)

    def _backend(self) -> BackendAnswer | BackendFailure:
        if self._mutator.maybe(0.05):
            return BackendFailure(fault=self._mutator.draw.choice(list(BackendFault)), detail="drawn")
        body = self._mutator.text(self._mutator.draw.choice(self._scene.backend_bodies))
        kinds = ("application/json", "text/plain; charset=utf-8", "image/png", "", "application/json;;=")
        return BackendAnswer(
            status=self._mutator.draw.choice((200, 201, 204, 301, 304, 400, 404, 418, 500, 503, 599)),
            headers=(
                ("Content-Type", self._mutator.draw.choice(kinds)),
                ("X-A", self._mutator.text("a").encode("latin-1", "replace").decode("latin-1")),
                ("Content-Encoding", self._mutator.draw.choice(("", "gzip", "identity"))),
            ),
            body=body.encode("utf-8", "surrogatepass"),
        )


def _faults(trace: Trace) -> Iterator[str]:
    """Say what is wrong with a response, and what cannot be told of it."""
    response = trace.response
    assert response is not None  # The request has ended.
    names = {name.lower() for name, _ in response.headers}
    if not 100 <= response.status <= 999:
        yield f"status {response.status}"
    if "x-amzn-requestid" not in names:
        yield f"no x-amzn-RequestId in {sorted(names)}"
    _HEAD.head(response.status, response.headers, "", keep_alive=True)
    failed = next((entry for entry in trace.entries if isinstance(entry, Failed)), None)
    if failed is not None:
        yield from shape_faults(response.status, response.headers, response.body, customised=bool(failed.customised_by))
    orjson.dumps(to_json(trace))
    orjson.dumps(summarize(trace))
    for line in aws_log(trace):
        line.encode()
    addressed = next((entry for entry in trace.entries if isinstance(entry, Addressed)), None)
    if addressed is not None and addressed.stage.access_log is not None:
        access_line(addressed.stage.access_log, trace).encode()


# A body of any kind may come.
def shape_faults(
    status: int, headers: tuple[tuple[str, str], ...], body: Any, *, customised: bool = False
) -> Iterator[str]:
    """Say what is wrong with an answer of the gateway's own."""
    kinds = [value for name, value in headers if name.lower() == "x-amzn-errortype"]
    if not customised and not (len(kinds) == 1 and kinds[0] in ERROR_TYPES):
        yield f"x-amzn-ErrorType is {kinds}"
    if not isinstance(body, bytes):
        yield "an answer of the gateway itself is no stream"
    elif not customised:
        yield from _body_faults(status, body)


def _body_faults(status: int, body: bytes) -> Iterator[str]:
    if status < 400:
        yield f"the gateway itself answers {status}"
    try:
        document = json.loads(body)
    except ValueError:
        yield f"the body is no JSON: {body[:200]!r}"
        return
    keys = set(document) if isinstance(document, dict) else set()
    if keys not in ({"message"}, {"Message"}) or not isinstance(next(iter(document.values())), str | None):
        yield f"the body is not that of an error: {body[:200]!r}"
