from __future__ import annotations

import pytest

from forestage.preview.host.clock import ManualClock
from forestage.preview.host.response_head import HeadWriter, chunks, content_length, is_final

END = b"Date: Tue, 14 Nov 2023 22:13:20 GMT\r\nConnection: keep-alive\r\n\r\n"


def head(status: int = 200, *headers: tuple[str, str], framing: str = "", keep_alive: bool = True) -> bytes:
    return HeadWriter(ManualClock().now).head(status, headers, framing, keep_alive=keep_alive)


def test_head_has_status_headers_framing_date_and_connection() -> None:
    written = head(200, ("X-cAsE", "a"), ("X-cAsE", "b"), framing=content_length(b"abc"))

    assert written == b"HTTP/1.1 200 OK\r\nX-cAsE: a\r\nX-cAsE: b\r\nContent-Length: 3\r\n" + END


def test_head_of_a_last_response_says_close() -> None:
    assert head(keep_alive=False).endswith(b"Connection: close\r\n\r\n")


@pytest.mark.parametrize(
    ("status", "line"),
    [(404, b"HTTP/1.1 404 Not Found\r\n"), (299, b"HTTP/1.1 299 \r\n"), (600, b"HTTP/1.1 600 \r\n")],
)
def test_status_without_a_phrase_of_its_own_has_none(status: int, line: bytes) -> None:
    assert head(status).startswith(line)


def test_date_goes_with_the_clock_in_both_directions() -> None:
    clock = ManualClock()
    writer = HeadWriter(clock.now)

    def date() -> bytes:
        return writer.head(200, (), "", keep_alive=True).split(b"\r\n")[1]

    dates = [date()]
    clock.advance(0.5)
    dates.append(date())
    clock.advance(0.5)
    dates.append(date())
    clock.set_now(0.0)
    dates.append(date())

    assert dates == [
        b"Date: Tue, 14 Nov 2023 22:13:20 GMT",
        b"Date: Tue, 14 Nov 2023 22:13:20 GMT",
        b"Date: Tue, 14 Nov 2023 22:13:21 GMT",
        b"Date: Thu, 01 Jan 1970 00:00:00 GMT",
    ]


@pytest.mark.parametrize("framing", ["", "Content-Length: 0\r\n"])
@pytest.mark.parametrize("text", ["a\r\nb", "a\nb", "a\rb", "a\r\n\r\nb"])
def test_line_breaks_become_blanks(text: str, framing: str) -> None:
    blank = text.replace("\r", " ").replace("\n", " ").encode()

    written = head(200, ("X", text), (text, "Y"), framing=framing)

    assert written == b"HTTP/1.1 200 OK\r\nX: %b\r\n%b: Y\r\n%b%b" % (blank, blank, framing.encode(), END)


@pytest.mark.parametrize(("value", "sent"), [("caf\xe9", b"caf\xe9"), ("\u20ac", b"\xe2\x82\xac")])
def test_text_is_latin_1_where_it_can_be(value: str, sent: bytes) -> None:
    assert head(200, ("X", value)) == b"HTTP/1.1 200 OK\r\nX: %b\r\n%b" % (sent, END)


def test_chunks_leave_out_what_would_end_the_body() -> None:
    assert chunks([b"hello", b"", b"a" * 16]) == b"5\r\nhello\r\n10\r\naaaaaaaaaaaaaaaa\r\n"


@pytest.mark.parametrize(("status", "final"), [(199, False), (200, True), (999, True), (1000, False)])
def test_statuses_below_200_are_not_final(status: int, *, final: bool) -> None:
    assert is_final(status) is final
