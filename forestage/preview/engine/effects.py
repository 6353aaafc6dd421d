"""What the data plane asks of the world: frozen questions that are awaited, and their answers.

The engine never performs an effect. A driver runs its coroutines with ``.send()`` and answers each effect
(``forestage.preview.host.driver``); a test plays a script of effects and answers the same way.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Generator

    from forestage.preview.engine.wire import Headers

T = TypeVar("T")


class Effect(Generic[T]):
    """A question whose answer is of type ``T``."""

    __slots__ = ()

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
    INTEGRATION_TIMEOUT = "the function did not answer within the integration's timeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionAnswer:
    """What Lambda's Invoke returned.

    ``payload`` is the function's result, or ``{"errorMessage": ..., "errorType": ...}`` as JSON when
    ``failed``: the function raised, timed out, exited, or its init failed (``X-Amz-Function-Error``).
    ``duration_ms`` is the time in the function, ``cold`` whether a process was started for it.
    """

    payload: bytes
    failed: bool = False
    duration_ms: float = 0.0
    cold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionUnavailable:
    """The function was not run; ``detail`` is for people."""

    reason: Unavailable
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvokeFunction(Effect["FunctionAnswer | FunctionUnavailable"]):
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


class BackendFault(Enum):
    """Why a backend gave no answer."""

    UNREACHABLE = "the backend cannot be reached, or closed the connection"
    TIMEOUT = "the backend did not answer in time"
    INVALID_ADDRESS = "the address is no address"
    CERTIFICATE = "the backend's certificate does not fit its name"
    TOO_LARGE = "the answer is larger than 10 MB"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendAnswer:
    """A backend's answer, undecoded; header names and order as received."""

    status: int
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class BackendFailure:
    """No answer came; ``detail`` is for people."""

    fault: BackendFault
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackend(Effect["BackendAnswer | BackendFailure"]):
    """Send an HTTP request exactly so: no header is added but Host and Content-Length, no redirect followed.

    ``url`` is encoded already. ``Host`` is added unless ``headers`` hold one. ``timeout_ms`` covers it all.
    """

    method: str
    url: str
    headers: Headers
    body: bytes
    timeout_ms: int
    skip_certificate_check: bool = False


# What is kept is the business of the stage that keeps it: it recalls what it remembered itself.
@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(Effect["Any | None"]):
    """Ask for what was kept under a key of a space, ``authorizer/a1b2c3``; None where it is gone or never was."""

    space: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remember(Effect[None]):
    """Keep a value for ``ttl_seconds``; the eldest of a space go where it holds more than ``capacity_bytes``."""

    space: str
    key: str
    value: Any
    ttl_seconds: float
    size_bytes: int
    capacity_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget(Effect[None]):
    """Let go of what is kept under a key."""

    space: str
    key: str
