"""Connections of domains that ask for certificates: the event loops' transports over another OpenSSL."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING

import pytest

from forestage.preview.engine.wire import WireRequest, WireResponse
from tests.functional.serving import LOOPS, PATIENCE_SECONDS, Client, Served, serving
from tests.preview.host.certificates import Authority
from tests.preview.host.handshakes import NAME, client_context, server_context, show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HELLO = b"GET /dev/pets HTTP/1.1\r\nHost: shop.example.com\r\n\r\n"
TEN_MEGABYTES = 10 * 1024 * 1024
CLIENTS = Authority()
VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)


class Pieces:
    """A body that comes in pieces."""

    def __init__(self) -> None:
        self._left = 40
        self.closed = False

    def __aiter__(self) -> Pieces:
        return self

    async def __anext__(self) -> bytes:
        if not self._left:
            raise StopAsyncIteration
        self._left -= 1
        await asyncio.sleep(0)
        return b"%02d" % self._left * 50_000

    async def aclose(self) -> None:
        self.closed = True


def answer(request: WireRequest) -> WireResponse:
    tls = request.tls
    assert tls is not None
    headers = (("X-Version", tls.version), ("X-Certificate", str(tls.client_certificate is not None)))
    body = Pieces() if request.target == "/stream" else request.body or b"hello"
    return WireResponse(status=200, headers=headers, body=body)


class Domain:
    """An authority that has one context for all."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    async def tls_context(self, address: str, name: str | None) -> ssl.SSLContext:
        del address, name
        await asyncio.sleep(0)
        return self._context


@pytest.fixture(params=list(LOOPS))
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    authority = Domain(server_context(CLIENTS.pem))
    with serving(answer, factory=LOOPS[request.param], tls=authority.tls_context) as served:
        yield served


@pytest.fixture(params=VERSIONS, ids=["1.2", "1.3"])
def client(request: pytest.FixtureRequest, served: Served, tmp_path: Path) -> Client:
    context = client_context(request.param)
    certificate, key = CLIENTS.client_with_key("ada")
    show(context, tmp_path, certificate, key)
    sock = socket.create_connection(("127.0.0.1", served.port), PATIENCE_SECONDS)
    client = Client(context.wrap_socket(sock, server_hostname=NAME))
    served.clients.append(client)
    return client


def test_request_is_answered_with_the_certificate_known(served: Served, client: Client) -> None:
    response = client.ask(HELLO)

    assert (response.body, response.header("x-certificate")) == (b"hello", "True")
    assert client.ask(HELLO).status == 200
    assert served.reports == []


def test_pipelined_requests_are_answered(client: Client) -> None:
    client.send(HELLO * 50)

    assert [client.read().body for _ in range(50)] == [b"hello"] * 50


def test_large_bodies_go_both_ways_though_the_client_reads_late(served: Served, client: Client) -> None:
    body = bytes(range(256)) * (TEN_MEGABYTES // 256)
    head = f"POST /dev HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {len(body)}\r\n\r\n".encode()

    client.send(head + body)
    # Another request waits behind, unread, until the client has taken the answer.
    client.send(HELLO)

    assert client.read().body == body
    assert client.read().body == b"hello"
    assert served.reports == []


def test_stream_comes_whole_and_the_connection_is_kept(served: Served, client: Client) -> None:
    response = client.ask(HELLO.replace(b"/dev/pets", b"/stream"))

    assert response.body == b"".join(b"%02d" % left * 50_000 for left in range(39, -1, -1))
    assert client.ask(HELLO).body == b"hello"
    assert served.reports == []


def test_connection_ends_in_good_order(served: Served, client: Client) -> None:
    response = client.ask(HELLO.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))

    # Without the end of TLS this would be an error.
    assert (response.body, client.rest()) == (b"hello", b"")
    assert served.reports == []


@pytest.mark.parametrize("sent", ["first", "garbage"])
def test_client_that_breaks_off_its_handshake_hurts_nobody(served: Served, client: Client, sent: str) -> None:
    received, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    handshake = client_context().wrap_bio(received, outgoing, server_hostname=NAME)
    with pytest.raises(ssl.SSLWantReadError):
        handshake.do_handshake()
    broken = served.connect()
    broken.send(outgoing.read())
    if sent == "garbage":
        broken.sock.recv(1)
        broken.send(b"\x16\x03\x03\x00\x04\xff\xff\xff\xff")
        broken.rest()
    broken.close()

    assert client.ask(HELLO).body == b"hello"
    assert served.reports == []
