"""Gateway responses that an API defines itself.

Source: gateway-responses.md, Customisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.records import dataclass
from forestage.model.values import known
from forestage.preview.compile.parameters import compile_source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.rest import Definition
    from forestage.preview.compile.parameters import ValueSource

_HEADER = "gatewayresponse.header."


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomResponse:
    """What a type of gateway response answers; what is None or empty is as it is by itself.

    ``headers`` are names with where their values come from. ``templates`` is by media type, as written.
    """

    status: int | None
    headers: tuple[tuple[str, ValueSource], ...]
    templates: Mapping[str, str]


def compile_gateway_responses(definition: Definition | None) -> Mapping[str, CustomResponse]:
    """Compile the gateway responses of a snapshot, by type."""
    if definition is None:
        return {}
    return {
        response.response_type: CustomResponse(
            status=int(response.status_code) if response.status_code else None,
            headers=tuple(
                (target.removeprefix(_HEADER), source)
                for target, value in response.response_parameters.items()
                if target.startswith(_HEADER) and (source := compile_source(known(value) or ""))
            ),
            templates={kind: known(text) or "" for kind, text in response.response_templates.items()},
        )
        for response in definition.gateway_responses
    }
