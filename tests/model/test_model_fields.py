"""Every property of CloudFormation's schemas ends up in a field, and every field is filled by some property."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from forestage.load.shape import load_shape, property_fields
from forestage.model import domains, network, rest, stages, usage, websocket
from forestage.model.values import Origin
from tests.model.schemas import list_item, map_value, resolved, resource_types, schema

if TYPE_CHECKING:
    from forestage.errors import Fault

CLASSES: dict[str, type] = {
    "AWS::ApiGateway::Account": network.Account,
    "AWS::ApiGateway::ApiKey": usage.ApiKey,
    "AWS::ApiGateway::Authorizer": rest.Authorizer,
    "AWS::ApiGateway::BasePathMapping": domains.BasePathMapping,
    "AWS::ApiGateway::BasePathMappingV2": domains.BasePathMappingV2,
    "AWS::ApiGateway::ClientCertificate": stages.ClientCertificate,
    "AWS::ApiGateway::Deployment": rest.ApiDeployment,
    "AWS::ApiGateway::DocumentationPart": rest.DocumentationPart,
    "AWS::ApiGateway::DocumentationVersion": rest.DocumentationVersion,
    "AWS::ApiGateway::DomainName": domains.DomainName,
    "AWS::ApiGateway::DomainNameAccessAssociation": domains.DomainNameAccessAssociation,
    "AWS::ApiGateway::DomainNameV2": domains.DomainNameV2,
    "AWS::ApiGateway::GatewayResponse": rest.GatewayResponse,
    "AWS::ApiGateway::Method": rest.Method,
    "AWS::ApiGateway::Model": rest.Model,
    "AWS::ApiGateway::RequestValidator": rest.RequestValidator,
    "AWS::ApiGateway::Resource": rest.Resource,
    "AWS::ApiGateway::RestApi": rest.RestApi,
    "AWS::ApiGateway::Stage": stages.Stage,
    "AWS::ApiGateway::UsagePlan": usage.UsagePlan,
    "AWS::ApiGateway::UsagePlanKey": usage.UsagePlanKey,
    "AWS::ApiGateway::VpcLink": network.VpcLink,
    "AWS::ApiGatewayV2::Api": websocket.Api,
    "AWS::ApiGatewayV2::ApiGatewayManagedOverrides": websocket.ApiGatewayManagedOverrides,
    "AWS::ApiGatewayV2::ApiMapping": domains.ApiMapping,
    "AWS::ApiGatewayV2::Authorizer": websocket.Authorizer,
    "AWS::ApiGatewayV2::Deployment": websocket.Deployment,
    "AWS::ApiGatewayV2::DomainName": domains.RegionalDomainName,
    "AWS::ApiGatewayV2::Integration": websocket.Integration,
    "AWS::ApiGatewayV2::IntegrationResponse": websocket.IntegrationResponse,
    "AWS::ApiGatewayV2::Model": websocket.Model,
    "AWS::ApiGatewayV2::PortalProduct": network.PortalProduct,
    "AWS::ApiGatewayV2::Route": websocket.Route,
    "AWS::ApiGatewayV2::RouteResponse": websocket.RouteResponse,
    "AWS::ApiGatewayV2::RoutingRule": domains.RoutingRule,
    "AWS::ApiGatewayV2::Stage": websocket.Stage,
    "AWS::ApiGatewayV2::VpcLink": network.VpcLinkV2,
}

WORDS: dict[str, Any] = {
    "ApiKeySourceType": "HEADER",
    "AuthorizationType": "CUSTOM",
    "AuthorizerType": "REQUEST",
    "CacheClusterSize": "0.5",
    "ConnectionType": "INTERNET",
    "ContentHandlingStrategy": "CONVERT_TO_TEXT",
    "EndpointAccessMode": "BASIC",
    "HttpMethod": "GET",
    "IntegrationHttpMethod": "POST",
    "IntegrationType": "MOCK",
    "IpAddressType": "ipv4",
    "LoggingLevel": "INFO",
    "Mode": "merge",
    "PassthroughBehavior": "NEVER",
    "Period": "DAY",
    "Properties": {"description": "a part"},
    "ProtocolType": "WEBSOCKET",
    "ResponseType": "THROTTLED",
    "RouteSettings": {"k": {}},
    "StatusCode": "200",
    "TimeoutInMillis": 1000,
    "Type": "REQUEST",
    "Types": ["REGIONAL"],
}
"""Values of properties that are words or ranges of the model's vocabulary, or documents."""

