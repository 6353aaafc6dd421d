from __future__ import annotations

import pytest

from forestage.policy import (
    Decision,
    combine_cross_account,
    combine_same_account,
    explain_cross_account,
    explain_same_account,
)

ALLOW, SILENT, DENY = Decision.ALLOW, Decision.IMPLICIT_DENY, Decision.EXPLICIT_DENY

# Caller's side, resource policy, Table A, Table B of the developer guide.
CELLS = [
    (ALLOW, ALLOW, ALLOW, ALLOW),
    (ALLOW, SILENT, ALLOW, SILENT),
    (ALLOW, DENY, DENY, DENY),
    (SILENT, ALLOW, ALLOW, SILENT),
    (SILENT, SILENT, SILENT, SILENT),
    (SILENT, DENY, DENY, DENY),
    (DENY, ALLOW, DENY, DENY),
    (DENY, SILENT, DENY, DENY),
    (DENY, DENY, DENY, DENY),
]


@pytest.mark.parametrize(("caller", "resource", "same", "cross"), CELLS)
def test_decisions_are_combined(caller: Decision, resource: Decision, same: Decision, cross: Decision) -> None:
    assert combine_same_account(caller, resource) is same
    assert combine_cross_account(caller, resource) is cross


@pytest.mark.parametrize(
    ("caller", "resource", "words"),
    [
        (ALLOW, ALLOW, "allow: Auth and the resource policy both allow"),
        (ALLOW, SILENT, "allow: Auth allows"),
        (SILENT, ALLOW, "allow: the resource policy allows"),
        (SILENT, SILENT, "implicit deny: Auth and the resource policy are both silent"),
        (ALLOW, DENY, "explicit deny: the resource policy denies explicitly"),
        (DENY, SILENT, "explicit deny: Auth denies explicitly"),
        (DENY, DENY, "explicit deny: Auth and the resource policy both deny explicitly"),
    ],
)
def test_side_that_decided_is_told(caller: Decision, resource: Decision, words: str) -> None:
    assert explain_same_account(caller, resource, caller_name="Auth") == words


@pytest.mark.parametrize(
    ("caller", "resource", "words"),
    [
        (ALLOW, ALLOW, "allow: IAM and the resource policy both allow"),
        (ALLOW, SILENT, "implicit deny: the resource policy is silent, and across accounts both must allow"),
        (SILENT, ALLOW, "implicit deny: IAM is silent, and across accounts both must allow"),
        (DENY, ALLOW, "explicit deny: IAM denies explicitly"),
    ],
)
def test_side_that_decided_across_accounts_is_told(caller: Decision, resource: Decision, words: str) -> None:
    assert explain_cross_account(caller, resource, caller_name="IAM") == words
