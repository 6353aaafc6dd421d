from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elasticloadbalancing
from aws_cdk.assertions import Annotations, Match, Template

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations import Private
from forestage.preview.engine.effects import BackendAnswer, CallBackend, Effect
from tests.constructs.integrations.routed import bound_websocket, new_stack, routed
from tests.constructs.synthesis import Previewed, hold_against_stored, loaded, synthesized

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import Stack

ALB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/0123456789abcdef"


def link_v1(stack: Stack) -> apigateway.IVpcLink:
    return apigateway.VpcLink.from_vpc_link_id(stack, "LinkV1", "v1abcd")


def link_v2(stack: Stack) -> apigatewayv2.IVpcLink:
    vpc = ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-west-1a"])
    return apigatewayv2.VpcLink.from_vpc_link_attributes(stack, "LinkV2", vpc=vpc, vpc_link_id="v2abcd")


def alb(stack: Stack) -> elasticloadbalancing.IApplicationLoadBalancer:
    return elasticloadbalancing.ApplicationLoadBalancer.from_application_load_balancer_attributes(
        stack, "Alb", load_balancer_arn=ALB, security_group_id="sg-1"
    )


def test_servers_in_a_vpc(stack: Stack, tmp_path: Path) -> None:
    routed(
        stack,
        {
            "GET /nlb/{id}": Private.nlb(link_v1(stack), "http://pets.internal/{id}"),
            "GET /alb": Private.alb(link_v2(stack), alb(stack), "https://pets.internal:443/all", streaming=True),
        },
    )

    template = hold_against_stored(stack, "integrations_private")

    assert loaded(template, tmp_path).warnings == ()
    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_previewed_servers_are_those_at_the_addresses_of_the_links(stack: Stack, tmp_path: Path) -> None:
    routed(
        stack,
        {
            "GET /nlb/{id}": Private.nlb(link_v1(stack), "http://pets.internal/{id}"),
            "GET /alb": Private.alb(link_v2(stack), alb(stack), "https://pets.internal:443/all"),
        },
    )
    links = {"v1abcd": "http://127.0.0.1:9001", "v2abcd": "http://127.0.0.1:9002"}
    preview = Previewed(synthesized(stack), tmp_path, vpc_links=links)
    answer = BackendAnswer(status=200, headers=(), body=b"a pet")

    by_v1 = preview.call("GET /dev/nlb/7", answer)
    by_v2 = preview.call("GET /dev/alb", answer)

    assert [played.body for played in (by_v1, by_v2)] == [b"a pet", b"a pet"]
    assert [(call.url, call.through) for played in (by_v1, by_v2) for call in played.asked if is_call(call)] == [
        ("http://pets.internal/7", "http://127.0.0.1:9001"),
        ("https://pets.internal:443/all", "http://127.0.0.1:9002"),
    ]


def is_call(effect: Effect[Any]) -> TypeGuard[CallBackend]:  # effects of any answer
    return isinstance(effect, CallBackend)


def test_load_balancer_is_the_target_of_a_link_of_version_2(stack: Stack) -> None:
    routed(stack, {"GET /alb": Private.alb(link_v2(stack), alb(stack), "https://pets.internal:443/all")})

    Template.from_stack(stack).has_resource_properties(
        "AWS::ApiGateway::Method",
        {"Integration": {"ConnectionType": "VPC_LINK", "ConnectionId": "v2abcd", "IntegrationTarget": ALB}},
    )


def test_websocket_api_reaches_a_vpc_by_a_link_of_version_1(stack: Stack) -> None:
    bound = bound_websocket(stack, Private.nlb(link_v1(stack), "http://pets.internal/"))

    assert bound.properties == {
        "integration_type": "HTTP_PROXY",
        "connection_type": "VPC_LINK",
        "connection_id": "v1abcd",
    }


def test_websocket_api_reaches_no_application_load_balancer(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"only by a network load balancer: use Private\.nlb"):
        bound_websocket(stack, Private.alb(link_v2(stack), alb(stack), "http://pets.internal/"))


def test_links_of_two_routes_do_not_meet() -> None:
    stack = new_stack()
    link, target = link_v2(stack), alb(stack)

    routed(
        stack,
        {
            "GET /a": Private.alb(link, target, "http://pets.internal/a"),
            "GET /b": Private.alb(link, target, "http://pets.internal/b"),
        },
    )

    methods = [r for r in synthesized(stack)["Resources"].values() if r["Type"] == "AWS::ApiGateway::Method"]
    assert [method["Properties"]["Integration"]["ConnectionId"] for method in methods] == ["v2abcd", "v2abcd"]
