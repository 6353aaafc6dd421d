"""Credentials in what is told of a request: they keep their last characters only, as in API Gateway's own logs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.preview.engine.wire import Headers

_SECRET_HEADERS: Final = frozenset({"authorization", "cookie", "set-cookie", "x-amz-security-token", "x-api-key"})
_SHOWN: Final = 6


def masked(value: str) -> str:
    """Cover a credential; of a short one nothing is shown."""
    return "*" * _SHOWN + (value[-_SHOWN:] if len(value) > 2 * _SHOWN else "")


def masked_headers(headers: Headers) -> Headers:
    """Cover the values of header lines that carry credentials."""
    return tuple((name, _masked_value(name, value)) for name, value in headers)


def masked_context(context: Mapping[str, Any]) -> Mapping[str, Json]:
    """Cover the key in ``$context``."""
    identity = context.get("identity")
    if not isinstance(identity, dict) or not isinstance(identity.get("apiKey"), str):
        return context
    return {**context, "identity": {**identity, "apiKey": masked(identity["apiKey"])}}


def masked_event(payload: bytes) -> bytes:
    """Cover the credentials in the event of a proxy integration or an authorizer."""
    # The event is one of ours, whose shape is known.
    event: dict[str, Any] = orjson.loads(payload)
    single, multi = event.get("headers"), event.get("multiValueHeaders")
    if single:
        event["headers"] = {name: _masked_value(name, value) for name, value in single.items()}
    if multi:
        event["multiValueHeaders"] = {
            name: [_masked_value(name, value) for value in values] for name, values in multi.items()
        }
    if event.get("requestContext"):
        event["requestContext"] = masked_context(event["requestContext"])
    for name in ("authorizationToken", "identitySource"):
        if isinstance(event.get(name), str):
            event[name] = masked(event[name])
    return orjson.dumps(event)


def without_secret(value: Json, secret: str) -> Json:
    """Cover a secret wherever it stands in a value."""
    match value:
        case str():
            return value.replace(secret, masked(secret))
        case dict():
            return {name: without_secret(item, secret) for name, item in value.items()}
        case list():
            return [without_secret(item, secret) for item in value]
        case _:
            return value


def _masked_value(name: str, value: str) -> str:
    return masked(value) if name.lower() in _SECRET_HEADERS else value
