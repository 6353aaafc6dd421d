"""Draws types, each with bodies that are like it."""

import dataclasses
import enum
import itertools
from typing import Annotated, Any, Literal, cast

from hypothesis import strategies as st

from forestage.constructs.schemas import Length, Pattern, Range, closed

# The forms of typing, as values: type checkers take no variables within them.
ANNOTATED, LIST, DICT, TUPLE, LITERAL = cast("Any", (Annotated, list, dict, tuple, Literal))

Drawn = tuple[Any, st.SearchStrategy[Any]]  # an annotation, and JSON

_NUMBERS = itertools.count(1)


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


TEXTS = st.text("abcxyz1 é😀", max_size=6)
SCALARS: list[Drawn] = [
    (str, TEXTS),
    (int, st.integers(-50, 50)),
    (float, st.floats(-50, 50, width=32) | st.integers(-5, 5)),
    (bool, st.booleans()),
    (Annotated[str, Length(min=1, max=4)], TEXTS),
    (Annotated[str, Pattern("^[a-c]{2,3}x?$")], st.from_regex(r"\A[a-c]{1,4}x?\Z")),
    (Annotated[str, Pattern("^(red|blue)-[0-9]+$"), Length(min=7)], st.from_regex(r"\A(red|blue)-[0-9]{1,5}\Z")),
    (Annotated[int, Range(min=2, below=9)], st.integers(0, 10)),
    (Annotated[int, Range(above=-3, multiple_of=4)], st.integers(-8, 20)),
    (Annotated[float, Range(above=0, below=1)], st.floats(-0.5, 1.5, width=16)),
    (Annotated[float, Range(max=-2)], st.floats(-5, 0, width=16)),
    (Literal["a", "b", 3], st.sampled_from(["a", "b", "c", 3, 4])),
    (LITERAL["a", None], st.sampled_from(["a", "b", None])),
    (Color, st.sampled_from(["red", "green", "blue"])),
]


def _optional(drawn: Drawn) -> Drawn:
    return drawn[0] | None, drawn[1] | st.none()


def _choice(pair: tuple[Drawn, Drawn]) -> Drawn:
    return pair[0][0] | pair[1][0], pair[0][1] | pair[1][1]


def _listed(drawn: Drawn) -> Drawn:
    return LIST[drawn[0]], st.lists(drawn[1], max_size=3)


def _short(drawn: Drawn) -> Drawn:
    return ANNOTATED[LIST[drawn[0]], Length(min=1, max=2)], st.lists(drawn[1], max_size=3)


def _mapped(drawn: Drawn) -> Drawn:
    return DICT[str, drawn[0]], st.dictionaries(TEXTS, drawn[1], max_size=2)


def _paired(pair: tuple[Drawn, Drawn]) -> Drawn:
    return TUPLE[pair[0][0], pair[1][0]], st.tuples(pair[0][1], pair[1][1]).map(list)


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[Drawn]) -> Drawn:
    """Draw a dataclass, and bodies with its fields, any of them missing at times, and others at times."""
    drawn = draw(st.lists(inner, min_size=1, max_size=4))
    optional = draw(st.integers(0, len(drawn)))
    names = [f"field{index}" for index in range(len(drawn))]
    fields: list[Any] = [  # as make_dataclass takes them
        (name, annotation) if index < optional else (name, annotation, dataclasses.field(default_factory=str))
        for index, (name, (annotation, _)) in enumerate(zip(names, drawn, strict=True))
    ]
    cls = dataclasses.make_dataclass(f"Drawn{next(_NUMBERS)}", fields)
    bodies = st.fixed_dictionaries(
        {},
        optional={name: values for name, (_, values) in zip(names, drawn, strict=True)} | {"more": st.integers(0, 1)},
    )
    return (closed(cls) if draw(st.booleans()) else cls), bodies


def types() -> st.SearchStrategy[Drawn]:
    """Draw any type that a body can be."""
    return st.recursive(
        st.sampled_from(SCALARS),
        lambda inner: st.one_of(
            inner.map(_optional),
            inner.map(_listed),
            inner.map(_short),
            inner.map(_mapped),
            st.tuples(inner, inner).map(_choice),
            st.tuples(inner, inner).map(_paired),
            _objects(inner),
        ),
        max_leaves=6,
    )
