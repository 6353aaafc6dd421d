"""What has to be started for a function, before it is known which program on this machine does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.preview.host.lambdas.settings import Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A function as it is to be run; two equal plans can share processes.

    ``layers`` are the layers' own folders, ``opt`` the one folder that stands for all of them.
    """

    name: str
    runtime: str
    task: str
    opt: str
    layers: tuple[str, ...]
    digest: str
    timeout_seconds: float
    memory_mb: int
    reserved_concurrency: int | None
    environment: Mapping[str, str]


class Launch(Protocol):
    """How a function's process is started on this machine.

    ``environment`` comes over the plan's. ``is_bootstrap`` tells that the function brings its own program.
    """

    @property
    def wire(self) -> Wire:
        """The wire that the process speaks."""
        ...

    @property
    def is_bootstrap(self) -> bool:
        """Whether the function brings its own program."""
        ...

    def command(self, plan: Plan, handle: int | None) -> tuple[tuple[str, ...], dict[str, str]]:
        """Return the command, and variables for its environment; ``handle`` is the inherited socket of frames."""
        ...


@dataclass(frozen=True, slots=True)
class NoLaunch:
    """This machine cannot run the function; ``detail`` is for people, ``is_code`` tells that its code is missing."""

    detail: str
    is_code: bool = False
