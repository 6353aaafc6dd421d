"""Rows of ``AWS::ApiGatewayV2``: WebSocket APIs, and HTTP APIs, which are not executed."""

from __future__ import annotations

from forestage.model.fidelity import features as on
from forestage.model.fidelity.rows import HONOURED, ResourceRows, Rows, honoured, under

_ACCESS_LOG: Rows = {"DestinationArn": on.ACCESS_LOGS, "Format": on.ACCESS_LOG_FORMATS}
_ROUTE_SETTINGS: Rows = {
    "DataTraceEnabled": on.EXECUTION_LOGS,
    "DetailedMetricsEnabled": on.EXECUTION_LOGS,
    "LoggingLevel": on.EXECUTION_LOGS,
    "ThrottlingBurstLimit": on.THROTTLING,
    "ThrottlingRateLimit": on.THROTTLING,
}
_OVERRIDDEN_SETTINGS: Rows = {
    "DetailedMetricsEnabled": on.EXECUTION_LOGS,
    "ThrottlingBurstLimit": on.THROTTLING,
    "ThrottlingRateLimit": on.THROTTLING,
}

WEBSOCKET: dict[str, ResourceRows] = {
    "AWS::ApiGatewayV2::Api": ResourceRows(
        whole=on.WEBSOCKET_APIS,
        rows={
            "ApiKeySelectionExpression": on.API_KEYS,
            "BasePath": on.HTTP_APIS,
            "Body": on.HTTP_APIS,
            **under("BodyS3Location", honoured("Bucket", "Etag", "Key", "Version"), on.HTTP_APIS),
            **under(
                "CorsConfiguration",
                honoured("AllowCredentials", "AllowHeaders", "AllowMethods", "AllowOrigins", "ExposeHeaders", "MaxAge"),
                on.HTTP_APIS,
            ),
            "CredentialsArn": on.HTTP_APIS,
            "Description": on.INERT,
            "DisableExecuteApiEndpoint": on.DEFAULT_ENDPOINT,
            "DisableSchemaValidation": HONOURED,
            "FailOnWarnings": on.HTTP_APIS.unless(False),
            "IpAddressType": on.NETWORKS,
            "Name": HONOURED,
            "ProtocolType": on.HTTP_APIS.only("HTTP"),
            "RouteKey": on.HTTP_APIS,
            "RouteSelectionExpression": HONOURED,
            "Tags": on.INERT,
            "Target": on.HTTP_APIS,
            "Version": on.INERT,
        },
    ),
    "AWS::ApiGatewayV2::ApiGatewayManagedOverrides": ResourceRows(
        whole=on.HTTP_APIS,
        rows={
            "ApiId": HONOURED,
            **under(
                "Integration", honoured("Description", "IntegrationMethod", "PayloadFormatVersion", "TimeoutInMillis")
            ),
            **under(
                "Route",
                honoured("AuthorizationScopes", "AuthorizationType", "AuthorizerId", "OperationName", "Target"),
            ),
            **under(
                "Stage",
                {
                    **under("AccessLogSettings", _ACCESS_LOG),
                    "AutoDeploy": HONOURED,
                    **under("DefaultRouteSettings", _OVERRIDDEN_SETTINGS),
                    "Description": on.INERT,
                    "RouteSettings": HONOURED,
                    **under("RouteSettings.*", _OVERRIDDEN_SETTINGS),
                    "StageVariables": HONOURED,
                },
            ),
        },
    ),
    "AWS::ApiGatewayV2::Authorizer": ResourceRows(
        whole=on.WEBSOCKET_APIS,
        rows={
            **honoured("ApiId", "AuthorizerCredentialsArn"),
            "AuthorizerPayloadFormatVersion": on.HTTP_APIS,
            "AuthorizerResultTtlInSeconds": on.HTTP_APIS,
            **honoured("AuthorizerType", "AuthorizerUri"),
            "EnableSimpleResponses": on.HTTP_APIS,
            **honoured("IdentitySource", "IdentityValidationExpression"),
            **under("JwtConfiguration", honoured("Audience", "Issuer"), on.HTTP_APIS),
            "Name": HONOURED,
        },
    ),
    "AWS::ApiGatewayV2::Deployment": ResourceRows(
        whole=on.WEBSOCKET_APIS, rows=honoured("ApiId", "Description", "StageName")
    ),
    "AWS::ApiGatewayV2::Integration": ResourceRows(
        whole=on.WEBSOCKET_APIS,
        rows={
            "ApiId": HONOURED,
            "ConnectionId": on.PRIVATE_INTEGRATIONS,
            "ConnectionType": on.PRIVATE_INTEGRATIONS.only("VPC_LINK"),
            "ContentHandlingStrategy": HONOURED,
            "CredentialsArn": on.CREDENTIALS,
            "Description": on.INERT,
            "IntegrationMethod": HONOURED,
            "IntegrationSubtype": on.HTTP_APIS,
            "IntegrationType": HONOURED,
            "IntegrationUri": HONOURED,
            "PassthroughBehavior": HONOURED,
            "PayloadFormatVersion": on.HTTP_APIS.unless("1.0"),
            "RequestParameters": HONOURED,
            "RequestTemplates": HONOURED,
            "ResponseParameters": on.HTTP_APIS,
            **under(
                "ResponseParameters.*", under("ResponseParameters", honoured("Destination", "Source")), on.HTTP_APIS
            ),
            "TemplateSelectionExpression": HONOURED,
            "TimeoutInMillis": HONOURED,
            **under("TlsConfig", honoured("ServerNameToVerify"), on.HTTP_APIS),
        },
    ),
    "AWS::ApiGatewayV2::IntegrationResponse": ResourceRows(
        whole=on.WEBSOCKET_APIS,
        rows=honoured(
            "ApiId",
            "ContentHandlingStrategy",
            "IntegrationId",
            "IntegrationResponseKey",
            "ResponseParameters",
            "ResponseTemplates",
            "TemplateSelectionExpression",
        ),
    ),
    "AWS::ApiGatewayV2::Model": ResourceRows(
        whole=on.WEBSOCKET_APIS, rows=honoured("ApiId", "ContentType", "Description", "Name", "Schema")
    ),
    "AWS::ApiGatewayV2::PortalProduct": ResourceRows(
        whole=on.PORTALS,
        rows={**honoured("Description", "DisplayName"), **under("Tags", honoured("Key", "Value"), on.INERT)},
    ),
    "AWS::ApiGatewayV2::Route": ResourceRows(
        whole=on.WEBSOCKET_APIS,
        rows={
            "ApiId": HONOURED,
            "ApiKeyRequired": on.API_KEYS.unless(False),
            "AuthorizationScopes": on.HTTP_APIS,
            "AuthorizationType": on.AUTHORIZATION.unless("NONE"),
            "AuthorizerId": on.AUTHORIZATION,
            "ModelSelectionExpression": on.VALIDATION,
            "OperationName": on.INERT,
            "RequestModels": on.VALIDATION,
            "RequestParameters": HONOURED,
            **under("RequestParameters.*", {"Required": on.VALIDATION.unless(False)}),
            **honoured("RouteKey", "RouteResponseSelectionExpression", "Target"),
        },
    ),
    "AWS::ApiGatewayV2::RouteResponse": ResourceRows(
        whole=on.WEBSOCKET_APIS,
        rows={
            "ApiId": HONOURED,
            "ModelSelectionExpression": on.INERT,
            "ResponseModels": on.INERT,
            "ResponseParameters": HONOURED,
            **under("ResponseParameters.*", honoured("Required")),
            **honoured("RouteId", "RouteResponseKey"),
        },
    ),
    "AWS::ApiGatewayV2::Stage": ResourceRows(
        whole=on.WEBSOCKET_APIS,
        rows={
            "AccessPolicyId": on.INERT,
            **under("AccessLogSettings", _ACCESS_LOG),
            **honoured("ApiId", "AutoDeploy"),
            "ClientCertificateId": on.CLIENT_CERTIFICATES,
            **under("DefaultRouteSettings", _ROUTE_SETTINGS),
            "DeploymentId": HONOURED,
            "Description": on.INERT,
            "RouteSettings": HONOURED,
            **under("RouteSettings.*", _ROUTE_SETTINGS),
            **honoured("StageName", "StageVariables"),
            "Tags": on.INERT,
        },
    ),
    "AWS::ApiGatewayV2::VpcLink": ResourceRows(
        whole=on.VPC_LINKS, rows=honoured("Name", "SecurityGroupIds", "SubnetIds", "Tags")
    ),
}
