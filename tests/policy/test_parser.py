from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forestage.policy import AUTHORIZER_RESOURCE_CHARACTERS, Effect, Limits, PolicyError, PolicyKind
from forestage.policy.documents import NameKind
from forestage.policy.parser import parse_policy, parse_policy_text
from tests.policy.building import document, statement

if TYPE_CHECKING:
    from forestage.model.values import Json

NO_ELEMENT = (
    "is no element here; known are "
    "Action, Condition, Effect, NotAction, NotPrincipal, NotResource, Principal, Resource, Sid"
)
NO_ACTION = "must be * or a service, a colon and an action, got"
NO_VALUE = "must be a string, a number or a boolean, got"
NO_DATE = "must be a date like 2026-01-31T12:00:00Z or seconds since 1970, got"
TWICE = "stands there twice, names of keys are the same in any case"


def faults(value: Json, *, kind: PolicyKind = PolicyKind.AUTHORIZER, limits: Limits | None = None) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(value, kind=kind, limits=limits or Limits())
    return [str(fault) for fault in caught.value.faults]


def faults_of(**elements: Json) -> list[str]:
    return faults(document(statement(**elements)))


def test_policy_is_read() -> None:
    policy = parse_policy(
        {
            "Version": "2012-10-17",
            "Id": "p",
            "Statement": {
                "Sid": "s",
                "Effect": "Deny",
                "NotPrincipal": {"AWS": "123456789012", "Service": ["a.amazonaws.com"]},
                "NotAction": ["execute-api:Invoke"],
                "NotResource": "arn:aws:x:::y",
                "Condition": {"StringLike": {"aws:Referer": ["a*", 7, True, 1.5]}, "Null": {"aws:username": "true"}},
            },
        }
    )

    (statement,) = policy.statements
    assert (policy.id, policy.variables) == ("p", True)
    assert (statement.path, statement.sid, statement.effect) == ("Statement", "s", Effect.DENY)
    assert statement.principals
    assert statement.principals.negated
    assert [(name.kind, name.value) for name in statement.principals.names] == [
        (NameKind.AWS, "123456789012"),
        (NameKind.SERVICE, "a.amazonaws.com"),
    ]
    assert (statement.actions.element, statement.actions.negated) == ("NotAction", True)
    assert [pattern.source for pattern in statement.actions.patterns] == ["execute-api:invoke"]
    assert (statement.resources.element, statement.resources.negated) == ("NotResource", True)
    assert [(test.operator.name, test.key, test.values) for test in statement.conditions] == [
        ("StringLike", "aws:Referer", ("a*", "7", "true", "1.5")),
        ("Null", "aws:username", ("true",)),
    ]


@pytest.mark.parametrize(("version", "variables"), [("2012-10-17", True), ("2008-10-17", False)])
def test_version_decides_about_variables(version: str, variables: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the table)
    assert parse_policy(document(statement(), version=version)).variables is variables


def test_policy_without_a_version_is_of_the_old_one() -> None:
    assert not parse_policy({"Statement": [statement()]}).variables


def test_statements_of_a_list_are_numbered() -> None:
    policy = parse_policy(document(statement(), statement()))

    assert [one.path for one in policy.statements] == ["Statement[0]", "Statement[1]"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([], ["the policy must be an object, got a value of type list"]),
        (None, ["the policy must be an object, got null"]),
        ({}, ["Statement must hold at least one statement"]),
        ({"Statement": []}, ["Statement must hold at least one statement"]),
        ({"Statement": "a"}, ["Statement must be an object, got 'a'"]),
        (
            {"Statement": [1, False]},
            ["Statement[0] must be an object, got a number", "Statement[1] must be an object, got false"],
        ),
        (
            {"statement": [], "Statement": statement()},
            ["statement is no element here; known are Id, Statement, Version"],
        ),
        (
            {"Version": "2012-10-18", "Statement": statement()},
            ["Version must be 2012-10-17 or 2008-10-17, got '2012-10-18'"],
        ),
        (
            {"Version": [1], "Statement": statement()},
            ["Version must be 2012-10-17 or 2008-10-17, got a value of type list"],
        ),
        ({"Id": 1, "Statement": statement()}, ["Id must be a string, got a number"]),
    ],
)
def test_document_with_a_fault_is_refused(value: Json, expected: list[str]) -> None:
    assert faults(value) == expected


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ({"Sid": 1}, "Statement[0].Sid must be a string, got a number"),
        ({"Effect": "allow"}, "Statement[0].Effect must be Allow or Deny, got 'allow'"),
        ({"action": "*"}, f"Statement[0].action {NO_ELEMENT}"),
        ({"NotAction": "*"}, "Statement[0] has both Action and NotAction, only one may stand in a statement"),
        ({"NotResource": "*"}, "Statement[0] has both Resource and NotResource, only one may stand in a statement"),
        ({"Action": []}, "Statement[0].Action must hold at least one pattern"),
        ({"Action": ["*", None]}, "Statement[0].Action[1] must be a string, got null"),
        ({"Action": "Invoke"}, f"Statement[0].Action {NO_ACTION} 'Invoke'"),
        ({"Action": "a:b:c"}, f"Statement[0].Action {NO_ACTION} 'a:b:c'"),
        ({"Action": "exec*:Invoke"}, f"Statement[0].Action {NO_ACTION} 'exec*:Invoke'"),
        ({"Resource": {}}, "Statement[0].Resource must be a string, got a value of type dict"),
        ({"Resource": ""}, "Statement[0].Resource must be * or an ARN, got ''"),
        ({"Condition": []}, "Statement[0].Condition must be an object, got a value of type list"),
        ({"Condition": {"IpAdress": {}}}, "Statement[0].Condition.IpAdress is no condition operator"),
        (
            {"Condition": {"IpAddress": "10.0.0.0/8"}},
            "Statement[0].Condition.IpAddress must be an object, got '10.0.0.0/8'",
        ),
        ({"Condition": {"Bool": {"a": None}}}, f"Statement[0].Condition.Bool.a {NO_VALUE} null"),
        ({"Condition": {"Bool": {"a": [1 << 2000]}}}, f"Statement[0].Condition.Bool.a[0] {NO_VALUE} a number"),
        ({"Condition": {"Bool": {"a": float("inf")}}}, f"Statement[0].Condition.Bool.a {NO_VALUE} a number"),
        ({"Condition": {"Bool": {"": "a"}}}, "Statement[0].Condition.Bool must name a condition key, got ''"),
        ({"Condition": {"Bool": {"a:b": 1, "A:b": 1}}}, f"Statement[0].Condition.Bool.A:b {TWICE}"),
        (
            {"Condition": {"DateEquals": {"a": ["2026", "soon"]}}},
            f"Statement[0].Condition.DateEquals.a[1] {NO_DATE} 'soon'",
        ),
    ],
)
def test_statement_with_a_fault_is_refused(elements: dict[str, Json], expected: str) -> None:
    assert faults_of(**elements) == [expected]


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ("Effect", "Statement[0].Effect is missing"),
        ("Action", "Statement[0].Action is missing; Action or NotAction must be there"),
        ("Resource", "Statement[0].Resource is missing; Resource or NotResource must be there"),
    ],
)
def test_element_that_is_missing_is_told(missing: str, expected: str) -> None:
    assert faults(document({key: value for key, value in statement().items() if key != missing})) == [expected]


