"""The port: accepts connections, tells TLS from plain HTTP by the first byte, and closes in good order."""

from __future__ import annotations

import asyncio
import errno
import socket
from operator import itemgetter
from typing import TYPE_CHECKING, Final, TypeAlias

from forestage.preview.host.client_hello import MAX_HELLO_BYTES, TLS_HANDSHAKE, hello_bytes, server_name
from forestage.preview.host.connection import IDLE_SECONDS, Connection
from forestage.preview.host.refusals import answer
from forestage.preview.host.request_reader import Peer
from forestage.preview.host.response_head import HeadWriter
from forestage.preview.host.write_batch import WriteBatch

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable

    from forestage.preview.engine.wire import WireResponse
    from forestage.preview.host.clock import Clock, Timer
    from forestage.preview.host.connection import Handler
    from forestage.preview.host.ids import Ids
    from forestage.preview.host.ports import Binding
    from forestage.preview.host.refusals import Refuse, Refused

TlsContext: TypeAlias = "Callable[[str, str | None], Awaitable[ssl.SSLContext]]"
"""Makes the context for TLS of clients that call an address of this machine and ask for a name, or for none."""

TellHandshake: TypeAlias = "Callable[[str, str | None, OSError], None]"
"""Told of a handshake that failed: the client's address, the name it asked for, and the error."""

