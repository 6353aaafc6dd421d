from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forestage.errors import TemplateError
from forestage.load import LoadOptions, load
from forestage.model.values import Secret
from tests.load.templates import method, pets

if TYPE_CHECKING:
    from pathlib import Path


def test_template_file_is_loaded_into_the_model(tmp_path: Path) -> None:
    file = tmp_path / "pets.json"
    file.write_text(json.dumps({"Resources": pets()}))

    loaded = load(str(file), options=LoadOptions(region="eu-west-1"))

    assert [api.logical_id for api in loaded.deployment.rest_apis] == ["Api"]
    assert loaded.deployment.environment.region == "eu-west-1"
    assert loaded.watch == (str(file),)
    assert loaded.fidelity.entries == ()


def test_fault_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "pets.json"
    file.write_text(json.dumps({"Resources": pets(Put=method("FETCH"))}, indent=1))
    line = file.read_text().splitlines().index('    "HttpMethod": "FETCH",') + 1

    with pytest.raises(TemplateError) as caught:
        load(str(file))

    (fault,) = caught.value.faults
    assert fault.origin is not None
    assert fault.origin.line == line
    assert fault.origin.file.endswith("pets.json")
    assert fault.origin.path == "Resources/Put/Properties/HttpMethod"


def test_faults_of_intrinsics_and_of_resources_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / "pets.json"
    file.write_text(json.dumps({"Resources": pets(Put=method("FETCH", ResourceId={"Ref": "Nope"}))}, indent=1))

    with pytest.raises(TemplateError) as caught:
        load(str(file))

    paths = [fault.origin.path for fault in caught.value.faults if fault.origin]
    assert sorted(paths) == ["Resources/Put/Properties/HttpMethod", "Resources/Put/Properties/ResourceId"]


def test_code_that_is_not_on_this_machine_is_in_the_fidelity_report(tmp_path: Path) -> None:
    properties = {"Runtime": "java21", "Handler": "a.B", "Code": {"S3Bucket": "b", "S3Key": "k"}}
    file = tmp_path / "function.json"
    file.write_text(json.dumps({"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": properties}}}))

    found = [(entry.property, entry.status.value) for entry in load(str(file)).fidelity.entries]

    assert found == [("Runtime", "not simulated"), ("Code", "not simulated")]


def test_file_with_an_openapi_body_is_watched(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"openapi": "3.0.1", "info": {"title": "x", "version": "1"}, "paths": {}}))
    api = {"Type": "AWS::ApiGateway::RestApi", "Properties": {"BodyS3Location": "body.json"}}
    file = tmp_path / "api.json"
    file.write_text(json.dumps({"Resources": {"Api": api}}))

    assert load(str(file)).watch == (str(file), str(body))


def test_what_templates_say_beside_properties_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(
        """
Parameters:
  Name: {Type: String, Default: pets}
  Password: {Type: String, NoEcho: true, Default: hidden}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    UpdateReplacePolicy: Snapshot
    Metadata: {aws:cdk:path: Shop/Table, owner: shop}
    Properties: {TableName: !Ref Name}
  Queue:
    Type: AWS::SQS::Queue
    DependsOn: Table
  Work:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: i.h, Role: r, Code: {ZipFile: 'handler = print'}}
Outputs:
  Told: {Value: !Ref Queue}
  Shared: {Value: !Ref Table, Export: {Name: shop-table}}
""",
        encoding="utf-8",
    )

    deployment = load(str(file)).deployment

    table, queue, _ = deployment.template_resources
    assert (table.deletion_policy, table.update_replace_policy) == ("Retain", "Snapshot")
    assert (table.construct_path, table.metadata) == ("Shop/Table", {"aws:cdk:path": "Shop/Table", "owner": "shop"})
    assert (queue.deletion_policy, queue.depends_on, queue.stack) == (None, frozenset({"Table"}), "shop")
    told, shared = deployment.outputs
    assert (told.name, told.export) == ("Told", None)
    assert (shared.value, shared.export) == ("pets", "shop-table")
    name, password = deployment.parameters
    assert (name.type, name.default) == ("String", "pets")
    assert password.default == Secret("hidden")
    assert deployment.functions[0].package == "handler = print"
