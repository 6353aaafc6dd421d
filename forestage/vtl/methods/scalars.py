"""The methods of Integer, Long, BigInteger, Double, BigDecimal, Boolean and Character.

A template has no classes, so that people call Java's static methods on any object of the class: ``#set($i =
0)$i.parseInt("42")``.
"""

from __future__ import annotations

import math
import operator
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from forestage.vtl.arithmetic import (
    INTEGER_MAX,
    INTEGER_MIN,
    LONG_MAX,
    LONG_MIN,
    Number,
    compare,
    is_integer,
    single,
    text_of_float,
    text_of_number,
    wrap,
)
from forestage.vtl.arithmetic import double as to_double
from forestage.vtl.comparing import hash_of, same_number_class
from forestage.vtl.errors import Thrown
from forestage.vtl.methods.table import (
    Methods,
    any_value,
    big_integer,
    boolean,
    character,
    double,
    integer,
    long,
    text,
)
from forestage.vtl.values import Character, checked_integer

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.vtl.budget import Budget

NOT_COMPARABLE: Final = "values of two classes cannot be compared (ClassCastException)"
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_RADIX_MIN: Final = 2
_LONGEST_INTEGER: Final = 100
_PLAIN_EXPONENT_LIMIT: Final = 1_000
_POWER_BITS: Final = 20_000
_FLOAT_TEXT: Final = re.compile(r"[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)")
# What isspace() takes and Character.isWhitespace does not: spaces that do not break a line.
_UNBREAKING: Final = "\u00a0\u2007\u202f\u0085"


def parse_integer(digits: str, radix: int = 10, *, low: int = INTEGER_MIN, high: int = INTEGER_MAX) -> int:
    """Read an integer as ``parseInt`` does.

    Raises:
        Thrown: there are other characters, or the number is out of bounds.
    """
    if not _RADIX_MIN <= radix <= len(_DIGITS):
        raise Thrown(f"a radix of {radix}; 2 to 36 are allowed (NumberFormatException)")
    unsigned = digits[1:] if digits[:1] in {"-", "+"} else digits
    if not unsigned or len(unsigned) > _LONGEST_INTEGER or not set(unsigned.lower()) <= set(_DIGITS[:radix]):
        raise Thrown(f"{digits[:_LONGEST_INTEGER]!r} is no integer (NumberFormatException)")
    value = int(digits, radix)
    if not low <= value <= high:
        raise Thrown(f"{digits} is out of the range {low} to {high} (NumberFormatException)")
    return value


def parse_float(number: str) -> float:
    """Read a double as ``parseDouble`` does, blanks around it included.

    Raises:
        Thrown: it is no number.
    """
    trimmed = number.strip()
    if _FLOAT_TEXT.fullmatch(trimmed) is None:
        raise Thrown(f"{number[:_LONGEST_INTEGER]!r} is no number (NumberFormatException)")
    return float(trimmed if trimmed.endswith(("NaN", "Infinity")) else trimmed.rstrip("fFdD"))


def in_radix(value: int, radix: int) -> str:
    """Write an integer with the digits of a radix; an impossible radix is taken for 10, as in Java."""
    if not _RADIX_MIN <= radix <= len(_DIGITS):
        radix = 10
    digits = ""
    rest = abs(value)
    while rest or not digits:
        rest, digit = divmod(rest, radix)
        digits = _DIGITS[digit] + digits
    return f"-{digits}" if value < 0 else digits


def _compare_to(_budget: Budget, value: Number, other: object) -> int:
    if isinstance(other, bool) or not isinstance(other, int | float | Decimal) or not same_number_class(value, other):
        raise Thrown(NOT_COMPARABLE)
    return compare(value, other)


def not_comparable(_budget: Budget, _value: object, _other: object) -> int:
    """Refuse what is not of the same class, as Java's comparisons do."""
    raise Thrown(NOT_COMPARABLE)


# What every Number has.
_NUMBER: Final = (
    ("intValue", (), lambda _, value: wrap(value, 32)),
    ("longValue", (), lambda _, value: wrap(value, 64)),
    ("shortValue", (), lambda _, value: wrap(wrap(value, 32), 16)),
    ("byteValue", (), lambda _, value: wrap(wrap(value, 32), 8)),
    ("doubleValue", (), lambda _, value: to_double(value)),
    ("floatValue", (), lambda _, value: single(value)),
    ("compareTo", (any_value,), _compare_to),
    ("hashCode", (any_value,), lambda budget, _, other: hash_of(other, budget)),
)


