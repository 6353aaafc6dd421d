from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.values import Secret, Unknown
from tests.load.loading import load_stack, load_text, properties_of

if TYPE_CHECKING:
    from pathlib import Path


def test_resources_keep_the_order_of_the_template(tmp_path: Path) -> None:
    template = "Resources: {C: {Type: Custom::C}, A: {Type: Custom::A, DependsOn: B}, B: {Type: Custom::B}}"

    assert [resource.logical_id for resource in load_stack(tmp_path, template).resources] == ["C", "A", "B"]


def test_resource_whose_condition_does_not_hold_is_gone(tmp_path: Path) -> None:
    template = """
Conditions: {Never: !Equals [a, b]}
Resources:
  A: {Type: Custom::A, Condition: Never, Properties: {V: !Ref Nope}}
  B: {Type: Custom::B, DependsOn: [A, C]}
  C: {Type: Custom::C}
Outputs:
  A: {Value: !Ref A, Condition: Never}
"""

    stack = load_stack(tmp_path, template)

    assert {resource.logical_id: resource.depends_on for resource in stack.resources} == {"B": {"C"}, "C": set()}
    assert stack.outputs == {}


def test_needs_are_explicit_and_implicit_ones(tmp_path: Path) -> None:
    template = """
Resources:
  A:
    Type: Custom::A
    DependsOn: B
    Metadata: {V: !Ref G}
    Properties: {C: !Ref C, D: !GetAtt D.X, E: !Sub "${E}-${F.X}", H: !If [Never, !Ref G, 1]}
  B: {Type: Custom::B}
  C: {Type: AWS::S3::Bucket, Properties: {BucketName: !Join ["-", [x, !Ref B]]}}
  D: {Type: Custom::D}
  E: {Type: Custom::E}
  F: {Type: Custom::F}
  G: {Type: Custom::G}
Conditions: {Never: !Equals [a, b]}
"""

    resources = {resource.logical_id: resource for resource in load_stack(tmp_path, template).resources}

    assert resources["A"].depends_on == {"B", "C", "D", "E", "F"}
    assert resources["C"].depends_on == {"B"}


def test_outputs_and_exports_are_resolved(tmp_path: Path) -> None:
    template = """
Resources: {A: {Type: AWS::S3::Bucket, Properties: {BucketName: mine}}}
Outputs:
  Name: {Value: !Ref A, Export: {Name: !Sub "${AWS::StackName}-bucket"}}
  Unknown: {Value: !Ref Later}
  Odd: {Value: 1, Export: {Name: [a]}}
Parameters: {Later: {Type: "AWS::SSM::Parameter::Value<String>", Default: /p}}
"""

    stack = load_stack(tmp_path, template)

    assert stack.outputs == {"Name": "mine", "Unknown": Unknown("SSM parameter /p"), "Odd": 1}
    assert stack.exports == {"stack-bucket": "mine"}


def test_stack_has_an_id_and_the_environment_that_was_asked_for(tmp_path: Path) -> None:
    template = "Resources: {A: {Type: Custom::A, Properties: {Id: !Ref AWS::StackId, Suffix: !Ref AWS::URLSuffix}}}"

    stack = load_stack(tmp_path, template, region="cn-north-1", account_id="111122223333")

    assert stack.stack_id.startswith("arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/stack/")
    assert properties_of(stack, "A") == {"Id": stack.stack_id, "Suffix": "amazonaws.com.cn"}
    assert stack.template_file == str(tmp_path / "stack.yaml")


def test_resource_without_properties_has_none(tmp_path: Path) -> None:
    template = "Resources: {A: {Type: Custom::A}, B: {Type: Custom::B, Properties: !Ref AWS::NoValue}}"

    assert [resource.properties for resource in load_stack(tmp_path, template).resources] == [{}, {}]


def test_name_from_an_unknown_value_is_made_up(tmp_path: Path) -> None:
    template = """
Parameters: {Name: {Type: "AWS::SSM::Parameter::Value<String>", Default: /p}}
Resources: {A: {Type: AWS::S3::Bucket, Properties: {BucketName: !Ref Name}}}
"""

    [resource] = load_stack(tmp_path, template).resources

    assert resource.id.startswith("stack-a-")
    assert resource.properties == {"BucketName": Unknown("SSM parameter /p")}


