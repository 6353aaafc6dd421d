"""Responses, compressed where the API and the client want it.

Source: endpoints.md section 10; API Gateway developer guide, "Receive an API response with a compressed payload in API
Gateway" and "Enable compression of an API payload" (documented; that the client's weights decide, and the first of
equal ones, is inferred).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from forestage.preview.engine.headers import has
from forestage.preview.engine.results import Compressed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.preview.engine.wire import Headers

_WINDOW_BITS: Final[Mapping[str, int]] = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
_IDENTITY: Final = "identity"
_HEAVIEST: Final = 1.0


def compress(asked: Headers, headers: Headers, body: bytes, *, minimum_bytes: int) -> Compressed:
    """Compress a body as the headers of the request ask for it; what stays as it is says why."""
    if has(headers, "Content-Encoding"):
        return _left(body, "the integration's answer has a Content-Encoding")
    if not body or len(body) < minimum_bytes:
        return _left(body, f"{len(body)} bytes are fewer than {minimum_bytes or 1}")
    coding = choose_coding(",".join(value for name, value in asked if name.lower() == "accept-encoding"))
    if coding is None:
        return _left(body, "Accept-Encoding does not name gzip or deflate")
    deflater = zlib.compressobj(wbits=_WINDOW_BITS[coding])
    return Compressed(coding=coding, before_bytes=len(body), body=deflater.compress(body) + deflater.flush())


def choose_coding(accept_encoding: str) -> str | None:
    """Choose between gzip and deflate by the weights of an Accept-Encoding; None where neither is named or wanted.

    ``*`` names nothing, and ``identity`` wins where it weighs more.
    """
    weights = dict(_weights(accept_encoding))
    best = max((name for name in weights if name in _WINDOW_BITS), key=lambda name: weights[name], default=None)
    if best is None or not weights[best] or weights.get(_IDENTITY, 0.0) > weights[best]:
        return None
    return best


def _weights(accept_encoding: str) -> Iterator[tuple[str, float]]:
    for entry in accept_encoding.split(","):
        name, _, parameters = entry.partition(";")
        weight = _HEAVIEST
        for parameter in parameters.split(";"):
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                weight = _number(value)
        yield name.strip().lower(), weight


def _number(text: str) -> float:
    """Read a weight; one that is none weighs nothing."""
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if 0.0 <= number <= _HEAVIEST else 0.0


def _left(body: bytes, reason: str) -> Compressed:
    return Compressed(reason=reason, before_bytes=len(body), body=body)
