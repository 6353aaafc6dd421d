"""Signature Version 4 and 4a as ``execute-api`` verifies them: pure, without a clock and without a store of keys."""

from forestage.signing.authorization import incomplete_signature_message, is_sigv4
from forestage.signing.refusal import Refusal, Refused
from forestage.signing.request import SignedRequest
from forestage.signing.verification import SigningKey, Verified, verify

__all__ = [
    "Refusal",
    "Refused",
    "SignedRequest",
    "SigningKey",
    "Verified",
    "incomplete_signature_message",
    "is_sigv4",
    "verify",
]
