"""How functions are run, and the lines they log."""

from __future__ import annotations

import os
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from forestage.model.fidelity.features import FEWEST_PROCESSES
from forestage.model.records import dataclass, field
from forestage.preview.host.folders import cache_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Override: TypeAlias = str | int | float | bool | None
"""A value of ``--env-vars``; None takes the variable away."""

EnvVars: TypeAlias = "Mapping[str, Mapping[str, Override]]"
"""What ``--env-vars`` says: functions by logical id or name, each with its variables."""


class Warm(Enum):
    """When a function's first process is started: with the preview, or at the first call."""

    EAGER = "EAGER"
    LAZY = "LAZY"


class Wire(Enum):
    """How a function's process is spoken to: frames of ours over a socket, or Lambda's Runtime API over HTTP."""

    FRAMES = "frames"
    HTTP = "http"


class LogStream(StrEnum):
    """Who wrote a line: the function (both of its outputs, in order), the platform as on AWS, or the preview."""

    FUNCTION = "function"
    PLATFORM = "platform"
    PREVIEW = "preview"


class FunctionLogLine(NamedTuple):
    """One line of a function's log; ``request_id`` is None outside of an invocation.

    ``is_routine`` is true for lines that come with every invocation, and tell of no failure.

    It is a named tuple since three are made for each invocation, and a frozen dataclass takes longer.
    """

    function: str
    request_id: str | None
    text: str
    stream: LogStream = LogStream.FUNCTION
    is_routine: bool = False


def default_max_workers() -> int:
    """Return how many processes a function may have: 10, the concurrency of a new account, or twice the cores.

    Further calls wait for one of them. A reserved concurrency is another limit: what is beyond that is throttled.
    """
    return max(FEWEST_PROCESSES, 2 * (os.cpu_count() or 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSettings:
    """How functions are run.

    ``env_vars`` has the shape of SAM's ``--env-vars``: ``{"Parameters": {...}, "LogicalIdOrName": {...}}``.
    ``ca_bundle`` is a file of authorities that the processes trust. ``extra_environment`` goes to every function.
    ``pass_credentials`` hands on the user's own AWS credentials; functions have made-up ones otherwise.
    ``has_platform_lines`` turns START, END and REPORT lines on. ``patience_seconds`` is how long an invocation
    waits before another process is started, ``idle_seconds`` how long a further process may idle. ``wire`` None
    """

    warm: Warm = Warm.EAGER
    env_vars: EnvVars = field(default_factory=dict)
    max_workers: int = field(default_factory=default_max_workers)
    ca_bundle: Path | None = None
    extra_environment: Mapping[str, str] = field(default_factory=dict)
    pass_credentials: bool = False
    cache: Path = field(default_factory=cache_folder)
    has_platform_lines: bool = True
    init_seconds: float = 10.0
    patience_seconds: float = 0.05
    idle_seconds: float = 60.0
    wire: Wire | None = None
