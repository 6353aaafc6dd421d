"""How a Python function is started: AWS's own client, on a search path like AWS's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from forestage.model.records import dataclass
from forestage.preview.host.lambdas.interpreters import own_python
from forestage.preview.host.lambdas.settings import Wire

if TYPE_CHECKING:
    from forestage.preview.host.lambdas.interpreters import Interpreter
    from forestage.preview.host.lambdas.plan import Plan

_LAUNCHER = str(Path(__file__).parent / "worker" / "launch.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonLaunch:
    """A Python with the folder that stands for ``/var/runtime`` and one for bytecode."""

    interpreter: Interpreter
    runtime: str
    bytecode: str
    wire: Wire = Wire.FRAMES
    is_bootstrap: bool = False

    def command(self, plan: Plan, handle: int | None) -> tuple[tuple[str, ...], dict[str, str]]:
        """Return the command; the interpreter reads neither the environment nor forestage's own packages."""
        foreign = [plan.task, plan.opt, *plan.layers]
        # Bytecode beside the shipped distributions is for the Python that forestage runs on.
        if self.interpreter.version != own_python().version:
            foreign.append(self.runtime)
        settings = {
            "wire": self.wire.value,
            "fd": handle,
            "task": plan.task,
            "opt": plan.opt,
            "runtime": self.runtime,
            "version": plan.runtime.removeprefix("python"),
            "bytecode": self.bytecode,
            "foreign": foreign,
        }
        flags = ("-I", "-S", "-X", "utf8")
        command = (self.interpreter.path, *flags, _LAUNCHER, orjson.dumps(settings).decode())
        return command, {"PATH": self.interpreter.search_path(plan.environment)}
