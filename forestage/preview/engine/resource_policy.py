"""The resource policy of an API: who may call it at all.

Source: authorizers.md, Resource policies (documented, apigateway-authorization-flow).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.policy import Decision
from forestage.preview.engine.access import denied, describe, judge, masked_arn, method_arn
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.results import addressed_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.policy import Principal, Verdict
    from forestage.preview.compile.authorization import ResourcePolicy
    from forestage.preview.engine.results import Reached


def resource_verdict(
    reached: Reached, *, principal: Principal | None = None, more: Mapping[str, tuple[str, ...]] | None = None
) -> Verdict | None:
    """Ask the resource policy; None where the API has none.

    Raises:
        GatewayFailure: the policy cannot be read, so nobody is admitted (500); it names AWS identities, and the
            caller has none (403).
    """
    policy = addressed_of(reached).stage.policy
    if policy is None:
        return None
    if policy.named is None:
        reason = f"the resource policy cannot be evaluated: {policy.fault}"
        raise GatewayFailure(ResponseType.AUTHORIZER_CONFIGURATION_ERROR, reason)
    verdict = judge((policy.named,), reached, principal=principal, more=more)
    unknown = unknown_way(policy, reached) if verdict.decision is not Decision.EXPLICIT_DENY else ""
    if unknown:
        raise policy_refusal(reached, verdict, who="anonymous", reason=f"the resource policy{unknown}")
    if principal is None and policy.names_identities and verdict.decision is not Decision.EXPLICIT_DENY:
        reason = "the resource policy names AWS identities, so that all methods without AWS_IAM fail"
        raise policy_refusal(reached, verdict, who="anonymous", reason=reason)
    return verdict


def unknown_way(policy: ResourcePolicy, reached: Reached) -> str:
    """Say what a policy asks about the way into a private API that is not known of the caller; empty for nothing.

    A statement might deny if it were known, so that nobody can be admitted.
    """
    arrival = addressed_of(reached).arrival
    if not policy.network_keys or arrival.endpoint_type != "PRIVATE":
        return ""
    known = {"aws:SourceVpce": arrival.caller.vpc_endpoint, "aws:SourceVpc": arrival.caller.vpc}
    unknown = [key for key in policy.network_keys if known[key] is None]
    if not unknown:
        return ""
    return (
        f" asks for {' and '.join(unknown)}, which is not known of the caller: call by the Host of a VPC endpoint, "
        "or take on an identity with vpc_endpoint_id and vpc_id"
    )


def refuse_denied(reached: Reached, verdict: Verdict | None, *, who: str = "anonymous") -> None:
    """Refuse what the policy denies explicitly: no authorizer is asked then."""
    if verdict is not None and verdict.decision is Decision.EXPLICIT_DENY:
        raise policy_refusal(reached, verdict, who=who)


def refuse_unless_allowed(reached: Reached, verdict: Verdict | None, *, who: str = "anonymous") -> None:
    """Refuse what the policy does not allow, where nobody else decides."""
    if verdict is not None and verdict.decision is not Decision.ALLOW:
        raise policy_refusal(reached, verdict, who=who)


def policy_refusal(reached: Reached, verdict: Verdict, *, who: str, reason: str = "") -> GatewayFailure:
    """Make the 403 of a resource policy."""
    ending = " with an explicit deny in a resource-based policy" if verdict.decision is Decision.EXPLICIT_DENY else ""
    arn = masked_arn(method_arn(addressed_of(reached)))
    return denied(
        f"User: {who} is not authorized to perform: execute-api:Invoke on resource: {arn}{ending}",
        reason or f"the resource policy: {describe(verdict)}",
    )
