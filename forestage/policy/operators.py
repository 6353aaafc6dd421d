"""Condition operators: what each compares, how its values are read, and the words for it.

Source: IAM user guide, "Condition operators" and "Conditions with multiple context keys or values" (documented).
"""

from __future__ import annotations

import operator
from enum import Enum
from typing import TYPE_CHECKING, Final, Protocol

from forestage.model.records import dataclass
from forestage.policy.operands import (
    Measure,
    Nothing,
    read_arn_like,
    read_binary,
    read_bool,
    read_equal,
    read_equal_ignoring_case,
    read_like,
    read_range,
)
from forestage.policy.readings import read_moment, read_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from forestage.policy.operands import Operand


class OperandReader(Protocol):
    """Makes a value of a policy ready to be compared; ``variables`` tells whether they are filled in this policy."""

    def __call__(self, source: str, *, variables: bool) -> Operand:
        """Read a value."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """An operator without its qualifiers.

    ``relation`` has a place for ``none`` or ``one``: ``is in {} of``. ``strict`` is one whose values IAM
    checks when a policy is saved.
    """

    name: str
    relation: str
    operand: OperandReader
    negated: bool = False
    strict: bool = False


def _pair(positive: str, negative: str, relation: str, operand: OperandReader) -> list[Comparison]:
    return [
        Comparison(name=positive, relation=relation, operand=operand),
        Comparison(name=negative, relation=relation, operand=operand, negated=True),
    ]


def _measure(read: Callable[[str], Decimal | None], compare: Callable[[Decimal, Decimal], bool]) -> OperandReader:
    # No variables are filled in these.
    def measure(source: str, *, variables: bool) -> Operand:  # ruff: ignore[unused-function-argument]  (fills none)
        value = read(source)
        return Nothing() if value is None else Measure(read=read, compare=compare, value=value)

    return measure


_ORDERS: Final = (
    ("Equals", "{}", operator.eq, False),
    ("NotEquals", "{}", operator.eq, True),
    ("LessThan", "less than {}", operator.lt, False),
    ("LessThanEquals", "at most {}", operator.le, False),
    ("GreaterThan", "greater than {}", operator.gt, False),
    ("GreaterThanEquals", "at least {}", operator.ge, False),
)


def _measures(family: str, read: Callable[[str], Decimal | None], *, strict: bool) -> list[Comparison]:
    return [
        Comparison(
            name=family + name,
            relation=f"is {order} of",
            operand=_measure(read, compare),
            negated=negated,
            strict=strict,
        )
        for name, order, compare, negated in _ORDERS
    ]


# Moments are compared as numbers are, "greater" is later. IAM refuses dates that are none ("failed legacy parsing",
# moto's validator); values of other kinds that are none only never fit.
COMPARISONS: Final = {
    comparison.name.lower(): comparison
    for comparison in (
        *_pair("StringEquals", "StringNotEquals", "equals {} of", read_equal),
        *_pair(
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
            "equals, case aside, {} of",
            read_equal_ignoring_case,
        ),
        *_pair("StringLike", "StringNotLike", "is like {} of", read_like),
        *_measures("Numeric", read_number, strict=False),
        *_measures("Date", read_moment, strict=True),
        Comparison(name="Bool", relation="is {} of", operand=read_bool),
        Comparison(name="BinaryEquals", relation="equals {} of", operand=read_binary),
        *_pair("IpAddress", "NotIpAddress", "is in {} of", read_range),
        *_pair("ArnEquals", "ArnNotEquals", "matches {} of", read_arn_like),
        *_pair("ArnLike", "ArnNotLike", "matches {} of", read_arn_like),
    )
}
"""The operators by their names in lower case, but for ``Null``."""


class Quantifier(Enum):
    """Which of several values of the request must fit."""

    ALL = "ForAllValues"
    ANY = "ForAnyValue"


_QUANTIFIERS: Final = {f"{quantifier.value.lower()}:": quantifier for quantifier in Quantifier}
_IF_EXISTS: Final = "ifexists"
_NULL: Final = "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """An operator as a condition has it.

    ``comparison`` None is ``Null``; ``name`` is as written.
    """

    name: str
    comparison: Comparison | None
    quantifier: Quantifier | None = None
    if_exists: bool = False


def read_operator(name: str) -> Operator | None:
    """Read an operator with its qualifiers, in any case; None where there is none of that name.

    ``Null`` cannot be asked only of what exists. Source: Access Analyzer, "Null with if exists" (documented).
    """
    base = name.lower()
    quantifier = next((kind for prefix, kind in _QUANTIFIERS.items() if base.startswith(prefix)), None)
    if quantifier:
        base = base[len(quantifier.value) + 1 :]
    if base == _NULL:
        return Operator(name=name, comparison=None, quantifier=quantifier)
    comparison = COMPARISONS.get(base.removesuffix(_IF_EXISTS))
    if comparison is None:
        return None
    return Operator(name=name, comparison=comparison, quantifier=quantifier, if_exists=base.endswith(_IF_EXISTS))
