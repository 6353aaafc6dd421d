"""The control plane under ``/_forestage/``: what runs here, what happened, and what is not simulated.

Loopback and same-origin only: a page from elsewhere that a browser shows on this machine reads nothing, whatever
name it makes its own host resolve to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol
from urllib.parse import parse_qs, unquote

import orjson

from forestage.preview.engine.wire import WireResponse
from forestage.preview.host.addressing import is_loopback, own_hosts
from forestage.preview.host.desk import ObjectionError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from forestage.model.values import Json
    from forestage.preview.engine.wire import WireRequest
    from forestage.preview.host.desk import Desk

PREFIX: Final = "/_forestage/"

_JSON: Final = "application/json"
_CSV: Final = "text/csv"
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

    def client_certificates(self) -> Mapping[str, Json]:
        """Tell the certificates that stages show to their backends, ``{"client_certificates": [...]}``."""
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
        """Tell the log lines of one or all functions after a number.

        ``{"lines": [...], "next": 12, "functions": [name]}``
        """
        ...

    def execution_log(self, request_id: str) -> Sequence[str] | None:
        """Tell the lines of a request's execution log; None for a request that is not known, or no longer."""
        ...


class _Call(NamedTuple):
    path: str
    query: Mapping[str, list[str]]
    body: bytes

    def first(self, name: str) -> str | None:
        return next(iter(self.query.get(name, ())), None)

    def is_set(self, name: str) -> bool:
        """Say whether a switch is given, alone or as ``true``."""
        return name in self.query and (self.first(name) or "true").lower() in {"true", "1"}


class ControlPlane:
    """Answers requests to the control plane: pages that are read with GET, and changes that are made with POST."""

    def __init__(self, state: PreviewState, desk: Desk) -> None:
        self._state = state
        self._pages: Mapping[str, Callable[[_Call], WireResponse]] = {
            "health": self._health,
            "apis": lambda _: _json(state.apis()),
            "client-certificates": lambda _: _json(state.client_certificates()),
            "fidelity": lambda _: _json(state.fidelity()),
            "traces": lambda _: _json({"traces": state.traces()}),
            "logs/access": self._access_log,
            "logs/functions": self._function_logs,
            "logs/execution": self._execution_log,
            "clock": lambda _: _json(desk.clock()),
            "keys": lambda call: _json(desk.api_keys(include_values=call.is_set("includeValues"))),
            "usage": lambda call: _json(
                desk.usage(
                    plan=call.first("plan"), key=call.first("key"), start=call.first("start"), end=call.first("end")
                )
            ),
        }
        self._changes: Mapping[str, tuple[str, Callable[[_Call], WireResponse]]] = {
            "clock": (_JSON, lambda call: _json(desk.change_clock(call.body))),
            "keys": (_JSON, lambda call: _json(desk.create_key(call.body), status=201)),
            "keys/import": (
                _CSV,
                lambda call: _json(
                    desk.import_keys(call.body, fail_on_warnings=call.is_set("failonwarnings")), status=201
                ),
            ),
            "usage": (_JSON, lambda call: _json(desk.change_rest(call.body))),
        }

    def answer(self, request: WireRequest) -> WireResponse:
        """Answer a request whose path begins with ``/_forestage/``."""
        objection = objection_to(request)
        if objection is not None:
            return _message(403, objection)
        path, _, query = request.target.partition("?")
        name = path.removeprefix(PREFIX)
        page, change = self._page_of(name), self._changes.get(name)
        if page is None and change is None:
            return _message(404, f"there is no {path} in the control plane")
        call = _Call(name, parse_qs(query, keep_blank_values=True), request.body)
        try:
            if page is not None and request.method in {"GET", "HEAD"}:
                return page(call)
            if change is not None and request.method == "POST":
                return _changed(request, change, call)
        except ObjectionError as objected:
            return _json({"message": objected.message, "details": objected.details}, status=objected.status)
        return _not_allowed(path, request.method, is_page=page is not None, is_change=change is not None)

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
        return _unknown(request_id) if trace is None else _json(trace)

    def _execution_log(self, call: _Call) -> WireResponse:
        request_id = call.first("request")
        if not request_id:
            return _message(400, "logs/execution needs request=ID")
        lines = self._state.execution_log(request_id)
        return _unknown(request_id) if lines is None else _json({"lines": lines})

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


def _changed(request: WireRequest, change: tuple[str, Callable[[_Call], WireResponse]], call: _Call) -> WireResponse:
    """Make a change, for a request whose type no form of a page can send."""
    media_type, make = change
    given = next((value for name, value in request.headers if name.lower() == "content-type"), "")
    if given.partition(";")[0].strip().lower() != media_type:
        return _message(415, f"the Content-Type has to be {media_type}, got {given!r}")
    return make(call)


def _not_allowed(path: str, method: str, *, is_page: bool, is_change: bool) -> WireResponse:
    ways = [*(["read with GET"] if is_page else []), *(["changed with POST"] if is_change else [])]
    refusal = _message(405, f"{path} is {' and '.join(ways)}, not {method}")
    allowed = ", ".join([*(["GET", "HEAD"] if is_page else []), *(["POST"] if is_change else [])])
    return WireResponse(status=405, headers=(*refusal.headers, ("Allow", allowed)), body=refusal.body)


def objection_to(request: WireRequest) -> str | None:
    """Say why a request may not see the control plane; None where it may.

    The Host check keeps out pages whose own host name was made to resolve to this machine, the others keep out
    pages that name this machine. Source: Fetch Metadata (W3C) for ``Sec-Fetch-Site``.
    """
    if not is_loopback(request.client):
        return "the control plane is for this machine alone"
    values = {name.lower(): value for name, value in request.headers}
    host = values.get("host", "").lower()
    if host not in own_hosts(request):
        return f"the control plane is reached at localhost, not at {host!r}"
    scheme = "https" if request.tls else "http"
    if values.get("origin", f"{scheme}://{host}").lower() != f"{scheme}://{host}":
        return f"the control plane is not for pages of {values['origin']!r}"
    if values.get("sec-fetch-site", "none").lower() not in {"none", "same-origin"}:
        return "the control plane is not for pages of other sites"
    return None


def _json(value: Mapping[str, Json], *, status: int = 200) -> WireResponse:
    return WireResponse(status=status, headers=_HEADERS, body=orjson.dumps(value))


def _unknown(request_id: str) -> WireResponse:
    return _message(404, f"no trace of request {request_id!r}: it was not served here, or is too old")


def _message(status: int, message: str) -> WireResponse:
    return _json({"message": message}, status=status)
