from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from aws_cdk import CfnParameter, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk.assertions import Template

from forestage.constructs import AccessLog, Cache, Canary, ConstructError, MethodSettings, RestApi, Stage
from forestage.constructs.integrations.mocks import Mock
from forestage.constructs.integrations.responses import IntegrationResponse
from forestage.constructs.throttles import Throttle
from tests.constructs.synthesis import Previewed, hold_against_stored, synthesized

if TYPE_CHECKING:
    from pathlib import Path

STAGE = "AWS::ApiGateway::Stage"
INFO = apigateway.MethodLoggingLevel.INFO
OFF = apigateway.MethodLoggingLevel.OFF
TABLE = IntegrationResponse(status=200, template='{"table": "$stageVariables.table"}')
DEFAULTS = {
    "HttpMethod": "*",
    "ResourcePath": "/*",
    "LoggingLevel": "ERROR",
    "DataTraceEnabled": False,
    "MetricsEnabled": False,
    "ThrottlingRateLimit": 1000,
    "ThrottlingBurstLimit": 500,
}


def pets(stack: Stack) -> RestApi:
    api = RestApi(stack, "Api")
    api.get("/", Mock.json(200, {}))
    api.get("/pets/{id}", Mock.template(responses=[TABLE]))
    api.post("/pets/{id}", Mock.json(201, {}))
    return api


def properties_of(stack: Stack) -> dict[str, Any]:
    """The properties of the only stage."""
    (stage,) = Template.from_json(synthesized(stack)).find_resources(STAGE).values()
    return dict(stage["Properties"])


def test_stages_are_as_stored_and_preview(stack: Stack, tmp_path: Path) -> None:
    api = pets(stack)
    v1 = api.add_deployment("V1")
    api.add_stage("dev", variables={"table": "pets-dev"}, cache=Cache(size="1.6", ttl=Duration.minutes(1)))
    api.add_stage(
        "prod",
        deployment=v1,
        description="for all",
        variables={"table": "pets"},
        throttle=Throttle(rate=100, burst=200),
        methods={"GET /pets/{id}": MethodSettings(throttle=Throttle(rate=1, burst=1), log_level=INFO)},
        canary=Canary(percent=10, variables={"table": "pets-new"}),
        tracing=True,
        metrics=True,
        client_certificate=True,
        documentation_version="1",
    )
    preview = Previewed(hold_against_stored(stack, "stages"), tmp_path)

    assert preview.call("GET /dev/pets/7").response.body == b'{"table": "pets-dev"}'
    assert preview.call("GET /prod/pets/7").body in {b'{"table": "pets"}', b'{"table": "pets-new"}'}
    assert preview.call("GET /prod/pets/7").response.status == 429
    assert preview.call("GET /prod").response.status == 200


def test_stage_is_logged_and_throttled_without_a_word(stack: Stack) -> None:
    pets(stack).add_stage("dev", variables={"table": "pets"})

    properties = properties_of(stack)

    assert properties["MethodSettings"] == [DEFAULTS]
    assert properties["AccessLogSetting"].keys() == {"DestinationArn", "Format"}
    assert properties.keys().isdisjoint({"TracingEnabled", "ClientCertificateId", "CacheClusterEnabled"})


def test_stage_may_be_without_all_of_it(stack: Stack) -> None:
    stage = pets(stack).add_stage("dev", throttle=None, access_log=None, log_level=OFF)

    assert properties_of(stack)["MethodSettings"] == [
        {
            "HttpMethod": "*",
            "ResourcePath": "/*",
            "LoggingLevel": "OFF",
            "DataTraceEnabled": False,
            "MetricsEnabled": False,
        }
    ]
    Template.from_stack(stack).resource_count_is("AWS::ApiGateway::Account", 0)
    assert stage.node.path == "Stack/Api/Stages/dev"


def test_log_of_one_method_needs_the_role_as_well(stack: Stack) -> None:
    pets(stack).add_stage("dev", access_log=None, log_level=OFF, methods={"GET /": MethodSettings(log_level=INFO)})

    Template.from_json(synthesized(stack)).resource_count_is("AWS::ApiGateway::Account", 1)


