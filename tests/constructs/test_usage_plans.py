from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, CfnParameter, SecretValue, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Annotations, Match, Template
from aws_cdk.aws_apigatewayv2_integrations import WebSocketMockIntegration

from forestage.constructs.checks import ConstructError
from forestage.constructs.rest_api import RestApi
from forestage.constructs.throttles import Quota, Throttle
from forestage.constructs.usage_plans import MAX_METHODS, ApiKey, UsagePlan
from forestage.constructs.websocket_api import WebSocketApi
from tests.constructs.small_api import add_dev, answering
from tests.constructs.synthesis import Previewed, hold_against_stored, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.constructs.stages import Stage

PLAN = "AWS::ApiGateway::UsagePlan"
KEY = "AWS::ApiGateway::ApiKey"
VALUE = "0123456789abcdefghij"


@pytest.fixture
def dev(stack: Stack) -> Stage:
    api = RestApi(stack, "Api", cloud_watch_role=False)
    api.get("/pets", answering(), responses={200: None}, api_key_required=True)
    api.get("/", answering(), responses={200: None}, api_key_required=True)
    api.get("/status", answering(), responses={200: None})
    return add_dev(api)


def parameter(stack: Stack, *, no_echo: bool = True) -> CfnParameter:
    return CfnParameter(stack, "Value", no_echo=no_echo, default=VALUE)


def test_plan_counts_for_each_key(stack: Stack, dev: Stage, tmp_path: Path) -> None:
    plan = UsagePlan(
        stack,
        "Gold",
        stages=[dev],
        throttle=Throttle(rate=100, burst=200),
        quota=Quota.per_month(3, offset=1),
        methods={"GET /": Throttle(rate=0.001, burst=1)},
    )
    plan.add_key("Partner", value=parameter(stack))
    preview = Previewed(hold_against_stored(stack, "usage_plan"), tmp_path)
    key = {"x-api-key": VALUE}

    without = preview.call("GET /dev/pets")
    first, second = preview.call("GET /dev/", headers=key), preview.call("GET /dev/", headers=key)
    third, fourth = preview.call("GET /dev/pets", headers=key), preview.call("GET /dev/pets", headers=key)

    assert without.response.status == 403
    assert (first.response.status, second.response.status) == (200, 429)
    assert (third.response.status, fourth.response.status) == (200, 429)
    assert (second.body, fourth.body) == (b'{"message":"Too Many Requests"}', b'{"message":"Limit Exceeded"}')


def test_plan_says_everything(stack: Stack, dev: Stage) -> None:
    UsagePlan(
        stack,
        "Gold",
        stages=[dev],
        throttle=Throttle(rate=0.5, burst=2),
        quota=Quota.per_week(10, offset=3),
        methods={"GET /pets": Throttle(rate=10, burst=20)},
        description="Partners",
        usage_plan_name="gold",
    )

    Template.from_stack(stack).has_resource_properties(
        PLAN,
        {
            "ApiStages": [
                {
                    "ApiId": {"Ref": Match.string_like_regexp("^Api")},
                    "Stage": {"Ref": Match.string_like_regexp("^ApiStagesdev")},
                    "Throttle": {"/pets/GET": {"RateLimit": 10, "BurstLimit": 20}},
                }
            ],
            "Throttle": {"RateLimit": 0.5, "BurstLimit": 2},
            "Quota": {"Limit": 10, "Offset": 3, "Period": "WEEK"},
            "Description": "Partners",
            "UsagePlanName": "gold",
        },
    )


def test_quota_of_zero_is_none_at_all(stack: Stack, dev: Stage) -> None:
    UsagePlan(stack, "Gold", stages=[dev], quota=Quota.per_day(0))

    Template.from_stack(stack).has_resource_properties(PLAN, {"Quota": {"Limit": 0, "Period": "DAY"}})


