"""``forestage synth``: load an application, and tell what is wrong with it and what is not simulated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from forestage.commands.options import source_options

if TYPE_CHECKING:
    from forestage.commands.options import SourceOptions
    from forestage.load import Loaded


@click.command("synth")
@source_options
@click.option(
    "--format", "form", default="text", show_default=True, type=click.Choice(["text", "json"]), help="How to print."
)
@click.option("--strict", is_flag=True, help="Refuse an application of which something is not simulated.")
def command(*, options: SourceOptions, form: str, strict: bool) -> None:
    """Load an application and tell what is wrong with it: faults, and what a preview does not simulate.

    A CDK app is run, unless nothing changed since the last time.
    """
    from forestage.commands.printing import TerminalTalk, put

    loaded = options.load()
    for warning in loaded.warnings:
        TerminalTalk().warn(f"{warning}")
    put(_as_json(loaded) if form == "json" else _as_text(loaded))
    if strict:
        loaded.fidelity.refuse()


def _as_text(loaded: Loaded) -> str:
    from forestage.commands.overview_text import fidelity_lines
    from forestage.commands.printing import table

    deployment = loaded.deployment
    rows = [
        (f"{len(things)}", f"{name}:", ", ".join(names))
        for name, things, names in (
            ("REST APIs", deployment.rest_apis, [api.logical_id for api in deployment.rest_apis]),
            ("WebSocket and HTTP APIs", deployment.apis, [api.logical_id for api in deployment.apis]),
            ("functions", deployment.functions, [function.logical_id for function in deployment.functions]),
        )
        if things
    ]
    files = [f"read from {path}" for path in loaded.watch]
    return "\n".join([*table(rows), *files, *fidelity_lines(loaded.fidelity)])


def _as_json(loaded: Loaded) -> str:
    deployment = loaded.deployment
    return json.dumps(
        {
            "rest_apis": [api.logical_id for api in deployment.rest_apis],
            "apis": [api.logical_id for api in deployment.apis],
            "functions": [function.logical_id for function in deployment.functions],
            "files": list(loaded.watch),
            "warnings": [str(warning) for warning in loaded.warnings],
            "fidelity": loaded.fidelity.to_json(),
        },
        indent=2,
    )
