"""The canonical request: what both sides of a signature write down in the same way."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from forestage.signing.presented import SECURITY, SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from forestage.signing.request import SignedRequest

MASKED_HEADERS: Final = frozenset({"authorization", "cookie", "x-amz-security-token", "x-api-key"})
MASK: Final = "***"


def canonical_request(request: SignedRequest, signed_headers: Iterable[str]) -> str:
    """Write a request as it was signed: Latin-1 text, one character for each byte.

    The hash of the body is always that of the body: ``execute-api`` does not take the word of
    ``x-amz-content-sha256``, and so no ``UNSIGNED-PAYLOAD``.

    Source: IAM user guide, "Create a signed AWS API request"; canonical strings that API Gateway told its clients
    (mhart/aws4 and others), in which the last line differs from the header ``x-amz-content-sha256``.
    """
    return _canonical(request, signed_headers, masked=False)


def shown_request(request: SignedRequest, signed_headers: Iterable[str]) -> str:
    """Write the canonical request for people: as above, with the values that carry secrets masked."""
    return _canonical(request, signed_headers, masked=True)


def _canonical(request: SignedRequest, signed_headers: Iterable[str], *, masked: bool) -> str:
    names = tuple(signed_headers)
    lines = (
        request.method,
        canonical_path(request.path),
        _canonical_query(request, masked=masked),
        *(f"{name}:{_canonical_value(request, name, masked=masked)}" for name in names),
        "",
        ";".join(names),
        hashlib.sha256(request.body).hexdigest(),
    )
    return "\n".join(lines)


def canonical_path(path: str) -> str:
    """Normalize a path and encode it once more: ``/a//b/../c%20d`` becomes ``/a/c%2520d``.

    Source: IAM user guide (each segment is encoded twice, except for S3); aws-cfml#18 and others for
    ``execute-api``. Empty and dot segments go as botocore and the JavaScript SDK drop them.
    """
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in {"", "."}:
            segments.append(segment)
    closing = "/" if segments and path.endswith("/") else ""
    return _encoded("/" + "/".join(segments) + closing, also_safe="/")


def _canonical_query(request: SignedRequest, *, masked: bool) -> str:
    pairs = sorted(
        (_encoded(name), MASK if masked and name == SECURITY.encode() else _encoded(value))
        for name, value in request.query_pairs()
        if name != SIGNATURE.encode()
    )
    return "&".join(f"{name}={value}" for name, value in pairs)


def _canonical_value(request: SignedRequest, name: str, *, masked: bool) -> str:
    if masked and name in MASKED_HEADERS:
        return MASK
    return ",".join(_folded(line) for line in request.header_lines(name))


def _folded(line: str) -> str:
    """Trim a line and fold its blanks; only those of ASCII, since other bytes are parts of letters."""
    return b" ".join(line.encode("latin-1").split()).decode("latin-1")


def _encoded(text: str | bytes, *, also_safe: str = "") -> str:
    raw = text.encode("latin-1") if isinstance(text, str) else text
    return quote(raw, safe=f"-_.~{also_safe}")
