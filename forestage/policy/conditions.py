"""Whether a condition holds for a request, and why not.

Source: IAM user guide, "Condition operators", "Conditions with multiple context keys or values", "Set operators for
multivalued context keys", "Policy variables with no value" (documented).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.policy.operators import Quantifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.policy.documents import Condition
    from forestage.policy.operators import Comparison
    from forestage.policy.patterns import Keys

_SHOWN_VALUES: Final = 5
_SHOWN_CHARACTERS: Final = 200


def refusal(condition: Condition, keys: Keys) -> str | None:
    """Say why a condition does not hold; None where it does. The names of ``keys`` are in lower case."""
    given, operator = keys.get(condition.key.lower(), ()), condition.operator
    comparison, quantifier = operator.comparison, operator.quantifier
    if comparison is None:
        return _null(condition, given)
    if quantifier:
        return _several(condition, comparison, quantifier, given, keys)
    if not given:
        return None if operator.if_exists or comparison.negated else "the request has no such key"
    if len(given) > 1:
        return f"the key has {len(given)} values, which only ForAllValues: and ForAnyValue: compare"
    return None if _fits(condition, comparison, given[0], keys) else _words(condition, comparison, given)


def _fits(condition: Condition, comparison: Comparison, value: str, keys: Keys) -> bool:
    """Compare one value of the request: with one of the policy's it must fit, or with none where negated."""
    return any(operand(value, keys) for operand in condition.operands) is not comparison.negated


def _several(
    condition: Condition, comparison: Comparison, quantifier: Quantifier, given: Sequence[str], keys: Keys
) -> str | None:
    """Compare a set of values; the empty set fits with all and never with any, empty strings count as none.

    ``IfExists`` alters neither: it is about each single value. Source: iam-simulate (cloud-copilot), which was held
    against IAM; documented for ``ForAllValues``.
    """
    values = [value for value in given if value]
    misfits = [value for value in values if not _fits(condition, comparison, value, keys)]
    if quantifier is Quantifier.ALL:
        return _words(condition, comparison, misfits) if misfits else None
    if not values:
        return "the request has no such key"
    return None if len(misfits) < len(values) else _words(condition, comparison, misfits)


def _null(condition: Condition, given: Sequence[str]) -> str | None:
    """Ask for a key's absence; with ForAllValues that is always true, with ForAnyValue never.

    Source: Access Analyzer, "Null with qualifier" (documented).
    """
    quantifier = condition.operator.quantifier
    if quantifier:
        return None if quantifier is Quantifier.ALL else "ForAnyValue:Null never holds"
    absent = "false" if given else "true"
    if any(value.lower() == absent for value in condition.values):
        return None
    return f"the request has {'the' if given else 'no such'} key"


def _words(condition: Condition, comparison: Comparison, given: Sequence[str]) -> str:
    relation = comparison.relation.format("one" if comparison.negated else "none")
    return f"{listed(given)} {relation} {listed(condition.values)}"


def listed(values: Sequence[str]) -> str:
    """List values for people, the first of many and the beginning of long ones."""
    named = [
        value if len(value) <= _SHOWN_CHARACTERS else f"{value[:_SHOWN_CHARACTERS]}..."
        for value in values[:_SHOWN_VALUES]
    ]
    more = len(values) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "") if named else "no values"
