"""A listener in a thread of its own, and a client that sends exactly the bytes it is given."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import uvloop

from forestage.preview.host.clock import ManualClock
from forestage.preview.host.ids import Ids
from forestage.preview.host.listener import Listener
from forestage.preview.host.ports import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Mapping

    from forestage.preview.host.connection import Handler

T = TypeVar("T")

PATIENCE_SECONDS = 20.0
"""After this a test fails rather than hangs."""

LOOPS: Mapping[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.SelectorEventLoop,
    "uvloop": uvloop.new_event_loop,
}


@dataclass(frozen=True, slots=True)
class Response:
    """A response as it was read."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """Return the first header of a name."""
        return next((value for found, value in self.headers if found.lower() == name.lower()), None)


class Client:
    """A socket and what is read from it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._file: BinaryIO = sock.makefile("rb")

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self.sock.sendall(data)

    def ask(self, data: bytes) -> Response:
        """Send bytes and read one response."""
        self.send(data)
        return self.read(is_head=data.startswith(b"HEAD "))

    def read(self, *, is_head: bool = False) -> Response:
        """Read one response."""
        line = self._file.readline()
        headers = []
        while (header := self._file.readline().rstrip(b"\r\n")) != b"":
            name, _, value = header.decode("latin-1").partition(": ")
            headers.append((name, value))
        response = Response(int(line.split(b" ")[1]), tuple(headers), b"")
        if is_head:
            return response
        return Response(response.status, response.headers, self._body(response))

    def _body(self, response: Response) -> bytes:
        if response.header("transfer-encoding") == "chunked":
            body = b""
            while size := int(self._file.readline(), 16):
                body += self._file.read(size)
                self._file.readline()
            self._file.readline()
            return body
        length = response.header("content-length")
        return self._file.read(int(length)) if length else b""

    def rest(self) -> bytes:
        """Read up to the end of the connection."""
        return self._file.read()

    def is_ended(self) -> bool:
        """Wait for what comes next, and say whether it is the end."""
        try:
            return self._file.read(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        """Close."""
        self._file.close()
        self.sock.close()


class LoopThread:
    """An event loop in a thread of its own."""

    def __init__(self, factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self.loop = factory()
        self.reports: list[str] = []
        self.loop.set_exception_handler(self._report)
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def _report(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.reports.append(f"{context['message']}: {context.get('exception')!r}")

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE_SECONDS)

    def call(self, function: Callable[[], T]) -> T:
        """Call a function there."""

        async def calling() -> T:
            # What was begun before has its turn first.
            await asyncio.sleep(0)
            return function()

        return self.run(calling())

    def stop(self) -> None:
        """End the loop."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(PATIENCE_SECONDS)
        self.loop.close()


@dataclass(slots=True)
class Served:
    """A running listener, and the clock that it goes by."""

    thread: LoopThread
    listener: Listener
    clock: ManualClock
    clients: list[Client] = field(default_factory=list)

    @property
    def port(self) -> int:
        """The port."""
        return self.listener.port

    @property
    def reports(self) -> list[str]:
        """What was told to the event loop's exception handler."""
        return self.thread.reports

    def connect(self) -> Client:
        """Open a connection."""
        client = Client(socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS))
        self.clients.append(client)
        return client

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.thread.call(lambda: self.clock.advance(seconds))

    def close(self, *, grace_seconds: float = 5.0) -> None:
        """Close the listener."""
        self.thread.run(self.listener.close(grace_seconds=grace_seconds))


@contextlib.contextmanager
def serving(
    handler: Handler, *, factory: Callable[[], asyncio.AbstractEventLoop], host: str = "127.0.0.1", **options: Any
) -> Generator[Served]:
    """Run a listener; ``options`` are the listener's own."""
    thread = LoopThread(factory)
    clock = ManualClock()
    binding = bind(host, 0, exact=True)
    listener = Listener(handler, binding=binding, clock=clock, ids=Ids(), **options)
    served = Served(thread, listener, clock)
    thread.call(listener.start)
    try:
        yield served
    finally:
        for client in served.clients:
            client.close()
        if not listener.draining:
            served.close()
        thread.stop()
