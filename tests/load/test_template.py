from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.load.loading import faults_in, load_stack

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = Path(__file__).parent.parent / "cases" / "templates"


def cases() -> Iterator[Any]:
    for file in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))["cases"]:
            yield pytest.param(case, id=f"{file.stem}/{case['id']}")


@pytest.mark.parametrize("case", list(cases()))
def test_template_with_faults_is_refused_with_all_of_them(case: dict[str, Any], tmp_path: Path) -> None:
    for name, text in case.get("files", {}).items():
        (tmp_path / name).write_text(text, encoding="utf-8")

    faults = faults_in(tmp_path, case["template"], parameters=case.get("parameters", ()))

    assert [fault.replace(str(tmp_path), "FOLDER") for fault in faults] == case["faults"]


def test_resource_may_have_a_description(tmp_path: Path) -> None:
    stack = load_stack(tmp_path, "Resources: {B: {Type: AWS::S3::Bucket, Description: of files}}")

    assert [resource.logical_id for resource in stack.resources] == ["B"]


@pytest.mark.parametrize("transform", ["AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23"])
def test_transform_that_adds_nothing_to_run_is_passed_over(transform: str, tmp_path: Path) -> None:
    stack = load_stack(tmp_path, f"Transform: {transform}\nResources: {{B: {{Type: AWS::S3::Bucket}}}}\n")

    assert [resource.logical_id for resource in stack.resources] == ["B"]
