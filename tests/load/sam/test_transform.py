from __future__ import annotations

import logging
import subprocess
import sys
from typing import TYPE_CHECKING

from forestage.load.sam.plain import PlainMap, map_at
from forestage.load.sam.transform import SOURCE, transform
from forestage.model.deployment import Environment

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CODE: PlainMap = {"Bucket": "b", "Key": "k"}


def function(**properties: object) -> PlainMap:
    given: PlainMap = {"CodeUri": CODE, "Handler": "app.handler", "Runtime": "python3.12"}
    return {"Resources": {"Hello": {"Type": "AWS::Serverless::Function", "Properties": {**given, **properties}}}}  # type: ignore[dict-item]  # whatever a case needs


def test_made_resources_tell_what_they_were_made_from() -> None:
    made = transform(function(), {}, Environment())

    assert map_at(made.template, "Resources", "HelloRole", "Metadata") == {SOURCE: "Hello"}


def test_made_template_is_plain_json() -> None:
    events = {"Get": {"Type": "Api", "Properties": {"Path": "/", "Method": "get"}}}

    made = transform(function(Events=events), {}, Environment())

    assert {type(key) for key in map_at(made.template, "Resources")} == {str}
    assert type(map_at(made.template, "Resources", "ServerlessRestApi", "Properties", "Body")) is dict


def test_partition_is_that_of_the_region() -> None:
    china = Environment(region="cn-north-1", partition="aws-cn")

    made = transform(function(Policies=["AWSLambdaBasicExecutionRole"]), {}, china)

    assert map_at(made.template, "Resources", "HelloRole", "Properties")["ManagedPolicyArns"] == [
        "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    ]


def test_managed_policy_that_only_aws_knows_keeps_its_name() -> None:
    made = transform(function(Policies=["SomethingNew"]), {}, Environment())

    arns = map_at(made.template, "Resources", "HelloRole", "Properties")["ManagedPolicyArns"]
    assert isinstance(arns, list)
    assert "SomethingNew" in arns


def test_all_causes_are_told() -> None:
    template = function(Nmae="x")
    map_at(template, "Resources")["Table"] = {"Type": "AWS::Serverless::SimpleTable", "Properties": {"Tags": 5}}

    made = transform(template, {}, Environment())

    assert made.template == {}
    assert made.causes == (
        "Resource with id [Hello] is invalid. property Nmae not defined for resource of type AWS::Serverless::Function",
        "Resource with id [Table] is invalid. Property 'Tags' should be a map.",
    )


def test_resource_that_is_no_map_is_a_cause() -> None:
    [cause] = transform({"Resources": {"A": 5}}, {}, Environment()).causes

    assert cause.startswith("Structure of the SAM template is invalid. All 'Resources' must be Objects.")


def test_failure_that_the_translator_does_not_explain_is_told() -> None:
    made = transform(function(), {}, Environment(region=""))

    assert made.causes == ("The transform failed with NoRegionFound: AWS Region cannot be found",)


def test_translator_is_not_loaded_for_other_templates(tmp_path: Path) -> None:
    (tmp_path / "stack.yaml").write_text("Resources: {B: {Type: AWS::S3::Bucket}}", encoding="utf-8")
    program = "import sys; from forestage.load import load; load(sys.argv[1]); print('samtranslator' in sys.modules)"

    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "stack.yaml")], capture_output=True, text=True, check=True
    )

    assert run.stdout == "False\n"


def test_translator_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    template = function()
    template["Globals"] = 5

    transform(template, {}, Environment())

    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("samtranslator").handlers
