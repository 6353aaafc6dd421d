"""``forestage doctor``: what this machine has for a preview, and what to do about what it lacks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.commands.checks import Check


@click.command("doctor")
@click.option(
    "--port",
    "-p",
    default=3000,
    show_default=True,
    type=click.IntRange(1, 65_535),
    help="Port that a preview would listen on.",
)
@click.option(
    "--format", "form", default="text", show_default=True, type=click.Choice(["text", "json"]), help="How to print."
)
def command(*, port: int, form: str) -> int:
    """Check that this machine has what a preview needs; the exit code is 1 where something is missing."""
    from forestage.commands.checks import Verdict, check_machine
    from forestage.commands.printing import put

    checks = check_machine(port=port)
    put(json.dumps({"checks": [check.to_json() for check in checks]}, indent=2) if form == "json" else _text(checks))
    return 1 if any(check.verdict is Verdict.MISSING for check in checks) else 0


def _text(checks: Sequence[Check]) -> str:
    from forestage.commands.printing import table

    lines = table([(_paint(check), check.subject, check.found) for check in checks])
    remedies = [f"  {check.subject}: {check.remedy}" for check in checks if check.remedy]
    return "\n".join([*lines, *(["", "what to do:", *remedies] if remedies else [])])


def _paint(check: Check) -> str:
    from forestage.commands.checks import Verdict

    color = {Verdict.GOOD: "green", Verdict.WORSE: "yellow", Verdict.MISSING: "red"}[check.verdict]
    return click.style(check.verdict.value, fg=color)
