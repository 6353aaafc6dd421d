"""Stage 3 of a request: the method that serves it."""

from __future__ import annotations

from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.headers import find, has
from forestage.preview.engine.results import Addressed, Matched


def match(addressed: Addressed) -> Matched:
    """Find the method.

    Raises:
        GatewayFailure: the resource policy does not allow the call (403), whether there is a method or not;
            unknown path or verb, 403 Missing Authentication Token; with an Authorization header that
            is no SigV4, the complaint about that header. There is no 404 and no 405.

    Source: rest-facts.md section 2, authorizers.md (recorded).
    """
    route = addressed.stage.router.find(addressed.verb, addressed.path)
    if route is not None:
        return Matched(addressed=addressed, route=route)
    _refuse_denied(addressed)
    reason = f"no method {addressed.verb} on {addressed.path}"
    complaint = _complaint(addressed)
    if complaint is None:
        raise GatewayFailure(ResponseType.MISSING_AUTHENTICATION_TOKEN, reason)
    raise GatewayFailure(
        ResponseType.MISSING_AUTHENTICATION_TOKEN,
        reason,
        message=complaint,
        error_type="IncompleteSignatureException",
    )


def _complaint(addressed: Addressed) -> str | None:
    """Say what is wrong with an Authorization header that is no SigV4; None where there is nothing to say."""
    authorization = find(addressed.headers, "Authorization")
    if not authorization:
        return None
    from forestage.signing import incomplete_signature_message, is_sigv4

    if is_sigv4(authorization):
        return None
    dated = has(addressed.headers, "X-Amz-Date") or has(addressed.headers, "Date")
    return incomplete_signature_message(authorization, dated=dated)


def _refuse_denied(addressed: Addressed) -> None:
    """Let who may not call learn nothing of what there is. Source: authorizers.md, Resource policies (derived)."""
    if addressed.arrival.has_guards:
        from forestage.preview.engine.guards import pass_guards

        pass_guards(addressed)
    if addressed.stage.policy is None:
        return
    from forestage.preview.engine.resource_policy import refuse_unless_allowed, resource_verdict

    refuse_unless_allowed(addressed, resource_verdict(addressed))
