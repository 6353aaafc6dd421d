"""Who calls: known principals, and identities that a developer takes on."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

import msgspec

from forestage.preview.engine.results import Caller

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

    def arrive(self, wire: WireRequest) -> Arrived | str:
        """Say who calls, or why the request may not take on the identity that it names."""
        if not self._identities:
            return Arrived(wire, caller_at(wire.client))
        named = [value for name, value in wire.headers if name.lower() == AS_HEADER]
        if named:
            objection = self._objection(wire, named)
            if objection is not None:
                return objection
        name = named[0] if named else self._taken_on
        return Arrived(wire, caller_at(wire.client)) if name is None else take_on(self._identities[name], wire)

    def _objection(self, wire: WireRequest, named: list[str]) -> str | None:
        if not ip_address(wire.client).is_loopback:
            return f"{AS_HEADER} is for this machine alone"
        sites = [value for name, value in wire.headers if name.lower() == "sec-fetch-site"]
        if any(site.lower() not in {"none", "same-origin"} for site in sites):
            return f"{AS_HEADER} is not for pages of other sites"
        if len(named) > 1 or named[0] not in self._identities:
            return f"{AS_HEADER} has to name one of the identities: {', '.join(sorted(self._identities))}"
        return None


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
