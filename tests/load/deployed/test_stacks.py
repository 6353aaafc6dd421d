from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forestage.errors import AwsError, SourceError, TemplateError
from forestage.load import LoadOptions, load
from forestage.load.resolve import load_source
from forestage.model.rest import ApiDeployment
from forestage.model.stages import Stage
from forestage.model.values import Secret, Unknown
from tests.load.deployed.fake_aws import ACCOUNT, REGION, FakeAws, load_template

if TYPE_CHECKING:
    from forestage.load import Loaded
    from forestage.model.deployment import Deployment

TEMPLATES = Path(__file__).parent / "templates"
API = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "pets"}}


def fake(name: str = "pets.json") -> FakeAws:
    return FakeAws(TEMPLATES / name)


def load_stack(aws: FakeAws, name: str = "Pets") -> Loaded:
    return load(f"aws:{name}", options=LoadOptions(aws=aws))


def parameter_of(folder: Path, declaration: dict[str, object], **told: str) -> object:
    file = folder / "t.json"
    resources = {"Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Name": "a", "Description": {"Ref": "P"}}}}
    file.write_text(json.dumps({"Resources": {"Api": API}}))
    aws = FakeAws(file)
    aws.templates["Pets"] = json.dumps({"Parameters": {"P": declaration}, "Resources": resources})
    aws.parameters = [{"ParameterKey": "P", **told}]
    (api,) = load_stack(aws).deployment.rest_apis
    return api.description


@pytest.mark.parametrize("template", ["pets.json", "sockets.json", "body.yaml", "sam.yaml"])
def test_deployed_stack_is_the_model_of_its_template(template: str) -> None:
    aws = fake(template)

    loaded = load_stack(aws)

    assert loaded.deployment == aws.deployment
    assert (loaded.warnings, loaded.watch) == ((), ())


def test_stack_is_where_it_is_deployed() -> None:
    environment = load_stack(fake()).deployment.environment

    assert (environment.account_id, environment.region) == (ACCOUNT, REGION)


def test_stack_may_be_named_by_its_arn() -> None:
    aws = fake()

    assert load_stack(aws, f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Pets/1").deployment == aws.deployment


def test_options_for_other_sources_leave_a_stack_alone() -> None:
    aws = fake()

    loaded = load("aws:Pets", options=LoadOptions(aws=aws, stacks=("Other",), parameters=("None=1",)))

    assert loaded.deployment == aws.deployment


def test_faults_are_named_after_the_stack() -> None:
    aws = fake()
    aws.templates["Pets"] = json.dumps({"Resources": {"Api": {**API, "Properties": {"Mode": 1, "Policy": "x"}}}})

    with pytest.raises(TemplateError, match=r"aws:Pets\.template\.json:\d+ \(Resources/Api"):
        load_stack(aws)


@pytest.mark.parametrize(
    ("declaration", "told", "value"),
    [
        ({"Type": "String"}, {"ParameterValue": "given"}, "given"),
        ({"Type": "String", "NoEcho": True, "Default": "d"}, {"ParameterValue": "****"}, Secret("d")),
        ({"Type": "String", "NoEcho": True}, {"ParameterValue": "****"}, Unknown("Ref P")),
        (
            {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "d"},
            {"ParameterValue": "d", "ResolvedValue": "x"},
            Unknown("SSM parameter d"),
        ),
        (
            {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "d"},
            {"ParameterValue": "/other", "ResolvedValue": "x"},
            Unknown("SSM parameter /other"),
        ),
    ],
    ids=["given", "hidden", "hidden-without-default", "ssm", "other-ssm"],
)
def test_parameters_have_the_values_of_the_stack(
    declaration: dict[str, object], told: dict[str, str], value: object, tmp_path: Path
) -> None:
    assert parameter_of(tmp_path, declaration, **told) == value


def test_nested_stacks_are_read(tmp_path: Path) -> None:
    (tmp_path / "child.json").write_text(
        json.dumps(
            {
                "Parameters": {"Name": {"Type": "String"}},
                "Resources": {"Api": {**API, "Properties": {"Name": {"Ref": "Name"}}}},
                "Outputs": {"Id": {"Value": {"Ref": "Api"}}},
            }
        )
    )
    nested = {"TemplateURL": "child.json", "Parameters": {"Name": "pets"}}
    parent = tmp_path / "parent.json"
    parent.write_text(
        json.dumps(
            {
                "Resources": {
                    "Child": {"Type": "AWS::CloudFormation::Stack", "Properties": nested},
                    "Topic": {"Type": "AWS::SNS::Topic"},
                },
                "Outputs": {"Id": {"Value": {"Fn::GetAtt": ["Child", "Outputs.Id"]}}},
            }
        )
    )
    aws = FakeAws(parent)
    aws.templates["Pets-Child"] = (tmp_path / "child.json").read_text()

    found = load_stack(aws).deployment

    assert without_metadata(found) == without_metadata(aws.deployment)
    (api,) = found.rest_apis
    by_stage = load_source(f"stage:{aws.id_of(api.id)}/x", options=LoadOptions(aws=with_stage(aws)))
    assert [stack.name for stack in by_stage.stacks] == [api.stack, "Pets"]


def with_stage(aws: FakeAws) -> FakeAws:
    (api,) = aws.deployment.rest_apis
    stage = Stage(logical_id="", id="x", rest_api_id=api.id, stage_name="x", deployment_id="dep123")
    deployment = ApiDeployment(logical_id="", id="dep123", rest_api_id=api.id, definition=api.definition)
    aws.change(replace(aws.deployment, rest_apis=(replace(api, stages=(stage,), deployments=(deployment,)),)))
    aws.served = aws.deployment
    return aws


def without_metadata(deployment: Deployment) -> object:
    return (deployment.rest_apis, deployment.outputs, [item.id for item in deployment.template_resources])


def test_nested_stack_that_is_not_there_yet_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "child.json").write_text(json.dumps({"Resources": {"Api": API}}))
    parent = tmp_path / "parent.json"
    nested = {"TemplateURL": "https://s3.amazonaws.com/b/child.json"}
    child = {"Type": "AWS::CloudFormation::Stack", "Properties": nested}
    parent.write_text(json.dumps({"Resources": {"Child": child, "Api": API}}))
    aws = FakeAws(parent)
    aws.deployment = load_template(tmp_path / "child.json", stack="Pets")

    [warning] = load_stack(aws).warnings

    assert warning.message.startswith("the template of the nested stack Child is not on this machine")


