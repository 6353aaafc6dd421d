"""Mapping templates, rendered in the scope of a request.

Source: rest-facts.md section 7, rest-pipeline.md (Templates, Overrides), vtl.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote

import msgspec

from forestage.preview.engine.context import TemplateContext
from forestage.preview.engine.failures import GatewayFailure, ResponseType, TemplateFault, configuration_error
from forestage.preview.engine.overrides import NO_OVERRIDES, Overrides
from forestage.preview.engine.query import parse_query

if TYPE_CHECKING:
    from forestage.preview.compile.templates import BodyTemplate
    from forestage.preview.engine.results import Validated
    from forestage.vtl import Notice, Scope, Template, VtlError


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A template's text, and the overrides as they stand after it.

    ``template`` is what was rendered, ``scope`` what it saw, None for a constant that sees nothing. ``notices`` is what
    happened without failing it.
    """

    text: str
    template: BodyTemplate
    scope: Scope | None = None
    overrides: Overrides = NO_OVERRIDES
    notices: tuple[Notice, ...] = ()


def render(
    template: BodyTemplate,
    validated: Validated,
    *,
    body: str,
    overrides: Overrides = NO_OVERRIDES,
    making: Literal["request", "response"] = "request",
) -> Rendered:
    """Render a template that has to be evaluated; ``body`` is the payload that ``$input`` reads.

    Raises:
        GatewayFailure: the template reads a body that begins like JSON and is none (400), or it fails (500).
    """
    logged = f"Unable to transform {making}"
    if template.compiled is None:
        fault = TemplateFault(text=template.text, caret=template.caret, hint=template.hint)
        reason = f"the mapping template cannot be parsed: {template.fault}"
        raise configuration_error(reason, logged=logged, template_fault=fault)
    scope = _scope(template.compiled, validated, body, overrides)
    try:
        rendering = template.compiled.render(scope)
    except _vtl_error() as error:
        from forestage.vtl.errors import InputError

        reason = f"the mapping template failed: {error.message}"
        fault = TemplateFault(
            text=template.text, caret=error.caret(template.text), value=error.value, hint=error.hint, scope=scope
        )
        if isinstance(error, InputError):
            raise GatewayFailure(
                ResponseType.DEFAULT_4XX, reason, message=_NOT_PROCESSED, logged=_NOT_PROCESSED, template_fault=fault
            ) from None
        raise configuration_error(reason, logged=logged, template_fault=fault) from None
    return Rendered(
        text=rendering.text,
        template=template,
        scope=scope,
        overrides=Overrides(request=rendering.request_override, response=rendering.response_override)
        if template.compiled.may_override
        else overrides,
        notices=rendering.notices,
    )


def _vtl_error() -> type[VtlError]:
    """Return the class of what templates raise; asked for where something was raised, by when it is imported."""
    from forestage.vtl.errors import VtlError

    return VtlError


def _scope(compiled: Template, validated: Validated, body: str, overrides: Overrides) -> Scope:
    addressed, with_params = validated.addressed, compiled.reads_params
    return compiled.scope(
        body=body,
        path={name: unquote(value) for name, value in validated.matched.route.path_parameters} if with_params else {},
        querystring=dict(parse_query(addressed.raw_query)) if with_params else {},
        header=dict(addressed.headers) if with_params else {},
        stage_variables=addressed.stage.variables,
        context=TemplateContext(validated.admitted),
        request_override=overrides.request,
        response_override=overrides.response,
    )


_NOT_PROCESSED = "Could not process payload"
