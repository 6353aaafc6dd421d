from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from forestage.errors import TemplateError
from forestage.load.documents import read_text
from forestage.load.findings import Findings
from forestage.load.resolve import LoadOptions, load_source
from forestage.load.stack import Stack, StackInput
from forestage.load.template import Template
from forestage.model.deployment import Environment
from tests.load.loading import plain, properties_of

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parent.parent / "cases" / "load"
SURROUNDINGS = """
Transform: {transform}
Parameters:
  Stage: {{Type: String, Default: dev}}
  Attribute: {{Type: String, Default: Arn}}
  Known: {{Type: String, Default: known}}
  Size: {{Type: Number, Default: 5}}
  Zones: {{Type: CommaDelimitedList, Default: "a, b"}}
  Password: {{Type: String, Default: hunter2, NoEcho: true}}
  Ssm: {{Type: AWS::SSM::Parameter::Value<String>, Default: /path}}
Mappings:
  Sizes:
    dev: {{memory: 128, other: prod, a: 1, b: 2, c: 3, d: 4}}
    prod: {{memory: 1024, zones: [x, y]}}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Equals [!Ref Stage, prod]
  {condition}
Resources:
  Table: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: orders}}}}
  Strange: {{Type: AWS::Strange::Thing}}
  OnlyInProd: {{Type: AWS::S3::Bucket, Condition: IsProd}}
  Subject:
    Type: Custom::Subject
    Properties:
      Value:
        {expression}
"""
REFERENCES = {"ssm:/known": "told", "secretsmanager:db:SecretString:password": "s3cret"}


def cases() -> Iterator[Any]:
    for file in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))["cases"]:
            yield pytest.param(case, id=f"{file.stem}/{case['id']}")


def template_of(case: dict[str, Any]) -> str:
    return SURROUNDINGS.format(
        transform="AWS::LanguageExtensions" if case.get("extensions") else "[]",
        condition=f"Tested: {case['condition']}" if "condition" in case else "",
        expression=case["expression"],
    )


def messages(faults: tuple[Any, ...]) -> list[str]:
    return [f"{fault.message} ({fault.hint})" if fault.hint else fault.message for fault in faults]


@pytest.mark.parametrize("case", [case for case in cases() if "faults" not in case.values[0]])
def test_intrinsic_yields_its_value(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "stack.yaml"
    file.write_text(template_of(case), encoding="utf-8")

    loaded = load_source(str(file), options=LoadOptions(references=REFERENCES))

    found = plain(properties_of(loaded.stacks[0], "Subject").get("Value"))
    assert found == expected(case)
    assert [text for text in case.get("warnings", ()) if text not in messages(loaded.warnings)] == []


def expected(case: dict[str, Any]) -> object:
    if "unknown" in case:
        return {"unknown": case["unknown"]}
    if "secrets" in case:
        return [{"secret": secret} for secret in case["secrets"]]
    return {"secret": case["secret"]} if "secret" in case else case["value"]


@pytest.mark.parametrize("case", [case for case in cases() if "faults" in case.values[0]])
def test_intrinsic_reports_its_faults(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "stack.yaml"
    file.write_text(template_of(case), encoding="utf-8")

    with pytest.raises(TemplateError) as caught:
        load_source(str(file))

    assert messages(caught.value.faults) == case["faults"]


PLAIN_NAMES = st.text(min_size=1).filter(lambda key: key != "Ref" and not key.startswith("Fn::"))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(PLAIN_NAMES, children),
    max_leaves=20,
)


class NoFamily:
    references: dict[str, str] = {}  # ruff: ignore[mutable-class-default]  # nothing is put in

    def exported(self, name: str, importer: Stack) -> None: ...

    def output_of(self, stack: str, output: str, importer: Stack) -> None: ...

    def nested(self, parent: Stack, logical_id: str) -> None: ...


@given(value=JSON_VALUES)
def test_template_without_intrinsics_is_not_changed(value: Any) -> None:
    import json

    reading = read_text(json.dumps({"Resources": {}, "Value": value}), file="t.json", is_json=True)
    template = Template(file=Path("t.json"), root=reading.root)  # type: ignore[arg-type]  # a map, as written above
    stack = Stack(StackInput(name="s", root="s", template=template, environment=Environment()), NoFamily(), Findings())

    assert stack.resolve(template.root["Value"]) == value
