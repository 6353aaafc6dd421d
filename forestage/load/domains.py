"""From resources to custom domains, and what leads from them to stages."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from forestage.load.domain_checks import check_base_paths, check_conditions, check_domains, check_ends
from forestage.model.domains import (
    NO_BASE_PATH,
    ApiMapping,
    BasePathMapping,
    BasePathMappingV2,
    DomainName,
    DomainNameAccessAssociation,
    DomainNameV2,
    RegionalDomainName,
    RoutingRule,
)
from forestage.model.records import dataclass
from forestage.model.values import known

if TYPE_CHECKING:
    from typing import TypeVar

    from forestage.load.intake import Intake, Item
    from forestage.load.stage_index import StageIndex

    T = TypeVar("T")
    D = TypeVar("D", DomainName, RegionalDomainName)
    R = TypeVar("R", DomainName, RegionalDomainName, BasePathMapping, ApiMapping, RoutingRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Domains:
    """Everything about custom domains, under the names of `forestage.model.Deployment`."""

    domain_names: tuple[DomainName, ...]
    domain_names_v2: tuple[DomainNameV2, ...]
    regional_domain_names: tuple[RegionalDomainName, ...]
    domain_name_access_associations: tuple[DomainNameAccessAssociation, ...]
    base_path_mappings: tuple[BasePathMapping, ...]
    base_path_mappings_v2: tuple[BasePathMappingV2, ...]
    api_mappings: tuple[ApiMapping, ...]
    routing_rules: tuple[RoutingRule, ...]


def load_domains(intake: Intake, stages: StageIndex) -> Domains:
    """Read the custom domains of a source; faults for what AWS refuses, and for stages that do not exist."""
    domains = intake.load(DomainName, "AWS::ApiGateway::DomainName")
    domains_v2 = intake.load(DomainNameV2, "AWS::ApiGateway::DomainNameV2")
    regional = intake.load(RegionalDomainName, "AWS::ApiGatewayV2::DomainName")
    mappings = intake.load(BasePathMapping, "AWS::ApiGateway::BasePathMapping")
    for mapping in mappings:
        if mapping.value.rest_api_id is not None:
            stages.check(intake, mapping.value.rest_api_id, _stage(mapping.value.stage), mapping.origin())
    mappings_v2 = intake.load(BasePathMappingV2, "AWS::ApiGateway::BasePathMappingV2")
    for mapping_v2 in mappings_v2:
        stages.check(intake, mapping_v2.value.rest_api_id, _stage(mapping_v2.value.stage), mapping_v2.origin())
    api_mappings = intake.load(ApiMapping, "AWS::ApiGatewayV2::ApiMapping")
    for api_mapping in api_mappings:
        stages.check(intake, api_mapping.value.api_id, api_mapping.value.stage, api_mapping.origin())
    rules = _load_rules(intake, stages)
    check_base_paths(intake, domains, mappings, mappings_v2, api_mappings)
    check_domains(intake, (*domains, *domains_v2), regional)
    check_ends(
        intake,
        modes={
            **{item.value.domain_name: item.value.routing_mode for item in domains},
            **{item.value.domain_name: item.value.routing_mode for item in regional},
            **{item.value.id: item.value.routing_mode for item in domains_v2},
        },
        mappings=(*mappings, *mappings_v2, *api_mappings),
        rules=rules,
    )
    return Domains(
        domain_names=tuple(_in_region(intake, item, _with_truststore(intake, item)) for item in domains),
        domain_names_v2=_values(domains_v2),
        regional_domain_names=tuple(_in_region(intake, item, _with_truststore(intake, item)) for item in regional),
        domain_name_access_associations=_values(
            intake.load(DomainNameAccessAssociation, "AWS::ApiGateway::DomainNameAccessAssociation")
        ),
        base_path_mappings=tuple(_in_region(intake, item, item.value) for item in mappings),
        base_path_mappings_v2=_values(mappings_v2),
        api_mappings=tuple(_in_region(intake, item, item.value) for item in api_mappings),
        routing_rules=tuple(_in_region(intake, item, item.value) for item in rules),
    )


def _stage(name: str | None) -> str | None:
    """Return the stage that a mapping names; None where callers have to name one."""
    return None if name in {"", NO_BASE_PATH} else name


def _in_region(intake: Intake, item: Item[R], value: R) -> R:
    """Note the region of a resource's stack."""
    return replace(value, region=intake.region(item.resource))


def _with_truststore(intake: Intake, item: Item[D]) -> D:
    """Note where the truststore of a domain is on this machine, where it is an asset of the source."""
    mutual_tls = item.value.mutual_tls_authentication
    uri = known(mutual_tls.truststore_uri) if mutual_tls is not None else None
    file = intake.stack(item.resource).local_asset(uri, item.resource.metadata) if uri is not None else None
    if mutual_tls is None or file is None:
        return item.value
    intake.files.append(file)
    return replace(item.value, mutual_tls_authentication=replace(mutual_tls, truststore_file=file))


def _load_rules(intake: Intake, stages: StageIndex) -> tuple[Item[RoutingRule], ...]:
    """Read routing rules.

    Source: whats-new.md, Routing rules: a priority is unique on its domain, a rule has exactly one action.
    """
    rules = intake.load(RoutingRule, "AWS::ApiGatewayV2::RoutingRule")
    seen: dict[tuple[object, int], str] = {}
    for rule in rules:
        if len(rule.value.actions) != 1:
            intake.fault(f"a routing rule has one action, got {len(rule.value.actions)}", rule.origin("Actions"))
        for index, action in enumerate(rule.value.actions):
            origin = rule.origin("Actions", index)
            stages.check(intake, action.invoke_api.api_id, action.invoke_api.stage, origin)
        check_conditions(intake, rule)
        key = (rule.value.domain_name_arn, rule.value.priority)
        if key in seen:
            intake.fault(
                f"another rule of the domain has priority {rule.value.priority} already: {seen[key]}",
                rule.origin("Priority"),
            )
        seen.setdefault(key, rule.resource.logical_id)
    return rules


def _values(items: tuple[Item[T], ...]) -> tuple[T, ...]:
    return tuple(item.value for item in items)
