"""APIs from short data: what most cases need in one word, everything else by the names of the model's fields."""

from __future__ import annotations

from itertools import starmap
from typing import TYPE_CHECKING, Any

from forestage.model import Deployment
from forestage.model.rest import (
    ApiDeployment,
    Authorizer,
    Definition,
    EndpointConfiguration,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    Method,
    MethodResponse,
    Model,
    RequestValidator,
    Resource,
    RestApi,
    TlsConfig,
)
from forestage.model.stages import AccessLogSetting, CanarySetting, MethodSetting, Stage
from forestage.model.usage import ApiKey, ApiStage, QuotaSettings, ThrottleSettings, UsagePlan, UsagePlanKey
from forestage.preview.compile import compile_deployment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.preview.compile import Runtime
    from forestage.preview.compile.runtime import ApiRuntime

API_ID = "a1b2c3d4e5"
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:fn"

# Values of the model's fields, as YAML has them.
Fields = dict[str, Any]


STREAMING_URI = (
    f"arn:aws:apigateway:us-east-1:lambda:path/2021-11-15/functions/{FUNCTION_ARN}/response-streaming-invocations"
)


def integration_uri(function: str) -> str:
    """Return the URI of a proxy integration for a function, by its ARN or by its name."""
    arn = function if function.startswith("arn:") else FUNCTION_ARN.removesuffix("fn") + function
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations"


def named_integration(word: str, route: str) -> Integration:
    """Return the integration that a word stands for; a mock's response tells the ``route``, ``GET /pets``."""
    to_backend: Fields = {"integration_http_method": "ANY", "uri": "http://backend.example/to"}
    integrations: dict[str, Fields] = {
        "mock": {
            "type": "MOCK",
            "request_templates": {"application/json": '{"statusCode": 200}'},
            "integration_responses": [
                {"status_code": "200", "response_templates": {"application/json": f'{{"route": "{route}"}}'}}
            ],
        },
        "http": {"type": "HTTP", **to_backend, "integration_responses": [{"status_code": "200"}]},
        "http_proxy": {"type": "HTTP_PROXY", **to_backend},
        "lambda": {"type": "AWS_PROXY", "integration_http_method": "POST", "uri": integration_uri("fn")},
    }
    return integration(integrations[word])


def integration(fields: Fields) -> Integration:
    """Return an integration by the names of the model's fields."""
    values = dict(fields)
    tls = values.pop("tls_config", None)
    responses = [IntegrationResponse(**response) for response in values.pop("integration_responses", ())]
    return Integration(
        **values, integration_responses=tuple(responses), tls_config=TlsConfig(**tls) if tls is not None else None
    )


def _method(route: str, fields: str | Fields, resource_id: str) -> Method:
    values = {} if isinstance(fields, str) else dict(fields)
    method_fields: Fields = values.pop("method", {})
    called = named_integration(fields, route) if isinstance(fields, str) else integration(values) if values else None
    declared = method_fields.pop(
        "declared", [response.status_code for response in called.integration_responses] if called else ()
    )
    return Method(
        logical_id=route,
        id=route,
        http_method=route.partition(" ")[0],
        resource_id=resource_id,
        rest_api_id=API_ID,
        integration=called,
        method_responses=tuple(MethodResponse(status_code=str(status)) for status in dict.fromkeys(declared)),
        **method_fields,
    )


def _resources(paths: Iterable[str]) -> dict[str, Resource]:
    """Make the tree of resources that some paths need, by path; the root is ``root`` and no resource."""
    resources: dict[str, Resource] = {}
    for path in paths:
        parent, at = "root", ""
        for part in path.strip("/").split("/") if path != "/" else ():
            at = f"{at}/{part}"
            if at not in resources:
                resources[at] = Resource(
                    logical_id=at, id=f"res{len(resources)}", parent_id=parent, path_part=part, rest_api_id=API_ID
                )
            parent = resources[at].id
    return resources


# Values of the model's fields, as YAML has them.
def _parts(fields: dict[str, Any]) -> Fields:
    """Take the parts of a definition that stand beside its methods out of the fields."""
    return {
        "models": tuple(
            Model(logical_id=name, id=name, name=name, rest_api_id=API_ID, schema=schema)
            for name, schema in fields.pop("models", {}).items()
        ),
        "authorizers": tuple(
            Authorizer(logical_id=name, id=name, name=name, rest_api_id=API_ID, **values)
            for name, values in fields.pop("authorizers", {}).items()
        ),
        "request_validators": tuple(
            RequestValidator(logical_id=name, id=name, rest_api_id=API_ID, **values)
            for name, values in fields.pop("validators", {}).items()
        ),
        "gateway_responses": tuple(
            GatewayResponse(logical_id=kind, id=kind, rest_api_id=API_ID, response_type=kind, **values)
            for kind, values in fields.pop("gateway_responses", {}).items()
        ),
    }


