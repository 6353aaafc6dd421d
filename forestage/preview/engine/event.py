"""The event of a Lambda proxy integration."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import orjson

from forestage.preview.engine.bodies import as_text
from forestage.preview.engine.context import request_context
from forestage.preview.engine.headers import edge_request_headers, forwarded_headers
from forestage.preview.engine.query import parse_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.model.values import Json
    from forestage.preview.engine.results import Addressed, Validated
    from forestage.preview.engine.wire import Headers


def proxy_event(validated: Validated) -> bytes:
    """Make the event, as JSON.

    Keys are exactly those recorded; what is absent is null, never an empty object. The path is not decoded, the
    query is. Maps of single values hold the last of several.

    Source: rest-facts.md sections 1 and 8.4 (recorded).
    """
    matched, addressed = validated.matched, validated.addressed
    headers = event_headers(addressed)
    query = parse_query(addressed.raw_query)
    is_binary = bool(addressed.body) and addressed.content_type in addressed.stage.binary
    return orjson.dumps(
        {
            "resource": matched.method.resource_path,
            "path": addressed.event_path,
            "httpMethod": addressed.verb,
            "headers": dict(headers) or None,
            "multiValueHeaders": multi_values(headers) or None,
            "queryStringParameters": dict(query) or None,
            "multiValueQueryStringParameters": multi_values(query) or None,
            "pathParameters": dict(matched.route.path_parameters) or None,
            "stageVariables": addressed.stage.variables or None,
            "requestContext": request_context(validated.admitted),
            "body": _body(addressed.body, is_binary=is_binary),
            "isBase64Encoded": is_binary,
        }
    )


def event_headers(addressed: Addressed) -> Headers:
    """Return the headers of a request as a function sees them."""
    return (
        *addressed.headers,
        *edge_request_headers(addressed),
        ("X-Amzn-Trace-Id", addressed.trace_id),
        *forwarded_headers(addressed),
    )


def multi_values(pairs: Iterable[tuple[str, str]]) -> Mapping[str, list[Json]]:
    """Gather the values of each name, in order."""
    gathered: dict[str, list[Json]] = {}
    for name, value in pairs:
        gathered.setdefault(name, []).append(value)
    return gathered


def _body(body: bytes, *, is_binary: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if is_binary else as_text(body)
