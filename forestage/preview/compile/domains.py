"""Custom domains, compiled: which hosts they answer, and what leads from them to the stages of APIs."""

from __future__ import annotations

from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, Final

from forestage.model.domains import NO_BASE_PATH
from forestage.model.records import dataclass, field
from forestage.model.values import known
from forestage.preview.compile.authorization import read_policy
from forestage.preview.compile.tls import TlsTerms, tls_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from forestage.model import Deployment
    from forestage.model.domains import (
        Condition,
        DomainName,
        DomainNameV2,
        MutualTlsAuthentication,
        RegionalDomainName,
        RoutingRule,
    )
    from forestage.preview.compile.authorization import ResourcePolicy

_ARN_BEFORE_NAME: Final = "/domainnames/"


class RoutingMode(Enum):
    """What leads from a domain to APIs; all rules come before any mapping.

    Source: whats-new.md, Routing rules (documented): two spellings of one thing.
    """

    MAPPINGS = "API_MAPPING_ONLY"
    RULES = "ROUTING_RULE_ONLY"
    RULES_THEN_MAPPINGS = "ROUTING_RULE_THEN_API_MAPPING"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathMapping:
    """Leads a base path, ``("orders", "v2")``, to an API; no segments are the root.

    Without ``stage`` the path goes on with the name of one. ``api_id`` None leads nowhere.
    """

    name: str
    segments: tuple[str, ...]
    api_id: str | None
    stage: str | None

    @property
    def base_path_segments(self) -> tuple[str, ...]:
        """A base path for which it holds."""
        return self.segments

    @property
    def sample_headers(self) -> tuple[HeaderPattern, ...]:
        """Headers that a request needs, none."""
        return ()

    @property
    def base_path(self) -> str:
        """The base path as it is written, ``orders/v2``."""
        return "/".join(self.segments)

    def __str__(self) -> str:
        return f"mapping {self.name} of /{self.base_path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderPattern:
    """A header, in lower case, and a glob for the whole of its value."""

    header: str
    glob: str

    def fits(self, value: str) -> bool:
        """Tell whether a value is as the glob wants it; its letters count, and ``*`` may stand at either end.

        Source: whats-new.md, Routing rules (documented): only ``*suffix``, ``prefix*`` and ``*infix*``.
        """
        wanted = self.glob.removeprefix("*").removesuffix("*")
        if self.glob.startswith("*"):
            return wanted in value if self.glob.endswith("*") else value.endswith(wanted)
        return value.startswith(wanted) if self.glob.endswith("*") else value == wanted

    def __str__(self) -> str:
        return f"{self.header}: {self.glob}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A routing rule: one header of each group has to fit, and one of the base paths, where there are any."""

    name: str
    id: str
    priority: int
    headers: tuple[tuple[HeaderPattern, ...], ...]
    base_paths: tuple[tuple[str, ...], ...]
    api_id: str
    stage: str
    strips_base_path: bool

    @property
    def base_path_segments(self) -> tuple[str, ...]:
        """A base path for which it holds."""
        return self.base_paths[0] if self.base_paths else ()

    @property
    def sample_headers(self) -> tuple[HeaderPattern, ...]:
        """Headers that a request needs, the first of each group."""
        return tuple(group[0] for group in self.headers if group)

    def __str__(self) -> str:
        return f"rule {self.name} (priority {self.priority})"


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRuntime:
    """A custom domain, ready to serve.

    ``name`` is in lower case and may begin with ``*.``. ``mappings`` are the longest first, ``rules`` by priority.
    ``vpc_endpoints`` are those that may reach a private domain, and ``policy`` is its own; ``arn`` is what that calls
    it. ``truststore_uri`` is there where clients need a certificate, and ``truststore_file`` where it is on this
    machine.
    """

    name: str
    logical_id: str
    endpoint_type: str
    mode: RoutingMode
    mappings: tuple[PathMapping, ...]
    rules: tuple[Rule, ...]
    tls: TlsTerms
    arn: str = ""
    policy: ResourcePolicy | None = None
    vpc_endpoints: tuple[str, ...] = ()
    truststore_uri: str | None = None
    truststore_file: str | None = None

    @property
    def is_private(self) -> bool:
        """Whether the domain is reached through VPC endpoints alone."""
        return self.endpoint_type == "PRIVATE"

    @property
    def steps(self) -> tuple[Rule | PathMapping, ...]:
        """What may lead on from the domain, in the order in which it is tried; the mode decides what counts."""
        rules = self.rules if self.mode is not RoutingMode.MAPPINGS else ()
        mappings = self.mappings if self.mode is not RoutingMode.RULES else ()
        return *rules, *mappings

    @property
    def api_ids(self) -> frozenset[str]:
        """The APIs that the domain leads to."""
        return frozenset(step.api_id for step in self.steps if step.api_id is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Domains:
    """The domains of a deployment by name; of one name there may be private ones, and a public one in each region."""

    by_name: Mapping[str, tuple[DomainRuntime, ...]] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.by_name)

    def __iter__(self) -> Iterator[DomainRuntime]:
        for domains in self.by_name.values():
            yield from domains

    def find(self, host: str) -> tuple[DomainRuntime, ...]:
        """Find the domains that a Host names, with a port or without; a wildcard stands for one label.

        Source: developer guide, "Custom domain name for public REST APIs": a name of its own goes before a wildcard.
        """
        name = host_name(host)
        found = self.by_name.get(name)
        if found is None:
            found = self.by_name.get(f"*.{name.partition('.')[2]}")
        return found or ()


