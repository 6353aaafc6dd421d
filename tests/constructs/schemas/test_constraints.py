from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import annotated_types
import pytest
from pydantic import BaseModel, Field, StringConstraints, ValidationError
from typing_extensions import Doc, TypedDict

from forestage.constructs.schemas import Length, Pattern, Range, SchemaTypeError, closed
from forestage.constructs.schemas.constraints import constrained, description_of, is_closed, limits_of


@pytest.mark.parametrize(
    ("document", "metadata", "added"),
    [
        ({"type": "string"}, [Length(min=1, max=40)], {"minLength": 1, "maxLength": 40}),
        ({"type": "array"}, [Length(max=3)], {"maxItems": 3}),
        ({"type": "object"}, [Length(min=1)], {"minProperties": 1}),
        ({"type": "integer"}, [Range(min=1, max=5)], {"minimum": 1, "maximum": 5}),
        (
            {"type": "number"},
            [Range(above=0, below=1)],
            {"minimum": 0, "exclusiveMinimum": True, "maximum": 1, "exclusiveMaximum": True},
        ),
        ({"type": "number"}, [Range(multiple_of=Decimal("0.5"))], {"multipleOf": 0.5}),
        ({"type": "number"}, [Range(min=Decimal(2))], {"minimum": 2}),
        ({"type": "string"}, [Pattern("^[a-z]+$")], {"pattern": "^[a-z]+$"}),
        ({"type": ["string", "null"]}, [Length(min=1)], {"minLength": 1}),
        ({"type": "integer"}, [annotated_types.Ge(1), annotated_types.Lt(9)], {"minimum": 1, "maximum": 9}),
        ({"type": "string"}, [annotated_types.MinLen(2)], {"minLength": 2}),
        ({"type": "integer"}, [annotated_types.MultipleOf(3)], {"multipleOf": 3}),
        ({"type": "integer"}, [Field(ge=4, description="how many")], {"minimum": 4}),
        ({"type": "string"}, [StringConstraints(pattern="^x$", max_length=1)], {"pattern": "^x$", "maxLength": 1}),
        ({"type": "string"}, ["whatever", len], {}),
    ],
    ids=str,
)
def test_metadata_becomes_keywords(document: dict[str, Any], metadata: list[object], added: dict[str, Any]) -> None:
    result = constrained(document, limits_of(metadata), "Pet.name")

    assert {**document, **added}.items() <= result.items()


@pytest.mark.parametrize(
    ("document", "metadata", "message"),
    [
        ({"type": "string"}, Range(min=1), "Pet.x: ge does not limit a value of type string: take it away"),
        ({"type": "integer"}, Length(min=1), "min_length does not limit a value of type integer"),
        ({"type": "boolean"}, Pattern("x"), "pattern does not limit a value of type boolean"),
        ({"type": "integer"}, annotated_types.Ge("a"), "the limit of a number has to be a number, got 'a'"),
        ({"type": "string", "enum": ["a"]}, Length(min=1), "min_length limit one type of value"),
        ({"$ref": "#/definitions/Tag"}, Length(min=1), "put them on the members of the union or of the class"),
        ({"type": ["string", "integer"]}, Length(min=1), "put them on the members of the union"),
        ({"type": "string"}, Length(min=3, max=2), "no value has minLength 3 and maxLength 2: exchange them"),
        ({"type": "string", "pattern": "^x$"}, Pattern("y"), "has a pattern of its own: use str for another one"),
    ],
    ids=str,
)
def test_limit_that_cannot_be_held_is_refused(document: dict[str, Any], metadata: object, message: str) -> None:
    with pytest.raises(SchemaTypeError) as caught:
        constrained(document, limits_of([metadata]), "Pet.x")

    assert message in str(caught.value)


def test_later_limit_wins() -> None:
    assert limits_of([Length(min=1, max=9), Length(min=2)]) == {"min_length": 2, "max_length": 9}


@pytest.mark.parametrize(
    ("metadata", "description"),
    [([Doc("said")], "said"), ([Length(min=1), Field(description="said")], "said"), ([Length(min=1)], None)],
    ids=str,
)
def test_description_is_found(metadata: list[object], description: str | None) -> None:
    assert description_of(metadata) == description


@closed
@dataclass
class Strict:
    name: Annotated[str, Length(min=2, max=3), Pattern("^[a-z]+$")]
    age: Annotated[int, Range(above=0, multiple_of=2)] = 2


class Open(TypedDict):
    name: str


class Closed(TypedDict, closed=True):
    name: str


class Holder(BaseModel):
    strict: Strict


@pytest.mark.parametrize(("cls", "expected"), [(Strict, True), (Open, False), (Closed, True)], ids=str)
def test_class_is_closed_by_our_word_and_by_that_of_typing(cls: type, *, expected: bool) -> None:
    assert is_closed(cls) is expected


@pytest.mark.parametrize(
    ("strict", "admitted"),
    [
        ({"name": "abc", "age": 4}, True),
        ({"name": "a"}, False),
        ({"name": "abcd"}, False),
        ({"name": "A1"}, False),
        ({"name": "abc", "age": 0}, False),
        ({"name": "abc", "age": 3}, False),
        ({"name": "abc", "further": 1}, False),
    ],
    ids=str,
)
def test_pydantic_understands_our_words(strict: dict[str, object], *, admitted: bool) -> None:
    try:
        Holder.model_validate({"strict": strict})
    except ValidationError:
        assert not admitted
    else:
        assert admitted
