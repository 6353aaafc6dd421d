"""Stage 4 of a request: may the caller call?

Policies of VPC endpoints and private domains are asked first, then the resource policy: what it denies is refused
before anybody else is asked. Then whoever the method
names decides, together with what the resource policy says.

Source: authorizers.md, Order within one request, Tables A and B (documented).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from forestage.preview.compile.authorization import (
    IamAuthorization,
    LambdaAuthorizer,
    TokenAuthorizer,
    Undecidable,
)
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.results import Authorized

if TYPE_CHECKING:
    from forestage.policy import Verdict
    from forestage.preview.engine.results import Matched

MAX_ARN_BYTES: Final = 1600
"""How long the ARN of a method may be that demands authorization.

Source: authorizers.md, Errors at a glance (documented); the error type is that of other long requests (inferred).
"""


async def authorize(matched: Matched) -> Authorized:
    """Let in who may call.

    Raises:
        GatewayFailure: the caller is not known (401, 403), may not call (403), the method's ARN is too long (414),
            or it cannot be decided (500).
    """
    method = matched.method
    if matched.addressed.arrival.has_guards:
        from forestage.preview.engine.guards import pass_guards

        pass_guards(matched)
    if method.authorization is None and matched.addressed.stage.policy is None:
        return Authorized(matched=matched, by="no authorization is required")
    from forestage.preview.engine.resource_policy import refuse_denied, resource_verdict

    if method.authorization is not None:
        _refuse_long_arn(matched)
    if isinstance(method.authorization, Undecidable):
        raise GatewayFailure(ResponseType.AUTHORIZER_CONFIGURATION_ERROR, method.authorization.reason)
    if isinstance(method.authorization, IamAuthorization):
        from forestage.preview.engine.iam import authorize_by_signature

        return authorize_by_signature(matched)
    verdict = resource_verdict(matched)
    refuse_denied(matched, verdict)
    match method.authorization:
        case None:
            return _anybody(matched, verdict)
        case LambdaAuthorizer():
            return await _by_function(method.authorization, matched, verdict)
        case TokenAuthorizer():
            from forestage.preview.engine.token_authorizer import authorize_by_token

            return await authorize_by_token(method.authorization, matched, verdict)
        case _:
            assert_never(method.authorization)


def _refuse_long_arn(matched: Matched) -> None:
    from forestage.preview.engine.access import method_arn

    size_bytes = len(method_arn(matched.addressed).encode())
    if size_bytes > MAX_ARN_BYTES:
        raise GatewayFailure(
            ResponseType.DEFAULT_4XX,
            f"the ARN of the method as called has {size_bytes} bytes, at most {MAX_ARN_BYTES} where it is authorized",
            status=414,
            message="Request URI too long",
            error_type="RequestTooLongException",
        )


def _anybody(matched: Matched, verdict: Verdict | None) -> Authorized:
    from forestage.preview.engine.access import describe
    from forestage.preview.engine.resource_policy import refuse_unless_allowed

    refuse_unless_allowed(matched, verdict)
    assert verdict is not None  # Without a policy nobody was asked.
    return Authorized(matched=matched, by=f"the resource policy: {describe(verdict)}")


async def _by_function(authorizer: LambdaAuthorizer, matched: Matched, verdict: Verdict | None) -> Authorized:
    from forestage.policy import Decision, combine_same_account
    from forestage.preview.engine.access import denied, describe, judge
    from forestage.preview.engine.lambda_authorizer import ask

    answer = await ask(authorizer, matched)
    own = judge((answer.policy,), matched)
    resource = Decision.IMPLICIT_DENY if verdict is None else verdict.decision
    decision = combine_same_account(own.decision, resource)
    told = f"authorizer {authorizer.name}" + (" (kept answer)" if answer.kept else "") + f": {describe(own)}"
    if verdict is not None:
        told += f"; the resource policy: {describe(verdict)}"
    if decision is not Decision.ALLOW:
        ending = " with an explicit deny in an identity-based policy" if decision is Decision.EXPLICIT_DENY else ""
        raise denied(f"User is not authorized to access this resource{ending}", told, authorizer=answer.context)
    return Authorized(matched=matched, by=told, authorizer=answer.context, usage_key=answer.usage_key)
