"""AWS as a template leaves it: answers of API Gateway and CloudFormation, made from the model of the template.

Ids are others than the model's, as they would be; what nobody set has the defaults that AWS tells; lists come in pages
of two.
"""

from __future__ import annotations

import dataclasses
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from forestage.errors import AwsError
from forestage.export.openapi import export_openapi
from forestage.load import LoadOptions, load
from forestage.load.identity import stable_id
from forestage.load.shape import IDENTITY, property_name
from forestage.load.stack import NESTED_STACK
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.aws import Answer
    from forestage.model.deployment import Deployment, TemplateResource
    from forestage.model.rest import Definition, RestApi
    from forestage.model.websocket import Api

ACCOUNT = "111122223333"
REGION = "eu-west-1"
_NAMES = {
    "ApiKeySourceType": "apiKeySource",
    "IntegrationHttpMethod": "httpMethod",
    "AccessLogSetting": "accessLogSettings",
    "CanarySetting": "canarySettings",
    "UsagePlanName": "name",
}
_BUILT_IN = [
    {"id": "empty1", "name": "Empty", "schema": '{"title": "Empty Schema", "type": "object"}'},
    {"id": "error1", "name": "Error", "schema": '{"title": "Error Schema", "type": "object"}'},
]


def load_template(file: Path, *, stack: str) -> Deployment:
    """Load a template as it would be in the fake's account and region."""
    options = LoadOptions(account_id=ACCOUNT, region=REGION, stacks=(stack,))
    return load(str(file), options=options).deployment


class FakeAws:
    """AWS with one stack; what is in ``failures`` is refused with that code, by operation."""

    def __init__(self, file: Path, *, stack: str = "Pets", is_stack: bool = True) -> None:
        self.region = REGION
        self.failures: dict[str, str] = {}
        self.asked: list[str] = []
        self.stack = stack
        self.is_stack = is_stack
        self.status = "UPDATE_COMPLETE"
        self.templates: dict[str, str] = {stack: file.read_text(encoding="utf-8")}
        self.processed: dict[str, Any] = {}
        self.parameters: list[dict[str, str]] = []
        self.objects: dict[tuple[str, str], bytes] = {}
        self.usage: dict[str, list[dict[str, Any]]] = {}
        self.deployment = load_template(file, stack=stack)
        self.served = self.deployment
        self._ids = {
            resource.id: _physical(resource)
            for resource in self.deployment.template_resources
            if resource.type != NESTED_STACK
        }
        for api in self.deployment.rest_apis:
            assert api.definition is not None
            self._ids[api.definition.root_resource_id] = stable_id("aws", api.id, "root")

    # The port.

    def account_id(self) -> str:
        return ACCOUNT

    # Answers are JSON of any shape, here and below.
    def ask(self, service: str, operation: str, **parameters: Any) -> Answer:
        self.asked.append(f"{service} {operation}")
        if operation in self.failures:
            raise AwsError(f"AWS refuses {service} {operation}", code=self.failures[operation])
        answer: Answer = self._physical_text(_OPERATIONS[service, operation](self, parameters))
        return answer

    def pages(self, service: str, operation: str, **parameters: Any) -> Iterator[Answer]:
        if operation == "get_usage":
            yield from _usage_pages(self, parameters)
            return
        answer = self.ask(service, operation, **parameters)
        ((key, listed),) = answer.items()
        for start in range(0, max(len(listed), 1), 2):
            yield {key: listed[start : start + 2]}

    # What tests use.

    def id_of(self, model_id: str) -> str:
        """Tell what AWS calls what the model calls otherwise."""
        return self._ids.get(model_id, model_id)

    def change(self, deployment: Deployment) -> None:
        """Change what is defined, not what was deployed."""
        self.deployment = deployment

    def _physical_text(self, value: Any) -> Any:
        if isinstance(value, str):
            text = value
            for model_id in sorted(self._ids, key=len, reverse=True):
                text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(model_id)}(?![A-Za-z0-9])", self._ids[model_id], text)
            return text
        if isinstance(value, Mapping):
            return {self._physical_text(key): self._physical_text(item) for key, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, bytes):
            return [self._physical_text(item) for item in value]
        if isinstance(value, io.BytesIO):
            return io.BytesIO(self._physical_text(value.getvalue().decode()).encode())
        return value

    def _rest(self, parameters: Mapping[str, Any]) -> RestApi:
        found = next((api for api in self.deployment.rest_apis if self.id_of(api.id) == parameters["restApiId"]), None)
        if found is None:
            raise AwsError("Invalid API identifier specified", code="NotFoundException")
        return found

    def _api(self, parameters: Mapping[str, Any]) -> Api:
        found = next((api for api in self.deployment.apis if self.id_of(api.id) == parameters["ApiId"]), None)
        if found is None:
            raise AwsError("Invalid API identifier specified", code="NotFoundException")
        return found

    def _model_id(self, physical: str) -> str:
        return next((model for model, own in self._ids.items() if own == physical), physical)


