"""Laws of a comparison as a whole."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from forestage.diff.compare import Compared, compare
from forestage.diff.report import Severity
from forestage.load.loader import load
from scripts.documentation import ROOT
from tests.cases.diff_form import (
    CONDITIONS,
    IDS,
    base_template,
    compared_templates,
    merged,
    read_case,
    read_condition,
    templates,
)

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.diff.report import Report

BASES = ("rest", "schema", "websocket")
EXAMPLES = [*sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("examples/*/template.yaml"))]
PAIRS = sorted(path.stem for path in ROOT.glob("conformance/diff/*.yaml"))


def rewritten(document: Any, names: dict[str, str]) -> Any:
    """Give resources other logical ids, wherever they are named."""
    if isinstance(document, dict):
        parts = {key: rewritten(value, names) for key, value in document.items()}
        if "Resources" in parts:
            parts["Resources"] = {names.get(key, key): value for key, value in parts["Resources"].items()}
        return parts
    if isinstance(document, list):
        return [rewritten(item, names) for item in document]
    if isinstance(document, str):
        text = re.sub(r"\$\{(\w+)", lambda found: "${" + names.get(found[1], found[1]), document)
        first, dot, rest = text.partition(".")
        return names.get(first, first) + dot + rest if " " not in first else text
    return document


def backwards(document: Any) -> Any:
    """Write maps in the reverse order, and numbers and booleans of properties as text."""
    if isinstance(document, dict):
        return {key: backwards(value) for key, value in reversed(document.items())}
    if isinstance(document, list):
        return [backwards(item) for item in document]
    if isinstance(document, bool):
        return "true" if document else "false"
    return str(document) if isinstance(document, int) else document


def told(report: Report) -> list[tuple[str, str, str]]:
    return [(finding.id, finding.where, finding.fingerprint) for finding in report.findings]


@pytest.mark.parametrize("rule_id", IDS)
def test_template_does_not_differ_from_itself(rule_id: str, tmp_path: Path) -> None:
    _, after = templates(read_case(rule_id))

    report = compared_templates(after, after, tmp_path)

    assert told(report) == []


@pytest.mark.parametrize("name", PAIRS)
def test_pair_does_not_differ_from_itself(name: str, tmp_path: Path) -> None:
    pair = yaml.safe_load((ROOT / f"conformance/diff/{name}.yaml").read_text(encoding="utf-8"))

    assert told(compared_templates(pair["before"], pair["before"], tmp_path)) == []
    assert told(compared_templates(pair["after"], pair["after"], tmp_path)) == []


@pytest.mark.parametrize("path", EXAMPLES)
def test_example_does_not_differ_from_itself(path: str) -> None:
    loaded = load(str(ROOT / path))

    assert told(compare(Compared.of("a", loaded), Compared.of("b", loaded))) == []


@pytest.mark.parametrize("base", BASES)
def test_order_and_spelling_of_values_are_no_change(base: str, tmp_path: Path) -> None:
    template = base_template(base)

    report = compared_templates(template, backwards(template), tmp_path)

    assert told(report) == []


def test_metadata_of_the_cdk_is_no_change(tmp_path: Path) -> None:
    template = base_template("rest")
    noise = {
        "Parameters": {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk/version"}},
        "Resources": {
            "GetPets": {"Metadata": {"aws:cdk:path": "Shop/Api/GET"}},
            "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Properties": {"Analytics": "v2:x"}},
        },
    }

    report = compared_templates(template, merged(template, noise), tmp_path)

    assert told(report) == []


def test_other_logical_ids_are_churn(tmp_path: Path) -> None:
    template = base_template("rest")
    names = {name: f"{name}2" for name in ("GetPets", "PathPets", "Pet", "Both", "Tokens", "Handler", "HandlerRole")}

    report = compared_templates(template, rewritten(template, names), tmp_path)

    assert {finding.id for finding in report.findings} == {"logical-id-churn"}


def test_moving_an_api_into_resources_of_other_stacks_is_no_change(tmp_path: Path) -> None:
    inner = base_template("schema")
    (tmp_path / "inner.json").write_text(json.dumps(inner), encoding="utf-8")
    outer = {
        "Resources": {
            "Shop": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "inner.json"}},
        }
    }

    report = compared_templates(inner, outer, tmp_path)

    assert {finding.severity for finding in report.findings} <= {Severity.SAFE}


def test_fingerprints_survive_other_logical_ids_and_another_order(tmp_path: Path) -> None:
    patch = {
        "Resources": {
            "GetPets": {"Properties": {"ApiKeyRequired": True, "OperationName": "ListPets"}},
            "Pet": {"Properties": {"Schema": {"required": ["name"]}}},
            "PostPets": {"Properties": {"RequestModels": {"application/json": {"Ref": "Pet"}}}},
        }
    }
    before = merged(base_template("rest"), {"Resources": {"PostPets": patch["Resources"]["PostPets"]}})
    after = merged(merged(base_template("rest", "Deployment2"), patch), {})
    names = {"GetPets": "ListPets", "Pet": "PetModel", "PostPets": "MakePets"}

    plain = compared_templates(before, after, tmp_path)
    renamed = compared_templates(rewritten(before, names), backwards(rewritten(after, names)), tmp_path)

    assert told(plain) == told(renamed)
    assert len(plain.findings) == 3


@pytest.mark.parametrize("name", CONDITIONS[:10])
def test_the_same_comparison_tells_the_same(name: str, tmp_path: Path) -> None:
    case = read_condition(name)

    first, second = (compared_templates(*templates(case), tmp_path) for _ in range(2))

    assert first == second


def test_findings_come_the_worst_first(tmp_path: Path) -> None:
    patch = {
        "Resources": {
            "GetPets": {"Properties": {"ApiKeyRequired": True}},
            "PetsApi": {"Properties": {"Description": "for pets", "BinaryMediaTypes": ["image/png"]}},
        }
    }

    report = compared_templates(base_template("rest"), merged(base_template("rest", "Deployment2"), patch), tmp_path)

    ranks = [list(Severity).index(finding.severity) for finding in report.findings]
    assert ranks == sorted(ranks)
    assert report.api_names == {"PetsApi": "pets"}


def test_secrets_are_masked(tmp_path: Path) -> None:
    secret = "correct-horse-battery"
    template = merged(
        base_template("rest"),
        {
            "Parameters": {"Password": {"Type": "String", "NoEcho": True, "Default": secret}},
            "Resources": {
                "StageProd": {"Properties": {"Variables": {"password": {"Ref": "Password"}, "host": "a"}}},
                "Key": {"Properties": {"Value": "k3y-of-the-first-holder"}},
            },
        },
    )
    after = merged(
        template,
        {
            "Parameters": {"Password": {"Default": f"{secret}-2"}},
            "Resources": {"Key": {"Properties": {"Value": "k3y-of-the-second-holder"}}},
        },
    )

    report = compared_templates(template, after, tmp_path)

    assert {"stage-variable-changed", "parameter-default-changed", "key-replaced"} <= {
        item.id for item in report.findings
    }
    assert "horse" not in repr(report)
    assert "k3y" not in repr(report)


def test_what_is_not_known_yet_is_written_as_its_expression(tmp_path: Path) -> None:
    queue = {"Resources": {"Jobs": {"Type": "AWS::EC2::Instance", "Properties": {"ImageId": "ami-1"}}}}
    template = merged(base_template("rest"), queue)
    after = merged(
        template, {"Resources": {"StageProd": {"Properties": {"Variables": {"host": {"Fn::GetAtt": "Jobs.PublicIp"}}}}}}
    )
    before = merged(template, {"Resources": {"StageProd": {"Properties": {"Variables": {"host": "a.example.com"}}}}})

    (finding,) = compared_templates(before, after, tmp_path).findings

    assert (finding.before, finding.after) == ("a.example.com", "<Fn::GetAtt Jobs.PublicIp>")


def test_sides_are_named_as_the_user_did(tmp_path: Path) -> None:
    report = compared_templates(base_template("rest"), base_template("rest"), tmp_path)

    assert (report.before.source, report.before.stacks) == ("before.json", ("before",))
    assert (report.after.source, report.after.stacks) == ("after.json", ("after",))


def test_validator_without_name_is_told_without_one(tmp_path: Path) -> None:
    validator = {"Type": "AWS::ApiGateway::RequestValidator", "Properties": {"RestApiId": {"Ref": "PetsApi"}}}
    before, after = (merged(base_template("rest"), {"Resources": {name: validator}}) for name in ("Checks", "Guards"))

    (finding,) = compared_templates(before, after, tmp_path).findings

    assert finding.message == "a validator: Checks is called Guards now"


def test_response_template_is_told_by_its_pattern(tmp_path: Path) -> None:
    def mocked(deployment: str, *templates: str) -> Any:  # as base_template
        responses = [
            {"StatusCode": "200", "ResponseTemplates": {"application/json": templates[0]}},
            {"StatusCode": "404", "SelectionPattern": "4.*", "ResponseTemplates": {"application/json": templates[1]}},
        ]
        integration = {
            "Type": "MOCK",
            "RequestTemplates": {"application/json": '{"statusCode": 200}'},
            "IntegrationResponses": responses,
        }
        patch = {"Resources": {"GetPets": {"Properties": {"Integration": integration}}}}
        return merged(base_template("rest", deployment), patch)

    report = compared_templates(mocked("Deployment1", "a", "b"), mocked("Deployment2", "c", "d"), tmp_path)

    assert {finding.message for finding in report.findings if finding.where == "GET /pets"} == {
        "the default response template is another",
        "the response template for 4.* is another",
    }
