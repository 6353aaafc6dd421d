from __future__ import annotations

import pytest

from forestage.policy.operands import Nothing
from forestage.policy.operators import COMPARISONS, Operator, Quantifier, read_operator

NAMES = {comparison.name for comparison in COMPARISONS.values()}


def test_every_operator_of_iam_is_there() -> None:
    families = {
        "String": ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"],
        "Arn": ["Equals", "NotEquals", "Like", "NotLike"],
    }
    orders = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
    families |= {"Numeric": orders, "Date": orders}

    assert {family + name for family, names in families.items() for name in names} | {
        *("Bool", "BinaryEquals", "IpAddress", "NotIpAddress")
    } == NAMES


def test_operators_with_not_are_negated() -> None:
    assert {comparison.name for comparison in COMPARISONS.values() if comparison.negated} == {
        name for name in NAMES if "Not" in name
    }


@pytest.mark.parametrize("name", sorted(NAMES))
def test_operator_takes_every_qualifier(name: str) -> None:
    comparison = COMPARISONS[name.lower()]

    assert read_operator(name) == Operator(name=name, comparison=comparison)
    written = f"ForAllValues:{name}IfExists"
    assert read_operator(written) == Operator(
        name=written, comparison=comparison, quantifier=Quantifier.ALL, if_exists=True
    )


@pytest.mark.parametrize("name", ["stringequals", "FORANYVALUE:STRINGEQUALS", "bool", "NULL"])
def test_operator_is_read_in_any_case(name: str) -> None:
    assert read_operator(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Equals",
        "StringEqual",
        "NullIfExists",
        "ForAnyValue:",
        "ForAllValues:ForAnyValue:Bool",
        "IfExists",
        "BoolIfExistsIfExists",
    ],
)
def test_unknown_operator_is_none(name: str) -> None:
    assert read_operator(name) is None


def test_null_has_no_comparison() -> None:
    assert read_operator("ForAnyValue:Null") == Operator(
        name="ForAnyValue:Null", comparison=None, quantifier=Quantifier.ANY
    )


@pytest.mark.parametrize(
    ("name", "fitting"),
    [
        ("NumericEquals", {"5.0"}),
        ("NumericNotEquals", {"5.0"}),
        ("NumericLessThan", {"4.9"}),
        ("NumericLessThanEquals", {"4.9", "5.0"}),
        ("NumericGreaterThan", {"5.1"}),
        ("NumericGreaterThanEquals", {"5.1", "5.0"}),
    ],
)
def test_number_is_compared(name: str, fitting: set[str]) -> None:
    operand = COMPARISONS[name.lower()].operand("5", variables=True)

    assert {given for given in ("4.9", "5.0", "5.1", "five") if operand(given, {})} == fitting


def test_moments_are_compared_in_any_form() -> None:
    operand = COMPARISONS["datelessthan"].operand("2026-01-01T00:00:00Z", variables=True)

    assert operand("2026-01-01T00:30:00+01:00", {})
    assert operand("1700000000", {})
    assert not operand("2026-01-01", {})
    assert COMPARISONS["dateequals"].operand("soon", variables=True) == Nothing()
