from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnParameter, Fn, Stack
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Annotations, Match

from forestage.constructs.authorizers import IamAuthorizer
from forestage.constructs.checks import ConstructError
from forestage.constructs.resource_policies import ResourcePolicy, check_policy
from forestage.constructs.rest_api import RestApi
from forestage.preview.engine.results import Caller
from tests.constructs.small_api import add_dev, answering
from tests.constructs.synthesis import Previewed, hold_against_stored

if TYPE_CHECKING:
    from pathlib import Path

ALLOW_ALL = {"Action": "execute-api:Invoke", "Effect": "Allow", "Principal": "*", "Resource": "execute-api:/*"}


def deny(conditions: dict[str, Any]) -> dict[str, Any]:
    return {**ALLOW_ALL, "Effect": "Deny", "Condition": conditions}


def served(stack: Stack, policy: iam.PolicyDocument) -> None:
    api = RestApi(stack, "Api", policy=policy, cloud_watch_role=False)
    api.get("/pets", answering(), responses={200: None})
    add_dev(api)


@pytest.fixture(scope="module")
def network() -> tuple[ec2.IVpc, ec2.IVpcEndpoint]:
    stack = Stack(App(analytics_reporting=False), "Network")
    vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-west-1a"])
    endpoint = ec2.InterfaceVpcEndpoint.from_interface_vpc_endpoint_attributes(
        stack, "Endpoint", vpc_endpoint_id="vpce-1", port=443
    )
    return vpc, endpoint


def test_policies_of_public_apis() -> None:
    ranges = ["203.0.113.0/24", "2001:db8::/32"]

    assert ResourcePolicy.allow_ip_ranges(*ranges).to_json()["Statement"] == [
        deny({"NotIpAddress": {"aws:SourceIp": ranges}}),
        ALLOW_ALL,
    ]
    assert ResourcePolicy.deny_ip_ranges(*ranges).to_json()["Statement"] == [
        deny({"IpAddress": {"aws:SourceIp": ranges}}),
        ALLOW_ALL,
    ]


def test_policies_of_identities(stack: Stack) -> None:
    accounts = stack.resolve(ResourcePolicy.allow_accounts("111122223333", "444455556666"))
    organizations = ResourcePolicy.allow_organizations("o-abcdefghij")

    (statement,) = accounts["Statement"]
    assert [principal["Fn::Join"][1][2] for principal in statement.pop("Principal")["AWS"]] == [
        ":iam::111122223333:root",
        ":iam::444455556666:root",
    ]
    assert statement == {key: value for key, value in ALLOW_ALL.items() if key != "Principal"}
    assert organizations.to_json()["Statement"] == [
        {**ALLOW_ALL, "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-abcdefghij"]}}}
    ]


def test_policies_of_private_apis(network: tuple[ec2.IVpc, ec2.IVpcEndpoint]) -> None:
    vpc, endpoint = network

    assert ResourcePolicy.allow_vpcs(vpc).to_json()["Statement"] == [
        deny({"StringNotEquals": {"aws:SourceVpc": ["vpc-1"]}}),
        ALLOW_ALL,
    ]
    assert ResourcePolicy.allow_vpc_endpoints(endpoint).to_json()["Statement"] == [
        deny({"StringNotEquals": {"aws:SourceVpce": ["vpce-1"]}}),
        ALLOW_ALL,
    ]


@pytest.mark.parametrize(("address", "status"), [("203.0.113.9", 200), ("198.51.100.1", 403)])
def test_preview_keeps_to_addresses(stack: Stack, tmp_path: Path, address: str, status: int) -> None:
    served(stack, ResourcePolicy.allow_ip_ranges("203.0.113.0/24"))
    preview = Previewed(hold_against_stored(stack, "resource_policy"), tmp_path)

    played = preview.call("GET /dev/pets", caller=Caller(source_ip=address))

    assert played.response.status == status


@pytest.mark.parametrize("name", [name for name in vars(ResourcePolicy) if not name.startswith("_")])
def test_policy_for_nobody_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} of ResourcePolicy without anybody"):
        getattr(ResourcePolicy, name)()


