"""Verification of signed tokens: JSON Web Tokens of any issuer, and those of Cognito's user pools."""

from forestage.tokens.claim_texts import claims_as_strings
from forestage.tokens.discovery import KEY_SET_POLICY, KeySetPolicy, discovery_url, is_issuer, parse_discovery
from forestage.tokens.key_set import ALGORITHMS, KeySet, VerificationKey, parse_key_set
from forestage.tokens.local_key_sets import LocalKeySets, read_local_key_sets
from forestage.tokens.reading import UnverifiedToken, bearer_token, read_token
from forestage.tokens.results import RefusalKind, RefusedToken, VerifiedToken
from forestage.tokens.rules import (
    RESERVED_CLAIMS,
    ClaimRule,
    IssuerRules,
    TokenRules,
    cognito_issuer,
    cognito_rules,
)
from forestage.tokens.verification import verify_read, verify_token

__all__ = [
    "ALGORITHMS",
    "KEY_SET_POLICY",
    "RESERVED_CLAIMS",
    "ClaimRule",
    "IssuerRules",
    "KeySet",
    "KeySetPolicy",
    "LocalKeySets",
    "RefusalKind",
    "RefusedToken",
    "TokenRules",
    "UnverifiedToken",
    "VerificationKey",
    "VerifiedToken",
    "bearer_token",
    "claims_as_strings",
    "cognito_issuer",
    "cognito_rules",
    "discovery_url",
    "is_issuer",
    "parse_discovery",
    "parse_key_set",
    "read_local_key_sets",
    "read_token",
    "verify_read",
    "verify_token",
]
