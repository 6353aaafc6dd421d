"""Bodies between text and binary, and the templates they meet.

Source of the tables: rest-facts.md section 6 (recorded).
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from forestage.preview.compile.media import media_type
from forestage.preview.compile.runtime import ContentHandling, Passthrough
from forestage.preview.engine.failures import GatewayFailure, ResponseType, configuration_error

if TYPE_CHECKING:
    from forestage.preview.compile.runtime import RequestMapping
    from forestage.preview.compile.templates import BodyTemplate
    from forestage.preview.engine.results import Addressed


def as_text(body: bytes) -> str:
    """Read a body as UTF-8; what is none becomes U+FFFD."""
    return body.decode("utf-8", "replace")


def decode_base64(body: bytes) -> bytes:
    """Decode Base64.

    Raises:
        GatewayFailure: it is none (500).
    """
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        reason = "the body is to be converted to binary and is no Base64"
        raise configuration_error(reason, logged="Unable to base64 decode the body.") from None


def convert_request(body: bytes, *, is_binary: bool, handling: ContentHandling) -> bytes:
    """Convert a request's body for the backend."""
    if is_binary:
        return base64.b64encode(body) if handling is ContentHandling.CONVERT_TO_TEXT else body
    if handling is ContentHandling.CONVERT_TO_BINARY:
        return decode_base64(body)
    return body if body.isascii() else as_text(body).encode()


def convert_response(
    body: bytes, *, payload_is_binary: bool, client_wants_binary: bool, handling: ContentHandling
) -> bytes:
    """Convert a backend's body for the client."""
    to_binary = handling is ContentHandling.CONVERT_TO_BINARY or (
        handling is ContentHandling.NONE and client_wants_binary
    )
    if payload_is_binary:
        return body if to_binary else base64.b64encode(body)
    if to_binary:
        return decode_base64(body)
    return body if body.isascii() else as_text(body).encode()


def choose_request_template(mapping: RequestMapping, content_type: str | None) -> BodyTemplate | None:
    """Return the template for a content type, None where the body passes as it is.

    Raises:
        GatewayFailure: no template fits and the passthrough behaviour does not let the body pass (415).

    Source: rest-facts.md section 5.6 (documented; MOCK recorded).
    """
    kind = media_type(content_type) or "application/json"
    template = mapping.templates.get(kind)
    if template is not None or mapping.passthrough is Passthrough.WHEN_NO_MATCH:
        return template
    if mapping.passthrough is Passthrough.WHEN_NO_TEMPLATES and not mapping.templates:
        return None
    reason = f"no request template for {kind} and passthrough behaviour is {mapping.passthrough.value}"
    raise GatewayFailure(ResponseType.UNSUPPORTED_MEDIA_TYPE, reason)


def passed_body(addressed: Addressed, handling: ContentHandling) -> bytes:
    """Pass the client's body to a backend, as text or binary; proxies know no templates."""
    if not addressed.body:
        return b""
    is_binary = addressed.content_type in addressed.stage.binary
    return convert_request(addressed.body, is_binary=is_binary, handling=handling)
