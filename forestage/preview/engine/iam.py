"""A signature decides who calls (``AWS_IAM``), and the policies of both sides whether they may.

Source: authorizers.md, AWS_IAM, Tables A and B (documented).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage import policy
from forestage.policy import Decision, NamedPolicy, PolicyError, PolicyKind, parse_policy
from forestage.preview.engine.access import INVOKE, denied, describe, judge, masked_arn, method_arn
from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.resource_policy import policy_refusal, refuse_denied, resource_verdict
from forestage.preview.engine.results import Authorized, addressed_of
from forestage.signing import Refused, SignedRequest, verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.principals import AccessKey, IamPrincipal
    from forestage.model.values import Json
    from forestage.policy import Verdict
    from forestage.preview.engine.access import Keys
    from forestage.preview.engine.results import Addressed, Matched, Reached
    from forestage.signing import Verified

INVALIDATE_CACHE: Final = "execute-api:InvalidateCache"


def authorize_by_signature(matched: Matched) -> Authorized:
    """Let in whose signature holds and whose policies, with the API's, allow the call.

    Raises:
        GatewayFailure: no signature, or one that does not hold (403), or policies that do not allow (403).
    """
    principal, access_key_id, told = signer(matched)
    own_policies = _policies(principal)
    keys = principal_keys(principal, now=matched.addressed.arrival.wire.arrived_at)
    named = named_principal(principal)
    resource = resource_verdict(matched, principal=named, more=keys)
    refuse_denied(matched, resource, who=principal.arn)
    own = judge(own_policies, matched, principal=named, more=keys)
    is_own_account = principal.account_id == matched.addressed.stage.api.account_id
    if _decide(own, resource, is_own_account=is_own_account) is not Decision.ALLOW:
        raise _refusal(matched, principal, own, resource, is_own_account=is_own_account)
    told += f"; the policies of {principal.name}: {describe(own)}"
    if resource is not None:
        told += f"; the resource policy: {describe(resource)}"
    # Source: endpoints.md section 8: invalidation from another account is not supported (documented).
    invalidates = (
        is_own_account
        and judge(own_policies, matched, principal=named, action=INVALIDATE_CACHE, more=keys).decision is Decision.ALLOW
    )
    return Authorized(
        matched=matched,
        by=told,
        identity=_identity(principal, access_key_id),
        may_invalidate_cache=invalidates,
    )


def named_principal(principal: IamPrincipal) -> policy.Principal:
    """Return a principal as policies name it."""
    return policy.Principal(
        arn=principal.arn, account_id=principal.account_id, kind=policy.PrincipalKind(principal.kind.value)
    )


def signer(reached: Reached) -> tuple[IamPrincipal, str | None, str]:
    """Return who calls, with which key, and how that is known.

    Raises:
        GatewayFailure: no signature, or one that does not hold (403).
    """
    addressed = addressed_of(reached)
    arrival = addressed.arrival
    assumed = arrival.caller.assumed
    if assumed is not None and assumed.principal is not None:
        return assumed.principal, None, f"{assumed.principal.arn}, taken on as {assumed.name}"
    path, _, query = arrival.wire.target.partition("?")
    signed = SignedRequest(
        method=arrival.wire.method,
        path=path,
        raw_query=query,
        headers=arrival.wire.headers,
        body=arrival.wire.body,
    )

    def find(access_key_id: str) -> AccessKey | None:
        known = arrival.principals.get(access_key_id)
        return known.access_key if known else None

    verified = verify(signed, find, now=arrival.wire.arrived_at, region=addressed.stage.api.region)
    if isinstance(verified, Refused):
        raise GatewayFailure(
            ResponseType(verified.gateway_response),
            f"{verified.kind.value}: {verified.detail}",
            status=verified.status,
            message=verified.message,
            error_type=verified.error_type,
        )
    other = _other_request(addressed, path, verified)
    if other:
        raise GatewayFailure(
            ResponseType.INVALID_SIGNATURE, f"the signature would hold for another request too: {other}"
        )
    principal = arrival.principals[verified.access_key_id].principal
    return principal, verified.access_key_id, f"{principal.arn} signed with {verified.access_key_id}"


def _other_request(addressed: Addressed, path: str, verified: Verified) -> str:
    """Say what a signature leaves open of which method is called; empty where that is signed.

    Both sides fold dot segments before they sign, and routing does not: ``/dev/admin/../pets`` has the signature of
    ``/dev/pets``. Who sees a signed request could have it do something else.
    Differs from API Gateway: what that makes of such requests is not documented.
    """
    if not {".", ".."}.isdisjoint(path.split("/")):
        return "its path has dot segments, which are folded before they are signed"
    override = "x-http-method-override"
    if addressed.verb != addressed.arrival.wire.method and override not in verified.signed_headers:
        return f"{override} is not among the signed headers"
    return ""


def _policies(principal: IamPrincipal) -> tuple[NamedPolicy, ...]:
    try:
        return tuple(
            NamedPolicy(name=entry.name, policy=parse_policy(entry.document, kind=PolicyKind.IDENTITY))
            for entry in principal.policies
        )
    except PolicyError as error:
        raise GatewayFailure(
            ResponseType.AUTHORIZER_CONFIGURATION_ERROR, f"a policy of {principal.name} cannot be read: {error}"
        ) from None


def _decide(own: Verdict, resource: Verdict | None, *, is_own_account: bool) -> Decision:
    said = Decision.IMPLICIT_DENY if resource is None else resource.decision
    if not is_own_account:
        return policy.combine_cross_account(own.decision, said)
    if resource is not None and resource.delegated:
        # What is allowed to the account is for the account's own policies to hand on.
        said = Decision.IMPLICIT_DENY
    return policy.combine_same_account(own.decision, said)


def _refusal(
    matched: Matched, principal: IamPrincipal, own: Verdict, resource: Verdict | None, *, is_own_account: bool
) -> GatewayFailure:
    reason = f"the policies of {principal.name}: {describe(own)}"
    if resource is not None:
        reason += f"; the resource policy: {describe(resource)}"
    if own.decision is Decision.ALLOW and resource is not None and not is_own_account:
        return policy_refusal(matched, resource, who=principal.arn)
    ending = (
        "with an explicit deny in an identity-based policy"
        if own.decision is Decision.EXPLICIT_DENY
        else "because no identity-based policy allows the execute-api:Invoke action"
    )
    arn = masked_arn(method_arn(matched.addressed))
    return denied(f"User: {principal.arn} is not authorized to perform: {INVOKE} on resource: {arn} {ending}", reason)


def principal_keys(principal: IamPrincipal, *, now: float) -> Keys:
    """Return the condition keys of a request that somebody signed.

    Source: authorizers.md, Condition keys (documented).
    """
    keys: Keys = {
        "aws:PrincipalArn": (principal.arn,),
        "aws:PrincipalAccount": (principal.account_id,),
        "aws:PrincipalType": (principal.kind.value,),
        "aws:userid": (principal.user_id,),
        **{f"aws:PrincipalTag/{name}": (value,) for name, value in principal.tags.items()},
    }
    if principal.kind.value == policy.PrincipalKind.USER.value:
        keys["aws:username"] = (principal.arn.rpartition("/")[2],)
    if principal.organization_id is not None:
        keys["aws:PrincipalOrgID"] = (principal.organization_id,)
        keys["aws:PrincipalOrgPaths"] = principal.organization_paths
    if principal.issued_at is not None:
        keys["aws:TokenIssueTime"] = (str(int(principal.issued_at)),)
        keys["aws:MultiFactorAuthPresent"] = (str(principal.mfa_authenticated_at is not None).lower(),)
    if principal.mfa_authenticated_at is not None:
        keys["aws:MultiFactorAuthAge"] = (str(int(now - principal.mfa_authenticated_at)),)
    return keys


def _identity(principal: IamPrincipal, access_key_id: str | None) -> Mapping[str, Json]:
    """Return what ``$context.identity`` tells of a caller that signed."""
    cognito = principal.cognito
    return {
        "accessKey": access_key_id,
        "accountId": principal.account_id,
        "caller": principal.user_id,
        "user": principal.user_id,
        "userArn": principal.arn,
        "principalOrgId": principal.organization_id,
        "cognitoIdentityId": cognito.identity_id if cognito else None,
        "cognitoIdentityPoolId": cognito.identity_pool_id if cognito else None,
        "cognitoAuthenticationType": cognito.authentication_type if cognito else None,
        "cognitoAuthenticationProvider": cognito.authentication_provider if cognito else None,
    }
