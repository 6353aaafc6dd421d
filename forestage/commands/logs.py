"""``forestage logs``: what the functions of the running preview log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLLOW_SECONDS: Final = 0.25


@click.command("logs")
@click.argument("function", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on with what is logged from now on.")
@click.option("--port", "-p", type=click.IntRange(1, 65_535), help="Port of the preview to ask.")
@click.option("--tail", "-n", type=click.IntRange(0), metavar="LINES", help="Begin with this many of the latest lines.")
def command(*, function: str | None, follow: bool, port: int | None, tail: int | None) -> None:
    """Show what functions log, with the lines that Lambda itself adds.

    FUNCTION is a part of a function's name; by default it is all functions.
    """
    from forestage.commands.control_client import find_preview

    client = find_preview(port)
    page = client.get("logs/functions")
    _check(function, page)
    lines = _of(page, function)
    _print(lines if tail is None else lines[len(lines) - min(tail, len(lines)) :])
    while follow:
        time.sleep(FOLLOW_SECONDS)
        page = client.get("logs/functions", {"after": str(page["next"])})
        _print(_of(page, function))


# What the control plane tells is JSON of another process.
def _of(page: Mapping[str, Any], function: str | None) -> Sequence[Mapping[str, Any]]:
    lines: Sequence[Mapping[str, Any]] = page["lines"]
    return [line for line in lines if function is None or function.casefold() in str(line["function"]).casefold()]


def _check(function: str | None, page: Mapping[str, Any]) -> None:
    """Refuse a name that no function has, neither one that is there nor one that has logged before."""
    from forestage.errors import ForestageError

    there: list[str] = page.get("functions") or []
    if function is None or _of(page, function) or any(function.casefold() in name.casefold() for name in there):
        return
    named = f"there are: {', '.join(there)}" if there else "there are no functions"
    raise ForestageError(f"no function is called {function!r}; {named}")


def _print(lines: Sequence[Mapping[str, Any]]) -> None:
    from forestage.commands.printing import dim, put

    for line in lines:
        text = str(line["text"])
        put(f"{dim('[' + str(line['function']) + ']')} {text if line['stream'] == 'function' else dim(text)}")
