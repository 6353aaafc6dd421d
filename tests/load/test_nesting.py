from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.values import Secret, Unknown
from tests.load.loading import load_text, properties_of

if TYPE_CHECKING:
    from pathlib import Path

PARENT = """
Parameters: {Password: {Type: String, NoEcho: true, Default: x}}
Resources:
  Fn: {Type: AWS::Lambda::Function, Properties: {FunctionName: fn}}
  Data:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: nested/child.yaml
      Parameters:
        Fn: !GetAtt Fn.Arn
        Many: [a, b]
        Size: 3
        On: true
        Secret: !Ref Password
        Later: !GetAtt Fn.SnapStartResponse
  Reader: {Type: Custom::Reader, Properties: {Table: !GetAtt Data.Outputs.Table}}
"""
CHILD = """
Parameters:
  Fn: {Type: String}
  Many: {Type: CommaDelimitedList}
  Size: {Type: Number}
  On: {Type: String}
  Secret: {Type: String}
  Later: {Type: String}
Resources:
  Table: {Type: AWS::DynamoDB::Table}
  All: {Type: Custom::All, Properties: {V: [!Ref Fn, !Ref Many, !Ref Size, !Ref On, !Ref Secret, !Ref Later]}}
  Code: {Type: Custom::Code, Properties: {File: beside.txt}}
Outputs: {Table: {Value: !Ref Table, Export: {Name: table}}}
"""


def write_child(folder: Path) -> None:
    (folder / "nested").mkdir()
    (folder / "nested" / "child.yaml").write_text(CHILD)
    (folder / "nested" / "beside.txt").touch()


def test_nested_stack_comes_before_the_one_around_it(tmp_path: Path) -> None:
    write_child(tmp_path)

    nested, parent = load_text(tmp_path, PARENT).stacks

    assert parent.name == "stack"
    assert nested.name.startswith("stack-Data-")
    assert nested.stack_id == parent.resources[1].id


def test_nested_stack_takes_parameters_and_gives_outputs(tmp_path: Path) -> None:
    write_child(tmp_path)

    nested, parent = load_text(tmp_path, PARENT).stacks

    assert properties_of(nested, "All")["V"] == [
        "arn:aws:lambda:us-east-1:123456789012:function:fn",
        ["a", "b"],
        "3",
        "true",
        Secret("x"),
        Unknown("Fn::GetAtt Fn.SnapStartResponse"),
    ]
    assert properties_of(parent, "Reader")["Table"] == nested.outputs["Table"]
    assert parent.resources[2].depends_on == {"Data"}


def test_nested_stack_has_assets_beside_its_template(tmp_path: Path) -> None:
    write_child(tmp_path)

    nested, _ = load_text(tmp_path, PARENT).stacks

    assert nested.local_asset("beside.txt") == str(tmp_path / "nested" / "beside.txt")


def test_nested_template_is_watched(tmp_path: Path) -> None:
    write_child(tmp_path)

    assert str(tmp_path / "nested" / "child.yaml") in load_text(tmp_path, PARENT).watch


def test_export_of_a_nested_stack_can_be_imported(tmp_path: Path) -> None:
    write_child(tmp_path)

    nested, parent = load_text(
        tmp_path, f"{PARENT}  R: {{Type: Custom::R, Properties: {{V: !ImportValue table}}}}\n"
    ).stacks

    assert properties_of(parent, "R")["V"] == nested.outputs["Table"]


def test_nested_template_that_is_not_here_is_a_warning(tmp_path: Path) -> None:
    template = """
Resources:
  Net: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: "https://s3.amazonaws.com/public/net.yaml"}}
  R: {Type: Custom::R, Properties: {V: !GetAtt Net.Outputs.Vpc}}
"""

    source = load_text(tmp_path, template)

    assert [stack.name for stack in source.stacks] == ["stack"]
    assert properties_of(source.stacks[0], "R") == {"V": Unknown("Fn::GetAtt Net.Outputs.Vpc")}
    assert [warning.message for warning in source.warnings] == [
        "the template of the nested stack Net is not on this machine: https://s3.amazonaws.com/public/net.yaml"
    ]


def test_nested_stack_whose_condition_does_not_hold_is_not_loaded(tmp_path: Path) -> None:
    template = """
Conditions: {Never: !Equals [a, b]}
Resources:
  Net: {Type: AWS::CloudFormation::Stack, Condition: Never, Properties: {TemplateURL: gone.yaml}}
  R: {Type: Custom::R}
"""

    assert [stack.name for stack in load_text(tmp_path, template).stacks] == ["stack"]
