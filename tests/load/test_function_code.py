from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forestage.load.deployment import Loaded, to_deployment
from forestage.load.resolved import Assets
from forestage.model.functions import InlineCode, LocalCode, RemoteCode
from forestage.model.values import Unknown
from tests.load.stacks import resolved_source
from tests.load.templates import Template, faults

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.model.functions import Code


# Code is whatever a case needs.
def template(code: Any, **more: Any) -> Template:
    properties = {"Runtime": "python3.13", "Handler": "index.handler", "Role": "arn:role"}
    if code is not None:
        properties["Code"] = code
    return {"Pets": {"Type": "AWS::Lambda::Function", "Properties": properties, **more}}


def load(code: Any, assets: Assets | None = None) -> Loaded:
    return to_deployment(resolved_source(template(code), assets=assets))


def code_of(loaded: Loaded) -> Code:
    return loaded.deployment.functions[0].code


def test_code_in_the_template_is_inline() -> None:
    assert code_of(load({"ZipFile": "text"})) == InlineCode(text="text")


def test_code_of_an_asset_is_local(tmp_path: Path) -> None:
    folder = tmp_path / "asset.abc"
    folder.mkdir()

    loaded = load({"S3Bucket": "b", "S3Key": "abc.zip"}, Assets(by_key={"abc.zip": str(folder)}))

    assert code_of(loaded) == LocalCode(path=str(folder))
    assert loaded.warnings == ()


def test_code_of_the_metadata_of_an_asset_is_local(tmp_path: Path) -> None:
    (tmp_path / "asset.abc").mkdir()

    nested = {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {}}}
    code = {"S3Bucket": "b", "S3Key": {"Fn::GetAtt": ["Nested", "Outputs.Key"]}}
    resources = {**template(code, Metadata={"aws:asset:path": "asset.abc"}), **nested}

    loaded = to_deployment(resolved_source(resources, assets=Assets(folder=str(tmp_path))))

    assert code_of(loaded) == LocalCode(path=str(tmp_path / "asset.abc"))


def test_code_of_a_path_is_local(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()

    loaded = load("./source", Assets(folder=str(tmp_path)))

    assert code_of(loaded) == LocalCode(path=str(tmp_path / "source"))


def test_code_in_a_bucket_is_remote_and_warned_of() -> None:
    loaded = load({"S3Bucket": "b", "S3Key": "k.zip"})

    assert code_of(loaded) == RemoteCode(uri="s3://b/k.zip")
    assert [warning.message for warning in loaded.warnings] == [
        "its code is not on this machine, it cannot run: s3://b/k.zip"
    ]


def test_code_in_a_bucket_that_is_known_after_deployment_is_remote() -> None:
    nested = {"Nested": {"Type": "AWS::CloudFormation::Stack", "Properties": {}}}
    bucket = {"Fn::GetAtt": ["Nested", "Outputs.Bucket"]}

    loaded = to_deployment(resolved_source({**template({"S3Bucket": bucket, "S3Key": "k"}), **nested}))

    assert code_of(loaded) == RemoteCode(uri=Unknown("Fn::GetAtt Nested.Outputs.Bucket"))


def test_missing_code_is_a_fault() -> None:
    assert faults(template(None)) == ["Code is required"]


def test_code_without_place_is_a_fault() -> None:
    assert faults(template({"S3Bucket": "b"})) == ["Code needs ZipFile, S3Key or ImageUri"]


def test_code_of_another_type_is_a_fault() -> None:
    assert faults(template(["x"])) == ["Code must be an object, got a list"]


def test_faults_in_code_say_where() -> None:
    assert faults(template({"ZipFile": ["x"]})) == ["Code.ZipFile must be text, got a list"]
