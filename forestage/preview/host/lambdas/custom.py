"""How a function that brings its own program is started."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forestage.model.records import dataclass
from forestage.preview.host.lambdas.settings import Wire

if TYPE_CHECKING:
    from forestage.preview.host.lambdas.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapLaunch:
    """The ``bootstrap`` of a function's code or of its layers."""

    program: str
    wire: Wire = Wire.HTTP
    is_bootstrap: bool = True

    def command(self, plan: Plan, handle: int | None) -> tuple[tuple[str, ...], dict[str, str]]:
        """Return the command; such a program finds everything in its environment."""
        del plan, handle
        return (self.program,), {}


def find_bootstrap(task: str, opt: str) -> str | None:
    """Return the program that Lambda would start. Source: Lambda developer guide, "Building a custom runtime"."""
    for folder in (task, opt):
        program = Path(folder, "bootstrap")
        if program.is_file():
            return str(program)
    return None
