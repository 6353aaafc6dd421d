"""What is told of a defect of forestage's own: one line, and a file with the rest."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from forestage import __version__
from forestage.errors import StateError
from forestage.preview.host.folders import state_folder, write_whole

if TYPE_CHECKING:
    from pathlib import Path


def report_defect(defect: BaseException, *, folder: Path | None = None) -> str:
    """Write a defect to a file under ``folder``, by default the state folder, and return the line about it.

    Arguments of the command are not written: parameters may be secret.
    """
    now = datetime.now(UTC)
    path = (folder or state_folder()) / "crashes" / f"{now:%Y%m%dT%H%M%S}-{os.getpid()}.txt"
    summary = f"a defect of forestage: {type(defect).__name__}: {_first_line(defect)}"
    try:
        write_whole(path, _record(defect, now).encode())
    except StateError as problem:
        return f"{summary}; {_place(defect)}; the traceback is lost: {problem.message}"
    return f"{summary}; the traceback is in {path}"


def _record(defect: BaseException, now: datetime) -> str:
    return "\n".join(
        (
            f"forestage {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"{now:%Y-%m-%dT%H:%M:%SZ}, command {' '.join(sys.argv[1:2])}",
            "",
            "".join(traceback.format_exception(defect)),
        )
    )


def _first_line(defect: BaseException) -> str:
    return str(defect).partition("\n")[0]


def _place(defect: BaseException) -> str:
    frames = traceback.extract_tb(defect.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "no traceback"
