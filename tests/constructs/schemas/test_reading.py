import dataclasses
import datetime as dt
import enum
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, NewType, NotRequired, Optional, Required, TypeVar

import pytest
from typing_extensions import Doc, ReadOnly, TypeAliasType, TypedDict

from forestage.constructs.schemas import Length, SchemaTypeError, closed
from forestage.constructs.schemas.draft4 import FORMATS, NULL
from forestage.constructs.schemas.reading import Reader
from tests.constructs.schemas.types import LITERAL, TUPLE

T = TypeVar("T")
Name = NewType("Name", str)
Words = TypeAliasType("Words", str | list[str])


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    S = 1
    L = 2


class Odd(enum.Enum):
    PAIR = (1, 2)


class Bits(enum.Flag):
    ONE = 1


@dataclasses.dataclass
class Tag:
    name: str


@closed
@dataclasses.dataclass(kw_only=True)
class Pet:
    """A pet of the shop.

    Attributes:
        tag: What hangs around its neck.
    """

    kinds: ClassVar[int] = 3
    name: str
    tag: Tag | None = None
    color: Color = Color.RED
    lives: Final[int] = 9
    born: dt.date = dt.date(2026, 1, 31)
    friends: "list[Pet]" = dataclasses.field(default_factory=list)
    id: int = dataclasses.field(init=False)


class Base(TypedDict):
    kept: int


class Order(Base, total=False):
    """What somebody wants."""

    lines: Required[list[str]]
    note: Annotated[NotRequired[str], Doc("for us")]
    size: ReadOnly[Size]


class Written(TypedDict):
    first: "int"
    second: "NotRequired[int]"


@dataclasses.dataclass
class Page(Generic[T]):
    items: list[T]


class Stranger:
    pass


