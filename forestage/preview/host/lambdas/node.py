"""How a Node function is started: AWS's own client with a wire of ours, and imports kept inside the function."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from forestage.model.records import dataclass
from forestage.preview.host.lambdas.settings import Wire

if TYPE_CHECKING:
    from forestage.preview.host.lambdas.interpreters import Interpreter
    from forestage.preview.host.lambdas.plan import Plan

_WORKER = Path(__file__).parent / "worker"
_LAST_WITHOUT_REQUIRE_OF_MODULES = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeLaunch:
    """A Node, AWS's client, the folder that stands for ``/var/runtime`` with the SDK, and one for bytecode."""

    interpreter: Interpreter
    client: str
    runtime: str
    bytecode: str
    wire: Wire = Wire.FRAMES
    is_bootstrap: bool = False

    def command(self, plan: Plan, handle: int | None) -> tuple[tuple[str, ...], dict[str, str]]:
        """Return the command; what our own part needs to know is taken out of the environment by it."""
        major = major_version(plan.runtime)
        sdk = f"{self.runtime}/node_modules"
        settings = {
            "wire": self.wire.value,
            "fd": handle,
            "client": self.client,
            "bytecode": self.bytecode,
            "task": plan.task,
            "roots": [os.path.realpath(root) for root in (plan.task, plan.opt, *plan.layers, self.runtime)],
        }
        layers = f"{plan.opt}/nodejs/node{major}/node_modules:{plan.opt}/nodejs/node_modules"
        environment = {
            "_FORESTAGE": orjson.dumps(settings).decode(),
            "PATH": self.interpreter.search_path(plan.environment),
        }
        if "NODE_PATH" not in plan.environment:
            environment["NODE_PATH"] = f"{layers}:{sdk}:{self.runtime}:{plan.task}"
        command = (self.interpreter.path, *_flags(major), "--require", str(_WORKER / "preload.cjs"))
        return (*command, str(_WORKER / "start.mjs"), self.client), environment


def major_version(runtime: str) -> int:
    """Return 22 for ``nodejs22.x``, and 0 for a runtime without a number, which is ``nodejs``."""
    digits = runtime.removeprefix("nodejs").partition(".")[0]
    return int(digits) if digits.isdigit() else 0


def _flags(major: int) -> tuple[str, ...]:
    """Return the flags that AWS starts a release with.

    Source: AWS blog, "Node.js 22 runtime now available in AWS Lambda": both features are off there.
    """
    if 0 < major <= _LAST_WITHOUT_REQUIRE_OF_MODULES:
        return ("--no-experimental-require-module", "--no-experimental-detect-module")
    return ()
