from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Match, Template

from forestage.constructs.checks import ConstructError
from forestage.constructs.endpoints import EDGE_POLICIES, FLOORS, REGIONAL_POLICIES, Endpoint
from forestage.constructs.resource_policies import ResourcePolicy
from forestage.constructs.rest_api import RestApi
from forestage.preview.engine.results import Caller
from tests.constructs.small_api import add_dev, answering
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DUAL_STACK = apigateway.IpAddressType.DUAL_STACK
STRICT = apigateway.EndpointAccessMode.STRICT


def served(stack: Stack, endpoint: Endpoint, own: iam.PolicyDocument | None = None) -> None:
    api = RestApi(stack, "Api", endpoint=endpoint, policy=own, cloud_watch_role=False)
    api.get("/pets", answering(), responses={200: None})
    add_dev(api)


def vpc_endpoint(stack: Stack, id: str = "VpcEndpoint") -> ec2.IVpcEndpoint:  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
    return ec2.InterfaceVpcEndpoint.from_interface_vpc_endpoint_attributes(
        stack, id, vpc_endpoint_id=f"vpce-{id.lower()}", port=443
    )


def vpc(stack: Stack) -> ec2.IVpc:
    return ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-west-1a"])


@pytest.mark.parametrize(
    ("endpoint", "properties"),
    [
        pytest.param(
            Endpoint.edge(),
            {
                "EndpointConfiguration": {"Types": ["EDGE"]},
                "SecurityPolicy": "SecurityPolicy_TLS12_2018_EDGE",
                "EndpointAccessMode": "BASIC",
                "DisableExecuteApiEndpoint": Match.absent(),
                "Policy": Match.absent(),
            },
            id="edge",
        ),
        pytest.param(
            Endpoint.regional(),
            {
                "EndpointConfiguration": {"Types": ["REGIONAL"]},
                "SecurityPolicy": "SecurityPolicy_TLS13_1_2_2021_06",
                "EndpointAccessMode": "BASIC",
            },
            id="regional",
        ),
        pytest.param(
            Endpoint.regional(
                ip_address_type=DUAL_STACK,
                default_endpoint=False,
                security_policy="SecurityPolicy_TLS13_1_3_2025_09",
                access_mode=STRICT,
            ),
            {
                "EndpointConfiguration": {"Types": ["REGIONAL"], "IpAddressType": "dualstack"},
                "SecurityPolicy": "SecurityPolicy_TLS13_1_3_2025_09",
                "EndpointAccessMode": "STRICT",
                "DisableExecuteApiEndpoint": True,
            },
            id="everything",
        ),
        pytest.param(
            Endpoint.edge(security_policy="TLS_1_0"),
            {"SecurityPolicy": "TLS_1_0", "EndpointAccessMode": Match.absent()},
            id="as it was before",
        ),
    ],
)
def test_public_endpoint(stack: Stack, endpoint: Endpoint, properties: dict[str, Any]) -> None:
    served(stack, endpoint)

    Template.from_stack(stack).has_resource_properties("AWS::ApiGateway::RestApi", properties)


@pytest.fixture(params=["vpc-endpoints", "vpcs", "both"])
def private(request: pytest.FixtureRequest) -> Callable[[Stack], Endpoint]:
    described: dict[str, Callable[[Stack], Endpoint]] = {
        "vpc-endpoints": lambda stack: Endpoint.private(vpc_endpoints=[vpc_endpoint(stack)]),
        "vpcs": lambda stack: Endpoint.private(vpcs=[vpc(stack)]),
        "both": lambda stack: Endpoint.private(vpc_endpoints=[vpc_endpoint(stack)], vpcs=[vpc(stack)]),
    }
    return described[request.param]


def test_private_endpoint_lets_its_callers_in_and_no_others(
    stack: Stack, tmp_path: Path, private: Callable[[Stack], Endpoint]
) -> None:
    served(stack, private(stack))
    preview = Previewed(synthesized(stack), tmp_path)

    ours = preview.call(
        "GET /dev/pets", caller=Caller(source_ip="10.0.0.1", vpc_endpoint="vpce-vpcendpoint", vpc="vpc-1")
    )
    other = preview.call("GET /dev/pets", caller=Caller(source_ip="10.0.0.1", vpc_endpoint="vpce-other", vpc="vpc-2"))

    assert (ours.response.status, other.response.status) == (200, 403)


