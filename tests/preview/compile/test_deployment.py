import pytest

from forestage.model import Deployment, Environment
from forestage.model.rest import ApiDeployment, Definition, EndpointConfiguration, Method, RestApi
from forestage.model.stages import Stage
from forestage.model.values import Unknown
from forestage.preview.compile import compile_deployment
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
    ("method", "policy", "expected"),
    [
        pytest.param({}, None, None, id="open"),
        pytest.param({"authorization_type": "NONE"}, None, None, id="none"),
        pytest.param({"authorization_type": "AWS_IAM"}, None, "authorization of type AWS_IAM", id="iam"),
        pytest.param({"authorization_type": "COGNITO_USER_POOLS"}, None, "COGNITO_USER_POOLS", id="cognito"),
        pytest.param({"api_key_required": True}, None, "an API key", id="key"),
        pytest.param({"api_key_required": False}, None, None, id="no-key"),
        pytest.param({}, {"Statement": []}, "a resource policy", id="policy"),
        pytest.param({}, Unknown("Ref Policy"), "a resource policy", id="unknown-policy"),
    ],
)
def test_method_refuses_where_it_demands_what_is_not_executed(
    method: dict[str, object], policy: object, expected: str | None
) -> None:
    api = api_runtime({"GET /": {"type": "MOCK", "method": method}}, policy=policy)

    (compiled,) = api.stages["dev"].router.methods
    assert (compiled.refusal is None) == (expected is None)
    assert (expected or "") in (compiled.refusal or "")


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
