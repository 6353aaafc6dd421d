"""Who calls: known principals, and identities that a developer takes on."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from forestage.preview.engine.results import Caller
from forestage.preview.host.addressing import is_loopback, own_hosts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.model.principals import Identity, KnownPrincipal
    from forestage.preview.engine.wire import WireRequest

AS_HEADER: Final = "x-forestage-as"
"""Names the identity to take on for one request; it is not handed on."""


class Arrived(msgspec.Struct, frozen=True):
    """A request as its caller would have sent it, and the caller."""

    wire: WireRequest
    caller: Caller


class Callers:
    """What is known of callers.

    ``taken_on`` is the name of the identity that every request takes on, None for none. Without ``identities``, which
    is how a preview is started unless a file is named, nobody can take on another identity.
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
            objection = self._objection(wire, named, host=host, is_known_host=is_known_host)
            if objection is not None:
                return objection
        name = named[0] if named else self._taken_on
        return Arrived(wire, caller_at(wire.client)) if name is None else take_on(self._identities[name], wire)

    def _objection(self, wire: WireRequest, named: list[str], *, host: str, is_known_host: bool) -> str | None:
        """Say why a request may not take on what it names.

        As on the control plane, the Host keeps out pages whose own host name was made to resolve to this machine:
        a browser takes those for pages of the preview.
        """
        if not is_loopback(wire.client):
            return f"{AS_HEADER} is for this machine alone"
        if not (is_known_host or host.lower() in own_hosts(wire)):
            return f"{AS_HEADER} is for requests to localhost, an API or a custom domain, not to {host!r}"
        if _is_of_another_site(wire, host):
            return f"{AS_HEADER} is not for pages of other sites"
        if len(named) > 1 or named[0] not in self._identities:
            return f"{AS_HEADER} has to name one of the identities: {', '.join(sorted(self._identities))}"
        return None


def _is_of_another_site(wire: WireRequest, host: str) -> bool:
    """Tell whether a page of another site sends a request; of browsers that do not say so the Origin tells it."""
    sites = [value.lower() for name, value in wire.headers if name.lower() == "sec-fetch-site"]
    if sites:
        return any(site not in {"none", "same-origin"} for site in sites)
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
