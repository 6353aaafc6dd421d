"""The ``Authorization`` header: what counts as a signature, and what is wrong with one that is none."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

from forestage.model.records import dataclass

PREFIX: Final = "AWS4-"
MAX_LENGTH: Final = 10_240
"""Longest header that is read, in characters. Source: endpoints.md section 5 (all header values together)."""

_SEPARATORS = re.compile(r"[,\s]+")
_REQUIRED = ("Credential", "Signature", "SignedHeaders")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationHeader:
    """The parts of an ``Authorization`` header: a first word, and ``key=value`` pairs after it."""

    algorithm: str
    credential: str
    signed_headers: str
    signature: str


class IncompleteError(Exception):
    """A header is no complete signature; the message is for the client."""


def is_sigv4(authorization: str) -> bool:
    """Tell whether a header is a signature: such a one is dropped before the backend, any other is passed.

    Source: authorizers.md, AWS_IAM (documented).
    """
    return authorization.lstrip().startswith(PREFIX)


def incomplete_signature_message(authorization: str, *, dated: bool) -> str | None:
    """Say what keeps a header from being a complete signature; None where it has all parts.

    ``dated`` is true where the request has ``X-Amz-Date`` or ``Date``.
    """
    try:
        read_authorization(authorization, dated=dated)
    except IncompleteError as error:
        return str(error)
    return None


def read_authorization(authorization: str, *, dated: bool) -> AuthorizationHeader:
    """Split a header into its parts, whatever its first word; commas and blanks separate them.

    Raises:
        IncompleteError: it has not all the parts.

    Source: answers of REST APIs to ``Bearer``, ``Basic`` and bare tokens (serverless/serverless#3205,
    authorizers.md), where the hash was found to be that of the whole value.
    """
    if len(authorization) > MAX_LENGTH:
        raise IncompleteError(f"Authorization header must have at most {MAX_LENGTH} characters.")
    algorithm, *pieces = _SEPARATORS.split(authorization.strip())
    if "=" in algorithm:
        raise IncompleteError(
            "Authorization header must begin with the algorithm name, which cannot include an equal-sign."
        )
    pairs: dict[str, str] = {}
    for piece in filter(None, pieces):
        key, equal_sign, value = piece.partition("=")
        if not equal_sign:
            raise IncompleteError(
                "Invalid key=value pair (missing equal-sign) in Authorization header "
                f"(hashed with SHA-256 and encoded with Base64): '{_hashed(authorization)}'."
            )
        pairs[key] = value
    missing = [f"Authorization header requires '{key}' parameter. " for key in _REQUIRED if key not in pairs]
    if not dated:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
    if missing:
        hashed = f"(Hashed with SHA-256 and encoded with Base64) Authorization={_hashed(authorization)}"
        raise IncompleteError("".join(missing) + hashed)
    return AuthorizationHeader(
        algorithm=algorithm,
        credential=pairs["Credential"],
        signed_headers=pairs["SignedHeaders"],
        signature=pairs["Signature"],
    )


def _hashed(authorization: str) -> str:
    return base64.b64encode(hashlib.sha256(authorization.encode("latin-1")).digest()).decode()
