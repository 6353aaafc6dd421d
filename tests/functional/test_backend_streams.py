"""Answers of backends that are passed on as they come, VPC links and client certificates, on real sockets."""

from __future__ import annotations

import asyncio
import ssl
import threading
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
import trustme

from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    BackendStream,
    CallBackend,
    StreamBackend,
)
from forestage.preview.engine.wire import BrokenOffError
from forestage.preview.host.backend import BackendClient
from forestage.preview.host.backend_certificates import BackendCertificates
from forestage.preview.host.backend_connector import BackendConnector
from forestage.preview.host.clock import ManualClock
from tests.functional.backends import answering, backend
from tests.functional.serving import LOOPS, PATIENCE_SECONDS, LoopThread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from tests.functional.backends import Caller

Answer: TypeAlias = BackendStream | BackendFailure

CHUNKED = b"HTTP/1.1 200 OK\r\nX-One: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
LAST = b"0\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def chunk(piece: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(piece), piece)


class Streaming:
    """A client in an event loop of its own, and the body that it takes."""

    def __init__(self, thread: LoopThread, connector: BackendConnector) -> None:
        self.thread = thread
        self.clock = ManualClock()
        self.client = BackendClient(clock=self.clock, connector=connector)
        self.pieces: AsyncIterator[bytes]

    # Fields are those of the effect, whatever their types.
    def begin(self, port: int, *, idle_ms: int = 300_000, **fields: Any) -> Answer:
        """Send a request, and return the head of its answer."""
        values: dict[str, Any] = {"method": "GET", "headers": (), "body": b"", "timeout_ms": 29_000}
        url = fields.pop("url", f"http://127.0.0.1:{port}/")
        effect = StreamBackend(call=CallBackend(**values | {"url": url} | fields), idle_ms=idle_ms)

        async def sending() -> Answer:
            return await self.client.stream(effect)

        answer = self.thread.run(sending())
        if isinstance(answer, BackendStream):
            self.pieces = aiter(answer.body)
        return answer

    def call(self, url: str, **fields: Any) -> BackendAnswer | BackendFailure:
        values: dict[str, Any] = {"method": "GET", "headers": (), "body": b"", "timeout_ms": 29_000}

        async def sending() -> BackendAnswer | BackendFailure:
            return await self.client.call(CallBackend(**values | {"url": url} | fields))

        return self.thread.run(sending())

    def take(self) -> bytes:
        """Wait for the next piece."""

        async def taking() -> bytes:
            return await anext(self.pieces)

        return self.thread.run(taking())

    def take_all(self) -> bytes:
        """Wait for all that is left."""

        async def taking() -> bytes:
            return b"".join([piece async for piece in self.pieces])

        return self.thread.run(taking())


@pytest.fixture(params=list(LOOPS))
def thread(request: pytest.FixtureRequest) -> Iterator[LoopThread]:
    thread = LoopThread(LOOPS[request.param])
    yield thread
    thread.stop()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def streaming(thread: LoopThread, authority: trustme.CA, tmp_path: Path) -> Iterator[Streaming]:
    trust = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(trust)
    streaming = Streaming(
        thread, BackendConnector(trust=trust, certificates=BackendCertificates(tmp_path / "certificates"))
    )
    yield streaming
    thread.call(streaming.client.close)


# -- streams ------------------------------------------------------------------------------------------------------


def test_head_is_there_before_the_body_and_pieces_come_as_they_are_sent(streaming: Streaming) -> None:
    may_go_on = threading.Event()

    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(CHUNKED)
        may_go_on.wait(PATIENCE_SECONDS)
        caller.say(chunk(b"one"))
        caller.listen_to_the_end()

    with backend(conversation) as running:
        answer = streaming.begin(running.port)
        may_go_on.set()
        first = streaming.take()
        streaming.thread.call(streaming.client.close)

    assert isinstance(answer, BackendStream)
    assert (answer.status, answer.headers) == (200, (("X-One", "1"), ("Transfer-Encoding", "chunked")))
    assert first == b"one"


@pytest.mark.parametrize(
    "answer",
    [
        CHUNKED + chunk(b"one") + chunk(b"two") + LAST,
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nonetwo",
        b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nonetwo",
    ],
    ids=["chunked", "length", "after-interim"],
)
def test_connection_of_a_whole_stream_is_kept(streaming: Streaming, answer: bytes) -> None:
    with backend(answering(answer, OK)) as running:
        streaming.begin(running.port)
        body = streaming.take_all()
        streaming.begin(running.port)
        second = streaming.take_all()

    assert (body, second, running.connections) == (b"onetwo", b"ok", 1)


