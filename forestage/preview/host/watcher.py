"""Watches files and says what a change is about: the code of some functions, their environment, or the source.

watchfiles is imported when the watching begins, which is after the preview answers.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeAlias

from forestage.model.functions import LocalCode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from forestage.load.app_watch import WatchRules
    from forestage.load.deployment import Loaded

STEP_MS: Final = 25
"""How often the watcher looks whether something changed. Each look takes the interpreter from the thread that serves:
with 10 ms a MOCK request costs 15 % more under load, with 25 ms hardly anything. An edit is told after 25 to 50 ms."""

SETTLE_MS: Final = 40
"""How long a file that was emptied is given to be filled."""

POLL_MS: Final = 300
"""How often files are looked at where the system cannot tell of changes and ``WATCHFILES_FORCE_POLLING`` is set."""

DEBOUNCE_MS: Final = 200
"""How long changes that keep coming are gathered at most: a checkout of another branch is many."""

CLOCK_SECONDS: Final = 2.0
"""How far the clock of a file system may be ahead of ours."""

IGNORED_FOLDERS: Final = frozenset({
    ".git", ".hg", ".svn", ".idea", ".vscode", ".venv", "venv", "node_modules", "__pycache__", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", ".hypothesis", ".tox", ".nox", ".aws-sam", ".gradle", ".forestage", "cdk.out",
})  # fmt: skip
"""Folders below a watched one that hold no input: other programs' own, and what is made from inputs."""

REMOVED: Final = 3
"""The number that watchfiles has for what was removed."""

PACKAGES_FOLDER: Final = "node_modules"

PACKAGE_LISTS: Final = frozenset({".package-lock.json", ".yarn-integrity", ".modules.yaml"})
"""What npm, Yarn and pnpm write into ``node_modules`` once packages are installed. It stands for all that is in there:
to watch thousands of files would take seconds, and most of the watches that a system gives to one person."""

MAX_COMPARED_BYTES: Final = 1 << 20
"""Up to which size a file's content tells whether it changed; a larger one has when it was written."""

STANDARD_OUTPUTS: Final = (1, 2)
"""The file handles of what is printed."""

_IGNORED_ENDINGS: Final = (".pyc", ".swp", ".swx", ".tmp", ".log", "~")
_IGNORED_BEGINNINGS: Final = (".#", "#", ".goutputstream-")
_STATE: Final = "forestage.sqlite3"
_IGNORED_NAMES: Final = frozenset({"4913", ".DS_Store", _STATE, f"{_STATE}-wal", f"{_STATE}-shm"})
"""What editors put beside the file that they save, 4913 is Vim's, and what programs keep, this one first of all."""