def _is_int(value: int) -> bool:
    return INTEGER_MIN <= value <= INTEGER_MAX


def _parse_int(_budget: Budget, value: int, digits: str, radix: int = 10) -> int | None:
    return parse_integer(digits, radix) if _is_int(value) else None


def _parse_long(_budget: Budget, value: int, digits: str, radix: int = 10) -> int | None:
    return None if _is_int(value) else parse_integer(digits, radix, low=LONG_MIN, high=LONG_MAX)


def _value_of(budget: Budget, value: int, digits: str, radix: int = 10) -> int | None:
    if not is_integer(value):
        return None
    return (_parse_int if _is_int(value) else _parse_long)(budget, value, digits, radix)


def _static(operation: Callable[..., object]) -> Callable[..., object]:
    """Make a static method: Integer's takes no Long."""

    def method(_budget: Budget, value: int, *others: int) -> object:
        if not is_integer(value) or (_is_int(value) and not all(map(_is_int, others))):
            return None
        return operation(*others)

    return method


def _bits(form: str) -> Callable[..., object]:
    """Make a static method that prints the bits of a number, 32 of them on an Integer and 64 on a Long."""

    def method(_budget: Budget, value: int, other: int) -> str | None:
        if not is_integer(value) or (_is_int(value) and not _is_int(other)):
            return None
        return format(other & (0xFFFFFFFF if _is_int(value) else 0xFFFFFFFFFFFFFFFF), form)

    return method


def _bit_count(budget: Budget, value: int, other: int) -> int | None:
    bits = _bits("b")(budget, value, other)
    return bits.count("1") if isinstance(bits, str) else None


def _to_string(_budget: Budget, value: int, other: int) -> str | None:
    if not is_integer(value):
        return in_radix(value, other)
    return str(other) if _is_int(other) or not _is_int(value) else None


def _of_big(operation: Callable[..., int]) -> Callable[..., int | None]:
    """Make a method that a BigInteger has, and an Integer or Long has not."""

    def method(_budget: Budget, value: int, *others: int) -> int | None:
        return None if is_integer(value) else checked_integer(operation(value, *others))

    return method


