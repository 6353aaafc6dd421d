"""The section Rules: what the values of parameters must fulfil together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.functions.conditions import decide
from forestage.load.positions import MarkedList, MarkedMap, Raw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.load.scope import Scope


def broken_rules(scope: Scope, rules: MarkedMap[Raw]) -> Iterator[tuple[str, MarkedMap[Raw]]]:
    """Yield what each broken assertion says, and where it stands.

    Source: CloudFormation user guide, "Rules".
    """
    for name, rule in rules.items():
        if not isinstance(rule, MarkedMap):
            continue
        condition = rule.get("RuleCondition")
        if condition is not None and decide(scope, condition, rule) is not True:
            continue
        for assertion in _assertions(rule):
            if decide(scope, assertion.get("Assert"), assertion) is False:
                yield (
                    str(assertion.get("AssertDescription") or f"the values of parameters break rule {name}"),
                    assertion,
                )


def _assertions(rule: MarkedMap[Raw]) -> Iterator[MarkedMap[Raw]]:
    assertions = rule.get("Assertions")
    if isinstance(assertions, MarkedList):
        yield from (assertion for assertion in assertions if isinstance(assertion, MarkedMap))
