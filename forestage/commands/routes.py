"""``forestage routes``: what an application serves, without serving it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from forestage.commands.options import SourceOptions, source_options

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.load import Loaded
    from forestage.model.values import Json
    from forestage.preview.host.overview import ApiOverview

FIRST_PORT = 3000


@click.command("routes")
@source_options
@click.option(
    "--port",
    "-p",
    default=FIRST_PORT,
    show_default=True,
    type=click.IntRange(1, 65_535),
    help="First port of the preview that the commands are for.",
)
@click.option(
    "--format", "form", default="table", show_default=True, type=click.Choice(["table", "json"]), help="How to print."
)
def command(*, options: SourceOptions, port: int, form: str) -> None:
    """List the routes of an application, each with a command that calls it."""
    from forestage.commands.overview_text import api_lines
    from forestage.commands.printing import put

    apis = describe(options.load(), port=port)
    if form == "json":
        put(json.dumps({"apis": [api_to_json(api) for api in apis]}, indent=2))
        return
    put("\n".join(api_lines(apis)).lstrip("\n"))


def describe(loaded: Loaded, *, port: int) -> tuple[ApiOverview, ...]:
    """Describe the APIs as a preview would serve them, counting up from a port."""
    from forestage.preview.compile import compile_deployment
    from forestage.preview.host.overview import describe_api
    from forestage.preview.secret_texts import SecretTexts

    cover = SecretTexts(loaded.secrets).text
    apis = compile_deployment(loaded.deployment).apis.values()
    return tuple(
        describe_api(api, base_url=f"http://localhost:{port + at}", cover=cover) for at, api in enumerate(apis)
    )


def api_to_json(api: ApiOverview) -> Mapping[str, Json]:
    """Tell an API as the control plane does, with the routes of each stage."""
    return {
        **api.to_json(),
        "stages": [
            {
                "name": stage.name,
                "invoke_url": stage.invoke_url,
                "routes": [
                    {
                        "verb": route.verb,
                        "path": route.path,
                        "integration": route.integration,
                        "refusal": route.refusal,
                    }
                    for route in stage.routes
                ],
            }
            for stage in api.stages
        ],
    }
