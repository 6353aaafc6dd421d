"""Rows of ``AWS::ApiGateway``: REST APIs, their stages, keys and usage plans."""

from __future__ import annotations

from forestage.model.fidelity import features as on
from forestage.model.fidelity.rows import HONOURED, ResourceRows, Rows, honoured, under

_TAGS = under("Tags", honoured("Key", "Value"), on.INERT)
_ENDPOINT: Rows = {"IpAddressType": on.NETWORKS, "Types": on.ENDPOINT_TYPES}
_ACCESS_LOG: Rows = {"DestinationArn": on.ACCESS_LOGS, "Format": on.ACCESS_LOG_FORMATS}
_METHOD_SETTING: Rows = {
    "CacheDataEncrypted": on.INERT,
    "CacheTtlInSeconds": on.CACHE,
    "CachingEnabled": on.CACHE,
    "DataTraceEnabled": on.EXECUTION_LOGS,
    "HttpMethod": HONOURED,
    "LoggingLevel": on.EXECUTION_LOGS,
    "MetricsEnabled": on.EXECUTION_LOGS,
    "RequireAuthorizationForCacheControl": on.CACHE,
    "ResourcePath": HONOURED,
    "ThrottlingBurstLimit": on.THROTTLING,
    "ThrottlingRateLimit": on.THROTTLING,
}
_OF_ONE_METHOD = {"HttpMethod", "RequireAuthorizationForCacheControl", "ResourcePath"}
_ALL_METHODS: Rows = {name: row for name, row in _METHOD_SETTING.items() if name not in _OF_ONE_METHOD}
_CANARY: Rows = {
    "PercentTraffic": on.CANARY,
    "StageVariableOverrides": on.CANARY,
    "UseStageCache": on.CACHE,
}
_THROTTLE: Rows = honoured("BurstLimit", "RateLimit")

_INTEGRATION: Rows = {
    "CacheKeyParameters": on.CACHE,
    "CacheNamespace": on.CACHE,
    "ConnectionId": on.PRIVATE_INTEGRATIONS,
    "ConnectionType": on.PRIVATE_INTEGRATIONS.only("VPC_LINK"),
    "ContentHandling": HONOURED,
    "Credentials": on.CREDENTIALS,
    "IntegrationHttpMethod": HONOURED,
    **under(
        "IntegrationResponses",
        {
            "ContentHandling": HONOURED,
            "ResponseParameters": on.MAPPINGS,
            "ResponseTemplates": on.TEMPLATES,
            "SelectionPattern": HONOURED,
            "StatusCode": HONOURED,
        },
    ),
    "IntegrationTarget": on.PRIVATE_INTEGRATIONS,
    "PassthroughBehavior": HONOURED,
    "RequestParameters": on.MAPPINGS,
    "RequestTemplates": on.TEMPLATES,
    "ResponseTransferMode": on.STREAMING,
    "TimeoutInMillis": HONOURED,
    **under("TlsConfig", {"InsecureSkipVerification": on.TLS_CHECKS}),
    "Type": HONOURED,
    "Uri": on.ADDRESSES,
}

