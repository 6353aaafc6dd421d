"""Stage 4 of a request: may the caller call?"""

from __future__ import annotations

from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.results import Authorized, Matched


async def authorize(matched: Matched) -> Authorized:
    """Let in who needs no authorization, and nobody where it cannot be decided.

    Differs from API Gateway: authorizers, IAM, keys and policies are not executed yet; a method that demands one
    answers 500 to everybody.

    Raises:
        GatewayFailure: the method demands what is not executed yet.
    """
    refusal = matched.method.refusal
    if refusal is not None:
        raise GatewayFailure(ResponseType.AUTHORIZER_CONFIGURATION_ERROR, refusal)
    return Authorized(matched=matched, by="no authorization is required")
