"""HTTP backends that keep to a script: each connection is a conversation."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import TYPE_CHECKING, TypeAlias

from tests.functional.serving import PATIENCE_SECONDS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Generator

    Conversation: TypeAlias = "Callable[[Caller], None]"

NOW_AND_HARD = struct.pack("ii", 1, 0)


class Caller:
    """The other end of a connection to a backend."""

    def __init__(self, sock: socket.socket, requests: list[bytes]) -> None:
        self.sock = sock
        self._requests = requests
        self._file = sock.makefile("rb")

    def hear(self) -> bytes:
        """Read one request, and note it."""
        request = b""
        while not request.endswith(b"\r\n\r\n"):
            line = self._file.readline()
            if not line:
                raise ConnectionResetError
            request += line
        length = next(
            (int(line[15:]) for line in request.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        request += self._file.read(length)
        self._requests.append(request)
        return request

    def say(self, data: bytes) -> None:
        """Send bytes."""
        self.sock.sendall(data)

    def listen_to_the_end(self) -> None:
        """Wait until the other side closes."""
        while self._file.read(65_536):
            pass

    def reset(self) -> None:
        """Close so that the other side sees an error."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW_AND_HARD)
        self.close()

    def close(self) -> None:
        """Close."""
        self._file.close()
        self.sock.close()


class Backend:
    """A backend; ``requests`` is what it heard, ``connections`` how many there were."""

    def __init__(self, conversations: tuple[Conversation, ...], context: ssl.SSLContext | None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._conversations = conversations
        self._context = context
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        for conversation in self._conversations:
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            sock.settimeout(PATIENCE_SECONDS)
            with contextlib.suppress(OSError):
                caller = Caller(self._dress(sock), self.requests)
                with contextlib.closing(caller):
                    conversation(caller)

    def _dress(self, sock: socket.socket) -> socket.socket:
        if self._context is None:
            return sock
        try:
            return self._context.wrap_socket(sock, server_side=True)
        except OSError:
            sock.close()
            raise

    def close(self) -> None:
        """Take no more connections."""
        # Closing alone does not wake the thread that waits in accept.
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(PATIENCE_SECONDS)


@contextlib.contextmanager
def backend(*conversations: Conversation, context: ssl.SSLContext | None = None) -> Generator[Backend]:
    """Run a backend; its connections follow the conversations, one after the other."""
    running = Backend(conversations, context)
    try:
        yield running
    finally:
        running.close()


def answering(*answers: bytes) -> Conversation:
    """Answer one request after the other, then close."""

    def conversation(caller: Caller) -> None:
        for answer in answers:
            caller.hear()
            caller.say(answer)

    return conversation