def test_private_endpoint_is_associated_with_its_vpc_endpoints(stack: Stack) -> None:
    served(stack, Endpoint.private(vpc_endpoints=[vpc_endpoint(stack)], ip_address_type=DUAL_STACK))

    template = Template.from_json(hold_against_stored(stack, "private_endpoint"))

    template.has_resource_properties(
        "AWS::ApiGateway::RestApi",
        {
            "EndpointConfiguration": {
                "IpAddressType": "dualstack",
                "Types": ["PRIVATE"],
                "VpcEndpointIds": ["vpce-vpcendpoint"],
            },
            "SecurityPolicy": Match.absent(),
            "EndpointAccessMode": Match.absent(),
        },
    )


def test_policy_of_its_own_says_who_of_the_callers_may(stack: Stack) -> None:
    own = ResourcePolicy.allow_accounts("111122223333")

    served(stack, Endpoint.private(vpc_endpoints=[vpc_endpoint(stack)]), own)

    document = next(iter(Template.from_stack(stack).find_resources("AWS::ApiGateway::RestApi").values()))
    statements = document["Properties"]["Policy"]["Statement"]
    assert [statement["Effect"] for statement in statements] == ["Deny", "Allow"]
    assert "111122223333" in str(statements[1]["Principal"])
    assert own.statement_count == 1


def test_policy_of_its_own_is_enough(stack: Stack) -> None:
    own = ResourcePolicy.allow_vpcs(vpc(stack))

    assert Endpoint.private().policy(own) is own


@pytest.mark.parametrize(
    ("endpoint", "words"),
    [
        pytest.param(Endpoint.private(), "needs a resource policy", id="private without policy"),
        pytest.param(
            Endpoint.regional(security_policy=EDGE_POLICIES[0]), "is none of regional endpoints", id="of the edge"
        ),
        pytest.param(
            Endpoint.edge(security_policy=REGIONAL_POLICIES[0]), "is none of edge endpoints", id="not of the edge"
        ),
        pytest.param(Endpoint.edge(security_policy="TLS_1_3"), "is none of edge endpoints", id="unknown"),
        pytest.param(
            Endpoint.edge(security_policy="TLS_1_2", access_mode=STRICT), "goes without access mode", id="access mode"
        ),
    ],
)
def test_endpoint_that_aws_refuses(stack: Stack, endpoint: Endpoint, words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Api: .*{words}"):
        served(stack, endpoint)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"ip_address_type": apigateway.IpAddressType.IPV4}, "dualstack alone"),
        ({"security_policy": "TLS_1_0"}, "TLS 1.2 or later"),
    ],
)
def test_private_endpoint_that_aws_refuses(stack: Stack, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Api: .*{words}"):
        served(stack, Endpoint.private(vpcs=[vpc(stack)], **options))


def test_public_endpoint_with_vpcs_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="VPC endpoints and VPCs are for private APIs alone"):
        served(stack, Endpoint(type=apigateway.EndpointType.REGIONAL, vpcs=(vpc(stack),)))


def test_policy_that_aws_refuses(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="has no statements"):
        served(stack, Endpoint.regional(), iam.PolicyDocument())


def test_security_policy_may_be_a_token(stack: Stack) -> None:
    served(stack, Endpoint.regional(security_policy=CfnParameter(stack, "Tls").value_as_string))

    Template.from_stack(stack).has_resource_properties("AWS::ApiGateway::RestApi", {"SecurityPolicy": {"Ref": "Tls"}})


def test_floors_are_policies_of_their_endpoints() -> None:
    assert FLOORS[apigateway.EndpointType.EDGE] in EDGE_POLICIES
    assert FLOORS[apigateway.EndpointType.REGIONAL] in REGIONAL_POLICIES


def test_access_mode_is_not_chosen_for_a_policy_that_is_known_later(stack: Stack) -> None:
    later = CfnParameter(stack, "Policy").value_as_string

    assert Endpoint.regional().access_mode_of(later) is None
    assert Endpoint.regional(access_mode=STRICT).access_mode_of(later) == "STRICT"
