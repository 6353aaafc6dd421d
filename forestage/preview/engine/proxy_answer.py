"""A function's answer to a proxy integration, read.

Source: rest-facts.md section 8.4 (recorded).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import orjson

from forestage.preview.engine.bodies import decode_base64
from forestage.preview.engine.failures import GatewayFailure, ResponseType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.preview.engine.results import PreparedFunction
    from forestage.preview.engine.wire import Headers

_ALLOWED_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
_STATUS = re.compile(r"[0-9]{3}")


class ProxyResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Status, headers and body that a function asks for."""

    status: int
    headers: Headers
    body: bytes


def read_proxy_answer(prepared: PreparedFunction, payload: bytes) -> ProxyResponse:
    """Read what a function returned.

    Raises:
        GatewayFailure: it is malformed (502), or its Base64 is broken (500).
    """
    document = _read_object(payload)
    unknown = document.keys() - _ALLOWED_KEYS
    if unknown:
        raise malformed(f"the key {min(unknown)!r} is not allowed")
    return ProxyResponse(
        status=_status(document.get("statusCode")),
        headers=_headers(document.get("headers"), document.get("multiValueHeaders")),
        body=_body(prepared, document),
    )


def read_metadata(content: bytes) -> ProxyResponse:
    """Read what a function says of its answer before it streams it; other keys than those known mean nothing.

    Raises:
        GatewayFailure: it is malformed (502).

    Source: whats-new.md, Response streaming (documented form).
    """
    document = _read_object(content)
    cookies = document.get("cookies") or []
    if not isinstance(cookies, list):
        raise malformed("cookies is no list")
    lines = tuple(("Set-Cookie", _header_value("Set-Cookie", cookie)) for cookie in cookies)
    headers = _headers(document.get("headers"), document.get("multiValueHeaders"))
    return ProxyResponse(status=_status(document.get("statusCode")), headers=(*headers, *lines), body=b"")


def _read_object(content: bytes) -> Mapping[str, Json]:
    try:
        document: Json = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise malformed("it is no JSON") from None
    if not isinstance(document, dict):
        raise malformed(f"it is no object but {type(document).__name__}")
    return document


def error_message(payload: bytes) -> str | None:
    """Return the ``errorMessage`` of a function's result, None where it has none."""
    if b"errorMessage" not in payload:
        return None
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    message = document.get("errorMessage") if isinstance(document, dict) else None
    return message if isinstance(message, str) else None


def malformed(
    reason: str, *, logged: str = "Execution failed due to configuration error: Malformed Lambda proxy response"
) -> GatewayFailure:
    """Make the 502 of an answer that is none."""
    return GatewayFailure(
        ResponseType.INTEGRATION_FAILURE,
        f"malformed Lambda proxy response: {reason}",
        status=502,
        message="Internal server error",
        logged=logged,
    )


def _status(value: Json) -> int:
    if value is None:
        return 200
    if isinstance(value, str) and _STATUS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 599:  # ruff: ignore[magic-value-comparison]
        raise malformed(f"statusCode must be an integer from 100 to 599, got {value!r}")
    return value


def _headers(single: Json, multi: Json) -> Headers:
    """Merge both maps: multi values first, then the single one, spelled as in the map of multi values."""
    lines: list[tuple[str, str]] = []
    spelled: dict[str, str] = {}
    for name, values in _object(multi, "multiValueHeaders").items():
        if not isinstance(values, list):
            raise malformed(f"the value of multiValueHeaders {name!r} is no list")
        spelled[name.lower()] = name
        lines.extend((name, _header_value(name, value)) for value in values)
    for name, value in _object(single, "headers").items():
        line = (spelled.get(name.lower(), name), _header_value(name, value))
        if line not in lines:
            lines.append(line)
    return tuple(lines)


def _object(value: Json, name: str) -> Mapping[str, Json]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise malformed(f"{name} is no object")
    return value


def _header_value(name: str, value: Json) -> str:
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, int | float):
        text = str(value)
    elif value is None:
        text = ""
    else:
        raise malformed(f"the value of header {name!r} is no text")
    if "\n" in text or "\r" in text or "\n" in name or "\r" in name:
        raise malformed(f"the header {name!r} holds a line break")
    return text


def _body(prepared: PreparedFunction, document: Mapping[str, Json]) -> bytes:
    """Return the body; Base64 is decoded only for a client whose first accepted type is binary."""
    body = document.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise malformed(f"the body must be a string, got {type(body).__name__}")
    addressed = prepared.validated.addressed
    if document.get("isBase64Encoded") is True and addressed.accept in addressed.stage.binary:
        return decode_base64(body.encode())
    return body.encode()
