"""Endpoints, compiled: the ways into an API, and the VPC endpoints of the template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.model.values import known
from forestage.preview.compile.authorization import read_policy
from forestage.preview.compile.tls import TlsTerms, tls_terms

if TYPE_CHECKING:
    from forestage.model import Deployment, OtherResource
    from forestage.model.rest import RestApi
    from forestage.model.values import OpenJson
    from forestage.preview.compile.authorization import ResourcePolicy
    from forestage.preview.compile.runtime import ApiIdentity

_TARGET_BYTES: Final = {"EDGE": 8192, "PRIVATE": 8192, "REGIONAL": 10_240}
"""Longest request targets. Source: endpoints.md section 1 (documented)."""

_PRIVATE_VALUE_BYTES: Final = 8_000
"""All header values of a request; of other endpoints the listener's limit holds. Source: section 5 (inferred)."""

_VPC_ENDPOINT: Final = "AWS::EC2::VPCEndpoint"
_SERVICE: Final = "execute-api"


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcEndpoint:
    """A VPC endpoint of the template; without a policy everybody may use it for everything."""

    id: str
    logical_id: str
    vpc: str | None = None
    policy: ResourcePolicy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """How an API may be reached, where not every way is open.

    ``vpc_endpoints`` are those that the API is associated with. ``usual_endpoint`` is the one that calls come through
    that name none, None where it is not known which.
    """

    endpoint_type: str
    has_default_endpoint: bool
    tls: TlsTerms
    vpc_endpoints: tuple[str, ...] = ()
    usual_endpoint: str | None = None

    @property
    def is_private(self) -> bool:
        """Whether the API is reached through VPC endpoints alone."""
        return self.endpoint_type == "PRIVATE"

    @property
    def asks_nobody(self) -> bool:
        """Whether nothing but the length of a target keeps a request out."""
        return not self.is_private and self.has_default_endpoint and not self.tls.is_strict

    @property
    def max_target_bytes(self) -> int:
        """How long path and query may be."""
        return _TARGET_BYTES[self.endpoint_type]

    @property
    def max_value_bytes(self) -> int | None:
        """How long the values of all headers together may be, None where the listener's limit is enough."""
        return _PRIVATE_VALUE_BYTES if self.is_private else None


def compile_entrance(api: RestApi, identity: ApiIdentity, vpc_endpoints: Mapping[str, VpcEndpoint]) -> Entrance | None:
    """Compile the ways into an API; None where all of them are open, with the limits of a regional endpoint."""
    terms = tls_terms(api.security_policy, api.endpoint_access_mode)
    configuration = api.endpoint_configuration
    listed = [known(entry) for entry in configuration.vpc_endpoint_ids] if configuration else []
    associated = tuple(entry for entry in listed if entry is not None)
    if identity.endpoint_type == "REGIONAL" and not api.disable_execute_api_endpoint and terms == TlsTerms():
        return None
    candidates = listed or [*vpc_endpoints]
    return Entrance(
        endpoint_type=identity.endpoint_type,
        has_default_endpoint=not api.disable_execute_api_endpoint,
        tls=terms,
        vpc_endpoints=associated,
        usual_endpoint=candidates[0] if len(candidates) == 1 and identity.endpoint_type == "PRIVATE" else None,
    )


def compile_vpc_endpoints(deployment: Deployment) -> Mapping[str, VpcEndpoint]:
    """Compile the VPC endpoints that lead to API Gateway, by id."""
    endpoints = (_vpc_endpoint(resource) for resource in deployment.resources if resource.type == _VPC_ENDPOINT)
    return {endpoint.id: endpoint for endpoint in endpoints if endpoint is not None}


def _vpc_endpoint(resource: OtherResource) -> VpcEndpoint | None:
    properties = resource.properties if isinstance(resource.properties, Mapping) else {}
    if not _text(properties, "ServiceName").endswith(f".{_SERVICE}"):
        return None
    return VpcEndpoint(
        id=resource.id,
        logical_id=resource.logical_id,
        vpc=_text(properties, "VpcId") or None,
        policy=read_policy(
            properties.get("PolicyDocument"), arn_prefix=None, name=f"the policy of VPC endpoint {resource.logical_id}"
        ),
    )


def _text(properties: Mapping[str, OpenJson], name: str) -> str:
    value = properties.get(name)
    return value if isinstance(value, str) else ""