def test_stream_may_last_until_the_backend_closes(streaming: Streaming) -> None:
    with backend(answering(b"HTTP/1.1 200 OK\r\n\r\nonetwo")) as running:
        streaming.begin(running.port)

        assert streaming.take_all() == b"onetwo"


@pytest.mark.parametrize(
    ("method", "answer"),
    [("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"), ("GET", b"HTTP/1.1 204 No Content\r\n\r\n")],
)
def test_stream_without_body_is_empty(streaming: Streaming, method: str, answer: bytes) -> None:
    with backend(answering(answer)) as running:
        streaming.begin(running.port, method=method)

        assert streaming.take_all() == b""


def test_large_stream_waits_for_who_takes_it(streaming: Streaming) -> None:
    """The backend cannot send more than what buffers hold before somebody takes it."""
    size, sent, stuck = 64 * 1024 * 1024, [0], threading.Event()

    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
        caller.sock.setblocking(False)
        while sent[0] < size:
            try:
                sent[0] += caller.sock.send(bytes(min(65_536, size - sent[0])))
            except BlockingIOError:
                stuck.set()
                may_go_on.wait(PATIENCE_SECONDS)
                caller.sock.setblocking(True)

    may_go_on = threading.Event()
    with backend(conversation) as running:
        streaming.begin(running.port)
        assert stuck.wait(PATIENCE_SECONDS)
        held = sent[0]
        may_go_on.set()

        assert len(streaming.take_all()) == size
        assert held < size // 2


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        (b"", "the backend closed the connection before the end of its answer"),
        (b"no chunk", "the backend's answer is not HTTP"),
    ],
    ids=["closed", "garbage"],
)
def test_stream_that_breaks_off_is_told_behind_what_came(streaming: Streaming, ending: bytes, told: str) -> None:
    with backend(answering(CHUNKED + chunk(b"one") + ending)) as running:
        streaming.begin(running.port)

        assert streaming.take() == b"one"
        with pytest.raises(BrokenOffError, match=told):
            streaming.take()


def test_backend_that_resets_breaks_the_stream_off(streaming: Streaming) -> None:
    taken = threading.Event()

    def resetting(caller: Caller) -> None:
        caller.hear()
        caller.say(CHUNKED + chunk(b"one"))
        taken.wait(PATIENCE_SECONDS)
        caller.reset()

    with backend(resetting) as running:
        streaming.begin(running.port)
        streaming.take()
        taken.set()

        with pytest.raises(BrokenOffError, match="the backend closed the connection"):
            streaming.take()


def test_who_wants_no_more_ends_the_call(streaming: Streaming) -> None:
    gone = threading.Event()

    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(CHUNKED + chunk(b"one"))
        try:
            caller.listen_to_the_end()
        finally:
            gone.set()

    with backend(conversation) as running:
        answer = streaming.begin(running.port)
        streaming.take()
        assert isinstance(answer, BackendStream)
        streaming.thread.run(answer.body.aclose())

        assert gone.wait(PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("timeout_ms", "idle_ms", "told"),
    [(29_000, 5_000, "nothing came for 5 seconds"), (4_000, 300_000, "the integration's timeout is over")],
    ids=["idle", "over"],
)
def test_stream_that_is_late_is_cut(streaming: Streaming, timeout_ms: int, idle_ms: int, told: str) -> None:
    gone = threading.Event()

    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(CHUNKED + chunk(b"one"))
        try:
            caller.listen_to_the_end()
        finally:
            gone.set()

    with backend(conversation) as running:
        streaming.begin(running.port, timeout_ms=timeout_ms, idle_ms=idle_ms)
        streaming.take()
        streaming.thread.call(lambda: streaming.clock.advance(5))

        with pytest.raises(BrokenOffError, match=told):
            streaming.take()
        assert gone.wait(PATIENCE_SECONDS)


def test_answer_that_does_not_begin_in_time_is_a_timeout(streaming: Streaming) -> None:
    heard = threading.Event()

    def conversation(caller: Caller) -> None:
        caller.hear()
        heard.set()
        caller.listen_to_the_end()

    async def sending() -> Answer:
        call = CallBackend(method="GET", url=f"http://127.0.0.1:{running.port}/", headers=(), body=b"", timeout_ms=50)
        return await streaming.client.stream(StreamBackend(call=call, idle_ms=1_000))

    with backend(conversation) as running:
        pending = asyncio.run_coroutine_threadsafe(sending(), streaming.thread.loop)
        assert heard.wait(PATIENCE_SECONDS)
        streaming.thread.call(lambda: streaming.clock.advance(1))
        answer = pending.result(PATIENCE_SECONDS)

    assert isinstance(answer, BackendFailure)
    assert answer.fault is BackendFault.TIMEOUT


def test_address_that_is_none_is_a_failure(streaming: Streaming) -> None:
    answer = streaming.begin(0, url="http://")

    assert isinstance(answer, BackendFailure)
    assert answer.fault is BackendFault.INVALID_ADDRESS


