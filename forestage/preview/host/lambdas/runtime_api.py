"""Lambda's Runtime API for one process, and as much of the Extensions API as code inside of the process needs.

Source: Lambda developer guide, "Using the Lambda runtime API" and its OpenAPI definition of 2018-06-01, "Lambda
Extensions API" of 2020-01-01. It listens on a port of its own, since runtime clients take a bare host and port.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import httptools
import orjson

from forestage.preview.host.lambdas.faults import MAX_RESPONSE_BYTES

if TYPE_CHECKING:
    import socket

    from forestage.preview.host.lambdas.channel import Events, Invocation

_ERROR_TYPE = "lambda-runtime-function-error-type"
_ERROR_BODY = "lambda-runtime-function-error-body"
_MAX_BODY_BYTES = 4 * MAX_RESPONSE_BYTES
_REASONS = {
    200: "OK",
    202: "Accepted",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    413: "Payload Too Large",
}
_RESPONSE_MODE = "lambda-runtime-function-response-mode"
_ANSWERED = re.compile(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)")
_OK = {"status": "OK"}


@dataclass(slots=True)
class Request:
    """A request of a runtime client; header names are lower-case, trailers are among the headers."""

    method: str = ""
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class _Extension:
    """An extension that registered, and what it has not been told yet."""

    wants_invocations: bool
    events: deque[dict[str, object]] = field(default_factory=deque)
    waiting: Connection | None = None


class RuntimeApi:
    """The API of one process, which is the channel of a worker."""

    def __init__(self, events: Events, *, function: str, handler: str, port: int) -> None:
        self._events = events
        self._function = function
        self._handler = handler
        self._host = f"127.0.0.1:{port}"
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._is_empty = asyncio.Event()
        self._is_empty.set()
        self._is_ready = False
        self._is_closed = False
        self._waiting: Connection | None = None
        self._next: tuple[Invocation, int] | None = None
        self._current: str | None = None
        self._streaming: Connection | None = None
        self._extensions: dict[str, _Extension] = {}

    async def open(self, listener: socket.socket) -> None:
        """Serve connections of a listening socket."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), sock=listener)
        if self._is_closed:
            self._server.close()

    def send(self, invocation: Invocation, deadline_ms: int) -> None:
        """Answer the client that waits for an invocation, or the one that comes next."""
        self._next = (invocation, deadline_ms)
        self._current = invocation.request_id
        self._deliver()
        event: dict[str, object] = {
            "eventType": "INVOKE",
            "deadlineMs": deadline_ms,
            "requestId": invocation.request_id,
            "invokedFunctionArn": invocation.arn,
            "tracing": {"type": "X-Amzn-Trace-Id", "value": invocation.trace_id},
        }
        for extension in self._extensions.values():
            if extension.wants_invocations:
                extension.events.append(event)
                _tell_extension(extension)

    def pause(self) -> None:
        """Read no more of a streamed answer for now."""
        if self._streaming is not None:
            self._streaming.pause()

    def resume(self) -> None:
        """Read on."""
        if self._streaming is not None:
            self._streaming.resume()

    def close(self) -> None:
        """Stop listening and drop all connections."""
        self._is_closed = True
        self._streaming = None
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.abort()

    async def wait_closed(self) -> None:
        """Wait until listener and connections are gone."""
        if self._server is not None:
            await self._server.wait_closed()
        await self._is_empty.wait()

    async def wait_for_end(self) -> None:
        """Wait until all connections are closed."""
        await self._is_empty.wait()

    def opened(self, connection: Connection) -> None:
        """A client came."""
        if self._is_closed:
            connection.abort()
        self._connections.add(connection)
        self._is_empty.clear()

    def lost(self, connection: Connection) -> None:
        """A client went."""
        self._connections.discard(connection)
        if not self._connections:
            self._is_empty.set()
        if self._waiting is connection:
            self._waiting = None
        if self._streaming is connection:
            # Half an answer: whoever wrote it is gone, or has lost its place.
            self._streaming = None
            self._events.closed()

    def begin(self, connection: Connection, request: Request) -> bool:
        """Say whether the body of a request is an answer that is passed on as it comes.

        Source: Lambda developer guide, "Using the Lambda runtime API", response streaming.
        """
        answered = _ANSWERED.fullmatch(request.path)
        if answered is None or request.headers.get(_RESPONSE_MODE, "").lower() != "streaming":
            return False
        if self._is_foreign(request) or (answered[1], answered[2]) != (self._current, "response"):
            return False
        if self._next is not None or self._streaming is not None:
            return False
        self._streaming = connection
        return True

    def take_piece(self, data: bytes) -> None:
        """Pass on a piece of a streamed answer."""
        self._events.piece(data)

    def take_end(self, connection: Connection, request: Request) -> None:
        """End a streamed answer; a trailer tells that it broke off."""
        trailer = request.headers.get(_ERROR_BODY)
        self._current = self._streaming = None
        connection.answer(202, _OK)
        if trailer is None:
            self._events.ended()
        else:
            self._events.error(_decode_trailer(trailer))

    def _is_foreign(self, request: Request) -> bool:
        """Say whether a request is none of the function's process.

        A page in the user's browser can reach loopback; it must not take an event away, or answer one.
        """
        headers = request.headers
        return headers.get("host") != self._host or "origin" in headers or "sec-fetch-mode" in headers

    def take(self, connection: Connection, request: Request) -> None:
        """Answer a request, at once or later."""
        headers = request.headers
        if self._is_foreign(request):
            connection.answer(403, _error("Forbidden", "only the function's own process may ask"))
            return
        answered = _ANSWERED.fullmatch(request.path)
        if answered:
            self._take_answer(connection, request, request_id=answered[1], is_error=answered[2] == "error")
            return
        match (request.method, request.path):
            case ("GET", "/2018-06-01/runtime/invocation/next"):
                self._take_next(connection)
            case ("POST", "/2018-06-01/runtime/init/error" | "/2018-06-01/runtime/restore/error"):
                connection.answer(202, _OK)
                self._events.init_error(bytes(request.body), headers.get(_ERROR_TYPE, ""))
            case ("GET", "/2018-06-01/runtime/restore/next"):
                connection.answer(200, _OK)
            case _:
                self._take_extension(connection, request)

    def _take_next(self, connection: Connection) -> None:
        self._waiting = connection
        if self._is_ready:
            self._deliver()
        else:
            self._is_ready = True
            self._events.ready()

    def _deliver(self) -> None:
        if self._next is None or self._waiting is None:
            return
        (invocation, deadline_ms), self._next = self._next, None
        connection, self._waiting = self._waiting, None
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.arn,
        }
        if invocation.trace_id:
            headers["Lambda-Runtime-Trace-Id"] = invocation.trace_id
        connection.answer_raw(200, invocation.payload, headers)

    def _take_answer(self, connection: Connection, request: Request, *, request_id: str, is_error: bool) -> None:
        if request_id != self._current or self._next is not None or self._streaming is not None:
            connection.answer(400, _error("InvalidRequestID", "Invalid request ID"))
            return
        trailer = request.headers.get(_ERROR_BODY)
        body = bytes(request.body)
        if not is_error and trailer is None and len(body) > MAX_RESPONSE_BYTES:
            message = f"Exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
            connection.answer(413, _error("RequestEntityTooLarge", message))
            self._events.result_too_large()
            return
        self._current = None
        connection.answer(202, _OK)
        if is_error:
            self._events.error(body)
        elif trailer is not None:
            self._events.error(_decode_trailer(trailer))
        else:
            self._events.result(body)

    def _take_extension(self, connection: Connection, request: Request) -> None:
        match (request.method, request.path):
            case ("POST", "/2020-01-01/extension/register"):
                self._register(connection, request)
            case ("GET", "/2020-01-01/extension/event/next"):
                extension = self._extensions.get(request.headers.get("lambda-extension-identifier", ""))
                if extension is None:
                    connection.answer(403, _error("Extension.UnknownExtensionIdentifier", "Unknown extension"))
                else:
                    extension.waiting = connection
                    _tell_extension(extension)
            case ("POST", "/2020-01-01/extension/init/error" | "/2020-01-01/extension/exit/error"):
                connection.answer(202, _OK)
            case ("PUT", "/2020-08-15/logs" | "/2022-07-01/telemetry"):
                # The answer of AWS's own emulator of this API, so that extensions know how to take it.
                connection.answer(202, _error("Telemetry.NotSupported", "Telemetry API is not supported"))
            case _:
                connection.answer(404, _error("NotFound", f"no {request.method} {request.path} in the Runtime API"))

    def _register(self, connection: Connection, request: Request) -> None:
        try:
            wanted = orjson.loads(bytes(request.body) or b"{}").get("events", [])
        except (orjson.JSONDecodeError, AttributeError):
            connection.answer(400, _error("InvalidRequestFormat", "the body must be a JSON object"))
            return
        identifier = str(uuid.uuid4())
        self._extensions[identifier] = _Extension(wants_invocations="INVOKE" in wanted)
        content = {"functionName": self._function, "functionVersion": "$LATEST", "handler": self._handler}
        connection.answer(200, content, {"Lambda-Extension-Identifier": identifier})


