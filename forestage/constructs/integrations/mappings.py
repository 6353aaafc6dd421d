"""What of a request reaches a backend by parameter mappings, and what a method has to declare for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.constructs.checks import is_known, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from constructs import IConstruct

# Not ${stageVariables.x}, and not a token of CDK's.
_VARIABLE: Final = re.compile(r"(?<!\$)\{([A-Za-z0-9._-]+)\+?\}")
_SOURCE: Final = re.compile(r"method\.request\.(multivalue)?(path|querystring|header)\.(.+)")
_IN_TEMPLATE: Final = re.compile(r"\$input\.params\(\)\.path\.get\('([^']*)'\)")
_SCHEMES: Final = ("http://", "https://", "${")
_WEBSOCKET_SOURCES: Final = ("'", "context.", "stageVariables.", "route.request.")


def variables_of(path: str) -> tuple[str, ...]:
    """Return the names of the variables of a path or a URL, ``/pets/{id}``; that of ``{proxy+}`` is ``proxy``."""
    return tuple(dict.fromkeys(_VARIABLE.findall(path)))


def path_mappings(scope: IConstruct, *, url: str, path: str, given: Mapping[str, str]) -> dict[str, str]:
    """Map the variables of a URL from those of the same name in the path, where nothing else is mapped to them."""
    mappings = {}
    for name in variables_of(url):
        target = f"integration.request.path.{name}"
        if target in given:
            continue
        check_path_variable(scope, name, path=path, user=f"the URL {url}")
        mappings[target] = f"method.request.path.{name}"
    return mappings


def check_path_variable(scope: IConstruct, name: str, *, path: str, user: str) -> None:
    """Refuse the use of a variable that the path of the route lacks: API Gateway would take it for empty."""
    if name not in variables_of(path):
        refuse(scope, f"{user} uses {{{name}}}, and the path {path} has no such variable: add it to the path")


def check_template_variables(scope: IConstruct, template: str, *, path: str) -> None:
    """Refuse a template that asks for variables that the path lacks."""
    for name in dict.fromkeys(_IN_TEMPLATE.findall(template)):
        check_path_variable(scope, name, path=path, user="the request template")


def declared(scope: IConstruct, sources: Iterable[str], *, path: str) -> dict[str, bool]:
    """Return the parameters of the request that mappings read, and whether a request must have them.

    Source: API Gateway developer guide, "Parameter mapping": a method declares what an integration maps (documented).
    """
    parameters = {}
    for source in sources:
        found = _SOURCE.fullmatch(source)
        if found is None:
            continue
        place, name = found[2], found[3]
        if place == "path":
            check_path_variable(scope, name, path=path, user=f"the mapping from {source}")
        parameters[f"method.request.{place}.{name}"] = place == "path"
    return parameters


def check_url(scope: IConstruct, url: str) -> None:
    """Refuse a URL that API Gateway does not take.

    Source: rest-facts.md section 12 (recorded).
    """
    if is_known(url) and not url.startswith(_SCHEMES):
        refuse(scope, f"the URL of a backend begins with https:// or http://, got {url!r}")


def check_websocket_mappings(scope: IConstruct, mappings: Mapping[str, str]) -> None:
    """Refuse mappings from what a WebSocket API does not have.

    Source: websocket.md section 4, Request side (documented).
    """
    for target, source in mappings.items():
        if is_known(source) and not source.startswith(_WEBSOCKET_SOURCES):
            refuse(
                scope,
                f"{target} is mapped from {source}, which a WebSocket API does not have: map it from "
                "route.request.body.NAME, context.NAME, stageVariables.NAME or a constant in quotes",
            )


def check_websocket_url(scope: IConstruct, url: str) -> None:
    """Refuse a URL with variables of a path: a message has no path."""
    if variables_of(url):
        refuse(scope, f"a message has no path, and the URL {url} has {{{variables_of(url)[0]}}}: take it out")
