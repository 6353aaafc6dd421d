"""The ``$context`` of a request: what events, mappings and logs can see of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from forestage.preview.engine.headers import find
from forestage.preview.engine.results import Addressed, Admitted, Authorized, Matched, addressed_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


class TemplateContext(Mapping[str, "Json"]):
    """``template_context`` for a mapping template, of which most ask for a value or two: made when it is asked for."""

    __slots__ = ("_reached", "_whole")

    def __init__(self, reached: Reached) -> None:
        self._reached = reached
        self._whole: dict[str, Any] | None = None

    def __getitem__(self, name: str) -> Json:
        """Return a value."""
        make = _SINGLE.get(name)
        value: Json = self._all()[name] if make is None else make(addressed_of(self._reached))
        return value

    def __iter__(self) -> Iterator[str]:
        """Go through the names."""
        return iter(self._all())

    def __len__(self) -> int:
        """Count the values."""
        return len(self._all())

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a value of this name."""
        return name in _SINGLE or name in self._all()

    def _all(self) -> dict[str, Any]:
        if self._whole is None:
            self._whole = template_context(self._reached)
        return self._whole


def _domain_name(addressed: Addressed) -> str:
    api = addressed.stage.api
    return find(addressed.headers, "Host") or f"{api.id}.execute-api.{api.region}.amazonaws.com"


def _address_context(addressed: Addressed) -> dict[str, Any]:
    return {name: make(addressed) for name, make in _ADDRESS_VALUES.items()}


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


# As for ``request_context``.
_ADDRESS_VALUES: Final[Mapping[str, Callable[[Addressed], Any]]] = {
    "accountId": lambda addressed: addressed.stage.api.account_id,
    "apiId": lambda addressed: addressed.stage.api.id,
    "deploymentId": lambda addressed: addressed.stage.deployment_id,
    "domainName": _domain_name,
    "domainPrefix": lambda addressed: _domain_name(addressed).partition(".")[0].partition(":")[0],
    "extendedRequestId": lambda addressed: addressed.arrival.extended_request_id,
    "httpMethod": lambda addressed: addressed.verb,
    "identity": _identity,
    "path": lambda addressed: addressed.context_path,
    "protocol": lambda _: "HTTP/1.1",
    "requestId": lambda addressed: addressed.request_id,
    "requestTime": lambda addressed: common_log_time(addressed.arrival.wire.arrived_at),
    "requestTimeEpoch": lambda addressed: int(addressed.arrival.wire.arrived_at * 1000),
    "stage": lambda addressed: addressed.stage.name,
}
_SINGLE: Final = {name: make for name, make in _ADDRESS_VALUES.items() if name != "identity"}
"""What later stages do not change."""


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
    return _common_log_second(int(epoch_seconds))


# Many requests come in one second.
@lru_cache(maxsize=64)
def _common_log_second(epoch_seconds: int) -> str:
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