def _physical(resource: TemplateResource) -> str:
    """Make an id of another name: AWS made up its own, unless the template gave one."""
    if re.fullmatch(r"[a-z][a-z0-9]{5,9}", resource.id) and not resource.type.endswith("Stage"):
        return stable_id("aws", resource.stack, resource.logical_id, length=len(resource.id))
    suffix = stable_id("aws", resource.logical_id, length=12).upper()
    return re.sub(r"(?<=-)[A-Z0-9]{12}$", suffix, resource.id)


# A part of any class.
def answer_of(value: Any, *, is_v2: bool = False, **more: Any) -> dict[str, Any]:
    """Write a part of the model as AWS answers."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        own = getattr(value, field.name)
        if field.name in IDENTITY or field.metadata.get("assembled") or own in (None, (), {}):
            continue
        name = property_name(field.name)
        key = name if is_v2 else _NAMES.get(name, name[:1].lower() + name[1:])
        found[key] = _plain(own, is_v2=is_v2)
    return {**found, **more}


def _plain(value: Any, *, is_v2: bool) -> Any:
    if isinstance(value, Unknown | Secret):
        return "only-aws-knows"
    if dataclasses.is_dataclass(value):
        return answer_of(value, is_v2=is_v2)
    if isinstance(value, Mapping):
        return {key: _plain(item, is_v2=is_v2) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item, is_v2=is_v2) for item in value]
    return value


def _tags(tags: Any) -> dict[str, Any]:
    return {"aws:cloudformation:stack-name": "Pets", **{tag.key: tag.value for tag in tags}}


# API Gateway, the first version.


def _get_rest_api(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    api = aws._rest(parameters)
    found = answer_of(api, id=api.id, tags=_tags(api.tags))
    if api.policy is not None:
        found["policy"] = json.dumps(json.dumps(_plain(api.policy, is_v2=False)))[1:-1]
    for name in ("body", "bodyS3Location", "mode", "parameters", "failOnWarnings"):
        found.pop(name, None)
    return {
        "apiKeySource": "HEADER",
        "disableExecuteApiEndpoint": False,
        "endpointConfiguration": {"types": ["EDGE"], "ipAddressType": "ipv4"},
        "rootResourceId": api.definition.root_resource_id if api.definition else "",
        "securityPolicy": "TLS_1_0",
        **found,
    }


def _get_resources(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    definition = _definition(aws, parameters)
    root_id = definition.root_resource_id
    nodes: dict[str, dict[str, Any]] = {root_id: {"id": root_id, "path": "/"}}
    for resource in definition.resources:
        path = definition.paths()[resource.id]
        nodes[resource.id] = answer_of(resource, id=resource.id, path=path)
    for method in definition.methods:
        nodes[method.resource_id].setdefault("resourceMethods", {})[method.http_method] = _method(method)
    return {"items": list(nodes.values())}


# A method of the model.
def _method(method: Any) -> dict[str, Any]:
    found = answer_of(method)
    found["methodResponses"] = {item["statusCode"]: item for item in found.get("methodResponses", ())}
    integration = found.pop("integration", None)
    if integration is not None:
        integration["integrationResponses"] = {
            item["statusCode"]: item for item in integration.get("integrationResponses", ())
        }
        found["methodIntegration"] = {
            "passthroughBehavior": "WHEN_NO_MATCH",
            "timeoutInMillis": 29000,
            "cacheNamespace": method.resource_id,
            "cacheKeyParameters": [],
            **integration,
        }
    return {"apiKeyRequired": False, "authorizationType": "NONE", **found}


def _definition(aws: FakeAws, parameters: Mapping[str, Any]) -> Definition:
    definition = aws._rest(parameters).definition
    assert definition is not None
    return definition


def _get_models(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    models = _definition(aws, parameters).models
    own = [
        answer_of(
            model,
            id=stable_id("model", model.id),
            name=model.name or model.id,
            contentType=model.content_type or "application/json",
            schema=json.dumps(model.schema),
        )
        for model in models
    ]
    return {"items": [*own, *_BUILT_IN]}


def _get_authorizers(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    return {
        "items": [
            {"authType": "custom", "authorizerResultTtlInSeconds": 300, **answer_of(item, id=item.id)}
            for item in _definition(aws, parameters).authorizers
        ]
    }


def _get_request_validators(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    return {
        "items": [
            {"validateRequestBody": False, "validateRequestParameters": False, **answer_of(item, id=item.id)}
            for item in _definition(aws, parameters).request_validators
        ]
    }


def _get_gateway_responses(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    default = {"application/json": '{"message":$context.error.messageString}'}
    own = [
        {"statusCode": "403", "responseTemplates": default, **answer_of(item), "defaultResponse": False}
        for item in _definition(aws, parameters).gateway_responses
    ]
    return {"items": [*own, {"responseType": "QUOTA_EXCEEDED", "statusCode": "429", "defaultResponse": True}]}


def _get_documentation_parts(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    return {
        "items": [
            answer_of(item, id=item.id, properties=json.dumps(item.properties))
            for item in _definition(aws, parameters).documentation_parts
        ]
    }


def _get_stage(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    api = aws._rest(parameters)
    stage = next((item for item in api.stages if item.stage_name == parameters["stageName"]), None)
    if stage is None:
        raise AwsError("Invalid stage identifier specified", code="NotFoundException")
    found = answer_of(stage, tags=_tags(stage.tags))
    found["methodSettings"] = {
        f"{setting.resource_path.removeprefix('/')}/{setting.http_method}": {
            "loggingLevel": "OFF",
            "metricsEnabled": False,
            "dataTraceEnabled": False,
            "cachingEnabled": False,
            "throttlingBurstLimit": -1,
            "throttlingRateLimit": -1.0,
            "cacheTtlInSeconds": 300,
            "requireAuthorizationForCacheControl": True,
            **{key: value for key, value in answer_of(setting).items() if key not in {"resourcePath", "httpMethod"}},
        }
        for setting in stage.method_settings
        if setting.resource_path
    }
    return {"cacheClusterEnabled": False, "cacheClusterStatus": "NOT_AVAILABLE", "tracingEnabled": False, **found}


def _get_export(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    served = next(api for api in aws.served.rest_apis if aws.id_of(api.id) == parameters["restApiId"])
    assert (parameters["exportType"], parameters["parameters"]) == ("oas30", {"extensions": "apigateway"})
    stage = next(item for item in served.stages if item.stage_name == parameters["stageName"])
    snapshot = next(item for item in served.deployments if item.id == stage.deployment_id)
    document = export_openapi(served, snapshot.definition).document
    return {"body": io.BytesIO(json.dumps(document).encode())}


def _get_usage_plans(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    del parameters
    plans = [answer_of(plan, id=plan.id, tags=_tags(plan.tags)) for plan in aws.deployment.usage_plans]
    return {"items": [*plans, {"id": "other", "name": "of others", "apiStages": [{"apiId": "zzz", "stage": "prod"}]}]}


def _get_usage_plan_keys(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    plan = aws._model_id(parameters["usagePlanId"])
    return {
        "items": [
            {"id": item.key_id, "type": item.key_type, "name": "a key"}
            for item in aws.deployment.usage_plan_keys
            if item.usage_plan_id == plan
        ]
    }


def _get_api_keys(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    assert parameters["includeValues"] is False
    made_up = {"enabled": False, "name": "Pets-Key-ABC", "stageKeys": []}
    keys = [{**made_up, **answer_of(key, id=key.id, tags=_tags(key.tags))} for key in aws.deployment.api_keys]
    for key in keys:
        key.pop("value", None)
    return {"items": [*keys, {"id": "of others", "enabled": True}]}


def _get_domain_names(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    del parameters
    own = [
        {"securityPolicy": "TLS_1_2", **answer_of(item, tags=_tags(item.tags)), "domainNameStatus": "AVAILABLE"}
        for item in aws.deployment.domain_names
    ]
    return {"items": [*own, {"domainName": "private.example.com", "domainNameId": "abc"}]}


def _get_base_path_mappings(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    return {
        "items": [
            {"basePath": "(none)", **answer_of(item)}
            for item in aws.deployment.base_path_mappings
            if item.domain_name == parameters["domainName"]
        ]
    }


def _usage_pages(aws: FakeAws, parameters: Mapping[str, Any]) -> Iterator[Answer]:
    assert parameters["startDate"] < parameters["endDate"] == "2026-05-13"
    for page in aws.usage[parameters["usagePlanId"]]:
        yield {"items": page}


# API Gateway, the second version.


def _get_api(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    api = aws._api(parameters)
    return {
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "DisableExecuteApiEndpoint": False,
        "IpAddressType": "ipv4",
        **answer_of(api, is_v2=True),
        "ApiId": api.id,
        "Tags": {"aws:cloudformation:stack-name": "Pets", **api.tags},
    }


# Parts of any class.
def _v2(listed: Sequence[Any], kind: str, **more: Any) -> Any:
    return {"Items": [{**more, **answer_of(item, is_v2=True), f"{kind}Id": item.id} for item in listed]}


def _get_routes(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    return _v2(aws._api(parameters).definition.routes, "Route", ApiKeyRequired=False, AuthorizationType="NONE")


def _get_route_responses(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    routes = aws._api(parameters).definition.routes
    route = next(item for item in routes if aws.id_of(item.id) == parameters["RouteId"])
    return _v2(route.route_responses, "RouteResponse")


def _get_integrations(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    more = {"TimeoutInMillis": 29000, "PassthroughBehavior": "WHEN_NO_MATCH", "PayloadFormatVersion": "1.0"}
    return _v2(aws._api(parameters).definition.integrations, "Integration", ConnectionType="INTERNET", **more)


def _get_integration_responses(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    integrations = aws._api(parameters).definition.integrations
    integration = next(item for item in integrations if aws.id_of(item.id) == parameters["IntegrationId"])
    return _v2(integration.integration_responses, "IntegrationResponse")


def _get_v2_models(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    models = aws._api(parameters).definition.models
    return {
        "Items": [
            {**answer_of(item, is_v2=True), "ModelId": item.id, "Schema": json.dumps(item.schema)} for item in models
        ]
    }


def _get_v2_authorizers(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    return _v2(aws._api(parameters).definition.authorizers, "Authorizer")


def _get_v2_stage(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    stages = aws._api(parameters).stages
    stage = next((item for item in stages if item.stage_name == parameters["StageName"]), None)
    if stage is None:
        raise AwsError("Invalid stage identifier specified", code="NotFoundException")
    return {"AutoDeploy": False, "DefaultRouteSettings": {"DataTraceEnabled": False}, **answer_of(stage, is_v2=True)}


def _get_v2_domain_names(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    del parameters
    return {"Items": [answer_of(item, is_v2=True) for item in aws.deployment.regional_domain_names]}


def _get_api_mappings(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    mappings = [item for item in aws.deployment.api_mappings if item.domain_name == parameters["DomainName"]]
    return _v2(mappings, "ApiMapping", ApiMappingKey="")


# CloudFormation.


def _arn(aws: FakeAws, name: str) -> str:
    return f"arn:aws:cloudformation:{aws.region}:{ACCOUNT}:stack/{name}/11111111-2222"


def _stack_name(aws: FakeAws, parameters: Mapping[str, Any]) -> str:
    name = str(parameters["StackName"])
    name = name.split("/")[1] if name.startswith("arn:") else name
    if not aws.is_stack or name not in aws.templates:
        raise AwsError(f"AWS refuses: Stack with id {name} does not exist", code="ValidationError")
    return name


def _describe_stacks(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    name = _stack_name(aws, parameters)
    return {
        "Stacks": [
            {"StackName": name, "StackId": _arn(aws, name), "StackStatus": aws.status, "Parameters": aws.parameters}
        ]
    }


def _describe_stack_resources(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    if not aws.is_stack:
        raise AwsError(f"Stack for {parameters['PhysicalResourceId']} does not exist", code="ValidationError")
    return {"StackResources": [{"StackId": _arn(aws, aws.stack)}]}


def _list_stack_resources(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    name = _stack_name(aws, parameters)
    nested = {f"{name}-{child}": child for child in _nested_in(aws, name)}
    model_name = aws.stack if name == aws.stack else _model_stack(aws, name)
    return {
        "StackResourceSummaries": [
            {
                "LogicalResourceId": resource.logical_id,
                "ResourceType": resource.type,
                "PhysicalResourceId": _arn(aws, f"{name}-{resource.logical_id}")
                if f"{name}-{resource.logical_id}" in nested
                else aws.id_of(resource.id),
            }
            for resource in aws.deployment.template_resources
            if resource.stack == model_name
        ]
    }


def _describe_stack_resource(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    listed = _list_stack_resources(aws, parameters)["StackResourceSummaries"]
    wanted = parameters["LogicalResourceId"]
    return {"StackResourceDetail": next(item for item in listed if item["LogicalResourceId"] == wanted)}


def _nested_in(aws: FakeAws, name: str) -> list[str]:
    return [other.removeprefix(f"{name}-") for other in aws.templates if other.startswith(f"{name}-")]


def _model_stack(aws: FakeAws, name: str) -> str:
    logical_id = name.removeprefix(f"{aws.stack}-")
    ids = [item.id for item in aws.deployment.template_resources if item.logical_id == logical_id]
    return ids[0].split("/")[1]


def _get_template(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    name = _stack_name(aws, parameters)
    if parameters["TemplateStage"] == "Processed":
        return {"TemplateBody": aws.processed[name]}
    text = aws.templates[name]
    told = "".join(character if character.isascii() else "?" for character in text)
    return {"TemplateBody": json.loads(told) if told.lstrip().startswith("{") else told}


def _get_object(aws: FakeAws, parameters: Mapping[str, Any]) -> Any:
    return {"Body": io.BytesIO(aws.objects[parameters["Bucket"], parameters["Key"]])}


_OPERATIONS: dict[tuple[str, str], Callable[[FakeAws, Mapping[str, Any]], Any]] = {
    ("apigateway", "get_api_keys"): _get_api_keys,
    ("apigateway", "get_authorizers"): _get_authorizers,
    ("apigateway", "get_base_path_mappings"): _get_base_path_mappings,
    ("apigateway", "get_documentation_parts"): _get_documentation_parts,
    ("apigateway", "get_domain_names"): _get_domain_names,
    ("apigateway", "get_export"): _get_export,
    ("apigateway", "get_gateway_responses"): _get_gateway_responses,
    ("apigateway", "get_models"): _get_models,
    ("apigateway", "get_request_validators"): _get_request_validators,
    ("apigateway", "get_resources"): _get_resources,
    ("apigateway", "get_rest_api"): _get_rest_api,
    ("apigateway", "get_stage"): _get_stage,
    ("apigateway", "get_usage_plan_keys"): _get_usage_plan_keys,
    ("apigateway", "get_usage_plans"): _get_usage_plans,
    ("apigatewayv2", "get_api"): _get_api,
    ("apigatewayv2", "get_api_mappings"): _get_api_mappings,
    ("apigatewayv2", "get_authorizers"): _get_v2_authorizers,
    ("apigatewayv2", "get_domain_names"): _get_v2_domain_names,
    ("apigatewayv2", "get_integration_responses"): _get_integration_responses,
    ("apigatewayv2", "get_integrations"): _get_integrations,
    ("apigatewayv2", "get_models"): _get_v2_models,
    ("apigatewayv2", "get_route_responses"): _get_route_responses,
    ("apigatewayv2", "get_routes"): _get_routes,
    ("apigatewayv2", "get_stage"): _get_v2_stage,
    ("cloudformation", "describe_stack_resource"): _describe_stack_resource,
    ("cloudformation", "describe_stack_resources"): _describe_stack_resources,
    ("cloudformation", "describe_stacks"): _describe_stacks,
    ("cloudformation", "get_template"): _get_template,
    ("cloudformation", "list_stack_resources"): _list_stack_resources,
    ("s3", "get_object"): _get_object,
}
