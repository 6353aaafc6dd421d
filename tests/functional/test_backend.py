from __future__ import annotations

import asyncio
import ssl
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import pytest
import trustme

from forestage.preview.engine.effects import BackendAnswer, BackendFailure, BackendFault, CallBackend
from forestage.preview.host.backend import BackendClient
from forestage.preview.host.backend_connector import BackendConnector
from forestage.preview.host.clock import ManualClock
from tests.functional.backends import answering, backend
from tests.functional.serving import LOOPS, PATIENCE_SECONDS, LoopThread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from tests.functional.backends import Caller

Answer: TypeAlias = BackendAnswer | BackendFailure

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LAST = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nlast"


class Calling:
    """A client in an event loop of its own."""

    def __init__(self, thread: LoopThread, client: BackendClient, clock: ManualClock) -> None:
        self.thread = thread
        self.client = client
        self.clock = clock

    def call(self, url: str, **changes: Any) -> Answer:
        return self.begin(url, **changes).result(PATIENCE_SECONDS)

    def begin(self, url: str, **changes: Any) -> Future[Answer]:
        usual = CallBackend(method="GET", url=url, headers=(), body=b"", timeout_ms=29_000)
        effect = msgspec.structs.replace(usual, **changes)

        async def awaiting() -> Answer:
            return await self.client.call(effect)

        return asyncio.run_coroutine_threadsafe(awaiting(), self.thread.loop)

    def advance(self, seconds: float) -> None:
        self.thread.call(lambda: self.clock.advance(seconds))


@pytest.fixture(params=list(LOOPS))
def thread(request: pytest.FixtureRequest) -> Iterator[LoopThread]:
    thread = LoopThread(LOOPS[request.param])
    yield thread
    thread.stop()


@pytest.fixture
def calling(thread: LoopThread) -> Iterator[Calling]:
    clock = ManualClock()
    client = BackendClient(clock=clock)
    yield Calling(thread, client, clock)
    thread.call(client.close)


def fault_of(answer: Answer) -> BackendFault | None:
    return answer.fault if isinstance(answer, BackendFailure) else None


def body_of(answer: Answer) -> bytes:
    assert isinstance(answer, BackendAnswer), answer
    return answer.body


# -- what is sent -----------------------------------------------------------------------------------------------


def test_request_is_sent_as_given(calling: Calling) -> None:
    headers = (("X-Cased", "a"), ("x-twice", "1"), ("x-twice", "2"), ("Accept-Encoding", "gzip"))

    with backend(answering(OK)) as running:
        calling.call(f"http://127.0.0.1:{running.port}//a/../%2f?b=%2B&b#frag", headers=headers)

    assert running.requests == [
        b"GET //a/../%%2f?b=%%2B&b HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Cased: a\r\nx-twice: 1\r\nx-twice: 2\r\n"
        b"Accept-Encoding: gzip\r\n\r\n" % running.port
    ]


def test_host_that_is_given_replaces_the_address(calling: Calling) -> None:
    with backend(answering(OK)) as running:
        calling.call(f"http://127.0.0.1:{running.port}/", headers=(("host", "other.example"),))

    assert running.requests == [b"GET / HTTP/1.1\r\nhost: other.example\r\n\r\n"]


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        ("GET", b"", None),
        ("DELETE", b"", None),
        ("POST", b"", b"Content-Length: 0"),
        ("PUT", b"", b"Content-Length: 0"),
        ("PATCH", b"", b"Content-Length: 0"),
        ("GET", b"hey", b"Content-Length: 3"),
        ("FROB", b"hey", b"Content-Length: 3"),
    ],
)
def test_length_is_sent_where_it_is_due(calling: Calling, method: str, body: bytes, length: bytes | None) -> None:
    with backend(answering(OK)) as running:
        calling.call(f"http://127.0.0.1:{running.port}/", method=method, body=body)

    lines = running.requests[0].split(b"\r\n")
    assert next((line for line in lines if line.startswith(b"Content-Length")), None) == length


def test_framing_of_the_caller_is_not_sent(calling: Calling) -> None:
    headers = (("Content-Length", "99"), ("transfer-encoding", "chunked"))

    with backend(answering(OK)) as running:
        calling.call(f"http://127.0.0.1:{running.port}/", method="POST", body=b"hey", headers=headers)

    assert running.requests[0].endswith(b"Content-Length: 3\r\n\r\nhey")
    assert b"Content-Length: 99" not in running.requests[0]


