from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.policy.remarks import names_identities, remarks
from tests.policy.building import ACCOUNT, policy, statement

if TYPE_CHECKING:
    from forestage.model.values import Json


def remarks_on(condition: Json, *, with_iam: bool = False, private: bool = False) -> list[str]:
    read = policy(statement(), statement(Condition=condition))
    return [str(remark) for remark in remarks(read, with_iam=with_iam, private=private)]


def test_key_that_no_request_has_is_told() -> None:
    assert remarks_on({"StringEquals": {"aws:Sourcelp": "a"}}) == [
        "Statement[1].Condition.StringEquals.aws:Sourcelp is a key that no request to an API has"
    ]


def test_key_of_other_requests_is_told() -> None:
    condition = {"StringEquals": {"aws:username": "a"}, "Null": {"aws:SourceVpce": "true"}}

    assert remarks_on(condition) == [
        "Statement[1].Condition.StringEquals.aws:username is a key that only requests with AWS_IAM authorization have",
        "Statement[1].Condition.Null.aws:SourceVpce is a key that only requests of private APIs have",
    ]
    assert remarks_on(condition, with_iam=True, private=True) == []


def test_key_that_no_client_has_is_told() -> None:
    (remark,) = remarks_on({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}}, with_iam=True, private=True)

    assert remark.endswith("aws:SourceArn is a key that only requests that an AWS service makes for a resource have")


def test_value_that_nothing_fits_is_told() -> None:
    (remark,) = remarks_on({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "10.0.0.0/40"]}})

    assert remark.startswith("Statement[1].Condition.IpAddress.aws:SourceIp has the value '10.0.0.0/40', which is none")


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("*", False),
        ({"AWS": "*"}, False),
        ({"Service": "apigateway.amazonaws.com"}, False),
        ({"AWS": ["*", ACCOUNT]}, True),
    ],
)
def test_policy_about_certain_identities_is_known(named: Json, expected: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the table)
    assert names_identities(policy(statement(), statement(Principal=named))) is expected
