from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forestage.errors import SourceError, TemplateError
from forestage.load.assembly import asset_sources
from forestage.load.resolve import LoadOptions, load_source
from tests.load.assemblies import resources, write_assets, write_manifest, write_stack
from tests.load.loading import properties_of

if TYPE_CHECKING:
    from pathlib import Path


def test_assembly_has_stacks_with_names_and_environments(tmp_path: Path) -> None:
    write_manifest(
        tmp_path,
        write_stack(tmp_path, "A", resources(V={"Ref": "AWS::Region"}), environment="aws://111122223333/eu-west-1"),
        write_stack(
            tmp_path,
            "B",
            resources(V={"Ref": "AWS::StackName"}),
            properties={"stackName": "named"},
            environment="aws://unknown-account/unknown-region",
        ),
    )

    source = load_source(str(tmp_path), options=LoadOptions(region="us-west-2"))

    assert [(stack.name, stack.environment.account_id, stack.environment.region) for stack in source.stacks] == [
        ("A", "111122223333", "eu-west-1"),
        ("named", "123456789012", "us-west-2"),
    ]
    assert properties_of(source.stacks[1], "R") == {"V": "named"}
    assert source.watch == tuple(
        str(tmp_path / name) for name in ("manifest.json", "A.template.json", "B.template.json")
    )


def test_manifest_itself_may_be_named(tmp_path: Path) -> None:
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources()))

    assert load_source(str(tmp_path / "manifest.json")).stacks[0].name == "A"


def test_nested_assemblies_are_read(tmp_path: Path) -> None:
    stage = tmp_path / "assembly-Prod"
    stage.mkdir()
    write_manifest(
        stage, write_stack(stage, "ProdA", resources(), properties={"stackName": "Prod-A"}, displayName="Prod/A")
    )
    nested = {"assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}}
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources()), nested, {"Tree": {"type": "cdk:tree"}})

    source = load_source(str(tmp_path))

    assert [stack.name for stack in source.stacks] == ["A", "Prod-A"]
    assert load_source(str(tmp_path), options=LoadOptions(stacks=["Prod/*"])).stacks[0].name == "Prod-A"


def test_stack_without_resources_is_allowed(tmp_path: Path) -> None:
    write_manifest(tmp_path, write_stack(tmp_path, "A", {"Outputs": {"O": {"Value": "v"}}}))

    assert load_source(str(tmp_path)).stacks[0].outputs == {"O": "v"}


def test_assets_are_found_by_key(tmp_path: Path) -> None:
    (tmp_path / "asset.abc").mkdir()
    files = {
        "abc": {
            "source": {"path": "asset.abc", "packaging": "zip"},
            "destinations": {"current": {"bucketName": "b", "objectKey": "pre/abc.zip"}},
        },
        "made": {"source": {"executable": ["make"]}},
    }
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources()), write_assets(tmp_path, "A", files))

    [stack] = load_source(str(tmp_path)).stacks

    assert stack.local_asset("bucket/pre/abc.zip") == str(tmp_path / "asset.abc")
    assert stack.local_asset("abc") == str(tmp_path / "asset.abc")
    assert list(asset_sources(tmp_path)) == [tmp_path / "asset.abc"]


def test_asset_may_be_included(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "api.yaml").write_text("openapi: 3.0.1")
    files = {"abc": {"source": {"path": "elsewhere/api.yaml"}, "destinations": {"c": {"objectKey": "abc.yaml"}}}}
    location = {"Fn::Sub": "s3://cdk-assets-${AWS::AccountId}/abc.yaml"}
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": location}}}
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources(Body=include)), write_assets(tmp_path, "A", files))

    source = load_source(str(tmp_path))

    assert properties_of(source.stacks[0], "R") == {"Body": {"openapi": "3.0.1"}}
    assert source.warnings == ()
    assert str(tmp_path / "elsewhere" / "api.yaml") in source.watch


def test_missing_asset_is_a_fault(tmp_path: Path) -> None:
    files = {
        "abc": {"displayName": "Fn/Code", "source": {"path": "asset.abc"}},
        "def": {"source": {"path": "asset.def"}},
    }
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources()), write_assets(tmp_path, "A", files))

    with pytest.raises(TemplateError) as caught:
        load_source(str(tmp_path))

    remedy = "(synthesize the app again)"
    assert [str(fault).replace(f"{tmp_path}/", "") for fault in caught.value.faults] == [
        f"A.assets.json:1 (files/abc): the asset Fn/Code is missing: there is no file or folder asset.abc {remedy}",
        f"A.assets.json:1 (files/def): the asset def is missing: there is no file or folder asset.def {remedy}",
    ]


def test_asset_manifest_without_files_has_no_assets(tmp_path: Path) -> None:
    (tmp_path / "A.assets.json").write_text("{}")
    assets = {"A.assets": {"type": "cdk:asset-manifest", "properties": {"file": "A.assets.json"}}}
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources()), assets)

    assert load_source(str(tmp_path)).stacks[0].assets.by_key == {}


