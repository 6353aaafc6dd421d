"""The head of a response as bytes: status line, headers, and what the listener adds to them."""

from __future__ import annotations

from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forestage.preview.engine.wire import Headers

FIRST_FINAL_STATUS = 200
LAST_STATUS = 999

BODILESS = frozenset({204, 304})
"""Statuses that have no body, whatever their headers say. Source: RFC 9112 section 6.3."""

CHUNKED = "Transfer-Encoding: chunked\r\n"

_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_STATUS_LINES = {
    status: f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n" for status in range(FIRST_FINAL_STATUS, 600)
}
_LINES_OF_OURS = 5
"""Status line, framing, Date, Connection, and the empty line."""


class HeadWriter:
    """Writes heads; the Date is made once a second."""

    __slots__ = ("_alive", "_closing", "_now", "_second", "_second_ends")

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._second = self._second_ends = -1
        self._alive = self._closing = ""

    def head(self, status: int, headers: Headers, framing: str, *, keep_alive: bool) -> bytes:
        """Write the head of a response.

        ``framing`` is the line that says how long the body is, with its line end, or empty. A line break inside
        a header would begin a header or a body of its own: it becomes a blank.
        """
        now = self._now()
        if not self._second <= now < self._second_ends:
            self._turn_to(int(now))
        try:
            text = _STATUS_LINES[status]
        except KeyError:
            text = _status_line(status)
        # Measured: half the time of a join.
        for name, value in headers:
            text += f"{name}: {value}\r\n"
        text += framing + (self._alive if keep_alive else self._closing)
        lines = len(headers) + (_LINES_OF_OURS if framing else _LINES_OF_OURS - 1)
        if text.count("\n") != lines or text.count("\r") != lines:
            return self.head(status, _without_breaks(headers), framing, keep_alive=keep_alive)
        if text.isascii():
            return text.encode()
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            return text.encode()

    def _turn_to(self, second: int) -> None:
        date = formatdate(second, usegmt=True)
        self._second, self._second_ends = second, second + 1
        self._alive = f"Date: {date}\r\nConnection: keep-alive\r\n\r\n"
        self._closing = f"Date: {date}\r\nConnection: close\r\n\r\n"


def _status_line(status: int) -> str:
    """Return the first line of a response; a status unknown to HTTP has no phrase."""
    return f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\n"


def is_final(status: int) -> bool:
    """Say whether a client takes the status for the end of its request."""
    return FIRST_FINAL_STATUS <= status <= LAST_STATUS


def _without_breaks(headers: Headers) -> Headers:
    return tuple((_one_line(name), _one_line(value)) for name, value in headers)


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def content_length(body: bytes) -> str:
    """Return the framing of a body that is known whole."""
    return f"Content-Length: {len(body)}\r\n"


def chunks(pieces: Sequence[bytes]) -> bytes:
    """Return pieces of a body as chunks; empty ones are left out, since they would end the body."""
    return b"".join([b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece])


LAST_CHUNK = b"0\r\n\r\n"
