"""What AWS refuses of custom domains is a fault, and what leads nowhere is warned of."""

from __future__ import annotations

from typing import Any

import pytest

from tests.load.templates import Template, faults, load, pets

API = {"Ref": "Api"}


# Properties are whatever a case needs.
def domain(**properties: Any) -> Template:
    regional = {"Types": ["REGIONAL"]}
    values = {"DomainName": "a.example", "EndpointConfiguration": regional, **properties}
    return {"Type": "AWS::ApiGateway::DomainName", "Properties": values}


def mapping(path: str | None = None, **properties: Any) -> Template:
    own = {"BasePath": path} if path is not None else {}
    values = {"DomainName": "a.example", "RestApiId": API, "Stage": "dev", **own, **properties}
    return {"Type": "AWS::ApiGateway::BasePathMapping", "Properties": values}


def api_mapping(key: str, name: str = "a.example") -> Template:
    values = {"DomainName": name, "ApiId": API, "Stage": "dev", "ApiMappingKey": key}
    return {"Type": "AWS::ApiGatewayV2::ApiMapping", "Properties": values}


def rule(*conditions: Template, priority: int = 1, name: str = "a.example") -> Template:
    values = {
        "DomainNameArn": f"arn:aws:apigateway:us-east-1::/domainnames/{name}",
        "Priority": priority,
        "Conditions": list(conditions),
        "Actions": [{"InvokeApi": {"ApiId": API, "Stage": "dev"}}],
    }
    return {"Type": "AWS::ApiGatewayV2::RoutingRule", "Properties": values}


def header(name: str = "x-version", glob: str = "v1") -> Template:
    return {"MatchHeaders": {"AnyOf": [{"Header": name, "ValueGlob": glob}]}}


PATH: Template = {"MatchBasePaths": {"AnyOf": ["a"]}}


def warnings(template: Template) -> list[str]:
    return [warning.message for warning in load(template).warnings]


@pytest.mark.parametrize("path", ["a b", "ä", "a//b", "x" * 301])
def test_base_path_of_other_characters_or_too_long_is_a_fault(path: str) -> None:
    found = faults(pets(Domain=domain(), Mapping=api_mapping(path)))

    assert found == [f"a base path has up to 300 letters, digits and $-_.+!*'()/, got {path!r}"]


@pytest.mark.parametrize("path", ["", "(none)", "a", "v1.2-b_c$+!*'()", "x" * 300])
def test_base_path_of_one_segment_is_none(path: str) -> None:
    assert faults(pets(Domain=domain(), Mapping=mapping(path))) == []


def test_base_path_mapping_of_several_segments_is_a_fault() -> None:
    assert faults(pets(Domain=domain(), Mapping=mapping("a/b"))) == [
        "a BasePathMapping has one path segment, got 'a/b'"
    ]


def test_api_mapping_of_several_segments_is_for_regional_domains_with_tls_1_2() -> None:
    edge = domain(DomainName="edge.example", EndpointConfiguration={"Types": ["EDGE"]})
    usual: Template = {"Type": "AWS::ApiGateway::DomainName", "Properties": {"DomainName": "usual.example"}}
    old = domain(DomainName="old.example", SecurityPolicy="TLS_1_0")

    found = faults(
        pets(
            Good=domain(),
            Edge=edge,
            Usual=usual,
            Old=old,
            One=api_mapping("a/b"),
            Two=api_mapping("a/b", "edge.example"),
            Three=api_mapping("a/b", "usual.example"),
            Four=api_mapping("a/b", "old.example"),
            Elsewhere=api_mapping("a/b", "elsewhere.example"),
        )
    )

    told = "a mapping of several levels, 'a/b', needs a REGIONAL domain with a security policy of TLS 1.2 or later; "
    assert found == [
        f"{told}edge.example has EDGE and no policy",
        f"{told}usual.example has EDGE and no policy",
        f"{told}old.example has REGIONAL and TLS_1_0",
    ]


def test_two_mappings_of_one_base_path_are_a_fault() -> None:
    found = faults(
        pets(Domain=domain(), One=mapping(), Two=mapping("(none)"), Three=api_mapping("b"), Four=mapping("b"))
    )

    assert found == [
        "another mapping of the domain has the base path '(none)' already: One",
        "another mapping of the domain has the base path 'b' already: Four",
    ]


def test_more_mappings_of_several_levels_than_a_domain_can_have_are_one_fault() -> None:
    many = {f"Mapping{number}": api_mapping(f"a/{number}") for number in range(201)}

    assert faults(pets(Domain=domain(), **many)) == [
        "a domain has up to 200 mappings of several levels, a.example has 201"
    ]


