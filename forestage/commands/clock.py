"""``forestage clock``: the time of the running preview."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _clock_options(function: Callable[..., object]) -> Callable[..., object]:
    """Let a command take how to print, and the port to ask."""
    form = click.option(
        "--format", "form", default="text", show_default=True, type=click.Choice(["text", "json"]), help="How to print."
    )
    port = click.option("--port", "-p", type=click.IntRange(1, 65_535), help="Port of the preview to ask.")
    return form(port(function))


@click.group("clock", invoke_without_command=True)
@_clock_options
@click.pass_context
def command(context: click.Context, *, form: str, port: int | None) -> None:
    """Tell the time of the running preview, and change it.

    Quotas, throttles, kept answers, the expiry of tokens, timeouts and idle connections go by it; functions see the
    time of the machine.
    """
    if context.invoked_subcommand is None:
        _show(form, port, None)


@command.command("show")
@_clock_options
def show(*, form: str, port: int | None) -> None:
    """Tell the time."""
    _show(form, port, None)


@command.command("advance")
@click.argument("duration")
@_clock_options
def advance(*, duration: str, form: str, port: int | None) -> None:
    """Go forward by DURATION: 31d, 12h, 5m, 30s, 1h30m or P1DT12H."""
    _show(form, port, {"action": "advance", "by": duration})


@command.command("freeze")
@_clock_options
def freeze(*, form: str, port: int | None) -> None:
    """Let time stand still; it can be advanced."""
    _show(form, port, {"action": "freeze"})


@command.command("reset")
@_clock_options
def reset(*, form: str, port: int | None) -> None:
    """Go with the machine's clock again."""
    _show(form, port, {"action": "reset"})


def _show(form: str, port: int | None, change: Mapping[str, str] | None) -> None:
    """Make a change, if there is one, and print the time."""
    from forestage.commands.control_client import find_preview
    from forestage.commands.printing import put

    client = find_preview(port)
    told = client.get("clock") if change is None else client.post("clock", change)
    put(json.dumps(told, indent=2) if form == "json" else _line(told))


# What the control plane tells is JSON of another process.
def _line(told: Mapping[str, Any]) -> str:
    ahead = float(told["ahead_seconds"])
    if told["frozen"]:
        return f"{told['time']} (frozen)"
    return f"{told['time']} (ahead by {_length(ahead)})" if ahead else f"{told['time']}"


def _length(seconds: float) -> str:
    """Write a length of time as ``31d 2h 5s``."""
    left, parts = int(seconds), []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")):
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number}{unit}")
    return " ".join(parts) or "0s"
