"""VPC links, and the addresses on this machine that stand for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.values import known
from forestage.preview.compile.runtime import HttpIntegration, HttpProxyIntegration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.model import Deployment
    from forestage.model.network import VpcLink, VpcLinkV2
    from forestage.preview.compile.runtime import CompiledMethod, Runtime


def address_vpc_links(deployment: Deployment, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the address of each link by the id that an integration names.

    ``given`` is what was typed: by logical id, physical id or name of a link of the application, or by the id of one
    that is made elsewhere. The first of these counts where a link has several.
    """
    addresses = dict(given)
    for link in _links(deployment):
        typed = next((given[word] for word in words_for(link) if word in given), None)
        if typed is not None:
            addresses[link.id] = typed
    return addresses


def words_for(link: VpcLink | VpcLinkV2) -> tuple[str, ...]:
    """Return what a link may be called."""
    name = known(link.name)
    return (link.logical_id, link.id, *((name,) if name else ()))


def missing_vpc_links(runtime: Runtime) -> Iterator[str]:
    """Tell what has to be typed for each link that a stage's integrations use and that nothing stands for."""
    logical_ids = {link.id: link.logical_id for link in _links(runtime.deployment)}
    told: set[str] = set()
    for api in runtime.apis.values():
        for link, method in _used(runtime, api.identity.id):
            if link not in api.vpc_links and link not in told:
                told.add(link)
                yield (
                    f"{api.identity.name} {method.verb} {method.resource_path} leads through the VPC link "
                    f"{logical_ids.get(link, link) or '(no id)'} and answers 500: {remedy(logical_ids.get(link, link))}"
                )


def unused_vpc_links(runtime: Runtime, given: Mapping[str, str]) -> Iterator[str]:
    """Tell which of the links that were typed lead nowhere: the application has none called so."""
    known_words = {word for link in _links(runtime.deployment) for word in words_for(link)}
    used = {link for api in runtime.apis for link, _ in _used(runtime, api)}
    for word in given:
        if word not in known_words | used:
            yield f"--vpc-link {word}: no VPC link of the application has this id or name"


def remedy(link: str) -> str:
    """Say what gives a link its address."""
    return f"start the preview with --vpc-link {link or 'ID'}=http://127.0.0.1:PORT"


def _used(runtime: Runtime, api_id: str) -> Iterator[tuple[str, CompiledMethod]]:
    for stage in runtime.apis[api_id].stages.values():
        for served in (stage, stage.canary.stage) if stage.canary else (stage,):
            for method in served.router.methods:
                integration = method.integration
                if isinstance(integration, HttpIntegration | HttpProxyIntegration) and integration.link is not None:
                    yield integration.link.fill(served.variables, {}), method


def _links(deployment: Deployment) -> tuple[VpcLink | VpcLinkV2, ...]:
    return (*deployment.vpc_links, *deployment.vpc_links_v2)
