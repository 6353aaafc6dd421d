from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.engine.wire import WireRequest
from forestage.preview.host.refusals import Refusal
from forestage.preview.host.request_reader import MAX_MESSAGE_BYTES, Peer, RequestReader, Waiting

PEER = Peer(client="127.0.0.1", server_port=3000, tls=False)

STREAM = (
    b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
    b"POST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
    b"POST /3 HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\nX-Trailer: y\r\n\r\n"
    b"GET /4 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    b"\r\nHEAD /5 HTTP/1.1\r\nHost: a\r\nX-Padded: \t b \t\r\nReferer: c\r\n\r\n"
)


class Reading:
    """A reader and what it emitted."""

    def __init__(self) -> None:
        self.requests: list[WireRequest] = []
        self.kept: list[bool] = []
        self.reader = RequestReader(PEER, now=lambda: 7.0, emit=self._emit)

    def _emit(self, request: WireRequest, *, keep_alive: bool) -> None:
        self.requests.append(request)
        self.kept.append(keep_alive)

    def feed(self, *parts: bytes) -> Refusal | None:
        """Feed parts up to the first refusal."""
        return next((refusal for part in parts if (refusal := self.reader.feed(part))), None)


def read(raw: bytes) -> WireRequest:
    reading = Reading()
    assert reading.feed(raw) is None
    (request,) = reading.requests
    return request


def test_request_is_read_as_sent() -> None:
    raw = b"POST /a//b?c=%2B HTTP/1.1\r\nHost: a\r\nX-cAsE:  v\xe9 \r\nX-cAsE:\r\nContent-Length: 2\r\n\r\nok"

    assert read(raw) == WireRequest(
        method="POST",
        target="/a//b?c=%2B",
        headers=(("Host", "a"), ("X-cAsE", "v\xe9"), ("X-cAsE", ""), ("Content-Length", "2")),
        body=b"ok",
        client="127.0.0.1",
        server_port=3000,
        tls=None,
        arrived_at=7.0,
    )


@given(st.lists(st.integers(min_value=1, max_value=len(STREAM) - 1), max_size=20))
def test_requests_are_the_same_however_the_bytes_are_cut(cuts: list[int]) -> None:
    whole, cut = Reading(), Reading()
    whole.feed(STREAM)
    edges = sorted({0, *cuts, len(STREAM)})

    refusal = cut.feed(*(STREAM[start:end] for start, end in pairwise(edges)))

    assert (refusal, cut.requests) == (None, whole.requests)
    assert [request.target for request in whole.requests] == ["/1", "/2", "/3", "/4", "/5"]


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    Reading().feed(data, data)