def host_name(host: str) -> str:
    """Return the name in a Host, in lower case and without port."""
    return host.partition(":")[0].rstrip(".").lower()


def compile_domains(deployment: Deployment) -> Domains:
    """Compile the custom domains of a deployment; those without a known name cannot be served."""
    by_name: dict[str, tuple[DomainRuntime, ...]] = {}
    unnamed: list[str] = []
    domains: Iterable[DomainName | RegionalDomainName | DomainNameV2] = chain(
        deployment.domain_names, deployment.regional_domain_names, deployment.domain_names_v2
    )
    for domain in domains:
        name = known(domain.domain_name)
        if name is None:
            unnamed.append(domain.logical_id)
        else:
            compiled = _Compiler(deployment, name).compile(domain)
            by_name[compiled.name] = (*by_name.get(compiled.name, ()), compiled)
    return Domains(by_name=by_name, unnamed=tuple(unnamed))


class _Compiler:
    """Compiles one domain; ``name`` is as it is written."""

    def __init__(self, deployment: Deployment, name: str) -> None:
        self._deployment = deployment
        self._name = name

    def compile(self, domain: DomainName | RegionalDomainName | DomainNameV2) -> DomainRuntime:
        from forestage.model.domains import DomainNameV2, RegionalDomainName

        if isinstance(domain, DomainNameV2):
            return self._private(domain)
        if isinstance(domain, RegionalDomainName):
            return self._regional(domain)
        return self._public(domain)

    def _public(self, domain: DomainName) -> DomainRuntime:
        types = domain.endpoint_configuration.types if domain.endpoint_configuration else ()
        uri, file = _truststore(domain.mutual_tls_authentication)
        return DomainRuntime(
            name=self._name.lower(),
            logical_id=domain.logical_id,
            endpoint_type=types[0] if types else "EDGE",
            mode=_mode(domain.routing_mode),
            mappings=_longest_first(self._mappings(domain.region)),
            rules=self._rules(self._name, domain.region),
            tls=tls_terms(domain.security_policy, domain.endpoint_access_mode),
            truststore_uri=uri,
            truststore_file=file,
        )

    def _regional(self, domain: RegionalDomainName) -> DomainRuntime:
        uri, file = _truststore(domain.mutual_tls_authentication)
        configuration = domain.domain_name_configurations[0] if domain.domain_name_configurations else None
        return DomainRuntime(
            name=self._name.lower(),
            logical_id=domain.logical_id,
            endpoint_type=(known(configuration.endpoint_type) if configuration else None) or "REGIONAL",
            mode=_mode(domain.routing_mode),
            mappings=_longest_first(self._mappings(domain.region)),
            rules=self._rules(self._name, domain.region),
            tls=tls_terms(configuration.security_policy if configuration else None, None),
            truststore_uri=uri,
            truststore_file=file,
        )

    def _private(self, domain: DomainNameV2) -> DomainRuntime:
        environment = self._deployment.environment
        key = domain_key(domain.id)
        arn = (
            f"arn:{environment.partition}:execute-api:{environment.region}:{environment.account_id}"
            f":{_ARN_BEFORE_NAME}{key}"
        )
        sources = (
            known(association.access_association_source)
            for association in self._deployment.domain_name_access_associations
            if domain_key(known(association.domain_name_arn)) == key
        )
        return DomainRuntime(
            name=self._name.lower(),
            logical_id=domain.logical_id,
            endpoint_type="PRIVATE",
            mode=_mode(domain.routing_mode),
            mappings=_longest_first(self._private_mappings(key)),
            rules=self._rules(key, None),
            tls=tls_terms(domain.security_policy, domain.endpoint_access_mode),
            arn=arn,
            policy=read_policy(domain.policy, arn_prefix=arn, name=f"the policy of {self._name}"),
            vpc_endpoints=tuple(dict.fromkeys(source for source in sources if source is not None)),
        )

    def _mappings(self, region: str) -> Iterator[PathMapping]:
        for mapping in self._deployment.base_path_mappings:
            if known(mapping.domain_name) == self._name and mapping.region == region:
                yield _mapping(mapping.logical_id, mapping.base_path, mapping.rest_api_id, mapping.stage)
        for api_mapping in self._deployment.api_mappings:
            if known(api_mapping.domain_name) == self._name and api_mapping.region == region:
                yield _mapping(
                    api_mapping.logical_id, api_mapping.api_mapping_key, api_mapping.api_id, api_mapping.stage
                )

    def _private_mappings(self, key: str) -> Iterator[PathMapping]:
        for mapping in self._deployment.base_path_mappings_v2:
            if domain_key(known(mapping.domain_name_arn)) == key:
                yield _mapping(mapping.logical_id, mapping.base_path, mapping.rest_api_id, mapping.stage)

    def _rules(self, key: str, region: str | None) -> tuple[Rule, ...]:
        """Compile the rules of a domain; None is a private one, whose key no other region has."""
        rules = (
            _rule(rule)
            for rule in self._deployment.routing_rules
            if domain_key(known(rule.domain_name_arn)) == key and region in {None, rule.region}
        )
        return tuple(sorted(rules, key=lambda rule: rule.priority))


