"""The format of a stage's access log, taken apart: text, and the variables between.

Source: endpoints.md section 9; API Gateway developer guide, "Set up CloudWatch logging for REST APIs" (documented):
only variables of ``$context`` are replaced.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

# The name of a claim may have a colon, ``cognito:username``; a hyphen ends no name, as in ``$context.status-``.
_NAME: Final = r"context(?:\.authorizer\.claims(?![\w-])(?:\.\w(?:[\w:-]*\w)?)?|(?:\.\w(?:[\w-]*\w)?)+)"
_VARIABLE: Final = re.compile(rf"\$(?:\{{({_NAME})\}}|({_NAME}))", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogPart:
    """A piece of a format: a text, or the path of a variable without ``context.``."""

    text: str = ""
    variable: str | None = None


def compile_access_log(text: str) -> tuple[LogPart, ...]:
    """Take a format apart; a line break at its end is no part of its lines."""
    return tuple(_parts(text.rstrip("\r\n")))


def _parts(text: str) -> Iterator[LogPart]:
    end = 0
    for found in _VARIABLE.finditer(text):
        if found.start() > end:
            yield LogPart(text=text[end : found.start()])
        yield LogPart(variable=(found[1] or found[2]).partition(".")[2])
        end = found.end()
    if end < len(text):
        yield LogPart(text=text[end:])
