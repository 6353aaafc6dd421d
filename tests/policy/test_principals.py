from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.policy.principals import Match, Principal, PrincipalKind, match_principal
from tests.policy.building import ACCOUNT, policy, statement

if TYPE_CHECKING:
    from forestage.model.values import Json

OTHER = "999988887777"
IAM = f"arn:aws:iam::{ACCOUNT}:"
ADA = Principal(arn=f"{IAM}user/team/Ada", account_id=ACCOUNT, kind=PrincipalKind.USER)
ROOT = Principal(arn=f"{IAM}root", account_id=ACCOUNT, kind=PrincipalKind.ROOT)
READER = Principal(
    arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/ada",
    account_id=ACCOUNT,
    kind=PrincipalKind.ASSUMED_ROLE,
    provider="accounts.google.com",
)
GATEWAY = Principal(arn="apigateway.amazonaws.com", account_id="", kind=PrincipalKind.SERVICE)
ODD = Principal(arn="odd", account_id=ACCOUNT, kind=PrincipalKind.ASSUMED_ROLE)


def match(principal: Principal | None, **element: Json) -> Match:
    return match_principal(policy(statement(**element)).statements[0].principals, principal)


@pytest.mark.parametrize(
    ("principal", "named"),
    [
        (None, "*"),
        (None, {"AWS": "*"}),
        (ADA, "*"),
        (ADA, {"AWS": [OTHER, ADA.arn]}),
        (ROOT, {"AWS": ACCOUNT}),
        (ROOT, {"AWS": ROOT.arn}),
        (READER, {"AWS": READER.arn}),
        (READER, {"AWS": f"{IAM}role/Reader"}),
        (READER, {"AWS": f"{IAM}role/a/path/Reader"}),
        (READER, {"Federated": "accounts.google.com"}),
        (GATEWAY, {"Service": ["lambda.amazonaws.com", "apigateway.amazonaws.com"]}),
        (ADA, {"AWS": [ACCOUNT, ADA.arn]}),
    ],
)
def test_principal_is_named(principal: Principal | None, named: Json) -> None:
    assert match(principal, Principal=named) is Match.DIRECT
    assert match(principal, NotPrincipal=named) is Match.NONE


@pytest.mark.parametrize(
    ("principal", "named"),
    [
        (None, {"AWS": ACCOUNT}),
        (None, {"Federated": "accounts.google.com"}),
        (None, {}),
        (ADA, {"AWS": []}),
        (ADA, {"AWS": OTHER}),
        (ADA, {"AWS": f"{IAM}user/team/ada"}),
        (ADA, {"AWS": f"{IAM}user/Ada"}),
        (ADA, {"AWS": f"{IAM}role/Ada"}),
        (ADA, {"Service": "apigateway.amazonaws.com"}),
        (ADA, {"CanonicalUser": "79a5"}),
        (ADA, {"Federated": "accounts.google.com"}),
        (READER, {"AWS": f"{IAM}role/Writer"}),
        (READER, {"AWS": f"{IAM}user/Reader"}),
        (READER, {"AWS": f"arn:aws:iam::{OTHER}:role/Reader"}),
        (READER, {"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/Reader/bob"}),
        (READER, {"AWS": "AROAEXAMPLEEXAMPLE12"}),
        (GATEWAY, {"AWS": f"{IAM}user/Ada"}),
        (ODD, {"AWS": f"{IAM}role/Reader"}),
    ],
)
def test_principal_is_not_named(principal: Principal | None, named: Json) -> None:
    assert match(principal, Principal=named) is Match.NONE
    assert match(principal, NotPrincipal=named) is Match.DIRECT


@pytest.mark.parametrize("principal", [ADA, READER])
@pytest.mark.parametrize("account", [ACCOUNT, f"{IAM}root"])
def test_principal_is_reached_through_its_account(principal: Principal, account: str) -> None:
    assert match(principal, Principal={"AWS": account}) is Match.ACCOUNT
    assert match(principal, NotPrincipal={"AWS": account}) is Match.NONE


def test_statement_without_names_is_about_whoever_has_the_policy() -> None:
    assert match(ADA) is Match.DIRECT
    assert match(None) is Match.DIRECT
