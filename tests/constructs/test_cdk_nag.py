"""What cdk-nag's AwsSolutions rules say of the constructs: nothing, but what they misjudge or what needs WAF."""

from __future__ import annotations

import runpy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import App, Aspects, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template
from cdk_nag import AwsSolutionsChecks, NagPackSuppression, NagSuppressions

from forestage.constructs import Cors, Quota, RestApi, Throttle, TokenAuthorizer, UsagePlan
from forestage.constructs.account import ApiGatewayAccount
from forestage.constructs.integrations.functions import Lambda
from forestage.constructs.integrations.mocks import Mock
from tests.functional.preview_process import ROOT

if TYPE_CHECKING:
    import pytest
    from constructs import IConstruct

LOGS_POLICY = "service-role/AmazonAPIGatewayPushToCloudWatchLogs"


@dataclass
class Pet:
    name: str


def accept(construct: IConstruct, rule: str, reason: str, *applies_to: str) -> None:
    suppression = NagPackSuppression(id=f"AwsSolutions-{rule}", reason=reason, applies_to=list(applies_to) or None)
    NagSuppressions.add_resource_suppressions(construct, [suppression], True)


def findings(stack: Stack) -> list[str]:
    """What the rules say, with its place."""
    Aspects.of(stack).add(AwsSolutionsChecks())
    Template.from_stack(stack)
    return [
        f"{construct.node.path}: {entry.data}"
        for construct in stack.node.find_all()
        for entry in construct.node.metadata
        if entry.type in {"aws:cdk:error", "aws:cdk:warning"}
    ]


def accept_of_api(api: RestApi) -> None:
    """Accept what the rules say of every API that a Lambda function authorizes."""
    accept(api, "COG4", "the methods are authorized by a Lambda function, which judges the tokens of another issuer")
    for route in api.routes:
        if route.path == "/status":
            accept(route, "APIG4", "everybody may ask whether the shop is open; a MOCK answers, and reads nothing")
    for stage in api.stages:
        accept(stage, "APIG3", "a web ACL of WAF belongs to the account's rules, and costs extra")
    accept(
        ApiGatewayAccount.of(api),
        "IAM4",
        "the policy is the one that AWS keeps for this role, and API Gateway refuses a role that may do less",
        f"Policy::arn:<AWS::Partition>:iam::aws:policy/{LOGS_POLICY}",
    )


def test_rules_find_what_they_misjudge_or_what_needs_waf_alone(stack: Stack) -> None:
    function = lambda_.Function.from_function_arn(stack, "Pets", "arn:aws:lambda:eu-west-1:123456789012:function:pets")
    api = RestApi(stack, "Shop", cors=Cors(origins=["https://shop.example"]))
    pets = api.group("/pets", authorizer=TokenAuthorizer(stack, "Token", handler=function), api_key_required=True)
    pets.get("/{id}", Lambda.proxy(function), responses={200: Pet})
    pets.post("", Lambda.proxy(function), body=Pet, responses={201: Pet})
    api.get("/status", Mock.json(200, {"status": "ok"}))
    stage = api.add_stage("dev")
    plan = UsagePlan(
        stack, "Gold", stages=[stage], throttle=Throttle(rate=10, burst=20), quota=Quota.per_month(1_000_000)
    )
    plan.add_key("Partner")

    accept_of_api(api)

    assert findings(stack) == []


def test_rules_find_no_more_in_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(App, "synth", lambda _: None)
    shop = runpy.run_path(str(ROOT / "app.py"))["app"].node.find_child("ForestageSample")

    accept_of_api(shop.api)

    assert findings(shop) == []
