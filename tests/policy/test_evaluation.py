from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.policy import Decision, NamedPolicy, Principal, PrincipalKind, StatementRef, evaluate
from tests.policy.building import ACCOUNT, API, PETS, access, policy, statement, verdict

if TYPE_CHECKING:
    from forestage.model.values import Json

ADA = Principal(arn=f"arn:aws:iam::{ACCOUNT}:user/Ada", account_id=ACCOUNT, kind=PrincipalKind.USER)


@pytest.mark.parametrize(
    ("elements", "fits"),
    [
        ({}, True),
        ({"Action": "execute-api:Invoke"}, True),
        ({"Action": ["a:b", "EXECUTE-API:invoke"]}, True),
        ({"Action": "execute-api:*"}, True),
        ({"Action": "execute-api:In?oke"}, True),
        ({"Action": "*:Invoke"}, True),
        ({"Action": "execute-api:InvalidateCache"}, False),
        ({"Action": "lambda:*"}, False),
        ({"NotAction": "lambda:*", "Action": None}, True),
        ({"NotAction": ["a:b", "execute-api:*"], "Action": None}, False),
        ({"Resource": PETS}, True),
        ({"Resource": f"{API}/*"}, True),
        ({"Resource": f"{API}/*/GET/*"}, True),
        ({"Resource": f"{API}/dev/GET/p?ts"}, True),
        ({"Resource": ["x", "arn:aws:execute-api:*"]}, True),
        ({"Resource": f"{API}/dev/get/pets"}, False),
        ({"Resource": f"{API}/dev/GET/"}, False),
        ({"NotResource": f"{API}/dev/GET/*", "Resource": None}, False),
        ({"NotResource": f"{API}/prod/*", "Resource": None}, True),
        ({"Resource": f"{API}/dev/GET/${{aws:username}}"}, True),
        ({"Resource": f"{API}/dev/GET/${{aws:nope}}"}, False),
        ({"NotResource": f"{API}/dev/GET/${{aws:nope}}", "Resource": None}, True),
        ({"Condition": {}}, True),
        ({"Condition": {"StringEquals": {}}}, True),
        ({"Condition": {"StringEquals": {"AWS:UserName": "pets", "aws:userid": "7"}, "Bool": {"aws:x": "true"}}}, True),
        ({"Condition": {"StringEquals": {"aws:username": "pets", "aws:userid": "8"}}}, False),
        ({"Condition": {"StringEquals": {"aws:username": "pets"}, "Bool": {"aws:x": "false"}}}, False),
    ],
)
def test_statement_counts_when_all_of_it_fits(elements: dict[str, Json], fits: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the table)
    keys = {"aws:UserName": ("pets",), "aws:userid": ("7",), "aws:x": ("true",)}

    result = verdict(statement(**elements), of=access(keys=keys))

    assert (result.decision is Decision.ALLOW) is fits


@pytest.mark.parametrize(
    ("effects", "decision", "by"),
    [
        ([], Decision.IMPLICIT_DENY, None),
        (["Allow", "Allow"], Decision.ALLOW, "Statement[0]"),
        (["Allow", "Deny", "Deny"], Decision.EXPLICIT_DENY, "Statement[1]"),
        (["Deny", "Allow"], Decision.EXPLICIT_DENY, "Statement[0]"),
    ],
)
def test_deny_goes_before_allow_and_allow_before_silence(
    effects: list[str], decision: Decision, by: str | None
) -> None:
    other = statement("Deny", Resource="other")

    result = verdict(*(statement(effect) for effect in effects), other)

    assert result.decision is decision
    assert (result.by and result.by.path) == by


def test_policies_decide_together() -> None:
    first = NamedPolicy(name="first", policy=policy(statement()))
    second = NamedPolicy(name="second", policy=policy(statement("Deny", Sid="no")))

    result = evaluate([first, second], access())

    assert result.decision is Decision.EXPLICIT_DENY
    assert result.by == StatementRef(policy="second", path="Statement[0]", sid="no")
    assert str(result.by) == "Statement[0] (no) of second"
    assert [str(one) for one in result.considered] == [
        "Statement[0] of first: Allow",
        "Statement[0] (no) of second: Deny",
    ]


def test_no_policy_denies_by_silence() -> None:
    result = evaluate([], access())

    assert (result.decision, result.by, result.considered) == (Decision.IMPLICIT_DENY, None, ())


@pytest.mark.parametrize(
    ("elements", "element", "reason"),
    [
        ({"Principal": {"AWS": ACCOUNT}}, "Principal", f"the anonymous caller is none of Principal {ACCOUNT}"),
        ({"Principal": {}}, "Principal", "the anonymous caller is none of Principal no values"),
        ({"NotPrincipal": "*"}, "NotPrincipal", "the anonymous caller is among NotPrincipal *"),
        ({"Action": "lambda:*"}, "Action", "action execute-api:Invoke is none of Action lambda:*"),
        ({"NotAction": "*", "Action": None}, "NotAction", "action execute-api:Invoke is among NotAction *"),
        ({"Resource": ["a", "b"]}, "Resource", f"resource {PETS} is none of Resource a, b"),
        ({"NotResource": "*", "Resource": None}, "NotResource", f"resource {PETS} is among NotResource *"),
        (
            {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
            "Condition IpAddress",
            "condition IpAddress aws:SourceIp: 127.0.0.1 is in none of 10.0.0.0/8",
        ),
    ],
)
def test_statement_that_does_not_count_says_why(elements: dict[str, Json], element: str, reason: str) -> None:

    (considered,) = verdict(statement(**elements), of=access(keys={"aws:SourceIp": ("127.0.0.1",)})).considered

    assert considered.mismatch
    assert (considered.mismatch.element, considered.mismatch.reason) == (element, reason)
    assert str(considered) == f"Statement[0] of the policy: no Allow, {reason}"


def test_known_caller_is_told_by_its_arn() -> None:
    (considered,) = verdict(statement(Principal={"AWS": "999988887777"}), of=access(principal=ADA)).considered

    assert considered.mismatch
    assert considered.mismatch.reason == f"principal {ADA.arn} is none of Principal 999988887777"


@pytest.mark.parametrize(
    ("named", "delegated", "by"),
    [
        ([{"AWS": ACCOUNT}], True, "Statement[0]"),
        ([{"AWS": ACCOUNT}, {"AWS": ADA.arn}], False, "Statement[1]"),
        ([{"AWS": [ACCOUNT, ADA.arn]}], False, "Statement[0]"),
        (["*"], False, "Statement[0]"),
    ],
)
def test_allow_to_an_account_alone_is_told(named: list[Json], delegated: bool, by: str) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the table)
    result = verdict(*(statement(Principal=one) for one in named), of=access(principal=ADA))

    assert (result.decision, result.delegated) == (Decision.ALLOW, delegated)
    assert result.by
    assert result.by.path == by


def test_deny_to_an_account_is_not_delegated() -> None:
    result = verdict(statement("Deny", Principal={"AWS": ACCOUNT}), of=access(principal=ADA))

    assert (result.decision, result.delegated) == (Decision.EXPLICIT_DENY, False)


def test_old_version_fills_no_variables() -> None:
    of = access(keys={"aws:username": ("pets",)})

    result = verdict(statement(Resource=f"{API}/dev/GET/${{aws:username}}"), of=of, version="2008-10-17")

    assert result.decision is Decision.IMPLICIT_DENY
