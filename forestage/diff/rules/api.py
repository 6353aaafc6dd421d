"""Rules about an API as a whole: diff.md, section 2.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.report import Operation
from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, STRONGER, WEAKER, Verdict, rule
from forestage.diff.walk.concerns import Concern, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Change
    from forestage.model.values import OpenJson


@rule("api-removed", Concern.API_REMOVED, BREAKING, operations=(Operation.DESTROY, Operation.URL_CHANGE))
def api_removed(change: Change[str]) -> Iterator[Verdict]:
    """Every call fails: the host name of the API is gone.

    Instead: keep the API until nobody calls it, and give its callers the address of what replaces it.
    """
    yield Verdict(message=f"API {change.before} is removed; its callers find no host")


@rule("api-added", Concern.API_ADDED, SAFE)
def api_added(change: Change[str]) -> Iterator[Verdict]:
    """Nobody calls a new API yet.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"API {change.after} is new")


@rule(
    "api-replaced",
    Concern.API_REPLACED,
    BREAKING,
    DANGEROUS,
    operations=(Operation.REPLACE, Operation.URL_CHANGE),
)
def api_replaced(change: Change[str]) -> Iterator[Verdict]:
    """The API gets another id, so its default address changes and callers of the old one fail.

    It is dangerous only where every stage is reached by a custom domain whose mapping stays, and the default
    endpoint is off.

    Instead: keep the logical id and the protocol of the API, or put a custom domain before it first.
    """
    what = f"from {change.note}" if change.note else f"as {change.after}, it was {change.before}"
    if Fact.MAPPED in change.facts:
        yield Verdict(message=f"the API is replaced {what}; its custom domain leads to the new one", severity=DANGEROUS)
    else:
        yield Verdict(message=f"the API is replaced {what}; its address changes")


@rule("endpoint-became-private", Concern.ENDPOINT_TYPE, BREAKING, security=STRONGER)
def endpoint_became_private(change: Change[str]) -> Iterator[Verdict]:
    """Callers outside of the VPC endpoints reach the API no longer.

    Instead: make a second, private API, and move callers before the public one goes.
    """
    if change.after == "PRIVATE":
        yield Verdict(message=f"the endpoint is PRIVATE, it was {change.before}; only VPC endpoints reach it")


@rule("endpoint-left-private", Concern.ENDPOINT_TYPE, DANGEROUS, security=WEAKER)
def endpoint_left_private(change: Change[str]) -> Iterator[Verdict]:
    """The internet reaches the API, and callers in the VPC go another way to it.

    Instead: ask for authorization on every method first, and check what private DNS answers in the VPC.
    """
    if change.before == "PRIVATE" and change.after == "REGIONAL":
        yield Verdict(message="the endpoint is REGIONAL, it was PRIVATE; the internet reaches it")


@rule(
    "endpoint-change-unsupported",
    Concern.ENDPOINT_TYPE,
    DANGEROUS,
    security=WEAKER,
    operations=(Operation.DEPLOY_CONFLICT,),
)
def endpoint_change_unsupported(change: Change[str]) -> Iterator[Verdict]:
    """The deployment fails: API Gateway does not make a private API edge-optimized.

    Instead: go to REGIONAL first, and deploy, then to EDGE.
    """
    if change.before == "PRIVATE" and change.after == "EDGE":
        yield Verdict(message="the endpoint is EDGE, it was PRIVATE; API Gateway refuses this change")


@rule("endpoint-type-changed", Concern.ENDPOINT_TYPE, DANGEROUS)
def endpoint_type_changed(change: Change[str]) -> Iterator[Verdict]:
    """Requests go another way: CloudFront adds headers, spells names of headers otherwise and drops Content-MD5.

    Instead: check what the backend reads of CloudFront's headers, and the DNS records of custom domains.
    """
    if "PRIVATE" not in {change.before, change.after}:
        yield Verdict(message=f"the endpoint is {change.after}, it was {change.before}")


@rule("vpc-endpoint-removed", Concern.VPC_ENDPOINT_REMOVED, BREAKING, security=STRONGER)
def vpc_endpoint_removed(change: Change[str]) -> Iterator[Verdict]:
    """Callers that use the address of this VPC endpoint no longer reach the API by it.

    Instead: move the callers to another endpoint of the API first.
    """
    yield Verdict(message=f"VPC endpoint {change.before} is no longer of the API")


@rule("vpc-endpoint-added", Concern.VPC_ENDPOINT_ADDED, SAFE, security=WEAKER)
def vpc_endpoint_added(change: Change[str]) -> Iterator[Verdict]:
    """Callers of one more VPC endpoint reach the API.

    Instead: check that the resource policy names the endpoint on purpose.
    """
    yield Verdict(message=f"VPC endpoint {change.after} reaches the API")


@rule("ip-address-type-narrowed", Concern.IP_ADDRESS_TYPE, DANGEROUS)
def ip_address_type_narrowed(change: Change[str]) -> Iterator[Verdict]:
    """Callers that have IPv6 only reach the API no longer.

    Instead: stay with dualstack until the access log shows no IPv6 addresses.
    """
    if change.before == "dualstack":
        yield Verdict(message="the API answers IPv4 only, it answered IPv6 too")


@rule("default-endpoint-disabled", Concern.DEFAULT_ENDPOINT, BREAKING, security=STRONGER)
def default_endpoint_disabled(change: Change[bool]) -> Iterator[Verdict]:
    """Calls to the execute-api address answer 403 Forbidden.

    Instead: move callers to the custom domain first; the access log tells which address they use.
    """
    if change.after:
        yield Verdict(message="the default endpoint is off; calls to the execute-api address answer 403")


