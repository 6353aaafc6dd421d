"""How tests render a template."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from forestage.vtl import Profile, Scope, VtlError, compile_template
from forestage.vtl.values import JavaList

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.vtl import Rendering


def java(value: object) -> object:
    """Make lists of a case Java's, which print as ``[a, b]``."""
    if isinstance(value, list):
        return JavaList(map(java, value))
    if isinstance(value, dict):
        return {key: java(member) for key, member in value.items()}
    return value


def variables(**values: object) -> dict[str, object]:
    """Make variables for a scope."""
    return {name: java(value) for name, value in values.items()}


def scope_of(context: Mapping[str, Any]) -> Scope:  # Any: cases are JSON without a schema
    """Make the scope of a case of ``conformance/vtl``."""
    body = context.get("body", "")
    params = context.get("params", {})
    return Scope(
        body=body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        path=params.get("path", {}),
        querystring=params.get("querystring", {}),
        header=params.get("header", {}),
        stage_variables=context.get("stageVariables", {}),
        context=context.get("context", {}),
        variables=variables(**context.get("vars", {})),
    )


def rendering_of(template: str, scope: Scope | None = None, *, profile: Profile = Profile.API_GATEWAY) -> Rendering:
    """Compile and render a template."""
    return compile_template(template, name="test.vtl", profile=profile).render(scope or Scope())


def render(template: str, body: str = "", /, **values: object) -> str:
    """Render a template with variables and a body, and return its text."""
    return rendering_of(template, Scope(body=body, variables=variables(**values))).text


def render_plain(template: str, /, **values: object) -> str:
    """Render a template as Velocity comes."""
    return rendering_of(template, Scope(variables=variables(**values)), profile=Profile.PLAIN).text


def outcome(template: str, scope: Scope, *, profile: Profile = Profile.API_GATEWAY) -> object:
    """Return what comes of a template: its rendering, or the kind of its error."""
    try:
        return rendering_of(template, scope, profile=profile)
    except VtlError as error:
        return error.kind
