"""Which API a request is for: by its Host, by the path forms that other tools use, or by the port.

Source: DESIGN.md, URLs of the preview; the path forms are LocalStack's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.preview.compile.runtime import ApiRuntime

CONTROL_PREFIX = "/_forestage/"
_PATH_FORM = "/_aws/execute-api/"
_OLD_PATH_FORM = "/restapis/"
_USER_REQUEST = "_user_request_"

HIDDEN_STAGES = frozenset({"_forestage", "_aws", "restapis"})
"""Stages whose path is taken; their API's Host reaches them."""


def api_id_of_host(host: str) -> str | None:
    """Read the id of the API that a Host names, ``abc123.execute-api.localhost:3000``; None where it names none.

    The API need not exist.
    """
    name, _, zone = host.lower().partition(":")[0].rstrip(".").partition(".execute-api.")
    if zone == "localhost" or zone.endswith((".amazonaws.com", ".amazonaws.com.cn")):
        return name
    return None


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
