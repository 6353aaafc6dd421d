"""Text of templates in Markdown: it formats nothing, links nothing and calls nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.diff.render.visible import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENTITIES: Final = {ord(sign): f"&#{ord(sign)};" for sign in "&<>\"'`*_[]|\\~$#^"}
_BREAK: Final = "<!-- -->"
"""It is not seen, and parts what would otherwise be a mention or a link."""


def code(text: str) -> str:
    """Write a text as code that can stand anywhere in a line, also in a table; nothing for nothing."""
    return f"<code>{_plain(text)}</code>" if text else ""


def prose(text: str) -> str:
    """Write a text as part of a line."""
    return _plain(text).replace("@", f"@{_BREAK}")


def fenced(lines: Sequence[str], language: str) -> tuple[str, ...]:
    """Put visible lines between fences that are longer than any in them."""
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return (f"{fence}{language}", *lines, fence)


def _plain(text: str) -> str:
    return visible(text).translate(_ENTITIES).replace("://", f":{_BREAK}//").replace("www.", f"www{_BREAK}.")
