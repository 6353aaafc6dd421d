from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.policy.conditions import listed, refusal
from tests.policy.building import policy, statement

if TYPE_CHECKING:
    from forestage.model.values import Json

ABSENT = "the request has no such key"


def why_not(operator: str, values: Json, *given: str, key: str = "aws:k") -> str | None:
    read = policy(statement(Condition={operator: {key: values}}))
    return refusal(read.statements[0].conditions[0], {"aws:k": given} if given else {})


@pytest.mark.parametrize(
    ("operator", "values", "given"),
    [
        ("StringEquals", "a", ["a"]),
        ("StringEquals", ["x", "a"], ["a"]),
        ("StringEquals", "", [""]),
        ("StringNotEquals", ["x", "y"], ["a"]),
        ("StringNotEquals", "a", []),
        ("StringNotEqualsIfExists", "a", []),
        ("StringNotEquals", "${aws:nope}", ["a"]),
        ("StringEqualsIfExists", "a", []),
        ("NotIpAddress", "10.0.0.0/8", []),
        ("NotIpAddress", "10.0.0.0/8", ["192.0.2.1"]),
        ("NotIpAddress", "no range", ["192.0.2.1"]),
        ("StringNotEquals", [], ["a"]),
        ("NumericLessThan", 10, ["9"]),
        ("Bool", True, ["true"]),
        ("Null", "true", []),
        ("Null", True, []),
        ("Null", "false", ["a"]),
        ("Null", ["true", "false"], ["a"]),
        ("ForAllValues:Null", "false", []),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"]),
        ("ForAllValues:StringEquals", ["a", "b"], []),
        ("ForAllValues:StringEquals", "a", [""]),
        ("ForAllValues:StringEquals", [], []),
        ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"]),
        ("ForAllValues:StringNotEquals", "a", []),
        ("ForAllValues:StringEqualsIfExists", "a", []),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c", "a"]),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "c"]),
    ],
)
def test_condition_holds(operator: str, values: Json, given: list[str]) -> None:
    assert why_not(operator, values, *given) is None


@pytest.mark.parametrize(
    ("operator", "values", "given", "reason"),
    [
        ("StringEquals", "a", [], ABSENT),
        ("StringEquals", "${aws:nope}", ["a"], "a equals none of ${aws:nope}"),
        ("StringEquals", [], ["a"], "a equals none of no values"),
        ("StringEqualsIfExists", [], ["a"], "a equals none of no values"),
        ("StringNotEquals", ["a", "b"], ["b"], "b equals one of a, b"),
        ("IpAddress", "10.0.0.0/8", ["127.0.0.1"], "127.0.0.1 is in none of 10.0.0.0/8"),
        ("NotIpAddress", "127.0.0.0/8", ["127.0.0.1"], "127.0.0.1 is in one of 127.0.0.0/8"),
        ("StringLike", ["a*", "b*"], ["c"], "c is like none of a*, b*"),
        ("NumericGreaterThan", 5, ["5"], "5 is greater than none of 5"),
        ("DateNotEquals", "2026-01-01", ["2026-01-01"], "2026-01-01 is one of 2026-01-01"),
        ("Bool", "true", ["false"], "false is none of true"),
        ("ArnLike", "arn:*:*:*:*:a", ["x"], "x matches none of arn:*:*:*:*:a"),
        ("StringEquals", "a", ["a", "b"], "the key has 2 values, which only ForAllValues: and ForAnyValue: compare"),
        ("StringNotEquals", "c", ["a", "b"], "the key has 2 values, which only ForAllValues: and ForAnyValue: compare"),
        ("Null", "true", ["a"], "the request has the key"),
        ("Null", "false", [], ABSENT),
        ("Null", "maybe", [], ABSENT),
        ("ForAnyValue:Null", "true", [], "ForAnyValue:Null never holds"),
        ("ForAllValues:StringEquals", ["a"], ["a", "b", "c"], "b, c equals none of a"),
        ("ForAllValues:StringNotEquals", ["a"], ["a", "b"], "a equals one of a"),
        ("ForAnyValue:StringEquals", "a", [], ABSENT),
        ("ForAnyValue:StringEqualsIfExists", "a", [], ABSENT),
        ("ForAnyValue:StringNotEquals", "a", [], ABSENT),
        ("ForAnyValue:StringEquals", "", [""], ABSENT),
        ("ForAnyValue:StringEquals", "a", ["b", "c"], "b, c equals none of a"),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["b", "a"], "b, a equals one of a, b"),
    ],
)
def test_condition_that_does_not_hold_says_why(operator: str, values: Json, given: list[str], reason: str) -> None:
    assert why_not(operator, values, *given) == reason


def test_key_is_the_same_in_any_case() -> None:
    assert why_not("StringEquals", "a", "a", key="AWS:K") is None


def test_many_and_long_values_are_cut() -> None:
    assert listed([str(number) for number in range(8)]) == "0, 1, 2, 3, 4 and 3 more"
    assert listed(["a" * 201]) == "a" * 200 + "..."