def test_all_faults_are_told_at_once() -> None:
    assert len(faults(document({"Effect": 1, "X": 2}, statement(Action=3), version="4"))) == 6


def test_faults_beyond_the_first_are_counted() -> None:
    with pytest.raises(PolicyError, match="and 10 more") as caught:
        parse_policy(document(*[statement(Sid=1)] * 60))

    assert len(caught.value.faults) == 50


def test_statements_of_one_name_are_refused_where_iam_keeps_the_policy() -> None:
    twice = document(statement(Sid="a"), statement(Sid=""), statement(Sid=""), statement(Sid="a"))

    assert faults(twice, kind=PolicyKind.IDENTITY) == ["Statement[3].Sid is 'a', the name of two statements"]
    assert len(parse_policy(twice).statements) == 4


def test_name_that_is_no_string_is_refused() -> None:
    # YAML allows this.
    assert faults({1: 2, "Statement": statement()}) == ["the policy must have names that are strings, got a number"]  # type: ignore[dict-item]  # what YAML reads is not JSON


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(characters=50), "the policy has more than 50 characters"),
        (Limits(depth=2), "the policy is nested deeper than 2 levels"),
        (Limits(statements=1), "Statement has 2 statements, at most 1 are read"),
    ],
)
def test_policy_beyond_a_limit_is_refused(limits: Limits, expected: str) -> None:
    assert faults(document(statement(), statement()), limits=limits) == [expected]


def test_resource_beyond_its_limit_is_refused() -> None:
    long = document(statement(Resource=["*", "a" * 513]))

    assert faults(long, limits=Limits(resource_characters=AUTHORIZER_RESOURCE_CHARACTERS)) == [
        "Statement[0].Resource[1] has 513 characters, at most 512 are allowed"
    ]


def test_characters_are_counted_as_json_without_blanks() -> None:
    value = document(
        statement(Sid='é"\n', Condition={"Bool": {"a": [True, 1, 1.5], "b": []}}), statement(Resource=["*", "x"])
    )
    size = len(json.dumps(value, separators=(",", ":"), ensure_ascii=False))

    assert len(parse_policy(value, limits=Limits(characters=size)).statements) == 2
    assert faults(value, limits=Limits(characters=size - 1)) == [f"the policy has more than {size - 1} characters"]


def test_text_is_read_as_the_document_that_it_is() -> None:
    value = document(statement(Condition={"StringLike": {"aws:Referer": "${aws:username}/*"}}))

    assert parse_policy_text(json.dumps(value)) == parse_policy(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "the policy is no JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("NaN", "the policy is no JSON: NaN is no value"),
        ("[" * 5, "the policy is no JSON: Expecting value: line 1 column 6 (char 5)"),
        (" " * 102_401, "the policy has 102401 characters with blanks, at most 102400 are read"),
        (
            '{"Statement": {"Effect": "Allow", "Effect": "Deny", "Action": "*", "Resource": "*"}}',
            "Statement.Effect stands there more than once",
        ),
        (
            '{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*","Condition": {"Bool": {"a": 1, "a": 2}}}}',
            "Statement.Condition.Bool.a stands there more than once",
        ),
    ],
)
def test_text_with_a_fault_is_refused(text: str, expected: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy_text(text)

    assert str(caught.value) == expected


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 20_000, "1" * 5_000])
def test_text_that_no_reader_bears_is_refused(text: str) -> None:
    with pytest.raises(PolicyError, match="the policy"):
        parse_policy_text(text)