REST: dict[str, ResourceRows] = {
    "AWS::ApiGateway::Account": ResourceRows(rows={"CloudWatchRoleArn": on.INERT}),
    "AWS::ApiGateway::ApiKey": ResourceRows(
        whole=on.API_KEYS,
        rows={
            **honoured("CustomerId", "Description", "Enabled", "GenerateDistinctId", "Name", "Value"),
            **under("StageKeys", {"RestApiId": on.STAGE_KEYS, "StageName": on.STAGE_KEYS}, on.STAGE_KEYS),
            **_TAGS,
        },
    ),
    "AWS::ApiGateway::Authorizer": ResourceRows(
        whole=on.AUTHORIZERS,
        rows={
            **honoured("AuthType", "AuthorizerCredentials", "AuthorizerResultTtlInSeconds", "AuthorizerUri"),
            **honoured("IdentitySource", "IdentityValidationExpression", "Name", "RestApiId", "Type"),
            "ProviderARNs": on.USER_POOLS,
            **under(
                "JwtConfiguration",
                {
                    "DefaultAlgorithms": HONOURED,
                    **under(
                        "Issuers",
                        {
                            **honoured("Issuer", "Audiences"),
                            **under("AdditionalClaims", honoured("ClaimName", "Format", "Required", "ExpectedValues")),
                        },
                    ),
                },
            ),
        },
    ),
    "AWS::ApiGateway::ClientCertificate": ResourceRows(
        whole=on.CLIENT_CERTIFICATES, rows={"Description": on.INERT, **_TAGS}
    ),
    "AWS::ApiGateway::Deployment": ResourceRows(
        rows={
            **under("DeploymentCanarySettings", _CANARY),
            "Description": on.INERT,
            "RestApiId": HONOURED,
            **under(
                "StageDescription",
                {
                    **under("AccessLogSetting", _ACCESS_LOG),
                    "CacheClusterEnabled": on.CACHE,
                    "CacheClusterSize": on.CACHE_SIZES,
                    **_ALL_METHODS,
                    **under("CanarySetting", _CANARY),
                    "ClientCertificateId": on.CLIENT_CERTIFICATES,
                    "Description": on.INERT,
                    "DocumentationVersion": on.INERT,
                    **under("MethodSettings", _METHOD_SETTING),
                    **_TAGS,
                    "TracingEnabled": on.TRACING,
                    "Variables": HONOURED,
                },
            ),
            "StageName": HONOURED,
        }
    ),
    "AWS::ApiGateway::DocumentationPart": ResourceRows(
        rows={
            **under("Location", honoured("Method", "Name", "Path", "StatusCode", "Type"), on.INERT),
            **honoured("Properties", "RestApiId"),
        }
    ),
    "AWS::ApiGateway::DocumentationVersion": ResourceRows(
        rows=honoured("Description", "DocumentationVersion", "RestApiId")
    ),
    "AWS::ApiGateway::GatewayResponse": ResourceRows(
        whole=on.GATEWAY_RESPONSES,
        rows={
            "ResponseParameters": on.MAPPINGS,
            **honoured("ResponseTemplates", "ResponseType", "RestApiId", "StatusCode"),
        },
    ),
    "AWS::ApiGateway::Method": ResourceRows(
        rows={
            "ApiKeyRequired": on.API_KEYS.unless(False),
            "AuthorizationScopes": on.AUTHORIZATION,
            "AuthorizationType": on.AUTHORIZATION.unless("NONE"),
            "AuthorizerId": on.AUTHORIZATION,
            "HttpMethod": HONOURED,
            **under("Integration", _INTEGRATION),
            **under(
                "MethodResponses",
                {"ResponseModels": on.INERT, "ResponseParameters": HONOURED, "StatusCode": HONOURED},
            ),
            "OperationName": on.INERT,
            "RequestModels": on.VALIDATION,
            "RequestParameters": HONOURED,
            "RequestValidatorId": on.VALIDATION,
            "ResourceId": HONOURED,
            "RestApiId": HONOURED,
        }
    ),
    "AWS::ApiGateway::Model": ResourceRows(
        whole=on.VALIDATION, rows=honoured("ContentType", "Description", "Name", "RestApiId", "Schema")
    ),
    "AWS::ApiGateway::RequestValidator": ResourceRows(
        whole=on.VALIDATION,
        rows=honoured("Name", "RestApiId", "ValidateRequestBody", "ValidateRequestParameters"),
    ),
    "AWS::ApiGateway::Resource": ResourceRows(rows=honoured("ParentId", "PathPart", "RestApiId")),
    "AWS::ApiGateway::RestApi": ResourceRows(
        rows={
            "ApiKeySourceType": on.API_KEYS.unless("HEADER"),
            "BinaryMediaTypes": HONOURED,
            "Body": on.OPENAPI_BODIES,
            **under("BodyS3Location", honoured("Bucket", "ETag", "Key", "Version"), on.OPENAPI_BODIES),
            "CloneFrom": on.CLONES,
            "Description": on.INERT,
            "DisableExecuteApiEndpoint": on.DEFAULT_ENDPOINT,
            "EndpointAccessMode": HONOURED,
            **under("EndpointConfiguration", {**_ENDPOINT, "VpcEndpointIds": HONOURED}),
            "FailOnWarnings": on.OPENAPI_BODIES.unless(False),
            "MinimumCompressionSize": on.COMPRESSION,
            "Mode": on.OPENAPI_BODIES,
            "Name": HONOURED,
            "Parameters": on.OPENAPI_BODIES,
            "Policy": on.RESOURCE_POLICIES,
            "SecurityPolicy": on.TLS_POLICIES,
            **_TAGS,
            "Version": on.INERT,
        }
    ),
    "AWS::ApiGateway::Stage": ResourceRows(
        rows={
            **under("AccessLogSetting", _ACCESS_LOG),
            "CacheClusterEnabled": on.CACHE,
            "CacheClusterSize": on.CACHE_SIZES,
            **under("CanarySetting", {**_CANARY, "DeploymentId": on.CANARY}),
            "ClientCertificateId": on.CLIENT_CERTIFICATES,
            "DeploymentId": HONOURED,
            "Description": on.INERT,
            "DocumentationVersion": on.INERT,
            **under("MethodSettings", _METHOD_SETTING),
            "RestApiId": HONOURED,
            "StageName": HONOURED,
            **_TAGS,
            "TracingEnabled": on.TRACING,
            "Variables": HONOURED,
        }
    ),
    "AWS::ApiGateway::UsagePlan": ResourceRows(
        whole=on.USAGE_PLANS,
        rows={
            **under("ApiStages", {**honoured("ApiId", "Stage", "Throttle"), **under("Throttle.*", _THROTTLE)}),
            "Description": on.INERT,
            **under("Quota", honoured("Limit", "Offset", "Period")),
            **_TAGS,
            **under("Throttle", _THROTTLE),
            "UsagePlanName": HONOURED,
        },
    ),
    "AWS::ApiGateway::UsagePlanKey": ResourceRows(
        whole=on.USAGE_PLANS, rows=honoured("KeyId", "KeyType", "UsagePlanId")
    ),
    "AWS::ApiGateway::VpcLink": ResourceRows(
        whole=on.VPC_LINKS, rows={**honoured("Description", "Name", "TargetArns"), **_TAGS}
    ),
}
