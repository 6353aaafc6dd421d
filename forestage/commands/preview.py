"""``forestage preview``: serve an application on this machine."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from forestage.commands.options import SourceOptions, source_options

if TYPE_CHECKING:
    from pathlib import Path


@click.command("preview")
@source_options
@click.option(
    "--port",
    "-p",
    default=3000,
    show_default=True,
    type=click.IntRange(0, 65_535),
    help="Port of the first API; the others follow. A taken one is skipped, unless it is named here.",
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option(
    "--env-vars",
    "-n",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="JSON file with environment variables of functions, as SAM has it; null takes one away.",
)
@click.option(
    "--debug-port",
    "-d",
    type=click.IntRange(1, 65_535),
    metavar="PORT",
    help="Wait for a debugger: Node functions under its inspector, Python functions under debugpy.",
)
@click.option(
    "--warm-containers",
    "warm",
    default="EAGER",
    show_default=True,
    type=click.Choice(["EAGER", "LAZY"], case_sensitive=False),
    help="Start a process of each function at once, or at its first request.",
)
@click.option("--no-watch", is_flag=True, help="Leave changes of files alone.")
@click.option("--strict", is_flag=True, help="Refuse an application of which something is not simulated.")
@click.option(
    "--log-file", type=click.Path(dir_okay=False, writable=True), metavar="FILE", help="Write request lines there, too."
)
@click.pass_context
def command(
    context: click.Context,
    *,
    options: SourceOptions,
    port: int,
    host: str,
    env_vars: str | None,
    debug_port: int | None,
    warm: str,
    no_watch: bool,
    strict: bool,
    log_file: str | None,
) -> int:
    """Serve an application on this machine, functions included, until Ctrl-C."""
    # Nothing that is made until the preview answers is garbage: it is what is served.
    gc.disable()
    from forestage.commands.serving import ServeOptions, serve

    return serve(
        options,
        ServeOptions(
            # Addresses that are told say localhost, which is ::1 on some machines.
            host=host if _is_typed(context, "host") else "localhost",
            port=port,
            exact_port=_is_typed(context, "port") and port != 0,
            env_vars_file=_path(env_vars),
            debug_port=debug_port,
            is_eager=warm.upper() == "EAGER",
            watches=not no_watch,
            strict=strict,
            log_file=_path(log_file),
        ),
    )


def _is_typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _path(text: str | None) -> Path | None:
    from pathlib import Path

    return None if text is None else Path(text)