def test_client_that_ends_breaks_streams_off(streaming: Streaming) -> None:
    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(CHUNKED + chunk(b"one"))
        caller.listen_to_the_end()

    with backend(conversation) as running:
        streaming.begin(running.port)
        streaming.take()
        streaming.thread.call(streaming.client.close)

        with pytest.raises(BrokenOffError, match="the preview ends"):
            streaming.take()


# -- VPC links and client certificates ----------------------------------------------------------------------------


def test_request_goes_through_a_link_with_host_and_path_of_its_url(streaming: Streaming) -> None:
    with backend(answering(OK)) as running:
        answer = streaming.call("http://internal.example:81/path", through=f"http://127.0.0.1:{running.port}")

    assert isinstance(answer, BackendAnswer)
    assert running.requests == [b"GET /path HTTP/1.1\r\nHost: internal.example:81\r\n\r\n"]


def context_for(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize(("name", "fault"), [("internal.example", None), ("127.0.0.1", BackendFault.CERTIFICATE)])
def test_certificate_behind_a_link_names_the_host_of_the_url(
    streaming: Streaming, authority: trustme.CA, name: str, fault: BackendFault | None
) -> None:
    with backend(answering(OK), context=context_for(authority, name)) as running:
        answer = streaming.call("https://internal.example/", through=f"https://127.0.0.1:{running.port}")

    assert (answer.fault if isinstance(answer, BackendFailure) else None) is fault


def demanding(authority: trustme.CA, trusted: Path, *, is_strict: bool = False) -> ssl.SSLContext:
    """Return the context of a backend that lets nobody in but who shows a certificate."""
    context = context_for(authority, "localhost")
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(trusted)
    if is_strict:
        context.verify_flags |= ssl.VERIFY_X509_STRICT
    return context


@pytest.mark.parametrize("is_strict", [True, False], ids=["strict", "usual"])
def test_backend_that_trusts_the_file_of_a_certificate_lets_it_in(
    streaming: Streaming, authority: trustme.CA, tmp_path: Path, *, is_strict: bool
) -> None:
    BackendCertificates(tmp_path / "certificates").find("abc123")
    context = demanding(authority, tmp_path / "certificates" / "abc123.pem", is_strict=is_strict)

    with backend(answering(OK), context=context) as running:
        answer = streaming.call(f"https://localhost:{running.port}/", client_certificate="abc123")

    assert isinstance(answer, BackendAnswer)


@pytest.mark.parametrize("shown", [None, "other"])
def test_backend_lets_nobody_else_in(
    streaming: Streaming, authority: trustme.CA, tmp_path: Path, shown: str | None
) -> None:
    BackendCertificates(tmp_path / "certificates").find("abc123")
    context = demanding(authority, tmp_path / "certificates" / "abc123.pem")

    with backend(answering(OK), context=context) as running:
        answer = streaming.call(f"https://localhost:{running.port}/", client_certificate=shown)

    assert isinstance(answer, BackendFailure)
    assert answer.fault is BackendFault.UNREACHABLE


def test_certificate_that_cannot_be_kept_leaves_the_backend_unreached(
    thread: LoopThread, authority: trustme.CA, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    streaming = Streaming(thread, BackendConnector(certificates=BackendCertificates(tmp_path / "file")))

    with backend(answering(OK), context=context_for(authority, "localhost")) as running:
        answer = streaming.call(f"https://localhost:{running.port}/", client_certificate="abc123")

    assert isinstance(answer, BackendFailure)
    assert (answer.fault, "cannot" in answer.detail) == (BackendFault.UNREACHABLE, True)


# -- large bodies -------------------------------------------------------------------------------------------------


LARGE = 10 * 1024 * 1024


@pytest.mark.parametrize("framing", ["chunked", "length"])
@pytest.mark.parametrize(("size", "fault"), [(LARGE, None), (LARGE + 1, BackendFault.TOO_LARGE)])
def test_whole_answer_has_ten_megabytes_at_most(
    streaming: Streaming, framing: str, size: int, fault: BackendFault | None
) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    head = CHUNKED if framing == "chunked" else b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size
    pieces = [chunk(body[at : at + 99_999]) for at in range(0, size, 99_999)] if framing == "chunked" else [body]

    with backend(answering(head + b"".join(pieces) + (LAST if framing == "chunked" else b""))) as running:
        answer = streaming.call(f"http://127.0.0.1:{running.port}/", method="POST", body=body[:LARGE])

    assert (answer.fault if isinstance(answer, BackendFailure) else None) is fault
    assert isinstance(answer, BackendFailure) or answer.body == body
    assert running.requests[0].endswith(body[:LARGE])
