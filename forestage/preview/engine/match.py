"""Stage 3 of a request: the method that serves it."""

from __future__ import annotations

import base64
import hashlib

from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.headers import find
from forestage.preview.engine.results import Addressed, Matched


def match(addressed: Addressed) -> Matched:
    """Find the method.

    Raises:
        GatewayFailure: unknown path or verb, 403 Missing Authentication Token; with an Authorization header that
            is no SigV4, the complaint about that header. There is no 404 and no 405.

    Source: rest-facts.md section 2, authorizers.md (recorded).
    """
    route = addressed.stage.router.find(addressed.verb, addressed.path)
    if route is not None:
        return Matched(addressed=addressed, route=route)
    reason = f"no method {addressed.verb} on {addressed.path}"
    authorization = find(addressed.headers, "Authorization")
    if authorization is None or authorization.startswith("AWS4-"):
        raise GatewayFailure(ResponseType.MISSING_AUTHENTICATION_TOKEN, reason)
    digest = base64.b64encode(hashlib.sha256(authorization.encode("latin-1")).digest()).decode()
    raise GatewayFailure(
        ResponseType.MISSING_AUTHENTICATION_TOKEN,
        reason,
        message=(
            "Invalid key=value pair (missing equal-sign) in Authorization header "
            f"(hashed with SHA-256 and encoded with Base64): '{digest}'."
        ),
        error_type="IncompleteSignatureException",
    )
