"""Custom domains, and what leads from them to stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from forestage.model.records import dataclass, field
from forestage.model.tags import Tag
from forestage.model.values import ASSEMBLED, OpenJson, Origin, Text
from forestage.model.vocabulary import (
    AccessAssociationSourceType,
    EndpointAccessMode,
    EndpointType,
    IpAddressType,
    Priority,
    RegionalRoutingMode,
    RoutingMode,
)

NO_BASE_PATH: Final = "(none)"
"""How a mapping says that it is for the root, or that it names no stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutualTlsAuthentication:
    """The truststore that client certificates are checked against.

    ``truststore_file`` is the absolute path of an asset of the source that it is, None where it is none.
    """

    truststore_uri: Text | None = None
    truststore_version: Text | None = None
    truststore_file: str | None = field(default=None, metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainEndpointConfiguration:
    """Kind of endpoint of a custom domain: ``EDGE`` where nothing is given, ``REGIONAL`` or ``PRIVATE``."""

    ip_address_type: IpAddressType | None = None
    types: tuple[EndpointType, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainName:
    """A custom domain, ``AWS::ApiGateway::DomainName``.

    ``region`` is that of its stack: there may be a domain of the name in each, of which a mapping has one.
    """

    logical_id: str
    id: str
    certificate_arn: Text | None = None
    domain_name: Text | None = None
    endpoint_access_mode: EndpointAccessMode | None = None
    endpoint_configuration: DomainEndpointConfiguration | None = None
    mutual_tls_authentication: MutualTlsAuthentication | None = None
    ownership_verification_certificate_arn: Text | None = None
    regional_certificate_arn: Text | None = None
    routing_mode: RoutingMode | None = None
    security_policy: str | None = None
    tags: tuple[Tag, ...] = ()
    region: str = field(default="", compare=False, repr=False, metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainNameV2:
    """A private custom domain, ``AWS::ApiGateway::DomainNameV2``."""

    logical_id: str
    id: str
    certificate_arn: Text | None = None
    domain_name: Text | None = None
    endpoint_access_mode: EndpointAccessMode | None = None
    endpoint_configuration: DomainEndpointConfiguration | None = None
    policy: OpenJson | None = None
    routing_mode: RoutingMode | None = None
    security_policy: str | None = None
    tags: tuple[Tag, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainNameAccessAssociation:
    """Lets a VPC endpoint reach a private custom domain."""

    logical_id: str
    id: str
    access_association_source: Text
    access_association_source_type: AccessAssociationSourceType
    domain_name_arn: Text
    tags: tuple[Tag, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BasePathMapping:
    """Maps a base path of a custom domain to a stage; None is the root."""

    logical_id: str
    id: str
    domain_name: Text
    base_path: str | None = None
    rest_api_id: str | None = None
    stage: str | None = None
    region: str = field(default="", compare=False, repr=False, metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BasePathMappingV2:
    """Maps a base path of a private custom domain to a stage."""

    logical_id: str
    id: str
    domain_name_arn: Text
    rest_api_id: str
    base_path: str | None = None
    stage: str | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainNameConfiguration:
    """Certificate and TLS policy of a custom domain."""

    certificate_arn: Text | None = None
    certificate_name: Text | None = None
    endpoint_type: Text | None = None
    ip_address_type: IpAddressType | None = None
    ownership_verification_certificate_arn: Text | None = None
    security_policy: str | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionalDomainName:
    """A custom domain, ``AWS::ApiGatewayV2::DomainName``."""

    logical_id: str
    id: str
    domain_name: Text
    domain_name_configurations: tuple[DomainNameConfiguration, ...] = ()
    mutual_tls_authentication: MutualTlsAuthentication | None = None
    routing_mode: RegionalRoutingMode | None = None
    tags: Mapping[str, Text] = field(default_factory=dict)
    region: str = field(default="", compare=False, repr=False, metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiMapping:
    """Maps a key of a custom domain to a stage; empty is the root."""

    logical_id: str
    id: str
    api_id: str
    domain_name: Text
    stage: str
    api_mapping_key: str | None = None
    region: str = field(default="", compare=False, repr=False, metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionInvokeApi:
    """The stage that a routing rule leads to."""

    api_id: str
    stage: str
    strip_base_path: bool | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a routing rule does."""

    invoke_api: ActionInvokeApi
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchBasePaths:
    """Base paths, one of which must match."""

    any_of: tuple[Text, ...]
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchHeaderValue:
    """A header and a glob for its whole value."""

    header: str
    value_glob: str
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchHeaders:
    """Headers, one of which must match."""

    any_of: tuple[MatchHeaderValue, ...]
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold for a routing rule."""

    match_base_paths: MatchBasePaths | None = None
    match_headers: MatchHeaders | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Leads requests of a custom domain to a stage; the lowest ``priority`` is tried first."""

    logical_id: str
    id: str
    actions: tuple[Action, ...]
    conditions: tuple[Condition, ...]
    domain_name_arn: Text
    priority: Priority
    region: str = field(default="", compare=False, repr=False, metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)
