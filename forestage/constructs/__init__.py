"""The CDK library people write their APIs with: short, typed, and right by default.

Each construct composes one of ``aws_cdk`` and has it as ``resource``, so that both can be used side by side.
"""

from forestage.constructs.access_logs import AccessLog
from forestage.constructs.account import ApiGatewayAccount
from forestage.constructs.authorizers import (
    CognitoAuthorizer,
    IamAuthorizer,
    JwtAuthorizer,
    JwtIssuer,
    RequestAuthorizer,
    TokenAuthorizer,
    WebSocketRequestAuthorizer,
)
from forestage.constructs.checks import ConstructError
from forestage.constructs.cors import Cors
from forestage.constructs.deployments import Deployment
from forestage.constructs.domains import CustomDomain, MutualTls, RoutingMode
from forestage.constructs.endpoints import Endpoint
from forestage.constructs.gateway_responses import GatewayResponse, GatewayResponses
from forestage.constructs.integration import WebSocketResponse
from forestage.constructs.integrations import (
    S3,
    Attribute,
    ConditionOptions,
    DynamoDb,
    EventBridge,
    Http,
    IntegrationOptions,
    IntegrationResponse,
    Kinesis,
    Lambda,
    Mock,
    Private,
    ServiceIntegration,
    ServiceOptions,
    Sns,
    Sqs,
    StepFunctions,
    Value,
)
from forestage.constructs.latency_domains import HealthCheck, LatencyRoutedDomain
from forestage.constructs.models import BodyType, Models
from forestage.constructs.resource_policies import ResourcePolicy
from forestage.constructs.rest_api import RestApi
from forestage.constructs.routes import Group, Route, RouteOptions
from forestage.constructs.sample_templates import sample_template
from forestage.constructs.samples import sample_body
from forestage.constructs.schemas import Length, Pattern, Range, Schema, SchemaTypeError, closed, schema_of
from forestage.constructs.stages import Cache, Canary, MethodSettings, Stage, StageOptions
from forestage.constructs.throttles import Quota, Throttle
from forestage.constructs.usage_plans import ApiKey, UsagePlan
from forestage.constructs.websocket_api import WebSocketApi
from forestage.constructs.websocket_deployments import WebSocketDeployment
from forestage.constructs.websocket_routes import WebSocketRoute, WebSocketRouteOptions
from forestage.constructs.websocket_stages import RouteSettings, WebSocketStage, WebSocketStageOptions

__all__ = [
    "S3",
    "AccessLog",
    "ApiGatewayAccount",
    "ApiKey",
    "Attribute",
    "BodyType",
    "Cache",
    "Canary",
    "CognitoAuthorizer",
    "ConditionOptions",
    "ConstructError",
    "Cors",
    "CustomDomain",
    "Deployment",
    "DynamoDb",
    "Endpoint",
    "EventBridge",
    "GatewayResponse",
    "GatewayResponses",
    "Group",
    "HealthCheck",
    "Http",
    "IamAuthorizer",
    "IntegrationOptions",
    "IntegrationResponse",
    "JwtAuthorizer",
    "JwtIssuer",
    "Kinesis",
    "Lambda",
    "LatencyRoutedDomain",
    "Length",
    "MethodSettings",
    "Mock",
    "Models",
    "MutualTls",
    "Pattern",
    "Private",
    "Quota",
    "Range",
    "RequestAuthorizer",
    "ResourcePolicy",
    "RestApi",
    "Route",
    "RouteOptions",
    "RouteSettings",
    "RoutingMode",
    "Schema",
    "SchemaTypeError",
    "ServiceIntegration",
    "ServiceOptions",
    "Sns",
    "Sqs",
    "Stage",
    "StageOptions",
    "StepFunctions",
    "Throttle",
    "TokenAuthorizer",
    "UsagePlan",
    "Value",
    "WebSocketApi",
    "WebSocketDeployment",
    "WebSocketRequestAuthorizer",
    "WebSocketResponse",
    "WebSocketRoute",
    "WebSocketRouteOptions",
    "WebSocketStage",
    "WebSocketStageOptions",
    "closed",
    "sample_body",
    "sample_template",
    "schema_of",
]