def test_log_that_goes_to_firehose_needs_no_role(stack: Stack) -> None:
    stream = "arn:aws:firehose:eu-west-1:123456789012:deliverystream/amazon-apigateway-shop"
    pets(stack).add_stage("dev", access_log=AccessLog(delivery_stream_arn=stream), log_level=OFF)

    assert properties_of(stack)["AccessLogSetting"]["DestinationArn"] == stream
    Template.from_stack(stack).resource_count_is("AWS::ApiGateway::Account", 0)


def test_settings_of_a_method_are_laid_over_those_of_the_stage(stack: Stack) -> None:
    pets(stack).add_stage(
        "dev",
        cache=Cache(),
        methods={
            "GET /pets/{id}": MethodSettings(cached=False, data_trace=True),
            "ANY /pets/{id}": MethodSettings(cache_ttl=Duration.seconds(5), cache_encrypted=False),
            "GET /": MethodSettings(metrics=True, throttle=Throttle(rate=0.5, burst=1)),
        },
    )

    every, get_pet, any_pet, root = properties_of(stack)["MethodSettings"]

    cached = {"CachingEnabled": True, "CacheDataEncrypted": True}
    assert every == DEFAULTS | cached
    path = {"ResourcePath": "/~1pets~1{id}"}
    assert get_pet == every | path | {"HttpMethod": "GET", "CachingEnabled": False, "DataTraceEnabled": True}
    assert any_pet == every | path | {"CacheTtlInSeconds": 5, "CacheDataEncrypted": False}
    assert root == every | {
        "HttpMethod": "GET",
        "ResourcePath": "/",
        "MetricsEnabled": True,
        "ThrottlingRateLimit": 0.5,
        "ThrottlingBurstLimit": 1,
    }


def test_stage_serves_a_retained_deployment_by_its_id(stack: Stack, tmp_path: Path) -> None:
    pets(stack).add_stage("prod", deployment="a1b2c3")

    assert properties_of(stack)["DeploymentId"] == "a1b2c3"
    assert Previewed(synthesized(stack), tmp_path).call("GET /prod").response.status == 200


def test_canary_answers_from_the_latest_deployment(stack: Stack) -> None:
    api = pets(stack)
    api.add_stage("prod", deployment=api.add_deployment("V1"), canary=Canary(percent=10, use_stage_cache=True))

    properties = properties_of(stack)

    v1, latest = properties["DeploymentId"]["Ref"], properties["CanarySetting"].pop("DeploymentId")["Ref"]
    assert (v1[:16], latest[:13]) == ("ApiDeploymentsV1", "ApiDeployment")
    assert v1 != latest
    assert properties["CanarySetting"] == {"PercentTraffic": 10, "UseStageCache": True}


def test_canary_beside_a_retained_deployment_is_a_difference(stack: Stack) -> None:
    stage = pets(stack).add_stage("prod", deployment="a1b2c3", canary=Canary(percent=10))

    assert stage.deployment is None
    assert properties_of(stack)["CanarySetting"]["DeploymentId"].keys() == {"Ref"}


def test_canary_of_the_deployment_that_the_stage_serves_is_refused(stack: Stack) -> None:
    api = pets(stack)
    v1 = api.add_deployment("V1")

    with pytest.raises(ConstructError, match="same deployment and with the same variables"):
        api.add_stage("prod", deployment=v1, canary=Canary(percent=10, deployment=v1))


def test_certificate_that_is_there_is_shown_to_backends(stack: Stack) -> None:
    certificate = apigateway.CfnClientCertificate(stack, "Certificate")
    pets(stack).add_stage("dev", client_certificate=certificate)

    assert properties_of(stack)["ClientCertificateId"] == {"Ref": "Certificate"}


def test_name_may_come_with_the_deployment(stack: Stack) -> None:
    name = CfnParameter(stack, "Name").value_as_string
    Stage(stack, "Stage", api=pets(stack), stage_name=name, variables={"table": name})

    properties = properties_of(stack)

    assert (properties["StageName"], properties["Variables"]) == ({"Ref": "Name"}, {"table": {"Ref": "Name"}})


