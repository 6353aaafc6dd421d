import dataclasses
import datetime as dt
import enum
from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal, TypeVar

import pydantic
import pytest
from pydantic import BaseModel, ConfigDict, Field, RootModel
from typing_extensions import TypedDict

from forestage.constructs.schemas import Length, SchemaTypeError, schema_of
from forestage.constructs.schemas.draft4 import FORMATS, NULL
from tests.constructs.schemas.types import TUPLE

T = TypeVar("T")


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Tag:
    """A tag.

    Attributes:
        name: What is on it.
    """

    name: Annotated[str, Length(min=1)]
    on: "Dog | None" = None


class Place(TypedDict):
    street: str


class Cat(BaseModel):
    """A cat."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["cat"]
    lives: int = Field(9, gt=0, le=9, examples=[3], description="How many are left.")


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str = Field(alias="dogName", min_length=1, pattern="^[a-z]+$")
    color: Color = Color.RED
    tag: Tag | None = Field(None, description="Around its neck.")
    home: Place
    born: dt.date | None = None
    score: float = Field(0, ge=0, gt=-1, lt=10, le=10, multiple_of=0.5)
    pair: tuple[int, str] = (1, "a")
    parent: "Dog | None" = None
    best: Tag = Field(description="The best one.")
    nothing: None = None
    none: Literal[None] = None  # ruff: ignore[redundant-none-literal]  (pydantic writes a const for it)


class Shape(RootModel[Annotated[Cat | Dog, Field(discriminator="kind")]]):
    pass


class Page(BaseModel, Generic[T]):
    items: list[T]


class CatPage(Page[Cat]):
    pass


@pydantic.dataclasses.dataclass
class Cage:
    cats: list[Cat]
    size: int = 1


def definition(type_: type, name: str) -> Any:  # a schema
    schema = schema_of(type_)
    return schema.definitions.get(name, schema.document)


def test_model_is_read_as_pydantic_describes_it() -> None:
    assert definition(Cat, "Cat") == {
        "title": "Cat",
        "description": "A cat.",
        "type": "object",
        "properties": {
            "kind": {"type": "string", "enum": ["cat"]},
            "lives": {
                "type": "integer",
                "default": 9,
                "description": "How many are left.",
                "minimum": 0,
                "exclusiveMinimum": True,
                "maximum": 9,
            },
        },
        "required": ["kind"],
        "additionalProperties": False,
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("dogName", {"type": "string", "minLength": 1, "pattern": "^[a-z]+$"}),
        ("color", {"title": "Color", "type": "string", "enum": ["red", "blue"], "default": "red"}),
        ("tag", {"anyOf": [{"$ref": "#/definitions/Tag"}, NULL], "description": "Around its neck."}),
        ("home", {"$ref": "#/definitions/Place"}),
        ("born", {"type": ["string", "null"], "format": "date", "pattern": FORMATS["date"]}),
        ("parent", {"anyOf": [{"$ref": "#/definitions/Dog"}, NULL]}),
        ("best", {"allOf": [{"$ref": "#/definitions/Tag"}], "description": "The best one."}),
        ("nothing", NULL),
        ("none", NULL),
        (
            "pair",
            {
                "type": "array",
                "items": [{"type": "integer"}, {"type": "string"}],
                "additionalItems": False,
                "minItems": 2,
                "maxItems": 2,
                "default": [1, "a"],
            },
        ),
        (
            "score",
            {"type": "number", "minimum": 0, "maximum": 10, "exclusiveMaximum": True, "multipleOf": 0.5, "default": 0},
        ),
    ],
)
def test_field_is_turned_into_draft_4(name: str, expected: dict[str, Any]) -> None:
    assert definition(Dog, "Dog")["properties"][name] == expected


def test_dataclasses_within_are_read_as_they_are_alone() -> None:
    within = definition(Dog, "Tag")

    assert within == definition(Tag, "Tag")
    assert within["properties"]["name"] == {"type": "string", "minLength": 1, "description": "What is on it."}


def test_model_within_a_dataclass_is_read_as_it_is_alone() -> None:
    assert definition(Tag, "Dog") == definition(Dog, "Dog")


def test_branches_of_a_discriminated_union_decide_by_themselves() -> None:
    assert definition(Shape, "Shape") == {
        "title": "Shape",
        "oneOf": [{"$ref": "#/definitions/Cat"}, {"$ref": "#/definitions/Dog"}],
    }


def test_dataclass_of_pydantic_is_read_by_pydantic() -> None:
    cage = definition(Cage, "Cage")

    assert cage["properties"]["cats"] == {"type": "array", "items": {"$ref": "#/definitions/Cat"}}
    assert cage["required"] == ["cats"]


def test_subclass_of_a_generic_is_a_model() -> None:
    assert definition(CatPage, "CatPage")["properties"]["items"]["items"] == {"$ref": "#/definitions/Cat"}


class Deep(BaseModel):
    pages: list[Page[Cat]]


class Keys(BaseModel):
    by_name: dict[Annotated[str, Field(min_length=2)], int]


class Calls(BaseModel):
    call: Callable[[], int]


def twins() -> type:
    first, second = pydantic.create_model("Twin", a=(int, ...)), pydantic.create_model("Twin", b=(int, ...))
    return pydantic.create_model("Pair", first=(first, ...), second=(second, ...))


@pytest.mark.parametrize(
    ("type_", "message"),
    [
        (Page, "Page is generic"),
        (Page[int], "the name of a model has to be letters and digits, got 'Page[int]'"),
        (Deep, "of a generic write a subclass"),
        (Keys, "has no 'propertyNames'"),
        (Calls, "Calls: pydantic has no JSON schema for it"),
        (twins(), "give two classes of one name names of their own"),
        (TUPLE[Place, pydantic.create_model("P", at=(pydantic.create_model("Place", a=(int, ...)), ...))], "'Place'"),
        (pydantic.create_model("My_Model", a=(int, ...)), "got 'My_Model'"),
    ],
    ids=str,
)
def test_model_that_draft_4_cannot_say_is_refused(type_: type, message: str) -> None:
    with pytest.raises(SchemaTypeError) as caught:
        schema_of(type_)

    assert message in str(caught.value)
