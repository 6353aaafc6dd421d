"""A stand-in for GitHub and GitLab: the few calls of their APIs that a comparison makes, with their shapes."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

TOKEN = "t0ken"  # The one that the host knows.
_GITHUB_LIST = re.compile(r"/repos/acme/pets/issues/7/comments")
_GITHUB_ONE = re.compile(r"/repos/acme/pets/issues/comments/(\d+)")
_GITLAB_LIST = re.compile(r"/projects/42/merge_requests/7/notes")
_GITLAB_ONE = re.compile(r"/projects/42/merge_requests/7/notes/(\d+)")


@dataclass(slots=True)
class CodeHost:
    """Keeps the comments of pull request 7 of ``acme/pets``, and of merge request 7 of project 42.

    ``longest`` is how long a comment may be. ``refusal`` is a status that every change gets. ``requests`` are those
    that came, ``GET /path``.
    """

    comments: dict[int, str] = field(default_factory=dict)
    longest: int = 65_536
    refusal: int | None = None
    page_size: int = 100
    requests: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.answer(self)

            def do_POST(self) -> None:
                host.answer(self)

            def do_PATCH(self) -> None:
                host.answer(self)

            def do_PUT(self) -> None:
                host.answer(self)

            def log_message(self, *words: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *what: object) -> None:
        assert self._server
        assert self._thread
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        body = json.loads(handler.rfile.read(length)) if length else {}
        self.requests.append(f"{handler.command} {handler.path}")
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        status, headers, content = self._result(handler, body)
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text)

    # Requests and answers are JSON of any shape.
    def _result(self, handler: BaseHTTPRequestHandler, body: Any) -> tuple[int, dict[str, str], Any]:
        parts = urlsplit(handler.path)
        known = (f"Bearer {TOKEN}", TOKEN)
        if (handler.headers.get("Authorization") or handler.headers.get("PRIVATE-TOKEN")) not in known:
            return 401, {}, {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"}
        if handler.command != "GET" and self.refusal:
            return self.refusal, {}, {"message": "Resource not accessible by integration"}
        if handler.command == "GET" and _GITHUB_LIST.fullmatch(parts.path):
            return self._github_page(handler.path, parse_qs(parts.query))
        if handler.command == "GET" and _GITLAB_LIST.fullmatch(parts.path):
            return self._gitlab_page(parse_qs(parts.query))
        changed = {
            "POST": _GITHUB_LIST.fullmatch(parts.path) or _GITLAB_LIST.fullmatch(parts.path),
            "PATCH": _GITHUB_ONE.fullmatch(parts.path),
            "PUT": _GITLAB_ONE.fullmatch(parts.path),
        }.get(handler.command)
        if not changed:
            return 404, {}, {"message": "Not Found"}
        return self._change(int(changed[1]) if changed.groups() else None, body["body"], parts.path)

    def _change(self, number: int | None, text: str, path: str) -> tuple[int, dict[str, str], Any]:
        if len(text) > self.longest:
            if path.startswith("/projects"):
                return (
                    400,
                    {},
                    {"message": f"400 Bad request - Note is too long (maximum is {self.longest} characters)"},
                )
            problem = {"resource": "IssueComment", "code": "unprocessable", "field": "data"}
            message = f"Body is too long (maximum is {self.longest} characters)"
            return 422, {}, {"message": "Validation Failed", "errors": [{**problem, "message": message}]}
        created = number is None
        number = max(self.comments, default=0) + 1 if number is None else number
        self.comments[number] = text
        return (201 if created else 200), {}, self._comment(number)

    def _github_page(self, target: str, query: dict[str, list[str]]) -> tuple[int, dict[str, str], Any]:
        page, size = int(query["page"][0]), min(int(query["per_page"][0]), self.page_size)
        shown, is_last = self._page(page, size)
        following = re.sub(r"(?<=[?&]page=)\d+", str(page + 1), target)
        links = [] if is_last else [f'<{self.url}{following}>; rel="next"', f'<{self.url}{following}>; rel="last"']
        return 200, {"Link": ", ".join(links)} if links else {}, shown

    def _gitlab_page(self, query: dict[str, list[str]]) -> tuple[int, dict[str, str], Any]:
        page, size = int(query["page"][0]), min(int(query["per_page"][0]), self.page_size)
        shown, is_last = self._page(page, size)
        return 200, {"X-Page": str(page), "X-Next-Page": "" if is_last else str(page + 1)}, shown

    def _page(self, page: int, size: int) -> tuple[list[Any], bool]:
        numbers = sorted(self.comments)[(page - 1) * size : page * size]
        return [self._comment(number) for number in numbers], page * size >= len(self.comments)

    def _comment(self, number: int) -> Any:
        return {
            "id": number,
            "body": self.comments[number],
            "user": {"login": "github-actions[bot]", "type": "Bot"},
            "html_url": f"{self.url}/acme/pets/pull/7#issuecomment-{number}",
            "created_at": "2026-11-28T12:00:00Z",
        }
