from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations.permissions import (
    LEAST_STATEMENT_BYTES,
    MAX_POLICY_BYTES,
    USUAL_STATEMENT_BYTES,
    Permissions,
)

if TYPE_CHECKING:
    from aws_cdk import Stack


def function(stack: Stack, id: str = "Pets") -> lambda_.IFunction:  # ruff: ignore[builtin-argument-shadowing]  (CDK's)
    return lambda_.Function.from_function_name(stack, id, "pets")


def test_permissions_of_a_function_are_counted_together(stack: Stack) -> None:
    pets = function(stack)

    assert Permissions.of(pets) is Permissions.of(pets)
    assert Permissions.of(function(stack, "Others")) is not Permissions.of(pets)


def count_of(statement: int) -> int:
    return MAX_POLICY_BYTES // (statement + len("GET/pets"))


def test_what_exceeds_the_policy_is_refused(stack: Stack) -> None:
    permissions = Permissions.of(function(stack))
    for _ in range(count_of(LEAST_STATEMENT_BYTES)):
        permissions.add(stack, verb="GET", path="/pets")

    with pytest.raises(ConstructError) as refused:
        permissions.add(stack, verb="GET", path="/pets")

    assert str(refused.value) == (
        "Stack: with GET /pets, the permissions of Stack/Pets exceed the 20480 bytes that the policy of a function may "
        'have: give the integrations of this function permission="api"'
    )


@pytest.mark.parametrize(("more", "warnings"), [(0, 0), (1, 1), (2, 1)], ids=["fits", "too many", "told once"])
def test_what_hardly_fits_is_warned_of(stack: Stack, more: int, warnings: int) -> None:
    permissions = Permissions.of(function(stack))
    usual = count_of(USUAL_STATEMENT_BYTES)

    for _ in range(usual + more):
        permissions.add(stack, verb="GET", path="/pets")

    assert usual == 51
    told = [entry.data for entry in stack.node.metadata if entry.type == "aws:cdk:warning"]
    assert len(told) == warnings
    assert all(text.startswith("unless names are short, with GET /pets, ") for text in told)


def test_statement_takes_at_least_what_is_counted() -> None:
    """Hold the figure against the shortest statement that Lambda keeps for a permission of API Gateway."""
    statement = {
        "Sid": "S-X-0123456789AB",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:S-X-0123456789AB",
        "Condition": {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/*/"}},
    }

    size = len(json.dumps(statement, separators=(",", ":")))

    assert size - LEAST_STATEMENT_BYTES in range(40)


def test_tally_makes_no_resource(stack: Stack) -> None:
    pets = function(stack)

    Permissions.of(pets)

    assert isinstance(pets.node.find_child("ForestagePermissions"), Construct)