_Signature: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPlan:
    """What is watched.

    ``functions`` goes from the absolute path of code, a folder or an archive, to the names of the functions that
    run it; ``sources`` are the files and folders whose change calls for a new load, ``rules`` says which files of
    such a folder are inputs. ``environments`` are files with the environment of functions.
    """

    functions: Mapping[str, frozenset[str]]
    sources: frozenset[str]
    environments: frozenset[str] = frozenset()
    rules: Mapping[str, WatchRules] = field(default_factory=dict)

    def roots(self) -> frozenset[str]:
        """Tell all paths that are watched."""
        return self.sources.union(self.functions, self.environments)

    def holds_code(self, path: str) -> bool:
        """Tell whether a path is in the code of a function."""
        return _nearest_root(self.roots(), path) in self.functions

    def is_code(self, path: str, root: str) -> bool:
        """Tell whether a path below a root is code of a function."""
        return root in self.functions and not _is_ignored(path, root, known=PACKAGE_LISTS)

    def is_source(self, path: str, root: str) -> bool:
        """Tell whether a path below a root is an input of the source."""
        if root not in self.sources or _is_ignored(path, root):
            return False
        return root not in self.rules or self.rules[root].is_input(root, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed: the code of functions, by name, their environment, and whether the source has to be loaded anew.

    ``paths`` is what was changed, for people.
    """

    functions: frozenset[str]
    is_source_changed: bool
    is_environment_changed: bool = False
    paths: tuple[str, ...]


def plan_watch(loaded: Loaded, *, environments: Iterable[str] = ()) -> WatchPlan:
    """Tell what to watch for what was loaded, and for files with the environment of functions."""
    functions: dict[str, frozenset[str]] = {}
    # Events carry the real paths of files on some systems.
    for function in loaded.deployment.functions:
        for code in (function.code, *(layer.code for layer in function.layers)):
            if isinstance(code, LocalCode):
                path = os.path.realpath(code.path)
                functions[path] = functions.get(path, frozenset()) | {function.name}
    return WatchPlan(
        functions=functions,
        sources=frozenset(map(os.path.realpath, loaded.watch)),
        environments=frozenset(map(os.path.realpath, environments)),
        rules={os.path.realpath(folder): rules for folder, rules in loaded.watch_rules.items()},
    )


def classify(plan: WatchPlan, paths: Iterable[str]) -> Changes | None:
    """Tell what changed paths are about; None where they are about nothing.

    The nearest root counts: a file in a function's folder inside an app's folder is the function's, and not the
    app's. Where both begin at the same folder it is about both.
    """
    functions: set[str] = set()
    is_source_changed = is_environment_changed = False
    relevant: list[str] = []
    roots = plan.roots()
    for path in sorted(paths):
        root = _nearest_root(roots, path)
        if root is None:
            continue
        is_code, is_source = plan.is_code(path, root), plan.is_source(path, root)
        is_environment = path in plan.environments
        if is_code or is_source or is_environment:
            relevant.append(path)
        functions |= plan.functions[root] if is_code else frozenset()
        is_source_changed |= is_source
        is_environment_changed |= is_environment
    if not relevant:
        return None
    return Changes(
        functions=frozenset(functions),
        is_source_changed=is_source_changed,
        is_environment_changed=is_environment_changed,
        paths=tuple(relevant),
    )


def _nearest_root(roots: frozenset[str], path: str) -> str | None:
    return max((root for root in roots if _holds(root, path)), key=len, default=None)


def _holds(root: str, path: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _is_ignored(path: str, root: str, *, known: frozenset[str] = frozenset()) -> bool:
    """Tell whether a path below a root is no input; a root itself always is one.

    ``known`` are files that tell of the packages beside them.
    """
    if path == root:
        return False
    parts = Path(path.removeprefix(root).strip(os.sep)).parts
    name = parts[-1]
    if name in known and parts[-2:-1] == (PACKAGES_FOLDER,):
        parts = parts[:-2]
    return (
        not IGNORED_FOLDERS.isdisjoint(parts)
        or name in _IGNORED_NAMES
        or name.endswith(_IGNORED_ENDINGS)
        or name.startswith(_IGNORED_BEGINNINGS)
    )


def folders_of(plan: WatchPlan) -> frozenset[str]:
    """Find the folders to watch, each for itself: those of the roots and below, but for ignored ones.

    A file is watched by its folder: editors put a new file in the place of the old one, and a watch on the file
    would stay with the old one. A root that does not exist is watched for by the folder it would be in.
    """
    found: set[str] = set()
    for root in plan.roots():
        if not Path(root).is_dir():
            found.add(_existing_parent(root))
            continue
        if root in plan.functions:
            found.update(_walk(root, lambda _: True, has_packages=True))
        if root in plan.sources:
            found.update(_walk(root, _source_folders(plan, root)))
    return frozenset(found)


def _source_folders(plan: WatchPlan, root: str) -> Callable[[str], bool]:
    """Tell which folders may hold inputs of a source, where those they are in may."""
    rules = plan.rules.get(root)
    return (lambda path: rules.may_hold_inputs(root, path)) if rules else (lambda _: True)


def _walk(folder: str, is_watched: Callable[[str], bool], *, has_packages: bool = False) -> Iterator[str]:
    """Yield a folder and those below that are watched; of packages only the folder that they are in."""
    yield folder
    try:
        with os.scandir(folder) as entries:
            below = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        # It went away or may not be read; then there is nothing to load from it either.
        return
    for entry in below:
        if has_packages and entry.name == PACKAGES_FOLDER:
            yield entry.path
        elif entry.name not in IGNORED_FOLDERS and is_watched(entry.path):
            yield from _walk(entry.path, is_watched, has_packages=has_packages)


def _existing_parent(path: str) -> str:
    parent = Path(path).parent
    while not parent.is_dir():
        parent = parent.parent
    return str(parent)


class Interruption(Protocol):
    """What ends a wait for changes, asked every few milliseconds."""

    def is_set(self) -> bool:
        """Tell whether the wait is to end."""
        ...


class Notifier(Protocol):
    """What tells of changes in folders: watchfiles, or a fake."""

    def watch(self, debounce_ms: int, step_ms: int, timeout_ms: int, stop_event: Interruption) -> object:
        """Wait for changes: a set of (kind, path), or a word that says why there are none.

        ``timeout_ms`` 0 is without end.
        """
        ...

    def close(self) -> None:
        """Give the system's watches back."""
        ...


def system_notifier(folders: frozenset[str]) -> Notifier:
    """Have the system watch folders, each without what is in the folders below it.

    Raises:
        OSError: the system watches no more files.
    """
    # watchfiles.watch keeps to one list of folders, and those here come and go. Private in name only: the
    # documentation of watchfiles has a page on it, "Rust backend direct usage".
    from watchfiles._rust_notify import RustNotify  # ruff: ignore[import-private-name]

    must_poll = bool(os.environ.get("WATCHFILES_FORCE_POLLING"))
    notifier: Notifier = RustNotify(sorted(folders), False, must_poll, POLL_MS, False, True)
    return notifier


@dataclass(frozen=True, slots=True)
class _Until:
    """Ends a wait once something holds."""

    holds: Callable[[], bool]

    def is_set(self) -> bool:
        return self.holds()


class _Known(NamedTuple):
    """How a file was when it was last told of."""

    signature: _Signature | None
    content: bytes | None


class Watcher:
    """Tells of changes from a thread of its own, as long as it is open.

    ``since`` is when what is watched was read, in seconds since the epoch: what changed between that and the start
    of the watching is told, too. ``outputs`` are open file handles: what is written to them is no change, or a
    preview whose lines go to a file beside a handler would load the handler anew for each line.
    """

    def __init__(
        self,
        plan: WatchPlan,
        *,
        tell: Callable[[Changes], object],
        on_failure: Callable[[str], None],
        since: float,
        notify: Callable[[frozenset[str]], Notifier] = system_notifier,
        outputs: Iterable[int] = STANDARD_OUTPUTS,
    ) -> None:
        self._plan = plan
        self._outputs = frozenset(_regular_files(outputs))
        self._since = since
        self._tell = tell
        self._on_failure = on_failure
        self._notify = notify
        self._is_closed = False
        self._known: dict[str, _Known] = {}
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin to watch; ``tell`` and ``on_failure`` are called in the watcher's thread."""
        self._thread.start()

    def replace_plan(self, plan: WatchPlan) -> None:
        """Watch something else from now on."""
        if plan != self._plan:
            self._plan = plan

    def close(self) -> None:
        """Watch no more; nothing is told afterwards."""
        self._is_closed = True
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        former: Notifier | None = None
        known: frozenset[str] = frozenset()
        while not self._is_closed:
            plan = self._plan
            folders = folders_of(plan)
            try:
                notifier, folders = self._begin(plan, folders)
            except OSError as error:
                self._on_failure(f"cannot watch {len(folders)} folders: {error}")
                break
            if former is None:
                self._report(_files_changed(folders, self._since))
            else:
                # What was written meanwhile, also into a new folder before it was watched, would be missed.
                self._report(_paths(former.watch(STEP_MS, 1, 1, _Until(self._is_over))) | _files_in(folders - known))
                former.close()
            former, known = notifier, folders - self._follow(notifier, plan, folders)
        if former is not None:
            former.close()

    def _begin(self, plan: WatchPlan, folders: frozenset[str]) -> tuple[Notifier, frozenset[str]]:
        """Watch folders, and those that came to be before they were watched."""
        while True:
            notifier = self._notify(folders)
            found = folders_of(plan)
            if found <= folders:
                return notifier, folders
            notifier.close()
            folders = found

    def _is_over(self) -> bool:
        return self._is_closed

    def _follow(self, notifier: Notifier, plan: WatchPlan, folders: frozenset[str]) -> frozenset[str]:
        """Tell of changes until there is something else to watch; return the folders that are watched no more.

        Such a folder was removed, and may be there again: a build often begins by removing what it made before.
        """
        until = _Until(lambda: self._is_closed or self._plan is not plan)
        while not until.is_set():
            outcome = notifier.watch(DEBOUNCE_MS, STEP_MS, 0, until)
            paths = _paths(outcome)
            if any(_is_empty(path) and classify(self._plan, [path]) for path in paths):
                # Most likely it is being written: a save begins by emptying the file.
                paths |= _paths(notifier.watch(DEBOUNCE_MS, STEP_MS, SETTLE_MS, until))
            self._report(paths)
            gone = folders & _paths(outcome, kind=REMOVED)
            if gone or (any(map(_is_folder, paths)) and folders_of(plan) != folders):
                return gone
        return frozenset()

    def _report(self, paths: set[str]) -> None:
        # The folders themselves say nothing: what is in new ones is told for itself.
        candidates = [path for path in paths if not (_is_folder(path) or self._is_output(path))]
        found = classify(self._plan, candidates)
        changes = classify(self._plan, filter(self._is_fresh, found.paths)) if found else None
        if changes is not None and not self._is_closed:
            self._tell(changes)

    def _is_output(self, path: str) -> bool:
        if not self._outputs:
            return False
        try:
            status = Path(path).stat()
        except OSError:
            return False
        return (status.st_dev, status.st_ino) in self._outputs

    def _is_fresh(self, path: str) -> bool:
        """Tell whether a path is other than when it was last told of.

        One save makes several events, and a program may write a file anew as it was: an app that writes into its
        own folder would be synthesized for ever. Code that is saved again is new code: people start functions anew
        so.
        """
        signature = _signature(path)
        known = self._known.get(path)
        if known and known.signature == signature:
            return False
        content = None if self._plan.holds_code(path) else _content_digest(path, signature)
        self._known[path] = _Known(signature, content)
        return known is None or content is None or known.content != content


def _regular_files(handles: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Find which files handles are open on, by device and number; pipes and terminals are none."""
    for handle in handles:
        with contextlib.suppress(OSError):
            status = os.fstat(handle)
            if stat.S_ISREG(status.st_mode):
                yield status.st_dev, status.st_ino


def _paths(outcome: object, *, kind: int | None = None) -> set[str]:
    """Return the paths that a notifier tells of, or those of one kind of change."""
    if not isinstance(outcome, set):
        return set()
    return {str(path) for found, path in outcome if kind in {None, found}}


def _content_digest(path: str, signature: _Signature | None) -> bytes | None:
    """Digest what is in a file; None where there is none, or too much."""
    if signature is None or signature[1] > MAX_COMPARED_BYTES:
        return None
    try:
        return hashlib.sha256(Path(path).read_bytes()).digest()
    except OSError:
        return None


def _signature(path: str) -> _Signature | None:
    """Return when a file was written, its size and its number; None where there is none."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _is_empty(path: str) -> bool:
    signature = _signature(path)
    return signature is not None and signature[1] == 0


def _files_changed(folders: frozenset[str], since: float) -> set[str]:
    """Find files that were written after a moment; one that is of the future is not, its clock is another."""
    latest = time.time() + CLOCK_SECONDS
    found: set[str] = set()
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            found.update(entry.path for entry in entries if since < entry.stat().st_mtime < latest and entry.is_file())
    return found


def _files_in(folders: frozenset[str]) -> set[str]:
    return {str(path) for folder in folders if Path(folder).is_dir() for path in Path(folder).iterdir()}


def _is_folder(path: str) -> bool:
    return Path(path).is_dir() and not Path(path).is_symlink()
