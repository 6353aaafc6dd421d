"""Where forestage keeps files of its own, and how they are written so that no reader sees half of one."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Mapping

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
PUBLIC_FILE = 0o644


def cache_folder(environment: Mapping[str, str] | None = None, *, platform: str = sys.platform) -> Path:
    """Return the folder for what can be made again; it need not exist.

    Source: XDG Base Directory Specification; Apple's File System Programming Guide.
    """
    return _folder(environment, variable="XDG_CACHE_HOME", usual=".cache", platform=platform, apple="Library/Caches")


def state_folder(environment: Mapping[str, str] | None = None, *, platform: str = sys.platform) -> Path:
    """Return the folder for what describes running previews; it need not exist."""
    apple = "Library/Application Support"
    return _folder(environment, variable="XDG_STATE_HOME", usual=".local/state", platform=platform, apple=apple)


def _folder(environment: Mapping[str, str] | None, *, variable: str, usual: str, platform: str, apple: str) -> Path:
    values = os.environ if environment is None else environment
    # The specification has relative paths ignored.
    if Path(values.get(variable, "")).is_absolute():
        return Path(values[variable]) / "forestage"
    home = Path(values["HOME"]) if values.get("HOME") else Path("~").expanduser()
    return home / (apple if platform == "darwin" else usual) / "forestage"


def make_private(folder: Path) -> Path:
    """Make the folder where it is missing, for its owner alone.

    Raises:
        StateError: it cannot be made.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise _state_error("make the folder", folder, error) from error
    return folder


def write_whole(path: Path, content: bytes, *, mode: int = PRIVATE_FILE) -> None:
    """Replace a file at once: readers see the old content or the new.

    Raises:
        StateError: it cannot be written.
    """
    make_private(path.parent)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _state_error("write", path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _state_error("write", path, error) from error


def _state_error(verb: str, path: Path, error: OSError) -> StateError:
    hint = "set XDG_CACHE_HOME and XDG_STATE_HOME to folders that can be written"
    return StateError(f"cannot {verb} {path}: {error.strerror or error}", hint=hint)
