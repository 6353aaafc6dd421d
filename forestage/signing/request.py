"""A request as its client signed it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """A request on arrival, before anything in it is decoded, folded or dropped.

    ``path`` is the whole path with the stage, ``/dev/a%2Fb``; ``raw_query`` has no question mark. They and the
    header lines are Latin-1 text: one character for each byte of the wire. ``body`` is as it was sent, with its
    Content-Encoding.
    """

    method: str
    path: str
    raw_query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header_lines(self, name: str) -> tuple[str, ...]:
        """Return the values of all lines of a header; ``name`` is in lower case."""
        return tuple(value for key, value in self.headers if key.lower() == name)

    def header(self, name: str) -> str | None:
        """Return a header, its lines joined as HTTP joins them; None where there is none."""
        lines = self.header_lines(name)
        return ",".join(lines) if lines else None

    def query_pairs(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield the names and values of the query string, decoded; ``+`` is a blank.

        Source of the blank: the canonical strings that API Gateway tells (zirkelc/aws-signature-v4#4).
        """
        for pair in self.raw_query.split("&"):
            if pair:
                name, _, value = pair.partition("=")
                yield _decoded(name), _decoded(value)


def _decoded(text: str) -> bytes:
    return unquote_to_bytes(text.replace("+", " ").encode("latin-1"))
