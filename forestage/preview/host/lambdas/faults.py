"""What Lambda answers when a function gives no answer, worded as AWS words it.

Source: recordings of Lambda's Invoke in LocalStack's tests of November 2025 (``test_lambda.snapshot.json``) and the
developer guide's pages on troubleshooting and on the execution environment.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass

import orjson

MAX_REQUEST_BYTES = 6_291_456
MAX_EVENT_BYTES = 1_048_576
MAX_RESPONSE_BYTES = 6_291_556
"""The largest payloads of a synchronous call, of an asynchronous one (since October 2025), and of an answer."""

MAX_STREAM_BYTES = 200 * 1024 * 1024
"""The largest answer that is streamed. Source: Lambda developer guide, "Response streaming for Lambda functions"."""

_NOT_FOUND = 127
_NOT_EXECUTABLE = 126

# What Go's syscall package, in which Lambda's supervisor is written, calls the signals.
_SIGNALS = {
    signal.SIGHUP: "hangup",
    signal.SIGINT: "interrupt",
    signal.SIGQUIT: "quit",
    signal.SIGILL: "illegal instruction",
    signal.SIGTRAP: "trace/breakpoint trap",
    signal.SIGABRT: "aborted",
    signal.SIGBUS: "bus error",
    signal.SIGFPE: "floating point exception",
    signal.SIGKILL: "killed",
    signal.SIGUSR1: "user defined signal 1",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGUSR2: "user defined signal 2",
    signal.SIGPIPE: "broken pipe",
    signal.SIGALRM: "alarm clock",
    signal.SIGTERM: "terminated",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed invocation: the answer's payload, and what the REPORT line says of it.

    That line says nothing of what the function raised itself: ``status`` is None then.
    """

    payload: bytes
    status: str | None = "error"
    error_type: str | None = None


def _failure(error_type: str, message: str, *, status: str = "error") -> Failure:
    payload = orjson.dumps({"errorType": error_type, "errorMessage": message})
    return Failure(payload, status, error_type)


def timed_out(request_id: str, seconds: float) -> Failure:
    """The function ran longer than its timeout."""
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    return _failure("Sandbox.Timedout", message, status="timeout")


def exited(request_id: str, return_code: int) -> Failure:
    """The process ended; ``return_code`` is negative for a signal, as in ``subprocess``."""
    return _failure("Runtime.ExitError", f"RequestId: {request_id} Error: {exit_reason(return_code)}")


def exit_reason(return_code: int) -> str:
    """Say how a process ended."""
    if return_code == 0:
        return "Runtime exited without providing a reason"
    if return_code > 0:
        return f"Runtime exited with error: exit status {return_code}"
    try:
        name = _SIGNALS[signal.Signals(-return_code)]
    except (KeyError, ValueError):
        name = f"signal {-return_code}"
    return f"Runtime exited with error: signal: {name}"


def response_too_large() -> Failure:
    """The function's result is larger than 6 MB."""
    message = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
    payload = orjson.dumps({"errorMessage": message, "errorType": "Function.ResponseSizeTooLarge"})
    return Failure(payload, error_type="Function.ResponseSizeTooLarge")


def why_too_large(size: int, *, asynchronous: bool) -> str | None:
    """Say as Lambda does that an event is larger than Invoke takes; None where it is not."""
    limit = MAX_EVENT_BYTES if asynchronous else MAX_REQUEST_BYTES
    if size <= limit:
        return None
    kind = "Event" if asynchronous else "RequestResponse"
    return f"{size} byte payload is too large for the {kind} invocation type (limit {limit} bytes)"


def not_started(request_id: str, error: OSError, *, is_bootstrap: bool) -> Failure:
    """The program could not be executed.

    A missing wrapper of a managed runtime ends as it would in the shell script that AWS starts it with.
    """
    if is_bootstrap:
        message = f"RequestId: {request_id} Error: fork/exec {error.filename}: {(error.strerror or '').lower()}"
        return _failure("Runtime.InvalidEntrypoint", message)
    return exited(request_id, _NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_EXECUTABLE)


def no_bootstrap(request_id: str) -> Failure:
    """A custom runtime's code has no ``bootstrap``."""
    message = f"RequestId: {request_id} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
    return _failure("Runtime.InvalidEntrypoint", message)


def raised(payload: bytes) -> Failure:
    """The function raised, and the runtime client made the answer."""
    return Failure(payload, None)


def not_loaded(payload: bytes, error_type: str) -> Failure:
    """The function could not be loaded, and the runtime client made the answer."""
    return Failure(payload, error_type=error_type or None)
