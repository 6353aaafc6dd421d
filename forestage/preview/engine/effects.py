"""What the data plane asks of the world: frozen questions that are awaited, and their answers.

The engine never performs an effect. A driver runs its coroutines with ``.send()`` and answers each effect
(``forestage.preview.host.driver``); a test plays a script of effects and answers the same way.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeAlias, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Generator

    from forestage.preview.compile.usage import KnownKey, Limit, Subscription
    from forestage.preview.engine.wire import Body, Headers
    from forestage.tokens import KeySet

T = TypeVar("T")


class Effect(Generic[T]):
    """A question whose answer is of type ``T``.

    ``is_told`` is false where the result of the stage that asks tells all, so that a trace need not.
    """

    __slots__ = ()

    is_told: ClassVar[bool] = True

    def __await__(self) -> Generator[Effect[T], T, T]:
        answer: T = yield self
        return answer


class Unavailable(Enum):
    """Why a function could not be invoked at all."""

    NOT_FOUND = "no such function in this deployment"
    NOT_PERMITTED = "the gateway may not invoke the function"
    THROTTLED = "the function is throttled"
    NO_RUNTIME = "this machine cannot run the function"
    NO_CODE = "the function's code is not on this machine"
    TOO_LARGE = "the event is larger than the function may be sent"
    INTEGRATION_TIMEOUT = "the function did not answer within the integration's timeout"


class FunctionAnswer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What Lambda's Invoke returned.

    ``payload`` is the function's result, or ``{"errorMessage": ..., "errorType": ...}`` as JSON when
    ``failed``: the function raised, timed out, exited, or its init failed (``X-Amz-Function-Error``).
    ``duration_ms`` is the time in the function, ``cold`` whether a process was started for it.
    """

    payload: bytes
    failed: bool = False
    duration_ms: float = 0.0
    cold: bool = False


