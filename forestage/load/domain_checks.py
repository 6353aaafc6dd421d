"""What AWS refuses of custom domains, mappings and routing rules.

Source: endpoints.md section 3; whats-new.md, Routing rules, Security policies (documented).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from forestage.load.security_policy import check_mutual_tls, check_security_policy
from forestage.model import domain_limits as limits
from forestage.model.domains import NO_BASE_PATH, DomainName
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.load.intake import Intake, Item
    from forestage.model.domains import (
        ApiMapping,
        BasePathMapping,
        BasePathMappingV2,
        DomainNameV2,
        RegionalDomainName,
        RoutingRule,
    )
    from forestage.model.values import Origin, Text

_ONLY_MAPPINGS: Final = frozenset({None, "BASE_PATH_MAPPING_ONLY", "API_MAPPING_ONLY"})
_ONLY_RULES: Final = "ROUTING_RULE_ONLY"


def check_base_paths(
    intake: Intake,
    domains: Sequence[Item[DomainName]],
    mappings: Sequence[Item[BasePathMapping]],
    mappings_v2: Sequence[Item[BasePathMappingV2]],
    api_mappings: Sequence[Item[ApiMapping]],
) -> None:
    """Note base paths that no mapping can have, and those that two mappings of a domain have.

    A domain may be there once in each region.
    """
    seen: dict[tuple[str, Text, str], tuple[str, str]] = {}

    def check(domain: Text, path: str | None, item: Item[object], name: str) -> None:
        normal = "" if path in {None, NO_BASE_PATH} else (path or "").strip("/")
        if not limits.BASE_PATH.admits(normal):
            intake.fault(f"a base path has {limits.BASE_PATH}, got {path!r}", item.origin(name))
        own = (item.resource.stack, item.resource.logical_id)
        before = seen.setdefault((intake.region(item.resource), domain, normal), own)
        if before != own:
            intake.fault(
                f"another mapping of the domain has the base path {normal or NO_BASE_PATH!r} already: {before[1]}",
                item.origin(name),
            )

    for mapping in mappings:
        check(mapping.value.domain_name, mapping.value.base_path, mapping, "BasePath")
        if "/" in (mapping.value.base_path or "").strip("/"):
            intake.fault(
                f"a BasePathMapping has one path segment, got {mapping.value.base_path!r}",
                mapping.origin("BasePath"),
                hint="map several with AWS::ApiGatewayV2::ApiMapping",
            )
    for mapping_v2 in mappings_v2:
        check(mapping_v2.value.domain_name_arn, mapping_v2.value.base_path, mapping_v2, "BasePath")
    for api_mapping in api_mappings:
        check(api_mapping.value.domain_name, api_mapping.value.api_mapping_key, api_mapping, "ApiMappingKey")
    _check_long_mappings(intake, domains, api_mappings)


def _check_long_mappings(
    intake: Intake, domains: Sequence[Item[DomainName]], api_mappings: Sequence[Item[ApiMapping]]
) -> None:
    """Note mappings of several levels on a domain that cannot have them, or has too many."""
    by_name = {item.value.domain_name: item.value for item in domains}
    long = [item for item in api_mappings if "/" in (item.value.api_mapping_key or "").strip("/")]
    for item in long:
        domain = by_name.get(item.value.domain_name)
        if domain is None:
            continue
        types = domain.endpoint_configuration.types if domain.endpoint_configuration else ()
        if "REGIONAL" not in types or domain.security_policy == "TLS_1_0":
            intake.fault(
                f"a mapping of several levels, {item.value.api_mapping_key!r}, needs a REGIONAL domain with a security "
                f"policy of TLS 1.2 or later; {known(domain.domain_name)} has {types[0] if types else 'EDGE'} and "
                f"{domain.security_policy or 'no policy'}",
                item.origin("ApiMappingKey"),
            )
    _check_count(
        intake, long, [item.value.domain_name for item in long], limits.MAX_LONG_MAPPINGS, "mappings of several levels"
    )


def check_domains(
    intake: Intake, domains: Sequence[Item[DomainName | DomainNameV2]], regional: Sequence[Item[RegionalDomainName]]
) -> None:
    """Note names that no domain can have, and security policies without an access mode."""
    for item in (*domains, *regional):
        name = known(item.value.domain_name)
        if name is not None and "*" in name.removeprefix("*."):
            intake.fault(
                f"a wildcard is the first label of a domain, *.example.com, got {name!r}", item.origin("DomainName")
            )
    for item in domains:
        domain = item.value
        place = item.origin("SecurityPolicy")
        check_security_policy(intake, domain.security_policy, domain.endpoint_access_mode, place)
        if isinstance(domain, DomainName) and domain.mutual_tls_authentication is not None:
            check_mutual_tls(intake, domain.security_policy, place)


def check_conditions(intake: Intake, rule: Item[RoutingRule]) -> None:
    """Note conditions that no routing rule can have."""
    conditions = rule.value.conditions
    by_header = sum(condition.match_headers is not None for condition in conditions)
    by_path = sum(condition.match_base_paths is not None for condition in conditions)
    if by_header > limits.MAX_HEADER_CONDITIONS or by_path > 1:
        intake.fault(
            f"a routing rule has up to {limits.MAX_HEADER_CONDITIONS} MatchHeaders and one MatchBasePaths, "
            f"got {by_header} and {by_path}",
            rule.origin("Conditions"),
        )
    for index, condition in enumerate(conditions):
        for number, entry in enumerate(condition.match_headers.any_of if condition.match_headers else ()):
            origin = rule.origin("Conditions", index, "MatchHeaders", "AnyOf", number)
            _check_header(intake, entry.header, entry.value_glob, origin)


def _check_header(intake: Intake, header: str, glob: str, origin: Origin) -> None:
    if not limits.RULE_HEADER.admits(header):
        intake.fault(f"the name of a header has {limits.RULE_HEADER}, got {header!r}", origin)
    if not limits.VALUE_GLOB.admits(glob):
        intake.fault(f"a ValueGlob has {limits.VALUE_GLOB}, got {glob!r}", origin)


def check_ends(
    intake: Intake,
    *,
    modes: Mapping[Text | None, str | None],
    mappings: Sequence[Item[BasePathMapping] | Item[BasePathMappingV2] | Item[ApiMapping]],
    rules: Sequence[Item[RoutingRule]],
) -> None:
    """Warn of mappings and rules of domains that are elsewhere, and of those that their domain's mode leaves out.

    ``modes`` is by the name of a public domain and by the ARN of a private one.
    """
    by_name = {_name_of(domain): mode for domain, mode in modes.items()}
    for mapping in mappings:
        domain = getattr(mapping.value, "domain_name", None) or getattr(mapping.value, "domain_name_arn", None)
        if _name_of(domain) not in by_name:
            intake.warn(f"domain {domain} is not in this source, so that the mapping leads nowhere", mapping.origin())
        elif by_name[_name_of(domain)] == _ONLY_RULES:
            intake.warn(f"the mapping is not used: its domain has RoutingMode {_ONLY_RULES}", mapping.origin())
    for rule in rules:
        name = _name_of(rule.value.domain_name_arn)
        if name not in by_name:
            intake.warn(
                f"domain {rule.value.domain_name_arn} is not in this source, so that the rule leads nowhere",
                rule.origin("DomainNameArn"),
            )
        elif by_name[name] in _ONLY_MAPPINGS:
            mode = by_name[name] or "the default RoutingMode"
            intake.warn(f"the rule is not used: its domain has {mode}, which leaves out rules", rule.origin())
    _check_count(intake, rules, [rule.value.domain_name_arn for rule in rules], limits.MAX_RULES, "routing rules")


def _name_of(domain: Text | None) -> Text | None:
    """Return what tells a domain from others: its name, of a private one with its id."""
    return domain.rpartition("/domainnames/")[2] if isinstance(domain, str) else domain


def _check_count(
    intake: Intake, items: Sequence[Item[object]], domains: Sequence[Text | None], most: int, what: str
) -> None:
    counts = Counter(domains)
    told = set()
    for item, domain in zip(items, domains, strict=True):
        if counts[domain] > most and domain not in told:
            told.add(domain)
            intake.fault(f"a domain has up to {most} {what}, {domain} has {counts[domain]}", item.origin())
