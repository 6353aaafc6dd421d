from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.secret_texts import secrets_of
from forestage.model.values import Secret
from tests.load.loading import load_text

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """
Parameters:
  Password: {Type: String, NoEcho: true}
  Names: {Type: CommaDelimitedList, NoEcho: true, Default: 'first,second'}
  Open: {Type: String, Default: open}
Resources:
  R:
    Type: Custom::R
    Properties:
      Url: !Sub 'https://${Open}/${Password}'
      List: [{Basic: !Base64 {Ref: Password}}]
      Token: '{{resolve:secretsmanager:id:SecretString:key}}'
      Name: '{{resolve:ssm:/name}}'
"""
REFERENCES = {"secretsmanager:id:SecretString:key": "token", "ssm:/name": "name"}


def test_secrets_are_those_that_were_given_and_other_forms_of_them(tmp_path: Path) -> None:
    source = load_text(tmp_path, TEMPLATE, parameters=["Password=pass"], references=REFERENCES)

    assert source.secrets == ("pass", "first", "second", "token", "cGFzcw==")


def test_secret_of_a_nested_stack_is_one(tmp_path: Path) -> None:
    nested = "Parameters: {P: {Type: String, NoEcho: true}}\nResources: {R: {Type: Custom::R}}\n"
    (tmp_path / "nested.yaml").write_text(nested, encoding="utf-8")
    text = """
        Resources:
          N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: nested.yaml, Parameters: {P: inner}}}
    """

    assert load_text(tmp_path, text).secrets == ("inner",)


def test_template_without_secrets_is_not_searched() -> None:
    assert secrets_of(["open", ["list"], 1, {"a": None}], {"ssm:/name": "name"}, []) == ()


def test_secret_in_a_map_is_one() -> None:
    assert secrets_of([{"a": [Secret("deep")]}], {}, []) == ("deep",)
