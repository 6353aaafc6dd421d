"""The form of a request case; README.md beside this module shows one."""

from __future__ import annotations

import base64
from typing import Annotated, Any

import msgspec
import orjson
import yaml

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    BackendStream,
    FunctionAnswer,
    FunctionStream,
    FunctionUnavailable,
    Unavailable,
)
from tests.cases.script import ScriptedBody

Words = Annotated[str, msgspec.Meta(min_length=1)]

# Free JSON, as YAML has it.
FreeJson = Any


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """A body in one of three spellings; none of them is no body."""

    body: str | None = None
    body_base64: str | None = None
    json: FreeJson = msgspec.UNSET

    def content(self) -> bytes:
        """Return the bytes."""
        if self.json is not msgspec.UNSET:
            return orjson.dumps(self.json)
        if self.body_base64 is not None:
            return base64.b64decode(self.body_base64)
        return (self.body or "").encode()


class BackendSays(Body, forbid_unknown_fields=True):
    """What a backend answers, all at once or in pieces, or why it does not."""

    status: int = 200
    headers: dict[str, str | list[str]] = {}
    streams: list[str] | None = None
    fault: str | None = None

    def answer(self) -> BackendAnswer | BackendStream | BackendFailure:
        """Return the answer to the effect."""
        if self.fault is not None:
            return BackendFailure(fault=BackendFault[self.fault])
        if self.streams is not None:
            body = ScriptedBody(*(piece.encode() for piece in self.streams))
            return BackendStream(status=self.status, headers=header_lines(self.headers), body=body)
        return BackendAnswer(status=self.status, headers=header_lines(self.headers), body=self.content())


class FunctionSays(msgspec.Struct, forbid_unknown_fields=True):
    """What a function returns as JSON or as raw ``payload``, or streams, or why it does not.

    ``breaks`` is why a stream breaks off behind its pieces.
    """

    returns: FreeJson = msgspec.UNSET
    payload: str | None = None
    streams: list[str] | None = None
    breaks: str | None = None
    raises: FreeJson = msgspec.UNSET
    unavailable: str | None = None

    def answer(self) -> FunctionAnswer | FunctionStream | FunctionUnavailable:
        """Return the answer to the effect."""
        if self.streams is not None:
            pieces = (piece.encode() for piece in self.streams)
            return FunctionStream(payload=ScriptedBody(*pieces, broken=self.breaks))
        if self.unavailable is not None:
            return FunctionUnavailable(reason=Unavailable[self.unavailable])
        if self.raises is not msgspec.UNSET:
            return FunctionAnswer(payload=orjson.dumps(self.raises), failed=True)
        if self.payload is not None:
            return FunctionAnswer(payload=self.payload.encode())
        result = {"statusCode": 200} if self.returns is msgspec.UNSET else self.returns
        return FunctionAnswer(payload=orjson.dumps(result))


class Call(Body, forbid_unknown_fields=True):
    """What a backend has to be asked; ``headers`` is a part of them, what is left out is not compared.

    ``through`` is the address that stands for a VPC link, ``idle_ms`` how long a stream may pause.
    """

    method: str | None = None
    url: str | None = None
    through: str | None = None
    certificate: str | None = None
    idle_ms: int | None = None
    headers: dict[str, str] = {}
    headers_absent: list[str] = []
    answer: BackendSays = msgspec.field(default_factory=BackendSays)


class Invoke(msgspec.Struct, forbid_unknown_fields=True):
    """What a function has to be asked; ``event`` is a part of it."""

    function: str | None = None
    event: dict[str, FreeJson] = {}
    event_absent: list[str] = []
    answer: FunctionSays = msgspec.field(default_factory=FunctionSays)


class Expect(Body, forbid_unknown_fields=True):
    """What the client has to get; ``failure`` and ``reason`` are what the trace has to say of it.

    ``access_log`` is the line in the log of the stage.
    """

    status: int = 200
    headers: dict[str, str] = {}
    headers_absent: list[str] = []
    failure: str | None = None
    reason: str | None = None
    access_log: str | None = None


class Step(Body, forbid_unknown_fields=True, kw_only=True):
    """A request, what it asks of the world, and what comes back.

    ``after_seconds`` is how long after the first moment of the case it comes; ``authorizer`` is asked before the rest.
    ``canary_draw`` is what decides about a canary.
    """

    request: str
    headers: dict[str, str | list[str]] = {}
    client: str = "127.0.0.1"
    after_seconds: float = 0
    canary_draw: float = 50
    authorizer: Invoke | None = None
    call: Call | None = None
    invoke: Invoke | None = None
    expect: Expect = msgspec.field(default_factory=Expect)
    note: str = ""


class Api(msgspec.Struct, forbid_unknown_fields=True):
    """The API of a case, in the words of ``short_api.rest_api``."""

    methods: dict[str, FreeJson]
    stages: dict[str, dict[str, FreeJson]] | None = None
    vpc_links: dict[str, str] = {}
    fields: dict[str, FreeJson] = {}


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """Behaviour of API Gateway: why it matters, where it is known from, and the requests that show it.

    With ``keeps``, what one step leaves behind is there for the next. ``keys`` and ``plans`` are in the words of
    ``short_api.usage_plans``.
    """

    why: Words
    source: Words
    api: Api
    steps: list[Step]
    keeps: bool = False
    keys: dict[str, dict[str, FreeJson]] = {}
    plans: dict[str, dict[str, FreeJson]] = {}


def header_lines(headers: dict[str, str | list[str]]) -> tuple[tuple[str, str], ...]:
    """Write headers as lines; a list of values is several lines."""
    return tuple(
        (name, value) for name, values in headers.items() for value in ([values] if isinstance(values, str) else values)
    )


def read_case(text: str) -> Case:
    """Read a case; names that the form does not have are refused."""
    return msgspec.convert(yaml.safe_load(text), Case)
