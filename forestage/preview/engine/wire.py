"""HTTP as it goes over the wire, between the listener and the data plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Header lines in order, names as spelled; values are Latin-1 text."""


class WireRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request, as it arrived.

    ``target`` is the raw request target, ``/dev/pets//x?a=1%2B``: nothing is decoded or folded. ``body`` is
    complete and still has its Content-Encoding. ``arrived_at`` is in seconds since the epoch, by the injected
    clock; ``client`` is the peer's address, ``server_port`` the port that was called.
    """

    method: str
    target: str
    headers: Headers
    body: bytes
    client: str
    server_port: int
    tls: bool
    arrived_at: float


class WireResponse(msgspec.Struct, frozen=True, kw_only=True):
    """One response; the listener adds Date, Connection and Content-Length (or chunks where ``body`` is a stream)."""

    status: int
    headers: Headers
    body: bytes | AsyncIterator[bytes]
