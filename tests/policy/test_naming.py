from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.policy import PolicyError, PolicyKind, parse_policy
from tests.policy.building import document, statement

if TYPE_CHECKING:
    from forestage.model.values import Json

NO_ARN = "must be *, an account of 12 digits or the ARN of an IAM or STS principal, got"
NO_PART = "must name one principal or be *, wildcards match no part of a name, got"


def faults(kind: PolicyKind = PolicyKind.RESOURCE, **elements: Json) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        parse_policy(document(statement(**elements)), kind=kind)
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "named",
    [
        "*",
        {},
        {"AWS": "*"},
        {"AWS": ["123456789012", "arn:aws-cn:iam::123456789012:root"]},
        {"AWS": "arn:aws:iam::123456789012:role/a/b"},
        {"AWS": "arn:aws:sts::123456789012:assumed-role/a/b"},
        {"AWS": "AIDAEXAMPLEEXAMPLE12"},
        {"Service": "apigateway.amazonaws.com", "Federated": ["a"], "CanonicalUser": "79a5"},
    ],
)
def test_names_are_read(named: Json) -> None:
    assert parse_policy(document(statement(Principal=named)), kind=PolicyKind.RESOURCE).statements[0].principals


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("", """.Principal must be "*" or an object like {"AWS": ...}, got ''"""),
        ("123456789012", """.Principal must be "*" or an object like {"AWS": ...}, got '123456789012'"""),
        (["*"], ".Principal must be an object, got a value of type list"),
        ({"Aws": "*"}, ".Principal.Aws is no element here; known are AWS, CanonicalUser, Federated, Service"),
        ({"AWS": 123456789012}, ".Principal.AWS must be a string, got a number"),
        ({"AWS": ["*", "ada"]}, f".Principal.AWS[1] {NO_ARN} 'ada'"),
        ({"AWS": "arn:aws:s3:::bucket"}, f".Principal.AWS {NO_ARN} 'arn:aws:s3:::bucket'"),
        ({"AWS": ""}, f".Principal.AWS {NO_ARN} ''"),
        ({"AWS": "arn:aws:iam::123456789012:user/*"}, f".Principal.AWS {NO_PART} 'arn:aws:iam::123456789012:user/*'"),
        ({"AWS": "12345678901?"}, f".Principal.AWS {NO_PART} '12345678901?'"),
        ({"Service": "*"}, ".Principal.Service must name one principal, without wildcards, got '*'"),
        ({"Federated": ""}, ".Principal.Federated must name one principal, without wildcards, got ''"),
    ],
)
def test_name_with_a_fault_is_refused(named: Json, expected: str) -> None:
    assert faults(Principal=named) == [f"Statement[0]{expected}"]


def test_both_elements_are_refused() -> None:
    assert faults(Principal="*", NotPrincipal="*") == [
        "Statement[0] has both Principal and NotPrincipal, only one may stand in a statement"
    ]


@pytest.mark.parametrize(
    ("kind", "name"), [(PolicyKind.RESOURCE, "resource policy"), (PolicyKind.ENDPOINT, "VPC endpoint policy")]
)
def test_policy_of_a_resource_must_name_principals(kind: PolicyKind, name: str) -> None:
    assert faults(kind) == [f"Statement[0].Principal is missing; a {name} must say whom it is about"]


@pytest.mark.parametrize("element", ["Principal", "NotPrincipal"])
def test_policy_of_an_identity_must_not_name_principals(element: str) -> None:
    assert faults(PolicyKind.IDENTITY, **{element: "*"}) == [
        f"Statement[0].{element} must not stand in an identity-based policy, which is about whoever has it"
    ]
