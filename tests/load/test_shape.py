from __future__ import annotations

from collections.abc import Mapping  # ruff: ignore[typing-only-standard-library-import] - load_shape reads annotations
from typing import TYPE_CHECKING, Any

import pytest

from forestage.load.positions import Document, MarkedMap
from forestage.load.shape import dotted, load_shape, plain_json, property_fields, property_name, shown
from forestage.model.records import dataclass, field
from forestage.model.values import ASSEMBLED, Json, OpenJson, Origin, Secret, Text, Unknown
from forestage.model.vocabulary import (
    ContentHandling,  # ruff: ignore[typing-only-first-party-import] - load_shape reads annotations
    NotNegative,  # ruff: ignore[typing-only-first-party-import] - as above
)

if TYPE_CHECKING:
    from forestage.errors import Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    size: int
    note: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bare:
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    logical_id: str
    id: str
    name: str
    text: Text | None = None
    flag: bool | None = None
    count: NotNegative | None = None
    rate: float | None = None
    handling: ContentHandling | None = None
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    texts: tuple[Text, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    part_by_name: Mapping[str, Part] = field(default_factory=dict)
    bare: Bare | None = None
    document: OpenJson | None = None
    schema: Json | None = None
    children: tuple[str, ...] = field(default=(), metadata=ASSEMBLED)
    origin: Origin | None = field(default=None, compare=False, repr=False)


def origin(*path: str | int) -> Origin:
    return Origin("t", path="/".join(map(str, path)))


# A document may hold anything.
def load(**properties: Any) -> tuple[Thing | None, list[str]]:
    faults: list[Fault] = []
    given = {"logical_id": "Thing", "id": "thing"}
    thing = load_shape(Thing, {"Name": "x", **properties}, origin_of=origin, faults=faults, given=given)
    return thing, [fault.message for fault in faults]


LATER = Unknown("Fn::GetAtt Table.Arn")


@pytest.mark.parametrize(
    ("properties", "field_name", "expected"),
    [
        ({"Name": "pets"}, "name", "pets"),
        ({"Name": 3}, "name", "3"),
        ({"Name": 1.5}, "name", "1.5"),
        ({"Name": True}, "name", "true"),
        ({"Name": False}, "name", "false"),
        ({"Name": Secret("s")}, "name", "s"),
        ({"Text": LATER}, "text", LATER),
        ({"Text": Secret("s")}, "text", Secret("s")),
        ({"Text": 7}, "text", "7"),
        ({"Flag": True}, "flag", True),
        ({"Flag": "true"}, "flag", True),
        ({"Flag": "False"}, "flag", False),
        ({"Count": 3}, "count", 3),
        ({"Count": "3"}, "count", 3),
        ({"Count": 3.0}, "count", 3),
        ({"Count": Secret("3")}, "count", 3),
        ({"Rate": "0.5"}, "rate", 0.5),
        ({"Rate": 2}, "rate", 2.0),
        ({"Handling": "CONVERT_TO_TEXT"}, "handling", "CONVERT_TO_TEXT"),
        ({"Part": {"Size": "4"}}, "part", Part(size=4)),
        ({"Part": '{"Size": 4}'}, "part", Part(size=4)),
        ({"Parts": [{"Size": 1}, {"Size": 2}]}, "parts", (Part(size=1), Part(size=2))),
        ({"Texts": ["a", LATER, 1]}, "texts", ("a", LATER, "1")),
        ({"Texts": LATER}, "texts", (LATER,)),
        ({"Words": {"a": 1, "b": True}}, "words", {"a": "1", "b": "true"}),
        ({"Words": '{"a": "b"}'}, "words", {"a": "b"}),
        ({"PartByName": {"k": {"Size": 1}}}, "part_by_name", {"k": Part(size=1)}),
        ({"Bare": {"Key": "k"}}, "bare", Bare(key="k")),
        ({"Document": {"a": [LATER, 1, None]}}, "document", {"a": [LATER, 1, None]}),
        ({"Document": '{"a": [1]}'}, "document", {"a": [1]}),
        ({"Document": LATER}, "document", LATER),
        ({"Schema": {"type": "object"}}, "schema", {"type": "object"}),
        ({"Schema": '{"type": "object"}'}, "schema", {"type": "object"}),
        ({"Schema": {"enum": ["a", "b"], "required": []}}, "schema", {"enum": ["a", "b"], "required": []}),
        ({"Nothing": "known"}, "name", "x"),
    ],
)
def test_value_is_read_as_cloudformation_does(properties: dict[str, Any], field_name: str, expected: object) -> None:
    thing, faults = load(**properties)

    assert faults == []
    assert getattr(thing, field_name) == expected


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"Name": ["x"]}, "Name must be text, got a list"),
        ({"Name": {}}, "Name must be text, got an object"),
        ({"Name": None}, "Name must be text, got null"),
        ({"Name": LATER}, "Name must be text, got <Fn::GetAtt Table.Arn>, which is known only after deployment"),
        ({"Text": {"Ref": "X"}}, "Text must be text, got an object"),
        ({"Flag": "yes"}, 'Flag must be true or false, got "yes"'),
        ({"Flag": 1}, "Flag must be true or false, got 1"),
        ({"Count": "many"}, 'Count must be a whole number, got "many"'),
        ({"Count": True}, "Count must be a whole number, got true"),
        ({"Count": 1.5}, "Count must be a whole number, got 1.5"),
        ({"Count": "nan"}, 'Count must be a whole number, got "nan"'),
        ({"Count": []}, "Count must be a whole number, got a list"),
        ({"Count": -1}, "Count must be 0 or more, got -1"),
        ({"Rate": Secret("fast")}, "Rate must be a number, got a secret"),
        ({"Handling": "TEXT"}, 'Handling must be one of CONVERT_TO_BINARY, CONVERT_TO_TEXT, got "TEXT"'),
        ({"Handling": []}, "Handling must be text, got a list"),
        ({"Part": "small"}, 'Part must be an object, got "small"'),
        ({"Part": {}}, "Part.Size is required"),
        ({"Parts": {"Size": 1}}, "Parts must be a list, got an object"),
        ({"Parts": "none"}, 'Parts must be a list, got "none"'),
        ({"Parts": LATER}, f"Parts must be a list, got {LATER}, which is known only after deployment"),
        ({"Parts": [{"Size": 1}, {"Size": "x"}]}, 'Parts[1].Size must be a whole number, got "x"'),
        ({"Words": ["a"]}, "Words must be an object, got a list"),
        ({"Words": {"a": [1]}}, "Words.a must be text, got a list"),
        ({"Document": "not JSON"}, 'Document must be JSON, got "not JSON"'),
        ({"Schema": {"a": [LATER]}}, f"Schema.a[0] must be known before deployment, got {shown(LATER)}"),
        ({"Schema": {"a": Secret("s")}}, "Schema.a must not be a secret"),
        ({"Name": "x" * 100 + "!", "Flag": "y" * 100}, f'Flag must be true or false, got "{"y" * 56}...'),
    ],
)
def test_wrong_value_is_a_fault(properties: dict[str, Any], message: str) -> None:
    _, faults = load(**properties)

    assert faults == [message]