def test_line_break_in_a_header_begins_no_other(calling: Calling) -> None:
    with backend(answering(OK)) as running:
        calling.call(f"http://127.0.0.1:{running.port}/", headers=(("X", "a\r\nY: b\nZ"),))

    assert running.requests[0].endswith(b"X: a  Y: b Z\r\n\r\n")


def test_header_beyond_latin_1_is_sent_as_utf_8(calling: Calling) -> None:
    with backend(answering(OK)) as running:
        calling.call(f"http://127.0.0.1:{running.port}/", headers=(("X", "\u20ac"),))

    assert b"X: \xe2\x82\xac\r\n" in running.requests[0]


def test_large_body_is_sent_whole(calling: Calling) -> None:
    body = bytes(range(256)) * 4096 * 8

    with backend(answering(OK)) as running:
        calling.call(f"http://127.0.0.1:{running.port}/", method="POST", body=body)

    assert running.requests[0].endswith(body)


@pytest.mark.parametrize("host", ["localhost", "api.localhost"])
def test_names_below_localhost_are_this_machine(calling: Calling, host: str) -> None:
    with backend(answering(OK)) as running:
        answer = calling.call(f"http://{host}:{running.port}/")

    assert body_of(answer) == b"ok"


# -- what is answered -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "body"),
    [
        (OK, b"ok"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\nX: y\r\n\r\n", b"ok"),
        (b"HTTP/1.1 200 OK\r\n\r\nok", b"ok"),
        (b"HTTP/1.0 200 OK\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, b"ok"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nUpgrade: h2,h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nok", b"ok"),
        (b"HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n", b""),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 100_000 + b"\r\nContent-Length: 2\r\n\r\nok", b"ok"),
    ],
    ids=["length", "chunks", "until close", "1.0", "interim", "204", "304", "upgrade offered", "no phrase", "long"],
)
def test_answer_is_read_whatever_its_framing(calling: Calling, raw: bytes, body: bytes) -> None:
    with backend(answering(raw)) as running:
        assert body_of(calling.call(f"http://127.0.0.1:{running.port}/")) == body


def test_answer_that_comes_byte_by_byte_is_read(calling: Calling) -> None:
    def dripping(caller: Caller) -> None:
        caller.hear()
        for at in range(len(OK)):
            caller.say(OK[at : at + 1])

    with backend(dripping) as running:
        assert body_of(calling.call(f"http://127.0.0.1:{running.port}/")) == b"ok"


def test_answer_keeps_names_order_duplicates_and_encoding(calling: Calling) -> None:
    raw = b"HTTP/1.1 404 Not Here\r\nset-cookie: a\r\nX-B:  b \r\nset-cookie: \xe9\r\nContent-Encoding: gzip\r\n"

    with backend(answering(raw + b"Content-Length: 4\r\n\r\n\x1f\x8b\x00\xff")) as running:
        answer = calling.call(f"http://127.0.0.1:{running.port}/")

    assert answer == BackendAnswer(
        status=404,
        headers=(
            ("set-cookie", "a"),
            ("X-B", "b"),
            ("set-cookie", "\xe9"),
            ("Content-Encoding", "gzip"),
            ("Content-Length", "4"),
        ),
        body=b"\x1f\x8b\x00\xff",
    )


