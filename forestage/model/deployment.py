"""A deployment: everything that one SOURCE describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.records import dataclass, field

if TYPE_CHECKING:  # Most sources have few of these: what a source lacks is not imported at start.
    from forestage.model.domains import (
        ApiMapping,
        BasePathMapping,
        BasePathMappingV2,
        DomainName,
        DomainNameAccessAssociation,
        DomainNameV2,
        RegionalDomainName,
        RoutingRule,
    )
    from forestage.model.functions import Function, Layer
    from forestage.model.network import Account, PortalProduct, VpcLink, VpcLinkV2
    from forestage.model.rest import RestApi
    from forestage.model.stages import ClientCertificate
    from forestage.model.usage import ApiKey, UsagePlan, UsagePlanKey
    from forestage.model.values import OpenJson, Origin, Text
    from forestage.model.websocket import Api


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where a deployment would be: the pseudo parameters that all its stacks share."""

    account_id: str = "123456789012"
    region: str = "us-east-1"
    partition: str = "aws"
    url_suffix: str = "amazonaws.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherResource:
    """A resource that is no part of an API: kept with its properties, for what needs them."""

    logical_id: str
    type: str
    id: str
    properties: OpenJson = None
    stack: str = ""
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateResource:
    """What a template says of any resource beside its properties.

    ``id`` is what Ref yields. ``depends_on`` has the logical ids in the same stack that it needs directly: by
    DependsOn, Ref, GetAtt or Sub. The policies are CloudFormation's words, None where the template is silent.
    ``written_at`` is the line of the app that made it, where the app noted that.
    """

    stack: str
    logical_id: str
    type: str
    id: str
    construct_path: str | None = None
    depends_on: frozenset[str] = frozenset()
    deletion_policy: str | None = None
    update_replace_policy: str | None = None
    metadata: OpenJson = None
    origin: Origin | None = field(default=None, compare=False, repr=False)
    written_at: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a stack tells: ``export`` is the name under which other stacks import it."""

    stack: str
    name: str
    value: OpenJson
    export: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a template; ``default`` None is no default."""

    stack: str
    name: str
    type: str
    default: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """Everything that one SOURCE describes, over all its stacks."""

    environment: Environment = field(default_factory=Environment)
    rest_apis: tuple[RestApi, ...] = ()
    apis: tuple[Api, ...] = ()
    functions: tuple[Function, ...] = ()
    layers: tuple[Layer, ...] = ()
    api_keys: tuple[ApiKey, ...] = ()
    usage_plans: tuple[UsagePlan, ...] = ()
    usage_plan_keys: tuple[UsagePlanKey, ...] = ()
    client_certificates: tuple[ClientCertificate, ...] = ()
    vpc_links: tuple[VpcLink, ...] = ()
    vpc_links_v2: tuple[VpcLinkV2, ...] = ()
    domain_names: tuple[DomainName, ...] = ()
    domain_names_v2: tuple[DomainNameV2, ...] = ()
    regional_domain_names: tuple[RegionalDomainName, ...] = ()
    domain_name_access_associations: tuple[DomainNameAccessAssociation, ...] = ()
    base_path_mappings: tuple[BasePathMapping, ...] = ()
    base_path_mappings_v2: tuple[BasePathMappingV2, ...] = ()
    api_mappings: tuple[ApiMapping, ...] = ()
    routing_rules: tuple[RoutingRule, ...] = ()
    accounts: tuple[Account, ...] = ()
    portal_products: tuple[PortalProduct, ...] = ()
    resources: tuple[OtherResource, ...] = ()
    template_resources: tuple[TemplateResource, ...] = ()
    outputs: tuple[Output, ...] = ()
    parameters: tuple[Parameter, ...] = ()

    def function(self, arn: str) -> Function | None:
        """Find a function by its ARN, qualified by an alias or version or not."""
        for function in self.functions:
            if arn == function.arn or arn.startswith(f"{function.arn}:"):
                return function
        return None
