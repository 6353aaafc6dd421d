"""What each stage of a request hands to the next: the steps of a trace.

Every result holds the one before it, so that a stage may rely on what its signature names and on no more. None of
them can come to refer to itself, so the collector of cycles need not know them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from forestage.preview.engine.overrides import NO_OVERRIDES, Overrides

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.principals import Identity, KnownPrincipal, PresentedCertificate
    from forestage.model.values import Json
    from forestage.preview.compile.domains import DomainRuntime
    from forestage.preview.compile.endpoints import VpcEndpoint
    from forestage.preview.compile.response_cache import KeyParameter
    from forestage.preview.compile.router import Route
    from forestage.preview.compile.runtime import ApiRuntime, CompiledMethod, ResponseMapping, StageRuntime
    from forestage.preview.compile.usage import Limit, Subscription
    from forestage.preview.engine.effects import (
        BackendAnswer,
        BackendStream,
        FunctionAnswer,
        FunctionStream,
        Granted,
    )
    from forestage.preview.engine.rendering import Rendered
    from forestage.preview.engine.wire import Body, Headers, WireRequest


class Caller(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a request came from, as policies and ``$context.identity`` see it.

    ``vpc_endpoint`` and ``vpc`` are those of a private API's callers. ``assumed`` is the identity that a developer
    took on, None where the caller is who it is.
    """

    source_ip: str
    vpc_endpoint: str | None = None
    vpc: str | None = None
    client_certificate: PresentedCertificate | None = None
    assumed: Identity | None = None


