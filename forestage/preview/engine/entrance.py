"""May a request come in at the endpoint of an API that it came to?

Source: endpoints.md sections 1, 2 and 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.headers import find

if TYPE_CHECKING:
    from forestage.preview.compile.endpoints import Entrance
    from forestage.preview.engine.results import Arrival


def refuse_at_entrance(arrival: Arrival, entrance: Entrance) -> None:
    """Refuse what does not come in by a way that is open.

    Raises:
        GatewayFailure: 403 Forbidden (derived), 414 or 431 for what is too long for this kind of endpoint: limits are
            documented, answers are not.
    """
    reason = _default_endpoint(arrival, entrance) or _way(arrival, entrance)
    if reason:
        raise GatewayFailure(ResponseType.INVALID_API_KEY, reason)
    _refuse_too_long(arrival, entrance)


def refuse_vpc_endpoint(arrival: Arrival) -> None:
    """Refuse a caller of a public API that comes through a VPC endpoint.

    Raises:
        GatewayFailure: 403 Forbidden. Source: endpoints.md section 2 (documented status).
    """
    if arrival.caller.vpc_endpoint is None or arrival.api.identity.endpoint_type == "PRIVATE":
        return
    reason = _other_kind(arrival, is_private=False) or (
        f"{arrival.api.identity.name} is public, and the caller comes through the VPC endpoint "
        f"{arrival.caller.vpc_endpoint}, which leads to private APIs alone"
    )
    raise GatewayFailure(ResponseType.INVALID_API_KEY, reason)


def _other_kind(arrival: Arrival, *, is_private: bool) -> str:
    """Say that a domain is of another kind than the API that it leads to; empty where it is not."""
    domain = None if arrival.domain is None else arrival.domain.domain
    if domain is None or domain.is_private is is_private:
        return ""
    kinds = ("public", "private") if is_private else ("private", "public")
    return f"the {kinds[0]} domain {domain.name} leads to the {kinds[1]} API {arrival.api.identity.name}"


def _default_endpoint(arrival: Arrival, entrance: Entrance) -> str:
    """Say what keeps a request out that did not come to a custom domain; empty where nothing does."""
    if arrival.domain is not None:
        return ""
    api, tls = arrival.api.identity, arrival.wire.tls
    if not entrance.has_default_endpoint:
        return (
            f"the default endpoint of {api.name} is disabled (DisableExecuteApiEndpoint), which the preview's own "
            "addresses stand for: call it by the Host of a custom domain"
        )
    if entrance.tls.is_strict and tls is not None and tls.server_name != _host(arrival):
        return f"{api.name} has EndpointAccessMode STRICT, and the TLS handshake was for {tls.server_name or 'no name'}"
    return ""


def _host(arrival: Arrival) -> str:
    # Most sources have no domains.
    from forestage.preview.compile.domains import host_name

    return host_name(find(arrival.wire.headers, "Host") or "")


def _way(arrival: Arrival, entrance: Entrance) -> str:
    """Say why a private API is not reached in this way; empty where it is, or is public."""
    reason = _other_kind(arrival, is_private=entrance.is_private)
    if reason:
        return reason
    if entrance.is_private and arrival.by_alias and arrival.caller.vpc_endpoint not in entrance.vpc_endpoints:
        known = ", ".join(entrance.vpc_endpoints) or "none"
        return (
            f"{arrival.api.identity.name} is not associated with the VPC endpoint {arrival.caller.vpc_endpoint}, "
            f"so that no such host exists; VpcEndpointIds: {known}"
        )
    return ""


def _refuse_too_long(arrival: Arrival, entrance: Entrance) -> None:
    if len(arrival.wire.target) > entrance.max_target_bytes:
        raise GatewayFailure(
            ResponseType.DEFAULT_4XX,
            f"the path and query are longer than the {entrance.max_target_bytes} bytes of this kind of endpoint",
            status=414,
            message="Request-URI Too Long",
            error_type="RequestTooLongException",
        )
    limit = entrance.max_value_bytes
    if limit is not None and sum(len(value) for _, value in arrival.wire.headers) > limit:
        raise GatewayFailure(
            ResponseType.DEFAULT_4XX,
            f"the headers are longer than the {limit} bytes of this kind of endpoint",
            status=431,
            message="Request Header Fields Too Large",
            error_type="RequestHeaderFieldsTooLargeException",
        )