def test_ids_are_the_same_on_every_run(tmp_path: Path) -> None:
    template = "Resources: {A: {Type: AWS::ApiGateway::RestApi}, B: {Type: AWS::ApiGateway::RestApi}}"

    first, second = load_stack(tmp_path, template), load_stack(tmp_path, template)

    assert [resource.id for resource in first.resources] == [resource.id for resource in second.resources]
    assert first.resources[0].id != first.resources[1].id


def test_ssm_parameter_takes_a_given_value(tmp_path: Path) -> None:
    template = """
Parameters:
  One: {Type: "AWS::SSM::Parameter::Value<String>", Default: /one}
  Many: {Type: "AWS::SSM::Parameter::Value<List<String>>", Default: /many}
  Referred: {Type: "AWS::SSM::Parameter::Value<String>", Default: /referred}
  Path: {Type: "AWS::SSM::Parameter::Name", Default: /name}
Resources: {A: {Type: Custom::A, Properties: {V: [!Ref One, !Ref Many, !Ref Referred, !Ref Path]}}}
"""

    source = load_text(tmp_path, template, parameters=["One=1", "Many=a,b"], references={"ssm:/referred": "r"})

    assert properties_of(source.stacks[0], "A") == {"V": ["1", ["a", "b"], "r", "/name"]}
    assert source.warnings == ()


def test_ssm_parameter_that_only_a_rule_reads_is_no_warning(tmp_path: Path) -> None:
    template = """
Parameters: {BootstrapVersion: {Type: "AWS::SSM::Parameter::Value<String>", Default: /cdk-bootstrap/version}}
Rules: {Check: {Assertions: [{Assert: !Not [!Contains [["1"], !Ref BootstrapVersion]]}]}}
Resources: {A: {Type: Custom::A}}
"""

    assert load_text(tmp_path, template).warnings == ()


def test_secret_parameter_stays_secret(tmp_path: Path) -> None:
    template = """
Parameters:
  One: {Type: String, NoEcho: true}
  Many: {Type: CommaDelimitedList, NoEcho: "true"}
Resources: {A: {Type: Custom::A, Properties: {V: [!Ref One, !Ref Many]}}}
"""

    stack = load_stack(tmp_path, template, parameters=["One=x", "Many=y,z"])

    assert properties_of(stack, "A") == {"V": [Secret("x"), [Secret("y"), Secret("z")]]}
    assert "x" not in repr(properties_of(stack, "A")["V"])


def test_parameter_keeps_everything_behind_the_first_equals_sign(tmp_path: Path) -> None:
    template = "Parameters: {A: {Type: String}}\nResources: {R: {Type: Custom::R, Properties: {V: !Ref A}}}"

    assert properties_of(load_stack(tmp_path, template, parameters=["A=b=c:d"]), "R") == {"V": "b=c:d"}


def test_parameter_defaults_are_texts(tmp_path: Path) -> None:
    template = """
Parameters:
  Bool: {Type: String, Default: true}
  Float: {Type: Number, Default: 1.5}
  Empty: {Type: String, Default: ""}
Resources: {R: {Type: Custom::R, Properties: {V: [!Ref Bool, !Ref Float, !Ref Empty]}}}
"""

    assert properties_of(load_stack(tmp_path, template), "R") == {"V": ["true", "1.5", ""]}


def test_pattern_that_only_java_understands_is_a_warning(tmp_path: Path) -> None:
    template = """
Parameters: {Mail: {Type: String, Default: a-b, AllowedPattern: '[\\w-\\+]+'}}
Resources: {R: {Type: Custom::R}}
"""

    [warning] = load_text(tmp_path, template).warnings

    assert warning.message == r"AllowedPattern of parameter Mail cannot be checked here: '[\\w-\\+]+'"


def test_list_parameter_may_be_allowed_as_a_whole(tmp_path: Path) -> None:
    template = """
Parameters: {Zones: {Type: CommaDelimitedList, Default: "b,c", AllowedValues: [a, "b,c"]}}
Resources: {R: {Type: Custom::R, Properties: {V: !Ref Zones}}}
"""

    assert properties_of(load_stack(tmp_path, template), "R") == {"V": ["b", "c"]}