def test_plan_has_stages_of_aws_cdk(stack: Stack) -> None:
    api = apigateway.RestApi(stack, "Plain", cloud_watch_role=False)
    api.root.add_method("GET")
    stage = api.deployment_stage

    UsagePlan(stack, "Gold", stages=[stage])

    Template.from_stack(stack).has_resource_properties(
        PLAN,
        {
            "ApiStages": [
                {
                    "ApiId": {"Ref": Match.string_like_regexp("^Plain")},
                    "Stage": {"Ref": Match.string_like_regexp("^PlainDeploymentStage")},
                }
            ]
        },
    )


def test_plan_has_stages_of_both_kinds(stack: Stack, dev: Stage, tmp_path: Path) -> None:
    chat = WebSocketApi(stack, "Chat")
    chat.default(WebSocketMockIntegration("Mock"))
    live = chat.add_stage("live", access_log=None)

    UsagePlan(stack, "Mixed", stages=[live, dev], methods={"GET /pets": Throttle(rate=1, burst=1)})
    UsagePlan(stack, "Chats", stages=[live])

    of_chat = {"ApiId": {"Ref": Match.string_like_regexp("^Chat")}, "Stage": {"Ref": Match.string_like_regexp("^Chat")}}
    template = Template.from_stack(stack)
    template.has_resource_properties(PLAN, {"ApiStages": [of_chat]})
    template.has_resource_properties(
        PLAN,
        {"ApiStages": [{"ApiId": {"Ref": Match.string_like_regexp("^Api")}, "Throttle": Match.any_value()}, of_chat]},
    )
    plans = loaded(dict(template.to_json()), tmp_path).deployment.usage_plans
    assert sorted([stage.stage for stage in plan.api_stages] for plan in plans) == [["dev", "live"], ["live"]]


@pytest.mark.parametrize(
    ("methods", "words"),
    [
        (["GET /none"], "no stage of the plan has a route GET /none"),
        (["GET pets"], "throttles of methods are under their verb and path"),
        (["get /pets"], "throttles of methods are under their verb and path"),
        ([f"GET /{number}" for number in range(MAX_METHODS + 1)], "up to 20 methods of a stage, got 21"),
    ],
)
def test_throttle_of_a_route_that_is_none_is_refused(stack: Stack, dev: Stage, methods: list[str], words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Gold: .*{words}"):
        UsagePlan(stack, "Gold", stages=[dev], methods=dict.fromkeys(methods, Throttle(rate=1, burst=1)))


def test_throttle_of_a_route_without_key_is_warned_of(stack: Stack, dev: Stage) -> None:
    UsagePlan(stack, "Gold", stages=[dev], methods={"GET /status": Throttle(rate=1, burst=1)})

    Annotations.from_stack(stack).has_warning("/Stack/Gold", Match.string_like_regexp("which needs no API key"))


def test_plan_without_stages_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match=r"Stack/Gold: .* opens nothing"):
        UsagePlan(stack, "Gold", stages=[])


def test_plan_with_a_stage_twice_is_refused(stack: Stack, dev: Stage) -> None:
    with pytest.raises(ConstructError, match=r"has the stage Stack/Api/Stages/dev twice"):
        UsagePlan(stack, "Gold", stages=[dev, dev])


# -- keys -----------------------------------------------------------------------------------------------------------


def test_key_is_generated_and_named(stack: Stack, dev: Stage) -> None:
    plan = UsagePlan(stack, "Gold", stages=[dev])

    key = plan.add_key("Partner", name="partner", description="Ada", enabled=False, customer_id="c-1")

    template = Template.from_stack(stack)
    template.has_resource_properties(
        KEY,
        {
            "Name": "partner",
            "Description": "Ada",
            "Enabled": False,
            "CustomerId": "c-1",
            "Value": Match.absent(),
        },
    )
    template.has_resource_properties(
        "AWS::ApiGateway::UsagePlanKey",
        {
            "KeyId": stack.resolve(key.key_id),
            "KeyType": "API_KEY",
            "UsagePlanId": stack.resolve(plan.resource.usage_plan_id),
        },
    )


