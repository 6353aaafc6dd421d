from __future__ import annotations

import orjson
import pytest

from forestage.preview.host.lambdas import faults

CODES = [
    (0, "Runtime exited without providing a reason"),
    (1, "Runtime exited with error: exit status 1"),
    (255, "Runtime exited with error: exit status 255"),
    (-9, "Runtime exited with error: signal: killed"),
    (-11, "Runtime exited with error: signal: segmentation fault"),
    (-15, "Runtime exited with error: signal: terminated"),
    (-64, "Runtime exited with error: signal: signal 64"),
    (-99, "Runtime exited with error: signal: signal 99"),
]


@pytest.mark.parametrize(("code", "reason"), CODES)
def test_end_of_a_process_is_worded_as_on_aws(code: int, reason: str) -> None:
    assert faults.exit_reason(code) == reason


def test_exit_names_the_request() -> None:
    assert orjson.loads(faults.exited("id-1", 1).payload) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: id-1 Error: Runtime exited with error: exit status 1",
    }


def test_timeout_tells_seconds_with_two_digits() -> None:
    failure = faults.timed_out("id-1", 3)

    assert failure.payload == (
        b'{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id-1 Error: Task timed out after 3.00 seconds"}'
    )
    assert failure.status == "timeout"


@pytest.mark.parametrize(
    ("size", "asynchronous", "message"),
    [
        (6_291_456, False, None),
        (
            6_291_457,
            False,
            "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
        ),
        (1_048_576, True, None),
        (1_048_577, True, "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"),
    ],
)
def test_request_has_the_limit_of_its_kind(*, size: int, asynchronous: bool, message: str | None) -> None:
    assert faults.why_too_large(size, asynchronous=asynchronous) == message


@pytest.mark.parametrize(
    ("error", "status"), [(FileNotFoundError(2, "No such file"), 127), (PermissionError(13, "Denied"), 126)]
)
def test_wrapper_that_does_not_start_ends_as_in_a_shell(error: OSError, status: int) -> None:
    failure = faults.not_started("id", error, is_bootstrap=False)

    assert f"exit status {status}".encode() in failure.payload


def test_what_a_function_raised_has_no_status_in_the_report() -> None:
    assert faults.raised(b"{}") == faults.Failure(b"{}", None, None)