class FunctionStream(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What Lambda's InvokeWithResponseStream returned: the function has begun to answer.

    ``cold`` is whether a process was started for it.
    """

    payload: Body
    cold: bool = False


class FunctionUnavailable(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The function was not run; ``detail`` is for people."""

    reason: Unavailable
    detail: str = ""


class InvokeFunction(
    Effect["FunctionAnswer | FunctionUnavailable"], msgspec.Struct, frozen=True, kw_only=True, gc=False
):
    """Lambda's Invoke, ``RequestResponse`` unless ``asynchronous``.

    ``arn`` may be qualified by a version or an alias. ``trace_id`` is the whole ``X-Amzn-Trace-Id``.
    ``source_arn`` is the execute-api ARN of the method, which the function's permissions are held against; it is
    empty where a role invokes.
    After ``timeout_ms`` the gateway no longer waits, and the function goes on. The answer to an asynchronous
    call comes at once and is empty.
    """

    arn: str
    payload: bytes
    request_id: str
    trace_id: str
    source_arn: str
    timeout_ms: int = 29_000
    asynchronous: bool = False


class StreamFunction(
    Effect["FunctionAnswer | FunctionStream | FunctionUnavailable"], msgspec.Struct, frozen=True, kw_only=True, gc=False
):
    """Lambda's InvokeWithResponseStream: the answer is on its way where the function writes it piece by piece.

    It is cut when the time of the invocation is over, or nothing came for ``idle_ms``, and the function goes on.
    """

    invocation: InvokeFunction
    idle_ms: int


class Head(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The beginning of a body.

    ``is_whole`` is true where the delimiter ended it; it is false where the body ended before, broke off, or went on
    for too long, and ``broken`` says why it broke off.
    """

    content: bytes
    is_whole: bool
    broken: str = ""


class Discard(Effect[None], msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Want no more of a body."""

    is_told: ClassVar[bool] = False

    body: Body


class ReadHead(Effect["Head"], msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Read a body up to a delimiter, which is taken off with what is before it, at most ``limit_bytes`` of both."""

    is_told: ClassVar[bool] = False

    body: Body
    delimiter: bytes
    limit_bytes: int


class BackendFault(Enum):
    """Why a backend gave no answer."""

    UNREACHABLE = "the backend cannot be reached, or closed the connection"
    TIMEOUT = "the backend did not answer in time"
    INVALID_ADDRESS = "the address is no address"
    CERTIFICATE = "the backend's certificate does not fit its name"
    TOO_LARGE = "the answer is larger than 10 MB"


class BackendAnswer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A backend's answer, undecoded; header names and order as received."""

    status: int
    headers: Headers
    body: bytes


class BackendStream(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The head of a backend's answer, whose body is on its way."""

    status: int
    headers: Headers
    body: Body


class BackendFailure(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """No answer came; ``detail`` is for people."""

    fault: BackendFault
    detail: str = ""


class CallBackend(Effect["BackendAnswer | BackendFailure"], msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Send an HTTP request exactly so: no header is added but Host and Content-Length, no redirect followed.

    ``url`` is encoded already. ``Host`` is added unless ``headers`` hold one. ``timeout_ms`` covers it all.
    ``through`` is the address that stands for a VPC link: the request goes there, whatever host ``url`` names.
    ``client_certificate`` is the id of the certificate that is shown to a backend that asks for one.
    """

    method: str
    url: str
    headers: Headers
    body: bytes
    timeout_ms: int
    skip_certificate_check: bool = False
    through: str | None = None
    client_certificate: str | None = None


class StreamBackend(Effect["BackendStream | BackendFailure"], msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Send an HTTP request whose answer is passed on as it comes, of any size.

    It is cut when the time of the call is over, or nothing came for ``idle_ms``.
    """

    call: CallBackend
    idle_ms: int


class Keeping(Effect[T]):
    """A question about what is kept under a key of a space, ``authorizer/a1b2c3``.

    Key and value may hold what a client is known by, and are told nobody.
    """

    __slots__ = ()

    space: str
    key: str

    def __repr__(self) -> str:
        return f"{type(self).__name__}(space={self.space!r})"


# What is kept is the business of the stage that keeps it: it recalls what it remembered itself.
class Recall(Keeping["Any | None"], msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Ask for what was kept; None where it is gone or never was."""

    space: str
    key: str


class Remember(Keeping[None], msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Keep a value for ``ttl_seconds``; the eldest of a space go where it holds more than ``capacity_bytes``."""

    space: str
    key: str
    value: Any
    ttl_seconds: float
    size_bytes: int
    capacity_bytes: int


class Forget(Keeping[None], msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Let go of what is kept under a key."""

    space: str
    key: str


class KeysUnavailable(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The keys of an issuer are not to be had; ``detail`` is for people."""

    detail: str


IssuerKeys: TypeAlias = "KeySet | KeysUnavailable"


class FindIssuerKeys(Effect["IssuerKeys"], msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Ask for the keys that an issuer signs its tokens with."""

    issuer: str


FoundApiKey: TypeAlias = "KnownKey | None"


class FindApiKey(Effect["FoundApiKey"], msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Ask which API key a value is, as it stands to a stage; None where it is none."""

    is_told: ClassVar[bool] = False

    api_id: str
    stage: str
    value: str


class QuotaLevel(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How a quota stands in the period that began on a day, counted from 1 January 1970, UTC."""

    used: int
    allowed: int
    period: str
    began_on: int


# Made for every request: positions are faster than names.
class Granted(msgspec.Struct, frozen=True, gc=False):
    """Every bucket had a token, and the quota was not used up; ``tokens`` is what each bucket holds after it."""

    tokens: tuple[float, ...]
    quota: QuotaLevel | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Nothing was taken, since a bucket was empty, or the quota used up where ``limit`` is None.

    ``wait_seconds`` is how long it takes until there is a token, None where there will be none.
    """

    limit: Limit | None
    tokens: float = 0.0
    wait_seconds: float | None = None
    quota: QuotaLevel | None = None


# A struct, since it is asked for every request.
class Spend(Effect["Granted | Refused"], msgspec.Struct, frozen=True, gc=False):
    """Take a token from each bucket, and a request from the quota of a subscription: from all of them or from none.

    They are looked at in order, the quota last.
    """

    is_told: ClassVar[bool] = False

    limits: tuple[Limit, ...]
    subscription: Subscription | None = None