@pytest.mark.parametrize("name", ["a.*.example", "*a.example", "**.example"])
def test_wildcard_elsewhere_than_in_front_is_a_fault(name: str) -> None:
    assert faults(pets(Domain=domain(DomainName=name))) == [
        f"a wildcard is the first label of a domain, *.example.com, got {name!r}"
    ]


def test_enhanced_security_policy_needs_an_access_mode() -> None:
    policy = "SecurityPolicy_TLS13_1_3_2025_09"
    good = domain(DomainName="b.example", SecurityPolicy=policy, EndpointAccessMode="STRICT")

    assert faults(pets(Domain=domain(SecurityPolicy=policy), Good=good)) == [
        f"the security policy {policy} needs an EndpointAccessMode, BASIC or STRICT"
    ]


def test_domain_that_asks_for_certificates_cannot_have_an_enhanced_policy() -> None:
    mutual = {"MutualTlsAuthentication": {"TruststoreUri": "s3://bucket/trust.pem"}}
    enhanced = {"SecurityPolicy": "SecurityPolicy_TLS13_1_2_2021_06", "EndpointAccessMode": "BASIC"}
    good = domain(DomainName="b.example", SecurityPolicy="TLS_1_2", **mutual)

    assert faults(pets(Domain=domain(**mutual, **enhanced), Good=good)) == [
        "a domain with MutualTlsAuthentication cannot have the security policy SecurityPolicy_TLS13_1_2_2021_06"
    ]


@pytest.mark.parametrize("conditions", [(header(), header(), header()), (PATH, PATH)])
def test_more_conditions_than_a_rule_can_have_are_a_fault(conditions: tuple[Template, ...]) -> None:
    found = faults(pets(Domain=domain(RoutingMode="ROUTING_RULE_ONLY"), Rule=rule(*conditions)))

    assert [fault.partition(", got")[0] for fault in found] == [
        "a routing rule has up to 2 MatchHeaders and one MatchBasePaths"
    ]


@pytest.mark.parametrize("glob", ["a*b", "", "***", "a,b", "x" * 128])
def test_glob_of_another_form_is_a_fault(glob: str) -> None:
    found = faults(pets(Domain=domain(RoutingMode="ROUTING_RULE_ONLY"), Rule=rule(header(glob=glob))))

    assert [fault.partition(" of A-Z")[0] for fault in found] == ["a ValueGlob has fewer than 128 characters"]


@pytest.mark.parametrize("glob", ["*", "v1", "*v1", "v1*", "*v1*", "a?b", "x" * 127])
def test_glob_with_wildcards_at_its_ends_is_none(glob: str) -> None:
    assert faults(pets(Domain=domain(RoutingMode="ROUTING_RULE_ONLY"), Rule=rule(header(glob=glob)))) == []


@pytest.mark.parametrize("name", ["", "a b", "x" * 40])
def test_header_name_that_is_none_is_a_fault(name: str) -> None:
    found = faults(pets(Domain=domain(RoutingMode="ROUTING_RULE_ONLY"), Rule=rule(header(name))))

    assert found == [f"the name of a header has fewer than 40 characters, got {name!r}"]


def test_more_rules_than_a_domain_can_have_are_one_fault() -> None:
    many = {f"Rule{number}": rule(priority=number + 1) for number in range(51)}

    assert faults(pets(Domain=domain(RoutingMode="ROUTING_RULE_ONLY"), **many)) == [
        "a domain has up to 50 routing rules, arn:aws:apigateway:us-east-1::/domainnames/a.example has 51"
    ]


def test_mapping_and_rule_of_a_domain_elsewhere_are_warned_of() -> None:
    assert warnings(pets(Mapping=mapping(), Rule=rule())) == [
        "domain a.example is not in this source, so that the mapping leads nowhere",
        (
            "domain arn:aws:apigateway:us-east-1::/domainnames/a.example is not in this source, so that the rule leads "
            "nowhere"
        ),
    ]


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        (None, ["the rule is not used: its domain has the default RoutingMode, which leaves out rules"]),
        (
            "BASE_PATH_MAPPING_ONLY",
            ["the rule is not used: its domain has BASE_PATH_MAPPING_ONLY, which leaves out rules"],
        ),
        ("ROUTING_RULE_ONLY", ["the mapping is not used: its domain has RoutingMode ROUTING_RULE_ONLY"]),
        ("ROUTING_RULE_THEN_BASE_PATH_MAPPING", []),
    ],
)
def test_what_the_mode_of_a_domain_leaves_out_is_warned_of(mode: str | None, told: list[str]) -> None:
    own = {"RoutingMode": mode} if mode else {}

    assert warnings(pets(Domain=domain(**own), Mapping=mapping(), Rule=rule())) == told