def test_nested_stack_is_found_by_its_asset(tmp_path: Path) -> None:
    (tmp_path / "nested.template.json").write_text(json.dumps(resources()))
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Sub": "https://s3.${AWS::URLSuffix}/b/abc.json"}},
        "Metadata": {"aws:asset:path": "nested.template.json", "aws:asset:property": "TemplateURL"},
    }
    write_manifest(tmp_path, write_stack(tmp_path, "A", {"Resources": {"N": nested}}))

    assert [stack.resources[0].logical_id for stack in load_source(str(tmp_path)).stacks] == ["R", "N"]


@pytest.mark.parametrize("in_own_file", [False, True])
def test_metadata_tells_construct_paths_warnings_and_errors(tmp_path: Path, *, in_own_file: bool) -> None:
    metadata = {
        "/A/Thing/Resource": [{"type": "aws:cdk:logicalId", "data": "R"}],
        "/A": [{"type": "aws:cdk:warning", "data": "careful"}, {"type": "aws:cdk:info", "data": "well"}],
    }
    (tmp_path / "A.metadata.json").write_text(json.dumps(metadata))
    where = {"additionalMetadataFile": "A.metadata.json"} if in_own_file else {"metadata": metadata}
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources(), **where))

    source = load_source(str(tmp_path))

    assert source.stacks[0].resources[0].construct_path == "A/Thing/Resource"
    assert [str(warning) for warning in source.warnings] == ["A (A): careful"]


def test_error_annotation_of_the_app_is_a_fault(tmp_path: Path) -> None:
    metadata = {"/A/Thing": [{"type": "aws:cdk:error", "data": "do not"}]}
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources(), metadata=metadata))

    with pytest.raises(TemplateError) as caught:
        load_source(str(tmp_path))

    assert [str(fault) for fault in caught.value.faults] == ["A (A/Thing): do not"]


def test_asset_parameters_of_cdk_1_get_their_values(tmp_path: Path) -> None:
    (tmp_path / "asset.abc").mkdir()
    data = {
        "path": "asset.abc",
        "id": "abc",
        "packaging": "zip",
        "s3BucketParameter": "AssetBucket",
        "s3KeyParameter": "AssetKey",
        "artifactHashParameter": "AssetHash",
    }
    key = {"Ref": "AssetKey"}
    template = {
        "Parameters": {name: {"Type": "String"} for name in ("AssetBucket", "AssetKey", "AssetHash")},
        **resources(Key={"Fn::Join": ["", [{"Fn::Select": [part, {"Fn::Split": ["||", key]}]} for part in (0, 1)]]}),
    }
    metadata = {"/A": [{"type": "aws:cdk:asset", "data": data}, {"type": "aws:cdk:asset", "data": {"id": "image"}}]}
    write_manifest(tmp_path, write_stack(tmp_path, "A", template, metadata=metadata))

    [stack] = load_source(str(tmp_path)).stacks

    assert properties_of(stack, "R") == {"Key": "assets/abc"}
    assert stack.local_asset("assets/abc") == str(tmp_path / "asset.abc")


def test_parameters_of_the_manifest_are_given(tmp_path: Path) -> None:
    template = {"Parameters": {"P": {"Type": "String"}}, **resources(V={"Ref": "P"})}
    write_manifest(tmp_path, write_stack(tmp_path, "A", template, properties={"parameters": {"P": "given"}}))

    assert properties_of(load_source(str(tmp_path)).stacks[0], "R") == {"V": "given"}


def test_missing_context_is_a_warning(tmp_path: Path) -> None:
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources()), missing=[{"key": "vpc-provider:x"}])

    [warning] = load_source(str(tmp_path)).warnings

    assert warning.message == "the app looks up vpc-provider:x, which only AWS knows; it was built with a dummy value"


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ('{"name": "an extension"}', "manifest.json is no manifest of a cloud assembly: it has no artifacts"),
        ('{"artifacts": {}}', "the cloud assembly has no stacks"),
        ("[]", "manifest.json cannot be read"),
        ("{", "manifest.json cannot be read"),
    ],
    ids=["other-manifest", "no-stacks", "list", "invalid"],
)
def test_manifest_of_another_kind_is_refused(manifest: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(manifest)

    with pytest.raises(SourceError) as caught:
        load_source(str(tmp_path))

    assert caught.value.message.removeprefix(f"{tmp_path}/") == message


def test_template_that_is_gone_is_a_fault(tmp_path: Path) -> None:
    write_manifest(tmp_path, write_stack(tmp_path, "A", resources()))
    (tmp_path / "A.template.json").unlink()

    with pytest.raises(TemplateError, match="the file cannot be read: no such file or directory"):
        load_source(str(tmp_path))
