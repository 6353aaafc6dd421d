"""Custom domains: what is synthesized, what is refused, and where the preview leads requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import App, Environment, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_assets as s3_assets
from aws_cdk.assertions import Annotations, Match, Template

from forestage.constructs.checks import ConstructError
from forestage.constructs.domains import MutualTls, RoutingMode
from forestage.constructs.endpoints import Endpoint
from forestage.constructs.resource_policies import ResourcePolicy
from tests.constructs.small_domains import (
    GLOBAL,
    HOST,
    LOCAL,
    certificate,
    domain,
    of_type,
    stage,
    vpc_endpoint,
    websocket_stage,
    zone,
)
from tests.constructs.synthesis import hold_against_stored, loaded, synthesized
from tests.preview.host.ways import serve

if TYPE_CHECKING:
    from pathlib import Path

# -- domains --------------------------------------------------------------------------------------------------------


def test_domain_is_regional_with_tls_1_2_and_later(stack: Stack) -> None:
    domain(stack)

    assert of_type(stack, "AWS::ApiGateway::DomainName") == [
        {
            "DomainName": HOST,
            "EndpointConfiguration": {"Types": ["REGIONAL"]},
            "RegionalCertificateArn": LOCAL,
            "SecurityPolicy": "TLS_1_2",
        }
    ]


def test_domain_has_the_tls_and_the_addresses_of_its_endpoint(stack: Stack) -> None:
    policy = "SecurityPolicy_TLS13_1_3_FIPS_2025_09"
    domain(
        stack,
        endpoint=Endpoint.regional(security_policy=policy, ip_address_type=apigateway.IpAddressType.DUAL_STACK),
    )

    (found,) = of_type(stack, "AWS::ApiGateway::DomainName")
    assert (found["SecurityPolicy"], found["EndpointAccessMode"]) == (policy, "BASIC")
    assert found["EndpointConfiguration"] == {"Types": ["REGIONAL"], "IpAddressType": "dualstack"}


def test_access_mode_is_the_endpoint_s_own_where_it_has_one(stack: Stack) -> None:
    endpoint = Endpoint.regional(
        security_policy="SecurityPolicy_TLS13_1_2_2021_06", access_mode=apigateway.EndpointAccessMode.STRICT
    )
    domain(stack, endpoint=endpoint)

    assert of_type(stack, "AWS::ApiGateway::DomainName")[0]["EndpointAccessMode"] == "STRICT"


def test_edge_domain_has_its_certificate_in_us_east_1(stack: Stack) -> None:
    domain(stack, endpoint=Endpoint.edge(), arn=GLOBAL)

    (found,) = of_type(stack, "AWS::ApiGateway::DomainName")
    assert (found["CertificateArn"], found["EndpointConfiguration"]) == (GLOBAL, {"Types": ["EDGE"]})


def test_mutual_tls_names_the_truststore(stack: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Trust", "trust")
    domain(
        stack,
        mtls=MutualTls(bucket=bucket, key="partners.pem", version="7"),
        ownership_certificate=certificate(stack, "Own", f"{LOCAL}0"),
    )

    (found,) = of_type(stack, "AWS::ApiGateway::DomainName")
    assert found["MutualTlsAuthentication"] == {"TruststoreUri": "s3://trust/partners.pem", "TruststoreVersion": "7"}
    assert found["OwnershipVerificationCertificateArn"] == f"{LOCAL}0"


def test_truststore_may_be_a_file_of_the_app(stack: Stack, tmp_path: Path) -> None:
    path = tmp_path / "trust.pem"
    path.write_text("-----BEGIN CERTIFICATE-----", "utf-8")
    domain(stack, mtls=MutualTls.from_asset(s3_assets.Asset(stack, "Trust", path=str(path))))

    uri = of_type(stack, "AWS::ApiGateway::DomainName")[0]["MutualTlsAuthentication"]["TruststoreUri"]
    assert str(uri).count(".pem") == 1


def test_domain_works_twice_in_one_stack(stack: Stack) -> None:
    served = stage(stack)
    for name in ("One", "Two"):
        domain(stack, name, domain_name=f"{name.lower()}.example.com").add_mapping("", served)

    assert len(of_type(stack, "AWS::ApiGateway::BasePathMapping")) == 2


def test_ownership_certificate_without_mutual_tls_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="ownership_certificate goes with mtls alone"):
        domain(stack, ownership_certificate=certificate(stack, "Own"))


def test_tls_1_0_is_advised_against(stack: Stack) -> None:
    domain(stack, endpoint=Endpoint.regional(security_policy="TLS_1_0"))

    Annotations.from_stack(stack).has_warning("/Stack/Domain", Match.string_like_regexp("takes TLS 1.0.*forestage:tls"))


# -- mappings -------------------------------------------------------------------------------------------------------


def test_one_segment_is_a_base_path_mapping_and_several_are_an_api_mapping(stack: Stack) -> None:
    served = stage(stack)
    made = domain(stack)
    root, one, several = (made.add_mapping(path, served) for path in ("", "orders", "/orders/v1/"))

    template = Template.from_stack(stack)
    template.has_resource_properties("AWS::ApiGateway::BasePathMapping", {"BasePath": Match.absent()})
    template.has_resource_properties("AWS::ApiGateway::BasePathMapping", {"BasePath": "orders"})
    template.has_resource_properties("AWS::ApiGatewayV2::ApiMapping", {"ApiMappingKey": "orders/v1"})
    assert isinstance(root, apigateway.BasePathMapping)
    assert isinstance(one, apigateway.BasePathMapping)
    assert isinstance(several, apigatewayv2.CfnApiMapping)


def test_websocket_stage_is_an_api_mapping_that_waits_for_it(stack: Stack) -> None:
    domain(stack).add_mapping("", websocket_stage(stack))

    resources = synthesized(stack)["Resources"]
    (mapping,) = (one for one in resources.values() if one["Type"] == "AWS::ApiGatewayV2::ApiMapping")
    assert mapping["Properties"]["Stage"] == "live"
    assert "ApiMappingKey" not in mapping["Properties"]
    assert any(resources[name]["Type"] == "AWS::ApiGatewayV2::Stage" for name in mapping["DependsOn"])


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("a//b", "a base path has to be up to 300 letters"),
        ("a b", "a base path has to be up to 300 letters"),
        ("a" * 301, "a base path has to be up to 300 letters"),
        ("ping", "custom domains answer /ping by themselves"),
        ("orders", "the domain has a mapping of 'orders' already"),
    ],
)
def test_base_paths_that_api_gateway_would_refuse(stack: Stack, path: str, said: str) -> None:
    served = stage(stack)
    made = domain(stack)
    made.add_mapping("orders", served)

    with pytest.raises(ConstructError, match=said):
        made.add_mapping(path, served)


def test_root_is_mapped_once_by_any_of_its_names(stack: Stack) -> None:
    served = stage(stack)
    made = domain(stack)
    made.add_mapping("", served)

    for name in ("/", "(none)"):
        with pytest.raises(ConstructError, match=r"a mapping of '\(none\)' already"):
            made.add_mapping(name, served)


def test_base_path_that_is_not_known_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="write it as a text"):
        domain(stack).add_mapping(stack.account + stack.url_suffix, stage(stack))


@pytest.mark.parametrize(
    ("endpoint", "arn"),
    [(Endpoint.edge(), GLOBAL), (Endpoint.regional(security_policy="TLS_1_0"), LOCAL)],
)
def test_several_levels_need_a_regional_domain_of_tls_1_2(stack: Stack, endpoint: Endpoint, arn: str) -> None:
    made = domain(stack, endpoint=endpoint, arn=arn)

    with pytest.raises(ConstructError, match=r"needs a regional domain of TLS 1\.2 or later"):
        made.add_mapping("orders/v1", stage(stack))


def test_too_many_mappings_of_several_levels_are_refused(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forestage.model.domain_limits.MAX_LONG_MAPPINGS", 1)
    served = stage(stack)
    made = domain(stack)
    made.add_mapping("a/b", served)

    with pytest.raises(ConstructError, match="up to 1 base paths of several levels"):
        made.add_mapping("a/c", served)


def test_rest_and_websocket_apis_do_not_share_a_domain(stack: Stack) -> None:
    made = domain(stack)
    made.add_mapping("", stage(stack))

    with pytest.raises(ConstructError, match="leads to REST APIs or to WebSocket APIs"):
        made.add_mapping("chat", websocket_stage(stack))


def test_rules_to_rest_apis_leave_no_place_for_websocket_apis(stack: Stack) -> None:
    made = domain(stack)
    made.add_routing_rule(1, stage=stage(stack))

    with pytest.raises(ConstructError, match="leads to REST APIs or to WebSocket APIs"):
        made.add_mapping("chat", websocket_stage(stack))


def test_websocket_api_needs_a_regional_domain(stack: Stack) -> None:
    made = domain(stack, endpoint=Endpoint.edge(), arn=GLOBAL)

    with pytest.raises(ConstructError, match="a WebSocket API needs a regional domain"):
        made.add_mapping("", websocket_stage(stack))


def test_default_endpoint_beside_mutual_tls_is_told(stack: Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Trust", "trust")
    made = domain(stack, mtls=MutualTls(bucket=bucket, key="partners.pem"))
    made.add_mapping("closed", stage(stack, "Closed", endpoint=Endpoint.regional(default_endpoint=False)))
    made.add_routing_rule(1, stage=stage(stack, "Open"))

    told = Annotations.from_stack(stack)
    told.has_warning("/Stack/Domain", Match.string_like_regexp("Stack/Open/.* also answers on the default endpoint"))
    told.has_no_warning("*", Match.string_like_regexp("Stack/Closed/.* also answers"))


# -- routing rules --------------------------------------------------------------------------------------------------


def test_routing_rule_has_a_condition_for_each_header_and_for_the_paths(stack: Stack) -> None:
    served = stage(stack)
    domain(stack).add_routing_rule(
        10,
        headers={"x-version": "beta*", "x-tenant": ["a", "b"]},
        base_paths=["/orders/v1", "orders"],
        strip_base_path=True,
        stage=served,
    )

    (rule,) = of_type(stack, "AWS::ApiGatewayV2::RoutingRule")
    assert rule["Priority"] == 10
    assert rule["Conditions"] == [
        {"MatchHeaders": {"AnyOf": [{"Header": "x-version", "ValueGlob": "beta*"}]}},
        {
            "MatchHeaders": {
                "AnyOf": [{"Header": "x-tenant", "ValueGlob": "a"}, {"Header": "x-tenant", "ValueGlob": "b"}]
            }
        },
        {"MatchBasePaths": {"AnyOf": ["orders/v1", "orders"]}},
    ]
    assert rule["Actions"][0]["InvokeApi"]["StripBasePath"] is True


def test_routing_mode_follows_from_what_is_added(stack: Stack) -> None:
    served = stage(stack)
    made = domain(stack)
    resource = made.resource.node.default_child
    assert isinstance(resource, apigateway.CfnDomainName)

    modes = [resource.routing_mode]
    made.add_routing_rule(1, stage=served)
    modes.append(resource.routing_mode)
    made.add_mapping("", served)
    modes.append(resource.routing_mode)

    assert modes == [None, "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"]


def test_routing_mode_that_leaves_something_out_is_refused(stack: Stack) -> None:
    served = stage(stack)

    with pytest.raises(ConstructError, match="the routing mode ROUTING_RULE_ONLY leaves out mappings"):
        domain(stack, routing_mode=RoutingMode.RULES).add_mapping("", served)
    other = domain(stack, "Other", domain_name="other.example.com", routing_mode=RoutingMode.MAPPINGS)
    with pytest.raises(ConstructError, match=r"the routing mode BASE_PATH_MAPPING_ONLY leaves out rules"):
        other.add_routing_rule(1, stage=served)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"priority": 0}, "the priority of a rule has to be from 1 to 1000000, got 0"),
        ({"priority": 1}, "the domain has a rule of priority 1 already"),
        ({"headers": {"a": "1", "b": "2", "c": "3"}}, "looks at up to 2 headers, got 3"),
        ({"headers": {"x" * 40: "1"}}, "the name of a header has to be fewer than 40 characters"),
        ({"headers": {"a": "b*c"}}, "the value of header a has to be fewer than 128 characters"),
        ({"headers": {"a": []}}, "header a has no value to look for"),
        ({"base_paths": ["a//b"]}, "a base path has to be up to 300 letters"),
        ({"base_paths": "orders"}, r"base_paths are several, got a text: write \['orders'\]"),
        ({"strip_base_path": True}, "strip_base_path needs base_paths"),
    ],
)
def test_rules_that_api_gateway_would_refuse(stack: Stack, options: dict[str, Any], said: str) -> None:
    served = stage(stack)
    made = domain(stack)
    made.add_routing_rule(1, stage=served)

    with pytest.raises(ConstructError, match=said):
        made.add_routing_rule(options.pop("priority", 2), stage=served, **options)


def test_too_many_rules_are_refused(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forestage.model.domain_limits.MAX_RULES", 1)
    served = stage(stack)
    made = domain(stack)
    made.add_routing_rule(1, stage=served)

    with pytest.raises(ConstructError, match="up to 1 routing rules"):
        made.add_routing_rule(2, stage=served)


def test_rule_to_a_websocket_api_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="a routing rule leads to a REST API"):
        domain(stack).add_routing_rule(1, stage=websocket_stage(stack))


# -- private domains ------------------------------------------------------------------------------------------------


def test_private_domain_lets_in_its_vpc_endpoints_alone(stack: Stack, tmp_path: Path) -> None:
    inside = Endpoint.private(vpc_endpoints=[vpc_endpoint(stack)])
    made = domain(stack, endpoint=inside)
    mapping = made.add_mapping("orders", stage(stack, endpoint=inside))
    made.add_routing_rule(1, stage=stage(stack, "Other", endpoint=inside))
    made.add_alias(zone(stack))

    template = hold_against_stored(stack, "private_domain")
    assert isinstance(mapping, apigateway.CfnBasePathMappingV2)
    kinds = [resource["Type"] for resource in template["Resources"].values()]
    assert kinds.count("AWS::ApiGateway::DomainNameAccessAssociation") == 1
    assert kinds.count("AWS::ApiGateway::BasePathMappingV2") == 1
    deployment = loaded(template, tmp_path).deployment
    (found,) = deployment.domain_names_v2
    assert found.routing_mode == "ROUTING_RULE_THEN_BASE_PATH_MAPPING"


def test_private_domain_needs_to_know_whom_to_let_in(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="needs a resource policy"):
        domain(stack, endpoint=Endpoint.private())


def test_private_domain_may_have_a_policy_of_its_own(stack: Stack) -> None:
    domain(stack, endpoint=Endpoint.private(), policy=ResourcePolicy.allow_accounts("123456789012"))

    (found,) = of_type(stack, "AWS::ApiGateway::DomainNameV2")
    assert [statement["Effect"] for statement in found["Policy"]["Statement"]] == ["Allow"]


def test_private_domain_has_no_base_path_of_several_levels(stack: Stack) -> None:
    inside = Endpoint.private(vpc_endpoints=[vpc_endpoint(stack)])

    with pytest.raises(ConstructError, match="and this one is private with TLS_1_2"):
        domain(stack, endpoint=inside).add_mapping("orders/v1", stage(stack, endpoint=inside))


def test_private_and_public_do_not_mix(stack: Stack) -> None:
    inside = Endpoint.private(vpc_endpoints=[vpc_endpoint(stack)])
    private_stage, public_stage = stage(stack, "Inside", endpoint=inside), stage(stack, "Outside")

    with pytest.raises(ConstructError, match="a public domain cannot lead to a private API"):
        domain(stack).add_mapping("", private_stage)
    other = domain(stack, "Other", endpoint=inside)
    with pytest.raises(ConstructError, match="a private domain cannot lead to a public API"):
        other.add_routing_rule(1, stage=public_stage)


# -- records --------------------------------------------------------------------------------------------------------


def test_alias_of_a_private_domain_needs_an_endpoint_of_the_app(stack: Stack) -> None:
    elsewhere = ec2.InterfaceVpcEndpoint.from_interface_vpc_endpoint_attributes(
        stack, "Endpoint", vpc_endpoint_id="vpce-1", port=443
    )

    with pytest.raises(ConstructError, match="leads to an InterfaceVpcEndpoint of this app"):
        domain(stack, endpoint=Endpoint.private(vpc_endpoints=[elsewhere])).add_alias(zone(stack))


# -- preview --------------------------------------------------------------------------------------------------------


def test_previewed_domain_leads_to_the_stages(stack: Stack) -> None:
    orders, beta = stage(stack, "Orders"), stage(stack, "Beta")
    made = domain(stack)
    made.add_mapping("orders", orders)
    made.add_mapping("orders/v2", beta)
    made.add_routing_rule(10, headers={"x-version": "beta*"}, base_paths=["items"], stage=beta)
    made.add_alias(zone(stack))

    ways = serve(hold_against_stored(stack, "custom_domain")["Resources"])
    ids = {name.rstrip("0123456789ABCDEF"): id_ for name, id_ in ways.ids.items()}
    home = next(iter(ways.ids))

    assert ways.seen("/orders/items", host=HOST, home=home) == {
        "api": ids["Orders"],
        "path": "/orders/items",
        "resource": "/items",
    }
    assert ways.seen("/orders/v2/items", host=HOST, home=home)["api"] == ids["Beta"]
    assert ways.seen("/items", host=HOST, home=home, x_version="beta2")["api"] == ids["Beta"]
    assert ways.call("/items", host=HOST, home=home).status == 403


def test_previewed_websocket_mapping_loads_without_fault(stack: Stack, tmp_path: Path) -> None:
    domain(stack).add_mapping("chat", websocket_stage(stack))

    deployment = loaded(synthesized(stack), tmp_path).deployment

    assert [mapping.api_mapping_key for mapping in deployment.api_mappings] == ["chat"]


def test_policy_of_a_private_domain_is_put_beside_its_barrier() -> None:
    stack = Stack(App(analytics_reporting=False), "Stack", env=Environment(account="123456789012", region="eu-west-1"))
    own = iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(
                principals=[iam.AccountPrincipal("123456789012")],
                actions=["execute-api:Invoke"],
                resources=["execute-api:/*"],
            )
        ]
    )
    domain(stack, endpoint=Endpoint.private(vpc_endpoints=[vpc_endpoint(stack)]), policy=own)

    (found,) = of_type(stack, "AWS::ApiGateway::DomainNameV2")
    assert [statement["Effect"] for statement in found["Policy"]["Statement"]] == ["Deny", "Allow"]


def test_value_of_another_kind_is_refused(stack: Stack) -> None:
    text: Any = "s3://trust/partners.pem"

    with pytest.raises(ConstructError, match=r"Stack/Trust: mtls cannot be .*: write MutualTls"):
        domain(stack, "Trust", mtls=text)
    with pytest.raises(ConstructError, match="Stack/Endpoint: endpoint cannot be"):
        domain(stack, "Endpoint", endpoint=text)
    with pytest.raises(ConstructError, match="headers of a rule cannot be"):
        domain(stack).add_routing_rule(1, stage=stage(stack), headers=text)


def test_mappings_behind_a_rule_for_everything_get_advice(stack: Stack) -> None:
    served = stage(stack)
    found = domain(stack)
    found.add_mapping("v1", served)
    found.add_routing_rule(10, stage=served)
    found.add_mapping("v2", served)

    Annotations.from_stack(stack).has_warning(
        "/Stack/Domain", Match.string_like_regexp("the rule of priority 10 has no conditions and takes every request")
    )