def test_every_fault_is_told_with_its_place() -> None:
    faults: list[Fault] = []

    thing = load_shape(Bare, {"Key": []}, origin_of=origin, faults=faults)
    other = load_shape(Thing, {"Flag": 1, "Parts": [{"Size": "x"}]}, origin_of=origin, faults=faults, given={"id": "i"})

    assert thing is None
    assert other is None
    assert [str(fault) for fault in faults] == [
        "t (Key): Key must be text, got a list",
        "t (Name): Name is required",
        "t (Flag): Flag must be true or false, got 1",
        't (Parts/0/Size): Parts[0].Size must be a whole number, got "x"',
    ]


def test_properties_that_are_no_object_are_a_fault() -> None:
    faults: list[Fault] = []

    thing = load_shape(Bare, "text", origin_of=origin, faults=faults)

    assert thing is None
    assert [fault.message for fault in faults] == ['Properties must be an object, got "text"']


def test_optional_value_that_is_wrong_leaves_the_rest() -> None:
    thing, _ = load(Flag="maybe", Parts=[{"Size": 1}, {"Size": "x"}], Words={"a": "b", "c": []})

    assert thing is not None
    assert thing.flag is None
    assert thing.parts == (Part(size=1),)
    assert thing.words == {"a": "b"}


def test_every_object_knows_where_it_was_written() -> None:
    thing, _ = load(Part={"Size": 1}, Parts=[{"Size": 1}])

    assert thing is not None
    assert thing.origin == Origin("t")
    assert thing.part is not None
    assert thing.part.origin == Origin("t", path="Part")
    assert thing.parts[0].origin == Origin("t", path="Parts/0")


def test_given_fields_are_no_properties() -> None:
    faults: list[Fault] = []
    given = {"logical_id": "L", "id": "i", "name": "given", "children": ("a",)}

    thing = load_shape(
        Thing, {"Name": 5, "LogicalId": "X", "Children": 3}, origin_of=origin, faults=faults, given=given
    )

    assert thing == Thing(logical_id="L", id="i", name="given", children=("a",))


@pytest.mark.parametrize(
    ("field_name", "expected"),
    [
        ("rest_api_id", "RestApiId"),
        ("provider_arns", "ProviderARNs"),
        ("e_tag", "ETag"),
        ("etag", "Etag"),
        ("body_s3_location", "BodyS3Location"),
        ("name", "Name"),
    ],
)
def test_property_name_is_the_field_in_capitals(field_name: str, expected: str) -> None:
    assert property_name(field_name) == expected


def test_property_fields_leave_out_identity_and_assembled_parts() -> None:
    assert {"logical_id", "id", "origin", "children"}.isdisjoint(property_fields(Thing).values())
    assert property_fields(Part) == {"Size": "size", "Note": "note"}


def test_dotted_writes_a_path_for_people() -> None:
    assert dotted(("A", 0, "B", "C")) == "A[0].B.C"
    assert dotted(()) == "Properties"


def test_plain_json_copies_containers() -> None:
    document = MarkedMap(Document("t", ""), 0, {}, {"a": MarkedMap(Document("t", ""), 0, {}, {"b": "c"})})

    copied = plain_json(document)

    assert copied == {"a": {"b": "c"}}
    assert type(copied) is dict
    assert type(copied["a"]) is dict


def test_plain_json_copies_lists() -> None:
    assert plain_json(({"a": 1}, "b")) == [{"a": 1}, "b"]
