from __future__ import annotations

import pytest

from forestage.errors import Fault, TemplateError
from forestage.load.deployment import to_deployment
from forestage.load.resolved import ResolvedSource
from forestage.model.deployment import Environment, OtherResource
from tests.load.stacks import resolved_stack
from tests.load.templates import Template, load, method, pets

TABLE: Template = {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": [{"AttributeName": "id"}]}}


def test_empty_source_is_an_empty_deployment() -> None:
    loaded = to_deployment(ResolvedSource(stacks=()))

    assert loaded.deployment.rest_apis == ()
    assert loaded.deployment.environment == Environment()


def test_other_resources_are_kept_with_their_properties() -> None:
    (table,) = load(pets(Table=TABLE)).deployment.resources

    assert table.id.startswith("T-Table-")
    assert table == OtherResource(
        logical_id="Table",
        type="AWS::DynamoDB::Table",
        id=table.id,
        properties={"KeySchema": [{"AttributeName": "id"}]},
        stack="T",
    )


def test_unknown_type_of_api_gateway_is_kept_as_another_resource() -> None:
    deployment = load({"New": {"Type": "AWS::ApiGateway::Hologram"}}).deployment

    assert [item.logical_id for item in deployment.resources] == ["New"]


def test_single_resources_are_read() -> None:
    deployment = load(
        {
            "Certificate": {"Type": "AWS::ApiGateway::ClientCertificate"},
            "Link": {"Type": "AWS::ApiGateway::VpcLink", "Properties": {"Name": "l", "TargetArns": ["arn:nlb"]}},
            "LinkV2": {"Type": "AWS::ApiGatewayV2::VpcLink", "Properties": {"Name": "l", "SubnetIds": ["subnet-1"]}},
            "Account": {"Type": "AWS::ApiGateway::Account", "Properties": {"CloudWatchRoleArn": "arn:role"}},
            "Product": {"Type": "AWS::ApiGatewayV2::PortalProduct", "Properties": {"DisplayName": "pets"}},
        }
    ).deployment

    assert [item.logical_id for item in deployment.client_certificates] == ["Certificate"]
    assert [item.target_arns for item in deployment.vpc_links] == [("arn:nlb",)]
    assert [item.subnet_ids for item in deployment.vpc_links_v2] == [("subnet-1",)]
    assert [item.cloud_watch_role_arn for item in deployment.accounts] == ["arn:role"]
    assert [item.display_name for item in deployment.portal_products] == ["pets"]


def test_all_faults_are_raised_at_once() -> None:
    template = pets(Put=method("FETCH"), Table=TABLE, Patch=method("PATCH", "nowhere"))

    with pytest.raises(TemplateError) as caught:
        load(template)

    assert caught.value.message == "the template has 2 faults"
    assert [str(fault.origin) for fault in caught.value.faults] == [
        "T (Resources/Put/Properties/HttpMethod)",
        "T (Resources/Patch/Properties/ResourceId)",
    ]


def test_one_fault_is_counted_as_one() -> None:
    with pytest.raises(TemplateError, match="the template has 1 fault\n"):
        load(pets(Put=method("FETCH")))


def test_warnings_and_watched_files_of_the_source_are_kept() -> None:
    warning = Fault(message="mind this")

    loaded = to_deployment(
        ResolvedSource(stacks=(resolved_stack(pets()),), warnings=(warning,), watch=("/app/template.json",))
    )

    assert loaded.warnings == (warning,)
    assert loaded.watch == ("/app/template.json",)


def test_stacks_of_one_name_are_refused() -> None:
    with pytest.raises(TemplateError) as caught:
        to_deployment(ResolvedSource(stacks=(resolved_stack(pets()), resolved_stack(pets()))))

    assert [str(fault) for fault in caught.value.faults] == ["2 stacks have the name 'T' (choose one with --stack)"]


def test_code_that_is_elsewhere_is_in_the_fidelity_report() -> None:
    arn = "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3:1"
    properties = {"Code": {"S3Bucket": "b", "S3Key": "k"}, "Runtime": "python3.13", "Handler": "a.b", "Role": "r"}
    function = {"Type": "AWS::Lambda::Function", "Properties": {**properties, "Layers": [arn]}}

    entries = load(pets(Pets=function)).fidelity.entries

    assert [(entry.property, entry.note) for entry in entries if entry.property in {"Code", "Layers"}] == [
        ("Code", "the code is not on this machine, so it is not run"),
        ("Layers", "a layer that is not on this machine is left out: the function runs without it"),
    ]
