"""Numbers as Java has them: how they are added, compared and printed.

An ``int`` is an Integer, Long or BigInteger by its size, a ``float`` a Double, a ``Decimal`` a BigDecimal, which a
JSON number of more than 18 characters is, and what a BigInteger and a Double make.
"""

from __future__ import annotations

import math
import struct
from decimal import ROUND_HALF_DOWN, Context, Decimal
from typing import TYPE_CHECKING, Final, TypeAlias

from forestage.vtl.errors import Thrown, ThrownLimit
from forestage.vtl.values import checked_integer

if TYPE_CHECKING:
    from collections.abc import Callable

Number: TypeAlias = int | float | Decimal

INTEGER_MIN: Final = -(2**31)
INTEGER_MAX: Final = 2**31 - 1
LONG_MIN: Final = -(2**63)
LONG_MAX: Final = 2**63 - 1

_EXACT: Final = Context(prec=8_000, Emax=999_999, Emin=-999_999, traps=[])
_LARGEST_EXPONENT: Final = 10_000


def is_integer(value: Number) -> bool:
    """Tell whether a number is an Integer or Long, for which a parameter may be an ``int``."""
    return value.__class__ is int and LONG_MIN <= value <= LONG_MAX


def wrap(value: Number, bits: int) -> int:
    """Cut a number to so many bits, as a cast to ``int`` or ``long`` does."""
    if isinstance(value, float):
        # A cast from double saturates, and takes NaN for 0.
        if math.isnan(value):
            return 0
        low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
        return low if value <= low else high if value >= high else int(value)
    half = 1 << (bits - 1)
    return (int(value) + half) % (2 * half) - half


def single(value: Number) -> float:
    """Round to Java's ``float``; the result prints as a float does."""
    packed = struct.pack("f", double(value))
    exact: float = struct.unpack("f", packed)[0]
    if not math.isfinite(exact):
        return exact
    # Nine digits always tell one float from all others.
    shortest = (float(f"{exact:.{digits}g}") for digits in range(1, 10))
    return next(each for each in shortest if struct.pack("f", each) == packed)


def double(value: Number) -> float:
    """Round to Java's ``double``."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def text_of_float(value: float) -> str:
    """Print a double as Java does: plain from 0.001 to 10,000,000, otherwise as ``1.0E7``."""
    text = repr(value)
    if "e" not in text:
        size = abs(value)
        if 1e-3 <= size < 1e7 or value == 0:  # ruff: ignore[magic-value-comparison]
            return text
        if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = Decimal(text).as_tuple()
    assert isinstance(exponent, int)
    shown = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) + exponent - 1
    return f"{'-' if sign else ''}{shown[0]}.{shown[1:] or '0'}E{power}"


def text_of_number(value: Number) -> str:
    """Print a number as Java does."""
    return text_of_float(value) if isinstance(value, float) else str(value)


def compare(left: Number, right: Number) -> int:
    """Return -1, 0 or 1, as a difference of sign; NaN is equal to everything, as in Velocity."""
    if isinstance(left, float) and isinstance(right, int) and abs(right) > LONG_MAX and math.isfinite(left):
        left = Decimal(left)
    elif isinstance(right, float) and isinstance(left, int) and abs(left) > LONG_MAX and math.isfinite(right):
        right = Decimal(right)
    return -1 if left < right else 1 if left > right else 0


def is_zero(value: Number) -> bool:
    """Tell whether one must not divide by it."""
    return value == 0


def _decimal(value: Number) -> Decimal:
    if isinstance(value, float) and not math.isfinite(value):
        raise Thrown("infinite or not a number (NumberFormatException)")
    return Decimal(value)


def _exact(operation: Callable[[Decimal, Decimal], Decimal], left: Number, right: Number) -> Decimal:
    result = operation(_decimal(left), _decimal(right))
    digits = len(result.as_tuple().digits) if result.is_finite() else _EXACT.prec
    if digits >= _EXACT.prec or abs(result.adjusted()) > _LARGEST_EXPONENT:
        raise ThrownLimit("a decimal number of too many digits")
    return result


def _is_decimal(left: Number, right: Number) -> bool:
    """Tell whether Velocity calculates in BigDecimal: with one, or with a BigInteger and a Double."""
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return True
    return (isinstance(left, float) and isinstance(right, int) and not is_integer(right)) or (
        isinstance(right, float) and isinstance(left, int) and not is_integer(left)
    )


def add(left: Number, right: Number) -> Number:
    """Add; integers never overflow."""
    if left.__class__ is int and right.__class__ is int:
        return checked_integer(left + right)
    if _is_decimal(left, right):
        return _exact(_EXACT.add, left, right)
    return float(left) + float(right)


def subtract(left: Number, right: Number) -> Number:
    """Subtract; integers never overflow."""
    if left.__class__ is int and right.__class__ is int:
        return checked_integer(left - right)
    if _is_decimal(left, right):
        return _exact(_EXACT.subtract, left, right)
    return float(left) - float(right)


def multiply(left: Number, right: Number) -> Number:
    """Multiply; integers never overflow."""
    if left.__class__ is int and right.__class__ is int:
        return checked_integer(left * right)
    if _is_decimal(left, right):
        return _exact(_EXACT.multiply, left, right)
    return float(left) * float(right)


def _divide_decimals(dividend: Decimal, divisor: Decimal) -> Decimal:
    # BigDecimal keeps the scale of what is divided.
    scale = dividend.as_tuple().exponent
    assert isinstance(scale, int)
    unit = Decimal((0, (1,), scale))
    return _EXACT.divide(dividend, divisor).quantize(unit, rounding=ROUND_HALF_DOWN, context=_EXACT)


def divide(left: Number, right: Number) -> Number | None:
    """Divide; integers truncate towards zero, and there is no value behind a division by zero."""
    if is_zero(right):
        return None
    if _is_decimal(left, right):
        return _exact(_divide_decimals, left, right)
    if isinstance(left, int) and isinstance(right, int):
        quotient_size = abs(left) // abs(right)
        return -quotient_size if (left < 0) != (right < 0) else quotient_size
    return float(left) / float(right)


def modulo(left: Number, right: Number) -> Number | None:
    """Return the remainder with the sign of the dividend; that of a BigInteger is never negative."""
    if is_zero(right):
        return None
    if _is_decimal(left, right):
        raise Thrown("cannot calculate the modulo of BigDecimals (ArithmeticException)")
    if isinstance(left, int) and isinstance(right, int):
        if is_integer(left) and is_integer(right):
            return int(math.copysign(1, left)) * (abs(left) % abs(right))
        if right < 0:
            raise Thrown("the modulus of a BigInteger is not positive (ArithmeticException)")
        return left % right
    return math.nan if math.isinf(left) else math.fmod(left, right)
