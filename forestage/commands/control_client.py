"""Asks the running preview: finds it by its run file, and reads its control plane."""

from __future__ import annotations

import http.client
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from forestage.errors import Fault, ForestageError, NotRunningError
from forestage.model.records import dataclass
from forestage.preview.host.run_file import find_running

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS: Final = 10.0
_HINT: Final = "start one with `forestage preview`, or name the port of the one that runs with --port"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlClient:
    """Reads the control plane of a preview, and changes what can be changed there."""

    host: str
    port: int

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Read a page of the control plane, ``traces/abc``: what it holds is described in DESIGN.md, Contracts.

        Raises:
            NotRunningError: nobody answers there, or it is no preview.
            ForestageError: the preview refuses; its message says why.
        """
        return self._ask("GET", path, query)

    def post(
        self, path: str, body: object, query: Mapping[str, str] | None = None, *, media_type: str = "application/json"
    ) -> Mapping[str, Any]:
        """Change something: ``body`` is written as JSON, or is the text of another type already.

        Raises:
            NotRunningError: as for ``get``.
            ForestageError: the preview refuses; its faults say why.
        """
        text = body if isinstance(body, str) else json.dumps(body)
        return self._ask("POST", path, query, text.encode(), {"Content-Type": media_type})

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        # The page is JSON that another version may have written, so each reader looks for what it needs.
        target = f"/_forestage/{path}" + (f"?{urlencode(query)}" if query else "")
        connection = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, target, body, dict(headers or {}))
            response = connection.getresponse()
            content = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotRunningError(f"no preview answers at {self.host}:{self.port}: {error}", hint=_HINT) from error
        finally:
            connection.close()
        if not isinstance(content, dict):
            raise NotRunningError(f"what answers at {self.host}:{self.port} is no preview", hint=_HINT)
        if response.status not in {http.client.OK, http.client.CREATED}:
            raise ForestageError(
                str(content.get("message", f"{target} answered {response.status}")),
                faults=[Fault(message=str(detail)) for detail in content.get("details") or ()],
            )
        return content


def find_preview(port: int | None, *, folder: Path | None = None, state: Path | None = None) -> ControlClient:
    """Find the preview that a command is about: at a port, or the one of a folder, by default the current one.

    Raises:
        NotRunningError: none runs for the folder.
    """
    if port is not None:
        return ControlClient(host="127.0.0.1", port=port)
    folder = folder or Path.cwd()
    running = find_running(folder, state=state)
    if running is None:
        raise NotRunningError(f"no preview runs for {folder}", hint=_HINT)
    return ControlClient(host=running.host, port=running.port)
