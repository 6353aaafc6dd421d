"""Constructs that note which line of the app made them, so that a comparison can point there."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from constructs import Construct

if TYPE_CHECKING:
    from types import FrameType

SOURCE: Final = "forestage:source"
_LIBRARIES: Final = frozenset({"site-packages", "dist-packages"})
_OURS: Final = Path(__file__).parent


class NotedConstruct(Construct):
    """A construct whose line, ``app.py:12``, is in the metadata of the assembly; the template does not change by it.

    The line is that of the nearest caller in the current folder that is no library; from elsewhere none is noted.
    """

    def __init__(self, scope: Construct, id: str) -> None:  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        super().__init__(scope, id)
        line = line_of_caller()
        if line is not None:
            self.node.add_metadata(SOURCE, line)


def line_of_caller() -> str | None:
    """Tell which line of the current folder called the library: ``app.py:12``."""
    here = Path.cwd()
    frame: FrameType | None = sys._getframe(1)  # ruff: ignore[private-member-access]  (the inspect module reads every source file)
    while frame is not None:
        file = Path(frame.f_code.co_filename)
        if file.is_relative_to(here) and not file.is_relative_to(_OURS) and not _LIBRARIES & set(file.parts):
            return f"{file.relative_to(here).as_posix()}:{frame.f_lineno}"
        frame = frame.f_back
    return None