def test_redirect_is_an_answer(calling: Calling) -> None:
    with backend(answering(b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")) as running:
        answer = calling.call(f"http://127.0.0.1:{running.port}/")

    assert (answer, running.connections) == (
        BackendAnswer(status=302, headers=(("Location", "/other"), ("Content-Length", "0")), body=b""),
        1,
    )


def test_answer_to_head_has_no_body_and_ends_its_connection(calling: Calling) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"

    with backend(answering(head), answering(OK)) as running:
        url = f"http://127.0.0.1:{running.port}/"
        first, second = calling.call(url, method="HEAD"), calling.call(url)

    assert (body_of(first), body_of(second)) == (b"", b"ok")


def test_body_that_answers_a_head_is_not_taken(calling: Calling) -> None:
    with backend(answering(OK)) as running:
        assert not body_of(calling.call(f"http://127.0.0.1:{running.port}/", method="HEAD"))


# -- connections ------------------------------------------------------------------------------------------------


def test_connection_is_used_again(calling: Calling) -> None:
    with backend(answering(OK, OK, OK)) as running:
        bodies = [body_of(calling.call(f"http://127.0.0.1:{running.port}/")) for _ in range(3)]

    assert (bodies, running.connections) == ([b"ok"] * 3, 1)


def test_connection_that_the_backend_ends_is_not_used_again(calling: Calling) -> None:
    with backend(answering(LAST), answering(LAST)) as running:
        bodies = [body_of(calling.call(f"http://127.0.0.1:{running.port}/")) for _ in range(2)]

    assert (bodies, running.connections) == ([b"last"] * 2, 2)


def test_connection_with_more_bytes_than_the_answer_is_not_used_again(calling: Calling) -> None:
    with backend(answering(OK + b"HTTP/1.1 500 Stray\r\n\r\n"), answering(OK)) as running:
        bodies = [body_of(calling.call(f"http://127.0.0.1:{running.port}/")) for _ in range(2)]

    assert (bodies, running.connections) == ([b"ok"] * 2, 2)


def test_bytes_that_nobody_asked_for_end_a_kept_connection(calling: Calling) -> None:
    ended = threading.Event()

    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(OK)
        caller.say(b"HTTP/1.1 408 Request Timeout\r\n\r\n")
        caller.listen_to_the_end()
        ended.set()

    with backend(conversation, answering(OK)) as running:
        url = f"http://127.0.0.1:{running.port}/"
        calling.call(url)
        ended.wait(PATIENCE_SECONDS)

        assert body_of(calling.call(url)) == b"ok"


@pytest.mark.parametrize("hint", [b"timeout=1", b"timeout=0, max=5"])
def test_connection_that_is_not_to_be_kept_is_not(calling: Calling, hint: bytes) -> None:
    answer = b"HTTP/1.1 200 OK\r\nKeep-Alive: %b\r\nContent-Length: 2\r\n\r\nok" % hint

    with backend(answering(answer), answering(answer)) as running:
        url = f"http://127.0.0.1:{running.port}/"
        bodies = [body_of(calling.call(url)), body_of(calling.call(url))]

    assert (bodies, running.connections) == ([b"ok", b"ok"], 2)


def test_connections_that_are_in_use_outlive_the_sweep(calling: Calling) -> None:
    with backend(answering(OK, OK)) as running:
        url = f"http://127.0.0.1:{running.port}/"
        for _ in range(2):
            calling.call(url)
            calling.advance(2.5)

    assert running.connections == 1


def test_connection_that_idled_for_too_long_is_closed(calling: Calling) -> None:
    ended = threading.Event()

    def conversation(caller: Caller) -> None:
        caller.hear()
        caller.say(OK)
        caller.listen_to_the_end()
        ended.set()

    with backend(conversation) as running:
        calling.call(f"http://127.0.0.1:{running.port}/")

        calling.advance(6)

        assert ended.wait(PATIENCE_SECONDS)


def test_backend_says_how_long_a_connection_is_kept(calling: Calling) -> None:
    hint = b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2\r\nContent-Length: 2\r\n\r\nok"

    with backend(answering(hint), answering(OK)) as running:
        url = f"http://127.0.0.1:{running.port}/"
        calling.call(url)
        calling.advance(1.5)
        calling.call(url)

    assert running.connections == 2


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_kept_connection_that_the_backend_closed_costs_no_request(calling: Calling, method: str) -> None:
    first_ended = threading.Event()

    def first(caller: Caller) -> None:
        caller.hear()
        caller.say(OK)
        caller.close()
        first_ended.set()

    with backend(first, answering(OK)) as running:
        url = f"http://127.0.0.1:{running.port}/"
        calling.call(url)
        first_ended.wait(PATIENCE_SECONDS)

        assert body_of(calling.call(url, method=method)) == b"ok"


def closing_on_the_second(caller: Caller) -> None:
    caller.hear()
    caller.say(OK)
    caller.hear()


def test_safe_request_is_sent_again_when_a_kept_connection_ends(calling: Calling) -> None:
    with backend(closing_on_the_second, answering(OK)) as running:
        url = f"http://127.0.0.1:{running.port}/"
        calling.call(url)

        assert (body_of(calling.call(url)), running.connections) == (b"ok", 2)


def test_unsafe_request_is_not_sent_twice(calling: Calling) -> None:
    with backend(closing_on_the_second, answering(OK)) as running:
        url = f"http://127.0.0.1:{running.port}/"
        calling.call(url)

        assert fault_of(calling.call(url, method="POST")) is BackendFault.UNREACHABLE


def test_requests_at_the_same_time_have_connections_of_their_own(calling: Calling) -> None:
    both = threading.Barrier(2)

    def conversation(caller: Caller) -> None:
        caller.hear()
        both.wait(PATIENCE_SECONDS)
        caller.say(OK)

    with backend(conversation) as one, backend(conversation) as other:
        pending = [calling.begin(f"http://127.0.0.1:{running.port}/") for running in (one, other)]

        assert [body_of(answer.result(PATIENCE_SECONDS)) for answer in pending] == [b"ok", b"ok"]


# -- failures ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok",
        b"hello\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
    ],
    ids=["nothing", "half a head", "half a body", "half the chunks", "no HTTP", "upgrade", "two lengths"],
)
def test_answer_that_is_none_is_unreachable(calling: Calling, raw: bytes) -> None:
    with backend(answering(raw)) as running:
        assert fault_of(calling.call(f"http://127.0.0.1:{running.port}/")) is BackendFault.UNREACHABLE


