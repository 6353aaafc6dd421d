"""The formats in which a report can be written."""

from __future__ import annotations

from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.diff.render.options import RenderOptions
    from forestage.diff.report import Report


class Format(Enum):
    """A format that programs or pages read; the terminal's is in the command."""

    JSON = "json"
    MARKDOWN = "markdown"
    GITHUB = "github"
    GITLAB = "gitlab"
    JUNIT = "junit"
    SARIF = "sarif"
    HTML = "html"


_MODULES: Final[Mapping[Format, str]] = {
    Format.JSON: "json_document",
    Format.MARKDOWN: "markdown",
    Format.GITHUB: "annotations",
    Format.GITLAB: "code_quality",
    Format.JUNIT: "junit",
    Format.SARIF: "sarif",
    Format.HTML: "html_page",
}
"""Each is imported when it is asked for."""


def render(report: Report, form: Format, options: RenderOptions) -> str:
    """Write a report in a format; the text ends with a line break, or is empty."""
    module = import_module(f"{__package__}.{_MODULES[form]}")
    text = module.render(report, options)
    assert isinstance(text, str)
    return text
