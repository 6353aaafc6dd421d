"""Ids that a gateway makes up for each request."""

from __future__ import annotations

import base64
import os
import random

import msgspec

_BATCH = 64
_HEX_PER_REQUEST = 72
_BASE64_PER_REQUEST = 16


class RequestIds(msgspec.Struct, frozen=True, gc=False):
    """The ids of one request.

    ``request_id`` is a UUID, ``extended_request_id`` ends in ``=``. ``trace_digits`` are 40 hex digits, of which the
    ids of a trace are made where somebody asks for them; ``epoch_seconds`` is when the request arrived.
    """

    request_id: str
    extended_request_id: str
    trace_digits: str
    epoch_seconds: float

    @property
    def trace_root(self) -> str:
        """The root of the request's trace, ``1-8hex-24hex``."""
        return f"1-{int(self.epoch_seconds):08x}-{self.trace_digits[:24]}"

    @property
    def trace_parent(self) -> str:
        """The parent in the request's trace, 16 hex digits."""
        return self.trace_digits[24:]


class Ids:
    """Draws ids from blocks of random digits, since asking the system for each request is dear.

    With ``canary_seed``, the same requests in the same order go to canaries each time.
    """

    __slots__ = ("_at", "_base64", "_canaries", "_hex")

    def __init__(self, *, canary_seed: int | None = None) -> None:
        self._canaries = random.Random(canary_seed)  # ruff: ignore[suspicious-non-cryptographic-random-usage]  (a share)
        self._hex = self._base64 = ""
        self._at = _BATCH

    def draw_canary(self) -> float:
        """Draw what decides about a canary: from 0 to 100, the latter not among them."""
        return self._canaries.random() * 100

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
            digits[32:],
            epoch_seconds,
        )
