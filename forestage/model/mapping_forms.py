"""Forms of parameter mappings: API Gateway refuses others as invalid mapping expressions.

Sources: rest-facts.md sections 5.1 and 9 (recorded); gateway-responses.md, Customisation (documented); API Gateway
developer guide, "Parameter mapping source reference for REST APIs".
"""

from __future__ import annotations

import re
from typing import Final

from forestage.model.records import dataclass

_ANYWHERE: Final = r"context\..+|stageVariables\..+|'.*'"


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingForms:
    """The forms that one kind of mapping has; ``example`` is one of them, for people."""

    target: re.Pattern[str]
    source: re.Pattern[str]
    example: str


REQUEST: Final = MappingForms(
    target=re.compile(r"integration\.request\.(header|path|querystring)\..+", re.DOTALL),
    source=re.compile(
        rf"method\.request\.(body(\..+)?|(multivalue)?(header|querystring)\..+|path\..+)|{_ANYWHERE}", re.DOTALL
    ),
    example="integration.request.header.X: method.request.querystring.x, context.x, stageVariables.x or 'text'",
)
RESPONSE: Final = MappingForms(
    target=re.compile(r"method\.response\.header\..+", re.DOTALL),
    source=re.compile(rf"integration\.response\.(body(\..+)?|(multivalue)?header\..+)|{_ANYWHERE}", re.DOTALL),
    example="method.response.header.X: integration.response.header.X, context.x, stageVariables.x or 'text'",
)
GATEWAY_RESPONSE: Final = MappingForms(
    target=re.compile(r"gatewayresponse\.(header|path|querystring)\..+", re.DOTALL),
    source=re.compile(
        rf"method\.request\.(header|path|querystring)\..+|method\.input\.params\..+|{_ANYWHERE}", re.DOTALL
    ),
    example="gatewayresponse.header.X: method.request.header.X, context.x, stageVariables.x or 'text'",
)
