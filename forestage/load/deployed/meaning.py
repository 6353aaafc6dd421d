"""Whether what is deployed is what a template says: defaults, order and spelling aside."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from forestage.load.resolved import Resolved

_REST: Final = "AWS::ApiGateway::"
_V2: Final = "AWS::ApiGatewayV2::"
_ROUTE_SETTINGS: Final[Mapping[str, Resolved]] = {
    "DataTraceEnabled": False,
    "DetailedMetricsEnabled": False,
    "LoggingLevel": "OFF",
}

DEFAULTS: Final[Mapping[str, Mapping[str, Resolved]]] = {
    f"{_REST}ApiKey": {"Enabled": False},
    f"{_REST}Authorizer": {"AuthorizerResultTtlInSeconds": 300},
    f"{_REST}DomainName": {
        "EndpointConfiguration.Types": ["EDGE"],
        "EndpointConfiguration.IpAddressType": "ipv4",
        "RoutingMode": "BASE_PATH_MAPPING_ONLY",
    },
    f"{_REST}GatewayResponse": {
        "ResponseTemplates": {"application/json": '{"message":$context.error.messageString}'},
    },
    f"{_REST}Method": {
        "ApiKeyRequired": False,
        "AuthorizationType": "NONE",
        "Integration.ConnectionType": "INTERNET",
        "Integration.PassthroughBehavior": "WHEN_NO_MATCH",
        "Integration.ResponseTransferMode": "BUFFERED",
        "Integration.TimeoutInMillis": 29_000,
    },
    f"{_REST}Model": {"ContentType": "application/json"},
    f"{_REST}RequestValidator": {"ValidateRequestBody": False, "ValidateRequestParameters": False},
    f"{_REST}RestApi": {
        "ApiKeySourceType": "HEADER",
        "DisableExecuteApiEndpoint": False,
        "EndpointAccessMode": "BASIC",
        "EndpointConfiguration.Types": ["EDGE"],
        "EndpointConfiguration.IpAddressType": "ipv4",
        "SecurityPolicy": "TLS_1_0",
    },
    f"{_REST}Stage": {
        "CacheClusterEnabled": False,
        "CanarySetting.UseStageCache": False,
        "MethodSettings.CacheDataEncrypted": False,
        "MethodSettings.CacheTtlInSeconds": 300,
        "MethodSettings.CachingEnabled": False,
        "MethodSettings.DataTraceEnabled": False,
        "MethodSettings.LoggingLevel": "OFF",
        "MethodSettings.MetricsEnabled": False,
        "MethodSettings.RequireAuthorizationForCacheControl": True,
        "MethodSettings.ThrottlingBurstLimit": -1,
        "MethodSettings.ThrottlingRateLimit": -1,
        "TracingEnabled": False,
    },
    f"{_REST}UsagePlan": {"Quota.Offset": 0},
    f"{_V2}Api": {
        "ApiKeySelectionExpression": "$request.header.x-api-key",
        "DisableExecuteApiEndpoint": False,
        "DisableSchemaValidation": False,
        "IpAddressType": "ipv4",
    },
    f"{_V2}Authorizer": {"EnableSimpleResponses": False},
    f"{_V2}Integration": {
        "ConnectionType": "INTERNET",
        "PassthroughBehavior": "WHEN_NO_MATCH",
        "PayloadFormatVersion": "1.0",
        "TimeoutInMillis": 29_000,
    },
    f"{_V2}Route": {"ApiKeyRequired": False, "AuthorizationType": "NONE"},
    f"{_V2}Stage": {
        "AutoDeploy": False,
        **{
            f"{name}.{setting}": value
            for name in ("DefaultRouteSettings", "RouteSettings.*")
            for setting, value in _ROUTE_SETTINGS.items()
        },
    },
}
"""What API Gateway tells of a property that nobody set, by the property's place.

