from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.errors import AwsError, ParameterError, SourceError, TemplateError
from forestage.load.resolve import LoadOptions, load_source
from forestage.model.values import Unknown
from tests.load.assemblies import resources, write_manifest, write_stack
from tests.load.loading import load_text, properties_of

if TYPE_CHECKING:
    from pathlib import Path


def exporting(name: str, value: Any, **properties: Any) -> dict[str, Any]:
    return {**resources(**properties), "Outputs": {"O": {"Value": value, "Export": {"Name": name}}}}


def names(folder: Path, *stacks: str) -> list[str]:
    return [stack.name for stack in load_source(str(folder), options=LoadOptions(stacks=stacks)).stacks]


def write_chain(folder: Path) -> None:
    """Write Front, which imports from Data, and Other, which nobody needs and whose parameter has no value."""
    unfinished = {"Parameters": {"P": {"Type": "String"}}, **resources()}
    write_manifest(
        folder,
        write_stack(folder, "Front", resources(V={"Fn::ImportValue": "table"}), displayName="App/Front"),
        write_stack(folder, "Data", exporting("table", {"Ref": "R"})),
        write_stack(folder, "Other", unfinished),
    )


def test_import_yields_what_another_stack_exports(tmp_path: Path) -> None:
    write_chain(tmp_path)

    source = load_source(str(tmp_path), options=LoadOptions(stacks=["Front"]))

    data, front = source.stacks
    assert properties_of(front, "R")["V"] == data.resources[0].id


def test_selected_stack_comes_with_what_it_imports_from(tmp_path: Path) -> None:
    write_chain(tmp_path)

    assert names(tmp_path, "Front") == ["Data", "Front"]
    assert names(tmp_path, "App/*") == ["Data", "Front"]
    assert names(tmp_path, "Data", "Front") == ["Data", "Front"]


def test_stack_that_is_not_selected_reports_nothing(tmp_path: Path) -> None:
    write_chain(tmp_path)

    with pytest.raises(ParameterError, match="parameter P"):
        names(tmp_path)
    assert names(tmp_path, "Data") == ["Data"]


@pytest.mark.parametrize(
    ("pattern", "hint"), [("Fronts", "did you mean Front?"), ("x*", "there are App/Front, Data, Other")]
)
def test_stack_that_is_not_there_is_an_error(pattern: str, hint: str, tmp_path: Path) -> None:
    write_chain(tmp_path)

    with pytest.raises(SourceError) as caught:
        names(tmp_path, pattern)

    assert (caught.value.message, caught.value.hint) == (f"there is no stack '{pattern}'", hint)


def test_stacks_are_ordered_as_the_assembly_says(tmp_path: Path) -> None:
    write_manifest(
        tmp_path,
        write_stack(tmp_path, "A", resources(), dependencies=["B", "A.assets"]),
        write_stack(tmp_path, "B", resources()),
    )

    assert names(tmp_path) == ["B", "A"]


def test_output_of_another_stack_is_found_by_its_name(tmp_path: Path) -> None:
    reference = {"Fn::GetStackOutput": {"StackName": "Data", "OutputName": "O"}}
    write_manifest(
        tmp_path,
        write_stack(tmp_path, "Front", resources(V=reference)),
        write_stack(tmp_path, "Data", {**resources(), "Outputs": {"O": {"Value": "v"}}}),
    )

    data, front = load_source(str(tmp_path)).stacks

    assert (data.name, properties_of(front, "R")) == ("Data", {"V": "v"})


def test_stacks_that_import_from_each_other_are_a_fault(tmp_path: Path) -> None:
    write_manifest(
        tmp_path,
        write_stack(tmp_path, "A", exporting("a", {"Fn::ImportValue": "b"})),
        write_stack(tmp_path, "B", exporting("b", {"Fn::ImportValue": "a"})),
    )

    with pytest.raises(TemplateError) as caught:
        load_source(str(tmp_path))

    assert [str(fault) for fault in caught.value.faults] == [
        "A: stacks import from each other in a circle: A -> B -> A"
    ]


def test_export_of_two_stacks_is_a_fault(tmp_path: Path) -> None:
    write_manifest(
        tmp_path,
        write_stack(tmp_path, "A", exporting("a", 1, V={"Fn::ImportValue": "a"})),
        write_stack(tmp_path, "B", exporting("a", 2)),
    )

    with pytest.raises(TemplateError) as caught:
        load_source(str(tmp_path))

    assert [fault.message for fault in caught.value.faults] == ["stack A exports a as well"]


def test_export_whose_condition_does_not_hold_is_none(tmp_path: Path) -> None:
    output = {"Value": 1, "Condition": "Never", "Export": {"Name": "a"}}
    template = {**resources(), "Conditions": {"Never": {"Fn::Equals": [1, 2]}}, "Outputs": {"O": output}}
    write_manifest(
        tmp_path,
        write_stack(tmp_path, "A", template),
        write_stack(tmp_path, "B", resources(V={"Fn::ImportValue": "a"})),
    )

    source = load_source(str(tmp_path))

    assert properties_of(source.stacks[1], "R") == {"V": Unknown("Fn::ImportValue a")}


def test_parameter_may_be_given_to_one_stack(tmp_path: Path) -> None:
    template = {"Parameters": {"P": {"Type": "String"}}, **resources(V={"Ref": "P"})}
    write_manifest(
        tmp_path, write_stack(tmp_path, "A", template), write_stack(tmp_path, "B", template, displayName="App/B")
    )

    source = load_source(str(tmp_path), options=LoadOptions(parameters=["App/B:P=b", "P=all"]))

    assert [properties_of(stack, "R")["V"] for stack in source.stacks] == ["all", "b"]


def test_template_file_names_its_stack(tmp_path: Path) -> None:
    template = "Resources: {A: {Type: Custom::A}}"

    assert load_text(tmp_path, template, "my app.v2.yaml").stacks[0].name == "my-app-v2"
    assert load_text(tmp_path, template, "_.yaml").stacks[0].name == "stack"
    assert load_text(tmp_path, template, stacks=["mine"]).stacks[0].name == "mine"


def test_template_file_cannot_have_two_names(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="a template is one stack, it cannot have the names a, b"):
        load_text(tmp_path, "Resources: {A: {Type: Custom::A}}", stacks=["a", "b"])


def test_faults_of_all_stacks_are_told_together(tmp_path: Path) -> None:
    write_manifest(
        tmp_path,
        write_stack(tmp_path, "A", resources(V={"Ref": "X"})),
        write_stack(tmp_path, "B", resources(V={"Ref": "Y"})),
    )

    with pytest.raises(TemplateError, match="the template has 2 faults") as caught:
        load_source(str(tmp_path))

    assert len(caught.value.faults) == 2


def test_options_may_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('{"Resources": {"A": {"Type": "Custom::A"}}}')

    assert load_source(str(tmp_path / "t.json")).stacks[0].environment.region == "us-east-1"


def test_deployed_stack_is_asked_of_aws_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(AwsError, match="no AWS region is set"):
        load_source("aws:Pets")
