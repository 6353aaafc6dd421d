"""What the synthesis of a CDK app depends on, as a digest."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Stamp: TypeAlias = tuple[str, int, int]
"""A file's path below the folder, its size, and when it was changed."""

IGNORED_FOLDERS = frozenset(
    {
        *("node_modules", ".git", "cdk.out", ".venv", "venv", "__pycache__", ".forestage", ".aws-sam", ".idea"),
        *(".vscode", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox", ".gradle", ".hypothesis"),
    }
)
"""Folders that are no input of an app: others made them, or it does itself."""

LOG_ENDING = ".log"
"""Files that programs write while they run, a preview with ``--log-file`` first of all: no input either."""

_BUILD_FOLDERS = {"target": "pom.xml", "build": "build.gradle", "bin": ".csproj", "obj": ".csproj"}
"""Folders that a build fills, where a file with this ending lies beside them."""

_VOLATILE = frozenset(
    {
        *("_", "PWD", "OLDPWD", "SHLVL", "TERM", "COLUMNS", "LINES", "WINDOWID", "TERM_SESSION_ID", "PS1", "PROMPT"),
        *("SSH_AUTH_SOCK", "SSH_CLIENT", "SSH_CONNECTION", "SSH_TTY", "SSH_AGENT_PID", "XDG_SESSION_ID", "TMPDIR"),
        *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"),
        *("AWS_CREDENTIAL_EXPIRATION", "PYTEST_CURRENT_TEST", "INVOCATION_ID", "JOURNAL_STREAM"),
    }
)
"""Variables that differ between two shells and that no app should depend on."""


def stamps_of(folder: Path) -> tuple[Stamp, ...]:
    """Note size and time of every file that an app in a folder may read."""
    found: list[Stamp] = []
    waiting = [str(folder)]
    start = len(str(folder)) + 1
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            listed = list(entries)
        names = [entry.name for entry in listed]
        for entry in listed:
            if entry.is_dir(follow_symlinks=False):
                if not _is_made(entry.name, names):
                    waiting.append(entry.path)
            elif entry.is_file(follow_symlinks=False) and not entry.name.endswith(LOG_ENDING):
                status = entry.stat(follow_symlinks=False)
                found.append((entry.path[start:], status.st_size, status.st_mtime_ns))
    return tuple(sorted(found))


def is_made_folder(folder: str) -> bool:
    """Tell whether a folder, by its absolute path, is no input of an app: a build or another program fills it."""
    path = Path(folder)
    if path.name in IGNORED_FOLDERS:
        return True
    if path.name not in _BUILD_FOLDERS or not path.parent.is_dir():
        return False
    return _is_made(path.name, [entry.name for entry in path.parent.iterdir()])


def _is_made(folder: str, siblings: Sequence[str]) -> bool:
    if folder in IGNORED_FOLDERS:
        return True
    ending = _BUILD_FOLDERS.get(folder)
    return ending is not None and any(name.endswith(ending) for name in siblings)


def digest_of(stamps: Iterable[Stamp], settings: Mapping[str, object], without: Iterable[str] = ()) -> str:
    """Digest an app's files and settings, without the files below some folders (or the files themselves).

    A handler's folder is left out: an edit of a handler changes nothing in the templates.
    """
    excluded = tuple(without)
    kept = [stamp for stamp in stamps if not any(_is_below(stamp[0], path) for path in excluded)]
    text = json.dumps([kept, settings], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}{os.sep}")


def installed_stamps(folder: Path, environments: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """Note when packages were last installed: for the app in Node.js and Python, and in some virtual environments."""
    places = [folder / "node_modules" / ".package-lock.json"]
    for environment in (str(folder / ".venv"), *environments):
        places += sorted(Path(environment).glob("lib/python*/site-packages"))
    return tuple((str(place), place.stat().st_mtime_ns) for place in places if place.exists())


def handler_folders(folder: Path, sources: Iterable[Path], command: str) -> tuple[str, ...]:
    """Pick the assets that no synthesis depends on.

    They are inside the app's folder, but hold neither its cdk.json nor what its command names.
    """
    named = _paths_in(command)
    picked: set[str] = set()
    for source in sources:
        path = Path(os.path.normpath(source))
        if path != folder and path.is_relative_to(folder):
            below = str(path.relative_to(folder))
            if not any(_is_below(name, below) for name in named):
                picked.add(below)
    return tuple(sorted(picked))


def _paths_in(command: str) -> tuple[str, ...]:
    """Return what may be paths in a command; ``python3 -m src.app`` names src/app."""
    words = [os.path.normpath(word) for word in command.split()]
    return (*words, *(word.replace(".", os.sep) for word in words))


def lasting(variables: Mapping[str, str]) -> dict[str, str]:
    """Leave out the variables that differ from shell to shell."""
    return {name: value for name, value in variables.items() if name not in _VOLATILE}
