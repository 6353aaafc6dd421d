from __future__ import annotations

import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.model import Deployment
from forestage.model.domains import (
    Action,
    ActionInvokeApi,
    ApiMapping,
    BasePathMapping,
    DomainEndpointConfiguration,
    DomainName,
    DomainNameConfiguration,
    MutualTlsAuthentication,
    RegionalDomainName,
    RoutingRule,
)
from forestage.model.values import Unknown
from forestage.preview.compile.domains import (
    Domains,
    HeaderPattern,
    compile_domains,
    domain_key,
    host_name,
    split_base_path,
)
from forestage.preview.compile.tls import TlsTerms


def public(name: str, **fields: object) -> DomainName:
    # Fields are those of the model, which judges them.
    values: dict[str, object] = {"logical_id": name, "id": name, "domain_name": name, **fields}
    return DomainName(**values)  # type: ignore[arg-type]  # as above


def compiled(*domains: DomainName, regional: tuple[RegionalDomainName, ...] = ()) -> Domains:
    return compile_domains(Deployment(domain_names=domains, regional_domain_names=regional))


@given(
    before=st.booleans(),
    infix=st.text("abAB-.", max_size=4),
    after=st.booleans(),
    value=st.text("abAB-.", max_size=8),
)
def test_glob_agrees_with_that_of_the_shell(*, before: bool, infix: str, after: bool, value: str) -> None:
    glob = f"{'*' * before}{infix}{'*' * after}"

    assert HeaderPattern(header="x", glob=glob).fits(value) is fnmatch.fnmatchcase(value, glob)


@pytest.mark.parametrize("value", ["", "x", "*"])
def test_star_fits_everything(value: str) -> None:
    assert HeaderPattern(header="x", glob="*").fits(value)


@pytest.mark.parametrize(
    ("host", "name"),
    [("A.example:80", "a.example"), ("a.example.", "a.example"), ("", ""), ("a.example", "a.example")],
)
def test_name_of_a_host_has_no_port(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize(
    ("path", "segments"), [("", ()), ("/", ()), ("a", ("a",)), ("/a/b/", ("a", "b")), ("a//b", ("a", "", "b"))]
)
def test_base_path_is_split(path: str, segments: tuple[str, ...]) -> None:
    assert split_base_path(path) == segments


@pytest.mark.parametrize(
    ("arn", "key"),
    [
        ("arn:aws:apigateway:us-east-1::/domainnames/a.example", "a.example"),
        ("arn:aws:apigateway:us-east-1:1:/domainnames/a.example+id", "a.example+id"),
        ("a.example", "a.example"),
        (None, ""),
    ],
)
def test_arn_names_a_domain(arn: str | None, key: str) -> None:
    assert domain_key(arn) == key


def test_domain_without_configuration_is_edge_optimized() -> None:
    (domain,) = compiled(public("A.Example"))

    assert (domain.name, domain.endpoint_type, domain.tls, domain.truststore_uri) == (
        "a.example",
        "EDGE",
        TlsTerms(),
        None,
    )


def test_regional_domain_takes_its_terms_from_its_configuration() -> None:
    configuration = DomainNameConfiguration(security_policy="SecurityPolicy_TLS13_1_3_2025_09")
    both = compiled(
        regional=(
            RegionalDomainName(
                logical_id="A", id="a", domain_name="a.example", domain_name_configurations=(configuration,)
            ),
            RegionalDomainName(logical_id="B", id="b", domain_name="b.example"),
        )
    )

    assert [(domain.endpoint_type, domain.tls.only_1_3) for domain in both] == [("REGIONAL", True), ("REGIONAL", False)]


def test_truststore_that_is_not_known_yet_is_demanded_as_well() -> None:
    mutual = MutualTlsAuthentication(truststore_uri=Unknown("Ref Uri"), truststore_file="/trust.pem")
    (known,) = compiled(public("a.example", mutual_tls_authentication=mutual))
    (empty,) = compiled(public("a.example", mutual_tls_authentication=MutualTlsAuthentication()))

    assert (known.truststore_uri, known.truststore_file) == ("<Ref Uri>", "/trust.pem")
    assert (empty.truststore_uri, empty.truststore_file) == ("", None)


def test_domain_whose_name_is_not_known_is_listed() -> None:
    domains = compiled(public("a.example"), public("b", domain_name=Unknown("Ref Name")), public("c", domain_name=None))

    assert (bool(domains), [domain.name for domain in domains], domains.unnamed) == (True, ["a.example"], ("b", "c"))


def test_no_domain_is_found_where_there_is_none() -> None:
    assert not compiled()
    assert compiled(public("*.example")).find("example") == ()


def test_apis_of_a_domain_are_those_that_its_mode_leaves() -> None:
    action = Action(invoke_api=ActionInvokeApi(api_id="ruled", stage="dev"))
    rule = RoutingRule(
        logical_id="Rule",
        id="arn:x/routingrules/abc123",
        actions=(action,),
        conditions=(),
        domain_name_arn="arn:aws:apigateway:us-east-1::/domainnames/a.example",
        priority=5,
    )
    regional = DomainEndpointConfiguration(types=("REGIONAL",))
    for mode, api_ids in ((None, frozenset()), ("ROUTING_RULE_ONLY", {"ruled"})):
        domain = public("a.example", endpoint_configuration=regional, routing_mode=mode)

        (found,) = compile_domains(Deployment(domain_names=(domain,), routing_rules=(rule,)))

        assert found.api_ids == api_ids
        assert [entry.id for entry in found.rules] == ["abc123"]


def test_mapping_and_rule_belong_to_the_domain_of_their_region() -> None:
    def of(region: str) -> DomainName:
        return public("a.example", region=region)

    action = Action(invoke_api=ActionInvokeApi(api_id="api", stage="dev"))
    found = compile_domains(
        Deployment(
            domain_names=(of("eu-west-1"), of("us-east-1")),
            base_path_mappings=(
                BasePathMapping(logical_id="M", id="M", domain_name="a.example", rest_api_id="api", region="eu-west-1"),
            ),
            api_mappings=(
                ApiMapping(
                    logical_id="N", id="N", domain_name="a.example", api_id="api", stage="dev", region="us-east-1"
                ),
            ),
            routing_rules=(
                RoutingRule(
                    logical_id="R",
                    id="R",
                    actions=(action,),
                    conditions=(),
                    domain_name_arn="arn:aws:apigateway:us-east-1::/domainnames/a.example",
                    priority=1,
                    region="us-east-1",
                ),
            ),
        )
    )

    assert [([mapping.name for mapping in one.mappings], [rule.name for rule in one.rules]) for one in found] == [
        (["M"], []),
        (["N"], ["R"]),
    ]
