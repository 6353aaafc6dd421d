"""All rows of the fidelity table, by resource type."""

from __future__ import annotations

from collections.abc import Mapping

from forestage.model.fidelity.domains import DOMAINS
from forestage.model.fidelity.functions import FUNCTIONS
from forestage.model.fidelity.others import OTHER_SERVICES, is_inert_type
from forestage.model.fidelity.rest import REST
from forestage.model.fidelity.rows import HONOURED, ResourceRows, Row
from forestage.model.fidelity.websocket import WEBSOCKET

TABLE: Mapping[str, ResourceRows] = {**REST, **DOMAINS, **WEBSOCKET, **FUNCTIONS}
"""The rows by resource type: all of ``AWS::ApiGateway`` and ``AWS::ApiGatewayV2``, and functions."""

DOCUMENTED_ONLY: Mapping[str, tuple[str, ...]] = {
    "AWS::ApiGateway::Authorizer": ("JwtConfiguration",),
    "AWS::ApiGateway::Deployment": ("StageDescription.MethodSettings.RequireAuthorizationForCacheControl",),
    "AWS::ApiGateway::Method": ("Integration.TlsConfig",),
    "AWS::ApiGateway::Stage": ("MethodSettings.RequireAuthorizationForCacheControl",),
    "AWS::ApiGatewayV2::ApiGatewayManagedOverrides": ("Stage.RouteSettings.*",),
    "AWS::ApiGatewayV2::Stage": ("AccessPolicyId", "RouteSettings.*"),
}
"""Properties, with all below them, that are documented or in the service's API but not in CloudFormation's schemas."""


def whole_row(resource_type: str) -> Row:
    """Tell what becomes of a resource type as such, also of a type that has no rows."""
    known = TABLE.get(resource_type)
    if known is not None:
        return known.whole
    return HONOURED if is_inert_type(resource_type) else OTHER_SERVICES
