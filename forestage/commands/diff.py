"""``forestage diff``: what a change does to callers, to security and to operations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from forestage.commands.options import load_options

if TYPE_CHECKING:
    from forestage.commands.options import SourceOptions

EXIT_REACHED = 3
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("diff")
@click.argument("before", required=False, metavar="[BEFORE]")
@click.argument("after", required=False, metavar="[AFTER]")
@load_options
@click.option("--base", metavar="REF", help="BEFORE is AFTER at this git ref; short for git:REF.")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="terminal, json, markdown, github, gitlab, junit, sarif or html; may be repeated with files.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "dangerous", "safe", "never"]),
    help="End with 3 when there is such a change or a worse one; by default never.",
)
@click.option(
    "--fail-on-security",
    type=click.Choice(["weaker", "never"]),
    help="End with 3 when a change weakens security.",
)
@click.option(
    "--fail-on-operation",
    multiple=True,
    metavar="NAME[,NAME]",
    help="End with 3 when a change has such an operation: replace, destroy, data-loss, stale ...",
)
@click.option(
    "--severity",
    "severity_files",
    multiple=True,
    type=_FILE,
    metavar="FILE",
    help="Severities of your own, by rule; may be repeated.",
)
@click.option(
    "--ignore", "ignore_files", multiple=True, type=_FILE, metavar="FILE", help="What to ignore; may be repeated."
)
@click.option(
    "--approve",
    "approved",
    multiple=True,
    metavar="FINGERPRINT[=REASON]",
    help="Let a change pass that is wanted; may be repeated.",
)
@click.option("--only", metavar="API", help="Only this API: its logical id or name.")
@click.option("--match-path", metavar="REGEX", help="Of changes at paths, only those whose path matches.")
@click.option("--unmatch-path", metavar="REGEX", help="Of changes at paths, only those whose path does not match.")
@click.option(
    "--context-lines",
    type=click.IntRange(0),
    metavar="N",
    help="Lines around the changed ones of a long value; by default 3.",
)
@click.option("--all", "includes_hidden", is_flag=True, default=None, help="Also changes without effect on callers.")
@click.option("--usage", "with_usage", is_flag=True, help="Judge quotas by what keys have used, asked of AWS.")
@click.option(
    "--config",
    type=_FILE,
    metavar="FILE",
    help="File of settings; options win. By default forestage.diff.yaml in the current folder, if it is there.",
)
@click.option("--quiet", "-q", "is_quiet", is_flag=True, help="Print nothing when there is nothing to tell.")
@click.option("--no-color", "is_colourless", is_flag=True, help="No colors.")
@click.option(
    "--post",
    type=click.Choice(["github", "gitlab"]),
    help="In CI: comment on the pull or merge request, or update that comment.",
)
@click.option("--comment-key", metavar="KEY", help="Tells the comments of several comparisons from each other.")
# What else was typed has the names and types of DiffRequest's fields.
def command(*, before: str | None, after: str | None, base: str | None, options: SourceOptions, **typed: Any) -> int:
    """Compare two deployments: what breaks callers, what weakens security, what is replaced.

    BEFORE and AFTER are SOURCEs. AFTER is by default the current folder, BEFORE what is deployed of AFTER.

    Ends with 0 when the comparison was made, with 3 when it was made and what --fail-on names was found, with 1 when
    it could not be made.
    """
    from forestage.commands.diff_run import DiffRequest, run_diff
    from forestage.commands.diff_sides import choose_sides

    request = DiffRequest(sides=choose_sides(before, after, base), **typed)
    return EXIT_REACHED if run_diff(request, options) else 0
