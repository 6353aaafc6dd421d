from __future__ import annotations

from typing import Any

import pytest

from forestage.load.intake import Intake, Item, property_of
from forestage.load.resolved import ResolvedResource
from forestage.model.network import Account
from forestage.model.tags import Tag
from forestage.model.values import Unknown
from tests.load.stacks import resolved_source


# Properties are whatever a case needs.
def resource(properties: Any) -> ResolvedResource:
    return ResolvedResource(stack="T", logical_id="Thing", type="AWS::X::Y", id="thing", properties=properties)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("A",), True),
        (("B",), False),
        (("A", "List", 0, "C"), True),
        (("A", "List", 0, "D"), False),
        (("A", "Text", "E"), False),
        (("A", "List", "F"), False),
    ],
)
def test_item_tells_what_was_written(path: tuple[str | int, ...], *, expected: bool) -> None:
    item = Item(resource=resource({"A": {"List": [{"C": 1}], "Text": "x"}}), value=None)

    assert item.has(*path) is expected


def test_property_of_properties_that_are_no_object_is_none() -> None:
    assert property_of(resource(["x"]), "Name") is None


def test_resources_are_sorted_by_type() -> None:
    intake = Intake(
        resolved_source({"A": {"Type": "AWS::X::Y"}, "B": {"Type": "AWS::X::Z"}, "C": {"Type": "AWS::X::Y"}})
    )

    assert [item.logical_id for item in intake.resources("AWS::X::Y")] == ["A", "C"]
    assert intake.resources("AWS::X::W") == ()
    assert intake.has_any(("AWS::Q::", "AWS::X::Z"))
    assert not intake.has_any(("AWS::Q::",))


def test_identity_is_given_to_classes_that_have_one() -> None:
    intake = Intake(resolved_source({"A": {"Type": "AWS::ApiGateway::Account", "Properties": {}}}))
    (account,) = intake.resources("AWS::ApiGateway::Account")

    read = intake.read(Account, account)
    tag = intake.read(Tag, resource({"Key": "k", "Value": "v"}))

    assert read is not None
    assert (read.logical_id, read.id) == ("A", account.id)
    assert tag == Tag(key="k", value="v")


def test_part_of_what_is_known_after_deployment_is_left_out_with_a_warning() -> None:
    source = resolved_source(
        {
            "Part": {
                "Type": "AWS::ApiGateway::Account",
                "Properties": {"Owner": {"Fn::GetAtt": ["Nested", "Outputs.X"]}},
            },
            "Nested": {"Type": "AWS::CloudFormation::Stack"},
        }
    )
    intake = Intake(source)

    found = intake.belonging(Account, "AWS::ApiGateway::Account", owner="Owner", owner_type="AWS::ApiGateway::RestApi")

    assert found == {}
    (warning,) = intake.warnings
    assert warning.message == (
        "AWS::ApiGateway::Account is left out: "
        f"Owner {Unknown('Fn::GetAtt Nested.Outputs.X')} is no AWS::ApiGateway::RestApi of this source"
    )
