from dataclasses import dataclass

from forestage.constructs.schemas.docstrings import class_description, field_descriptions


@dataclass
class Animal:
    """What lives
    in the shop.

    It may be of any kind.

    Attributes:
        name: What it is called, by
            those who know it.
        age (int): In years.

    Others follow.
    """

    name: str
    age: int


@dataclass
class Cat(Animal):
    """A cat.

    Attributes:
        lives: Nine at first.
    """

    lives: int


@dataclass
class Silent:
    name: str


class Plain:
    pass


def test_first_paragraph_describes_the_class() -> None:
    assert class_description(Animal) == "What lives in the shop."


def test_signature_that_dataclasses_write_describes_nothing() -> None:
    assert class_description(Silent) is None


def test_class_without_docstring_has_no_description() -> None:
    assert class_description(Plain) is None


def test_docstring_of_a_parent_is_not_that_of_the_child() -> None:
    assert class_description(type("Kitten", (Cat,), {})) is None


def test_section_describes_fields() -> None:
    assert field_descriptions(Animal) == {"name": "What it is called, by those who know it.", "age": "In years."}


def test_fields_of_parents_are_described_too() -> None:
    assert field_descriptions(Cat) == {**field_descriptions(Animal), "lives": "Nine at first."}


def test_class_without_section_describes_no_fields() -> None:
    assert field_descriptions(Silent) == {}