def _power(value: int, exponent: int) -> int:
    if exponent < 0:
        raise Thrown("a negative exponent (ArithmeticException)")
    # A longer result is refused anyway; it need not be calculated.
    power: int = value ** min(exponent, _POWER_BITS // value.bit_length() + 1)
    return power


INTEGER_METHODS: Final = Methods()
INTEGER_METHODS.add_all(_NUMBER)
INTEGER_METHODS.add_all(
    (
        ("parseInt", (text,), _parse_int),
        ("parseInt", (text, integer), _parse_int),
        ("parseLong", (text,), _parse_long),
        ("parseLong", (text, integer), _parse_long),
        ("valueOf", (text,), _value_of),
        ("valueOf", (text, integer), _value_of),
        ("valueOf", (long,), lambda _, value, other: other if _is_int(other) or not _is_int(value) else None),
        ("decode", (text,), _value_of),
        ("toString", (long,), _to_string),
        ("toString", (long, integer), _static(in_radix)),
        ("toHexString", (long,), _bits("x")),
        ("toBinaryString", (long,), _bits("b")),
        ("toOctalString", (long,), _bits("o")),
        ("max", (long, long), _static(max)),
        ("min", (long, long), _static(min)),
        ("sum", (long, long), lambda _, value, left, right: wrap(left + right, 32 if _is_int(value) else 64)),
        ("compare", (long, long), _static(compare)),
        ("signum", (long,), _static(lambda other: compare(other, 0))),
        ("bitCount", (long,), _bit_count),
        ("add", (big_integer,), _of_big(operator.add)),
        ("subtract", (big_integer,), _of_big(operator.sub)),
        ("multiply", (big_integer,), _of_big(operator.mul)),
        ("negate", (), _of_big(operator.neg)),
        ("abs", (), _of_big(abs)),
        ("signum", (), _of_big(lambda value: compare(value, 0))),
        ("bitLength", (), _of_big(lambda value: value.bit_length())),
        ("pow", (integer,), _of_big(_power)),
    )
)

FLOAT_METHODS: Final = Methods()
FLOAT_METHODS.add_all(_NUMBER)
FLOAT_METHODS.add_all(
    (
        ("parseDouble", (text,), lambda _, __, number: parse_float(number)),
        ("valueOf", (text,), lambda _, __, number: parse_float(number)),
        ("valueOf", (double,), lambda _, __, other: float(other)),
        ("toString", (double,), lambda _, __, other: text_of_float(float(other))),
        ("isNaN", (), lambda _, value: math.isnan(value)),
        ("isNaN", (double,), lambda _, __, other: math.isnan(other)),
        ("isInfinite", (), lambda _, value: math.isinf(value)),
        ("isInfinite", (double,), lambda _, __, other: math.isinf(other)),
        ("isFinite", (double,), lambda _, __, other: math.isfinite(other)),
        ("max", (double, double), lambda _, __, left, right: float(max(left, right))),
        ("min", (double, double), lambda _, __, left, right: float(min(left, right))),
        ("sum", (double, double), lambda _, __, left, right: float(left + right)),
        ("compare", (double, double), lambda _, __, left, right: compare(left, right)),
    )
)


def _plain_text(_budget: Budget, value: Decimal) -> str:
    return f"{value:f}" if abs(value.adjusted()) < _PLAIN_EXPONENT_LIMIT else text_of_number(value)


DECIMAL_METHODS: Final = Methods()
DECIMAL_METHODS.add_all(_NUMBER)
DECIMAL_METHODS.add_all(
    (
        ("toPlainString", (), _plain_text),
        ("negate", (), lambda _, value: value.copy_negate()),
        ("abs", (), lambda _, value: value.copy_abs()),
        ("signum", (), lambda _, value: compare(value, 0)),
        ("scale", (), lambda _, value: -value.as_tuple().exponent),
    )
)

BOOLEAN_METHODS: Final = Methods()
BOOLEAN_METHODS.add_all(
    (
        ("booleanValue", (), lambda _, value: value),
        ("parseBoolean", (text,), lambda _, __, word: word.lower() == "true"),
        ("valueOf", (text,), lambda _, __, word: word.lower() == "true"),
        ("valueOf", (boolean,), lambda _, __, other: other),
        ("toString", (boolean,), lambda _, __, other: "true" if other else "false"),
        ("compareTo", (boolean,), lambda _, value, other: value - other),
        ("compareTo", (any_value,), not_comparable),
        ("compare", (boolean, boolean), lambda _, __, left, right: left - right),
        ("logicalAnd", (boolean, boolean), lambda _, __, left, right: left and right),
        ("logicalOr", (boolean, boolean), lambda _, __, left, right: left or right),
        ("logicalXor", (boolean, boolean), lambda _, __, left, right: left != right),
    )
)


def _changed_case(changed: str, original: Character) -> Character:
    return Character(changed) if len(changed) == 1 else original


def _is_digit(other: Character) -> bool:
    return unicodedata.category(other.text) == "Nd"


CHARACTER_METHODS: Final = Methods()
CHARACTER_METHODS.add_all(
    (
        ("charValue", (), lambda _, value: value),
        ("compareTo", (character,), lambda _, value, other: ord(value.text) - ord(other.text)),
        ("compareTo", (any_value,), not_comparable),
        ("toString", (character,), lambda _, __, other: other.text),
        ("valueOf", (character,), lambda _, __, other: other),
        ("toUpperCase", (character,), lambda _, __, other: _changed_case(other.text.upper(), other)),
        ("toLowerCase", (character,), lambda _, __, other: _changed_case(other.text.lower(), other)),
        ("isDigit", (character,), lambda _, __, other: _is_digit(other)),
        ("isLetter", (character,), lambda _, __, other: other.text.isalpha()),
        ("isLetterOrDigit", (character,), lambda _, __, other: other.text.isalpha() or _is_digit(other)),
        ("isUpperCase", (character,), lambda _, __, other: other.text.isupper()),
        ("isLowerCase", (character,), lambda _, __, other: other.text.islower()),
        ("isWhitespace", (character,), lambda _, __, other: other.text.isspace() and other.text not in _UNBREAKING),
        ("getNumericValue", (character,), lambda _, __, other: _DIGITS.find(other.text.lower())),
    )
)
