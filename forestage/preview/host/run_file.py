"""Where the running preview of a folder is: a file that tells, and a lock that says whether it is still true.

The lock goes with its process, however that ends, so a file without one is stale; a process id alone would be
taken for another process's.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING

from forestage.errors import StateError
from forestage.model.records import dataclass
from forestage.preview.host.folders import PRIVATE_FILE, make_private, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """A running preview: every one of its ports has a control plane, ``port`` is the first.

    ``host`` is the name to call it by, ``source`` what it was started with, ``started_at`` in seconds since the
    epoch.
    """

    pid: int
    host: str
    port: int
    source: str
    started_at: float


class Announcement:
    """A run file of this process; it is there until it is withdrawn or the process ends."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle

    def withdraw(self) -> None:
        """Take the run file away; doing so twice is harmless."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                self._path.unlink()
            os.close(self._handle)
            self._handle = -1


def announce(folder: Path, running: RunFile, *, state: Path | None = None) -> Announcement:
    """Tell that a preview of the folder runs in this process.

    Raises:
        StateError: the state folder cannot be written.
    """
    path = _path_of(folder, running, state)
    temporary = path.with_suffix(".new")
    make_private(path.parent)
    try:
        handle = os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE_FILE)
        # Locked before anybody can see it: a reader never takes it for stale.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(handle, json.dumps(asdict(running)).encode())
        temporary.replace(path)
    except OSError as error:
        raise StateError(f"cannot write {path}: {error.strerror or error}") from error
    return Announcement(path, handle)


def find_running(folder: Path, *, state: Path | None = None) -> RunFile | None:
    """Find the preview of a folder, the one that was started last; None where none runs."""
    running = [found for path in _files_of(folder, state) if (found := _read(path))]
    return max(running, key=lambda found: found.started_at, default=None)


def _path_of(folder: Path, running: RunFile, state: Path | None) -> Path:
    return _previews(state) / f"{_key(folder)}.{running.pid}.{running.port}.json"


def _files_of(folder: Path, state: Path | None) -> Iterator[Path]:
    return _previews(state).glob(f"{_key(folder)}.*.json")


def _previews(state: Path | None) -> Path:
    return (state or state_folder()) / "previews"


def _key(folder: Path) -> str:
    return sha256(os.fsencode(folder.resolve())).hexdigest()[:24]


def _read(path: Path) -> RunFile | None:
    """Read a run file; one that nobody holds is removed."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        if not _is_held(handle):
            path.unlink(missing_ok=True)
            return None
        with os.fdopen(os.dup(handle), "rb") as file:
            return RunFile(**json.loads(file.read()))
    except (OSError, ValueError, TypeError):
        return None
    finally:
        os.close(handle)


def _is_held(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
