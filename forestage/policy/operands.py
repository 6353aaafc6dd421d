"""Values of conditions, ready to be compared with values of requests.

A value that is none of its operator's kind is ``Nothing``: no value of a request fits it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from forestage.model.records import dataclass
from forestage.policy.patterns import Pattern, arn_parts, read_arn, read_pattern
from forestage.policy.readings import (
    Network,
    read_address,
    read_bytes,
    read_network,
    read_truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from forestage.policy.patterns import Keys


class Operand(Protocol):
    """A value of a condition, ready to be compared."""

    def __call__(self, given: str, keys: Keys, /) -> bool:
        """Tell whether a value of the request fits; ``keys`` fill variables."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Nothing:
    """A value that is none of its operator's kind: nothing fits it."""

    def __call__(self, _given: str, _keys: Keys, /) -> bool:
        """Hold for nothing."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Equal:
    """A text to be equal to."""

    pattern: Pattern

    def __call__(self, given: str, keys: Keys, /) -> bool:
        """Compare texts."""
        return given == self.pattern.text(keys, longest=len(given))


@dataclass(frozen=True, slots=True, kw_only=True)
class EqualIgnoringCase:
    """A text to be equal to but for upper and lower case."""

    pattern: Pattern

    def __call__(self, given: str, keys: Keys, /) -> bool:
        """Compare texts in lower case."""
        lower = given.lower()
        text = self.pattern.text(keys, longest=len(lower))
        return text is not None and text.lower() == lower


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """A pattern with wildcards."""

    pattern: Pattern

    def __call__(self, given: str, keys: Keys, /) -> bool:
        """Match the pattern."""
        return self.pattern.covers(given, keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """A truth value, which a variable may stand for."""

    pattern: Pattern

    def __call__(self, given: str, keys: Keys, /) -> bool:
        """Compare truth values."""
        wanted = read_truth(self.pattern.text(keys, longest=len(given)) or "")
        return wanted is not None and wanted is read_truth(given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """Bytes; those of the request come in base64 as well."""

    value: bytes

    def __call__(self, given: str, _keys: Keys, /) -> bool:
        """Compare bytes."""
        return read_bytes(given) == self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Addresses."""

    network: Network

    def __call__(self, given: str, _keys: Keys, /) -> bool:
        """Look the address up in the range."""
        address = read_address(given)
        return address is not None and address in self.network


@dataclass(frozen=True, slots=True, kw_only=True)
class Arn:
    """Six patterns, one for each part of an ARN."""

    parts: tuple[Pattern, ...]

    def __call__(self, given: str, keys: Keys, /) -> bool:
        """Match part by part."""
        parts = arn_parts(given)
        return bool(parts) and all(pattern.covers(part, keys) for pattern, part in zip(self.parts, parts, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number or a moment, and how what the request has must lie to it."""

    read: Callable[[str], Decimal | None]
    compare: Callable[[Decimal, Decimal], bool]
    value: Decimal

    def __call__(self, given: str, _keys: Keys, /) -> bool:
        """Compare numbers."""
        number = self.read(given)
        return number is not None and self.compare(number, self.value)


def read_equal(source: str, *, variables: bool) -> Operand:
    """Read the value of ``StringEquals``."""
    return Equal(pattern=read_pattern(source, variables=variables))


def read_equal_ignoring_case(source: str, *, variables: bool) -> Operand:
    """Read the value of ``StringEqualsIgnoreCase``."""
    return EqualIgnoringCase(pattern=read_pattern(source, variables=variables))


def read_like(source: str, *, variables: bool) -> Operand:
    """Read the value of ``StringLike``."""
    return Like(pattern=read_pattern(source, variables=variables))


def read_bool(source: str, *, variables: bool) -> Operand:
    """Read the value of ``Bool``."""
    pattern = read_pattern(source, variables=variables)
    return Truth(pattern=pattern) if pattern.glob is None or read_truth(source) is not None else Nothing()


def read_arn_like(source: str, *, variables: bool) -> Operand:
    """Read the value of ``ArnLike``, and of ``ArnEquals``, which is the same."""
    parts = read_arn(source, variables=variables)
    return Arn(parts=parts) if parts else Nothing()


def read_binary(source: str, *, variables: bool) -> Operand:  # ruff: ignore[unused-function-argument]  (no variables are filled in these)
    """Read the value of ``BinaryEquals``."""
    value = read_bytes(source)
    return Nothing() if value is None else Bytes(value=value)


def read_range(source: str, *, variables: bool) -> Operand:  # ruff: ignore[unused-function-argument]  (as above)
    """Read the value of ``IpAddress``."""
    network = read_network(source)
    return Nothing() if network is None else Range(network=network)
