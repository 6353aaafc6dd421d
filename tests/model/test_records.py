from __future__ import annotations

import copy
import dataclasses
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from forestage.model import records

if TYPE_CHECKING:
    from collections.abc import Mapping


@records.dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A class of the model."""

    name: str
    size: int = 1
    tags: tuple[str, ...] = ()
    extra: Mapping[str, str] = records.field(default_factory=dict)
    origin: str | None = records.field(default=None, compare=False, repr=False)

    def double(self) -> int:
        return self.size * 2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """The same, made by the standard library."""

    name: str
    size: int = 1
    tags: tuple[str, ...] = ()
    extra: Mapping[str, str] = dataclasses.field(default_factory=dict)
    origin: str | None = dataclasses.field(default=None, compare=False, repr=False)


@records.dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    size: int = 1

    def __repr__(self) -> str:
        return f"<{self.size}>"


# The cases hold for either class.
CLASSES: list[Any] = [Ours, Standard]


@pytest.mark.parametrize("cls", CLASSES)
class TestBothDecorators:
    def test_defaults_are_filled_in(self, cls: Any) -> None:
        made = cls(name="pets")

        assert (made.name, made.size, made.tags, made.extra, made.origin) == ("pets", 1, (), {}, None)

    def test_default_factories_make_values_of_their_own(self, cls: Any) -> None:
        assert cls(name="a").extra is not cls(name="a").extra

    def test_missing_and_unknown_values_are_refused(self, cls: Any) -> None:
        with pytest.raises(TypeError, match="name"):
            cls(size=2)
        with pytest.raises(TypeError, match="colour"):
            cls(name="a", colour="red")

    def test_positions_are_refused(self, cls: Any) -> None:
        with pytest.raises(TypeError):
            cls("pets")

    def test_equality_leaves_out_what_is_not_compared(self, cls: Any) -> None:
        assert cls(name="a", origin="x") == cls(name="a", origin="y")
        assert cls(name="a") != cls(name="b")
        assert cls(name="a") != "a"

    def test_equal_values_have_the_same_hash(self, cls: Any) -> None:
        without = dataclasses.replace(cls(name="a"), extra=())

        assert hash(without) == hash(dataclasses.replace(without, origin="x"))

    def test_repr_names_the_fields_that_are_shown(self, cls: Any) -> None:
        assert repr(cls(name="a", origin="x")) == f"{cls.__name__}(name='a', size=1, tags=(), extra={{}})"

    def test_fields_cannot_be_changed(self, cls: Any) -> None:
        made = cls(name="a")

        with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
            made.name = "b"
        with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
            del made.name

    def test_instances_have_no_dict(self, cls: Any) -> None:
        assert not hasattr(cls(name="a"), "__dict__")

    def test_copies_and_replacements_are_equal_or_changed(self, cls: Any) -> None:
        made = cls(name="a", tags=("x",), origin="here")

        assert copy.deepcopy(made) == made
        assert copy.copy(made).origin == "here"
        assert pickle.loads(pickle.dumps(made)) == made
        assert dataclasses.replace(made, size=3).size == 3
        assert dataclasses.asdict(made)["tags"] == ("x",)


def test_methods_of_the_class_are_kept() -> None:
    assert Ours(name="a", size=4).double() == 8
    assert repr(Plain(size=3)) == "<3>"


def test_fields_are_those_of_the_standard_decorator() -> None:
    ours, standard = (
        [(item.name, item.type, item.kw_only) for item in dataclasses.fields(cls)] for cls in (Ours, Standard)
    )

    assert ours == standard
