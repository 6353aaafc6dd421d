"""A SOURCE at a git ref: a worktree of its own, beside the working copy, for as long as it is needed.

What git does not keep but an app needs, ``node_modules`` and virtual environments, is lent from the working copy by
links: the app at the ref runs with what is installed now. Other files that git ignores are not there.
"""

from __future__ import annotations

import os
import subprocess  # ruff: ignore[suspicious-subprocess-import]  # git is a program
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forestage.errors import Fault, SourceError
from forestage.load.documents import showing
from forestage.load.source import find_local_source
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from forestage.load.source import GitSource, Source

INSTALLED: Final = ("node_modules", ".venv", "venv")
"""Folders that are lent from the working copy where the ref has none of that name."""

_LOCAL_VARIABLES: Final = frozenset(
    {
        *("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"),
        *("GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_CONFIG", "GIT_CONFIG_PARAMETERS"),
    }
)
"""Variables by which git hooks say where they run: in a worktree of another commit they lead astray."""

_NO_HOOKS: Final = ("-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedOut:
    """A SOURCE at a ref, on this machine; ``scratch`` is a folder for whatever goes with it in the end."""

    source: Source
    scratch: Path
    warnings: tuple[Fault, ...] = ()


@contextmanager
def checked_out(source: GitSource) -> Generator[CheckedOut]:
    """Check a ref out into a worktree, which is removed at the end, whatever happens.

    Raises:
        SourceError: there is no git, repository, ref or path.
    """
    top = _repository(Path.cwd())
    below = _below(top, source, Path.cwd())
    commit = _commit(top, source.ref)
    with tempfile.TemporaryDirectory(prefix="forestage-git-") as made:
        folder = Path(made).resolve() / top.name
        with _worktree(top, folder, commit, below), showing(folder, f"git:{source.ref}:"):
            warnings = tuple(_lend(top, folder, below, source.ref))
            yield CheckedOut(source=_find(folder / below, source), scratch=Path(made), warnings=warnings)


def _repository(folder: Path) -> Path:
    done = _run(folder, ("rev-parse", "--show-toplevel"))
    if "dubious ownership" in done.stderr:
        hint = f"git config --global --add safe.directory {folder}"
        raise SourceError(f"git does not trust {folder}, which is somebody else's", hint=hint)
    if done.returncode:
        raise SourceError(f"{folder} is in no git repository", hint="run the command in a working copy")
    return Path(done.stdout.strip())


def _below(top: Path, source: GitSource, here: Path) -> Path:
    """Return where a path is in the repository."""
    is_here = source.path.partition("/")[0] in {".", ".."}
    wanted = Path(os.path.normpath((here.resolve() if is_here else top) / source.path))
    if not wanted.is_relative_to(top):
        raise SourceError(f"{source.path!r} is not in the git repository {top}")
    return wanted.relative_to(top)


def _commit(top: Path, ref: str) -> str:
    found = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if found is None:
        hint = "git branch --all and git tag list those there are; in a shallow clone, git fetch origin the ref first"
        raise SourceError(f"there is no git ref {ref!r}", hint=hint)
    return found


@contextmanager
def _worktree(top: Path, folder: Path, commit: str, below: Path) -> Generator[None]:
    try:
        _must(top, "worktree", "add", "--quiet", "--detach", "--force", "--", str(folder), commit)
        yield
    finally:
        _unlink(folder, below)
        _git(top, "worktree", "remove", "--force", "--force", "--", str(folder))
        _git(top, "worktree", "prune")


def _lend(top: Path, folder: Path, below: Path, ref: str) -> Iterator[Fault]:
    """Link what is installed in the working copy, on the way from the root of the repository to the SOURCE."""
    for place in _places(below):
        installed, link = top / place, folder / place
        if installed.is_dir() and link.parent.is_dir() and not os.path.lexists(link):
            link.symlink_to(installed, target_is_directory=True)
            yield from _packages_of_the_working_copy(installed, top, ref)


def _places(below: Path) -> Iterator[Path]:
    """Yield where something may be installed for a path of the repository."""
    for folder in (Path(), *reversed(below.parents[:-1]), below):
        yield from (folder / name for name in INSTALLED)


def _packages_of_the_working_copy(installed: Path, top: Path, ref: str) -> Iterator[Fault]:
    """Warn of packages of the repository itself: installed as links, they lead into the working copy."""
    if installed.name != "node_modules":
        return
    entries = [entry for entry in installed.iterdir() if not entry.name.startswith(".")]
    entries += [inner for entry in entries if entry.name.startswith("@") for inner in entry.iterdir()]
    own = sorted(
        str(entry.relative_to(installed))
        for entry in entries
        if entry.is_symlink() and entry.resolve().is_relative_to(top) and "node_modules" not in entry.resolve().parts
    )
    if own:
        yield Fault(
            message=f"{', '.join(own)} in {installed} is linked into the working copy: its code is that of now,"
            f" not of {ref}",
            hint="to compare these packages, check the ref out yourself, install there, and name that folder",
        )


def _unlink(folder: Path, below: Path) -> None:
    """Take the links away first, so that nobody can go through them."""
    for place in _places(below):
        if (folder / place).is_symlink():
            (folder / place).unlink()


def _find(path: Path, source: GitSource) -> Source:
    if not os.path.lexists(path):
        raise SourceError(f"there is no file or folder {source.path!r} at git ref {source.ref!r}")
    return find_local_source(str(path))


def _git(folder: Path, *arguments: str) -> str | None:
    """Run git and return what it prints; None where it fails."""
    done = _run(folder, arguments)
    return done.stdout.strip() if done.returncode == 0 else None


def _must(folder: Path, *arguments: str) -> None:
    done = _run(folder, arguments)
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2].removeprefix("fatal: ")
        raise SourceError(f"git {arguments[0]} {arguments[1]} failed: {reason}")


def _run(folder: Path, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name not in _LOCAL_VARIABLES}
    try:
        return subprocess.run(  # ruff: ignore[subprocess-without-shell-equals-true]  # arguments of ours and a checked ref
            ["git", "-C", str(folder), *_NO_HOOKS, *arguments],  # ruff: ignore[start-process-with-partial-path]
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            env={**variables, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            check=False,
        )
    except OSError:
        raise SourceError("git is not installed, a SOURCE at a git ref needs it") from None
