"""What people should know of the ways into what is served: endpoints, custom domains, VPC endpoints, truststores."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.preview.compile import Runtime
    from forestage.preview.compile.domains import DomainRuntime
    from forestage.preview.compile.endpoints import Entrance
    from forestage.preview.compile.runtime import ApiIdentity
    from forestage.preview.host.truststores import Truststores


def remarks(runtime: Runtime, truststores: Truststores) -> Iterator[str]:
    """Tell of ways in that are closed, and of those that the preview has to guess."""
    for api in runtime.apis.values():
        if api.entrance is not None and api.closed is None:
            yield from _api_remarks(runtime, api.identity, api.entrance)
    domains = tuple(runtime.domains or ())
    for domain in domains:
        yield from _domain_remarks(runtime, domain, truststores)
    for logical_id in runtime.domains.unnamed if runtime.domains is not None else ():
        yield f"the custom domain {logical_id} is not served: its name is known only after deployment"
    for name in truststores.unknown_domains(frozenset(domain.name for domain in domains)):
        yield f"--truststore names {name}, which is no custom domain here"


def _api_remarks(runtime: Runtime, api: ApiIdentity, entrance: Entrance) -> Iterator[str]:
    if not entrance.has_default_endpoint:
        names = sorted(domain.name for domain in runtime.domains or () if api.id in domain.api_ids)
        way = f"call it at {' or '.join(names)}" if names else "no custom domain leads to it, so that nobody reaches it"
        yield f"the default endpoint of {api.name} is disabled: {way}"
    if entrance.is_private:
        usual = entrance.usual_endpoint
        yield (
            f"{api.name} is private: calls that name no VPC endpoint are taken to come through {usual}"
            if usual is not None
            else f"{api.name} is private, and it is not known through which VPC endpoint it is called: what its policy "
            "asks of that is refused; call it by the Host of one, or take on an identity with vpc_endpoint_id"
        )


def _domain_remarks(runtime: Runtime, domain: DomainRuntime, truststores: Truststores) -> Iterator[str]:
    if domain.truststore_uri is not None and truststores.pem_of(domain) is None:
        yield (
            f"nobody is let in at {domain.name}: its truststore {domain.truststore_uri} is not on this machine; "
            f"give it with --truststore {domain.name}=FILE"
        )
    if domain.is_private and domain.policy is None:
        yield f"nobody is let in at {domain.name}: a private domain without a policy refuses every call"
    if domain.is_private and not domain.vpc_endpoints:
        yield f"nobody is let in at {domain.name}: no VPC endpoint has an access association with it"
    for api_id in sorted(domain.api_ids - runtime.apis.keys()):
        yield f"{domain.name} leads to the API {api_id}, which is not served here"