def domain_key(arn: str | None) -> str:
    """Return what the ARN of a domain names: ``shop.example.com``, or ``shop.example.com+a1b2c3`` of a private one."""
    return (arn or "").rpartition(_ARN_BEFORE_NAME)[2]


def _mode(text: str | None) -> RoutingMode:
    match text:
        case "ROUTING_RULE_ONLY":
            return RoutingMode.RULES
        case "ROUTING_RULE_THEN_API_MAPPING" | "ROUTING_RULE_THEN_BASE_PATH_MAPPING":
            return RoutingMode.RULES_THEN_MAPPINGS
        case _:
            return RoutingMode.MAPPINGS


def _truststore(mutual_tls: MutualTlsAuthentication | None) -> tuple[str | None, str | None]:
    """Return the address of the truststore, and its file; an address that is not known yet demands one as well."""
    if mutual_tls is None:
        return None, None
    return str(mutual_tls.truststore_uri or ""), mutual_tls.truststore_file


def _mapping(name: str, base_path: str | None, api_id: str | None, stage: str | None) -> PathMapping:
    return PathMapping(
        name=name,
        segments=() if base_path == NO_BASE_PATH else split_base_path(base_path or ""),
        api_id=api_id or None,
        stage=None if stage in {None, "", NO_BASE_PATH} else stage,
    )


def split_base_path(path: str) -> tuple[str, ...]:
    """Split a base path into its segments; slashes at its ends count for nothing."""
    stripped = path.strip("/")
    return tuple(stripped.split("/")) if stripped else ()


def _longest_first(mappings: Iterable[PathMapping]) -> tuple[PathMapping, ...]:
    return tuple(sorted(mappings, key=lambda mapping: len(mapping.segments), reverse=True))


def _rule(rule: RoutingRule) -> Rule:
    invoke = rule.actions[0].invoke_api
    return Rule(
        name=rule.logical_id,
        id=rule.id.rpartition("/")[2],
        priority=rule.priority,
        headers=tuple(
            tuple(HeaderPattern(header=entry.header.lower(), glob=entry.value_glob) for entry in group.any_of)
            for condition in rule.conditions
            if (group := condition.match_headers) is not None
        ),
        base_paths=tuple(path for condition in rule.conditions for path in _base_paths(condition)),
        api_id=invoke.api_id,
        stage=invoke.stage,
        strips_base_path=bool(invoke.strip_base_path),
    )


def _base_paths(condition: Condition) -> Iterator[tuple[str, ...]]:
    if condition.match_base_paths is not None:
        for path in condition.match_base_paths.any_of:
            yield split_base_path(known(path) or "")