def test_reset_is_unreachable(calling: Calling) -> None:
    def resetting(caller: Caller) -> None:
        caller.hear()
        caller.reset()

    with backend(resetting) as running:
        assert fault_of(calling.call(f"http://127.0.0.1:{running.port}/")) is BackendFault.UNREACHABLE


def test_closed_port_is_unreachable(calling: Calling) -> None:
    with backend() as running:
        port = running.port

    answer = calling.call(f"http://127.0.0.1:{port}/")

    assert isinstance(answer, BackendFailure)
    assert answer.fault is BackendFault.UNREACHABLE
    assert answer.detail.startswith(f"127.0.0.1:{port} cannot be reached: ")


def test_host_that_is_no_name_is_unreachable(calling: Calling) -> None:
    assert fault_of(calling.call(f"http://{'a' * 70}.invalid/")) is BackendFault.UNREACHABLE


@pytest.mark.parametrize("changes", [{}, {"method": "GET /x"}], ids=["address", "method"])
def test_what_cannot_be_sent_is_an_invalid_address(calling: Calling, changes: dict[str, str]) -> None:
    url = "http://127.0.0.1/" if changes else "http:///x"

    assert fault_of(calling.call(url, **changes)) is BackendFault.INVALID_ADDRESS


@pytest.mark.parametrize("framing", [b"Content-Length: 10485761\r\n\r\n", b"\r\n"], ids=["length", "until close"])
def test_answer_over_ten_megabytes_is_too_large(calling: Calling, framing: bytes) -> None:
    with backend(answering(b"HTTP/1.1 200 OK\r\n" + framing + b"a" * 10_485_761)) as running:
        assert fault_of(calling.call(f"http://127.0.0.1:{running.port}/")) is BackendFault.TOO_LARGE


def test_answer_of_ten_megabytes_is_taken(calling: Calling) -> None:
    with backend(answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 10_485_760)) as running:
        assert len(body_of(calling.call(f"http://127.0.0.1:{running.port}/"))) == 10_485_760


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no"], ids=["no answer", "half"])
def test_slow_answer_is_a_timeout(calling: Calling, begin: bytes) -> None:
    heard = threading.Event()

    def slow(caller: Caller) -> None:
        caller.hear()
        caller.say(begin)
        heard.set()
        caller.listen_to_the_end()

    with backend(slow) as running:
        pending = calling.begin(f"http://127.0.0.1:{running.port}/", timeout_ms=50)
        heard.wait(PATIENCE_SECONDS)

        calling.advance(0.05)

        assert pending.result(PATIENCE_SECONDS) == BackendFailure(
            fault=BackendFault.TIMEOUT, detail="no answer within 50 ms"
        )


def test_each_request_has_a_time_of_its_own(calling: Calling) -> None:
    heard = threading.Semaphore(0)

    def slow(caller: Caller) -> None:
        caller.hear()
        heard.release()
        caller.listen_to_the_end()

    with backend(slow) as first, backend(slow) as second, backend(slow) as third:
        pending = {}
        # The shortest comes neither first nor last.
        for running, timeout_ms in ((first, 100), (second, 50), (third, 150)):
            pending[timeout_ms] = calling.begin(f"http://127.0.0.1:{running.port}/", timeout_ms=timeout_ms)
            assert heard.acquire(timeout=PATIENCE_SECONDS)
        over = {}
        for timeout_ms, call in sorted(pending.items()):
            calling.advance(0.05)
            assert fault_of(call.result(PATIENCE_SECONDS)) is BackendFault.TIMEOUT
            over[timeout_ms] = sum(other.done() for other in pending.values())

    assert over == {50: 1, 100: 2, 150: 3}