DOCUMENTED: dict[str, dict[str, Any]] = {
    "AWS::ApiGateway::Authorizer": {
        "JwtConfiguration": {
            "DefaultAlgorithms": ["RS256"],
            "Issuers": [
                {
                    "Issuer": "https://issuer.example",
                    "Audiences": ["pets"],
                    "AdditionalClaims": [
                        {"ClaimName": "role", "Format": "SINGLE_STRING", "Required": True, "ExpectedValues": ["admin"]}
                    ],
                }
            ],
        }
    },
    "AWS::ApiGateway::Deployment": {
        "StageDescription": {"MethodSettings": [{"RequireAuthorizationForCacheControl": True}]}
    },
    "AWS::ApiGateway::Stage": {"MethodSettings": [{"RequireAuthorizationForCacheControl": True}]},
    "AWS::ApiGateway::Method": {"Integration": {"TlsConfig": {"InsecureSkipVerification": True}}},
    "AWS::ApiGatewayV2::ApiGatewayManagedOverrides": {
        "Stage": {
            "RouteSettings": {
                "k": {"DetailedMetricsEnabled": True, "ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 2.5}
            }
        }
    },
    "AWS::ApiGatewayV2::Stage": {
        "AccessPolicyId": "text",
        "RouteSettings": {
            "k": {
                "DataTraceEnabled": True,
                "DetailedMetricsEnabled": True,
                "LoggingLevel": "INFO",
                "ThrottlingBurstLimit": 5,
                "ThrottlingRateLimit": 2.5,
            }
        },
    },
}
"""What `forestage.model.fidelity.DOCUMENTED_ONLY` names, written out."""


# Documents are whatever JSON the schemas ask for.
def maximal(resource_type: str) -> dict[str, Any]:
    """Make the properties of a resource that sets whatever can be set."""
    root = schema(resource_type)
    read_only = {name.rpartition("/")[2] for name in root.get("readOnlyProperties", ()) if name.count("/") == 2}
    written = {name: node for name, node in root["properties"].items() if name not in read_only}
    document = {name: sample(root, name, node) for name, node in written.items()}
    return merged(document, DOCUMENTED.get(resource_type, {}))


def sample(root: Mapping[str, Any], name: str, written: Mapping[str, Any]) -> Any:
    node = resolved(root, written)
    item, value = list_item(root, node), map_value(root, node)
    if "enum" in node:
        return node["enum"][-1]
    if name in WORDS and (item is None or name == "Types"):
        return WORDS[name]
    if item is not None:
        return [sample(root, name, item)]
    if value is not None:
        return {"k": sample(root, "", value)}
    if "properties" in node:
        return {key: sample(root, key, part) for key, part in node["properties"].items()}
    kinds = node.get("type")
    kind = str(kinds[0] if isinstance(kinds, list) else kinds)
    return {"string": "text", "boolean": True, "integer": 5, "number": 2.5, "object": {"k": "text"}}[kind]


def merged(base: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one document over another; lists have one item here."""
    both: dict[str, Any] = {}
    for key in base.keys() & extra.keys():
        if isinstance(base[key], dict):
            both[key] = merged(base[key], extra[key])
        elif isinstance(base[key], list):
            both[key] = [merged(base[key][0], extra[key][0])]
    return {**base, **extra, **both}


def unset(instance: Any, path: str = "") -> list[str]:
    """List the fields of a dataclass, and of those in it, that have no value."""
    found: list[str] = []
    for name, field in property_fields(instance.__class__).items():
        value = getattr(instance, field)
        if value in (None, (), {}):
            found.append(f"{path}{name}")
        elif isinstance(value, Mapping):
            inner = next(iter(value.values()))
            found += unset(inner, f"{path}{name}.*.") if dataclasses.is_dataclass(inner) else []
        else:
            inner = value[0] if isinstance(value, tuple) else value
            found += unset(inner, f"{path}{name}.") if dataclasses.is_dataclass(inner) else []
    return found


def lost(instance: Any, document: Mapping[str, Any], path: str = "") -> list[str]:
    """List the properties of a document that no field holds."""
    found: list[str] = []
    fields = property_fields(instance.__class__)
    for name, written in document.items():
        if name not in fields:
            found.append(f"{path}{name}")
            continue
        value = getattr(instance, fields[name])
        pairs = zip(value, written, strict=True) if isinstance(value, tuple) else [(value, written)]
        if isinstance(value, Mapping):
            pairs = [(value[key], item) for key, item in written.items()]
        for inner, item in pairs:
            found += lost(inner, item, f"{path}{name}.") if dataclasses.is_dataclass(inner) else []
    return found


def test_every_resource_type_has_a_class() -> None:
    assert set(CLASSES) == set(resource_types())


@pytest.mark.parametrize("resource_type", CLASSES)
def test_every_property_fills_a_field_and_every_field_is_filled(resource_type: str) -> None:
    faults: list[Fault] = []
    cls = CLASSES[resource_type]

    loaded = load_shape(
        cls,
        maximal(resource_type),
        origin_of=lambda *path: Origin("test", path="/".join(map(str, path))),
        faults=faults,
        given={"logical_id": "Thing", "id": "thing"},
    )

    assert [str(fault) for fault in faults] == []
    assert lost(loaded, maximal(resource_type)) == []
    assert unset(loaded) == []