MAX_CONNECTIONS: Final = 1000
SWEEP_SECONDS: Final = 1.0
HANDSHAKE_SECONDS: Final = 10.0
_UNHEARD: Final = (0.0, 0)
"""Deadline and bytes of a connection that was not looked at before."""
ACCEPTS_AT_ONCE: Final = 64
_SHORT_OF_MEANS = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Listener:
    """Serves one port of the preview.

    ``handler`` may be replaced at any time; connections that are open go on with the old one, so let it look up
    what may change. ``refuse`` answers what never becomes a request. Needs an event loop with ``add_reader``.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        binding: Binding,
        clock: Clock,
        ids: Ids,
        tls: TlsContext | None = None,
        refuse: Refuse | None = None,
        on_handshake_failed: TellHandshake | None = None,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self.handler = handler
        self.clock = clock
        self.heads = HeadWriter(clock.now)
        self.batch = WriteBatch()
        self.draining = False
        self.refuse = refuse or self._plain_refusal
        self.port = binding.port
        self._binding = binding
        self._ids = ids
        self._tls = tls
        self._on_handshake_failed = on_handshake_failed
        self._max_connections = max_connections
        self._connections: set[Connection] = set()
        self._silent: dict[socket.socket, tuple[float, int]] = {}
        self._starting: set[asyncio.Task[None]] = set()
        self._under_way: set[asyncio.Future[WireResponse]] = set()
        self._accepting = False
        self._sweep: Timer | None = None
        self._gone: asyncio.Event | None = None

    def start(self) -> None:
        """Begin to accept connections, in the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._accept_more()
        self._sweep = self.clock.call_later(SWEEP_SECONDS, self._check)

    async def close(self, *, grace_seconds: float = 5.0) -> None:
        """Accept nothing more, let requests under way be answered, and close.

        Connections that are still open after ``grace_seconds`` are broken off.
        """
        self.draining = True
        self._stop_accepting()
        self._binding.close()
        for sock in tuple(self._silent):
            self._forget_silent(sock)
            sock.close()
        self._gone = asyncio.Event()
        timer = self.clock.call_later(grace_seconds, self._break_off)
        for connection in tuple(self._connections):
            connection.drain()
        self._notice_gone()
        await self._gone.wait()
        timer.cancel()
        if self._sweep is not None:
            self._sweep.cancel()

    def _break_off(self) -> None:
        for task in tuple(self._starting):
            task.cancel()
        for connection in tuple(self._connections):
            connection.abort()

    def _plain_refusal(self, refused: Refused) -> WireResponse:
        return answer(refused.refusal, self._ids.draw(self.clock.now()))

    # -- accepting ----------------------------------------------------------------------------------------------

    def _accept_more(self) -> None:
        if not (self._accepting or self.draining):
            self._accepting = True
            for listening in self._binding.sockets:
                self._loop.add_reader(listening, self._accept, listening)

    def _stop_accepting(self) -> None:
        if self._accepting:
            self._accepting = False
            for listening in self._binding.sockets:
                self._loop.remove_reader(listening)

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(ACCEPTS_AT_ONCE):
            if not self._has_room():
                self._stop_accepting()
                return
            try:
                sock, address = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _SHORT_OF_MEANS:
                    raise
                # The sweep tries again.
                self._stop_accepting()
                return
            if self._count() >= self._max_connections and (idle := self._idlest()):
                idle.abort()
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._tell_kind(sock, str(address[0]))

    def _count(self) -> int:
        return len(self._connections) + len(self._silent) + len(self._starting)

    def _has_room(self) -> bool:
        """Say whether another connection may come, if need be for one that idles."""
        return self._count() < self._max_connections or self._idlest() is not None

    def _idlest(self) -> Connection | None:
        """Find the connection that is idle for longest."""
        idle = [(since, one) for one in self._connections if (since := one.idle_since()) is not None]
        return min(idle, key=itemgetter(0))[1] if idle else None

    # -- TLS or not ---------------------------------------------------------------------------------------------

    def _tell_kind(self, sock: socket.socket, client: str) -> None:
        """Look at what was sent first without taking it, and wait for it where it is not there yet.

        One byte tells plain HTTP. Of TLS the whole first message is waited for, which says what host is wanted.
        """
        try:
            begun = sock.recv(1, socket.MSG_PEEK)
            if begun == TLS_HANDSHAKE:
                begun = sock.recv(MAX_HELLO_BYTES, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            self._await_more(sock, client)
            return
        except OSError:
            begun = b""
        is_tls = begun[:1] == TLS_HANDSHAKE
        is_partial = is_tls and self._tls is not None and len(begun) < hello_bytes(begun)
        # What is told of again without being more than before has ended.
        if is_partial and len(begun) > self._silent.get(sock, _UNHEARD)[1]:
            # Else the loop would tell of the bytes that are there again and again.
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, hello_bytes(begun))
            self._await_more(sock, client, heard_bytes=len(begun))
            return
        self._forget_silent(sock)
        if not begun or is_partial or (is_tls and self._tls is None):
            sock.close()
            return
        if is_tls:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        task = self._loop.create_task(self._connect(sock, client, hello=begun if is_tls else None))
        self._starting.add(task)
        task.add_done_callback(self._started)

    def _await_more(self, sock: socket.socket, client: str, *, heard_bytes: int = 0) -> None:
        deadline, heard_before = self._silent.get(sock, _UNHEARD)
        if sock not in self._silent:
            self._loop.add_reader(sock, self._tell_kind, sock, client)
        if not heard_before:
            deadline = self.clock.monotonic() + (HANDSHAKE_SECONDS if heard_bytes else IDLE_SECONDS)
        self._silent[sock] = deadline, heard_bytes

    def _forget_silent(self, sock: socket.socket) -> None:
        if self._silent.pop(sock, None):
            self._loop.remove_reader(sock)

    async def _connect(self, sock: socket.socket, client: str, *, hello: bytes | None) -> None:
        """Begin a connection; ``hello`` is the first message of TLS, None for plain HTTP."""
        peer = Peer(client=client, server_port=self.port, tls=hello is not None)
        name = None if hello is None else server_name(hello)
        try:
            context = await self._tls(sock.getsockname()[0], name) if hello is not None and self._tls else None
            await self._loop.connect_accepted_socket(
                lambda: Connection(self, peer),
                sock,
                ssl=context,
                ssl_handshake_timeout=HANDSHAKE_SECONDS if context else None,
            )
        except OSError as error:
            # The client went away or does not trust us; it knows.
            sock.close()
            if self._on_handshake_failed is not None:
                self._on_handshake_failed(client, name, error)
        except BaseException:
            sock.close()
            raise

    def _started(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._loop.call_exception_handler({"message": "a connection could not be begun", "exception": error})
        self._notice_gone()

    # -- what connections tell ----------------------------------------------------------------------------------

    def joined(self, connection: Connection) -> None:
        """Learn of a new connection."""
        self._connections.add(connection)
        if self.draining:
            connection.drain()

    def left(self, connection: Connection) -> None:
        """Learn that a connection is gone."""
        self._connections.discard(connection)
        self._accept_more()
        self._notice_gone()

    def begin(self, answer: Awaitable[WireResponse]) -> asyncio.Future[WireResponse]:
        """Begin to wait for an answer that is no future yet."""
        future = asyncio.ensure_future(answer)
        # An event loop forgets tasks that nobody else keeps.
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return future

    def _notice_gone(self) -> None:
        if self._gone is not None and not (self._connections or self._starting):
            self._gone.set()

    def _check(self) -> None:
        now = self.clock.monotonic()
        for connection in tuple(self._connections):
            connection.check(now)
        for sock, (deadline, _) in tuple(self._silent.items()):
            if now >= deadline:
                self._forget_silent(sock)
                sock.close()
        if self._has_room():
            self._accept_more()
        self._sweep = self.clock.call_later(SWEEP_SECONDS, self._check)
