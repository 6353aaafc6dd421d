"""How the gateway's own errors look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern
from forestage.diff.walk.integrations import is_cors, spaceless
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.diff.walk.context import RestContext
    from forestage.model.rest import GatewayResponse
    from forestage.model.values import OpenJson

    AnyChange = Change[OpenJson | frozenset[str]]

STATUSES: Mapping[str, str] = {
    "ACCESS_DENIED": "403",
    "API_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_FAILURE": "500",
    "BAD_REQUEST_BODY": "400",
    "BAD_REQUEST_PARAMETERS": "400",
    "EXPIRED_TOKEN": "403",
    "INTEGRATION_FAILURE": "504",
    "INTEGRATION_TIMEOUT": "504",
    "INVALID_API_KEY": "403",
    "INVALID_SIGNATURE": "403",
    "MISSING_AUTHENTICATION_TOKEN": "403",
    "QUOTA_EXCEEDED": "429",
    "REQUEST_TOO_LARGE": "413",
    "RESOURCE_NOT_FOUND": "404",
    "THROTTLED": "429",
    "UNAUTHORIZED": "401",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "WAF_FILTERED": "403",
}
"""What each type answers where nobody says otherwise; the two defaults have no status of their own.

Source: gateway-responses.md, table of types (documented).
"""
_DEFAULTS = frozenset({"DEFAULT_4XX", "DEFAULT_5XX"})
_CONTEXT = re.compile(r"context\.(authorizer|error)\.?(\w*)")
_USUAL = frozenset({"message", "messageString"})


def walk_gateway_responses(context: RestContext) -> Iterator[AnyChange]:
    """Tell what is different in the gateway responses of an API."""
    for pair in context.pair.gateway_responses:
        yield from _response(context, pair.before, pair.after)


def _response(
    context: RestContext, before: GatewayResponse | None, after: GatewayResponse | None
) -> Iterator[AnyChange]:
    either = before if after is None else after
    assert either is not None, "a pair has one side at least"
    places = context.gone if after is None else context.here
    api = places.api()
    place = places.part(api, either.logical_id, "AWS::ApiGateway::GatewayResponse", either.origin)
    kind = either.response_type

    def change(
        concern: Concern, ours: OpenJson | frozenset[str], theirs: OpenJson | frozenset[str], path: str
    ) -> AnyChange:
        return Change(concern=concern, place=place, before=ours, after=theirs, detail=kind, path=(path,), is_held=True)

    if before is None or after is None:
        concern = Concern.GATEWAY_RESPONSE_ADDED if before is None else Concern.GATEWAY_RESPONSE_REMOVED
        yield change(concern, None if before is None else kind, None if after is None else kind, "ResponseType")
    statuses = _status(before, kind), _status(after, kind)
    if statuses[0] != statuses[1] and after is not None:
        yield change(Concern.GATEWAY_RESPONSE_STATUS, *statuses, "StatusCode")
    ours, theirs = _content(before), _content(after)
    if before is not None and after is not None and not context.sides.are_same(ours, theirs):
        yield change(Concern.GATEWAY_RESPONSE_BODY, ours, theirs, "ResponseTemplates")
    told = _told(after) - _told(before)
    if told:
        yield change(Concern.GATEWAY_RESPONSE_CONTEXT, _told(before), _told(after), "ResponseTemplates")
    if kind in _DEFAULTS:
        lost = _cors(before) - _cors(after)
        if lost:
            yield change(Concern.CORS_ERROR_HEADERS, _cors(before), _cors(after), "ResponseParameters")


def _status(response: GatewayResponse | None, kind: str) -> str | None:
    return (response.status_code if response else None) or STATUSES.get(kind)


def _content(response: GatewayResponse | None) -> OpenJson:
    """Write what a response says but for its status: templates, and headers that are not for browsers."""
    if response is None:
        return None
    headers = {name: value for name, value in response.response_parameters.items() if not is_cors(name)}
    templates = {name: spaceless(value) for name, value in response.response_templates.items()}
    return {"headers": headers, "templates": templates}


def _told(response: GatewayResponse | None) -> frozenset[str]:
    """List what a response tells of the authorizer and of the error beyond its message."""
    if response is None:
        return frozenset()
    texts = (*response.response_templates.values(), *response.response_parameters.values())
    found = (match for text in texts for match in _CONTEXT.finditer(known(text) or ""))
    return frozenset(match[0] for match in found if not (match[1] == "error" and match[2] in _USUAL))


def _cors(response: GatewayResponse | None) -> frozenset[str]:
    if response is None:
        return frozenset()
    return frozenset(name.rpartition(".")[2] for name in response.response_parameters if is_cors(name))