def test_stage_has_addresses(stack: Stack) -> None:
    stage = pets(stack).add_stage("dev")

    (url,) = stack.resolve(stage.url)["Fn::Join"][1:]

    assert url[-1] == "/"
    assert stack.resolve(stage.url_for("/pets"))["Fn::Join"][1][-1] == "/pets"
    assert stack.resolve(stage.stage_name) == url[-2]
    with pytest.raises(ConstructError, match=r"a path begins with a slash, got 'pets': write '/pets'"):
        stage.url_for("pets")


def test_grant_invoke_is_for_the_stage(stack: Stack) -> None:
    stage = pets(stack).add_stage("dev")
    role = iam.Role(stack, "Caller", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))

    stage.grant_invoke(role)

    (policy,) = Template.from_json(synthesized(stack)).find_resources("AWS::IAM::Policy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Resource"]["Fn::Join"][1][-2:] == [stack.resolve(stage.stage_name), "/*/*"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param({"variables": {"a-b": "c"}}, "name of a stage variable has to be .* got 'a-b'", id="variable"),
        pytest.param({"variables": {"a": "b|c"}}, "value of stage variable a has to be .* got 'b|c'", id="value"),
        pytest.param({"cache": Cache(size="1")}, "size of a cache has to be one of 0.5, .* got '1'", id="cache size"),
        pytest.param(
            {"cache": Cache(ttl=Duration.hours(2))},
            "cache_ttl of the stage has to be from 0 to 3600, got 7200",
            id="ttl",
        ),
        pytest.param(
            {"methods": {"GET /": MethodSettings(cache_ttl=Duration.hours(2))}},
            "cache_ttl of method GET / has to be",
            id="ttl of a method",
        ),
        pytest.param(
            {"methods": {"GET /": MethodSettings(cached=True)}},
            r"method GET / is to be cached, and the stage has no cache: give it cache=Cache\(\)",
            id="no cache",
        ),
        pytest.param({"methods": {"/": MethodSettings()}}, "under its verb and path, .*, got '/'", id="no verb"),
        pytest.param({"methods": {"GET pets": MethodSettings()}}, "got 'GET pets'", id="no slash"),
        pytest.param(
            {"canary": Canary(percent=101, variables={"a": "b"})}, "percentage of a canary .* 100", id="percent"
        ),
        pytest.param(
            {"canary": Canary(percent=1, variables={"a-b": "c"})}, "stage variable", id="variable of a canary"
        ),
        pytest.param({"canary": Canary(percent=1)}, "same deployment and with the same variables", id="no difference"),
    ],
)
def test_stage_that_api_gateway_would_refuse_is_refused(stack: Stack, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConstructError, match=rf"^Stack/Api/Stages/dev: .*{message}"):
        pets(stack).add_stage("dev", **options)


@pytest.mark.parametrize("name", ["a.b", "x" * 129, "test-invoke-stage"])
def test_name_that_api_gateway_would_refuse_is_refused(stack: Stack, name: str) -> None:
    with pytest.raises(ConstructError, match=r"^Stack/Api/Stages/.*: .*stage"):
        pets(stack).add_stage(name)


def test_settings_take_what_is_open_from_others() -> None:
    mine = MethodSettings(metrics=False, throttle=Throttle(rate=1, burst=1))
    others = MethodSettings(metrics=True, log_level=INFO, throttle=Throttle(rate=2, burst=2))

    assert mine.over(others) == MethodSettings(metrics=False, log_level=INFO, throttle=Throttle(rate=1, burst=1))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"throttle": 100}, r"throttle cannot be 100: write Throttle\("),
        ({"cache": True}, r"cache cannot be True: write Cache\(\), or None"),
        ({"canary": 10}, "canary cannot be 10"),
        ({"canary": Canary(percent=5, deployment=cast("Any", "a1b2c3"))}, "the deployment of a canary cannot be 'a1b2"),
        ({"access_log": "logs"}, "access_log cannot be 'logs'"),
        ({"deployment": 1}, "deployment cannot be 1: write what add_deployment"),
        ({"methods": {"GET /": 5}}, "what methods has for GET / cannot be 5"),
        ({"cache": Cache(), "methods": {"GET /": MethodSettings(cache_ttl=cast("Any", 5))}}, "the cache_ttl of method"),
    ],
)
def test_value_of_another_kind_is_refused(stack: Stack, options: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=f"^Stack/Api/Stages/dev: {words}"):
        pets(stack).add_stage("dev", **options)
