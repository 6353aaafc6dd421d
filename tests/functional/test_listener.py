from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from forestage.errors import StateError
from forestage.preview.engine.wire import BrokenOffError, WireRequest, WireResponse
from tests.functional.serving import LOOPS, PATIENCE_SECONDS, Client, Served, serving

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Awaitable, Iterator
    from contextlib import AbstractContextManager

    from forestage.preview.host.connection import Handler


class Serve(Protocol):
    def __call__(self, handler: Handler, **options: Any) -> AbstractContextManager[Served]: ...


HELLO = b"GET /dev/pets HTTP/1.1\r\nHost: localhost\r\n\r\n"
LATE = b"late"
TEN_MEGABYTES = 10 * 1024 * 1024


def echo(request: WireRequest) -> WireResponse:
    headers = (("Content-Type", "text/plain"), ("X-Method", request.method), ("X-Target", request.target))
    return WireResponse(status=200, headers=headers, body=request.body)


async def echo_later(request: WireRequest) -> WireResponse:
    await asyncio.sleep(0)
    return echo(request)


class Held:
    """A handler whose answers wait until they are released."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.released = asyncio.Event()

    async def __call__(self, _: WireRequest | None) -> WireResponse:
        self.asked.set()
        await self.released.wait()
        return WireResponse(status=200, headers=(), body=LATE)


@pytest.fixture(params=list(LOOPS))
def serve(request: pytest.FixtureRequest) -> Serve:
    def serve_on(handler: Handler, **options: Any) -> AbstractContextManager[Served]:
        return serving(handler, factory=LOOPS[request.param], **options)

    return serve_on


@pytest.fixture(params=[echo, echo_later], ids=["at once", "later"])
def client(request: pytest.FixtureRequest, serve: Serve) -> Iterator[Client]:
    with serve(request.param) as served:
        yield served.connect()


# -- requests ---------------------------------------------------------------------------------------------------


def test_answer_has_length_date_and_connection(serve: Serve) -> None:
    with serve(echo) as served:
        response = served.connect().ask(HELLO)

    assert response.headers == (
        ("Content-Type", "text/plain"),
        ("X-Method", "GET"),
        ("X-Target", "/dev/pets"),
        ("Content-Length", "0"),
        ("Date", "Tue, 14 Nov 2023 22:13:20 GMT"),
        ("Connection", "keep-alive"),
    )


def test_connection_is_kept_for_the_next_request(client: Client) -> None:
    first, second = client.ask(HELLO), client.ask(HELLO)

    assert (first.status, second.status) == (200, 200)


def test_pipelined_requests_are_answered_in_order(client: Client) -> None:
    client.send(b"".join(b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(50)))

    targets = [client.read().header("x-target") for _ in range(50)]

    assert targets == [f"/{number}" for number in range(50)]


def test_request_that_comes_byte_by_byte_is_read(client: Client) -> None:
    raw = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    for at in range(len(raw) - 1):
        client.send(raw[at : at + 1])

    assert client.ask(raw[-1:]).body == b"hello"


def test_chunked_body_is_put_together(client: Client) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert client.ask(head + b"3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n").body == b"hello"


def test_trailers_do_not_become_headers(serve: Serve) -> None:
    seen: list[WireRequest] = []

    def handler(request: WireRequest) -> WireResponse:
        seen.append(request)
        return echo(request)

    with serve(handler) as served:
        served.connect().ask(
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nHost: b\r\nX-Late: y\r\n\r\n"
        )

    assert seen[0].headers == (("Host", "a"), ("Transfer-Encoding", "chunked"))


def test_head_is_answered_without_body(client: Client) -> None:
    raw = b"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok"

    response = client.ask(raw)

    assert (response.header("content-length"), client.ask(HELLO).status) == ("2", 200)


@pytest.mark.parametrize("status", [204, 304])
def test_status_without_body_has_no_length(serve: Serve, status: int) -> None:
    def handler(_: WireRequest) -> WireResponse:
        return WireResponse(status=status, headers=(), body=b"ignored")

    with serve(handler) as served:
        client = served.connect()
        response = client.ask(HELLO)

        assert (response.status, response.header("content-length"), client.ask(HELLO).status) == (status, None, status)


@pytest.mark.parametrize("status", [100, 101, 0, 1000])
def test_status_that_ends_no_request_becomes_500(serve: Serve, status: int) -> None:
    def handler(_: WireRequest) -> WireResponse:
        return WireResponse(status=status, headers=(), body=b"")

    with serve(handler) as served:
        assert served.connect().ask(HELLO).status == 500


def test_expectation_is_met_before_the_body_is_sent(client: Client) -> None:
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")

    interim = client.read()

    assert (interim.status, client.ask(b"hello").body) == (100, b"hello")


def test_expectation_of_a_pipelined_request_waits_for_the_answer_before_it(client: Client) -> None:
    client.send(HELLO + b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")

    statuses = [client.read().status, client.read().status]

    assert (statuses, client.ask(b"hello").body) == ([200, 100], b"hello")


def test_http_10_is_answered_and_closed(client: Client) -> None:
    response = client.ask(b"GET / HTTP/1.0\r\n\r\n")

    assert (response.header("connection"), client.is_ended()) == ("close", True)


def test_http_10_is_kept_when_asked_for(client: Client) -> None:
    response = client.ask(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")

    assert (response.header("connection"), client.ask(HELLO).status) == ("keep-alive", 200)


def test_connection_close_is_obeyed(client: Client) -> None:
    response = client.ask(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert (response.header("connection"), client.is_ended()) == ("close", True)


@pytest.mark.parametrize(
    ("line", "method", "target"),
    [
        (b"GET //x%2Fy/../z?a=1&a=%2B#f HTTP/1.1", "GET", "//x%2Fy/../z?a=1&a=%2B#f"),
        (b"GET /caf\xc3\xa9?q=\xe9 HTTP/1.1", "GET", "/caf\xc3\xa9?q=\xe9"),
        (b"FROB /x HTTP/1.1", "FROB", "/x"),
        (b"get /x HTTP/1.1", "get", "/x"),
        (b"QUERY /x HTTP/1.1", "QUERY", "/x"),
        (b"GET http://a.example/x?y HTTP/1.1", "GET", "/x?y"),
        (b"GET http://a.example?y HTTP/1.1", "GET", "/?y"),
        (b"OPTIONS * HTTP/1.1", "OPTIONS", "*"),
    ],
)
def test_request_line_is_handed_on_as_sent(client: Client, line: bytes, method: str, target: str) -> None:
    response = client.ask(line + b"\r\nHost: a\r\n\r\n")

    assert (response.header("x-method"), response.header("x-target")) == (method, target)


def test_odd_request_lines_keep_the_connection_and_their_bodies(client: Client) -> None:
    first = client.ask(b"FROB /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok")
    second = client.ask(b"GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n")

    assert (first.body, second.header("x-target")) == (b"ok", "/\xe9")


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket"])
def test_upgrade_is_an_ordinary_request(client: Client, protocol: bytes) -> None:
    upgrade = b"Host: a\r\nConnection: Upgrade\r\nUpgrade: " + protocol + b"\r\n"

    first = client.ask(b"GET /1 HTTP/1.1\r\n" + upgrade + b"\r\n" + HELLO)
    second = client.read()

    assert (first.header("x-target"), second.header("x-target")) == ("/1", "/dev/pets")


@pytest.mark.parametrize("verb", [b"POST", b"FROB"])
def test_body_of_a_request_with_upgrade_is_read(client: Client, verb: bytes) -> None:
    head = verb + b" /1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 5\r\n\r\n"

    response = client.ask(head + b"hello")

    assert (response.header("x-method"), response.body) == (verb.decode(), b"hello")


def test_body_of_a_request_with_upgrade_may_come_later(client: Client) -> None:
    client.send(
        b"POST /1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    client.send(b"2\r\nhe\r\n")

    response = client.ask(b"3\r\nllo\r\n0\r\n\r\n")

    assert (response.header("x-target"), response.body) == ("/1", b"hello")


def test_client_that_shuts_its_side_gets_its_answer(client: Client) -> None:
    client.send(HELLO)
    client.sock.shutdown(socket.SHUT_WR)

    assert (client.read().status, client.is_ended()) == (200, True)


# -- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"\x00\x01\x02\x03\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET foo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET ftp://a/x HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", 400),
        (b"GET / HTTP/1.1\nHost: a\n\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10485761\r\n\r\n", 413),
        (b"GET /" + b"a" * 10_240 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 10_241 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"a" * 100_000, 431),
    ],
)
def test_bad_request_is_refused_and_closed(client: Client, raw: bytes, status: int) -> None:
    response = client.ask(raw)

    assert (response.status, response.header("connection"), client.is_ended()) == (status, "close", True)


def test_refusal_looks_like_the_gateways(client: Client) -> None:
    response = client.ask(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10485761\r\n\r\n")

    assert response.header("x-amzn-errortype") == "BadRequestException"
    assert b"Request Too Long" in response.body


def test_headers_at_the_limit_are_taken(client: Client) -> None:
    raw = b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-Padding: " + b"a" * 10_239 + b"\r\n\r\n"

    assert client.ask(raw).status == 200


def test_body_at_the_limit_is_taken(client: Client) -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % TEN_MEGABYTES

    assert len(client.ask(head + b"a" * TEN_MEGABYTES).body) == TEN_MEGABYTES


def test_chunked_body_over_the_limit_is_refused_though_the_client_sends_on(client: Client) -> None:
    piece = b"100000\r\n" + b"a" * 0x100000 + b"\r\n"
    client.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(12):
        client.send(piece)

    assert client.read().status == 413


def test_refusal_of_a_pipelined_request_comes_after_the_answer_before_it(client: Client) -> None:
    client.send(HELLO + b"GET foo HTTP/1.1\r\n\r\n")

    assert [client.read().status, client.read().status] == [200, 400]


def test_refusal_can_be_made_elsewhere(serve: Serve) -> None:
    def refuse(refused: object) -> WireResponse:
        return WireResponse(status=418, headers=(), body=repr(refused).encode())

    with serve(echo, refuse=refuse) as served:
        response = served.connect().ask(b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10485761\r\n\r\n")

    assert response.status == 418
    assert b"method='POST', target='/x', client='127.0.0.1'" in response.body


# -- handlers ---------------------------------------------------------------------------------------------------


def fail(_: WireRequest) -> WireResponse:
    raise LookupError("broken")


async def fail_later(_: WireRequest) -> WireResponse:
    await asyncio.sleep(0)
    raise LookupError("broken")


async def give_up(_: WireRequest) -> WireResponse:
    await asyncio.sleep(0)
    raise asyncio.CancelledError


@pytest.mark.parametrize("handler", [fail, fail_later, give_up])
def test_handler_that_fails_is_500_and_told(serve: Serve, handler: Handler) -> None:
    with serve(handler) as served:
        client = served.connect()
        statuses = [client.ask(HELLO).status, client.ask(HELLO).status]

        assert (statuses, len(served.reports)) == ([500, 500], 2)


def test_handler_may_return_a_future_that_is_done(serve: Serve) -> None:
    def handler(request: WireRequest) -> Awaitable[WireResponse]:
        future = asyncio.get_running_loop().create_future()
        future.set_result(echo(request))
        return future

    with serve(handler) as served:
        assert served.connect().ask(HELLO).status == 200


def test_line_break_in_a_header_begins_no_other(serve: Serve) -> None:
    def handler(_: WireRequest) -> WireResponse:
        return WireResponse(status=200, headers=(("X", "a\r\nSet-Cookie: b\nc\rd"),), body=b"")

    with serve(handler) as served:
        response = served.connect().ask(HELLO)

    assert response.headers[0] == ("X", "a  Set-Cookie: b c d")
    assert response.header("set-cookie") is None


def test_large_body_arrives_whole_though_the_client_reads_late(serve: Serve) -> None:
    body = bytes(range(256)) * 4096 * 20

    def handler(_: WireRequest) -> WireResponse:
        return WireResponse(status=200, headers=(), body=body)

    with serve(handler) as served:
        client = served.connect()
        client.send(HELLO + HELLO + HELLO)

        assert all(client.read().body == body for _ in range(3))


def test_large_last_body_arrives_whole(serve: Serve) -> None:
    body = b"a" * 20_000_000

    with serve(lambda _: WireResponse(status=200, headers=(), body=body)) as served:
        client = served.connect()
        response = client.ask(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

        assert (len(response.body), client.is_ended()) == (len(body), True)


def test_client_that_asks_much_and_reads_nothing_is_not_read_from(serve: Serve) -> None:
    handled: list[int] = []

    def handler(_: WireRequest) -> WireResponse:
        handled.append(1)
        return WireResponse(status=200, headers=(), body=b"a" * 1_000_000)

    with serve(handler) as served:
        client = served.connect()
        client.send(HELLO * 1000)
        first = client.read()
        early = len(handled)
        for _ in range(999):
            client.read()

        assert (len(first.body), early < 100, len(handled)) == (1_000_000, True, 1000)


def test_malformed_bytes_behind_a_request_under_way_are_refused_once(serve: Serve) -> None:
    held = Held()

    with serve(held) as served:
        client = served.connect()
        client.send(HELLO)
        held.asked.wait(PATIENCE_SECONDS)
        for _ in range(3):
            client.send(b"GET foo HTTP/1.1\r\n\r\n")
            served.thread.call(lambda: None)
        served.thread.call(held.released.set)

        statuses = [client.read().status, client.read().status]

        assert (statuses, client.is_ended()) == ([200, 400], True)


def test_request_that_waited_unread_is_not_late(serve: Serve) -> None:
    held = Held()

    with serve(held) as served:
        client = served.connect()
        client.send(HELLO + HELLO + b"GET / HTTP/1.1\r\nHo")
        held.asked.wait(PATIENCE_SECONDS)
        served.advance(100)
        served.thread.call(held.released.set)
        statuses = [client.read().status, client.read().status]
        served.advance(2)

        assert (statuses, client.ask(b"st: a\r\n\r\n").status) == ([200, 200], 200)


# -- streams ----------------------------------------------------------------------------------------------------


async def pieces() -> AsyncGenerator[bytes]:
    yield b"hel"
    await asyncio.sleep(0)
    yield b""
    yield b"lo"


def stream(_: WireRequest) -> WireResponse:
    return WireResponse(status=200, headers=(("X", "y"),), body=pieces())


async def stream_later(request: WireRequest) -> WireResponse:
    await asyncio.sleep(0)
    return stream(request)


@pytest.fixture(params=[stream, stream_later], ids=["at once", "later"])
def streaming(request: pytest.FixtureRequest, serve: Serve) -> Iterator[Client]:
    with serve(request.param) as served:
        yield served.connect()


def test_stream_goes_out_in_chunks(streaming: Client) -> None:
    response = streaming.ask(HELLO)

    assert (response.header("transfer-encoding"), response.body) == ("chunked", b"hello")


def test_connection_is_kept_after_a_stream(streaming: Client) -> None:
    streaming.send(HELLO + HELLO)

    assert [streaming.read().body, streaming.read().body] == [b"hello", b"hello"]


def test_stream_to_http_10_lasts_until_the_connection_ends(streaming: Client) -> None:
    streaming.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")

    head, _, body = streaming.rest().partition(b"\r\n\r\n")

    assert (b"chunked" in head, b"Connection: close" in head, body) == (False, True, b"hello")


def test_stream_to_head_sends_the_head_alone(streaming: Client) -> None:
    response = streaming.ask(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")

    assert (response.header("transfer-encoding"), streaming.ask(HELLO).body) == ("chunked", b"hello")


def test_stream_that_fails_breaks_the_connection_off(serve: Serve) -> None:
    async def broken() -> AsyncGenerator[bytes]:
        yield b"some"
        await asyncio.sleep(0)
        raise LookupError("broken")

    with serve(lambda _: WireResponse(status=200, headers=(), body=broken())) as served:
        client = served.connect()
        client.send(HELLO)

        assert not client_rest(client).endswith(b"0\r\n\r\n")
        assert served.thread.call(served.reports.copy) == ["a response stream failed: LookupError('broken')"]


async def broken_off() -> AsyncGenerator[bytes]:
    yield b"some"
    await asyncio.sleep(0)
    raise BrokenOffError("the backend is gone")


def test_stream_that_breaks_off_has_no_last_chunk_and_is_no_fault_of_ours(serve: Serve) -> None:
    with serve(lambda _: WireResponse(status=200, headers=(), body=broken_off())) as served:
        client = served.connect()
        client.send(HELLO)

        assert client.rest().partition(b"\r\n\r\n")[2] == b"4\r\nsome\r\n"
        assert served.thread.call(served.reports.copy) == []


def test_stream_to_http_10_that_breaks_off_ends_with_an_error(serve: Serve) -> None:
    with serve(lambda _: WireResponse(status=200, headers=(), body=broken_off())) as served:
        client = served.connect()
        client.send(b"GET / HTTP/1.0\r\n\r\n")

        with pytest.raises(ConnectionResetError):
            client.rest()


def client_rest(client: Client) -> bytes:
    try:
        return client.rest()
    except ConnectionError:
        return b""


def test_stream_ends_when_the_client_goes(serve: Serve) -> None:
    ended = threading.Event()

    async def endless() -> AsyncGenerator[bytes]:
        try:
            while True:
                yield b"a" * 65_536
                await asyncio.sleep(0)
        finally:
            ended.set()

    with serve(lambda _: WireResponse(status=200, headers=(), body=endless())) as served:
        client = served.connect()
        client.send(HELLO)
        client.sock.recv(1)
        client.close()

        assert ended.wait(PATIENCE_SECONDS)


# -- time -------------------------------------------------------------------------------------------------------


def test_idle_connection_is_closed_after_a_minute(serve: Serve) -> None:
    with serve(echo) as served:
        client = served.connect()
        client.ask(HELLO)

        served.advance(59)
        kept = client.ask(HELLO).status
        served.advance(62)

        assert (kept, client.is_ended()) == (200, True)


def test_connection_that_never_says_anything_is_closed(serve: Serve) -> None:
    with serve(echo) as served:
        client = served.connect()
        served.connect().ask(HELLO)

        served.advance(62)

        assert client.is_ended()


@pytest.mark.parametrize(
    ("begun", "seconds"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow", 12),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel", 62),
    ],
    ids=["head", "body"],
)
def test_slow_request_is_timed_out(serve: Serve, begun: bytes, seconds: float) -> None:
    with serve(echo) as served:
        client = served.connect()
        client.ask(HELLO)
        client.send(begun)
        served.connect().ask(HELLO)

        served.advance(seconds)

        assert client.read().status == 408


def test_request_that_drips_is_timed_out(serve: Serve) -> None:
    with serve(echo) as served:
        client = served.connect()
        for letter in b"GET /slow HTTP/1.1":
            client.send(bytes([letter]))
            served.connect().ask(HELLO)
            served.advance(1)

        assert client.read().status == 408


def test_refused_client_that_stays_is_broken_off(serve: Serve) -> None:
    with serve(echo) as served:
        client = served.connect()
        client.ask(b"GET foo HTTP/1.1\r\n\r\n")

        served.advance(7)

        assert served.thread.call(lambda: len(served.listener._connections)) == 0


def test_client_that_reads_nothing_is_broken_off(serve: Serve) -> None:
    body = b"a" * 20_000_000

    with serve(lambda _: WireResponse(status=200, headers=(), body=body)) as served:
        client = served.connect()
        client.send(HELLO)
        client.sock.recv(1)

        served.advance(62)

        assert served.thread.call(lambda: len(served.listener._connections)) == 0


# -- the port ---------------------------------------------------------------------------------------------------


def test_localhost_is_both_loopback_addresses(serve: Serve) -> None:
    with serve(echo, host="localhost") as served:
        addresses = [sock.getsockname()[0] for sock in served.listener._binding.sockets]
        statuses = []
        for address in addresses:
            client = Client(socket.create_connection((address, served.port), PATIENCE_SECONDS))
            statuses.append(client.ask(HELLO).status)
            client.close()

    assert statuses == [200] * len(addresses)


def test_silent_connection_hinders_nobody(serve: Serve) -> None:
    with serve(echo) as served:
        served.connect()

        assert served.connect().ask(HELLO).status == 200


def test_idle_connection_gives_way_when_all_are_taken(serve: Serve) -> None:
    with serve(echo, max_connections=2) as served:
        first, second = served.connect(), served.connect()
        first.ask(HELLO)
        served.advance(2)
        second.ask(HELLO)
        served.advance(2)

        client = served.connect()
        served.advance(1)
        third = client.ask(HELLO)

        assert (third.status, first.is_ended(), second.ask(HELLO).status) == (200, True, 200)


def test_connection_over_the_bound_is_served_when_another_ends(serve: Serve) -> None:
    with serve(echo, max_connections=1) as served:
        first = served.connect()
        first.ask(HELLO)
        second = served.connect()
        second.send(HELLO)

        first.close()

        assert second.read().status == 200


def test_close_lets_a_request_under_way_be_answered(serve: Serve) -> None:
    held = Held()

    with serve(held) as served:
        idle, busy = served.connect(), served.connect()
        busy.send(HELLO)
        held.asked.wait(PATIENCE_SECONDS)
        closing = asyncio.run_coroutine_threadsafe(served.listener.close(), served.thread.loop)
        ended = idle.is_ended()
        served.thread.call(held.released.set)

        response = busy.read()

        closing.result(PATIENCE_SECONDS)
        assert (ended, response.body, response.header("connection")) == (True, b"late", "close")


def test_close_breaks_off_what_outlasts_the_grace(serve: Serve) -> None:
    held = Held()

    with serve(held) as served:
        client = served.connect()
        client.send(HELLO)
        held.asked.wait(PATIENCE_SECONDS)
        closing = asyncio.run_coroutine_threadsafe(served.listener.close(grace_seconds=3), served.thread.loop)

        served.advance(4)

        closing.result(PATIENCE_SECONDS)
        served.thread.call(held.released.set)
        assert client.is_ended()


def test_stream_that_began_before_the_close_is_sent_whole(serve: Serve) -> None:
    held = Held()

    async def late() -> AsyncGenerator[bytes]:
        yield b"some"
        await held(None)
        yield LATE

    with serve(lambda _: WireResponse(status=200, headers=(), body=late())) as served:
        client = served.connect()
        client.send(HELLO)
        held.asked.wait(PATIENCE_SECONDS)
        closing = asyncio.run_coroutine_threadsafe(served.listener.close(), served.thread.loop)
        served.thread.call(held.released.set)

        body = client.read().body

        closing.result(PATIENCE_SECONDS)
        assert (body, client.is_ended()) == (b"somelate", True)


def test_tls_that_ends_within_its_first_message_is_closed_at_once(serve: Serve) -> None:
    # What makes contexts is a coroutine.
    async def never(_address: str, _name: str | None) -> ssl.SSLContext:  # ruff: ignore[unused-async]
        raise AssertionError("no handshake has begun")

    with serve(echo, tls=never) as served:
        client = served.connect()
        client.send(b"\x16\x03\x01\x02\x00\x01")
        client.sock.shutdown(socket.SHUT_WR)

        assert client.is_ended()


def test_authority_that_cannot_be_had_is_told_and_the_client_closed(serve: Serve) -> None:
    async def unavailable(_address: str, _name: str | None) -> ssl.SSLContext:
        await asyncio.sleep(0)
        raise StateError("cannot write")

    with serve(echo, tls=unavailable) as served:
        client = served.connect()
        client.send(b"\x16\x03\x01\x00\x01\x00")

        assert client.is_ended()
        assert served.thread.call(served.reports.copy) == [
            "a connection could not be begun: StateError('cannot write')"
        ]


def test_closed_port_refuses_connections(serve: Serve) -> None:
    with serve(echo) as served:
        served.close()

        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", served.port), PATIENCE_SECONDS)
