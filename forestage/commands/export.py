"""``forestage export``: an application's APIs in formats of other tools."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from forestage.commands.options import source_options

if TYPE_CHECKING:
    from forestage.commands.options import SourceOptions
    from forestage.model.rest import Definition, RestApi


@click.command("export")
@source_options
@click.option(
    "--format", "form", default="openapi", show_default=True, type=click.Choice(["openapi"]), help="What to write."
)
@click.option(
    "--api", "wanted", metavar="NAME", help="Name, logical id or id of the API; needed where there are several."
)
@click.option("--stage", metavar="NAME", help="What this stage serves, instead of all that is defined.")
@click.option(
    "--output", "-o", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file."
)
def command(*, options: SourceOptions, form: str, wanted: str | None, stage: str | None, output: Path | None) -> None:
    """Write a REST API as OpenAPI 3.0 with the extensions of API Gateway, which it can be imported from again."""
    from forestage.commands.printing import TerminalTalk, put
    from forestage.export.openapi import export_openapi

    del form  # There is one yet.
    api = _choose(options.load().deployment.rest_apis, wanted)
    exported = export_openapi(api, _served(api, stage))
    for gap in exported.gaps:
        TerminalTalk().warn(gap)
    text = json.dumps(exported.document, indent=2, ensure_ascii=False)
    if output is None:
        put(text)
    else:
        output.write_text(f"{text}\n", encoding="utf-8")


def _choose(apis: tuple[RestApi, ...], wanted: str | None) -> RestApi:
    """Find the API that was asked for, or the only one."""
    found = tuple(api for api in apis if wanted is None or wanted in {api.logical_id, api.id, api.name})
    names = ", ".join(api.logical_id for api in apis) or "none"
    if len(found) == 1:
        return found[0]
    if wanted is None:
        raise click.UsageError(f"--api is needed: the REST APIs are {names}" if apis else "there is no REST API")
    many = "several REST APIs are" if found else "no REST API is"
    raise click.BadParameter(f"{many} called {wanted!r}, there are {names}", param_hint="--api")


def _served(api: RestApi, stage: str | None) -> Definition | None:
    if stage is None:
        return None
    ids = {item.stage_name: item.deployment_id for item in api.stages}
    if stage not in ids:
        names = ", ".join(str(name) for name in ids) or "none"
        raise click.BadParameter(f"there is no stage {stage!r}, there are {names}", param_hint="--stage")
    return next((item.definition for item in api.deployments if item.id == ids[stage]), None)
