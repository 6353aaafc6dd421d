"""What an API or a custom domain demands of the TLS of its clients.

Source: whats-new.md, Security policies (documented).
"""

from __future__ import annotations

from typing import Final

from forestage.model.records import dataclass

_ONLY_TLS_1_3: Final = ("SecurityPolicy_TLS13_1_3_", "SecurityPolicy_TLS13_2025_EDGE")
"""How policies begin that take TLS 1.3 alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsTerms:
    """Terms of TLS.

    ``only_1_3`` is true where older versions are refused; otherwise 1.2 and 1.3 are spoken. ``is_strict`` is true
    where the name that a client asked for in its handshake has to be that of the Host.
    """

    only_1_3: bool = False
    is_strict: bool = False


def tls_terms(security_policy: str | None, access_mode: str | None) -> TlsTerms:
    """Return the terms of a security policy and an endpoint access mode."""
    return TlsTerms(only_1_3=(security_policy or "").startswith(_ONLY_TLS_1_3), is_strict=access_mode == "STRICT")
