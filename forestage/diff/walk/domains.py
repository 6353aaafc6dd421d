"""Custom domains, and what leads from them to stages."""

from __future__ import annotations

from collections import defaultdict
from itertools import starmap
from typing import TYPE_CHECKING, TypeAlias

from forestage.diff.match.pairing import paired
from forestage.diff.walk.apis import tls_rank
from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern
from forestage.diff.walk.equality import Sides
from forestage.diff.walk.places import Places
from forestage.model.domains import DomainNameV2, RegionalDomainName
from forestage.model.records import dataclass
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.diff.match.pairs import AnyDomain, DeploymentPair, Pair
    from forestage.diff.match.sides import SideView
    from forestage.diff.walk.changes import Place
    from forestage.model.domains import (
        ApiMapping,
        BasePathMapping,
        BasePathMappingV2,
        MutualTlsAuthentication,
        RoutingRule,
    )
    from forestage.model.values import OpenJson, Origin

    AnyChange: TypeAlias = Change[OpenJson]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A base path or key of a domain: where it leads, by labels that both sides have."""

    domain: str
    path: str
    api: str
    stage: str | None
    logical_id: str
    type: str
    origin: Origin | None


def walk_domains(pair: DeploymentPair) -> Iterator[AnyChange]:
    """Tell what is different in custom domains, mappings and routing rules."""
    walk = _Walk(pair)
    for domain in pair.domains:
        yield from walk.domain(domain)
    yield from walk.mappings()
    yield from walk.rules()
    yield from walk.access()
    yield from walk.records()


class _Walk:
    def __init__(self, pair: DeploymentPair) -> None:
        self.pair = pair
        self.sides = Sides(pair.before, pair.after)
        self._gone = Places(pair.before)
        self._here = Places(pair.after)
        self._kept = {str(self._name(item.either)) for item in pair.domains if item.both is not None}

    def _name(self, domain: AnyDomain) -> str:
        return known(domain.domain_name) or domain.logical_id

    def _place(self, domain: AnyDomain, *, gone: bool = False) -> Place:
        places = self._gone if gone else self._here
        return places.named("DOMAIN", self._name(domain), domain.logical_id, _type_of(domain), domain.origin)

    def domain(self, pair: Pair[AnyDomain]) -> Iterator[AnyChange]:
        both = pair.both
        if both is None:
            if pair.before is not None:
                yield Change(
                    concern=Concern.DOMAIN_REMOVED,
                    place=self._place(pair.before, gone=True),
                    before=self._name(pair.before),
                    after=None,
                )
            return
        before, after = both
        place = self._place(after)
        types = _endpoint_type(before), _endpoint_type(after)
        if types[0] != types[1]:
            yield Change(
                concern=Concern.DOMAIN_ENDPOINT_TYPE,
                place=place,
                before=types[0],
                after=types[1],
                path=(
                    "DomainNameConfigurations" if isinstance(after, RegionalDomainName) else "EndpointConfiguration",
                ),
            )
        policies = _security_policy(before), _security_policy(after)
        ranks = tuple(starmap(_tls, zip(policies, both, strict=True)))
        if ranks[0] != ranks[1]:
            yield Change(
                concern=Concern.DOMAIN_TLS,
                place=place,
                before=policies[0],
                after=policies[1],
                path=("DomainNameConfigurations" if isinstance(after, RegionalDomainName) else "SecurityPolicy",),
                note="raised" if ranks[1] > ranks[0] else "lowered",
            )
        yield from self._mutual_tls(place, before, after)
        ours, theirs = self.sides.document(_certificates(before), _certificates(after))
        if ours != theirs:
            yield Change(concern=Concern.CERTIFICATE, place=place, before=ours, after=theirs)
        modes = _routing_mode(before), _routing_mode(after)
        if modes[0] != modes[1]:
            yield Change(
                concern=Concern.ROUTING_MODE, place=place, before=modes[0], after=modes[1], path=("RoutingMode",)
            )

    def _mutual_tls(self, place: Place, before: AnyDomain, after: AnyDomain) -> Iterator[AnyChange]:
        ours, theirs = _truststore(before), _truststore(after)
        values = self.sides.document(*(_shown_truststore(item) for item in (ours, theirs)))
        if values[0] == values[1]:
            return
        changed = ours is not None and theirs is not None
        yield Change(
            concern=Concern.TRUSTSTORE if changed else Concern.MUTUAL_TLS,
            place=place,
            before=values[0],
            after=values[1],
            path=("MutualTlsAuthentication",),
        )

    # Mappings.

    def mappings(self) -> Iterator[AnyChange]:
        ours = {(item.domain, item.path): item for item in self._mapped(self.pair.before)}
        theirs = {(item.domain, item.path): item for item in self._mapped(self.pair.after)}
        new = [item for key, item in theirs.items() if key not in ours]
        for key, before in ours.items():
            after = theirs.get(key)
            if before.domain not in self._kept:
                continue  # The domain is gone with everything.
            if after is not None:
                if (before.api, before.stage) != (after.api, after.stage):
                    yield self._mapping(Concern.MAPPING_TARGET, before, after)
                continue
            moved = next(
                (
                    item
                    for item in new
                    if item.domain == before.domain and (item.api, item.stage) == (before.api, before.stage)
                ),
                None,
            )
            yield self._mapping(Concern.MAPPING_REMOVED if moved is None else Concern.MAPPING_PATH, before, moved)

    def _mapping(self, concern: Concern, before: Mapped, after: Mapped | None) -> AnyChange:
        item = after or before
        places = self._gone if after is None else self._here
        values: list[OpenJson] = []
        for side in (before, after):
            if side is None:
                values.append(None)
            else:
                is_target = concern is Concern.MAPPING_TARGET
                values.append(f"{side.api}/{side.stage or ''}" if is_target else f"/{side.path}")
        return Change(
            concern=concern,
            place=places.named("DOMAIN", item.domain, item.logical_id, item.type, item.origin),
            before=values[0],
            after=values[1],
            detail=before.path,
        )

    def _mapped(self, side: SideView) -> Iterator[Mapped]:
        deployment, names = side.deployment, _domain_names(side)

        def made(domain: OpenJson, path: str | None, api: str | None, stage: str | None, item: _Mapping) -> Mapped:
            text = str(known(domain) if isinstance(domain, str) else domain)
            named = names.get(text.rpartition("/")[2]) or names.get(text) or str(side.names.of(domain))
            path = "" if path in {None, "(none)"} else str(path)
            return Mapped(
                domain=named,
                path=path.strip("/"),
                api=str(side.names.of(api)),
                stage=stage,
                logical_id=item.logical_id,
                type=_MAPPING_TYPES[type(item).__name__],
                origin=item.origin,
            )

        for one in deployment.base_path_mappings:
            yield made(one.domain_name, one.base_path, one.rest_api_id, one.stage, one)
        for two in deployment.base_path_mappings_v2:
            yield made(two.domain_name_arn, two.base_path, two.rest_api_id, two.stage, two)
        for three in deployment.api_mappings:
            yield made(three.domain_name, three.api_mapping_key, three.api_id, three.stage, three)

    # Routing rules.

    def rules(self) -> Iterator[AnyChange]:
        ours, theirs = self.pair.before.deployment.routing_rules, self.pair.after.deployment.routing_rules
        pairs = paired(ours, theirs, lambda rule: rule.logical_id, lambda rule: rule.priority)
        for pair in pairs:
            before, after = (
                None if rule is None else side.names.of(_rule(rule))
                for rule, side in ((pair.before, self.pair.before), (pair.after, self.pair.after))
            )
            if before == after:
                continue
            side = self.pair.before if pair.after is None else self.pair.after
            name = _domain_names(side).get(str(pair.either.domain_name_arn).rpartition("/")[2])
            if name is not None and name not in self._kept:
                continue
            places = self._gone if pair.after is None else self._here
            rule = pair.either
            yield Change(
                concern=Concern.ROUTING_RULE,
                place=places.named(
                    "DOMAIN",
                    name or str(side.names.of(rule.domain_name_arn)).rpartition("/")[2],
                    rule.logical_id,
                    "AWS::ApiGatewayV2::RoutingRule",
                    rule.origin,
                ),
                before=before,
                after=after,
                detail=str(rule.priority),
            )

    # Who reaches private domains.

    def access(self) -> Iterator[AnyChange]:
        ours = self.pair.before.deployment.domain_name_access_associations
        theirs = self.pair.after.deployment.domain_name_access_associations
        for pair in paired(
            ours, theirs, lambda item: item.logical_id, lambda item: str(item.access_association_source)
        ):
            if pair.after is None:
                item = pair.either
                names = _domain_names(self.pair.before)
                arn = str(item.domain_name_arn)
                name = next((name for text, name in names.items() if text in arn), arn)
                if name in self._kept:
                    yield Change(
                        concern=Concern.DOMAIN_ACCESS,
                        place=self._gone.named(
                            "DOMAIN",
                            name,
                            item.logical_id,
                            "AWS::ApiGateway::DomainNameAccessAssociation",
                            item.origin,
                        ),
                        before=self.pair.before.names.of(item.access_association_source),
                        after=None,
                        detail=item.logical_id,
                    )
        for domain in self.pair.domains:
            both = domain.both
            if both is not None and isinstance(both[0], DomainNameV2) and isinstance(both[1], DomainNameV2):
                yield from self._policy(both[0], both[1])

    def _policy(self, before: DomainNameV2, after: DomainNameV2) -> Iterator[AnyChange]:
        from forestage.diff.walk.policies import compare_policies

        ours, theirs = self.sides.document(before.policy, after.policy)
        lost = compare_policies(ours, theirs).narrowed if ours is not None else ()
        if lost:
            yield Change(
                concern=Concern.DOMAIN_ACCESS,
                place=self._place(after),
                before=ours,
                after=theirs,
                path=("Policy",),
                detail="policy",
                note="; ".join(lost),
            )

    # DNS.

    def records(self) -> Iterator[AnyChange]:
        ours, theirs = _records(self.pair.before), _records(self.pair.after)
        known_names = {self._name(item.either).lower() for item in self.pair.domains}
        for (name, kind), (before, logical_id) in ours.items():
            after, _ = theirs.get((name, kind), (None, ""))
            if name not in known_names or name not in {domain.lower() for domain in self._kept} or before == after:
                continue
            yield Change(
                concern=Concern.DNS_RECORD,
                place=(self._gone if after is None else self._here).named(
                    "DOMAIN", name, logical_id, "AWS::Route53::RecordSet", None
                ),
                before=before,
                after=after,
                detail=kind,
            )


_Mapping: TypeAlias = "BasePathMapping | BasePathMappingV2 | ApiMapping"
_MAPPING_TYPES = {
    "BasePathMapping": "AWS::ApiGateway::BasePathMapping",
    "BasePathMappingV2": "AWS::ApiGateway::BasePathMappingV2",
    "ApiMapping": "AWS::ApiGatewayV2::ApiMapping",
}


def _domain_names(side: SideView) -> Mapping[str, str]:
    """Tell the names of domains by what else stands for them: their ids and made-up parts of ARNs."""
    found: dict[str, str] = {}
    deployment = side.deployment
    domains: tuple[AnyDomain, ...] = (
        *deployment.domain_names,
        *deployment.domain_names_v2,
        *deployment.regional_domain_names,
    )
    for domain in domains:
        name = known(domain.domain_name) or domain.logical_id
        found[domain.id] = found[name] = name
        found[domain.id.rpartition("/")[2]] = name
    return found


def _type_of(domain: AnyDomain) -> str:
    if isinstance(domain, RegionalDomainName):
        return "AWS::ApiGatewayV2::DomainName"
    return "AWS::ApiGateway::DomainNameV2" if isinstance(domain, DomainNameV2) else "AWS::ApiGateway::DomainName"


def _endpoint_type(domain: AnyDomain) -> str:
    if isinstance(domain, RegionalDomainName):
        configurations = domain.domain_name_configurations
        return str(configurations[0].endpoint_type or "REGIONAL") if configurations else "REGIONAL"
    types = domain.endpoint_configuration.types if domain.endpoint_configuration else ()
    if types:
        return types[0]
    return "PRIVATE" if isinstance(domain, DomainNameV2) else "EDGE"


def _security_policy(domain: AnyDomain) -> str | None:
    if isinstance(domain, RegionalDomainName):
        policies = (item.security_policy for item in domain.domain_name_configurations)
        return next(filter(None, policies), None)
    return domain.security_policy


def _tls(policy: str | None, domain: AnyDomain) -> int:
    """Rank a policy; where none is given, CloudFormation's default for the kind of domain is TLS 1.2.

    Source: API reference, CreateDomainName: securityPolicy.
    """
    is_legacy = _endpoint_type(domain) == "EDGE"
    return tls_rank(policy or ("TLS_1_0" if is_legacy and policy is None else "TLS_1_2"))


def _truststore(domain: AnyDomain) -> MutualTlsAuthentication | None:
    found = None if isinstance(domain, DomainNameV2) else domain.mutual_tls_authentication
    return found if found is not None and found.truststore_uri is not None else None


def _shown_truststore(found: MutualTlsAuthentication | None) -> OpenJson:
    return None if found is None else [found.truststore_uri, found.truststore_version]


def _certificates(domain: AnyDomain) -> OpenJson:
    if isinstance(domain, RegionalDomainName):
        return [item.certificate_arn for item in domain.domain_name_configurations]
    return [domain.certificate_arn, getattr(domain, "regional_certificate_arn", None)]


def _routing_mode(domain: AnyDomain) -> str:
    mode = domain.routing_mode or "BASE_PATH_MAPPING_ONLY"
    return mode.replace("API_MAPPING", "BASE_PATH_MAPPING")


def _rule(rule: RoutingRule) -> OpenJson:
    conditions: list[OpenJson] = []
    for condition in rule.conditions:
        paths = condition.match_base_paths.any_of if condition.match_base_paths else ()
        headers = condition.match_headers.any_of if condition.match_headers else ()
        conditions.append(
            {
                "paths": sorted(map(str, paths)),
                "headers": sorted(f"{item.header}: {item.value_glob}" for item in headers),
            }
        )
    actions: list[OpenJson] = [
        [item.invoke_api.api_id, item.invoke_api.stage, bool(item.invoke_api.strip_base_path)] for item in rule.actions
    ]
    return {"priority": rule.priority, "conditions": conditions, "actions": actions}


def _records(side: SideView) -> Mapping[tuple[str, str], tuple[OpenJson, str]]:
    """List the alias records of Route 53 by name and type."""
    found: dict[tuple[str, str], tuple[OpenJson, str]] = defaultdict(lambda: (None, ""))
    for resource in side.deployment.resources:
        if resource.type == "AWS::Route53::RecordSet" and isinstance(resource.properties, dict):
            target = resource.properties.get("AliasTarget") or resource.properties.get("ResourceRecords")
            name = str(resource.properties.get("Name", "")).rstrip(".").lower()
            kind = str(resource.properties.get("Type", "A"))
            found[name, kind] = (side.names.of(target), resource.logical_id)
    return dict(found)
