"""The two algorithms: a shared secret in SigV4, a key pair made from the secret in SigV4a."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from forestage.signing.scope import ECDSA, TERMINATOR, Scope

MAX_DER_BYTES: Final = 72
"""Longest ECDSA signature over P-256: two integers of 33 bytes, and their headers."""

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_DERIVED_BITS = 256
_MAX_COUNTER = 254


def is_signature_of(text: str, signature: str, *, algorithm: str, secret: str, scope: Scope) -> bool:
    """Tell whether a signature is that of a string to sign; the time does not tell how far it is off."""
    if algorithm == ECDSA:
        return _is_ecdsa_signature(text, signature, secret=secret, access_key_id=scope.access_key_id)
    key = f"AWS4{secret}".encode()
    assert scope.region is not None  # SigV4 has a region.
    for part in (scope.date, scope.region, scope.service, TERMINATOR):
        key = _hmac(key, part.encode("latin-1"))
    return hmac.compare_digest(_hmac(key, text.encode("latin-1")).hex().encode(), signature.encode("latin-1"))


def private_number(access_key_id: str, secret: str) -> int:
    """Derive the private key of SigV4a from an access key.

    Source: IAM user guide, "Create a signed AWS API request", Deriving a signing key for SigV4a (NIST SP 800-108 in
    counter mode, tried again with the next counter where the number is too large).
    """
    key = f"AWS4A{secret}".encode()
    numbers = (_candidate(key, access_key_id, counter) for counter in range(1, _MAX_COUNTER + 1))
    return next(number for number in numbers if number <= _P256_ORDER - 2) + 1


def _candidate(key: bytes, access_key_id: str, counter: int) -> int:
    context = access_key_id.encode("latin-1") + bytes([counter])
    fixed = (1).to_bytes(4) + ECDSA.encode() + b"\0" + context + _DERIVED_BITS.to_bytes(4)
    return int.from_bytes(_hmac(key, fixed))


def _is_ecdsa_signature(text: str, signature: str, *, secret: str, access_key_id: str) -> bool:
    from cryptography.exceptions import InvalidSignature  # it takes 40 ms to import
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    if len(signature) > 2 * MAX_DER_BYTES:
        return False
    key = ec.derive_private_key(private_number(access_key_id, secret), ec.SECP256R1()).public_key()
    try:
        key.verify(bytes.fromhex(signature), text.encode("latin-1"), ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature):
        return False
    return True


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()
