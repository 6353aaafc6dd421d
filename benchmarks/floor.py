"""What every figure stands beside: uvicorn answering a constant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    # ASGI messages are free-form by their specification.
    Message = dict[str, Any]
    Send = Callable[[Message], Awaitable[None]]

CONSTANT = b'{"status": "ok"}'
KILOBYTE = b'{"items": [' + b", ".join(b'"item %03d of the list"' % number for number in range(42)) + b"]}"


def _start(body: bytes) -> Message:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    return {"type": "http.response.start", "status": 200, "headers": headers}


CONSTANT_START = _start(CONSTANT)
KILOBYTE_START = _start(KILOBYTE)


async def constant(scope: Message, _receive: object, send: Send) -> None:
    """Answer a constant."""
    if scope["type"] == "http":
        await send(CONSTANT_START)
        await send({"type": "http.response.body", "body": CONSTANT})


async def kilobyte(scope: Message, _receive: object, send: Send) -> None:
    """Answer 1 KB of JSON: the backend of the HTTP proxy."""
    if scope["type"] == "http":
        await send(KILOBYTE_START)
        await send({"type": "http.response.body", "body": KILOBYTE})