@rule("default-endpoint-enabled", Concern.DEFAULT_ENDPOINT, SAFE, security=WEAKER)
def default_endpoint_enabled(change: Change[bool]) -> Iterator[Verdict]:
    """The API is reached past its custom domain, without what stands before that.

    Instead: leave the default endpoint off where mutual TLS or a firewall stands at the domain.
    """
    if not change.after:
        yield Verdict(message="the default endpoint is on; the API is reached past its custom domain")


@rule("api-tls-minimum-raised", Concern.API_TLS, DANGEROUS, security=STRONGER)
def api_tls_minimum_raised(change: Change[str]) -> Iterator[Verdict]:
    """Callers whose TLS is older cannot connect.

    Instead: look for older versions in the access log (`$context.tlsVersion`) first.
    """
    if change.note == "raised":
        yield Verdict(message=f"the API's lowest TLS is raised to {change.after}")


@rule("api-tls-minimum-lowered", Concern.API_TLS, SAFE, security=WEAKER)
def api_tls_minimum_lowered(change: Change[str]) -> Iterator[Verdict]:
    """Callers with older TLS can connect again.

    Instead: keep the security policy, and help the callers that need the older one.
    """
    if change.note == "lowered":
        yield Verdict(message=f"the API's lowest TLS is lowered to {change.after}")


@rule("endpoint-access-mode-changed", Concern.ENDPOINT_ACCESS_MODE, DANGEROUS)
def endpoint_access_mode_changed(change: Change[str]) -> Iterator[Verdict]:
    """With STRICT, calls whose host does not fit the endpoint are refused; with BASIC they are taken.

    Instead: check that callers send the right host and SNI before the mode becomes STRICT.
    """
    strict = change.after == "STRICT"
    yield Verdict(
        message=f"the endpoint access mode is {change.after}, it was {change.before}",
        security=STRONGER if strict else WEAKER,
    )


@rule("binary-media-type-added", Concern.BINARY_TYPE_ADDED, DANGEROUS)
def binary_media_type_added(change: Change[str]) -> Iterator[Verdict]:
    """Bodies of this type reach the backend base64-encoded, and templates see no text any more.

    Instead: check every method that takes or answers this type; `*/*` means all of them.
    """
    yield Verdict(message=f"{change.after} is a binary media type now")


@rule("binary-media-type-removed", Concern.BINARY_TYPE_REMOVED, DANGEROUS, BREAKING)
def binary_media_type_removed(change: Change[str]) -> Iterator[Verdict]:
    """Bodies of this type are treated as text, which ruins images and archives.

    It is breaking where a method answers this type or converts content.

    Instead: keep the type as long as methods answer it.
    """
    severity = BREAKING if Fact.USED in change.facts else DANGEROUS
    yield Verdict(message=f"{change.before} is no binary media type any more", severity=severity)


@rule("compression-changed", Concern.COMPRESSION, SAFE)
def compression_changed(change: Change[int | None]) -> Iterator[Verdict]:
    """Answers are compressed from another size on, for callers that accept it.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"the minimum size for compression is {change.after}, it was {change.before}")


@rule("api-key-source-changed", Concern.API_KEY_SOURCE, SAFE, BREAKING)
def api_key_source_changed(change: Change[str]) -> Iterator[Verdict]:
    """Where a method asks for keys, those that were taken from the former place count no longer: 403 Forbidden.

    Instead: let the authorizer return the key that the header carries while callers change over.
    """
    severity = BREAKING if Fact.USED in change.facts else SAFE
    yield Verdict(message=f"API keys come from {change.after}, they came from {change.before}", severity=severity)


@rule("resource-policy-widened", Concern.POLICY_WIDENED, SAFE, security=WEAKER)
def resource_policy_widened(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers are let in that were refused.

    Instead: check that each new statement, and each condition that is gone, is meant.
    """
    yield Verdict(message=f"the resource policy lets more in: {change.note}")


@rule("resource-policy-narrowed", Concern.POLICY_NARROWED, DANGEROUS, security=STRONGER)
def resource_policy_narrowed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers that were let in may be refused with 403.

    Instead: look in the access log for callers that only the former policy lets in.
    """
    yield Verdict(message=f"the resource policy lets less in: {change.note}")


@rule("resource-policy-removed", Concern.POLICY_REMOVED, SAFE, BREAKING, security=WEAKER)
def resource_policy_removed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Everybody is let in as far as the policy goes; a private API lets nobody in without one.

    Instead: keep the policy, or ask for authorization on every method.
    """
    if Fact.PRIVATE in change.facts:
        yield Verdict(message="the resource policy is gone; a private API lets nobody in", severity=BREAKING)
    else:
        yield Verdict(message="the resource policy is gone")


@rule("resource-policy-added", Concern.POLICY_ADDED, DANGEROUS, BREAKING, security=STRONGER)
def resource_policy_added(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers that the policy does not allow, or denies, get 403.

    It is breaking where the policy denies somebody or does not allow everybody.

    Instead: begin with a policy that allows everybody, and narrow it by what the access log shows.
    """
    severity = BREAKING if Fact.PRIVATE_POLICY in change.facts else DANGEROUS
    yield Verdict(message="the API has a resource policy now", severity=severity)


@rule("api-description-changed", Concern.API_DESCRIPTION, SAFE)
def api_description_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Nobody who calls notices: a name, description, version or tag is another.

    Instead: nothing needs to be done.
    """
    if change.before != change.after:
        yield Verdict(message="name, description, version or tags of the API are others")
