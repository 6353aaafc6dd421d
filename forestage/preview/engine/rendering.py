"""Mapping templates, rendered in the scope of a request.

Source: rest-facts.md section 7, rest-pipeline.md (Templates, Overrides), vtl.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec

from forestage.preview.engine.context import request_context
from forestage.preview.engine.failures import GatewayFailure, ResponseType, configuration_error
from forestage.preview.engine.overrides import NO_OVERRIDES, Overrides
from forestage.preview.engine.query import parse_query

if TYPE_CHECKING:
    from forestage.preview.compile.templates import BodyTemplate
    from forestage.preview.engine.results import Validated


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
        context=request_context(validated.admitted),
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
