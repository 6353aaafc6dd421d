"""``forestage usage``: how much keys have used of their plans."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@click.command("usage")
@click.option("--plan", metavar="PLAN", help="Only this usage plan: its id, logical id or name.")
@click.option("--key", metavar="KEY", help="Only this key: its id, logical id or name.")
@click.option("--start", metavar="DAY", help="First day, 2026-11-25, by UTC; by default today.")
@click.option("--end", metavar="DAY", help="Last day; by default today.")
@click.option(
    "--remaining",
    type=click.IntRange(0),
    metavar="REQUESTS",
    help="Let the key have so many requests left in this period; needs --plan and --key.",
)
@click.option(
    "--format", "form", default="text", show_default=True, type=click.Choice(["text", "json"]), help="How to print."
)
@click.option("--port", "-p", type=click.IntRange(1, 65_535), help="Port of the preview to ask.")
def command(
    *,
    plan: str | None,
    key: str | None,
    start: str | None,
    end: str | None,
    remaining: int | None,
    form: str,
    port: int | None,
) -> None:
    """Tell how much each key has used of each plan, day by day, and what was left."""
    from forestage.commands.control_client import find_preview
    from forestage.commands.printing import put, table

    client = find_preview(port)
    if remaining is not None:
        if plan is None or key is None:
            raise click.UsageError("--remaining needs --plan and --key")
        page = client.post("usage", {"plan": plan, "key": key, "remaining": remaining})
    else:
        asked = {"plan": plan, "key": key, "start": start, "end": end}
        page = client.get("usage", {name: value for name, value in asked.items() if value is not None})
    if form == "json":
        put(json.dumps(page, indent=2))
        return
    names = {str(known["id"]): str(known["name"] or known["id"]) for known in client.get("keys")["keys"]}
    rows = [row for each in page["plans"] for row in _rows(each, names)]
    lines = table(rows, header=("plan", "key", "day", "used", "left", "quota"))
    put("\n".join(lines) if rows else "no plan has a key")


# What the control plane tells is JSON of another process.
def _rows(plan: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    quota = plan["quota"]
    limit = f"{quota['limit']} a {quota['period'].lower()}" if quota else "none"
    first = date.fromisoformat(plan["startDate"])
    for key_id, days in plan["values"].items():
        for number, (used, left) in enumerate(days):
            day = f"{first + timedelta(days=number)}"
            yield (plan["name"], names.get(key_id, key_id), day, f"{used}", "-" if left is None else f"{left}", limit)
