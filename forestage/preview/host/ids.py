"""Ids that a gateway makes up for each request."""

from __future__ import annotations

import base64
import os

import msgspec

_BATCH = 64
_HEX_PER_REQUEST = 72
_BASE64_PER_REQUEST = 16


class RequestIds(msgspec.Struct, frozen=True):
    """The ids of one request.

    ``request_id`` is a UUID, ``extended_request_id`` ends in ``=``, ``trace_root`` is ``1-8hex-24hex`` and
    ``trace_parent`` 16 hex digits.
    """

    request_id: str
    extended_request_id: str
    trace_root: str
    trace_parent: str


class Ids:
    """Draws ids from blocks of random digits, since asking the system for each request is dear."""

    __slots__ = ("_at", "_base64", "_hex")

    def __init__(self) -> None:
        self._hex = self._base64 = ""
        self._at = _BATCH

    def draw(self, epoch_seconds: float) -> RequestIds:
        """Make up the ids of a request that arrived at a time."""
        if self._at == _BATCH:
            self._hex = os.urandom(_BATCH * _HEX_PER_REQUEST // 2).hex()
            self._base64 = base64.b64encode(os.urandom(_BATCH * _BASE64_PER_REQUEST * 3 // 4)).decode()
            self._at = 0
        at, start = self._at, self._at * _HEX_PER_REQUEST
        self._at = at + 1
        digits = self._hex[start : start + _HEX_PER_REQUEST]
        start = at * _BASE64_PER_REQUEST
        return RequestIds(
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}",
            f"{self._base64[start : start + _BASE64_PER_REQUEST - 1]}=",
            f"1-{int(epoch_seconds):08x}-{digits[32:56]}",
            digits[56:],
        )