@given(st.text(alphabet=st.characters(min_codepoint=0x21, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=50))
def test_visible_targets_are_kept_as_sent(rest: str) -> None:
    assert read(f"GET /{rest} HTTP/1.1\r\nHost: a\r\n\r\n".encode("latin-1")).target == f"/{rest}"


@pytest.mark.parametrize(
    ("parts", "waiting"),
    [
        ((), Waiting.NOTHING),
        ((b"GET / HTTP/1.1\r\nHo",), Waiting.HEAD),
        ((b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\no",), Waiting.BODY),
        ((b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\no", b"k"), Waiting.NOTHING),
    ],
)
def test_reader_tells_what_it_waits_for(parts: tuple[bytes, ...], waiting: Waiting) -> None:
    reading = Reading()

    reading.feed(*parts)

    assert reading.reader.waiting is waiting


def test_odd_line_that_comes_in_parts_is_read() -> None:
    reading = Reading()

    refusal = reading.feed(b"GET /caf", b"\xe9 HTTP/1.1\r\nHost: a\r\n", b"\r\n")

    assert (refusal, [request.target for request in reading.requests]) == (None, ["/caf\xe9"])


def test_odd_line_behind_another_request_in_one_read_is_refused() -> None:
    reading = Reading()

    refusal = reading.feed(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\nFROB /2 HTTP/1.1\r\nHost: a\r\n\r\n")

    assert (refusal, len(reading.requests)) == (Refusal.MALFORMED, 1)


def test_odd_line_with_another_fault_is_refused() -> None:
    assert Reading().feed(b"FROB /2 HTTP/1.1\r\nHost : a\r\n\r\n") is Refusal.MALFORMED


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"FROB /2 HTTP/1.1\r\n\r\n", id="odd-verb-without-host"),
        pytest.param(b"FROB /2 HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", id="odd-verb-with-two"),
        pytest.param(
            b"GET /1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
            id="behind-an-upgrade",
        ),
    ],
)
def test_fault_in_what_is_read_on_is_refused(head: bytes) -> None:
    assert Reading().feed(head) is Refusal.MALFORMED


def test_many_odd_requests_with_an_upgrade_in_one_read_are_read() -> None:
    reading = Reading()

    refusal = reading.feed(b"FROB /2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" * 2_000)

    assert (refusal, len(reading.requests)) == (None, 2_000)


def test_requests_before_an_incomplete_head_do_not_count_for_its_size() -> None:
    reading = Reading()

    refusal = reading.feed(b"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n" * 4_000 + b"GET /2 HTTP/1.1\r\n")

    assert (refusal, len(reading.requests)) == (None, 4_000)


def test_odd_verb_with_an_upgrade_keeps_its_line() -> None:
    request = read(b"FROB /2 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n")

    assert (request.method, request.target) == ("FROB", "/2")


def test_host_of_an_absolute_target_replaces_the_header() -> None:
    assert read(b"GET http://b.example:1/ HTTP/1.1\r\nX: y\r\nHost: a\r\n\r\n").headers == (
        ("X", "y"),
        ("Host", "b.example:1"),
    )


def test_request_that_ends_its_connection_says_so() -> None:
    reading = Reading()

    reading.feed(b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert reading.kept == [True, False]


def test_upgrade_that_ends_its_connection_says_so() -> None:
    reading = Reading()

    reading.feed(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: x\r\n\r\n")

    assert reading.kept == [False]


def test_body_of_an_upgrade_is_bounded() -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: 10485761\r\n\r\n"

    assert Reading().feed(head) is Refusal.BODY_TOO_LARGE


def test_trailers_without_end_are_refused() -> None:
    reading = Reading()
    reading.feed(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ")

    refusal = reading.feed(*[b"a" * 0x100000] * (MAX_MESSAGE_BYTES // 0x100000 + 1))

    assert refusal is Refusal.BODY_TOO_LARGE


def test_many_short_headers_are_refused() -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\n" + b"x-header-name:\r\n" * 6000 + b"\r\n"

    assert Reading().feed(head) is Refusal.HEADERS_TOO_LARGE


def test_long_names_do_not_count_as_values() -> None:
    assert Reading().feed(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"x" * 11_000 + b": 1\r\n\r\n") is None


def test_line_is_told_as_far_as_it_is_known() -> None:
    reading = Reading()

    nothing = reading.reader.line()
    reading.feed(b"POST /a HTTP/1.1\r\nHos")

    assert (nothing, reading.reader.line()) == (("", ""), ("POST", "/a"))


def test_odd_line_is_told() -> None:
    reading = Reading()

    reading.feed(b"FROB /a HTTP/1.1\r\nHos")

    assert reading.reader.line() == ("FROB", "/a")


@pytest.mark.parametrize(
    ("version", "expect", "body", "wanted"),
    [
        (b"1.1", b"100-continue", b"", True),
        (b"1.1", b"100-Continue", b"", True),
        (b"1.1", b"100-continue", b"h", False),
        (b"1.1", b"200-ok", b"", False),
        (b"1.0", b"100-continue", b"", False),
    ],
)
def test_leave_is_wanted_once_before_a_body(version: bytes, expect: bytes, body: bytes, *, wanted: bool) -> None:
    reading = Reading()
    head = b"POST / HTTP/%b\r\nHost: a\r\nExpect: %b\r\nContent-Length: 5\r\n\r\n" % (version, expect)
    reading.feed(head + body)

    asked = [reading.reader.wants_leave(), reading.reader.wants_leave()]

    assert asked == [wanted, False]


def test_fault_of_the_taker_is_not_hidden() -> None:
    def fail(request: WireRequest, *, keep_alive: bool) -> None:
        raise LookupError(request.target, keep_alive)

    reader = RequestReader(PEER, now=lambda: 0.0, emit=fail)

    with pytest.raises(Exception, match="callback") as error:
        reader.feed(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")

    assert isinstance(error.value.__context__, LookupError)
