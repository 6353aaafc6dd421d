"""What each stage of a request hands to the next: the steps of a trace.

Every result holds the one before it, so that a stage may rely on what its signature names and on no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from forestage.preview.engine.overrides import NO_OVERRIDES, Overrides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.preview.compile.router import Route
    from forestage.preview.compile.runtime import ApiRuntime, CompiledMethod, ResponseMapping, StageRuntime
    from forestage.preview.engine.effects import BackendAnswer, FunctionAnswer
    from forestage.preview.engine.wire import Headers, WireRequest


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A request with what the rim made up for it.

    ``request_id`` is a UUID, ``extended_request_id`` ends in ``=``, ``trace_root`` is ``1-8hex-24hex`` and
    ``trace_parent`` 16 hex digits.
    """

    wire: WireRequest
    api: ApiRuntime
    target: str
    request_id: str
    extended_request_id: str
    trace_root: str
    trace_parent: str


class Addressed(msgspec.Struct, frozen=True, kw_only=True):
    """The stage is known, and the request is read.

    ``path`` has no stage and no doubled slashes at its start, ``context_path`` is as called. ``headers`` are
    those that survive the door. ``body`` is decompressed. ``trace_id`` is what backends get.
    """

    arrival: Arrival
    stage: StageRuntime
    verb: str
    path: str
    context_path: str
    raw_query: str
    headers: Headers
    accept: str | None
    content_type: str | None
    body: bytes
    request_id: str
    trace_id: str


class Matched(msgspec.Struct, frozen=True, kw_only=True):
    """The method is known."""

    addressed: Addressed
    route: Route

    @property
    def method(self) -> CompiledMethod:
        """The method that serves the request."""
        return self.route.method


class Authorized(msgspec.Struct, frozen=True, kw_only=True):
    """The caller may call; ``by`` says what decided it.

    ``identity`` is what is known of the caller, laid over ``$context.identity``. ``authorizer`` is
    ``$context.authorizer``, None where no authorizer spoke. ``usage_key`` is the API key that it named.
    """

    matched: Matched
    by: str
    identity: Mapping[str, Json] = msgspec.field(default_factory=dict)
    authorizer: Mapping[str, Json] | None = None
    usage_key: str | None = None


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """Key, throttle and quota let the request pass; the key is None where the method demands none."""

    authorized: Authorized
    api_key: str | None = None
    api_key_id: str | None = None


Reached: TypeAlias = Addressed | Matched | Authorized | Admitted
"""How far a request came before its integration: what ``$context`` is made of."""


def matched_of(reached: Reached) -> Matched | None:
    """Return the method that a request came to; None where it came to none."""
    match reached:
        case Admitted():
            return reached.authorized.matched
        case Authorized():
            return reached.matched
        case Matched():
            return reached
        case _:
            return None


def addressed_of(reached: Reached) -> Addressed:
    """Return the request as it was read."""
    if isinstance(reached, Addressed):
        return reached
    matched = matched_of(reached)
    assert matched is not None  # Only what was addressed alone has no method.
    return matched.addressed


class Validated(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters and body are as the method wants them."""

    admitted: Admitted

    @property
    def matched(self) -> Matched:
        """The method and its parameters."""
        return self.admitted.authorized.matched

    @property
    def addressed(self) -> Addressed:
        """The request as it was read."""
        return self.admitted.authorized.matched.addressed


class PreparedMock(msgspec.Struct, frozen=True, kw_only=True):
    """The request template of a mock was rendered; ``status`` is the integer it names."""

    validated: Validated
    body: str
    status: int
    overrides: Overrides = NO_OVERRIDES


class PreparedHttp(msgspec.Struct, frozen=True, kw_only=True):
    """The request for an HTTP backend."""

    validated: Validated
    method: str
    url: str
    headers: Headers
    body: bytes
    overrides: Overrides = NO_OVERRIDES


class PreparedFunction(msgspec.Struct, frozen=True, kw_only=True):
    """The event for a function; ``asynchronous`` where the client does not wait for it."""

    validated: Validated
    arn: str
    payload: bytes
    asynchronous: bool = False
    overrides: Overrides = NO_OVERRIDES


Prepared: TypeAlias = PreparedMock | PreparedHttp | PreparedFunction


class MockAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A mock's answer: a status and no body."""

    prepared: PreparedMock


class HttpAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A backend answered."""

    prepared: PreparedHttp
    answer: BackendAnswer


class ProxyAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A function answered in the form of the proxy integration."""

    prepared: PreparedFunction
    answer: FunctionAnswer
    status: int
    headers: Headers
    body: bytes


class FunctionResult(msgspec.Struct, frozen=True, kw_only=True):
    """A function answered an integration that is no proxy: with a result, or an error to select by."""

    prepared: PreparedFunction
    answer: FunctionAnswer


Answered: TypeAlias = MockAnswer | HttpAnswer | ProxyAnswer | FunctionResult


class Mapped(msgspec.Struct, frozen=True, kw_only=True):
    """The response, before the gateway adds its own headers.

    ``selected`` is the integration response that was chosen, None for a proxy.
    """

    validated: Validated
    status: int
    headers: Headers
    body: bytes
    selected: ResponseMapping | None = None
