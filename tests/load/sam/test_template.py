from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from forestage.load import load
from forestage.model.functions import LocalCode
from forestage.model.values import Secret, Unknown
from tests.load.loading import faults_in, load_stack, load_text, plain, properties_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.load.resolved import ResolvedResource

CASES = Path(__file__).parent.parent.parent / "cases" / "sam"
_DIGEST = re.compile(r"(Deployment|Version|Shared)[0-9a-f]{10}$")


def cases(name: str) -> Iterator[Any]:
    for case in yaml.safe_load((CASES / name).read_text(encoding="utf-8"))["cases"]:
        yield pytest.param(case, id=case["id"])


def resources_of(folder: Path, case: Mapping[str, Any]) -> dict[str, ResolvedResource]:
    for name, text in case.get("files", {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    stack = load_stack(folder, case["template"], parameters=case.get("parameters", ()))
    return {_DIGEST.sub(r"\1DIGEST", resource.logical_id): resource for resource in stack.resources}


def line_of(resource: ResolvedResource, *path: str | int) -> int | str:
    origin = resource.origin(*path)
    name = Path(origin.file).name
    return origin.line if name == "stack.yaml" else f"{name} {origin.line}"


def path_in(text: str) -> list[str | int]:
    return [int(part) if part.isdigit() else part for part in text.split()]


@pytest.mark.parametrize("case", list(cases("resources.yaml")))
def test_sam_template_becomes_cloudformation_that_leads_back_to_it(case: dict[str, Any], tmp_path: Path) -> None:
    resources = resources_of(tmp_path, case)

    made = {name: f"{resource.type} {line_of(resource)}" for name, resource in resources.items()}
    properties = {
        name: {key: plain(resources[name].properties[key]) for key in expected}  # type: ignore[index]
        for name, expected in case.get("properties", {}).items()
    }
    origins = {where: line_of(resources[where.split()[0]], *path_in(where)[1:]) for where in case.get("origins", {})}
    assert made == case["resources"]
    assert properties == case.get("properties", {})
    assert origins == case.get("origins", {})


@pytest.mark.parametrize("case", list(cases("faults.yaml")))
def test_sam_template_with_faults_is_refused_with_all_of_them(case: dict[str, Any], tmp_path: Path) -> None:
    assert faults_in(tmp_path, case["template"]) == case["faults"]


CHILD = """
Transform: AWS::Serverless-2016-10-31
Parameters: {Size: {Type: Number}}
Resources:
  Inner:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: code, Handler: app.handler, Runtime: python3.12, Role: r, MemorySize: !Ref Size}
Outputs: {Arn: {Value: !GetAtt Inner.Arn}}
"""


def test_nested_application_is_read_from_its_path(tmp_path: Path) -> None:
    (tmp_path / "child" / "code").mkdir(parents=True)
    (tmp_path / "child" / "template.yaml").write_text(CHILD, encoding="utf-8")
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Child: {Type: AWS::Serverless::Application, Properties: {Location: child/template.yaml, Parameters: {Size: 256}}}
Outputs: {Inner: {Value: !GetAtt Child.Outputs.Arn}}
"""

    source = load_text(tmp_path, template)
    child, parent = source.stacks

    assert str(parent.outputs["Inner"]).startswith("arn:aws:lambda:us-east-1:123456789012:function:")
    assert properties_of(child, "Inner")["MemorySize"] == "256"
    assert child.local_asset("code") == str(tmp_path / "child" / "code")
    assert str(tmp_path / "child" / "template.yaml") in source.watch


def test_application_of_the_repository_is_warned_of(tmp_path: Path) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Known:
    Type: AWS::Serverless::Application
    Properties: {Location: {ApplicationId: "arn:aws:1:applications/a", SemanticVersion: 1.0.0}}
  Unknown:
    Type: AWS::Serverless::Application
    Properties: {Location: {ApplicationId: !ImportValue app, SemanticVersion: 1.0.0}}
"""

    warnings = [warning.message for warning in load_text(tmp_path, template).warnings]

    assert warnings == [
        "no stack of this SOURCE exports app",
        "the template of the nested stack Known is not on this machine: serverlessrepo://arn:aws:1:applications/a@1.0.0",
        "the template of the nested stack Unknown is not on this machine: serverlessrepo://<Fn::ImportValue app>@1.0.0",
    ]


def test_secret_and_unknown_parameters_stay_references(tmp_path: Path) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Password: {Type: String, NoEcho: true, Default: none}
  Later: {Type: "AWS::SSM::Parameter::Value<String>", Default: /later}
  Empty: {Type: String, Default: ""}
  Names: {Type: CommaDelimitedList, Default: "a,b"}
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      Runtime: python3.12
      Role: !Ref Later
      Environment: {Variables: {PASSWORD: !Ref Password, EMPTY: !Ref Empty, FIRST: !Select [0, !Ref Names]}}
"""

    properties = properties_of(load_stack(tmp_path, template, parameters=["Password=hunter2"]), "Hello")

    assert properties["Role"] == Unknown("SSM parameter /later")
    assert properties["Environment"] == {"Variables": {"PASSWORD": Secret("hunter2"), "EMPTY": "", "FIRST": "a"}}


def test_attribute_that_sam_ignores_is_warned_of(tmp_path: Path) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Table: {Type: AWS::Serverless::SimpleTable, OpenApiVersion: 3.0.1, Description: all of them}
"""

    [warning] = load_text(tmp_path, template).warnings

    assert (
        str(warning)
        == f"{tmp_path}/stack.yaml:4 (Resources/Table/OpenApiVersion): SAM ignores the attribute OpenApiVersion"
    )


def test_duplicate_key_is_a_warning_since_sam_sends_the_last_one(tmp_path: Path) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Table: {Type: AWS::Serverless::SimpleTable, Properties: {TableName: a, TableName: b}}
"""

    source = load_text(tmp_path, template)

    assert properties_of(source.stacks[0], "Table")["TableName"] == "b"
    assert [warning.hint for warning in source.warnings] == ["the last one counts"]


def test_metadata_is_kept(tmp_path: Path) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Table: {Type: AWS::Serverless::SimpleTable, Metadata: {aws:cdk:path: App/Table}}
  Other: {Type: AWS::Serverless::SimpleTable}
"""

    table, other = load_stack(tmp_path, template).resources

    assert table.metadata == {"aws:cdk:path": "App/Table"}
    assert table.construct_path == "App/Table"
    assert other.metadata is None


def test_fault_in_an_intrinsic_tells_the_path_that_the_author_wrote(tmp_path: Path) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    Environment: {Variables: {TABLE: !Ref Tabel}}
Resources:
  Hello: {Type: AWS::Serverless::Function, Properties: {CodeUri: src, Handler: app.handler, Role: r}}
  Table: {Type: AWS::Serverless::SimpleTable}
"""

    [fault] = faults_in(tmp_path, template)

    assert fault.startswith("stack.yaml:6 (Globals/Function/Environment/Variables/TABLE): Ref Tabel: there is no ")


def test_function_has_its_local_code_and_layers(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "layer").mkdir()
    file = tmp_path / "template.yaml"
    template = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Runtime: python3.12, Timeout: 7}}
Resources:
  Shared: {Type: AWS::Serverless::LayerVersion, Properties: {ContentUri: layer/}}
  Hello: {Type: AWS::Serverless::Function, Properties: {CodeUri: ./src, Handler: a.b, Layers: [!Ref Shared]}}
"""
    file.write_text(template, encoding="utf-8")

    loaded = load(str(file))
    [function], [layer] = loaded.deployment.functions, loaded.deployment.layers

    assert function.code == LocalCode(path=str(tmp_path / "src"))
    assert layer.code == LocalCode(path=str(tmp_path / "layer"))
    assert (function.runtime, function.timeout_seconds) == ("python3.12", 7)
    assert loaded.warnings == ()


def test_code_that_is_not_there_is_named_by_its_path(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello: {Type: AWS::Serverless::Function, Properties: {CodeUri: ./src, Handler: a.b, Runtime: python3.12}}
"""
    file.write_text(template, encoding="utf-8")

    [warning] = load(str(file)).warnings

    assert warning.message == "its code is not on this machine, it cannot run: ./src"
    assert warning.origin
    assert warning.origin.line == 4
