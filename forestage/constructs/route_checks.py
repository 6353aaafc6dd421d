"""What API Gateway refuses or ignores about one route: its path, what it maps, and its templates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from aws_cdk import aws_apigateway as apigateway

from forestage.constructs.checks import (
    check_kind,
    check_mapping_template,
    check_names,
    check_several,
    check_status,
    check_words,
    is_known,
    refuse,
    warn,
)
from forestage.constructs.routes import RouteOptions
from forestage.constructs.verbs import VERBS
from forestage.model.limits import HEADER_NAME, PATH_PART, QUERY_NAME
from forestage.model.mapping_forms import REQUEST, RESPONSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aws_cdk import IResolvable
    from constructs import Construct

    from forestage.constructs.routes import Route
    from forestage.model.mapping_forms import MappingForms

_PARAMETER = re.compile(r"method\.request\.(?:multivalue)?(?P<place>header|path|querystring)\.(?P<name>.+)")
_STAGE_VARIABLE = re.compile(r"stageVariables(?:\.(?!get\b)|(?:\.get\(|\[)[\"'])(?P<name>\w+)")
_GREEDY = "+}"
_OPTION_OF = {"querystring": "query", "header": "headers"}


def check_verb(scope: Construct, verb: str) -> None:
    """Refuse what is no method of HTTP that API Gateway knows."""
    if verb not in VERBS:
        refuse(scope, f"the verb of a route is one of {', '.join(VERBS)}, got {verb!r}")


def check_path(scope: Construct, path: str) -> None:
    """Refuse paths that no resources can be made of.

    Source: rest-facts.md section 12 (recorded).
    """
    if not is_known(path):
        refuse(scope, "a path that CloudFormation fills in has no known parts: write it as a text")
    if not path.startswith("/"):
        refuse(scope, f"a path begins with a slash, got {path!r}: write {'/' + path!r}")
    parts = [] if path == "/" else path[1:].split("/")
    for index, part in enumerate(parts):
        if not part:
            refuse(scope, f"a path has no empty parts and no slash at its end, got {path!r}: take the slash out")
        if not PATH_PART.admits(part):
            refuse(scope, f"a part of a path may have {PATH_PART}, got {part!r} in {path}")
        if part.startswith(":"):
            warn(
                scope,
                "colon-in-path",
                f"{path} has the part {part}, which is a constant: a variable is written {{{part[1:]}}}",
            )
        if part.endswith(_GREEDY) and index < len(parts) - 1:
            refuse(
                scope, f"{part} takes the rest of the path, and nothing comes after it, got {path}: make it the last"
            )
    names = variables_of(path)
    for name in sorted({name for name in names if names.count(name) > 1}):
        refuse(scope, f"{path} has two variables {name!r}, and an integration could read one: rename one of them")


def check_route_options(scope: Construct, of: str, options: RouteOptions) -> None:
    """Refuse options that a route does not have, and what no request or response can have; ``of`` has the options."""
    check_words(scope, of, options, RouteOptions)
    for name, allowed in (("query", QUERY_NAME), ("headers", HEADER_NAME)):
        check_names(scope, f"{name} of {of}", options.get(name) or {}, allowed)
    responses = options.get("responses") or {}
    check_kind(scope, f"responses of {of}", responses, Mapping, "each status and its type, {200: Pet, 404: None}")
    for status in responses:
        check_status(scope, status)
    check_several(scope, f"scopes of {of}", options.get("scopes", ()))


def variables_of(path: str) -> tuple[str, ...]:
    """Return the names of the variables of a path: ``("id", "proxy")``."""
    return tuple(part[1:-1].removesuffix("+") for part in path.split("/") if part.startswith("{"))


def check_mapped_parameters(
    route: Route, integration: apigateway.CfnMethod.IntegrationProperty, declared: Mapping[str, bool]
) -> None:
    """Refuse mappings of parameters that the route does not have."""
    mapped = integration.request_parameters
    for target, source in (mapped if isinstance(mapped, dict) else {}).items():
        _check_form(route, target, source, REQUEST)
        found = _PARAMETER.fullmatch(source) if isinstance(source, str) and is_known(source) else None
        if found is None:
            continue
        place, name = found["place"], found["name"]
        if place == "path" and name not in variables_of(route.path):
            refuse(
                route,
                f"the integration maps {source} to {target}, and {route.path} has no variable {{{name}}}: "
                "add it to the path, or map another",
            )
        if f"method.request.{place}.{name}" not in declared:
            refuse(
                route,
                f"the integration maps {source} to {target}, and {route} does not declare it: "
                f"write {_OPTION_OF[place]}={{{name!r}: False}}",
            )


def check_mapped_headers(route: Route, integration: apigateway.CfnMethod.IntegrationProperty) -> None:
    """Refuse headers of responses that are mapped from nothing that API Gateway knows."""
    for response in responses_of(integration):
        mapped = response.response_parameters
        for target, source in (mapped if isinstance(mapped, dict) else {}).items():
            _check_form(route, target, source, RESPONSE)


def _check_form(route: Route, target: str, source: object, forms: MappingForms) -> None:
    """Refuse invalid mapping expressions, as a constant without quotes is one.

    Source: API Gateway developer guide, "Parameter mapping source reference for REST APIs" (documented).
    """
    if is_known(target) and not forms.target.fullmatch(target):
        refuse(route, f"{route} has a mapping to {target!r}, which is no target: write one like {forms.example}")
    if isinstance(source, str) and is_known(source) and not forms.source.fullmatch(source):
        refuse(route, f"{route} has {target} mapped from {source!r}, which is none: write it like {forms.example}")


def check_templates(route: Route, integration: apigateway.CfnMethod.IntegrationProperty) -> None:
    """Refuse mapping templates that API Gateway could not parse, and advise where it does something unexpected."""
    for place, text in _templates(integration):
        check_mapping_template(route, place, text)


def stage_variables_of(integration: apigateway.CfnMethod.IntegrationProperty) -> tuple[str, ...]:
    """Return the names of the stage variables that an integration reads."""
    texts = [integration.uri, integration.credentials, integration.connection_id]
    parameters = integration.request_parameters
    texts += parameters.values() if isinstance(parameters, dict) else []
    texts += [text for _, text in _templates(integration)]
    found = (match["name"] for text in texts if isinstance(text, str) for match in _STAGE_VARIABLE.finditer(text))
    return tuple(dict.fromkeys(found))


def responses_of(
    integration: apigateway.CfnMethod.IntegrationProperty,
) -> tuple[apigateway.CfnMethod.IntegrationResponseProperty, ...]:
    """Return the integration responses that are known before the deployment."""
    responses = integration.integration_responses
    return tuple(
        response
        for response in (responses if isinstance(responses, list) else ())
        if isinstance(response, apigateway.CfnMethod.IntegrationResponseProperty)
    )


def _templates(integration: apigateway.CfnMethod.IntegrationProperty) -> Iterator[tuple[str, str]]:
    """Give each mapping template that is a text, with its place."""
    for kind, text in _texts(integration.request_templates):
        yield f"the request template of {kind}", text
    for response in responses_of(integration):
        for _, text in _texts(response.response_templates):
            yield f"the template of response {response.status_code}", text


def _texts(templates: Mapping[str, str] | IResolvable | None) -> Iterator[tuple[str, str]]:
    if isinstance(templates, dict):
        yield from templates.items()
