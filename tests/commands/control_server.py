"""A control plane whose pages a test writes."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


class ControlServer:
    """Serves pages by their target, ``/_forestage/apis``; others answer 404 as the control plane does.

    A change has the page of its target after ``POST ``, and one with a ``message`` the ``status`` that it names;
    ``sent`` is what came with changes.
    """

    def __init__(self, pages: Mapping[str, object]) -> None:
        self.asked: list[str] = []
        self.sent: list[tuple[str | None, str]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append(self.path)
                self.answer(pages.get(self.path))

            def do_POST(self) -> None:
                server.asked.append(f"POST {self.path}")
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                server.sent.append((self.headers["Content-Type"], body))
                self.answer(pages.get(f"POST {self.path}"))

            def answer(self, page: object) -> None:
                content = page if isinstance(page, bytes) else json.dumps(page or {"message": "there is none"}).encode()
                refused = page.get("status") if isinstance(page, dict) and "message" in page else None
                self.send_response(refused or (404 if page is None else 200))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *words: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *what: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