Source: the API references of both versions, and their examples of answers; -1 is no limit of its own (documented in
CloudFormation's ``MethodSetting`` as the account's limit).
"""

_MADE_UP: Final[Mapping[str, frozenset[str]]] = {
    f"{_REST}ApiKey": frozenset({"Name"}),
    f"{_REST}Authorizer": frozenset({"AuthType"}),
    f"{_REST}DomainName": frozenset({"SecurityPolicy", "EndpointAccessMode"}),
    f"{_REST}GatewayResponse": frozenset({"StatusCode"}),
    f"{_REST}Model": frozenset({"Name"}),
    f"{_REST}RequestValidator": frozenset({"Name"}),
    f"{_REST}RestApi": frozenset({"Name", "Version", "SecurityPolicy", "EndpointAccessMode"}),
    f"{_REST}Stage": frozenset({"CacheClusterSize"}),
    f"{_REST}UsagePlan": frozenset({"UsagePlanName"}),
    f"{_V2}Api": frozenset({"Name", "RouteSelectionExpression"}),
    f"{_V2}Authorizer": frozenset({"AuthorizerResultTtlInSeconds"}),
    f"{_V2}Stage": frozenset({"DeploymentId"}),
}
"""What API Gateway or CloudFormation makes up where nothing is said of it: silence is no difference."""

_NOT_TOLD: Final[Mapping[str, frozenset[str]]] = {
    f"{_REST}ApiKey": frozenset({"Value", "GenerateDistinctId"}),
    f"{_REST}RestApi": frozenset({"Body", "BodyS3Location", "CloneFrom", "FailOnWarnings", "Mode", "Parameters"}),
    f"{_V2}Api": frozenset(
        {"Body", "BodyS3Location", "BasePath", "CredentialsArn", "FailOnWarnings", "RouteKey", "Target"}
    ),
}
"""What only a template has: said once, when the resource is made, or a secret."""

_DOCUMENTS: Final = frozenset({"Schema", "Policy", "Properties"})
"""Properties that are JSON, which may also be given as text."""

_ORDERED: Final = frozenset({"CacheKeyParameters", "IdentitySource"})
"""Lists whose order tells something."""

_PATH_PARAMETER: Final = re.compile(r"method\.request\.path\.")
_LOG_GROUP_END: Final = ":*"


def terse(resource_type: str, properties: Mapping[str, Resolved]) -> dict[str, Resolved]:
    """Leave out of properties what is empty or as if it had not been set."""
    found = _without_defaults(DEFAULTS.get(resource_type, {}), properties, "")
    assert isinstance(found, dict), "a map stays one"
    integration = found.get("Integration")
    if isinstance(integration, Mapping) and integration.get("CacheNamespace") == found.get("ResourceId"):
        # Source: PutIntegration in the API reference: by default the resource's id.
        found["Integration"] = {name: value for name, value in integration.items() if name != "CacheNamespace"}
    return found


def says_same(resource_type: str, live: Mapping[str, Resolved], written: Mapping[str, Resolved]) -> bool:
    """Tell whether what is deployed is what was written.

    A value that was not known when it was written, or is secret, may have become anything. Tags may have come from
    the stack.
    """
    ours, theirs = (_meant(resource_type, properties) for properties in (live, written))
    for name in _MADE_UP.get(resource_type, ()):
        if name not in ours or name not in theirs:
            ours.pop(name, None)
            theirs.pop(name, None)
    if "Tags" not in theirs:
        ours.pop("Tags", None)
    else:
        ours["Tags"] = _only_written(ours.get("Tags"), theirs["Tags"])
    return _fits(ours, theirs, "")


def _only_written(live: Resolved, written: Resolved) -> Resolved:
    if isinstance(live, Mapping) and isinstance(written, Mapping):
        return {key: value for key, value in live.items() if key in written}
    if isinstance(live, list) and isinstance(written, list):
        keys = [tag.get("Key") for tag in written if isinstance(tag, Mapping)]
        return [tag for tag in live if isinstance(tag, Mapping) and tag.get("Key") in keys]
    return live


def _without_defaults(defaults: Mapping[str, Resolved], value: Resolved, path: str) -> Resolved:
    if isinstance(value, Mapping):
        kept: dict[str, Resolved] = {}
        for name, item in value.items():
            below = f"{path}.{name}" if path else name
            if name in _DOCUMENTS:
                kept[name] = item
                continue
            found = _without_defaults(defaults, item, below if path != "RouteSettings" else "RouteSettings.*")
            is_empty = found in (None, {}, []) or (isinstance(found, str) and not found and not path)
            if not is_empty and not (below in defaults and _is_default(found, defaults[below])):
                kept[name] = found
        return kept
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_without_defaults(defaults, item, path) for item in value]
    return value


def _is_default(value: Resolved, default: Resolved) -> bool:
    return _scalar(value) == _scalar(default) if not isinstance(default, list | dict) else value == default


def _meant(resource_type: str, properties: Mapping[str, Resolved]) -> dict[str, Resolved]:
    """Write properties as they are compared."""
    told = {name: _document(name, value) for name, value in properties.items()}
    for name in _NOT_TOLD.get(resource_type, ()):
        told.pop(name, None)
    found = terse(resource_type, told)
    parameters = found.get("RequestParameters")
    if resource_type == f"{_REST}Method" and isinstance(parameters, Mapping):
        # A variable of the path is always there: whether it is declared, and as what, changes nothing.
        found["RequestParameters"] = {
            name: value for name, value in parameters.items() if not _PATH_PARAMETER.match(name)
        }
    return {name: value for name, value in found.items() if value != {}}


def _document(name: str, value: Resolved) -> Resolved:
    if name not in _DOCUMENTS or not isinstance(value, str):
        return value
    try:
        found: Resolved = json.loads(value)
    except ValueError:
        return value
    return found


def _fits(live: Resolved, written: Resolved, name: str) -> bool:
    if isinstance(written, Unknown | Secret):
        return True
    if isinstance(written, Mapping):
        return (
            isinstance(live, Mapping)
            and live.keys() == written.keys()
            and all(_fits(live[key], value, key) for key, value in written.items())
        )
    if isinstance(written, Sequence) and not isinstance(written, str):
        return isinstance(live, Sequence) and not isinstance(live, str) and _lists_fit(live, written, name)
    return _spelled(_scalar(live), name) == _spelled(_scalar(written), name)


def _lists_fit(live: Sequence[Resolved], written: Sequence[Resolved], name: str) -> bool:
    if len(live) != len(written):
        return False
    if name in _ORDERED:
        return all(_fits(ours, theirs, "") for ours, theirs in zip(live, written, strict=True))
    left = list(live)
    for item in written:
        found = next((at for at, candidate in enumerate(left) if _fits(candidate, item, name)), None)
        if found is None:
            return False
        del left[found]
    return True


def _scalar(value: Resolved) -> object:
    """Write a scalar as CloudFormation passes it on: ``true``, ``"10"`` and 10 are the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if float(value).is_integer() else repr(value)
    return value


def _spelled(value: object, name: str) -> object:
    if not isinstance(value, str):
        return value
    if name == "DestinationArn":
        return value.removesuffix(_LOG_GROUP_END)
    if name == "ResourcePath":
        return "/" + value.replace("~1", "/").lstrip("/")
    return value.upper() if name in {"HttpMethod", "IntegrationHttpMethod"} else value
