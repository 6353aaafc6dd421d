"""Docstrings as the reference pages show them: without the papers that their rules come from.

mkdocs loads this file by its path, as an extension of griffe.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

SOURCE = re.compile(r"\n*^Sources?: .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


class WithoutSources(griffe.Extension):
    """Takes the paragraph that begins with ``Source:`` out of every docstring."""

    # griffe hands over more than is asked for, and its nodes are of several parsers.
    def on_object(self, *, obj: griffe.Object, **more: Any) -> None:
        """Change the docstring of one object."""
        del more
        if obj.docstring is not None:
            obj.docstring.value = without_sources(obj.docstring.value)


def without_sources(text: str) -> str:
    """Return a docstring without the paragraphs that name its sources."""
    return SOURCE.sub("", text).strip()
