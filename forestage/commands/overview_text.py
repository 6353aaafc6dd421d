"""What an application serves and what is not simulated of it, as lines for people."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from forestage.commands.printing import dim, heading, table, verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forestage.load.fidelity import FidelityReport
    from forestage.preview.host.domain_overview import DomainOverview
    from forestage.preview.host.overview import ApiOverview, RouteOverview, StageOverview

MAX_INTEGRATION: Final = 48
"""How much of an integration's address is shown in the table."""

_PARAMETER: Final = re.compile(r"\{[^{}]+\}")
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


def api_lines(apis: Sequence[ApiOverview]) -> list[str]:
    """Lay out the APIs: for each one a table of its routes with a command that calls it."""
    lines: list[str] = []
    names = [api.name for api in apis]
    for api in apis:
        kind = f"{api.protocol} API, {api.endpoint_type.lower()}, id {api.id}"
        if names.count(api.name) > 1:
            kind += f", {api.logical_id} of stack {api.stack}"
        lines += ["", f"{heading(api.name)}  {dim(kind)}", *_stage_lines(api)]
    return lines or ["", "there is no REST API in it"]


def domain_lines(domains: Sequence[DomainOverview]) -> list[str]:
    """Lay out the custom domains: what leads on from them, with a command that calls it."""
    lines: list[str] = []
    for domain in domains:
        lines += ["", f"{heading(domain.name)}  {dim(f'custom domain, {domain.endpoint_type.lower()}')}"]
        if not domain.ways:
            lines.append("  nothing leads on from it")
        lines += table(
            [(way.path, f"{way.api} {way.stage}", way.by, dim(way.curl)) for way in domain.ways], indent="    "
        )
    return lines


def _stage_lines(api: ApiOverview) -> Iterator[str]:
    if not api.stages:
        yield "  no stage: nothing of it can be called"
    shown: dict[Sequence[RouteOverview], str] = {}
    for stage in api.stages:
        same = shown.setdefault(stage.routes, stage.name)
        if same != stage.name:
            yield f"  stage {heading(stage.name)}: the routes of {same}, at {stage.invoke_url}"
            continue
        yield f"  stage {heading(stage.name)}: {stage.invoke_url}"
        yield from _route_lines(stage)


def _route_lines(stage: StageOverview) -> list[str]:
    rows = [(verb(route.verb), route.path, _calls(route), *_command(stage, route)) for route in stage.routes]
    return table(rows, indent="    ")


def _calls(route: RouteOverview) -> str:
    text = route.integration
    return text if len(text) <= MAX_INTEGRATION else f"{text[: MAX_INTEGRATION - 3]}..."


def _command(stage: StageOverview, route: RouteOverview) -> tuple[str]:
    return (dim(f"refused: {route.refusal}") if route.refusal else curl_command(stage.invoke_url, route),)


def curl_command(invoke_url: str, route: RouteOverview) -> str:
    """Write a command that calls a route: path parameters have values, and words stand for tokens and keys."""
    url = shlex.quote(invoke_url + _PARAMETER.sub(_sample, route.path))
    words = {"GET": "", "ANY": "", "HEAD": "-I "}.get(route.verb, f"-X {route.verb} ")
    body = " -H 'Content-Type: application/json' -d '{}'" if route.verb in _WITH_BODY else ""
    headers = "".join(f" -H {shlex.quote(f'{name}: {word}')}" for name, word in route.headers)
    return f"curl {words}{url}{headers}{body}"


def _sample(parameter: re.Match[str]) -> str:
    return "a/b" if parameter[0].endswith("+}") else "1"


def fidelity_lines(report: FidelityReport) -> list[str]:
    """Lay out the fidelity report: what the template uses and the preview does not execute, with places."""
    missing = report.lines()
    if not missing:
        return ["", f"all {report.honoured} properties of the template are honoured"]
    title = f"not simulated, or in part ({report.honoured} properties are honoured)"
    return ["", heading(title), *(f"  {line}" for line in missing)]
