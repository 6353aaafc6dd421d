"""The lines that the platform adds to a function's log.

Source: recordings in LocalStack's tests of November 2025 and the developer guide, "Lambda execution environment".
Since August 2025 the time of the init phase is billed.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from forestage.preview.host.lambdas.settings import FunctionLogLine, LogStream

if TYPE_CHECKING:
    from collections.abc import Callable


class Report(NamedTuple):
    """What is told of an invocation at its end; durations in milliseconds, None is not told."""

    request_id: str
    duration_ms: float
    memory_mb: int
    used_mb: int | None
    init_ms: float | None = None
    status: str | None = None
    error_type: str | None = None


def start_line(request_id: str) -> str:
    """Return the line before an invocation."""
    return f"START RequestId: {request_id} Version: $LATEST"


def end_lines(report: Report) -> tuple[str, str]:
    """Return the lines after an invocation."""
    init_ms = report.init_ms
    billed_ms = math.ceil(report.duration_ms if init_ms is None else report.duration_ms + init_ms)
    line = (
        f"REPORT RequestId: {report.request_id}\tDuration: {report.duration_ms:.2f} ms\t"
        f"Billed Duration: {billed_ms} ms\tMemory Size: {report.memory_mb} MB\t"
    )
    if report.used_mb is not None:
        line += f"Max Memory Used: {report.used_mb} MB\t"
    if init_ms is not None:
        line += f"Init Duration: {init_ms:.2f} ms\t"
    if report.status is not None:
        line += f"Status: {report.status}\t"
    if report.error_type is not None:
        line += f"Error Type: {report.error_type}\t"
    return f"END RequestId: {report.request_id}", line


def timeout_line(request_id: str, seconds: float) -> str:
    """Return the line that tells of a timeout."""
    now = datetime.now(UTC)
    stamp = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"
    return f"{stamp} {request_id} Task timed out after {seconds:.2f} seconds"


def exit_line(request_id: str, reason: str) -> str:
    """Return the line that tells how the process ended."""
    return f"RequestId: {request_id} Error: {reason}"


def init_line(init_ms: float, *, status: str, error_type: str | None = None) -> str:
    """Return the line about an init phase that failed."""
    line = f"INIT_REPORT Init Duration: {init_ms:.2f} ms\tPhase: init\tStatus: {status}"
    return f"{line}\tError Type: {error_type}" if error_type else line


class Journal:
    """Writes a function's log; START, END and REPORT only where ``has_platform_lines``."""

    __slots__ = ("_log", "_name", "has_platform_lines")

    def __init__(self, name: str, log: Callable[[FunctionLogLine], None], *, has_platform_lines: bool) -> None:
        self._name = name
        self._log = log
        self.has_platform_lines = has_platform_lines

    def printed(self, text: str, request_id: str | None) -> None:
        """Pass on a line of the function."""
        self._log(FunctionLogLine(self._name, request_id, text))

    def platform(self, text: str, request_id: str | None = None) -> None:
        """Write a line as the platform does."""
        if self.has_platform_lines:
            self._log(FunctionLogLine(self._name, request_id, text, LogStream.PLATFORM))

    def notice(self, text: str) -> None:
        """Write a line of the preview itself."""
        self._log(FunctionLogLine(self._name, None, text, LogStream.PREVIEW))

    def start(self, request_id: str) -> None:
        """Write the line before an invocation."""
        if self.has_platform_lines:
            text = start_line(request_id)
            self._log(FunctionLogLine(self._name, request_id, text, LogStream.PLATFORM, is_routine=True))

    def end(self, report: Report) -> None:
        """Write the lines after an invocation."""
        end, told = end_lines(report)
        has_failed = report.status is not None
        self._log(FunctionLogLine(self._name, report.request_id, end, LogStream.PLATFORM, is_routine=True))
        self._log(FunctionLogLine(self._name, report.request_id, told, LogStream.PLATFORM, is_routine=not has_failed))
