"""The decisions of the caller's side and of the resource policy, put together.

The caller's side is the policy of a Lambda authorizer or are the IAM policies of the caller.
Source: authorizers.md, Resource policies, Tables A and B (documented).
"""

from __future__ import annotations

from typing import Final

from forestage.policy.evaluation import Decision

_ALLOW: Final = Decision.ALLOW
_SILENT: Final = Decision.IMPLICIT_DENY
_DENY: Final = Decision.EXPLICIT_DENY

SAME_ACCOUNT: Final = {
    (_ALLOW, _ALLOW): _ALLOW,
    (_ALLOW, _SILENT): _ALLOW,
    (_ALLOW, _DENY): _DENY,
    (_SILENT, _ALLOW): _ALLOW,
    (_SILENT, _SILENT): _SILENT,
    (_SILENT, _DENY): _DENY,
    (_DENY, _ALLOW): _DENY,
    (_DENY, _SILENT): _DENY,
    (_DENY, _DENY): _DENY,
}
"""Table A: caller and API in one account; the caller's side first, then the resource policy."""

CROSS_ACCOUNT: Final = {
    (_ALLOW, _ALLOW): _ALLOW,
    (_ALLOW, _SILENT): _SILENT,
    (_ALLOW, _DENY): _DENY,
    (_SILENT, _ALLOW): _SILENT,
    (_SILENT, _SILENT): _SILENT,
    (_SILENT, _DENY): _DENY,
    (_DENY, _ALLOW): _DENY,
    (_DENY, _SILENT): _DENY,
    (_DENY, _DENY): _DENY,
}
"""Table B: the caller is of another account than the API."""

_SAID: Final = {
    _ALLOW: ("{} allows", "{} and {} both allow"),
    _SILENT: ("{} is silent", "{} and {} are both silent"),
    _DENY: ("{} denies explicitly", "{} and {} both deny explicitly"),
}


def combine_same_account(caller: Decision, resource: Decision) -> Decision:
    """Decide where caller and API are of one account: either side may allow, either may deny."""
    return SAME_ACCOUNT[caller, resource]


def combine_cross_account(caller: Decision, resource: Decision) -> Decision:
    """Decide where the caller is of another account: both sides have to allow."""
    return CROSS_ACCOUNT[caller, resource]


def explain_same_account(caller: Decision, resource: Decision, *, caller_name: str) -> str:
    """Say which side decided by Table A; ``caller_name`` is what to call the caller's side."""
    return _explain(combine_same_account(caller, resource), caller, resource, caller_name)


def explain_cross_account(caller: Decision, resource: Decision, *, caller_name: str) -> str:
    """Say which side decided by Table B."""
    decision = combine_cross_account(caller, resource)
    both = ", and across accounts both must allow" if decision is _SILENT else ""
    return _explain(decision, caller, resource, caller_name) + both


def _explain(decision: Decision, caller: Decision, resource: Decision, caller_name: str) -> str:
    sides = [name for name, said in ((caller_name, caller), ("the resource policy", resource)) if said is decision]
    one, both = _SAID[decision]
    return f"{decision.value}: {(one if len(sides) == 1 else both).format(*sides)}"
