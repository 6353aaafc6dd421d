"""How a report is to be written, whatever the format."""

from __future__ import annotations

from typing import Final

from forestage.diff.gate import Gate
from forestage.model.records import dataclass, field

MAX_COMMENT_CHARACTERS: Final = 65_536
"""Source: diff.md section 4: GitHub refuses longer comments."""

DEFAULT_KEY: Final = "default"
DEFAULT_CONTEXT_LINES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """How a report is to be written.

    ``gate`` is what stops a deployment. ``context_lines`` stand around the changed ones of a long value. ``folder`` is
    the current folder as seen from the root of the repository, empty for the root itself: files are named from there.
    ``key`` tells one comparison of a pull request from another, ``max_characters`` is for Markdown.
    """

    gate: Gate = field(default_factory=Gate)
    context_lines: int = DEFAULT_CONTEXT_LINES
    folder: str = ""
    key: str = DEFAULT_KEY
    max_characters: int = MAX_COMMENT_CHARACTERS
