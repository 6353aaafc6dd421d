"""A request to a custom domain: may it come in, and to which stage does it go?

Source: endpoints.md section 3, whats-new.md, Routing rules (documented unless said otherwise).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from forestage.preview.compile.domains import RoutingMode, Rule, host_name
from forestage.preview.engine.results import DomainCall, Uncertified

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from forestage.preview.compile.domains import DomainRuntime, HeaderPattern, PathMapping
    from forestage.preview.engine.results import Caller
    from forestage.preview.engine.wire import Headers, TlsSession

RESERVED_PATHS = frozenset({"/ping", "/sping"})
"""Answered by API Gateway itself, for its health checks. Source: endpoints.md section 3 (documented)."""

MAX_TOLD = 200
"""How many characters of a header are told where it does not fit."""

MAX_TRIED = 20
"""How many rules and mappings are told that did not fit."""


class Turned(msgspec.Struct, frozen=True):
    """A request that a domain does not let in, or that it leads nowhere; the reason is for people."""

    reason: str


Destination: TypeAlias = DomainCall | Turned


def choose_domain(domains: Sequence[DomainRuntime], caller: Caller, home: str) -> DomainRuntime:
    """Choose among domains of one name: a caller that came through a VPC endpoint means a private one.

    Of those of several regions it is the one that leads to ``home``, the API of the port: where Route 53 would look at
    latencies, the port stands for the region.

    Source: whats-new.md (private custom domains) with developer guide, "Custom domain names for private APIs": such
    names need not be unique; "Custom domain name for public REST APIs": unique within a region.
    """
    wanted = caller.vpc_endpoint is not None
    fitting = [domain for domain in domains if domain.is_private is wanted] or domains
    return next((domain for domain in fitting if home in domain.api_ids), fitting[0])


def objection(domain: DomainRuntime, *, host: str, tls: TlsSession | None, caller: Caller) -> str:
    """Say why a domain does not let a caller in; empty where it does.

    Source: endpoints.md section 2 (private domains; the status is derived), whats-new.md, Security policies.
    """
    if domain.is_private:
        reason = _private_objection(domain, caller)
        if reason:
            return reason
    elif caller.vpc_endpoint is not None:
        return f"{domain.name} is a public domain, and the caller comes through the VPC endpoint {caller.vpc_endpoint}"
    if domain.tls.is_strict and tls is not None and tls.server_name != host_name(host):
        return (
            f"{domain.name} has EndpointAccessMode STRICT, and the TLS handshake was for {tls.server_name or 'no name'}"
        )
    return ""


def judge_certificate(
    domain: DomainRuntime, *, tls: TlsSession | None, caller: Caller, fault: str | None
) -> Uncertified | None:
    """Say why a domain with mTLS does not let a caller in; None where it does.

    ``fault`` is what is wrong with the certificate that the client presented.

    Source: endpoints.md section 3 (the status is documented, the body inferred); AWS knowledge center, "HTTP 403
    Forbidden errors from an API Gateway custom domain name that requires mutual TLS", for the words of the log.
    """
    if domain.truststore_uri is None or caller.client_certificate is not None:
        return None
    fault = _certificate_fault(domain, tls, fault)
    told = next((words for ours, words in _LOGGED.items() if ours in fault), fault.removeprefix("and "))
    return Uncertified(
        reason=f"{domain.name} demands a client certificate, {fault}", logged=f"Access denied. Reason: {told}"
    )


_LOGGED: Final = {
    "could not find issuer": "Could not find issuer for certificate",
    "insecure signature algorithm": "Client cert using an insecure Signature Algorithm",
    "self signed": "self signed certificate",
}
"""What the execution log says of faults whose words are known."""


def _private_objection(domain: DomainRuntime, caller: Caller) -> str:
    if domain.policy is None:
        return f"the private domain {domain.name} has no policy, so that it refuses every call"
    if caller.vpc_endpoint is None:
        return (
            f"{domain.name} is private, and it is not known through which VPC endpoint the caller comes: "
            "name one access association, or take on an identity with vpc_endpoint_id"
        )
    if caller.vpc_endpoint not in domain.vpc_endpoints:
        known = ", ".join(domain.vpc_endpoints) or "none"
        return (
            f"the VPC endpoint {caller.vpc_endpoint} has no access association with the private domain "
            f"{domain.name}; those that have one: {known}"
        )
    return ""


def _certificate_fault(domain: DomainRuntime, tls: TlsSession | None, fault: str | None) -> str:
    if fault:
        return fault
    if tls is None:
        return "and the request came without TLS; call it by https, or take on an identity with client_certificate"
    if tls.server_name is None:
        return "and the client named no host in its TLS handshake, so that it was not asked for one"
    return f"and the client presented none; the truststore is {domain.truststore_uri or 'not known yet'}"


def choose_stage(domain: DomainRuntime, path: str, headers: Headers) -> Destination:
    """Find out where a request to a domain goes; ``path`` is as called, without its query.

    Rules come first, by priority, then mappings: of those that fit the longest; routes of APIs count for nothing.
    """
    segments = _segments(path)
    tried: list[str] = []
    for step in domain.steps:
        if isinstance(step, Rule):
            reason = _misfit(step, segments, headers)
            if reason is None:
                return _by_rule(domain, step, path, segments)
            tried.append(f"{step}: {reason}")
        elif segments[: len(step.segments)] == step.segments:
            return _by_mapping(domain, step, path)
        else:
            tried.append(f"{step}: the path does not begin with /{step.base_path}")
    return Turned(f"nothing of {domain.name} leads on from {path}: {_told(domain, tried)}")


def _told(domain: DomainRuntime, tried: list[str]) -> str:
    if not tried:
        kind = "routing rule" if domain.mode is RoutingMode.RULES else "mapping"
        return f"it has no {kind}"
    more = len(tried) - MAX_TRIED
    return "; ".join([*tried[:MAX_TRIED], *([f"and {more} more"] if more > 0 else [])])


def _segments(path: str) -> tuple[str, ...]:
    """Split a path; slashes at its start count for nothing, as before a stage."""
    stripped = path.lstrip("/")
    return tuple(stripped.split("/")) if stripped else ()


def _rest(path: str, count: int) -> str:
    """Return what of a path comes after its first segments, with the slash between; nothing where nothing does."""
    rest = path.lstrip("/")
    for _ in range(count):
        _, slash, rest = rest.partition("/")
        if not slash:
            return ""
    return f"/{rest}"


def _by_mapping(domain: DomainRuntime, mapping: PathMapping, path: str) -> Destination:
    if mapping.api_id is None:
        return Turned(f"{mapping} of {domain.name} names no API")
    rest = _rest(path, len(mapping.segments))
    stage, own_path = mapping.stage, rest
    if stage is None:
        stage, slash, after = rest.lstrip("/").partition("/")
        own_path = f"{slash}{after}"
        if not stage:
            return Turned(f"{mapping} of {domain.name} names no stage, so that the path has to go on with one")
    return DomainCall(
        domain=domain,
        by=str(mapping),
        api_id=mapping.api_id,
        stage=stage,
        path=own_path,
        called_path=path,
        base_path=mapping.base_path,
    )


def _by_rule(domain: DomainRuntime, rule: Rule, path: str, segments: tuple[str, ...]) -> DomainCall:
    """Go where a rule leads; a base path that it does not strip belongs to the API's own path."""
    base_path = _fitting_base_path(rule, segments) or ()
    return DomainCall(
        domain=domain,
        by=str(rule),
        api_id=rule.api_id,
        stage=rule.stage,
        path=_rest(path, len(base_path)) if rule.strips_base_path else path,
        called_path=path,
        base_path="/".join(base_path),
        rule_id=rule.id,
    )


def _fitting_base_path(rule: Rule, segments: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the longest of a rule's base paths that a path begins with; None where none fits."""
    fitting = [base_path for base_path in rule.base_paths if segments[: len(base_path)] == base_path]
    return max(fitting, key=len, default=None)


def _misfit(rule: Rule, segments: tuple[str, ...], headers: Headers) -> str | None:
    """Say why a rule does not fit; None where it does."""
    if rule.base_paths and _fitting_base_path(rule, segments) is None:
        paths = " or ".join("/" + "/".join(base_path) for base_path in rule.base_paths)
        return f"the path does not begin with {paths}"
    for group in rule.headers:
        if not any(pattern.fits(value) for pattern in group for value in _values(headers, pattern)):
            return _header_misfit(group, headers)
    return None


def _values(headers: Headers, pattern: HeaderPattern) -> Iterator[str]:
    return (value for name, value in headers if name.lower() == pattern.header)


def _header_misfit(group: tuple[HeaderPattern, ...], headers: Headers) -> str:
    wanted = " or ".join(map(str, group))
    sent = [f"{pattern.header}: {value[:MAX_TOLD]}" for pattern in group for value in _values(headers, pattern)]
    return f"it wants {wanted}, and got {', '.join(sent) or 'no such header'}"
