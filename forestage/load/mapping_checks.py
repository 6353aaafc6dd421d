"""Parameter mappings in forms that API Gateway does not know, which it refuses as invalid mapping expressions.

Sources: rest-facts.md sections 5.1 and 9 (recorded); gateway-responses.md, Customisation (documented); API Gateway
developer guide, "Parameter mapping source reference for REST APIs".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.mapping_forms import GATEWAY_RESPONSE, REQUEST, RESPONSE
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.load.intake import Intake, Item
    from forestage.load.shape import Path
    from forestage.model.mapping_forms import MappingForms
    from forestage.model.rest import GatewayResponse, Integration, Method
    from forestage.model.values import Text

_WITHOUT_EFFECT = ("gatewayresponse.path.", "gatewayresponse.querystring.")


def check_mappings(intake: Intake, item: Item[Method], integration: Integration) -> None:
    """Note mappings of an integration that are none."""
    at: Path = ("Integration", "RequestParameters")
    _check(intake, item, integration.request_parameters, REQUEST, at)
    for index, response in enumerate(integration.integration_responses):
        at = ("Integration", "IntegrationResponses", index, "ResponseParameters")
        _check(intake, item, response.response_parameters, RESPONSE, at)


def check_gateway_response(intake: Intake, item: Item[GatewayResponse]) -> None:
    """Note mappings of a gateway response that are none, and what has no effect.

    A response has no path and no query, although both may be mapped, and what ``method.input.params`` yields is said
    nowhere.
    """
    parameters = item.value.response_parameters
    _check(intake, item, parameters, GATEWAY_RESPONSE, ("ResponseParameters",))
    for target, value in parameters.items():
        if target.startswith(_WITHOUT_EFFECT) or (known(value) or "").startswith("method.input.params."):
            intake.warn(f"the mapping to {target} is left out", item.origin("ResponseParameters", target))
    if item.value.response_type == "REQUEST_TOO_LARGE":
        intake.warn("API Gateway does not let REQUEST_TOO_LARGE be customised", item.origin("ResponseType"))


def _check(
    intake: Intake,
    item: Item[Method] | Item[GatewayResponse],
    parameters: Mapping[str, Text],
    forms: MappingForms,
    at: Path,
) -> None:
    for target, value in parameters.items():
        source = known(value)
        if not forms.target.fullmatch(target):
            intake.fault(f"a mapping cannot go to {target!r}", item.origin(*at, target), hint=f"like {forms.example}")
        elif source is not None and not forms.source.fullmatch(source):
            shown = repr(source) if isinstance(value, str) else "a secret of another form"
            intake.fault(
                f"{target} cannot be mapped from {shown}",
                item.origin(*at, target),
                hint=f"like {forms.example}",
            )