def _tell_extension(extension: _Extension) -> None:
    if extension.waiting is not None and extension.events:
        waiting, extension.waiting = extension.waiting, None
        waiting.answer(200, extension.events.popleft(), {"Lambda-Extension-Event-Identifier": secrets.token_hex(16)})


def _error(error_type: str, message: str) -> dict[str, str]:
    return {"errorMessage": message, "errorType": error_type}


def _decode_trailer(text: str) -> bytes:
    """Read the error that ends a streamed answer; it is Base64 of JSON."""
    import base64

    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return orjson.dumps(_error("Runtime.StreamError", text))


class Connection(asyncio.Protocol):
    """A connection of a runtime client."""

    def __init__(self, api: RuntimeApi) -> None:
        self._api = api
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._request = Request()
        self._is_streaming = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's interface."""
        self._transport = cast("asyncio.Transport", transport)
        self._api.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Part of asyncio's interface."""
        del exc
        self._api.lost(self)

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's interface."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.abort()

    def on_url(self, url: bytes) -> None:
        """Part of httptools' interface."""
        self._request.path += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Part of httptools' interface; trailers come the same way."""
        self._request.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        """Part of httptools' interface."""
        self._request.method = self._parser.get_method().decode("latin-1")
        self._is_streaming = self._api.begin(self, self._request)

    def on_body(self, body: bytes) -> None:
        """Part of httptools' interface."""
        if self._is_streaming:
            self._api.take_piece(body)
            return
        self._request.body += body
        if len(self._request.body) > _MAX_BODY_BYTES:
            self.abort()

    def on_message_complete(self) -> None:
        """Part of httptools' interface."""
        request, self._request = self._request, Request()
        if self._is_streaming:
            self._is_streaming = False
            self._api.take_end(self, request)
        else:
            self._api.take(self, request)

    def answer(self, status: int, content: object, headers: dict[str, str] | None = None) -> None:
        """Write a whole answer with a JSON body."""
        self.answer_raw(status, orjson.dumps(content), headers or {})

    def answer_raw(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        """Write a whole answer at once: a second write would wait for the first one's acknowledgement."""
        if self._transport is None or self._transport.is_closing():
            return
        lines = [
            f"HTTP/1.1 {status} {_REASONS[status]}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        self._transport.write("\r\n".join(lines).encode("latin-1", errors="replace") + b"\r\n\r\n" + body)

    def pause(self) -> None:
        """Read no more for now."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def abort(self) -> None:
        """Drop the connection."""
        if self._transport is not None:
            self._transport.abort()