def memberships(*keys: str) -> set[str]:
    stack = Stack(App(analytics_reporting=False), "Stack")
    api = RestApi(stack, "Api", cloud_watch_role=False)
    api.get("/pets", answering(), api_key_required=True)
    plan = UsagePlan(stack, "Gold", stages=[add_dev(api)])
    for key in keys:
        plan.add_key(key)
    return set(Template.from_stack(stack).find_resources("AWS::ApiGateway::UsagePlanKey"))


def test_memberships_have_their_ids_from_their_keys() -> None:
    assert memberships("First", "Second") == memberships("Second", "First")


def test_key_may_be_in_several_plans(stack: Stack, dev: Stage) -> None:
    key = ApiKey(stack, "Partner")
    plain = apigateway.ApiKey(stack, "Plain")
    plan = UsagePlan(stack, "Gold", stages=[dev])
    other = UsagePlan(stack, "Silver", stages=[dev.api.add_stage("prod", access_log=None)])

    for each in (plan, other):
        each.add_api_key(key)
        each.add_api_key(plain)

    Template.from_stack(stack).resource_count_is("AWS::ApiGateway::UsagePlanKey", 4)


def secret(stack: Stack) -> secretsmanager.ISecret:
    return secretsmanager.Secret.from_secret_name_v2(stack, "Secret", "partner-key")


@pytest.mark.parametrize(
    ("member", "ending"),
    [(None, ":SecretString:::}}"), ("key", ":SecretString:key::}}")],
)
def test_value_is_read_from_a_secret(stack: Stack, member: str | None, ending: str) -> None:
    kept = secret(stack)
    ApiKey(stack, "Partner", value=kept if member is None else kept.secret_value_from_json(member))

    Template.from_stack(stack).has_resource_properties(
        KEY,
        {
            "Value": {
                "Fn::Join": [
                    "",
                    [
                        "{{resolve:secretsmanager:arn:",
                        {"Ref": "AWS::Partition"},
                        f":secretsmanager:eu-west-1:123456789012:secret:partner-key{ending}",
                    ],
                ]
            }
        },
    )


def test_value_is_read_from_a_parameter(stack: Stack) -> None:
    ApiKey(stack, "Partner", value=parameter(stack))

    Template.from_stack(stack).has_resource_properties(KEY, {"Value": {"Ref": "Value"}})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (lambda _: VALUE, "in plain text"),
        (lambda _: SecretValue.unsafe_plain_text(VALUE), "in plain text"),
        (lambda _: SecretValue.ssm_secure("partner-key"), "no secure SSM parameter"),
        (lambda stack: parameter(stack, no_echo=False), "parameter Value has the value of a key and is shown"),
    ],
)
def test_value_that_everybody_can_read_is_refused(stack: Stack, value: Any, words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Partner: .*{words}"):
        ApiKey(stack, "Partner", value=value(stack))


def test_name_that_is_too_long_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="up to 1024 characters, got 1025"):
        ApiKey(stack, "Partner", name="a" * 1025)


def test_stage_is_no_api_and_several_are_in_a_list(stack: Stack, dev: Stage) -> None:
    api: Any = dev.api
    one: Any = dev

    with pytest.raises(
        ConstructError, match=r"^Stack/Api as stage: a stage cannot be .*RestApi .*: write what add_stage"
    ):
        UsagePlan(stack, "Api as stage", stages=[api])
    with pytest.raises(ConstructError, match=r"^Stack/One: stages are several, got .*Stage"):
        UsagePlan(stack, "One", stages=one)


def test_figures_have_their_types(stack: Stack, dev: Stage) -> None:
    figure: Any = 5

    with pytest.raises(ConstructError, match=r"throttle cannot be 5: write Throttle\("):
        UsagePlan(stack, "Throttle", stages=[dev], throttle=figure)
    with pytest.raises(ConstructError, match=r"quota cannot be 5: write Quota.per_month\("):
        UsagePlan(stack, "Quota", stages=[dev], quota=figure)
    with pytest.raises(ConstructError, match="the throttle of GET / cannot be 5"):
        UsagePlan(stack, "Method", stages=[dev], methods={"GET /": figure})