class Uncertified(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A client has not the certificate that a domain demands; ``logged`` is what API Gateway's execution log says."""

    reason: str
    logged: str


class DomainCall(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a custom domain leads a request to; ``by`` is the mapping or rule that says so.

    ``path`` is what the API sees, ``called_path`` is the whole of it, with ``base_path``; both have no query.
    ``rule_id`` is the id of the routing rule, None where a mapping decided. With ``uncertified`` the stage is found,
    and no more.
    """

    domain: DomainRuntime
    by: str
    api_id: str
    stage: str
    path: str
    called_path: str
    base_path: str
    rule_id: str | None = None
    uncertified: Uncertified | None = None


class Arrival(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A request with what the rim made up for it.

    ``principals`` are those whose signatures are known, by access key id. ``request_id`` is a UUID,
    ``extended_request_id`` ends in ``=``, ``trace_root`` is ``1-8hex-24hex`` and ``trace_parent`` 16 hex digits.
    ``canary_draw`` is drawn between 0 and 100, the latter not among them; what is below the percentage of a stage's
    canary goes to the canary. ``domain`` is there where the request came to a custom domain. ``vpc_endpoint`` is the
    caller's, where the template has it; ``by_alias`` is true where the Host names it together with the API.
    """

    wire: WireRequest
    caller: Caller
    principals: Mapping[str, KnownPrincipal]
    api: ApiRuntime
    target: str
    request_id: str
    extended_request_id: str
    trace_root: str
    trace_parent: str
    canary_draw: float
    domain: DomainCall | None = None
    vpc_endpoint: VpcEndpoint | None = None
    by_alias: bool = False

    @property
    def endpoint_type(self) -> str:
        """The kind of endpoint that the request came to: the custom domain's, or the API's own."""
        return self.api.identity.endpoint_type if self.domain is None else self.domain.domain.endpoint_type

    @property
    def has_guards(self) -> bool:
        """Whether other policies than the API's own have to allow the request: a VPC endpoint's, a private domain's."""
        if self.domain is not None and self.domain.domain.is_private:
            return True
        return self.vpc_endpoint is not None and self.vpc_endpoint.policy is not None


class Addressed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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

    @property
    def event_path(self) -> str:
        """The path as a function is told of it, which has the base path of a custom domain.

        Source: endpoints.md section 3 (documented).
        """
        domain = self.arrival.domain
        return self.path if domain is None else domain.called_path


class Matched(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The method is known."""

    addressed: Addressed
    route: Route

    @property
    def method(self) -> CompiledMethod:
        """The method that serves the request."""
        return self.route.method


class Authorized(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The caller may call; ``by`` says what decided it.

    ``identity`` is what is known of the caller, laid over ``$context.identity``. ``authorizer`` is
    ``$context.authorizer``, None where no authorizer spoke. ``usage_key`` is the API key that it named.
    ``may_invalidate_cache`` is whether the caller may have cached answers forgotten.
    """

    matched: Matched
    by: str
    identity: Mapping[str, Json] = msgspec.field(default_factory=dict)
    authorizer: Mapping[str, Json] | None = None
    usage_key: str | None = None
    may_invalidate_cache: bool = False


class Admitted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Key, throttle and quota let the request pass; the key is None where the method demands none.

    ``limits`` are the buckets that were asked, in order, and ``granted`` says how they stand.
    """

    authorized: Authorized
    limits: tuple[Limit, ...]
    granted: Granted
    api_key: str | None = None
    api_key_id: str | None = None
    subscription: Subscription | None = None


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


class Validated(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


CacheKey: TypeAlias = "tuple[tuple[KeyParameter, tuple[str, ...]], ...]"
"""The parameters that tell cached answers apart, each with its values."""


class KeptResponse(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A response that a stage keeps; ``kept_at`` is in seconds since the epoch."""

    status: int
    headers: Headers
    body: bytes
    kept_at: float


class Hit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The stage has kept an answer; ``ignored`` where the client wanted it forgotten and may not."""

    validated: Validated
    namespace: str
    key: CacheKey
    kept: KeptResponse
    ignored: bool = False


class Missed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The stage has no answer, and keeps the coming one under ``digest``; ``ignored`` as in a hit."""

    namespace: str
    key: CacheKey
    digest: str
    ttl_seconds: int
    reason: str
    ignored: bool = False


class Uncached(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The stage has a cache, and the method does not use it."""

    reason: str


class Stored(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The response is kept for ``ttl_seconds``; None where it is not, for a ``reason``."""

    ttl_seconds: int | None = None
    reason: str | None = None


class PreparedMock(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The request template of a mock was rendered; ``status`` is the integer it names.

    ``rendered`` of this and the others is the rendering of a template that had to be evaluated.
    """

    validated: Validated
    body: str
    status: int
    overrides: Overrides = NO_OVERRIDES
    rendered: Rendered | None = None


class PreparedHttp(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The request for an HTTP backend; ``through`` is the address that stands for its VPC link."""

    validated: Validated
    method: str
    url: str
    headers: Headers
    body: bytes
    through: str | None = None
    overrides: Overrides = NO_OVERRIDES
    rendered: Rendered | None = None


class PreparedFunction(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The event for a function; ``asynchronous`` where the client does not wait for it."""

    validated: Validated
    arn: str
    payload: bytes
    asynchronous: bool = False
    overrides: Overrides = NO_OVERRIDES
    rendered: Rendered | None = None


Prepared: TypeAlias = PreparedMock | PreparedHttp | PreparedFunction


class MockAnswer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A mock's answer: a status and no body."""

    prepared: PreparedMock


class HttpAnswer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A backend answered."""

    prepared: PreparedHttp
    answer: BackendAnswer


class HttpStream(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A backend has begun to answer."""

    prepared: PreparedHttp
    answer: BackendStream


class ProxyAnswer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A function answered in the form of the proxy integration."""

    prepared: PreparedFunction
    answer: FunctionAnswer
    status: int
    headers: Headers
    body: bytes


class ProxyStream(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A function has begun to answer, or has answered at once: its metadata is read, and ``body`` is the payload."""

    prepared: PreparedFunction
    answer: FunctionAnswer | FunctionStream
    status: int
    headers: Headers
    body: Body


class FunctionResult(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A function answered an integration that is no proxy: with a result, or an error to select by."""

    prepared: PreparedFunction
    answer: FunctionAnswer


Answered: TypeAlias = MockAnswer | HttpAnswer | HttpStream | ProxyAnswer | ProxyStream | FunctionResult


class Mapped(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The response, before the gateway adds its own headers.

    ``selected`` is the integration response that was chosen, None for a proxy. ``rendered`` is the rendering of a
    template that had to be evaluated. ``body`` is on its way where the integration's answer is streamed.
    """

    validated: Validated
    status: int
    headers: Headers
    body: bytes | Body
    selected: ResponseMapping | None = None
    rendered: Rendered | None = None


class Compressed(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The body as it is sent, of ``before_bytes`` once; without a ``coding`` it is as it was, for a ``reason``."""

    before_bytes: int
    body: bytes
    coding: str | None = None
    reason: str | None = None
