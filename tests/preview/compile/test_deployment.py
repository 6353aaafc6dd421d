from dataclasses import replace

import pytest

from forestage.model import Deployment, Environment
from forestage.model.rest import ApiDeployment, Definition, EndpointConfiguration, Method, RestApi
from forestage.model.stages import Stage
from forestage.model.values import Unknown
from forestage.preview.compile import broken_templates, compile_deployment
from forestage.preview.compile.access_log import LogPart
from forestage.preview.compile.runtime import ApiIdentity
from tests.cases.short_api import API_ID, api_runtime, rest_api, runtime_of


def test_api_is_told_where_it_would_be() -> None:
    api = rest_api({"GET /": "mock"}, stack="Shop")
    environment = Environment(account_id="111122223333", region="eu-west-1", partition="aws-eusc")

    runtime = compile_deployment(Deployment(environment=environment, rest_apis=(api,)))

    assert runtime.apis[API_ID].identity == ApiIdentity(
        id=API_ID,
        name="pets",
        logical_id="Api",
        stack="Shop",
        account_id="111122223333",
        region="eu-west-1",
        partition="aws-eusc",
        endpoint_type="REGIONAL",
        protocol="REST",
    )


def test_runtime_keeps_what_it_was_compiled_from() -> None:
    deployment = Deployment()

    assert compile_deployment(deployment).deployment is deployment


def test_apis_stand_in_the_order_of_the_template() -> None:
    apis = [RestApi(logical_id=name, id=name.lower()) for name in ("Zoo", "Apes")]

    assert list(runtime_of(*apis).apis) == ["zoo", "apes"]


@pytest.mark.parametrize(
    ("configuration", "expected"),
    [
        pytest.param(None, "EDGE", id="none"),
        pytest.param(EndpointConfiguration(), "EDGE", id="without-types"),
        pytest.param(EndpointConfiguration(types=("PRIVATE",)), "PRIVATE", id="private"),
    ],
)
def test_endpoint_type_is_edge_where_nothing_is_said(
    configuration: EndpointConfiguration | None, expected: str
) -> None:
    api = RestApi(logical_id="Api", id=API_ID, endpoint_configuration=configuration)

    assert runtime_of(api).apis[API_ID].identity.endpoint_type == expected


@pytest.mark.parametrize("name", [None, Unknown("Ref Name")], ids=["none", "unknown"])
def test_api_without_a_known_name_has_its_logical_id(name: Unknown | None) -> None:
    api = RestApi(logical_id="Api", id=API_ID, name=name)

    assert runtime_of(api).apis[API_ID].identity.name == "Api"


def test_stage_has_its_variables_and_tracing() -> None:
    stages = {
        "dev": {"variables": {"colour": "teal", "arn": Unknown("Table.Arn")}, "tracing_enabled": True},
        "prod": {},
    }

    compiled = api_runtime({"GET /": "mock"}, stages=stages).stages

    assert compiled["dev"].variables == {"colour": "teal", "arn": "<Table.Arn>"}
    assert (compiled["dev"].tracing, compiled["prod"].tracing) == (True, False)
    assert (compiled["dev"].deployment_id, compiled["prod"].deployment_id) == ("depdev", "depprod")


@pytest.mark.parametrize(
    ("name", "deployment_id"),
    [
        pytest.param(None, "d", id="without-name"),
        pytest.param("", "d", id="blank-name"),
        pytest.param("dev", "gone", id="unknown-deployment"),
        pytest.param("dev", None, id="without-deployment"),
    ],
)
def test_stage_that_cannot_be_reached_is_left_out(name: str | None, deployment_id: str | None) -> None:
    api = RestApi(
        logical_id="Api",
        id=API_ID,
        deployments=(ApiDeployment(logical_id="D", id="d", rest_api_id=API_ID),),
        stages=(Stage(logical_id="S", id="s", rest_api_id=API_ID, stage_name=name, deployment_id=deployment_id),),
    )

    assert runtime_of(api).apis[API_ID].stages == {}


def test_stages_of_one_deployment_share_its_router() -> None:
    api = RestApi(
        logical_id="Api",
        id=API_ID,
        deployments=(ApiDeployment(logical_id="D", id="d", rest_api_id=API_ID),),
        stages=tuple(
            Stage(logical_id=name, id=name, rest_api_id=API_ID, stage_name=name, deployment_id="d")
            for name in ("dev", "prod")
        ),
    )

    stages = runtime_of(api).apis[API_ID].stages

    assert stages["dev"].router is stages["prod"].router
    assert stages["dev"].router.methods == ()


def test_method_knows_its_resource_and_its_responses() -> None:
    fields = {"type": "MOCK", "method": {"declared": [200, 404]}}

    stage = api_runtime({"GET /pets/{id}": fields}).stages["dev"]

    (method,) = stage.router.methods
    assert (method.verb, method.resource_path, method.resource_id) == ("GET", "/pets/{id}", "res1")
    assert list(method.responses) == ["200", "404"]