def _stage_parts(fields: Fields) -> Fields:
    """Make the parts of a stage that are classes of their own."""
    made: Fields = {
        "method_settings": tuple(MethodSetting(**setting) for setting in fields.get("method_settings", ())),
    }
    if "canary_setting" in fields:
        made["canary_setting"] = CanarySetting(**fields["canary_setting"])
    if "access_log_setting" in fields:
        made["access_log_setting"] = AccessLogSetting(**fields["access_log_setting"])
    return made


def rest_api(
    methods: Mapping[str, str | Fields], *, stages: Mapping[str, Fields] | None = None, **fields: object
) -> RestApi:
    """Make an API with its stages.

    ``methods`` is by route, ``{"GET /pets/{id}": "mock"}``; a word stands for a usual integration, a mapping holds
    the fields of one, and below ``method`` those of the method itself (``declared`` are its statuses). ``stages`` is
    by name with fields of the stage; ``serves`` lists the routes of its deployment, all of them if left out. Further
    fields are the API's; ``endpoint`` is ``REGIONAL`` where it is left out, None leaves the configuration out.
    ``models`` is by name with the schema, ``validators`` and ``authorizers`` by id and ``gateway_responses`` by type
    with their fields.
    """
    endpoint = fields.pop("endpoint", "REGIONAL")
    parts = _parts(fields)
    resources = _resources(route.partition(" ")[2] for route in methods)
    made = {
        route: _method(route, spec, resources[path].id if (path := route.partition(" ")[2]) != "/" else "root")
        for route, spec in methods.items()
    }
    deployments, served = [], []
    for name, given in (stages or {"dev": {}}).items():
        values = dict(given)
        snapshot = tuple(made[route] for route in values.pop("serves", made))
        definition = Definition(root_resource_id="root", resources=tuple(resources.values()), methods=snapshot, **parts)
        deployments.append(
            ApiDeployment(logical_id=f"{name}Deployment", id=f"dep{name}", rest_api_id=API_ID, definition=definition)
        )
        stage: Fields = {"deployment_id": f"dep{name}", "stage_name": name, **values, **_stage_parts(values)}
        served.append(Stage(logical_id=name, id=name, rest_api_id=API_ID, **stage))
    # What is left are fields of the API, which its own checks judge.
    own: Fields = {"logical_id": "Api", "id": API_ID, "name": "pets", **fields}
    if endpoint is not None:
        own["endpoint_configuration"] = EndpointConfiguration(types=(str(endpoint),))
    return RestApi(**own, deployments=tuple(deployments), stages=tuple(served))


def runtime_of(*apis: RestApi, vpc_links: Mapping[str, str] | None = None) -> Runtime:
    """Compile a deployment of some APIs; ``vpc_links`` are addresses by the ids of links."""
    return compile_deployment(Deployment(rest_apis=apis), vpc_links=vpc_links)


def api_runtime(
    methods: Mapping[str, str | Fields],
    *,
    stages: Mapping[str, Fields] | None = None,
    vpc_links: Mapping[str, str] | None = None,
    **fields: object,
) -> ApiRuntime:
    """Compile one API, described as for ``rest_api``; ``vpc_links`` are addresses by the ids of links."""
    return runtime_of(rest_api(methods, stages=stages, **fields), vpc_links=vpc_links).apis[API_ID]


def usage_plans(keys: Mapping[str, Fields], plans: Mapping[str, Fields]) -> Deployment:
    """Make a deployment of keys and plans for the stages of an API.

    ``keys`` is by id with fields of the key, ``enabled`` where they do not say otherwise; ``in`` lists the plans that
    it is in. ``plans`` is by id with fields of the plan; ``stages`` is by name with the throttles of methods.
    """
    joined = [(key, plan) for key, given in keys.items() for plan in given.get("in", ())]
    return Deployment(
        api_keys=tuple(starmap(_api_key, keys.items())),
        usage_plans=tuple(starmap(_usage_plan, plans.items())),
        usage_plan_keys=tuple(
            UsagePlanKey(
                logical_id=f"{key}In{plan}", id=f"{key}:{plan}", key_id=key, key_type="API_KEY", usage_plan_id=plan
            )
            for key, plan in joined
        ),
    )


def _api_key(key_id: str, given: Fields) -> ApiKey:
    values: Fields = {"enabled": True, **given}
    values.pop("in", None)
    return ApiKey(logical_id=key_id, id=key_id, **values)


def _usage_plan(plan_id: str, given: Fields) -> UsagePlan:
    values = dict(given)
    stages = tuple(
        ApiStage(
            api_id=API_ID,
            stage=name,
            throttle={method: ThrottleSettings(**throttle) for method, throttle in (methods or {}).items()},
        )
        for name, methods in values.pop("stages", {}).items()
    )
    quota, throttle = values.pop("quota", None), values.pop("throttle", None)
    return UsagePlan(
        logical_id=plan_id,
        id=plan_id,
        api_stages=stages,
        quota=QuotaSettings(**quota) if quota else None,
        throttle=ThrottleSettings(**throttle) if throttle else None,
        **values,
    )
