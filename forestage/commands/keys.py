"""``forestage keys``: the API keys of the running preview."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_STDOUT: Final = "-"


def _port_option(function: Callable[..., object]) -> Callable[..., object]:
    option = click.option("--port", "-p", type=click.IntRange(1, 65_535), help="Port of the preview to ask.")
    return option(function)


def _form_option(function: Callable[..., object]) -> Callable[..., object]:
    option = click.option(
        "--format", "form", default="text", show_default=True, type=click.Choice(["text", "json"]), help="How to print."
    )
    return option(function)


@click.group("keys")
def command() -> None:
    """List, create, import and export API keys.

    Those that are created or imported are lost with the preview, unless it was started with --state.
    """


@command.command("list")
@click.option("--show-values", is_flag=True, help="Show the values, but those that the template keeps secret.")
@_form_option
@_port_option
def list_keys(*, show_values: bool, form: str, port: int | None) -> None:
    """List the keys of the template, and those that were created or imported."""
    from forestage.commands.control_client import find_preview
    from forestage.commands.printing import put, table

    page = find_preview(port).get("keys", {"includeValues": "true"} if show_values else None)
    if form == "json":
        put(json.dumps(page, indent=2))
        return
    rows = [_row(key) for key in page["keys"]]
    put("\n".join(table(rows, header=("id", "name", "value", "enabled", "plans"))) if rows else "there are no keys")


@command.command("create")
@click.option("--name", default="", help="What the key is called.")
@click.option("--value", help="20 to 128 characters; without it, the value is made up.")
@click.option("--description", default="", help="What the key is for.")
@click.option("--plan", "plans", multiple=True, metavar="PLAN", help="Put it into this usage plan; may be repeated.")
@click.option("--disabled", is_flag=True, help="Let the key be refused until it is imported as enabled.")
@_form_option
@_port_option
def create_key(
    *,
    name: str,
    value: str | None,
    description: str,
    plans: Sequence[str],
    disabled: bool,
    form: str,
    port: int | None,
) -> None:
    """Create a key, and print its value.

    PLAN is the id, the logical id or the name of a usage plan.
    """
    from forestage.commands.control_client import find_preview
    from forestage.commands.printing import put

    wanted: dict[str, Any] = {"name": name, "description": description, "enabled": not disabled, "plans": list(plans)}
    key = find_preview(port).post("keys", wanted if value is None else {**wanted, "value": value})
    put(json.dumps(key, indent=2) if form == "json" else str(key["value"]))


@command.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--fail-on-warnings", is_flag=True, help="Import nothing where there is a warning.")
@click.option(
    "--state",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Import into this folder rather than into the running preview; one that is started with it knows the keys.",
)
@_port_option
def import_keys(*, file: Any, fail_on_warnings: bool, state: str | None, port: int | None) -> None:
    """Import keys from a CSV file in the format of API Gateway.

    The columns Name and Key are needed; Description, Enabled and UsagePlanIds may be there.
    """
    from forestage.commands.printing import TerminalTalk

    text = file.read()
    warnings: Sequence[object] = ()
    if state is not None:
        from forestage.commands.key_import import import_into_state

        count = import_into_state(text, state, file=file.name)
    else:
        from forestage.commands.control_client import find_preview

        query = {"failonwarnings": "true"} if fail_on_warnings else None
        page = find_preview(port).post("keys/import", text, query, media_type="text/csv")
        count, warnings = len(page["ids"]), page["warnings"]
    for warning in warnings:
        TerminalTalk.warn(str(warning))
    TerminalTalk.info(f"{count} {'key' if count == 1 else 'keys'} imported")


@command.command("export")
@click.argument("file", default=_STDOUT, type=click.File("w", encoding="utf-8", lazy=True))
@click.option("--show-values", is_flag=True, help="Write the values, without which the file cannot be imported.")
@_port_option
def export_keys(*, file: Any, show_values: bool, port: int | None) -> None:
    """Write the keys as CSV in the format of API Gateway, by default to standard output.

    A key whose value the template keeps secret is left out.
    """
    from forestage.commands.control_client import find_preview
    from forestage.commands.printing import TerminalTalk
    from forestage.load.api_key_file import ListedKey, write_api_keys

    keys = find_preview(port).get("keys", {"includeValues": "true"} if show_values else None)["keys"]
    kept = [key for key in keys if not (show_values and key["is_masked"])]
    file.write(
        write_api_keys(
            ListedKey(
                name=str(key["name"]),
                value=str(key["value"]),
                description=str(key["description"]),
                enabled=bool(key["enabled"]),
                plan_ids=tuple(str(plan["id"]) for plan in key["plans"]),
            )
            for key in kept
        )
    )
    if len(kept) < len(keys):
        TerminalTalk.warn(f"{len(keys) - len(kept)} left out, whose values the template keeps secret")
    elif keys and not show_values:
        TerminalTalk.warn("the values are covered; --show-values writes them")


# What the control plane tells is JSON of another process.
def _row(key: Mapping[str, Any]) -> tuple[str, ...]:
    plans = ", ".join(str(plan["name"] or plan["id"]) for plan in key["plans"])
    return (str(key["id"]), str(key["name"]), str(key["value"]), "yes" if key["enabled"] else "no", plans)
