"""Keys that tests sign with, each made once, and tokens of any shape."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from forestage.tokens import KeySet, parse_key_set

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.model.values import Json

_CURVES: dict[str, type[ec.EllipticCurve]] = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}


@dataclass(frozen=True)
class SigningKey:
    """A private key with its id and the algorithm that it signs with."""

    kid: str
    algorithm: str
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

    def jwk(self, **members: Json) -> dict[str, Json]:
        """Return the public key as an entry of a key set."""
        # PyJWT gives plain JSON.
        made: dict[str, Any] = (
            RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
            if isinstance(self.private, rsa.RSAPrivateKey)
            else ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        )
        return {"use": "sig", "alg": self.algorithm, "kid": self.kid, **made, **members}

    def signature(self, signed: bytes) -> bytes:
        """Sign what stands before the second dot of a token."""
        # The algorithm's own key type, which follows from how the key was made.
        private: Any = self.private
        return jwt.get_algorithm_by_name(self.algorithm).sign(signed, private)

    def sign(self, claims: Mapping[str, Json] | bytes, header: Mapping[str, Json] | bytes | None = None) -> str:
        """Sign a token; claims and header as bytes go in as they are."""
        head = {"alg": self.algorithm, "kid": self.kid, "typ": "JWT"} if header is None else header
        signed = f"{part(head)}.{part(claims)}"
        return f"{signed}.{part(self.signature(signed.encode()))}"


def part(content: Mapping[str, Json] | bytes) -> str:
    """Write a part of a token."""
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@cache
def ec_key(algorithm: str = "ES256", kid: str = "ec-1") -> SigningKey:
    return SigningKey(kid=kid, algorithm=algorithm, private=ec.generate_private_key(_CURVES[algorithm]()))


@cache
def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def rsa_key(algorithm: str = "RS256", kid: str = "rsa-1") -> SigningKey:
    """Return a key of the one RSA pair that there is."""
    return SigningKey(kid=kid, algorithm=algorithm, private=_rsa())


def jwks(*entries: Json) -> str:
    return json.dumps({"keys": list(entries)})


def key_set(keys: Sequence[SigningKey]) -> KeySet:
    return parse_key_set(jwks(*(key.jwk() for key in keys)))
