"""Ports to listen on: asked for exactly, or the next one that is free."""

from __future__ import annotations

import errno
import itertools
import os
import socket
from typing import TYPE_CHECKING

from forestage.errors import PortError
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

BACKLOG = 1024
LAST_PORT = 65_535
TRIES = 200
"""How many ports are tried before giving up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Sockets that listen on one port, one for each address that the host name has here."""

    host: str
    port: int
    sockets: tuple[socket.socket, ...]

    def close(self) -> None:
        """Give the port back."""
        for listening in self.sockets:
            listening.close()


def bind(host: str, port: int, *, exact: bool) -> Binding:
    """Listen on a port; ``localhost`` is both 127.0.0.1 and, where the machine has it, ::1.

    ``port`` 0 is any free one. Unless ``exact``, a taken port is passed over for the next one. A port counts as
    taken when it is on any of the addresses.

    Raises:
        PortError: the port is taken, none is free, or the host is not one of this machine.
    """
    if not 0 <= port <= LAST_PORT:
        raise PortError(f"port {port} is no port, allowed are 0 to {LAST_PORT}")
    addresses = _addresses(host)
    problem = OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
    for candidate in _candidates(port, exact=exact):
        try:
            return _bind_all(host, addresses, candidate)
        except OSError as error:
            problem = error
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                break
    raise _port_error(host, port, exact=exact, problem=problem)


def _candidates(port: int, *, exact: bool) -> Iterable[int]:
    if port == 0:
        # The port that is free on one address may be taken on the other.
        return itertools.repeat(0, TRIES)
    return [port] if exact else range(port, min(port + TRIES, LAST_PORT + 1))


def _addresses(host: str) -> tuple[tuple[socket.AddressFamily, str], ...]:
    if host == "localhost":
        return (socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")
    bare = host.removeprefix("[").removesuffix("]")
    try:
        found = socket.getaddrinfo(bare, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise PortError(f"cannot listen on host {host!r}: {error}", hint="use --host localhost or 127.0.0.1") from None
    return tuple(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _bind_all(host: str, addresses: tuple[tuple[socket.AddressFamily, str], ...], port: int) -> Binding:
    opened: list[socket.socket] = []
    try:
        for family, address in addresses:
            listening = _bind_one(family, address, opened[0].getsockname()[1] if opened else port)
            if listening is not None:
                opened.append(listening)
    except OSError:
        for listening in opened:
            listening.close()
        raise
    if not opened:
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))
    return Binding(host=host, port=opened[0].getsockname()[1], sockets=tuple(opened))


def _bind_one(family: socket.AddressFamily, address: str, port: int) -> socket.socket | None:
    """Listen on one address; None where the machine has no IPv6."""
    try:
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError:
        if family == socket.AF_INET6:
            return None
        raise
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.setblocking(False)
        listening.bind((address, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if family == socket.AF_INET6 and error.errno == errno.EADDRNOTAVAIL:
            return None
        raise
    return listening


def _port_error(host: str, port: int, *, exact: bool, problem: OSError) -> PortError:
    if problem.errno == errno.EADDRINUSE:
        wanted = f"port {port} of {host} is" if exact else f"ports {port} to {min(port + TRIES - 1, LAST_PORT)} are"
        return PortError(f"{wanted} taken", hint="end the program that listens there, or choose another with --port")
    if problem.errno == errno.EACCES:
        return PortError(f"port {port} of {host} may not be used", hint="choose a port over 1023 with --port")
    return PortError(f"cannot listen on {host}:{port}: {problem.strerror or problem}")
