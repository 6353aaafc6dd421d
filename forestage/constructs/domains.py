"""Custom domains: names of your own for stages of REST and WebSocket APIs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import starmap
from typing import TYPE_CHECKING, Final, TypeAlias

from aws_cdk import Names
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from constructs import Construct

from forestage.constructs.checks import check_allowed, check_kind, is_known, refuse, warn
from forestage.constructs.domain_checks import check_certificate, check_endpoint, check_mtls, check_name
from forestage.constructs.domain_records import AliasRecords
from forestage.constructs.domain_targets import RestTarget, WebSocketTarget, target_of
from forestage.constructs.endpoints import LEGACY_POLICIES, Endpoint
from forestage.constructs.source_lines import NotedConstruct
from forestage.model import domain_limits as limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_iam as iam
    from aws_cdk import aws_s3 as s3
    from aws_cdk import aws_s3_assets as s3_assets

    from forestage.constructs.domain_targets import AnyStage

DomainMapping: TypeAlias = apigateway.BasePathMapping | apigateway.CfnBasePathMappingV2 | apigatewayv2.CfnApiMapping

ROOT: Final = "(none)"
"""How API Gateway names the mapping without a base path."""
RESERVED_PATHS: Final = frozenset({"ping", "sping"})
"""Paths that custom domains answer by themselves. Source: endpoints.md section 3 (documented)."""
DEFAULT_SECURITY_POLICY: Final = "TLS_1_2"
"""TLS 1.2 and later, with every kind of endpoint, with mutual TLS, and with mappings of several levels."""

_IP_ADDRESS_TYPES: Final[Mapping[apigateway.IpAddressType, str]] = {
    apigateway.IpAddressType.IPV4: "ipv4",
    apigateway.IpAddressType.DUAL_STACK: "dualstack",
}


class RoutingMode(Enum):
    """What of a domain is looked at: its mappings, its rules, or its mappings where no rule fits."""

    MAPPINGS = "BASE_PATH_MAPPING_ONLY"
    RULES = "ROUTING_RULE_ONLY"
    RULES_THEN_MAPPINGS = "ROUTING_RULE_THEN_BASE_PATH_MAPPING"


@dataclass(frozen=True, slots=True, kw_only=True)
class MutualTls:
    """The authorities whose client certificates a domain admits: a PEM file in a bucket.

    ``version`` is the one of the object; a truststore that is changed in place is read again only when its version is.

    Source: endpoints.md section 3, TLS (documented).
    """

    bucket: s3.IBucket
    key: str
    version: str | None = None

    @classmethod
    def from_asset(cls, asset: s3_assets.Asset) -> MutualTls:
        """Use a PEM file of the app, ``Asset(self, "Trust", path="trust.pem")``, whose key changes with it."""
        return cls(bucket=asset.bucket, key=asset.s3_object_key)


class CustomDomain(NotedConstruct):
    """A domain name of your own, which leads to stages by base paths and routing rules.

        domain = CustomDomain(self, "Domain", domain_name="api.example.com", certificate=certificate)
        domain.add_mapping("orders/v1", prod)
        domain.add_routing_rule(10, headers={"x-version": "beta*"}, stage=beta)
        domain.add_alias(zone)

    ``resource`` is the L2 ``DomainName``; of a private domain it is the ``CfnDomainNameV2``, since there is no L2.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        domain_name: ``api.example.com``, or ``*.example.com`` for all names of one level.
        certificate: Of ACM; in ``us-east-1`` for an edge endpoint, else in the region of the stack.
        endpoint: ``Endpoint.regional()`` where none is given, ``Endpoint.edge()``, or
            ``Endpoint.private(vpc_endpoints=...)``, whose VPC endpoints are associated with the domain and nothing else
            is let in. Its security policy holds; without one the domain takes TLS 1.2 and later.
        mtls: Whose client certificates are admitted, of regional domains.
        ownership_certificate: A public ACM certificate that proves the name, where mutual TLS meets a certificate that
            is imported or of a private authority.
        policy: Who may call, of private domains; it is put beside what ``endpoint`` lets in.
        routing_mode: What is looked at; follows from what is added where none is given.

    Raises:
        ConstructError: API Gateway would refuse what is described.

    Source: endpoints.md section 3; whats-new.md, Routing rules, Security policies (documented).
    """

    resource: apigateway.DomainName | apigateway.CfnDomainNameV2

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        domain_name: str,
        certificate: acm.ICertificate,
        endpoint: Endpoint | None = None,
        mtls: MutualTls | None = None,
        ownership_certificate: acm.ICertificate | None = None,
        policy: iam.PolicyDocument | None = None,
        routing_mode: RoutingMode | None = None,
    ) -> None:
        super().__init__(scope, id)
        check_kind(self, "endpoint", endpoint, Endpoint, "Endpoint.regional(), Endpoint.edge() or Endpoint.private()")
        check_kind(self, "mtls", mtls, MutualTls, "MutualTls(bucket=bucket, key='trust.pem')")
        endpoint = endpoint or Endpoint.regional()
        security_policy = endpoint.security_policy or DEFAULT_SECURITY_POLICY
        check_name(self, domain_name)
        check_endpoint(self, endpoint, policy)
        check_certificate(self, endpoint, certificate)
        if mtls is not None:
            check_mtls(self, endpoint, security_policy, mtls.key)
        elif ownership_certificate is not None:
            refuse(self, "ownership_certificate goes with mtls alone: leave it out")
        if security_policy == LEGACY_POLICIES[0]:
            warn(self, "tls-1-0", f"{domain_name} takes TLS 1.0, which is broken: leave the security policy out")
        self.domain_name = domain_name
        self.endpoint = endpoint
        self.has_mutual_tls = mtls is not None
        self._security_policy = security_policy
        self._domain = (
            self._private(certificate, policy)
            if endpoint.is_private
            else self._public(certificate, mtls, ownership_certificate)
        )
        self._routing_mode = routing_mode
        if routing_mode is not None:
            self._domain.routing_mode = routing_mode.value
        self._mappings = Construct(self, "Mappings")
        self._rules = Construct(self, "Rules")
        self._kind: type[RestTarget | WebSocketTarget] | None = None
        self._paths: set[str] = set()
        self._priorities: set[int] = set()
        self._takes_all: int | None = None

    @property
    def domain_name_arn(self) -> str:
        """The ARN of the domain, which of a private one has its id."""
        return self._domain.attr_domain_name_arn

    def add_mapping(self, base_path: str, stage: AnyStage) -> DomainMapping:
        """Lead requests below a base path to a stage; ``""`` is for all that no other base path is for.

        The longest base path that a request begins with wins, and the API does not see it.
        One segment is a ``BasePathMapping``, several are an ``ApiMapping``, as are those of WebSocket APIs.

        Raises:
            ConstructError: API Gateway would refuse the base path, or leave the mapping out.
        """
        path = self._checked_path(base_path)
        target = target_of(self, stage)
        self._check_target(target)
        if self._routing_mode is RoutingMode.RULES:
            refuse(self, f"the routing mode {self._routing_mode.value} leaves out mappings: choose another")
        self._paths.add(path)
        mapping = self._mapped(path, target)
        self._choose_mode()
        return mapping

    def add_routing_rule(
        self,
        priority: int,
        *,
        stage: AnyStage,
        base_paths: Sequence[str] = (),
        headers: Mapping[str, str | Sequence[str]] | None = None,
        strip_base_path: bool = False,
    ) -> apigatewayv2.CfnRoutingRule:
        """Lead requests to a stage of a REST API by their headers and their base path, before any mapping.

        The rule with the lowest ``priority`` whose conditions all hold wins; one without conditions always does.
        ``headers`` are up to two, each with its value, or several of which one suffices; ``*`` at an end of a value
        stands for anything: ``{"x-version": "beta*"}``.
        ``strip_base_path`` hides the base path from the API, as a mapping does.

        Raises:
            ConstructError: API Gateway would refuse the rule, or leave it out.
        """
        check_kind(self, "headers of a rule", headers, Mapping, "names and their values, {'x-version': 'beta*'}")
        self._check_priority(priority)
        target = target_of(self, stage)
        if isinstance(target, WebSocketTarget):
            refuse(self, "a routing rule leads to a REST API: map the WebSocket API with add_mapping()")
        self._check_target(target)
        if self._routing_mode is RoutingMode.MAPPINGS:
            refuse(self, f"the routing mode {self._routing_mode.value} leaves out rules: choose another")
        if strip_base_path and not base_paths:
            refuse(self, "strip_base_path needs base_paths: name them, or leave it out")
        rule = apigatewayv2.CfnRoutingRule(
            self._rules,
            str(priority),
            domain_name_arn=self.domain_name_arn,
            priority=priority,
            conditions=[*self._header_conditions(headers or {}), *self._path_conditions(base_paths)],
            actions=[
                apigatewayv2.CfnRoutingRule.ActionProperty(
                    invoke_api=apigatewayv2.CfnRoutingRule.ActionInvokeApiProperty(
                        api_id=target.api_id, stage=target.stage.stage_name, strip_base_path=strip_base_path
                    )
                )
            ],
        )
        self._priorities.add(priority)
        if not headers and not base_paths:
            self._takes_all = priority
        self._choose_mode()
        return rule

    def add_alias(
        self,
        zone: route53.IHostedZone,
        *,
        id: str = "Alias",  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
    ) -> route53.ARecord:
        """Let the domain's name lead here, by an alias record in a zone of Route 53, of IPv6 as well where it has that.

        A private domain leads to the first VPC endpoint of its ``endpoint``, which has to be made in this app.
        ``id`` tells the records apart where there are several, of a public and a private zone for instance.

        Raises:
            ConstructError: the zone does not have the name, or the VPC endpoint comes from elsewhere.
        """
        return AliasRecords(self, id, domain=self, zone=zone).resource

    @property
    def alias_target(self) -> route53.RecordTarget:
        """What an alias record leads to."""
        if isinstance(self.resource, apigateway.DomainName):
            return route53.RecordTarget.from_alias(targets.ApiGatewayDomain(self.resource))
        endpoints = self.endpoint.vpc_endpoints
        if not endpoints or not isinstance(endpoints[0], ec2.InterfaceVpcEndpoint):
            refuse(
                self,
                "an alias of a private domain leads to an InterfaceVpcEndpoint of this app, named first in the "
                "vpc_endpoints of its endpoint: make the record yourself for one from elsewhere",
            )
        return route53.RecordTarget.from_alias(targets.InterfaceVpcEndpointTarget(endpoints[0]))

    def _public(
        self, certificate: acm.ICertificate, mtls: MutualTls | None, ownership_certificate: acm.ICertificate | None
    ) -> apigateway.CfnDomainName:
        self.resource = apigateway.DomainName(
            self,
            "Resource",
            domain_name=self.domain_name,
            certificate=certificate,
            endpoint_type=self.endpoint.type,
            mtls=None
            if mtls is None
            else apigateway.MTLSConfig(bucket=mtls.bucket, key=mtls.key, version=mtls.version),
        )
        domain = self.resource.node.default_child
        assert isinstance(domain, apigateway.CfnDomainName)
        # The L2 knows neither all policies nor IP address types nor certificates of ownership.
        domain.security_policy = self._security_policy
        domain.endpoint_access_mode = self.endpoint.access_mode_of(self._security_policy)
        domain.endpoint_configuration = apigateway.CfnDomainName.EndpointConfigurationProperty(
            types=[self.endpoint.type.value], ip_address_type=self._ip_address_type
        )
        if ownership_certificate is not None:
            domain.ownership_verification_certificate_arn = ownership_certificate.certificate_arn
        return domain

    def _private(self, certificate: acm.ICertificate, policy: iam.PolicyDocument | None) -> apigateway.CfnDomainNameV2:
        self.resource = apigateway.CfnDomainNameV2(
            self,
            "Resource",
            domain_name=self.domain_name,
            certificate_arn=certificate.certificate_arn,
            endpoint_configuration=apigateway.CfnDomainNameV2.EndpointConfigurationProperty(
                types=[self.endpoint.type.value], ip_address_type=self._ip_address_type
            ),
            security_policy=self._security_policy,
            endpoint_access_mode=self.endpoint.access_mode_of(self._security_policy),
            policy=self.endpoint.policy(policy),
        )
        associations = Construct(self, "Associations")
        for endpoint in self.endpoint.vpc_endpoints:
            apigateway.CfnDomainNameAccessAssociation(
                associations,
                Names.node_unique_id(endpoint.node),
                access_association_source=endpoint.vpc_endpoint_id,
                access_association_source_type="VPCE",
                domain_name_arn=self.resource.attr_domain_name_arn,
            )
        return self.resource

    @property
    def _ip_address_type(self) -> str | None:
        chosen = self.endpoint.ip_address_type
        return None if chosen is None else _IP_ADDRESS_TYPES[chosen]

    def _mapped(self, path: str, target: RestTarget | WebSocketTarget) -> DomainMapping:
        id = path or ROOT  # ruff: ignore[builtin-variable-shadowing]  (its name in CDK)
        if isinstance(self.resource, apigateway.CfnDomainNameV2):
            return apigateway.CfnBasePathMappingV2(
                self._mappings,
                id,
                domain_name_arn=self.domain_name_arn,
                rest_api_id=target.api_id,
                stage=target.stage.stage_name,
                base_path=path or None,
            )
        if isinstance(target, RestTarget) and "/" not in path:
            return apigateway.BasePathMapping(
                self._mappings,
                id,
                domain_name=self.resource,
                rest_api=target.stage.rest_api,
                stage=target.stage,
                base_path=path or None,
            )
        mapping = apigatewayv2.CfnApiMapping(
            self._mappings,
            id,
            api_id=target.api_id,
            domain_name=self.resource.domain_name,
            stage=target.stage.stage_name,
            api_mapping_key=path or None,
        )
        if isinstance(target, WebSocketTarget):
            # The name of a REST stage refers to it, that of a WebSocket stage is but a text.
            mapping.node.add_dependency(target.stage)
        return mapping

    def _choose_mode(self) -> None:
        """Let all be looked at that is there, unless a routing mode is given."""
        if self._routing_mode is None and self._priorities:
            mode = RoutingMode.RULES_THEN_MAPPINGS if self._paths else RoutingMode.RULES
            self._domain.routing_mode = mode.value
        if self._takes_all is not None and self._paths:
            warn(
                self,
                "mappings-without-effect",
                f"the rule of priority {self._takes_all} has no conditions and takes every request, so that no mapping "
                "is looked at: give it conditions, or leave out the mappings",
            )
            self._takes_all = None

    def _checked_path(self, base_path: str) -> str:
        if not is_known(base_path):
            refuse(self, "a base path that CloudFormation fills in cannot be checked: write it as a text")
        path = "" if base_path == ROOT else base_path.strip("/")
        check_allowed(self, "a base path", path, limits.BASE_PATH)
        if path in RESERVED_PATHS:
            refuse(self, f"custom domains answer /{path} by themselves: choose another base path")
        if path in self._paths:
            refuse(self, f"the domain has a mapping of {path or ROOT!r} already: leave out one of the two")
        if "/" in path:
            self._check_long(path)
        return path

    def _check_long(self, path: str) -> None:
        if self.endpoint.type is not apigateway.EndpointType.REGIONAL or self._security_policy == LEGACY_POLICIES[0]:
            refuse(
                self,
                f"a base path of several levels, {path!r}, needs a regional domain of TLS 1.2 or later, and this one "
                f"is {self.endpoint.type.value.lower()} with {self._security_policy}: use one level, or an "
                "Endpoint.regional()",
            )
        if sum("/" in other for other in self._paths) == limits.MAX_LONG_MAPPINGS:
            refuse(
                self,
                f"a domain has up to {limits.MAX_LONG_MAPPINGS} base paths of several levels: map the others below "
                "another domain",
            )

    def _check_target(self, target: RestTarget | WebSocketTarget) -> None:
        """Refuse what the endpoints of a domain and of an API forbid, and tell of a way past mutual TLS.

        Source: websocket.md section 11 (documented: one domain has either kind of API); API Gateway developer guide,
        "Custom domain names for private APIs", and "Send traffic to your APIs through your custom domain name":
        private domains are for private APIs, public ones for public APIs.
        """
        if self._kind not in {None, type(target)}:
            refuse(self, "a domain leads to REST APIs or to WebSocket APIs: give the others another domain")
        self._kind = type(target)
        if isinstance(target, WebSocketTarget):
            if self.endpoint.type is not apigateway.EndpointType.REGIONAL:
                refuse(self, "a WebSocket API needs a regional domain: give it an Endpoint.regional()")
        elif target.is_private is not None and target.is_private != self.endpoint.is_private:
            kinds = ("a private domain", "public") if self.endpoint.is_private else ("a public domain", "private")
            refuse(self, f"{kinds[0]} cannot lead to a {kinds[1]} API: give both endpoints of one kind")
        if self.has_mutual_tls and target.default_endpoint:
            warn(
                self,
                "mutual-tls-is-passed-by",
                f"{target.stage.node.path} also answers on the default endpoint of its API, which asks for no client "
                "certificate: give the API an endpoint with default_endpoint=False",
            )

    def _check_priority(self, priority: int) -> None:
        check_allowed(self, "the priority of a rule", priority, limits.RULE_PRIORITY)
        if priority in self._priorities:
            refuse(self, f"the domain has a rule of priority {priority} already: choose another")
        if len(self._priorities) == limits.MAX_RULES:
            refuse(self, f"a domain has up to {limits.MAX_RULES} routing rules: put the others on another domain")

    def _header_conditions(
        self, headers: Mapping[str, str | Sequence[str]]
    ) -> list[apigatewayv2.CfnRoutingRule.ConditionProperty]:
        if len(headers) > limits.MAX_HEADER_CONDITIONS:
            refuse(
                self,
                f"a routing rule looks at up to {limits.MAX_HEADER_CONDITIONS} headers, got {len(headers)}: leave some "
                "out",
            )
        return list(starmap(self._header_condition, headers.items()))

    def _header_condition(
        self, name: str, values: str | Sequence[str]
    ) -> apigatewayv2.CfnRoutingRule.ConditionProperty:
        globs = [values] if isinstance(values, str) else list(values)
        check_allowed(self, "the name of a header", name, limits.RULE_HEADER)
        if not globs:
            refuse(self, f"header {name} has no value to look for: give one, '*' for any")
        for glob in globs:
            check_allowed(self, f"the value of header {name}", glob, limits.VALUE_GLOB)
        return apigatewayv2.CfnRoutingRule.ConditionProperty(
            match_headers=apigatewayv2.CfnRoutingRule.MatchHeadersProperty(
                any_of=[
                    apigatewayv2.CfnRoutingRule.MatchHeaderValueProperty(header=name, value_glob=glob) for glob in globs
                ]
            )
        )

    def _path_conditions(self, base_paths: Sequence[str]) -> list[apigatewayv2.CfnRoutingRule.ConditionProperty]:
        if isinstance(base_paths, str):
            refuse(self, f"base_paths are several, got a text: write [{base_paths!r}]")
        for path in base_paths:
            check_allowed(self, "a base path", path, limits.BASE_PATH)
        if not base_paths:
            return []
        paths = apigatewayv2.CfnRoutingRule.MatchBasePathsProperty(any_of=[path.strip("/") for path in base_paths])
        return [apigatewayv2.CfnRoutingRule.ConditionProperty(match_base_paths=paths)]
