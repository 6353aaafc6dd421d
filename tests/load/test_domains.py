from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.load.templates import Template, faults, load, pets

if TYPE_CHECKING:
    from pathlib import Path


# Properties are whatever a case needs.
def domain(name: str, **properties: Any) -> Template:
    return {"Type": f"AWS::{name}", "Properties": properties}


def rule(priority: int, stage: str = "dev", **properties: Any) -> Template:
    invoke = {"InvokeApi": {"ApiId": {"Ref": "Api"}, "Stage": stage}}
    return domain(
        "ApiGatewayV2::RoutingRule",
        **{"DomainNameArn": "arn:d", "Priority": priority, "Conditions": [], "Actions": [invoke], **properties},
    )


def test_domains_and_mappings_are_read() -> None:
    deployment = load(
        pets(
            Domain=domain("ApiGateway::DomainName", DomainName="a.example", EndpointConfiguration={"Types": ["EDGE"]}),
            Private=domain("ApiGateway::DomainNameV2", DomainName="b.example", Policy='{"Statement": []}'),
            Regional=domain("ApiGatewayV2::DomainName", DomainName="c.example"),
            Association=domain(
                "ApiGateway::DomainNameAccessAssociation",
                AccessAssociationSource="vpce-1",
                AccessAssociationSourceType="VPCE",
                DomainNameArn={"Ref": "Private"},
            ),
            Mapping=domain(
                "ApiGateway::BasePathMapping", DomainName="a.example", RestApiId={"Ref": "Api"}, Stage={"Ref": "Stage"}
            ),
            MappingV2=domain(
                "ApiGateway::BasePathMappingV2", DomainNameArn={"Ref": "Private"}, RestApiId={"Ref": "Api"}
            ),
            ApiMapping=domain(
                "ApiGatewayV2::ApiMapping",
                DomainName="c.example",
                ApiId={"Ref": "Api"},
                Stage="dev",
                ApiMappingKey="v1",
            ),
            Unmapped=domain("ApiGateway::BasePathMapping", DomainName="a.example", BasePath="old"),
            Rule=rule(1),
        )
    ).deployment

    assert [item.domain_name for item in deployment.domain_names] == ["a.example"]
    assert [item.policy for item in deployment.domain_names_v2] == [{"Statement": []}]
    assert [item.domain_name for item in deployment.regional_domain_names] == ["c.example"]
    assert [item.logical_id for item in deployment.domain_name_access_associations] == ["Association"]
    assert [item.logical_id for item in deployment.base_path_mappings] == ["Mapping", "Unmapped"]
    assert [item.logical_id for item in deployment.base_path_mappings_v2] == ["MappingV2"]
    assert [item.api_mapping_key for item in deployment.api_mappings] == ["v1"]
    assert [item.priority for item in deployment.routing_rules] == [1]


def test_mappings_to_stages_that_do_not_exist_are_faults() -> None:
    api = {"Ref": "Api"}
    template = pets(
        Mapping=domain("ApiGateway::BasePathMapping", DomainName="a", RestApiId=api, Stage="one"),
        MappingV2=domain("ApiGateway::BasePathMappingV2", DomainNameArn="b", RestApiId=api, Stage="two"),
        ApiMapping=domain("ApiGatewayV2::ApiMapping", DomainName="c", ApiId=api, Stage="three"),
        Rule=rule(1, "four"),
    )

    assert faults(template) == [
        f"the API has no stage {name!r}; its stages: dev" for name in ("one", "two", "three", "four")
    ]


def test_routing_rules_of_one_priority_are_a_fault() -> None:
    assert faults(pets(First=rule(1), Second=rule(1), Elsewhere=rule(1, DomainNameArn="arn:e"))) == [
        "another rule of the domain has priority 1 already: First"
    ]


def test_routing_rule_without_action_is_a_fault() -> None:
    assert faults(pets(Rule=rule(1, Actions=[]))) == ["a routing rule has one action, got 0"]


def test_mapping_to_the_stage_that_callers_name_is_no_fault() -> None:
    mapping = domain("ApiGateway::BasePathMapping", DomainName="a", RestApiId={"Ref": "Api"}, Stage="(none)")

    assert faults(pets(Mapping=mapping)) == []


def test_truststore_is_found_where_the_source_has_it(tmp_path: Path) -> None:
    (tmp_path / "trust.pem").write_text("-")
    mutual = {"TruststoreUri": str(tmp_path / "trust.pem")}

    loaded = load(
        pets(
            Here=domain("ApiGatewayV2::DomainName", DomainName="a", MutualTlsAuthentication=mutual),
            There=domain(
                "ApiGateway::DomainName", DomainName="b", MutualTlsAuthentication={"TruststoreUri": "s3://other/x.pem"}
            ),
        )
    )

    here, there = loaded.deployment.regional_domain_names[0], loaded.deployment.domain_names[0]
    assert here.mutual_tls_authentication is not None
    assert there.mutual_tls_authentication is not None
    assert here.mutual_tls_authentication.truststore_file == str(tmp_path / "trust.pem")
    assert there.mutual_tls_authentication.truststore_file is None
    assert str(tmp_path / "trust.pem") in loaded.watch
