from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from forestage.commands.review_client import Answer, ReviewClient
from forestage.errors import ReviewError
from tests.commands.code_host import TOKEN, CodeHost

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def answering(status: int, headers: dict[str, str], text: bytes) -> Generator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        thread.join()
        server.server_close()


def client(url: str) -> ReviewClient:
    return ReviewClient(url=url, headers={"Authorization": f"Bearer {TOKEN}"})


def test_request_has_the_headers_and_json() -> None:
    with CodeHost() as host:
        answer = client(host.url).ask("POST", "/repos/acme/pets/issues/7/comments", {"body": "ü"})

    assert answer.is_good
    assert answer.status == 201
    assert answer.content["body"] == "ü"
    assert host.headers[0]["content-type"] == "application/json"
    assert host.headers[0]["user-agent"].startswith("forestage/")


def test_refusal_is_an_answer_with_its_message() -> None:
    with CodeHost() as host:
        answer = client(host.url).ask("GET", "/elsewhere")

    assert (answer.status, answer.is_good, answer.message) == (404, False, "Not Found")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"message": "a", "errors": [{"message": "b"}, "c"]}, "a; b; c"),
        ({"message": "a"}, "a"),
        (None, "Bad Gateway"),
        (["a"], "Bad Gateway"),
    ],
)
def test_message_is_what_the_api_says(content: object, message: str) -> None:
    assert Answer(502, {}, content).message == message


def test_redirect_is_not_followed_with_the_token() -> None:
    with CodeHost() as other, answering(302, {"Location": f"{other.url}/"}, b"") as url:
        answer = client(url).ask("GET", "/")

    assert answer.status == 302
    assert other.requests == []


@pytest.mark.parametrize("text", [b"<html>", b""])
def test_answer_that_is_no_json_has_no_content(text: bytes) -> None:
    with answering(502, {}, text) as url:
        answer = client(url).ask("GET", "/")

    assert (answer.status, answer.content, answer.message) == (502, None, "Bad Gateway")


def test_nobody_answering_is_told() -> None:
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    server.server_close()

    with pytest.raises(ReviewError, match=r"does not answer: .*refused"):
        client(url).ask("GET", "/")


@pytest.mark.parametrize("url", ["http://api.github.example", "file:///etc/passwd", "localhost"])
def test_token_goes_over_https_alone(url: str) -> None:
    with pytest.raises(ReviewError, match="over https"):
        client(url).ask("GET", "/")


def test_token_is_not_shown() -> None:
    assert TOKEN not in repr(client("https://api.github.com"))