@pytest.mark.parametrize("text", ["203.0.113.9/24", "everybody", "203.0.113.0/33", ""])
def test_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"takes addresses and ranges, 203\.0\.113\.0/24, got"):
        ResourcePolicy.allow_ip_ranges("203.0.113.0/24", text)


def test_range_may_be_a_token(stack: Stack) -> None:
    office = CfnParameter(stack, "Office").value_as_string

    statement, _ = stack.resolve(ResourcePolicy.allow_ip_ranges(office))["Statement"]

    assert statement["Condition"] == {"NotIpAddress": {"aws:SourceIp": [{"Ref": "Office"}]}}


def test_policy_without_statements_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="Stack: the resource policy has no statements"):
        check_policy(stack, iam.PolicyDocument(), is_private=False)


def test_policy_that_is_too_long_is_refused(stack: Stack) -> None:
    policy = ResourcePolicy.deny_ip_ranges(
        *(f"203.0.{number}.0/24" for number in range(256)), *(f"198.51.{number}.0/24" for number in range(256))
    )

    with pytest.raises(ConstructError, match="and up to 8192 are allowed"):
        check_policy(stack, policy, is_private=False)


@pytest.mark.parametrize("whole", [True, False], ids=["parameter", "within a text"])
def test_policy_that_cloudformation_fills_in_is_not_measured(stack: Stack, *, whole: bool) -> None:
    office = CfnParameter(stack, "Office").value_as_string
    many = (f"203.{number // 256}.{number % 256}.0/24" for number in range(600))

    check_policy(stack, ResourcePolicy.allow_ip_ranges(office if whole else f"{office}/24", *many), is_private=False)


def test_policy_with_another_function_is_not_measured(stack: Stack) -> None:
    many = (f"203.{number // 256}.{number % 256}.0/24" for number in range(600))

    check_policy(stack, ResourcePolicy.allow_ip_ranges(Fn.import_value("Office"), *many), is_private=False)


def test_policy_that_is_none_is_refused(stack: Stack) -> None:
    policy = ResourcePolicy.allow_ip_ranges("203.0.113.0/24")
    policy.add_statements(
        iam.PolicyStatement(
            principals=[iam.StarPrincipal()],
            actions=["execute-api:Invoke"],
            resources=["*"],
            conditions={"IsLike": {"a": "b"}},
        )
    )

    with pytest.raises(ConstructError, match=r"the resource policy is none, correct it: .*Statement\[2\]"):
        check_policy(stack, policy, is_private=False)


@pytest.mark.parametrize(
    ("key", "is_private", "words"),
    [
        ("aws:SourceVpce", False, "is a key that only requests of private APIs have"),
        ("aws:SourceIp", True, "compare aws:VpcSourceIp"),
        ("aws:Nothing", True, "is a key that no request to an API has"),
    ],
)
def test_condition_that_comes_out_one_way_is_warned_of(stack: Stack, key: str, *, is_private: bool, words: str) -> None:
    statement = deny({"StringNotEquals": {key: "203.0.113.9"}})
    policy = iam.PolicyDocument.from_json({"Version": "2012-10-17", "Statement": [statement]})

    check_policy(stack, policy, is_private=is_private)

    Annotations.from_stack(stack).has_warning("/Stack", Match.string_like_regexp(words))


def test_routes_that_do_not_ask_who_calls_are_warned_of(stack: Stack) -> None:
    served(stack, ResourcePolicy.allow_accounts("111122223333"))

    warned = Match.string_like_regexp("GET /pets has no IamAuthorizer")
    Annotations.from_stack(stack).has_warning("/Stack/Api", warned)


def test_routes_that_ask_who_calls_are_warned_of_nothing(stack: Stack) -> None:
    api = RestApi(stack, "Api", policy=ResourcePolicy.allow_accounts("111122223333"), cloud_watch_role=False)
    api.get("/pets", answering(), responses={200: None}, authorizer=IamAuthorizer())
    add_dev(api)

    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())
