"""Which API a request is for: by its Host, by the path forms that other tools use, or by the port.

Source: DESIGN.md, URLs of the preview; the path forms are LocalStack's.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.preview.engine.headers import find

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.preview.compile.runtime import ApiRuntime
    from forestage.preview.engine.wire import Headers, WireRequest

CONTROL_PREFIX = "/_forestage/"
_PATH_FORM = "/_aws/execute-api/"
_OLD_PATH_FORM = "/restapis/"
_USER_REQUEST = "_user_request_"

API_ID_HEADER: Final = "x-apigw-api-id"

_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
_DEFAULT_PORTS = {False: 80, True: 443}

_PORT = re.compile(r":\d+$", re.ASCII)
_VPC_ENDPOINT = re.compile(r"vpce-[0-9a-z]+")
_ALIAS = re.compile(r"([0-9a-z]+)-(vpce-[0-9a-z]+)")

HIDDEN_STAGES = frozenset({"_forestage", "_aws", "restapis"})
"""Stages whose path is taken; their API's Host reaches them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedApi:
    """The API that a Host names, which need not exist; None where the Host names a VPC endpoint alone.

    ``by_alias`` is true where the Host names both.
    """

    api_id: str | None
    vpc_endpoint: str | None = None
    by_alias: bool = False


def own_hosts(request: WireRequest) -> frozenset[str]:
    """Return the Hosts that this machine calls itself at the port that was called.

    Any other name may have been made to resolve to it by somebody else.
    """
    hosts = {f"{name}:{request.server_port}" for name in _OWN_NAMES}
    if request.server_port == _DEFAULT_PORTS[request.tls is not None]:
        hosts.update(_OWN_NAMES)
    return frozenset(hosts)


def is_local(host: str) -> bool:
    """Tell whether a Host is this machine, at any port.

    Source: RFC 6761 section 6.3 for localhost and the names below it.
    """
    name = _without_port(host)
    return name == "localhost" or name.endswith(".localhost") or is_loopback(_without_brackets(name))


def is_in_numbers(host: str) -> bool:
    """Tell whether a Host is an address in numbers, at any port: nobody can make that lead elsewhere."""
    try:
        ip_address(_without_brackets(_without_port(host)))
    except ValueError:
        return False
    return True


def _without_port(host: str) -> str:
    return _PORT.sub("", host.lower())


def _without_brackets(name: str) -> str:
    return name.removeprefix("[").removesuffix("]")


def is_loopback(client: str) -> bool:
    """Tell whether an address is this machine's own, be it written as IPv6 writes those of IPv4."""
    try:
        address = ip_address(client)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def api_of_host(host: str, headers: Headers) -> NamedApi | None:
    """Read which API a Host names, ``abc123.execute-api.localhost:3000``; None where it is no Host of API Gateway.

    Of a VPC endpoint's Host the header x-apigw-api-id says which API is meant.

    Source: endpoints.md section 2, Ways in (documented).
    """
    name, _, zone = host.lower().partition(":")[0].rstrip(".").partition(".execute-api.")
    if zone != "localhost" and not zone.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return None
    endpoint = _VPC_ENDPOINT.match(name)
    if endpoint is not None:
        return NamedApi(api_id=find(headers, API_ID_HEADER), vpc_endpoint=endpoint[0])
    alias = _ALIAS.fullmatch(name)
    if alias is not None:
        return NamedApi(api_id=alias[1], vpc_endpoint=alias[2], by_alias=True)
    return NamedApi(api_id=name)


def api_of_path(target: str, apis: Mapping[str, ApiRuntime]) -> tuple[ApiRuntime, str] | None:
    """Find the API that a path form names, and the rest of the target: ``/{stage}/...``.

    ``/_aws/execute-api/{apiId}/{stage}/...`` and ``/restapis/{apiId}/{stage}/_user_request_/...``.
    """
    if target.startswith(_PATH_FORM):
        api_id, _, rest = target.removeprefix(_PATH_FORM).partition("/")
        api = apis.get(api_id)
        return (api, f"/{rest}") if api else None
    if target.startswith(_OLD_PATH_FORM):
        api_id, _, rest = target.removeprefix(_OLD_PATH_FORM).partition("/")
        stage, _, path = rest.partition("/")
        marker, slash, path = path.partition("/")
        marker, question, query = marker.partition("?")
        api = apis.get(api_id)
        if api and marker == _USER_REQUEST:
            return api, f"/{stage}{slash}{path}{question}{query}"
    return None


def split_target(target: str) -> tuple[str | None, str]:
    """Take a request target that is no path apart: its authority, and its path and query.

    Source: RFC 9112 section 3.2.2: the authority of an absolute target stands in for the Host.
    """
    _, separator, rest = target.partition("://")
    authority, slash, path = rest.partition("/")
    return (authority, f"/{path}") if separator and slash else (authority or None, "/")
