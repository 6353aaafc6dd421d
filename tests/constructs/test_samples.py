import dataclasses
import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from pydantic import BaseModel, Field

from forestage.constructs.samples import sample_body
from forestage.constructs.schemas import Length, Pattern, Range, SchemaTypeError, schema_of
from forestage.schemas import BodySchema
from tests.constructs.schemas.types import Drawn, types


@dataclasses.dataclass
class Tag:
    name: str


@dataclasses.dataclass
class Pet:
    name: str
    tags: list[Tag] = dataclasses.field(default_factory=list)
    mother: "Pet | None" = None
    kittens: "list[Pet]" = dataclasses.field(default_factory=list)
    rival: "Pet" = None  # type: ignore[assignment]  # left out of samples
    lives: int = 9


@dataclasses.dataclass
class Endless:
    next: "Endless"


class Toy(BaseModel):
    tag: Tag = Field(description="On it.")
    price: float = Field(gt=0, lt=0.5)


def test_sample_has_every_property_and_an_item_in_lists() -> None:
    assert sample_body(Pet) == {
        "name": "name",
        "tags": [{"name": "name"}],
        "mother": None,
        "kittens": [],
        "lives": 9,
    }


def test_sample_of_a_model_of_pydantic() -> None:
    assert sample_body(Toy) == {"tag": {"name": "name"}, "price": 0.25}


def raw(**keywords: Any) -> dict[str, Any]:  # of a schema
    return {"title": "Raw", **keywords}


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (list[Tag], [{"name": "name"}]),
        (dict[str, int], {"key1": 1}),
        (Annotated[dict[str, int], Length(min=2)], {"key1": 1, "key2": 1}),
        (tuple[int, str], [1, "IntList"]),
        (Annotated[set[int], Length(min=3)], [1, 2, 3]),
        (Annotated[set[bool], Length(min=2)], [True, False]),
        (Annotated[list[int], Length(max=0)], []),
        (Annotated[int, Range(above=2)], 3),
        (Annotated[int, Range(below=2)], 1),
        (Annotated[float, Range(max=-1.5)], -2),
        (Annotated[int, Range(min=1, multiple_of=5)], 5),
        (Annotated[int, Range(above=5, multiple_of=5)], 10),
        (Annotated[int, Range(below=5, multiple_of=5)], 0),
        (Annotated[float, Range(multiple_of=0.1, min=0.25)], 0.3),
        (Annotated[float, Range(min=0.5, below=0.6)], 0.5),
        (Annotated[set[Annotated[float, Range(above=0, below=1)]], Length(min=2)], [0.5, 1 / 3]),
        (dt.date, "2026-01-31"),
        (uuid.UUID, "6f1d2c3b-4a59-4e68-8d77-0a1b2c3d4e5f"),
        (Decimal, 1),
        (raw(), {}),
        (raw(properties={"a": {"type": "null"}}), {"a": None}),
        (raw(minimum=3), 3),
        (raw(type=["null", "string"], minLength=2), "Raw"),
        (raw(type=["null"]), None),
        (raw(type="object", minProperties=1), {"key1": {}}),
        (raw(type="object", additionalProperties={"type": "boolean"}), {"key1": True}),
        (raw(properties={"a": {}, "b": {}, "c": {}}, required=["b"], maxProperties=2), {"b": {}, "c": {}}),
        (raw(allOf=[{"required": ["a"], "properties": {"a": {"minimum": 1}}}, {"properties": {"b": {}}}]), None),
        (raw(allOf=[{"type": "integer"}, {"minimum": 1}]), 1),
        (
            raw(
                definitions={"Loop": {"required": ["a"], "properties": {"a": {"$ref": "#/definitions/Loop"}}}},
                anyOf=[{"$ref": "#/definitions/Loop"}, {"type": "string"}],
            ),
            "Raw",
        ),
        (raw(definitions={"A": {"type": "integer"}}, items={"$ref": "#/definitions/A"}), [1]),
        (raw(default="given", type="string"), "given"),
    ],
    ids=str,
)
def test_sample_fits_its_type(type_: Any, expected: object) -> None:  # any annotation
    sample = sample_body(type_)

    if expected is not None:
        assert sample == expected
    assert fits(type_, sample)


@pytest.mark.parametrize(
    ("type_", "message"),
    [
        (Endless, "Endless.next: found no sample that fits: give the field a default"),
        (Annotated[str, Pattern("^(?!a)[a-z]$")], "found no sample that fits"),
        (raw(properties={"a": {"type": "string", "pattern": "^(?!a)[a-z]$"}}, required=["a"]), "Raw.a: found no"),
        (Annotated[set[bool], Length(min=3)], "array must not contain duplicate elements; give the fields defaults"),
        (raw(**{"$ref": "#/definitions/Gone"}), "Raw: found no sample"),
        (raw(oneOf=[{"$ref": "#/definitions/Raw"}]), "Raw: found no sample"),
        (Annotated[list[Endless], Length(min=1)], "found no sample"),
        (raw(type="strange"), "Raw: "),
    ],
    ids=str,
)
def test_type_without_a_sample_is_refused(type_: Any, message: str) -> None:  # any annotation
    with pytest.raises(SchemaTypeError) as caught:
        sample_body(type_)

    assert message in str(caught.value)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=types())
def test_every_type_admits_its_sample(drawn: Drawn) -> None:
    type_, _ = drawn

    assert fits(type_, sample_body(type_))


def fits(type_: Any, body: object) -> bool:  # any annotation
    return not BodySchema.of(schema_of(type_).complete, models={}).errors(orjson.dumps(body))
