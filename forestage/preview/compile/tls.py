"""What an API or a custom domain demands of the TLS of its clients.

Source: whats-new.md, Security policies (documented); developer guide, "Choose a security policy for your custom
domain", for the cipher suites of TLS_1_0 and TLS_1_2 (documented).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

_ONLY_TLS_1_3: Final = ("SecurityPolicy_TLS13_1_3_", "SecurityPolicy_TLS13_2025_EDGE")
"""How policies begin that take TLS 1.3 alone."""

_SUITES_OF_1_2: Final = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES128-SHA256",
    "ECDHE-RSA-AES128-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES256-SHA384",
    "ECDHE-RSA-AES256-SHA384",
    "AES128-GCM-SHA256",
    "AES128-SHA256",
    "AES256-GCM-SHA384",
    "AES256-SHA256",
)
_SUITES_OF_1_0: Final = (
    *_SUITES_OF_1_2,
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-SHA",
    "ECDHE-RSA-AES256-SHA",
    "AES128-SHA",
    "AES256-SHA",
    "DES-CBC3-SHA",
)
SUITES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"TLS_1_2": _SUITES_OF_1_2, "TLS_1_0": _SUITES_OF_1_0})
"""The cipher suites of TLS 1.2 and older that policies allow, by OpenSSL's names.

Those of TLS 1.3 are the three that OpenSSL has: TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 and
TLS_CHACHA20_POLY1305_SHA256. Edge-optimized endpoints are taken to have the same ones as others: their table in the
guide has suites for RSA keys alone, and the preview's certificates have ECDSA keys.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsTerms:
    """Terms of TLS.

    ``only_1_3`` is true where older versions are refused; otherwise 1.2 and 1.3 are spoken. ``is_strict`` is true
    where the name that a client asked for in its handshake has to be that of the Host. ``suites`` are the cipher suites
    that TLS 1.2 may use, None where they are not known.
    """

    only_1_3: bool = False
    suites: tuple[str, ...] | None = None
    is_strict: bool = False


def tls_terms(security_policy: str | None, access_mode: str | None) -> TlsTerms:
    """Return the terms of a security policy and an endpoint access mode."""
    return TlsTerms(
        only_1_3=(security_policy or "").startswith(_ONLY_TLS_1_3),
        suites=SUITES.get(security_policy or ""),
        is_strict=access_mode == "STRICT",
    )
