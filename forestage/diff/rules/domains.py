"""Rules about custom domains: diff.md, section 2.7."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.report import Operation
from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, STRONGER, WEAKER, Verdict, rule
from forestage.diff.walk.concerns import Concern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Change
    from forestage.model.values import OpenJson

_URL = (Operation.URL_CHANGE,)


@rule("domain-removed", Concern.DOMAIN_REMOVED, BREAKING, operations=(Operation.DESTROY, Operation.URL_CHANGE))
def domain_removed(change: Change[str]) -> Iterator[Verdict]:
    """Calls to the domain fail; a domain with another name is removed and added.

    Instead: keep the domain until its callers use the other one.
    """
    yield Verdict(message=f"domain {change.before} is removed")


@rule("domain-endpoint-type-changed", Concern.DOMAIN_ENDPOINT_TYPE, DANGEROUS, operations=_URL)
def domain_endpoint_type_changed(change: Change[str]) -> Iterator[Verdict]:
    """The host that DNS has to lead to is another: calls fail until the record follows.

    Instead: change the record in the same deployment, with a short time to live.
    """
    yield Verdict(message=f"the domain is {change.after}, it was {change.before}; DNS must follow")


@rule("tls-minimum-raised", Concern.DOMAIN_TLS, DANGEROUS, security=STRONGER)
def tls_minimum_raised(change: Change[str | None]) -> Iterator[Verdict]:
    """Callers whose TLS is older cannot connect.

    Instead: look for older versions in the access log (`$context.tlsVersion`) first.
    """
    if change.note == "raised":
        yield Verdict(message=f"the domain's lowest TLS is raised to {change.after}, it was {change.before}")


@rule("tls-minimum-lowered", Concern.DOMAIN_TLS, SAFE, security=WEAKER)
def tls_minimum_lowered(change: Change[str | None]) -> Iterator[Verdict]:
    """Callers with older TLS can connect again.

    Instead: keep the security policy, and help the callers that need the older one.
    """
    if change.note == "lowered":
        yield Verdict(message=f"the domain's lowest TLS is lowered to {change.after}, it was {change.before}")


@rule("mutual-tls-added", Concern.MUTUAL_TLS, BREAKING, security=STRONGER)
def mutual_tls_added(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers without a certificate of the truststore get 403 Forbidden.

    Instead: give callers certificates, and a second domain with mutual TLS, first.
    """
    if change.before is None:
        yield Verdict(message="the domain asks for client certificates")


@rule("mutual-tls-removed", Concern.MUTUAL_TLS, SAFE, security=WEAKER)
def mutual_tls_removed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers need no certificate.

    Instead: keep mutual TLS where it is what tells callers apart.
    """
    if change.after is None:
        yield Verdict(message="the domain asks for client certificates no longer")


@rule("mutual-tls-truststore-changed", Concern.TRUSTSTORE, DANGEROUS)
def mutual_tls_truststore_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Certificates that the former truststore held may be refused.

    Instead: check that every authority of the former truststore is in the new one.
    """
    yield Verdict(message="client certificates are checked against another truststore")


@rule("certificate-changed", Concern.CERTIFICATE, SAFE)
def certificate_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers see another certificate; only those that pin the former one are refused.

    Instead: nothing needs to be done.
    """
    yield Verdict(message="the domain has another certificate")


@rule("mapping-removed", Concern.MAPPING_REMOVED, BREAKING, operations=_URL)
def mapping_removed(change: Change[str]) -> Iterator[Verdict]:
    """Calls to the path of the domain answer 403 Forbidden.

    Instead: keep the mapping until its callers use another address.
    """
    yield Verdict(message=f"{change.place.where} leads nowhere at {change.before}")


@rule("mapping-path-changed", Concern.MAPPING_PATH, BREAKING, operations=_URL)
def mapping_path_changed(change: Change[str]) -> Iterator[Verdict]:
    """Calls to the former path of the domain answer 403 Forbidden.

    Instead: add the new path beside the old one.
    """
    yield Verdict(message=f"{change.place.where} leads to the API at {change.after}, it was {change.before}")


@rule("mapping-target-changed", Concern.MAPPING_TARGET, DANGEROUS)
def mapping_target_changed(change: Change[str]) -> Iterator[Verdict]:
    """Calls reach another API or stage.

    Instead: check that it answers alike.
    """
    yield Verdict(message=f"{change.place.where} leads to {change.after}, it was {change.before}")


@rule("routing-rule-changed", Concern.ROUTING_RULE, DANGEROUS)
def routing_rule_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Calls that the rule takes, or took, reach another API or stage.

    Instead: try the rule with the header or path that it asks for.
    """
    yield Verdict(message=f"the routing rule of priority {change.detail} is another")


@rule("routing-mode-changed", Concern.ROUTING_MODE, DANGEROUS)
def routing_mode_changed(change: Change[str]) -> Iterator[Verdict]:
    """Routing rules count, or base path mappings do not, other than before.

    Instead: check that every path that is called is led somewhere.
    """
    yield Verdict(message=f"the routing mode is {change.after}, it was {change.before}")


@rule("domain-access-removed", Concern.DOMAIN_ACCESS, BREAKING, security=STRONGER)
def domain_access_removed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers of a VPC endpoint reach the private domain no longer.

    Instead: move its callers to another endpoint first.
    """
    yield Verdict(message=f"{change.place.where} lets less in: {change.note or change.before}")


@rule("dns-record-changed", Concern.DNS_RECORD, DANGEROUS)
def dns_record_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The name of the domain leads elsewhere, or nowhere.

    Instead: check that the record leads to the domain's own target.
    """
    yield Verdict(message=f"the {change.detail} record of the domain is another")