@pytest.mark.parametrize(
    "transform",
    [
        {"Transform": "Company::Macro"},
        {"Transform": [{"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}]},
        {"Metadata": {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}}},
    ],
    ids=["macro", "include", "inner-include"],
)
def test_what_only_aws_can_transform_is_read_as_it_left_it(transform: dict[str, object]) -> None:
    aws = fake()
    text = aws.templates["Pets"]
    aws.processed["Pets"] = json.loads(text) | {"Transform": "Company::Macro"}
    aws.templates["Pets"] = json.dumps({**transform, "Resources": {"Api": API}})

    assert load_stack(aws).deployment == aws.deployment


def test_texts_outside_ascii_are_as_cloudformation_tells_them(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text("Resources: {Api: {Type: 'AWS::ApiGateway::RestApi', Properties: {Name: Zoë}}}", encoding="utf-8")

    (api,) = load_stack(FakeAws(file)).deployment.rest_apis

    assert api.name == "Zo?"


@pytest.mark.parametrize("name", ["None", "Pets"])
def test_stack_that_is_not_there_is_said(name: str) -> None:
    aws = fake()
    aws.status = "REVIEW_IN_PROGRESS"

    with pytest.raises(SourceError) as caught:
        load_stack(aws, name)

    assert caught.value.message == f"there is no stack '{name}' in region eu-west-1"
    assert caught.value.hint == "is it deployed, and are --profile and --region those of its account?"


def test_refusal_is_passed_on() -> None:
    aws = fake()
    aws.failures["describe_stacks"] = "AccessDenied"

    with pytest.raises(AwsError, match="AWS refuses cloudformation describe_stacks"):
        load_stack(aws)


def test_template_that_is_none_is_said() -> None:
    aws = fake()
    aws.templates["Pets"] = "- a list"

    with pytest.raises(SourceError, match="the template of stack Pets cannot be read"):
        load_stack(aws)


def test_stacks_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forestage.load.deployed.stacks.MAX_STACKS", 0)

    with pytest.raises(SourceError, match="the stack has more than 0 stacks nested in it"):
        load_stack(fake())


def test_stacks_that_are_named_together_import_from_each_other() -> None:
    aws = fake()
    exporting = {"Id": {"Value": "https://backend.example", "Export": {"Name": "backend"}}}
    importing = {**API, "Properties": {"Name": "pets", "Description": {"Fn::ImportValue": "backend"}}}
    aws.templates = {
        "Shop": json.dumps({"Resources": {"Api": importing}}),
        "Base": json.dumps({"Resources": {"Other": API}, "Outputs": exporting}),
    }

    (alone,) = load_stack(aws, "Shop").deployment.rest_apis
    together = load_stack(aws, "Shop,Base").deployment

    assert alone.description == Unknown("Fn::ImportValue backend")
    assert {api.logical_id: api.description for api in together.rest_apis} == {
        "Api": "https://backend.example",
        "Other": None,
    }
