"""Key sets: the public keys of an issuer, as JWKS documents have them.

Source: RFC 7517 (JSON Web Key), RFC 7518 section 6 (the members of RSA and EC keys).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.errors import Fault, KeySetError
from forestage.model.records import dataclass
from forestage.tokens import base64url
from forestage.tokens.bounded_json import BoundedJsonError, read_object, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    from forestage.model.values import Json

RSA_ALGORITHMS: Final = ("RS256", "RS384", "RS512")
EC_ALGORITHMS: Final = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
"""The one algorithm of each curve."""

ALGORITHMS: Final = (*RSA_ALGORITHMS, *EC_ALGORITHMS.values())
"""Every algorithm that a token may be signed with; no HMAC, no ``none``.

Source: whats-new.md, JWT authorizers (documented).
"""

MAX_KEY_SET_LENGTH: Final = 262_144
MAX_KEY_SET_DEPTH: Final = 8
MAX_KEYS: Final = 100
MIN_RSA_BITS: Final = 2048
MAX_RSA_BITS: Final = 8192
"""The cost of a verification grows with the square of the size."""
MAX_RSA_EXPONENT_BITS: Final = 64
_COORDINATE_BYTES: Final = {"P-256": 32, "P-384": 48, "P-521": 66}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationKey:
    """One public key: its id, and the algorithms that it verifies, never those of another kind."""

    id: str
    algorithms: tuple[str, ...]
    public: RSAPublicKey | EllipticCurvePublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet:
    """The keys of an issuer that can verify tokens."""

    keys: tuple[VerificationKey, ...]

    def find(self, key_id: str, algorithm: str) -> VerificationKey | None:
        """Return the key of an id, if it is of the algorithm's kind."""
        for key in self.keys:
            if key.id == key_id and algorithm in key.algorithms:
                return key
        return None


def parse_key_set(text: str, *, name: str = "the key set") -> KeySet:
    """Read a JWKS: ``{"keys": [{"kty": "RSA", "kid": "a", "n": "...", "e": "AQAB"}]}``.

    Keys of other kinds, curves, uses and algorithms are passed over; of a private key, the public half is taken.

    Raises:
        KeySetError: the text is no JWKS, or keys in it are broken or too many; all faults at once.
    """
    return key_set_of(read_document(text, name=name), name=name)


def read_document(text: str, *, name: str) -> dict[str, Json]:
    """Read the JSON object that a key set, or a document about key sets, has to be.

    Raises:
        KeySetError: it is none, or too long.
    """
    if len(text) > MAX_KEY_SET_LENGTH:
        raise KeySetError(f"{name} has {len(text)} characters, at most {MAX_KEY_SET_LENGTH} are read")
    try:
        return read_object(text, max_depth=MAX_KEY_SET_DEPTH)
    except BoundedJsonError as error:
        raise KeySetError(f"{name} {error}") from None


def key_set_of(document: Mapping[str, Json], *, name: str) -> KeySet:
    """Make a key set of a JWKS that was parsed.

    Raises:
        KeySetError: as for `parse_key_set`.
    """
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise KeySetError(f'{name} is no JWKS: it needs "keys", a list of keys')
    if len(entries) > MAX_KEYS:
        raise KeySetError(f"{name} has {len(entries)} keys, at most {MAX_KEYS} are read")
    keys, faults = _read_keys(entries)
    if faults:
        raise KeySetError(f"{name} cannot be used", faults=faults)
    if not keys:
        raise KeySetError(f"{name} has no RSA or EC key for signatures")
    return KeySet(keys=tuple(keys))


def _read_keys(entries: Sequence[Json]) -> tuple[list[VerificationKey], list[Fault]]:
    keys: list[VerificationKey] = []
    faults = []
    for number, entry in enumerate(entries, start=1):
        try:
            key = _read_key(entry)
            if key is not None:
                _check_alone(key, keys)
                keys.append(key)
        except _KeyFault as fault:
            faults.append(Fault(message=f"key {number}: {fault}"))
    return keys, faults


class _KeyFault(ValueError):
    """What is wrong with one key."""


def _check_alone(key: VerificationKey, others: Sequence[VerificationKey]) -> None:
    if any(other.id == key.id and set(other.algorithms) & set(key.algorithms) for other in others):
        raise _KeyFault(f"another key has its kid {shown(key.id)}, so that tokens cannot name either")


def _read_key(entry: Json) -> VerificationKey | None:
    """Read a key; None where it is of a kind that verifies no token."""
    if not isinstance(entry, dict):
        raise _KeyFault(f"it has to be an object, got {shown(entry)}")
    algorithms = _algorithms(entry)
    if not algorithms or not _is_for_verification(entry):
        return None
    key_id = entry.get("kid")
    if not isinstance(key_id, str) or not key_id:
        raise _KeyFault("it has no kid, by which tokens name their key")
    public = _rsa_key(entry) if entry["kty"] == "RSA" else _ec_key(entry)
    return VerificationKey(id=key_id, algorithms=algorithms, public=public)


def _algorithms(entry: Mapping[str, Json]) -> tuple[str, ...]:
    """Return what a key can verify: by its kind, and of that what its ``alg`` leaves."""
    if entry.get("kty") == "RSA":
        possible: tuple[str, ...] = RSA_ALGORITHMS
    elif entry.get("kty") == "EC":
        possible = tuple(alg for curve, alg in EC_ALGORITHMS.items() if curve == entry.get("crv"))
    else:
        return ()
    named = entry.get("alg")
    return possible if named is None else tuple(alg for alg in possible if alg == named)


def _is_for_verification(entry: Mapping[str, Json]) -> bool:
    operations = entry.get("key_ops")
    return entry.get("use", "sig") == "sig" and (
        operations is None or (isinstance(operations, list) and "verify" in operations)
    )


def _rsa_key(entry: Mapping[str, Json]) -> RSAPublicKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    modulus, exponent = (int.from_bytes(_bytes(entry, member)) for member in ("n", "e"))
    if not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS:
        raise _KeyFault(f"an RSA key has {MIN_RSA_BITS} to {MAX_RSA_BITS} bits, got {modulus.bit_length()}")
    if exponent.bit_length() > MAX_RSA_EXPONENT_BITS:
        raise _KeyFault(f"the exponent e has at most {MAX_RSA_EXPONENT_BITS} bits, got {exponent.bit_length()}")
    try:
        return RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise _KeyFault("its members n and e make no RSA key") from None


def _ec_key(entry: Mapping[str, Json]) -> EllipticCurvePublicKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    curve = str(entry["crv"])
    size = _COORDINATE_BYTES[curve]
    x, y = (_bytes(entry, member) for member in ("x", "y"))
    if len(x) != size or len(y) != size:
        raise _KeyFault(f"x and y of curve {curve} have {size} bytes each, got {len(x)} and {len(y)}")
    curves: dict[str, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    try:
        return ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), curves[curve]).public_key()
    except ValueError:
        raise _KeyFault(f"its members x and y are no point of curve {curve}") from None


def _bytes(entry: Mapping[str, Json], member: str) -> bytes:
    value = entry.get(member)
    try:
        return base64url.decode(value if isinstance(value, str) else "!")
    except ValueError:
        raise _KeyFault(f"its {member} has to be base64url without padding, got {shown(value)}") from None