def test_slow_connection_is_a_timeout(calling: Calling) -> None:
    heard = threading.Event()

    def silent(caller: Caller) -> None:
        caller.sock.recv(1)
        heard.set()
        caller.listen_to_the_end()

    with backend(silent) as running:
        pending = calling.begin(f"https://127.0.0.1:{running.port}/", timeout_ms=50)
        heard.wait(PATIENCE_SECONDS)

        calling.advance(0.05)

        assert fault_of(pending.result(PATIENCE_SECONDS)) is BackendFault.TIMEOUT


def test_answer_that_nobody_waits_for_is_dropped(calling: Calling) -> None:
    heard, given_up = threading.Event(), threading.Event()

    def slow(caller: Caller) -> None:
        caller.hear()
        heard.set()
        given_up.wait(PATIENCE_SECONDS)
        caller.say(OK)

    with backend(slow, answering(OK)) as running:
        url = f"http://127.0.0.1:{running.port}/"
        pending = calling.begin(url)
        heard.wait(PATIENCE_SECONDS)
        pending.cancel()
        given_up.set()

        assert body_of(calling.call(url)) == b"ok"


def test_close_ends_what_is_under_way(calling: Calling) -> None:
    heard = threading.Event()

    def slow(caller: Caller) -> None:
        caller.hear()
        heard.set()
        caller.listen_to_the_end()

    with backend(slow) as running:
        pending = calling.begin(f"http://127.0.0.1:{running.port}/")
        heard.wait(PATIENCE_SECONDS)

        calling.thread.call(calling.client.close)

        assert fault_of(pending.result(PATIENCE_SECONDS)) is BackendFault.UNREACHABLE


# -- TLS --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def context_for(authority: trustme.CA, *names: str, **options: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **options).configure_cert(context)
    return context


@pytest.fixture
def trusting(thread: LoopThread, authority: trustme.CA, tmp_path: Path) -> Iterator[Calling]:
    trust = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(trust)
    clock = ManualClock()
    client = BackendClient(clock=clock, connector=BackendConnector(trust=trust))
    yield Calling(thread, client, clock)
    thread.call(client.close)


def test_backend_with_tls_is_called_and_kept(trusting: Calling, authority: trustme.CA) -> None:
    with backend(answering(OK, OK), context=context_for(authority, "localhost")) as running:
        url = f"https://localhost:{running.port}/"
        bodies = [body_of(trusting.call(url)), body_of(trusting.call(url, method="POST"))]

    assert (bodies, running.connections) == ([b"ok", b"ok"], 1)


def test_certificate_for_another_name_is_refused(trusting: Calling, authority: trustme.CA) -> None:
    with backend(answering(OK), context=context_for(authority, "other.example")) as running:
        assert fault_of(trusting.call(f"https://localhost:{running.port}/")) is BackendFault.CERTIFICATE


def test_certificate_of_an_unknown_authority_is_refused(calling: Calling, authority: trustme.CA) -> None:
    with backend(answering(OK), context=context_for(authority, "localhost")) as running:
        assert fault_of(calling.call(f"https://localhost:{running.port}/")) is BackendFault.CERTIFICATE


def test_unknown_authority_is_taken_where_the_check_is_skipped(calling: Calling, authority: trustme.CA) -> None:
    with backend(answering(OK), context=context_for(authority, "localhost")) as running:
        answer = calling.call(f"https://localhost:{running.port}/", skip_certificate_check=True)

    assert body_of(answer) == b"ok"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("other.example", {}),
        ("localhost", {"not_after": datetime(2020, 1, 1, tzinfo=UTC)}),
    ],
    ids=["name", "expired"],
)
def test_name_and_time_are_checked_all_the_same(
    calling: Calling, authority: trustme.CA, name: str, options: dict[str, Any]
) -> None:
    with backend(answering(OK), context=context_for(authority, name, **options)) as running:
        answer = calling.call(f"https://localhost:{running.port}/", skip_certificate_check=True)

    assert fault_of(answer) is BackendFault.CERTIFICATE


def test_plain_backend_called_with_tls_is_unreachable(calling: Calling) -> None:
    def conversation(caller: Caller) -> None:
        caller.sock.recv(10)
        caller.say(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with backend(conversation) as running:
        assert fault_of(calling.call(f"https://localhost:{running.port}/")) is BackendFault.UNREACHABLE
