"""Policies that have to allow a request beside the API's own: of a VPC endpoint, and of a private domain.

They are asked first. Source: endpoints.md section 2; authorizers.md, VPC endpoint policy, with its newer edition:
developer guide, "Use VPC endpoint policies for private APIs" (documented): a valid signature tells who calls, an
invalid one is refused, and with any other Authorization the caller is anonymous.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.policy import Decision
from forestage.preview.compile.authorization import IamAuthorization
from forestage.preview.engine.access import denied, describe, judge, masked_arn, method_arn
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.headers import find
from forestage.preview.engine.resource_policy import unknown_way
from forestage.preview.engine.results import addressed_of, matched_of

if TYPE_CHECKING:
    from forestage.model.principals import IamPrincipal
    from forestage.policy import Verdict
    from forestage.preview.compile.authorization import ResourcePolicy
    from forestage.preview.engine.results import Addressed, Reached


def pass_guards(reached: Reached) -> None:
    """Let through what the policies of the VPC endpoint and of the private domain allow.

    Raises:
        GatewayFailure: one of them does not allow the call (403), cannot be read (500), or the signature does not
            hold by which the caller would be known (403).
    """
    arrival = addressed_of(reached).arrival
    caller = _caller(reached)
    endpoint, domain = arrival.vpc_endpoint, arrival.domain
    if endpoint is not None and endpoint.policy is not None:
        name = f"the policy of VPC endpoint {endpoint.logical_id}"
        verdict = _ask(endpoint.policy, reached, caller, name=name)
        _refuse(reached, endpoint.policy, verdict, caller, name=name, kind="VPC endpoint")
    if domain is not None and domain.domain.policy is not None:
        name = f"the policy of {domain.domain.name}"
        verdict = _ask(domain.domain.policy, reached, caller, name=name, arn=domain.domain.arn)
        _refuse(reached, domain.domain.policy, verdict, caller, name=name, kind="")


def _caller(reached: Reached) -> IamPrincipal | None:
    """Tell who signed a request; None for an anonymous caller."""
    from forestage.preview.engine.iam import signer
    from forestage.signing import is_sigv4

    addressed, matched = addressed_of(reached), matched_of(reached)
    assumed = addressed.arrival.caller.assumed
    is_signed = (
        is_sigv4(find(addressed.headers, "Authorization") or "")
        or (assumed is not None and assumed.principal is not None)
        or (matched is not None and isinstance(matched.method.authorization, IamAuthorization))
    )
    return signer(reached)[0] if is_signed else None


def _ask(
    policy: ResourcePolicy, reached: Reached, caller: IamPrincipal | None, *, name: str, arn: str | None = None
) -> Verdict:
    """Ask a policy; ``arn`` is that of the domain that it belongs to.

    Differs from API Gateway: how a statement of a domain's policy names what it is about is documented for
    ``execute-api:/*`` alone; here the domain and every method behind it can be named.
    """
    if policy.named is None:
        raise GatewayFailure(ResponseType.AUTHORIZER_CONFIGURATION_ERROR, f"{name} cannot be read: {policy.fault}")
    from forestage.preview.engine.iam import named_principal, principal_keys

    now = addressed_of(reached).arrival.wire.arrived_at
    principal = None if caller is None else named_principal(caller)
    keys = None if caller is None else principal_keys(caller, now=now)

    def below_the_domain(addressed: Addressed, path: str) -> str:
        return f"{arn}/{addressed.stage.name}/{addressed.verb}{path}"

    def the_domain(addressed: Addressed, path: str) -> str:
        del addressed, path
        return arn or ""

    named = (policy.named,)
    if arn is None:
        return judge(named, reached, principal=principal, more=keys)
    below = judge(named, reached, principal=principal, more=keys, arn_of=below_the_domain)
    itself = judge(named, reached, principal=principal, more=keys, arn_of=the_domain)
    if below.decision is not Decision.EXPLICIT_DENY and itself.decision is not Decision.IMPLICIT_DENY:
        return itself
    return below


def _refuse(
    reached: Reached,
    policy: ResourcePolicy,
    verdict: Verdict,
    caller: IamPrincipal | None,
    *,
    name: str,
    kind: str,
) -> None:
    """Refuse what is not allowed.

    Source of the endings: IAM user guide, "Troubleshoot access denied error messages" (documented).
    """
    unknown = unknown_way(policy, reached) if verdict.decision is not Decision.EXPLICIT_DENY else ""
    if verdict.decision is Decision.ALLOW and not unknown:
        return
    who = "anonymous" if caller is None else caller.arn
    if verdict.decision is Decision.EXPLICIT_DENY:
        ending = f" with an explicit deny in a {kind or 'resource-based'} policy"
    else:
        ending = f" because no {kind} policy allows the execute-api:Invoke action" if kind else ""
    raise denied(
        f"User: {who} is not authorized to perform: execute-api:Invoke on resource: "
        f"{masked_arn(method_arn(addressed_of(reached)))}{ending}",
        f"{name}{unknown or f': {describe(verdict)}'}",
    )
