"""Which methods answer every request in the same way, whatever is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.preview.compile.parameters import SourceKind
from forestage.preview.compile.runtime import MockIntegration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forestage.preview.compile.runtime import CompiledIntegration, ResponseMapping


def is_constant(integration: CompiledIntegration) -> bool:
    """Tell whether an integration is a mock whose templates and mappings read nothing of a request.

    Which of its templates are chosen still depends on the headers.
    """
    if not isinstance(integration, MockIntegration) or integration.request.parameters:
        return False
    templates = integration.request.templates.values()
    return all(template.constant is not None for template in templates) and all(
        _is_constant_response(response) for response in _responses(integration)
    )


def _responses(integration: MockIntegration) -> Iterable[ResponseMapping]:
    default = integration.responses.default
    return (*(response for _, response in integration.responses.patterns), *((default,) if default else ()))


def _is_constant_response(response: ResponseMapping) -> bool:
    return all(template.constant is not None for template in response.templates.values()) and all(
        mapping.source.kind is SourceKind.STATIC for mapping in response.parameters
    )
