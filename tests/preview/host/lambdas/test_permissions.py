from __future__ import annotations

from typing import Any

import pytest

from forestage.model.functions import Function, InlineCode, Permission
from forestage.model.values import Unknown
from forestage.preview.host.lambdas.permissions import (
    FunctionName,
    is_arn_like,
    parse_function_name,
    why_not_permitted,
)

SOURCE = "arn:aws:execute-api:eu-west-1:123456789012:api1/prod/GET/orders/5"


def a_permission(**changes: Any) -> Permission:
    values: dict[str, Any] = {
        "logical_id": "Permit",
        "function_name": "orders",
        "action": "lambda:InvokeFunction",
        "principal": "apigateway.amazonaws.com",
    }
    return Permission(**(values | changes))


def a_function(*permissions: Permission) -> Function:
    return Function(
        logical_id="Orders",
        name="orders",
        arn="arn:aws:lambda:eu-west-1:123456789012:function:orders",
        code=InlineCode(text=""),
        permissions=permissions,
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("orders", FunctionName("orders"), id="name"),
        pytest.param("orders:live", FunctionName("orders", "live"), id="name-and-alias"),
        pytest.param("orders:$LATEST", FunctionName("orders"), id="latest"),
        pytest.param("123456789012:function:orders", FunctionName("orders"), id="partial-arn"),
        pytest.param("arn:aws:lambda:eu-west-1:1:function:orders", FunctionName("orders"), id="arn"),
        pytest.param("arn:aws:lambda:eu-west-1:1:function:orders:7", FunctionName("orders", "7"), id="version"),
    ],
)
def test_function_name_is_read_in_all_its_forms(text: str, name: FunctionName) -> None:
    assert parse_function_name(text) == name


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="any-source"),
        pytest.param({"source_arn": SOURCE}, id="exact"),
        pytest.param({"source_arn": "arn:aws:execute-api:eu-west-1:123456789012:api1/*/GET/orders/*"}, id="wildcards"),
        pytest.param({"source_arn": "arn:aws:execute-api:*:*:api1/*"}, id="wildcard-over-slashes"),
        pytest.param({"source_arn": "arn:aws:execute-api:eu-west-?:123456789012:api?/*"}, id="question-marks"),
        pytest.param({"action": "lambda:*"}, id="any-action"),
        pytest.param({"principal": "*"}, id="any-principal"),
        pytest.param({"source_account": "123456789012"}, id="own-account"),
        pytest.param({"function_name": Unknown("Fn::ImportValue Name")}, id="name-not-known"),
        pytest.param({"function_name": "arn:aws:lambda:eu-west-1:123456789012:function:orders"}, id="arn"),
    ],
)
def test_function_is_permitted(changes: dict[str, Any]) -> None:
    assert why_not_permitted(a_function(a_permission(**changes)), "", SOURCE) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"principal": "s3.amazonaws.com"}, "no AWS::Lambda::Permission lets", id="other-service"),
        pytest.param({"action": "lambda:GetFunction"}, "no AWS::Lambda::Permission lets", id="other-action"),
        pytest.param({"function_name": "orders:live"}, "no AWS::Lambda::Permission lets", id="alias-alone"),
        pytest.param({"source_arn": f"{SOURCE}6"}, "no AWS::Lambda::Permission of orders covers", id="other-path"),
        pytest.param({"source_arn": "arn:*"}, "no AWS::Lambda::Permission of orders covers", id="wildcard-over-colons"),
        pytest.param({"source_arn": Unknown("Ref Api")}, "no AWS::Lambda::Permission of orders", id="source-not-known"),
        pytest.param({"source_account": "9"}, "no AWS::Lambda::Permission of orders covers", id="other-account"),
    ],
)
def test_function_is_not_permitted(changes: dict[str, Any], reason: str) -> None:
    found = why_not_permitted(a_function(a_permission(**changes)), "", SOURCE)

    assert found is not None
    assert found.startswith(reason)


def test_alias_needs_a_permission_of_its_own() -> None:
    function = a_function(a_permission(), a_permission(function_name="orders:live"))

    assert why_not_permitted(function, "live", SOURCE) is None
    assert why_not_permitted(function, "test", SOURCE) is not None


def test_source_that_is_no_arn_has_no_account() -> None:
    assert why_not_permitted(a_function(a_permission(source_account="1")), "", "execute-api") is not None


def test_refusal_tells_what_is_permitted() -> None:
    permission = a_permission(source_arn="arn:aws:execute-api:eu-west-1:123456789012:api2/*")

    assert why_not_permitted(a_function(permission), "", SOURCE) == (
        f"no AWS::Lambda::Permission of orders covers {SOURCE}; "
        "there is arn:aws:execute-api:eu-west-1:123456789012:api2/* (Permit)"
    )


@pytest.mark.parametrize(
    ("pattern", "arn", "is_like"),
    [
        ("a:b:c:d:e:f", "a:b:c:d:e:f", True),
        ("a:b:c:d:e:*", "a:b:c:d:e:f:g/h", True),
        ("a:b:*:e:f", "a:b:c:d:e:f", False),
        ("a:b:c:d:e:F", "a:b:c:d:e:f", False),
        ("a:b:c:d:e:[f]", "a:b:c:d:e:f", False),
    ],
)
def test_arns_are_compared_part_by_part(pattern: str, arn: str, is_like: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]
    assert is_arn_like(pattern, arn) is is_like
