"""How output looks: data goes to standard output, talk to standard error; colours only where a terminal is."""

from __future__ import annotations

import os
import sys
import unicodedata
from typing import TYPE_CHECKING, Final

import click

from forestage.preview.host.request_log import wants_colours

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from forestage.errors import ForestageError

_GAP: Final = "  "
_WIDE: Final = frozenset("WF")

_VERB_COLORS: Final = {
    "GET": "green",
    "HEAD": "green",
    "POST": "yellow",
    "PUT": "blue",
    "PATCH": "blue",
    "DELETE": "red",
    "OPTIONS": "magenta",
    "ANY": "cyan",
}


class TerminalTalk:
    """Messages to people, on standard error."""

    @staticmethod
    def info(text: str) -> None:
        """Tell something."""
        _say(text)

    @staticmethod
    def warn(text: str) -> None:
        """Tell something that may be wrong."""
        _say(f"{click.style('warning:', fg='yellow')} {text}")

    @staticmethod
    def error(text: str) -> None:
        """Tell something that is wrong."""
        _say(f"{click.style('error:', fg='red', bold=True)} {text}")


def complain(error: ForestageError, talk: TerminalTalk | None = None, *, places: Sequence[str] = ()) -> None:
    """Tell an error with the ``places`` that it is about and its faults, one a line, and what to do next."""
    talk = talk or TerminalTalk()
    talk.error(error.message)
    for line in places:
        talk.info(f"  {line}")
    for fault in error.faults:
        talk.info(f"  {fault}")
    if error.hint:
        talk.info(f"{click.style('hint:', fg='cyan')} {error.hint}")


def put(text: str) -> None:
    """Write data to standard output."""
    click.echo(text, color=wants_colours(os.environ, is_terminal=sys.stdout.isatty()))


def _say(text: str) -> None:
    click.echo(text, err=True, color=wants_colours(os.environ, is_terminal=sys.stderr.isatty()))


def heading(text: str) -> str:
    """Make a line that stands over others."""
    return click.style(text, bold=True)


def dim(text: str) -> str:
    """Make what matters less look so."""
    return click.style(text, dim=True)


def verb(text: str) -> str:
    """Paint an HTTP verb."""
    return click.style(text, fg=_VERB_COLORS.get(text))


def table(rows: Iterable[Sequence[str]], *, header: Sequence[str] = (), indent: str = "") -> list[str]:
    """Align cells into lines; the last column is as long as it is, so that what is to be copied is not broken."""
    painted = [tuple(row) for row in rows]
    lines = [tuple(dim(cell) for cell in header), *painted] if header and painted else painted
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return [f"{indent}{_line(row, widths)}".rstrip() for row in lines]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (wide - width(cell)) for cell, wide in zip(row[:-1], widths, strict=False))
    return _GAP.join((*padded, *row[-1:]))


def width(text: str) -> int:
    """Count the columns that a text takes on a terminal."""
    plain = click.unstyle(text)
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in _WIDE) for sign in plain
    )
