"""``forestage explain``: what happened to a request, stage by stage."""

from __future__ import annotations

import json
from urllib.parse import quote

import click

_NO_LOG = "API Gateway writes no execution log of this request: it was streamed, or came to no stage"


@click.command("explain")
@click.argument("request_id", metavar="[REQUEST_ID]", required=False)
@click.option("--port", "-p", type=click.IntRange(1, 65_535), help="Port of the preview to ask.")
@click.option(
    "--format", "form", default="text", show_default=True, type=click.Choice(["text", "json"]), help="How to print."
)
@click.option("--aws-log", is_flag=True, help="Tell it in the words of API Gateway's own execution log.")
def command(*, request_id: str | None, port: int | None, form: str, aws_log: bool) -> None:
    """Tell what happened to a request: each stage with its input and output.

    REQUEST_ID is what the response has in x-amzn-RequestId, and the last word of the request's line; by default
    it is the latest request.
    """
    from forestage.commands.control_client import find_preview
    from forestage.commands.printing import put
    from forestage.commands.trace_text import trace_lines
    from forestage.errors import ForestageError

    client = find_preview(port)
    if request_id is None:
        latest = client.get("traces").get("traces") or ()
        if not latest:
            raise ForestageError("the preview has served no request yet")
        request_id = str(latest[0]["request_id"])
    if aws_log:
        page = client.get("logs/execution", {"request": request_id})
        put(json.dumps(page, indent=2) if form == "json" else "\n".join(page["lines"] or (_NO_LOG,)))
        return
    trace = client.get(f"traces/{quote(request_id, safe='')}")
    put(json.dumps(trace, indent=2) if form == "json" else "\n".join(trace_lines(trace)))
