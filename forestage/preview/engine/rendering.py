"""Mapping templates, rendered in the scope of a request.

Source: rest-facts.md section 7, rest-pipeline.md (Templates, Overrides), vtl.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec

from forestage.preview.engine.context import request_context
from forestage.preview.engine.failures import GatewayFailure, ResponseType, configuration_error
from forestage.preview.engine.query import parse_query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.preview.compile.templates import BodyTemplate
    from forestage.preview.engine.results import Validated


class Overrides(msgspec.Struct, frozen=True, kw_only=True):
    """What templates of a request have set so far: ``$context.requestOverride`` and ``$context.responseOverride``."""

    request: Mapping[str, Json]
    response: Mapping[str, Json]


NO_OVERRIDES = Overrides(request={}, response={})


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A template's text, and the overrides as they stand after it."""

    text: str
    overrides: Overrides = NO_OVERRIDES


def render(template: BodyTemplate, validated: Validated, *, body: str, overrides: Overrides = NO_OVERRIDES) -> Rendered:
    """Render a template; ``body`` is the payload that ``$input`` reads.

    Raises:
        GatewayFailure: the template reads a body that begins like JSON and is none (400), or it fails (500).
    """
    if template.constant is not None:
        return Rendered(text=template.constant, overrides=overrides)
    if template.compiled is None:
        raise configuration_error(f"the mapping template cannot be parsed: {template.fault}")
    from forestage.vtl import InputError, Scope, VtlError

    addressed = validated.addressed
    scope = Scope(
        body=body,
        path={name: unquote(value) for name, value in validated.matched.route.path_parameters},
        querystring=dict(parse_query(addressed.raw_query)),
        header=dict(addressed.headers),
        stage_variables=addressed.stage.variables,
        context=request_context(validated.matched),
        request_override=overrides.request,
        response_override=overrides.response,
    )
    try:
        rendering = template.compiled.render(scope)
    except InputError as error:
        raise GatewayFailure(
            ResponseType.DEFAULT_4XX, f"the mapping template failed: {error}", message=_NOT_PROCESSED
        ) from None
    except VtlError as error:
        raise configuration_error(f"the mapping template failed: {error}") from None
    return Rendered(
        text=rendering.text,
        overrides=Overrides(request=rendering.request_override, response=rendering.response_override),
    )


_NOT_PROCESSED = "Could not process payload"


def override_lines(overrides: Json) -> list[tuple[str, str]]:
    """Read overrides of headers or parameters: a value that is a list is several lines, what is null is none."""
    if not isinstance(overrides, dict):
        return []
    return [
        (name, text)
        for name, value in overrides.items()
        for item in (value if isinstance(value, list) else [value])
        if (text := _text(item)) is not None
    ]


def override_status(overrides: Mapping[str, Json]) -> int | None:
    """Read ``$context.responseOverride.status``; what is no integer from 100 to 599 is ignored.

    Source: rest-facts.md section 7 (AWS-validated unit test).
    """
    value = overrides.get("status")
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) == _STATUS_DIGITS:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value in _STATUSES:
        return value
    return None


_STATUS_DIGITS = 3
_STATUSES = range(100, 600)


def _text(value: Json) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