def read(annotation: object) -> Any:  # a schema
    return Reader().read(annotation, "Body")


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, {"type": "string"}),
        (bool, {"type": "boolean"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (None, NULL),
        (Any, {}),
        (Name, {"type": "string"}),
        (dt.date, {"type": "string", "format": "date", "pattern": FORMATS["date"]}),
        (uuid.UUID, {"type": "string", "format": "uuid", "pattern": FORMATS["uuid"]}),
        (Optional[int], {"type": ["integer", "null"]}),  # ruff: ignore[non-pep604-annotation-optional]  (as older code has it)
        (int | str, {"type": ["integer", "string"]}),
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (list, {"type": "array"}),
        (Sequence[int], {"type": "array", "items": {"type": "integer"}}),
        (tuple[int, ...], {"type": "array", "items": {"type": "integer"}}),
        (
            tuple[int, str],
            {
                "type": "array",
                "items": [{"type": "integer"}, {"type": "string"}],
                "additionalItems": False,
                "minItems": 2,
                "maxItems": 2,
            },
        ),
        (frozenset[int], {"type": "array", "items": {"type": "integer"}, "uniqueItems": True}),
        (dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (Mapping[str, Any], {"type": "object"}),
        (dict, {"type": "object"}),
        (Literal["a", "b"], {"enum": ["a", "b"], "type": "string"}),
        (Literal[1, True], {"enum": [1, True]}),
        (Literal[Color.RED], {"enum": ["red"], "type": "string"}),
        (LITERAL["a", None], {"anyOf": [{"enum": ["a"], "type": "string"}, NULL]}),
        (LITERAL[None], NULL),
        (Color, {"enum": ["red", "blue"], "type": "string"}),
        (Size, {"enum": [1, 2], "type": "integer"}),
        (Annotated[str, Length(min=1), Doc("said")], {"type": "string", "minLength": 1, "description": "said"}),
    ],
    ids=str,
)
def test_annotation_has_a_schema(annotation: object, expected: dict[str, Any]) -> None:
    assert read(annotation) == expected


def test_decimal_is_a_number_or_a_string_of_digits() -> None:
    number, text = read(Decimal)["anyOf"]

    assert number == {"type": "number"}
    assert text["type"] == "string"


def test_dataclass_is_an_object_with_a_name() -> None:
    reader = Reader()

    document = reader.read(Pet, "")

    assert document == {"$ref": "#/definitions/Pet"}
    assert list(reader.definitions) == ["Tag", "Pet"]
    assert reader.definitions["Pet"] == {
        "title": "Pet",
        "type": "object",
        "description": "A pet of the shop.",
        "properties": {
            "name": {"type": "string"},
            "tag": {
                "anyOf": [{"$ref": "#/definitions/Tag"}, NULL],
                "description": "What hangs around its neck.",
            },
            "color": {"enum": ["red", "blue"], "type": "string", "default": "red"},
            "lives": {"type": "integer", "default": 9},
            "born": read(dt.date),
            "friends": {"type": "array", "items": {"$ref": "#/definitions/Pet"}},
            "id": {"type": "integer"},
        },
        "required": ["name"],
        "additionalProperties": False,
    }


def test_typed_dict_requires_what_its_words_say() -> None:
    reader = Reader()

    reader.read(Order, "")

    order = reader.definitions["Order"]
    assert order["required"] == ["kept", "lines"]
    assert order["properties"]["note"] == {"type": "string", "description": "for us"}
    assert order["properties"]["size"] == {"enum": [1, 2], "type": "integer"}
    assert order["description"] == "What somebody wants."
    assert "additionalProperties" not in order


def test_words_of_a_typed_dict_may_be_strings() -> None:
    reader = Reader()

    reader.read(Written, "")

    assert reader.definitions["Written"]["required"] == ["first"]


def test_class_without_required_fields_has_no_list_of_them() -> None:
    reader = Reader()

    reader.read(dataclasses.make_dataclass("Loose", [("a", int, 1)]), "")

    assert "required" not in reader.definitions["Loose"]


def test_type_alias_is_a_named_type() -> None:
    reader = Reader()

    document = reader.read(list[Words], "")

    strings = {"type": "array", "items": {"type": "string"}}
    assert document == {"type": "array", "items": {"$ref": "#/definitions/Words"}}
    assert reader.definitions == {"Words": {"anyOf": [{"type": "string"}, strings]}}


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (Stranger, "Body: Stranger has no JSON that API Gateway could hold a body against: use a dataclass"),
        (bytes, "bytes has no JSON"),
        (list[Stranger], "Body[]: Stranger has no JSON"),
        (dict[str, Stranger], "Body{}: Stranger has no JSON"),
        (dict[int, str], "the keys of JSON objects are strings, got int: use dict[str, ...]"),
        (Bits, "Bits has no JSON"),
        (Odd, "values have to be strings, numbers, true or false, got [(1, 2)]"),
        (Page, "Page is generic, and models have one shape and one name: write a class for it"),
        (Page[int], "Page[int] is generic"),
        (T, "T is generic"),
        (int | Stranger, "Body: Stranger has no JSON"),
        ({"unhashable": 1}, "has no JSON"),
    ],
    ids=str,
)
def test_annotation_without_a_schema_is_refused(annotation: object, message: str) -> None:
    with pytest.raises(SchemaTypeError) as caught:
        read(annotation)

    assert message in str(caught.value).replace("tests.constructs.schemas.test_reading.", "").replace("~", "")


def test_field_of_a_class_is_named_in_the_refusal() -> None:
    cls = dataclasses.make_dataclass("Cage", [("inmates", list[Stranger])])

    with pytest.raises(SchemaTypeError, match=r"^Cage\.inmates\[\]: "):
        read(cls)


def test_type_that_is_not_known_in_the_module_is_refused() -> None:
    cls = dataclasses.make_dataclass("Cage", [("inmate", "Nobody")])

    with pytest.raises(SchemaTypeError, match=r"Cage: name 'Nobody' is not defined: .* import them at run time"):
        read(cls)


def test_two_classes_of_one_name_are_refused() -> None:
    other = dataclasses.make_dataclass("Tag", [("text", str)])

    with pytest.raises(SchemaTypeError, match="two types of the API have the name 'Tag'"):
        read(TUPLE[Tag, other])
