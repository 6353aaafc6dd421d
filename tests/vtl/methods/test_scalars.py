from __future__ import annotations

import pytest

from tests.vtl.rendering import render

BIG = "1.50000000000000000000"


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("toPlainString()", "1.50000000000000000000"),
        ("negate()", "-1.50000000000000000000"),
        ("abs()", "1.50000000000000000000"),
        ("signum()", "1"),
        ("scale()", "20"),
        ("intValue()", "1"),
        ("doubleValue()", "1.5"),
        ("compareTo($x)", "0"),
        ("toString()", "1.50000000000000000000"),
        ("equals($x)", "true"),
        ("nope()", ""),
    ],
)
def test_big_decimal_has_a_few_methods(call: str, text: str) -> None:
    assert render(f"#set($x = $input.path('$'))$x.{call}", BIG) == text


def test_big_decimal_of_a_large_exponent_stays_in_its_notation() -> None:
    assert render("$input.path('$').toPlainString()", "1.00000000000000000000e4000") == "1.00000000000000000000E+4000"


def test_integer_beyond_a_double_is_infinite() -> None:
    template = (
        "#set($x = 10000000000000000000)#foreach($i in [1..5])#set($x = $x * $x)#end$x.doubleValue() $x.floatValue()"
    )

    assert render(template) == "Infinity Infinity"


def test_range_of_what_is_no_number_has_no_value() -> None:
    assert render("#set($x = [$s..3])[$x]#foreach($i in [1..$s])x#end", s="a") == "[]"
