"""Where the keys of an issuer are: its address, and the document that it publishes there."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from forestage.errors import KeySetError
from forestage.model.records import dataclass
from forestage.tokens.bounded_json import shown
from forestage.tokens.key_set import read_document

MAX_ADDRESS_LENGTH: Final = 2048
_PRINTABLE: Final = re.compile(r"[!-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySetPolicy:
    """How long a key set that was fetched is good, and how long a failed fetch is not tried again."""

    fresh_seconds: float
    failure_seconds: float

    def is_due(self, *, age_seconds: float, failed: bool) -> bool:
        """Tell whether a set is to be fetched again."""
        return age_seconds >= (self.failure_seconds if failed else self.fresh_seconds)


KEY_SET_POLICY: Final = KeySetPolicy(fresh_seconds=7200, failure_seconds=10)
"""Source: developer guide, "JWT authorizers for HTTP APIs": a public key can be cached for two hours (documented; of
REST APIs nothing is said). The pause after a failure is ours: an issuer that is down is not asked at every request.
"""


def is_issuer(address: str) -> bool:
    """Tell whether an address can be an issuer's: absolute, https, with a host and no user, query or fragment.

    Source: whats-new.md, JWT authorizers; botocore's ``JwtIssuerInput`` (documented).
    """
    return _is_secure(address) and "?" not in address


def discovery_url(issuer: str) -> str:
    """Return the address of an issuer's discovery document.

    Source: OpenID Connect Discovery 1.0, section 4 (a slash at the end of the issuer is left out).
    """
    return f"{issuer.removesuffix('/')}/.well-known/openid-configuration"


def parse_discovery(text: str, *, issuer: str) -> str:
    """Read the address of the key set from an issuer's discovery document.

    Raises:
        KeySetError: it is no such document, of another issuer, or the key set is not at an https address.

    Source: OpenID Connect Discovery 1.0, section 4.3; botocore's ``JwtIssuerInput`` ("must name this exact issuer").
    """
    name = f"the discovery document of {issuer}"
    document = read_document(text, name=name)
    if document.get("issuer") != issuer:
        raise KeySetError(f"{name} is of another issuer: {shown(document.get('issuer'))}")
    address = document.get("jwks_uri")
    if not isinstance(address, str) or not _is_secure(address):
        raise KeySetError(f"{name} needs jwks_uri, an https address, got {shown(address)}")
    return address


def _is_secure(address: str) -> bool:
    if len(address) > MAX_ADDRESS_LENGTH or _PRINTABLE.fullmatch(address) is None or "#" in address:
        return False
    try:
        parts = urlsplit(address)
        # Reading the port is what checks it.
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return False
