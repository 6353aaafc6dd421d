"""The control plane under ``/_forestage/``: what runs here, what happened, and what is not simulated.

Loopback and same-origin only: a page from elsewhere that a browser shows on this machine reads nothing, whatever
name it makes its own host resolve to.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from urllib.parse import parse_qs, unquote

import orjson

from forestage.preview.engine.wire import WireResponse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forestage.model.values import Json
    from forestage.preview.engine.wire import WireRequest

PREFIX: Final = "/_forestage/"

_OWN_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_DEFAULT_PORTS = {False: 80, True: 443}
_HEADERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
)


class PreviewState(Protocol):
    """A running preview, as the control plane tells it. All answers are values that JSON has."""

    def is_ready(self) -> bool:
        """Say whether every API answers."""
        ...

    def health(self) -> Mapping[str, Json]:
        """Tell how the preview does, ``{"status": "ok"}``."""
        ...

    def apis(self) -> Mapping[str, Json]:
        """Tell ``{"apis": [...], "api_keys": [...]}`` (DESIGN.md, Contracts)."""
        ...

    def fidelity(self) -> Mapping[str, Json]:
        """Tell the fidelity report."""
        ...

    def traces(self) -> Sequence[Mapping[str, Json]]:
        """Tell the latest requests in brief, the latest first."""
        ...

    def trace(self, request_id: str) -> Mapping[str, Json] | None:
        """Tell what happened to a request; None for one that is not known, or no longer."""
        ...

    def access_log(self, api: str, stage: str) -> Sequence[str]:
        """Tell the lines of a stage's access log, oldest first."""
        ...

    def function_logs(self, function: str | None, after: int) -> Mapping[str, Json]:
        """Tell the log lines of one or all functions after a number: ``{"lines": [...], "next": 12}``."""
        ...


class _Call(NamedTuple):
    path: str
    query: Mapping[str, list[str]]

    def first(self, name: str) -> str | None:
        return next(iter(self.query.get(name, ())), None)


class ControlPlane:
    """Answers requests to the control plane."""

    def __init__(self, state: PreviewState) -> None:
        self._state = state
        self._pages: Mapping[str, Callable[[_Call], WireResponse]] = {
            "health": self._health,
            "apis": lambda _: _json(state.apis()),
            "fidelity": lambda _: _json(state.fidelity()),
            "traces": lambda _: _json({"traces": state.traces()}),
            "logs/access": self._access_log,
            "logs/functions": self._function_logs,
        }

    def answer(self, request: WireRequest) -> WireResponse:
        """Answer a request whose path begins with ``/_forestage/``."""
        objection = objection_to(request)
        if objection is not None:
            return _message(403, objection)
        path, _, query = request.target.partition("?")
        page = self._page_of(path.removeprefix(PREFIX))
        if page is None:
            return _message(404, f"there is no {path} in the control plane")
        if request.method not in {"GET", "HEAD"}:
            refusal = _message(405, f"{path} is read with GET, not {request.method}")
            return WireResponse(status=405, headers=(*refusal.headers, ("Allow", "GET, HEAD")), body=refusal.body)
        return page(_Call(path.removeprefix(PREFIX), parse_qs(query, keep_blank_values=True)))

    def _page_of(self, path: str) -> Callable[[_Call], WireResponse] | None:
        folder, slash, name = path.partition("/")
        if folder == "traces" and slash and name:
            return self._trace
        return self._pages.get(path)

    def _health(self, _: _Call) -> WireResponse:
        return _json(self._state.health(), status=200 if self._state.is_ready() else 503)

    def _trace(self, call: _Call) -> WireResponse:
        request_id = unquote(call.path.removeprefix("traces/"))
        trace = self._state.trace(request_id)
        if trace is None:
            return _message(404, f"no trace of request {request_id!r}: it was not served here, or is too old")
        return _json(trace)

    def _access_log(self, call: _Call) -> WireResponse:
        api, stage = call.first("api"), call.first("stage")
        if not api or not stage:
            return _message(400, "logs/access needs api=ID and stage=NAME")
        return _json({"lines": self._state.access_log(api, stage)})

    def _function_logs(self, call: _Call) -> WireResponse:
        after = call.first("after") or "0"
        if not (after.isascii() and after.isdigit()):
            return _message(400, f"after must be a number of a line, got {after!r}")
        return _json(self._state.function_logs(call.first("function") or None, int(after)))


def objection_to(request: WireRequest) -> str | None:
    """Say why a request may not see the control plane; None where it may.

    The Host check keeps out pages whose own host name was made to resolve to this machine, the others keep out
    pages that name this machine. Source: Fetch Metadata (W3C) for ``Sec-Fetch-Site``.
    """
    if not _is_loopback(request.client):
        return "the control plane is for this machine alone"
    values = {name.lower(): value for name, value in request.headers}
    host = values.get("host", "").lower()
    if host not in _allowed_hosts(request):
        return f"the control plane is reached at localhost, not at {host!r}"
    scheme = "https" if request.tls else "http"
    if values.get("origin", f"{scheme}://{host}").lower() != f"{scheme}://{host}":
        return f"the control plane is not for pages of {values['origin']!r}"
    if values.get("sec-fetch-site", "none").lower() not in {"none", "same-origin"}:
        return "the control plane is not for pages of other sites"
    return None


def _allowed_hosts(request: WireRequest) -> frozenset[str]:
    hosts = {f"{name}:{request.server_port}" for name in _OWN_HOSTS}
    if request.server_port == _DEFAULT_PORTS[request.tls]:
        hosts.update(_OWN_HOSTS)
    return frozenset(hosts)


def _is_loopback(client: str) -> bool:
    try:
        address = ip_address(client)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _json(value: Mapping[str, Json], *, status: int = 200) -> WireResponse:
    return WireResponse(status=status, headers=_HEADERS, body=orjson.dumps(value))


def _message(status: int, message: str) -> WireResponse:
    return _json({"message": message}, status=status)
