"""Base64url as tokens and keys have it: no padding, and one spelling for each value."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

_ALPHABET: Final = re.compile(r"[A-Za-z0-9_-]*")


def decode(text: str) -> bytes:
    """Decode; a text that the encoder would not have written is refused, so that no token has a second spelling.

    Raises:
        ValueError: the text is no base64url.

    Source: RFC 7515, section 2; RFC 4648, section 3.5 (bits of padding that are not zero).
    """
    if _ALPHABET.fullmatch(text) is None or len(text) % 4 == 1:
        raise ValueError("no base64url")
    decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if urlsafe_b64encode(decoded).rstrip(b"=") != text.encode():
        raise ValueError("no base64url")
    return decoded
