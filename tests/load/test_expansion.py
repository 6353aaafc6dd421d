from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.load.loading import load_stack, load_text, plain, properties_of

if TYPE_CHECKING:
    from pathlib import Path

INCLUDING = """
Parameters: {Bucket: {Type: String, Default: mine}}
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        Fn::Transform:
          Name: AWS::Include
          Parameters:
            Location: %s
"""


@pytest.mark.parametrize(
    "location", ["./api.yaml", "s3://bucket/some/api.yaml", "!Sub 's3://${Bucket}/api.yaml'", "https://host/b/api.yaml"]
)
def test_included_file_stands_in_place_of_the_transform(location: str, tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text("openapi: 3.0.1\ninfo: {title: !Sub '${Bucket}'}\n")

    stack = load_stack(tmp_path, INCLUDING % location)

    assert properties_of(stack, "Api") == {"Body": {"openapi": "3.0.1", "info": {"title": "mine"}}}
    assert stack.resources[0].origin("Body", "info").file.endswith("api.yaml")


def test_included_file_is_watched(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text("a: 1\n")

    source = load_text(tmp_path, INCLUDING % "api.yaml")

    assert source.watch == (str(tmp_path / "stack.yaml"), str(tmp_path / "api.yaml"))


def test_include_of_an_object_says_what_it_read(tmp_path: Path) -> None:
    (tmp_path / "api.yaml").write_text("a: 1\n")

    [warning] = load_text(tmp_path, INCLUDING % "s3://bucket/api.yaml").warnings

    assert warning.message == "AWS::Include: api.yaml beside the template is read in place of s3://bucket/api.yaml"


def test_include_beside_other_keys_is_laid_beside_them(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("Tags: [{Key: a, Value: b}]\nNested: {b: 2}\n")
    template = """
Resources:
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Name: x
      Nested: {a: 1}
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}
"""

    properties = properties_of(load_stack(tmp_path, template), "Api")

    assert properties == {"Name": "x", "Nested": {"a": 1, "b": 2}, "Tags": [{"Key": "a", "Value": "b"}]}


def test_include_at_the_top_adds_sections_and_resources(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text(
        "Parameters: {P: {Type: String, Default: p}}\nResources: {B: {Type: Custom::B}}\n"
    )
    template = """
Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}
Resources: {A: {Type: Custom::A, Properties: {P: !Ref P}}}
"""

    stack = load_stack(tmp_path, template)

    assert [resource.logical_id for resource in stack.resources] == ["A", "B"]
    assert properties_of(stack, "A") == {"P": "p"}


def looping(body: str) -> str:
    return f"""
Transform: AWS::LanguageExtensions
Parameters:
  Names: {{Type: CommaDelimitedList, Default: "Red,Blue"}}
{body}"""


def test_loop_makes_resources(tmp_path: Path) -> None:
    template = looping("""
Resources:
  Fn::ForEach::Topics:
  - Name
  - !Ref Names
  - Topic${Name}:
      Type: AWS::SNS::Topic
      Properties: {TopicName: !Sub "t-${Name}", DisplayName: !Ref Name, Other: !GetAtt [!Sub "Queue${Name}", Arn]}
    Queue${Name}: {Type: AWS::SQS::Queue, Properties: {QueueName: !Join ['-', [q, !Ref Name]]}}
""")

    stack = load_stack(tmp_path, template)

    assert [resource.logical_id for resource in stack.resources] == ["TopicRed", "QueueRed", "TopicBlue", "QueueBlue"]
    assert properties_of(stack, "TopicBlue") == {
        "TopicName": "t-Blue",
        "DisplayName": "Blue",
        "Other": "arn:aws:sqs:us-east-1:123456789012:q-Blue",
    }


def test_loop_makes_properties_conditions_and_outputs(tmp_path: Path) -> None:
    template = looping("""
Conditions:
  Fn::ForEach::C: [N, [A, B], {"Is${N}": !Equals [!Ref N, A]}]
Resources:
  R:
    Type: Custom::R
    Condition: IsA
    Properties:
      Fn::ForEach::P: [N, ["a-1", "b.2"], {"K&{N}": {v: "&{N}", "${N}": "${Other}"}}]
      Kept: "${N}"
Outputs:
  Fn::ForEach::O: [N, [A, B], {"Out${N}": {Value: !Ref N}}]
""")

    stack = load_stack(tmp_path, template)

    assert properties_of(stack, "R") == {
        "Ka1": {"v": "a1", "a-1": "${Other}"},
        "Kb2": {"v": "b2", "b.2": "${Other}"},
        "Kept": "${N}",
    }
    assert stack.outputs == {"OutA": "A", "OutB": "B"}


def test_loops_may_be_nested(tmp_path: Path) -> None:
    template = looping("""
Resources:
  Fn::ForEach::X:
  - X
  - [A, B]
  - Fn::ForEach::Y:
    - Y
    - ["1", "2"]
    - R${X}${Y}: {Type: Custom::R, Properties: {V: !Sub "${X}-${Y}"}}
""")

    stack = load_stack(tmp_path, template)

    assert [plain(properties_of(stack, name)["V"]) for name in ("RA1", "RA2", "RB1", "RB2")] == [
        "A-1",
        "A-2",
        "B-1",
        "B-2",
    ]
