import dataclasses
import json
from typing import Annotated, Any, Literal, NotRequired

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from forestage.constructs.schemas import Length, Pattern, Range, SchemaTypeError, closed, schema_of
from forestage.schemas import BodySchema
from tests.constructs.schemas.types import LIST, types


@dataclasses.dataclass
class Tag:
    name: str


@dataclasses.dataclass
class Node:
    tag: Tag
    next: "Node | None" = None


@dataclasses.dataclass
class Egg:
    layer: "Hen | None" = None


@dataclasses.dataclass
class Hen:
    egg: Egg
    tag: Tag


@dataclasses.dataclass
class Farm:
    hens: list[Hen]
    first: Node


@closed
@dataclasses.dataclass
class Order:
    id: Annotated[int, Range(min=1)]
    code: Annotated[str, Pattern("^[A-Z]{3}$")]
    note: Annotated[str, Length(max=3)] | None = None
    kind: Literal["gift", "sale"] = "sale"


class Line(TypedDict):
    order: Order
    tags: NotRequired[list[Tag]]


def there(name: str) -> str:
    return f"there/{name}"


@pytest.mark.parametrize(
    ("type_", "name"),
    [
        (Tag, "Tag"),
        (list[Tag], "TagList"),
        (tuple[Tag, ...], "TagList"),
        (dict[str, Tag], "TagMap"),
        (list[dict[str, Tag]], "TagMapList"),
        (Tag | Order, "TagOrOrder"),
        (Annotated[list[Tag], Length(min=1)], "TagList"),
        (str, "Str"),
        ({"title": "Raw", "type": "object"}, "Raw"),
    ],
    ids=str,
)
def test_type_has_a_name(type_: Any, name: str) -> None:  # any annotation
    assert schema_of(type_).name == name


def test_schema_is_complete_with_its_definitions() -> None:
    complete = schema_of(Node).complete

    assert complete["$schema"] == "http://json-schema.org/draft-04/schema#"
    assert list(complete["definitions"]) == ["Node", "Tag"]
    json.dumps(complete)


def test_schema_without_references_has_no_definitions() -> None:
    assert "definitions" not in schema_of(Tag).complete


def test_each_named_type_is_a_model_after_those_it_needs() -> None:
    models = schema_of(Line).models(there)

    assert [(model.name, model.needs) for model in models] == [("Order", ()), ("Tag", ()), ("Line", ("Order", "Tag"))]
    properties = models[-1].document["properties"]
    assert properties == {"order": {"$ref": "there/Order"}, "tags": {"type": "array", "items": {"$ref": "there/Tag"}}}


def test_types_that_contain_each_other_are_defined_within() -> None:
    models = {model.name: model for model in schema_of(Farm).models(there)}

    assert list(models) == ["Tag", "Node", "Egg", "Hen", "Farm"]
    assert models["Node"].needs == ("Tag",)
    assert list(models["Node"].document["definitions"]) == ["Node"]
    egg = models["Egg"]
    assert egg.needs == ("Tag",)
    assert list(egg.document["definitions"]) == ["Egg", "Hen"]
    hen = egg.document["definitions"]["Hen"]["properties"]
    assert hen == {"egg": {"$ref": "#/definitions/Egg"}, "tag": {"$ref": "there/Tag"}}
    assert models["Farm"].needs == ("Hen", "Node")
    assert "definitions" not in models["Farm"].document


def test_schema_as_it_is_keeps_its_own_definitions() -> None:
    raw = {"title": "Raw", "definitions": {"A": {"type": "string"}}, "items": {"$ref": "#/definitions/A"}}

    (model,) = schema_of(raw).models(there)

    assert model.document == {"$schema": "http://json-schema.org/draft-04/schema#", **raw}
    assert model.needs == ()


@pytest.mark.parametrize(
    ("type_", "message"),
    [
        ({"type": "object"}, "a schema needs a title, which names its model in letters and digits, got None"),
        ({"title": "A b"}, "got 'A b'"),
        ({"title": "Raw", "const": 1}, "Raw: models are of JSON Schema draft 4"),
        (
            dataclasses.make_dataclass("My_Tag", [("a", int)]),
            "My_Tag: the name of a model has to be letters and digits",
        ),
        (
            LIST[dataclasses.make_dataclass("Outer", [("a", dataclasses.make_dataclass("My_Tag", [("a", int)]))])],
            "My_Tag: the name of a model has to be letters and digits: rename the class",
        ),
        (LIST[dataclasses.make_dataclass("A", [("a", dataclasses.make_dataclass("AList", [("a", int)]))])], "AList: "),
        (dataclasses.make_dataclass("Re", [("a", Annotated[str, Pattern(r"\Aa")])]), "Re.properties.a: patterns"),
    ],
    ids=str,
)
def test_type_without_a_model_is_refused(type_: Any, message: str) -> None:  # any annotation
    with pytest.raises(SchemaTypeError) as caught:
        schema_of(type_)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("type_", "body", "admitted"),
    [
        (Order, {"id": 1, "code": "ABC"}, True),
        (Order, {"id": 0, "code": "ABC"}, False),
        (Order, {"id": True, "code": "ABC"}, False),
        (Order, {"id": 1, "code": "ABCD"}, False),
        (Order, {"id": 1, "code": "ABC", "note": None}, True),
        (Order, {"id": 1, "code": "ABC", "note": "long"}, False),
        (Order, {"id": 1, "code": "ABC", "kind": "loan"}, False),
        (Order, {"id": 1, "code": "ABC", "more": 1}, False),
        (Line, {"order": {"id": 1, "code": "ABC"}, "more": 1}, True),
        (Line, {"order": {}}, False),
        (Node, {"tag": {"name": "a"}, "next": {"tag": {"name": "b"}, "next": None}}, True),
        (Node, {"tag": {"name": "a"}, "next": {"tag": {"name": 1}}}, False),
        (list[Tag], [{"name": "a"}], True),
        (list[Tag], {}, False),
        (Tag | Order, {"name": "a"}, True),
        (Tag | Order, {}, False),
    ],
    ids=str,
)
def test_schema_admits_what_the_type_admits(type_: Any, body: object, *, admitted: bool) -> None:  # any annotation
    assert admits_schema(type_, body) is admitted
    assert admits_type(type_, body) is admitted


BODIES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.floats(-9, 9, width=16) | st.text("abx1é", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_schema_and_type_agree_on_every_body(data: st.DataObject) -> None:
    type_, near = data.draw(types())
    body = data.draw(near | BODIES)

    assert admits_schema(type_, body) is admits_type(type_, body)


def admits_schema(type_: Any, body: object) -> bool:  # any annotation
    return not BodySchema.of(schema_of(type_).complete, models={}).errors(orjson.dumps(body))


def admits_type(type_: Any, body: object) -> bool:  # any annotation
    try:
        TypeAdapter(type_).validate_json(orjson.dumps(body), strict=True)
    except ValidationError:
        return False
    return True
