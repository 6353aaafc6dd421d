"""The ``$context`` of a request: what events, mappings and logs can see of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from forestage.preview.engine.headers import find
from forestage.preview.engine.results import Addressed, Admitted, Authorized, Matched, addressed_of

if TYPE_CHECKING:
    from forestage.model.values import Json
    from forestage.preview.engine.results import Reached

_UNKNOWN_IDENTITY = dict.fromkeys(
    (
        "accessKey",
        "accountId",
        "caller",
        "cognitoAuthenticationProvider",
        "cognitoAuthenticationType",
        "cognitoIdentityId",
        "cognitoIdentityPoolId",
        "principalOrgId",
        "user",
        "userArn",
    )
)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


# Its parts have shapes that JSON does not say: what is laid over them relies on those.
def request_context(reached: Reached) -> dict[str, Any]:
    """Return ``$context`` as a function's event has it, nulls included, as far as the request came.

    ``resourceId`` is there once the method is known, ``authorizer`` once an authorizer spoke, and the key of
    ``identity`` once it was asked for.

    Source: rest-facts.md sections 7 and 8.4 (recorded keys); usage-plans.md, What the caller's identity shows.
    """
    if isinstance(reached, Admitted):
        context = request_context(reached.authorized)
        if reached.api_key is not None:
            context["identity"] |= {"apiKey": reached.api_key, "apiKeyId": reached.api_key_id}
        return context
    if isinstance(reached, Authorized):
        context = request_context(reached.matched)
        if reached.identity:
            context["identity"] |= reached.identity
        if reached.authorizer is not None:
            context["authorizer"] = dict(reached.authorizer)
        return context
    if isinstance(reached, Matched):
        context = _address_context(reached.addressed)
        context["resourceId"] = reached.method.resource_id
        context["resourcePath"] = reached.method.resource_path
        return context
    return _address_context(reached)


def template_context(reached: Reached) -> dict[str, Any]:
    """Return ``$context`` as mapping templates, mappings and logs see it: with what functions are not told.

    Source: endpoints.md section 7 (recorded); whether events have ``isCanaryRequest``, too, is open.
    """
    context = request_context(reached)
    is_canary = addressed_of(reached).stage.is_canary
    if is_canary is not None:
        context["isCanaryRequest"] = is_canary
    return context


def _address_context(addressed: Addressed) -> dict[str, Any]:
    api = addressed.stage.api
    domain_name = find(addressed.headers, "Host") or f"{api.id}.execute-api.{api.region}.amazonaws.com"
    return {
        "accountId": api.account_id,
        "apiId": api.id,
        "deploymentId": addressed.stage.deployment_id,
        "domainName": domain_name,
        "domainPrefix": domain_name.partition(".")[0].partition(":")[0],
        "extendedRequestId": addressed.arrival.extended_request_id,
        "httpMethod": addressed.verb,
        "identity": _identity(addressed),
        "path": addressed.context_path,
        "protocol": "HTTP/1.1",
        "requestId": addressed.request_id,
        "requestTime": common_log_time(addressed.arrival.wire.arrived_at),
        "requestTimeEpoch": int(addressed.arrival.wire.arrived_at * 1000),
        "stage": addressed.stage.name,
    }


def _identity(addressed: Addressed) -> dict[str, Json]:
    """Return what is known of a caller that nobody has authorized.

    Source: endpoints.md sections 1 (VPC endpoints, derived) and 3 (client certificates, documented).
    """
    caller = addressed.arrival.caller
    identity: dict[str, Json] = {
        **_UNKNOWN_IDENTITY,
        "sourceIp": caller.source_ip,
        "userAgent": find(addressed.headers, "User-Agent"),
    }
    if caller.vpc_endpoint is not None:
        identity |= {"vpceId": caller.vpc_endpoint, "vpcId": caller.vpc}
    certificate = caller.client_certificate
    if certificate is not None:
        identity["clientCert"] = {
            "clientCertPem": certificate.pem,
            "subjectDN": certificate.subject_dn,
            "issuerDN": certificate.issuer_dn,
            "serialNumber": certificate.serial_number,
            "validity": {"notBefore": certificate.not_before, "notAfter": certificate.not_after},
        }
    return identity


def dig(value: Json, path: str) -> Json:
    """Follow a dotted path; None where it leads nowhere."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def context_text(reached: Reached, path: str) -> str | None:
    """Return one value of ``$context`` by its dotted path, where it is a string or a truth; None for all else.

    Source: rest-facts.md section 5.1: only string values are mapped, which truths are on AWS.
    """
    value = dig(template_context(reached), path)
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else None


def common_log_time(epoch_seconds: float) -> str:
    """Write a time as ``25/Nov/2026:13:40:55 +0000``."""
    moment = datetime.fromtimestamp(epoch_seconds, UTC)
    # The month is English in every locale.
    return f"{moment.day:02}/{_MONTHS[moment.month - 1]}/{moment:%Y:%H:%M:%S} +0000"


def source_arn(matched: Matched) -> str:
    """Return the ARN that a function's permissions see; it names the resource, not the path as called.

    ``arn:aws:execute-api:REGION:ACCOUNT:API/dev/GET/pets/{id}``
    """
    stage, api = matched.addressed.stage, matched.addressed.stage.api
    return (
        f"arn:{api.partition}:execute-api:{api.region}:{api.account_id}:"
        f"{api.id}/{stage.name}/{matched.addressed.verb}{matched.method.resource_path}"
    )
