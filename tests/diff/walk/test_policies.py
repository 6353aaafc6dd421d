from __future__ import annotations

import json
from typing import Any

import pytest

from forestage.diff.walk.policies import MOST_ATOMS, compare_documents, compare_policies, lets_everybody_in
from forestage.model.values import Unknown

# Policies are whatever JSON a case has.
Json = Any
INVOKE = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}


def policy(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(**parts: Json) -> Json:
    return {**INVOKE, **parts}


def deny(**parts: Json) -> Json:
    return {**INVOKE, "Effect": "Deny", **parts}


OFFICE = {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}
TWO_OFFICES = {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}}
NOT_OFFICE = {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}
NOT_OFFICES = {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}}


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [
        (policy(), policy(allow())),
        (policy(allow(Principal={"AWS": "111122223333"})), policy(allow())),
        (policy(allow(Principal={"AWS": "111122223333"})), policy(allow(Principal={"AWS": ["111122223333", "2"]}))),
        (policy(allow(Resource="execute-api:/*/GET/*")), policy(allow())),
        (policy(allow(Action="execute-api:Invoke")), policy(allow(Action="*"))),
        (policy(allow(Condition=OFFICE)), policy(allow())),
        (policy(allow(Condition=OFFICE)), policy(allow(Condition=TWO_OFFICES))),
        (policy(allow(Condition=NOT_OFFICES)), policy(allow(Condition=NOT_OFFICE))),
        (policy(allow(), deny(Resource="execute-api:/*/DELETE/*")), policy(allow())),
        (policy(allow(), deny()), policy(allow(), deny(Resource="execute-api:/*/DELETE/*"))),
        (policy(allow(), deny()), policy(allow(), deny(Condition=OFFICE))),
        (policy(allow(Resource="execute-api:/prod/GET/a")), policy(allow(Resource="execute-api:/prod/GET/?"))),
    ],
    ids=lambda value: json.dumps(value["Statement"])[:60],
)
def test_policies_that_let_more_in_are_wider(narrow: Json, wide: Json) -> None:
    widened = compare_policies(narrow, wide)
    narrowed = compare_policies(wide, narrow)

    assert (bool(widened.widened), bool(widened.narrowed)) == (True, False)
    assert (bool(narrowed.widened), bool(narrowed.narrowed)) == (False, True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (policy(allow()), json.dumps(policy(allow()))),
        (policy(allow()), {"Statement": allow()}),
        (policy(allow(Principal="*")), policy(allow(Principal={"AWS": "*"}))),
        (policy(allow(Principal='{"AWS": "*"}')), policy(allow(Principal={"AWS": "*"}))),
        (policy(allow(Action=["a:B", "a:C"])), policy(allow(Action="a:B"), allow(Action="a:C"))),
        (policy(allow(Action="A:b")), policy(allow(Action="a:B"))),
        (policy(allow(Condition=OFFICE)), policy(allow(Condition={"IpAddress": {"AWS:SourceIp": "192.0.2.0/24"}}))),
        (policy(allow(Condition=json.dumps(OFFICE))), policy(allow(Condition=OFFICE))),
        (policy(allow(Condition={"Bool": {"x": True}})), policy(allow(Condition={"Bool": {"x": "true"}}))),
        (policy(allow(Sid="one")), policy(allow(Sid="two"))),
        (policy(allow(), allow()), policy(allow())),
        (None, policy()),
        ("nothing", policy()),
    ],
    ids=str,
)
def test_policies_in_other_words_are_the_same(one: Json, other: Json) -> None:
    found = compare_policies(one, other)

    assert (found.widened, found.narrowed) == ((), ())


def test_what_is_negated_is_only_like_itself() -> None:
    before, after = policy(allow(NotAction=["a:B", "a:C"])), policy(allow(NotAction=["a:C", "a:B"]))
    other = policy(allow(NotAction=["a:B"]))

    assert compare_policies(before, after).widened == ()
    assert compare_policies(before, other).widened
    assert compare_policies(before, policy(allow(Action="*"))).narrowed


def test_other_conditions_are_wider_and_narrower() -> None:
    found = compare_policies(policy(allow(Condition=OFFICE)), policy(allow(Condition=NOT_OFFICE)))

    assert found.widened
    assert found.narrowed


def test_statements_with_very_many_parts_are_compared_as_wholes() -> None:
    many = [f"a:Action{number}" for number in range(MOST_ATOMS)]
    before = policy(allow(Action=many, Resource=["x", "y"]))

    assert compare_policies(before, policy(allow(Action=many[::-1], Resource=["y", "x"]))).widened == ()
    assert compare_policies(before, policy(allow(Action=many[1:], Resource=["x", "y"]))).narrowed


def test_documents_hold_together() -> None:
    found = compare_documents([policy(allow(Action="a:B"))], [policy(), policy(allow(Action="a:B"))])

    assert (found.widened, found.narrowed) == ((), ())


def test_what_is_not_known_yet_is_compared_by_its_expression() -> None:
    before, after = (policy(allow(Resource=Unknown(f"Fn::GetAtt {name}.Arn"))) for name in ("A", "B"))

    assert compare_policies(before, before).widened == ()
    assert compare_policies(before, after).widened == ("Allow * execute-api:Invoke on <Fn::GetAtt B.Arn>",)


@pytest.mark.parametrize(
    ("document", "does"),
    [
        (policy(allow()), True),
        (policy(allow(Condition=OFFICE)), False),
        (policy(allow(Principal={"AWS": "111122223333"})), False),
        (policy(allow(), deny(Condition=OFFICE)), False),
        (policy(), False),
    ],
    ids=str,
)
def test_policies_that_let_everybody_in_are_told(document: Json, does: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a column)
    assert lets_everybody_in(document) is does
