from __future__ import annotations

import math
from decimal import Decimal

import pytest

from forestage.vtl.arithmetic import (
    Number,
    add,
    compare,
    divide,
    modulo,
    multiply,
    single,
    subtract,
    text_of_float,
    text_of_number,
    wrap,
)
from forestage.vtl.errors import Thrown, ThrownLimit

HUGE = 10**30


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (0.1 + 0.2, "0.30000000000000004"),
        (0.001, "0.001"),
        (0.000999, "9.99E-4"),
        (9999999.0, "9999999.0"),
        (1e7, "1.0E7"),
        (-12345678.9, "-1.23456789E7"),
        (1e16, "1.0E16"),
        (1.5e300, "1.5E300"),
        (5e-324, "5.0E-324"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_double_prints_as_in_java(value: float, text: str) -> None:
    assert text_of_float(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(5, "5"), (HUGE, str(HUGE)), (1.5, "1.5"), (Decimal("1.50"), "1.50"), (Decimal("1E+3"), "1E+3")]
)
def test_number_prints_as_in_java(value: Number, text: str) -> None:
    assert text_of_number(value) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.1, 0.1),
        (1.23456789, 1.2345679),
        (16777217.0, 16777216.0),
        (1e300, math.inf),
        (-1e300, -math.inf),
        (math.inf, math.inf),
        (10**400, math.inf),
        (-(10**400), -math.inf),
    ],
)
def test_float_has_the_digits_of_a_single(value: float, expected: float) -> None:
    assert repr(single(value)) == repr(expected)


@pytest.mark.parametrize(
    ("value", "bits", "expected"),
    [
        (2**31, 32, -(2**31)),
        (2**32 + 5, 32, 5),
        (-1, 8, -1),
        (300, 8, 44),
        (1e30, 32, 2**31 - 1),
        (-1e30, 64, -(2**63)),
        (math.nan, 32, 0),
        (2.9, 32, 2),
        (-2.9, 32, -2),
        (Decimal("1E+20"), 64, 10**20 % 2**64),
    ],
)
def test_number_is_cut_as_by_a_cast(value: Number, bits: int, expected: int) -> None:
    half = 2 ** (bits - 1)

    assert wrap(value, bits) == (expected + half) % (2 * half) - half


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 2, -1),
        (2, 1.5, 1),
        (1, 1.0, 0),
        (HUGE, 1.5, 1),
        (1.5, HUGE, -1),
        (HUGE, math.inf, -1),
        (Decimal("1.5"), 1, 1),
        (math.nan, 1, 0),
    ],
)
def test_numbers_compare_by_size(left: Number, right: Number, expected: int) -> None:
    assert compare(left, right) == expected


@pytest.mark.parametrize(
    ("left", "right", "total", "difference", "product"),
    [
        (1, 2, "3", "-1", "2"),
        (1, 0.5, "1.5", "0.5", "0.5"),
        (2**63 - 1, 1, str(2**63), str(2**63 - 2), str(2**63 - 1)),
        (HUGE, 0.5, f"{HUGE}.5", f"{HUGE - 1}.5", f"{HUGE // 2}.0"),
        (Decimal("0.1"), 1, "1.1", "-0.9", "0.1"),
    ],
)
def test_numbers_are_calculated(left: Number, right: Number, total: str, difference: str, product: str) -> None:
    assert text_of_number(add(left, right)) == total
    assert text_of_number(subtract(left, right)) == difference
    assert text_of_number(multiply(left, right)) == product


@pytest.mark.parametrize(
    ("dividend", "divisor", "expected"),
    [
        (7, 2, 3),
        (-7, 2, -3),
        (7, -2, -3),
        (7, 2.0, 3.5),
        (7, 0, None),
        (7.5, 0.0, None),
        (HUGE, 7, HUGE // 7),
        (Decimal("1.00"), 3, Decimal("0.33")),
        (Decimal("0.25"), 2, Decimal("0.12")),
        (1.0, 1e-320, math.inf),
    ],
)
def test_division_truncates_integers(dividend: Number, divisor: Number, expected: Number | None) -> None:
    assert divide(dividend, divisor) == expected


@pytest.mark.parametrize(
    ("dividend", "divisor", "expected"),
    [(7, 3, 1), (-7, 3, -1), (7, -3, 1), (7.5, 2, 1.5), (-7.5, 2, -1.5), (7, 0, None), (-HUGE, 7, -HUGE % 7)],
)
def test_remainder_has_the_sign_of_the_dividend(dividend: Number, divisor: Number, expected: Number | None) -> None:
    assert modulo(dividend, divisor) == expected


def test_remainder_of_infinity_is_no_number() -> None:
    assert math.isnan(modulo(math.inf, 2) or 0)


@pytest.mark.parametrize(("dividend", "divisor"), [(Decimal("1.5"), 1), (HUGE, 1.5), (HUGE, -HUGE)])
def test_remainder_that_java_does_not_calculate_throws(dividend: Number, divisor: Number) -> None:
    with pytest.raises(Thrown, match="ArithmeticException"):
        modulo(dividend, divisor)


def test_decimal_of_infinity_throws() -> None:
    with pytest.raises(Thrown, match="NumberFormatException"):
        add(HUGE, math.inf)


@pytest.mark.parametrize(
    ("left", "right"), [(10**3_900, 10**100), (Decimal("1E+9999"), Decimal(10)), (Decimal(1), Decimal("1E-9000"))]
)
def test_number_of_too_many_digits_is_refused(left: Number, right: Number) -> None:
    with pytest.raises(ThrownLimit):
        add(multiply(left, right), multiply(right, right))