def test_method_of_a_resource_that_is_not_there_is_left_out() -> None:
    lost = Method(logical_id="Lost", id="m", http_method="GET", resource_id="gone", rest_api_id=API_ID)
    definition = Definition(root_resource_id="root", methods=(lost,))
    api = RestApi(
        logical_id="Api",
        id=API_ID,
        deployments=(ApiDeployment(logical_id="D", id="d", rest_api_id=API_ID, definition=definition),),
        stages=(Stage(logical_id="S", id="s", rest_api_id=API_ID, stage_name="dev", deployment_id="d"),),
    )

    assert runtime_of(api).apis[API_ID].stages["dev"].router.methods == ()


@pytest.mark.parametrize(
    ("endpoint", "policy", "is_closed"),
    [
        pytest.param("PRIVATE", None, True, id="private-without-policy"),
        pytest.param("PRIVATE", {"Statement": []}, False, id="private-with-policy"),
        pytest.param("REGIONAL", None, False, id="regional"),
        pytest.param(None, None, False, id="edge"),
    ],
)
def test_private_api_without_policy_is_closed(endpoint: str | None, policy: object, *, is_closed: bool) -> None:
    api = api_runtime({"GET /": "mock"}, endpoint=endpoint, policy=policy)

    assert (api.closed is not None) == is_closed


def test_stage_without_features_has_none() -> None:
    stage = api_runtime({"GET /": "mock"}).stages["dev"]

    assert (stage.cache, stage.minimum_compression_bytes, stage.access_log) == (None, None, None)
    assert (stage.is_canary, stage.canary) == (None, None)


@pytest.mark.parametrize("size", [None, 0, 1_000])
def test_least_size_of_compression_is_that_of_the_api(size: int | None) -> None:
    stages = api_runtime({"GET /": "mock"}, stages={"dev": {}, "prod": {}}, minimum_compression_size=size).stages

    assert {stage.minimum_compression_bytes for stage in stages.values()} == {size}


@pytest.mark.parametrize("format_", [None, "", Unknown("Ref Format")])
def test_access_log_without_known_format_is_none(format_: object) -> None:
    stages = {"dev": {"access_log_setting": {"destination_arn": "arn:aws:logs:x", "format": format_}}}

    assert api_runtime({"GET /": "mock"}, stages=stages).stages["dev"].access_log is None


def test_access_log_has_its_format() -> None:
    stages = {"dev": {"access_log_setting": {"format": "$context.status ms"}}}

    assert api_runtime({"GET /": "mock"}, stages=stages).stages["dev"].access_log == (
        LogPart(variable="status"),
        LogPart(text=" ms"),
    )


def test_canary_is_the_stage_over_another_deployment_and_other_variables() -> None:
    setting = {
        "deployment_id": "depnext",
        "percent_traffic": 12.5,
        "stage_variable_overrides": {"colour": "pink", "new": Unknown("Ref X")},
    }
    stages = {"dev": {"variables": {"colour": "teal", "kept": "here"}, "canary_setting": setting}, "next": {}}

    api = api_runtime({"GET /": "mock"}, stages=stages)

    stage = api.stages["dev"]
    assert api.has_canary
    assert stage.canary is not None
    canary = stage.canary.stage
    assert (stage.is_canary, stage.deployment_id, stage.variables) == (
        False,
        "depdev",
        {"colour": "teal", "kept": "here"},
    )
    assert (canary.is_canary, canary.deployment_id, canary.name) == (True, "depnext", "dev")
    assert canary.variables == {"colour": "pink", "kept": "here", "new": "<Ref X>"}
    assert (stage.canary.percent, canary.canary) == (12.5, None)
    assert not api_runtime({"GET /": "mock"}).has_canary


@pytest.mark.parametrize("deployment_id", [None, "gone"])
def test_canary_of_no_deployment_of_its_own_serves_the_stages(deployment_id: str | None) -> None:
    stages = {"dev": {"canary_setting": {"deployment_id": deployment_id}}}

    stage = api_runtime({"GET /": "mock"}, stages=stages).stages["dev"]

    assert stage.canary is not None
    assert (stage.canary.percent, stage.canary.stage.deployment_id) == (0.0, "depdev")


@pytest.mark.parametrize(
    ("use", "absence"),
    [
        (True, "caching is not enabled for this method"),
        (False, "the canary does not use the stage's cache"),
        (None, "the canary does not use the stage's cache"),
    ],
)
def test_canary_uses_the_cache_where_it_says_so(*, use: bool | None, absence: str) -> None:
    stages = {
        "dev": {
            "cache_cluster_enabled": True,
            "method_settings": [{"caching_enabled": True}],
            "canary_setting": {"use_stage_cache": use},
        }
    }

    stage = api_runtime({"GET /": "mock"}, stages=stages).stages["dev"]

    assert stage.cache is not None
    assert stage.canary is not None
    cache = stage.canary.stage.cache
    assert cache is not None
    assert (cache.space, cache.absence) == (stage.cache.space, absence)
    assert list(cache.methods) == ([("GET", "/")] if use else [])


def test_broken_template_of_a_canary_is_told() -> None:
    broken = {"type": "MOCK", "request_templates": {"application/json": "#if("}}
    stages = {"dev": {"serves": ["GET /"], "canary_setting": {"deployment_id": "depnext"}}, "next": {}}
    api = rest_api({"GET /": "mock", "GET /broken": broken}, stages=stages)
    only_dev = replace(api, stages=api.stages[:1])

    (told,) = broken_templates(runtime_of(only_dev))

    assert told.startswith("pets GET /broken: ")
