"""Who calls: known principals, and identities that a developer takes on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from forestage.preview.engine.results import Caller
from forestage.preview.host.addressing import is_in_numbers, is_local, is_loopback, own_hosts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.model.principals import Identity, KnownPrincipal
    from forestage.preview.engine.wire import WireRequest

AS_HEADER: Final = "x-forestage-as"
"""Names the identity to take on for one request; it is not handed on."""

_SAME_ORIGIN: Final = frozenset({"none", "same-origin"})
_SAME_SITE: Final = frozenset({*_SAME_ORIGIN, "same-site"})


class Arrived(msgspec.Struct, frozen=True):
    """A request as its caller would have sent it, and the caller."""

    wire: WireRequest
    caller: Caller


class Callers:
    """What is known of callers.

    ``taken_on`` is the name of the identity that requests take on that name none, None for none. Without
    ``identities``, which is how a preview is started unless a file is named, nobody can take on another identity.
    """

    def __init__(
        self,
        *,
        principals: Iterable[KnownPrincipal] = (),
        identities: Iterable[Identity] = (),
        taken_on: str | None = None,
    ) -> None:
        self.principals: Mapping[str, KnownPrincipal] = {known.access_key.id: known for known in principals}
        self._identities = {identity.name: identity for identity in identities}
        self._taken_on = taken_on

    def arrive(self, wire: WireRequest, *, host: str, is_known_host: bool) -> Arrived | str:
        """Say who calls, or why the request may not take on the identity that it names.

        ``host`` is what the request says it came to, and ``is_known_host`` whether that names an API or a domain.
        """
        if not self._identities:
            return Arrived(wire, caller_at(wire.client))
        named = [value for name, value in wire.headers if name.lower() == AS_HEADER]
        if named:
            name, objection = named[0], self._objection(wire, named, host=host, is_known_host=is_known_host)
        elif self._taken_on is None:
            return Arrived(wire, caller_at(wire.client))
        else:
            name, objection = self._taken_on, _objection_to_all(wire, host=host, is_known_host=is_known_host)
        return take_on(self._identities[name], wire) if objection is None else objection

    def _objection(self, wire: WireRequest, named: list[str], *, host: str, is_known_host: bool) -> str | None:
        """Say why a request may not take on what it names.

        As on the control plane, the Host keeps out pages whose own host name was made to resolve to this machine:
        a browser takes those for pages of the preview.
        """
        if not is_loopback(wire.client):
            return f"{AS_HEADER} is for this machine alone"
        if not (is_known_host or host.lower() in own_hosts(wire)):
            return f"{AS_HEADER} is for requests to localhost, an API or a custom domain, not to {host!r}"
        if _is_of_another_site(wire, host, sites=_SAME_ORIGIN):
            return f"{AS_HEADER} is not for pages of other sites"
        if len(named) > 1 or named[0] not in self._identities:
            return f"{AS_HEADER} has to name one of the identities: {', '.join(sorted(self._identities))}"
        return None


def _objection_to_all(wire: WireRequest, *, host: str, is_known_host: bool) -> str | None:
    """Say why a request may not take on the identity that goes with all of them, as cookies go with a browser's.

    It works for what a page elsewhere lets a browser send, as cookies would. Pages of this machine may: those that a
    developer works on mostly have a port of their own. Other machines may, where the preview listens for them.
    """
    if not (is_known_host or is_local(host) or is_in_numbers(host)):
        return f"the identity of --as is for requests to localhost, an API or a custom domain, not to {host!r}"
    origins = [value for name, value in wire.headers if name.lower() == "origin"]
    if origins and all(is_local(origin.rpartition("://")[2]) for origin in origins):
        return None
    if _is_of_another_site(wire, host, sites=_SAME_SITE):
        return "the identity of --as is not for pages of other sites"
    return None


def _is_of_another_site(wire: WireRequest, host: str, *, sites: frozenset[str]) -> bool:
    """Tell whether a page of none of these sites sends a request; of browsers that do not say so the Origin tells it.

    Source: Fetch Metadata (W3C) for ``Sec-Fetch-Site``.
    """
    told = [value.lower() for name, value in wire.headers if name.lower() == "sec-fetch-site"]
    if told:
        return not sites.issuperset(told)
    own = f"{'https' if wire.tls else 'http'}://{host}".lower()
    return any(value.lower() != own for name, value in wire.headers if name.lower() == "origin")


@lru_cache(maxsize=1024)
def caller_at(source_ip: str) -> Caller:
    """Return a caller of whom nothing is known but the address."""
    return Caller(source_ip=source_ip)


def take_on(identity: Identity, wire: WireRequest) -> Arrived:
    """Make a request one of an identity: its headers take the place of those with the same names."""
    replaced = {AS_HEADER, *(name.lower() for name, _ in identity.headers)}
    headers = (*(line for line in wire.headers if line[0].lower() not in replaced), *identity.headers)
    return Arrived(
        msgspec.structs.replace(wire, headers=headers) if headers != wire.headers else wire,
        Caller(
            source_ip=identity.source_ip or wire.client,
            vpc_endpoint=identity.vpc_endpoint_id,
            vpc=identity.vpc_id,
            client_certificate=identity.client_certificate,
            assumed=identity,
        ),
    )
