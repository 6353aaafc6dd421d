"""Lets a debugger into functions: Node's own inspector, and debugpy where a Python function has it in its code.

Each function gets a port of its own, counting up, one process, and no end to its patience.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forestage.model.functions import LocalCode
from forestage.model.records import dataclass
from forestage.preview.host.folders import PRIVATE_FOLDER, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.model import Deployment
    from forestage.model.functions import Function
    from forestage.preview.host.lambdas.settings import Override

DEBUG_TIMEOUT_SECONDS: Final = 900
"""The longest a function may run; a person who looks at a breakpoint is slower than any timeout."""

# The flags before the launcher are the interpreter's own, and debugpy is started between the two.
_WRAPPER: Final = """#!/bin/sh
# Starts a Python function under debugpy: PROGRAM -I -S -X utf8 LAUNCHER SETTINGS are the arguments.
program=$1
shift 5
exec "$program" -I -S -X utf8 -X frozen_modules=off "$FORESTAGE_DEBUGPY" --listen "$FORESTAGE_DEBUG_ADDRESS" "$@"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debugging:
    """How functions are debugged: variables by logical id, the port of each, and why some are not."""

    variables: Mapping[str, Mapping[str, Override]]
    ports: Mapping[str, int]
    reasons: tuple[str, ...]


def plan_debugging(functions: tuple[Function, ...], *, port: int, host: str, cache: Path) -> Debugging:
    """Give each function that can be debugged a port, the first one ``port``.

    Raises:
        StateError: the cache folder cannot be written.
    """
    variables: dict[str, Mapping[str, Override]] = {}
    ports: dict[str, int] = {}
    reasons = []
    for function in functions:
        address = f"{host}:{port + len(ports)}"
        found = _variables(function, address, cache)
        if isinstance(found, str):
            reasons.append(f"function {function.name} is not debugged: {found}")
            continue
        ports[function.name] = port + len(ports)
        variables[function.logical_id] = found
    return Debugging(variables=variables, ports=ports, reasons=tuple(reasons))


def without_timeouts(deployment: Deployment) -> Deployment:
    """Return the deployment with functions that may take as long as any may."""
    functions = tuple(replace(function, timeout_seconds=DEBUG_TIMEOUT_SECONDS) for function in deployment.functions)
    return replace(deployment, functions=functions)


def _variables(function: Function, address: str, cache: Path) -> Mapping[str, Override] | str:
    runtime = function.runtime or ""
    if runtime.startswith("nodejs"):
        return {"NODE_OPTIONS": f"--inspect={address}"}
    if not runtime.startswith("python"):
        return f"runtime {runtime or 'of a container image'} has no debugger here"
    folder = next((place for place in _debugpy_places(function) if (place / "__main__.py").is_file()), None)
    if folder is None:
        return f"debugpy is not in its code or layers; {_remedy(function)}"
    return {
        "AWS_LAMBDA_EXEC_WRAPPER": str(_wrapper(cache)),
        "FORESTAGE_DEBUGPY": str(folder),
        "FORESTAGE_DEBUG_ADDRESS": address,
    }


def _debugpy_places(function: Function) -> Iterator[Path]:
    if isinstance(function.code, LocalCode):
        yield Path(function.code.path) / "debugpy"
    for layer in function.layers:
        if isinstance(layer.code, LocalCode):
            packages = Path(layer.code.path) / "python"
            yield packages / "debugpy"
            yield from packages.glob("lib/python3.*/site-packages/debugpy")


def _remedy(function: Function) -> str:
    if isinstance(function.code, LocalCode) and Path(function.code.path).is_dir():
        return f"python -m pip install debugpy --target {function.code.path}"
    return "only code in a folder can have it"


def _wrapper(cache: Path) -> Path:
    path = cache / "debug" / "debugpy.sh"
    write_whole(path, _WRAPPER.encode(), mode=PRIVATE_FOLDER)
    return path
