from __future__ import annotations

import pytest
from aws_cdk import App, Environment, Stack, Stage
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from forestage.constructs import ApiGatewayAccount, ConstructError, RestApi
from forestage.constructs.integrations.mocks import Mock
from tests.constructs.synthesis import hold_against_stored, synthesized

EUROPE = Environment(account="123456789012", region="eu-west-1")
AMERICA = Environment(account="123456789012", region="us-east-1")


def api(stack: Stack, name: str = "Api", *, cloud_watch_role: bool = True) -> RestApi:
    made = RestApi(stack, name, cloud_watch_role=cloud_watch_role)
    made.get("/", Mock.json(200, {}))
    made.add_stage("dev")
    made.add_stage("prod")
    return made


def test_account_is_as_stored(stack: Stack) -> None:
    ApiGatewayAccount(stack, "ApiGateway")

    hold_against_stored(stack, "account")


def test_two_apis_of_a_stack_share_the_account(stack: Stack) -> None:
    api(stack, "First")
    api(stack, "Second")

    template = Template.from_json(synthesized(stack))

    template.resource_count_is("AWS::ApiGateway::Account", 1)
    (account,) = template.find_resources("AWS::ApiGateway::Account")
    stages = template.find_resources("AWS::ApiGateway::Stage").values()
    assert [stage["DependsOn"] for stage in stages] == [[account]] * 4


def test_stacks_of_one_region_share_the_account() -> None:
    app = App(analytics_reporting=False)
    first, second = Stack(app, "First", env=EUROPE), Stack(app, "Second", env=EUROPE)
    api(first)
    api(second)

    Template.from_stack(second).resource_count_is("AWS::ApiGateway::Account", 0)
    assert second.dependencies == [first]


def test_stacks_of_other_regions_have_their_own() -> None:
    app = App(analytics_reporting=False)
    first, second = Stack(app, "First", env=EUROPE), Stack(app, "Second", env=AMERICA)
    api(first)
    api(second)

    Template.from_stack(second).resource_count_is("AWS::ApiGateway::Account", 1)


def test_stages_of_a_pipeline_have_their_own() -> None:
    app = App(analytics_reporting=False)
    first, second = Stack(Stage(app, "Beta"), "Stack", env=EUROPE), Stack(Stage(app, "Gamma"), "Stack", env=EUROPE)

    assert ApiGatewayAccount.of(first) is not ApiGatewayAccount.of(second)


def test_account_can_have_a_stack_of_its_own() -> None:
    app = App(analytics_reporting=False)
    shared, stack = Stack(app, "Shared", env=EUROPE), Stack(app, "Stack", env=EUROPE)
    ApiGatewayAccount(shared, "ApiGateway")
    api(stack)

    Template.from_stack(stack).resource_count_is("AWS::ApiGateway::Account", 0)
    assert stack.dependencies == [shared]


def test_role_that_is_there_is_used(stack: Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::123456789012:role/logs")

    account = ApiGatewayAccount(stack, "ApiGateway", role=role)

    assert account.role is role
    Template.from_json(synthesized(stack)).has_resource_properties(
        "AWS::ApiGateway::Account", {"CloudWatchRoleArn": "arn:aws:iam::123456789012:role/logs"}
    )


def test_account_is_left_alone_where_others_set_it_up(stack: Stack) -> None:
    api(stack, cloud_watch_role=False)

    Template.from_json(synthesized(stack)).resource_count_is("AWS::ApiGateway::Account", 0)


def test_second_account_of_a_region_is_refused(stack: Stack) -> None:
    api(stack)

    with pytest.raises(
        ConstructError, match=r"^Stack/Own: the app has the settings .*ForestageApiGatewayAccount: make"
    ):
        ApiGatewayAccount(stack, "Own")
