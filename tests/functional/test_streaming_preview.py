"""Streams, VPC links and client certificates in a preview as people start it."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.backends import answering, backend
from tests.functional.function_deployment import share_node_packages
from tests.functional.preview_process import PATIENCE_SECONDS, ROOT, PreviewProcess, forestage

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.functional.backends import Caller

CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
STREAMING = str(ROOT / "examples/streaming/template.yaml")
PRIVATE = str(ROOT / "examples/private-integrations/template.yaml")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    share_node_packages_in(tmp_path / "home")
    return tmp_path / "home"


def share_node_packages_in(home: Path) -> None:
    cache = home / "cache" / "forestage"
    cache.mkdir(parents=True)
    share_node_packages(cache)


def chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


@contextmanager
def asking(preview: PreviewProcess, target: str) -> Generator[http.client.HTTPResponse]:
    """Ask, and give the response once its head is there; then the client goes away."""
    connection = http.client.HTTPConnection("127.0.0.1", preview.port, timeout=PATIENCE_SECONDS)
    with closing(connection):
        connection.request("GET", target)
        with connection.getresponse() as response:
            yield response


def words_for(port: int) -> tuple[str, ...]:
    return (STREAMING, "--parameter", f"Backend=http://127.0.0.1:{port}", "--port", "0", "--no-watch")


def streamed(preview: PreviewProcess) -> dict[str, Any]:
    """Tell the response of the latest request."""
    latest = json.loads(preview.call("GET", "/_forestage/traces").body)["traces"][0]
    trace = json.loads(preview.call("GET", f"/_forestage/traces/{latest['request_id']}").body)
    response: dict[str, Any] = trace["response"]
    return response


def test_pieces_of_a_backend_reach_the_client_one_by_one(tmp_path: Path, home: Path) -> None:
    may_go_on = threading.Event()

    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(CHUNKED + chunk(b"one"))
        may_go_on.wait(PATIENCE_SECONDS)
        caller.say(chunk(b"two") + b"0\r\n\r\n")

    with (
        backend(conversation) as running,
        PreviewProcess(*words_for(running.port), folder=tmp_path, home=home) as preview,
        asking(preview, "/dev/events") as got,
    ):
        first = got.read1()
        under_way = streamed(preview)
        may_go_on.set()
        rest = got.read()
        preview.wait_for_output("/dev/events 200")

        assert (first, rest) == (b"one", b"two")
        assert got.headers["Transfer-Encoding"] == "chunked"
        assert (under_way["body_bytes"], under_way["ended"]) == (3, "under way")
        assert (streamed(preview)["body_bytes"], streamed(preview)["ended"]) == (6, "whole")


def test_backend_that_fails_within_its_stream_leaves_it_without_an_end(tmp_path: Path, home: Path) -> None:
    with (
        backend(answering(CHUNKED + chunk(b"one"))) as running,
        PreviewProcess(*words_for(running.port), folder=tmp_path, home=home) as preview,
        asking(preview, "/dev/events") as got,
    ):
        with pytest.raises(http.client.IncompleteRead) as cut:
            got.read()

        assert cut.value.partial == b"one"
        assert streamed(preview)["ended"].startswith("broken off: the backend closed the connection")
        assert "defect" not in preview.talk()


def test_client_that_goes_away_ends_the_call_of_the_backend(tmp_path: Path, home: Path) -> None:
    gone = threading.Event()

    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(CHUNKED)
        try:
            while True:
                caller.say(chunk(b"x" * 65_536))
        finally:
            gone.set()

    with (
        backend(conversation) as running,
        PreviewProcess(*words_for(running.port), folder=tmp_path, home=home) as preview,
    ):
        with asking(preview, "/dev/events") as got:
            got.read1()

        assert gone.wait(PATIENCE_SECONDS)
        preview.wait_for_output("/dev/events 200")
        assert streamed(preview)["ended"] == "the client wanted no more"


def test_function_of_the_example_streams(tmp_path: Path, home: Path) -> None:
    with (
        PreviewProcess(STREAMING, "--port", "0", "--no-watch", folder=tmp_path, home=home) as preview,
        asking(preview, "/dev/words") as got,
    ):
        first = got.read1()

        assert (got.status, got.headers["Content-Type"], first) == (200, "text/plain", b"one\n")
        assert got.read() == b"two\nthree\n"


def test_invoke_takes_a_stream_up_to_a_megabyte(tmp_path: Path, home: Path) -> None:
    piece = b"x" * (1024 * 1024)

    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(CHUNKED)
        for _ in range(64):
            caller.say(chunk(piece))

    with backend(conversation) as running:
        words = ("invoke", STREAMING, "--parameter", f"Backend=http://127.0.0.1:{running.port}")
        done = forestage(*words, "GET", "/dev/events", folder=tmp_path, home=home)

    assert done.returncode == 0, done.stderr
    assert len(piece) < len(done.stdout) < 4 * len(piece)


def test_private_integrations_lead_to_this_machine(tmp_path: Path, home: Path) -> None:
    with backend(answering(OK)) as orders, backend(answering(OK)) as users:
        links = (
            "--vpc-link",
            f"network=http://127.0.0.1:{orders.port}",
            "--vpc-link",
            f"Application=http://127.0.0.1:{users.port}",
        )
        with PreviewProcess(PRIVATE, *links, "--port", "0", "--no-watch", folder=tmp_path, home=home) as preview:
            statuses = [preview.call("GET", path).status for path in ("/dev/orders", "/dev/users")]

            assert statuses == [200, 200]
            assert "VPC link" not in preview.talk().partition("not simulated")[0]

    lines = [running.requests[0].split(b"\r\n")[0] for running in (orders, users)]
    assert lines == [b"GET /v1/orders HTTP/1.1", b"GET /users HTTP/1.1"]
    assert b"Host: orders.internal.example\r\n" in orders.requests[0]


def test_links_without_an_address_are_told_with_what_to_type(tmp_path: Path, home: Path) -> None:
    with PreviewProcess(
        PRIVATE, "--vpc-link", "Typo=http://127.0.0.1:1", "--port", "0", "--no-watch", folder=tmp_path, home=home
    ) as preview:
        answer = preview.call("GET", "/dev/orders")
        explained = forestage("explain", "--port", str(preview.port), folder=tmp_path, home=home).stdout

        assert (answer.status, answer.body) == (500, '{"message": "Internal server error"}')
        assert "--vpc-link Network=http://127.0.0.1:PORT" in preview.talk()
        assert "--vpc-link Application=http://127.0.0.1:PORT" in preview.talk()
        assert "--vpc-link Typo: no VPC link of the application has this id or name" in preview.talk()
        assert "nothing stands for the VPC link" in explained


def test_certificate_of_a_stage_is_told(tmp_path: Path, home: Path) -> None:
    with PreviewProcess(PRIVATE, "--port", "0", "--no-watch", folder=tmp_path, home=home) as preview:
        preview.wait_for_talk("let backends trust it")
        told = json.loads(preview.call("GET", "/_forestage/client-certificates").body)["client_certificates"]

    [only] = told
    assert (only["logical_id"], only["stages"]) == ("Certificate", ["private-backends/dev"])
    assert ssl.PEM_cert_to_DER_cert(only["certificate"])
