"""What is asked of a value beyond its type: written in ``Annotated``, read from there.

Those of pydantic and of annotated_types are read as well, by their attributes, so that neither need be installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from forestage.constructs.schemas.errors import SchemaTypeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from forestage.constructs.schemas.draft4 import Document

    Number = int | float | Decimal

_Class = TypeVar("_Class", bound=type)
_CONFIG: Final = "__pydantic_config__"


# What pydantic asks of metadata that stands for several: then a model of pydantic's may hold a dataclass of these.
class _Group:
    __is_annotated_types_grouped_metadata__ = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Length(_Group):
    """How long a string is, in characters, or how many items a list or a mapping has.

    ```python
    name: Annotated[str, Length(min=1, max=40)]
    ```
    """

    min: int | None = None
    max: int | None = None

    def __iter__(self) -> Iterator[object]:
        """List the same in the words of annotated_types, as pydantic asks for."""
        import annotated_types

        yield annotated_types.Len(self.min or 0, self.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(_Group):
    """Between which figures a number lies.

    ``min`` and ``max`` are allowed themselves, ``above`` and ``below`` are not.

    ```python
    price: Annotated[float, Range(above=0, max=1000)]
    ```
    """

    min: Number | None = None
    max: Number | None = None
    above: Number | None = None
    below: Number | None = None
    multiple_of: Number | None = None

    # The classes of annotated_types take whatever can be compared.
    def __iter__(self) -> Iterator[Any]:
        """List the same in the words of annotated_types, as pydantic asks for."""
        import annotated_types

        yield annotated_types.Interval(gt=self.above, ge=self.min, lt=self.below, le=self.max)
        if self.multiple_of is not None:
            yield annotated_types.MultipleOf(self.multiple_of)


@dataclass(frozen=True, slots=True)
class Pattern(_Group):
    """A regular expression of ECMA 262 that fits a part of a string: anchor it with ``^`` and ``$``.

    ```python
    code: Annotated[str, Pattern("^[A-Z]{3}$")]
    ```
    """

    regex: str

    def __iter__(self) -> Iterator[object]:
        """List the same in the words of pydantic, which asks for it."""
        from pydantic import StringConstraints

        yield StringConstraints(pattern=self.regex)


def closed(cls: _Class) -> _Class:
    """Refuse bodies with properties that a dataclass or TypedDict does not have; without this they are let through.

    pydantic, where it reads the class, does the same.
    """
    setattr(cls, _CONFIG, {"extra": "forbid"})
    return cls


def is_closed(cls: type) -> bool:
    """Tell whether a class takes no further properties: by ``closed``, by pydantic's word, or by PEP 728's."""
    config: Mapping[str, object] = getattr(cls, _CONFIG, {})
    return config.get("extra") == "forbid" or getattr(cls, "__closed__", None) is True


def description_of(metadata: Iterable[object]) -> str | None:
    """Return what ``Annotated`` says of a value, by pydantic's ``Field`` or by ``Doc``."""
    for item in metadata:
        for attribute in ("description", "documentation"):
            text = getattr(item, attribute, None)
            if isinstance(text, str):
                return text
    return None


_FOREIGN: Final = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")


def limits_of(metadata: Iterable[object]) -> dict[str, Any]:
    """Gather what ``Annotated`` asks for under the names of pydantic's ``Field``; a later one wins.

    Values are whatever the metadata holds; ``constrained`` looks at them.
    """
    limits: dict[str, Any] = {}
    for item in metadata:
        found: dict[str, Any]
        match item:
            case Length():
                found = {"min_length": item.min, "max_length": item.max}
            case Range():
                found = {"ge": item.min, "gt": item.above, "le": item.max, "lt": item.below}
                found["multiple_of"] = item.multiple_of
            case Pattern():
                found = {"pattern": item.regex}
            case _:
                found = {name: getattr(item, name, None) for name in _FOREIGN}
                inner = getattr(item, "metadata", None)
                found |= limits_of(inner) if isinstance(inner, list) else {}
        limits |= {name: value for name, value in found.items() if value is not None}
    return limits


_LENGTHS: Final = {
    "string": ("minLength", "maxLength"),
    "array": ("minItems", "maxItems"),
    "object": ("minProperties", "maxProperties"),
}
_NUMBERS: Final = frozenset({"integer", "number"})


def constrained(document: Document, limits: Mapping[str, Any], place: str) -> Document:
    """Add limits to the schema of one type.

    Raises:
        SchemaTypeError: the type cannot have such a limit, or no value fits.
    """
    if not limits:
        return document
    kind = _kind(document)
    if kind is None:
        raise SchemaTypeError(
            place, f"{_names(limits)} limit one type of value: put them on the members of the union or of the class"
        )
    added: dict[str, Any] = {}
    for name, value in limits.items():
        added |= _keywords(kind, name, value, place)
    if "pattern" in added and "pattern" in document:
        raise SchemaTypeError(place, "a date, time or UUID has a pattern of its own: use str for another one")
    result = {**document, **added}
    _check_order(result, place)
    return result


def _kind(document: Document) -> str | None:
    """Return the one type that a schema admits beside null; None where there are several, or values are listed."""
    found = document.get("type")
    kinds = [found] if isinstance(found, str) else [kind for kind in found or () if kind != "null"]
    return kinds[0] if len(kinds) == 1 and "enum" not in document else None


# As ``limits_of``.
def _keywords(kind: str, name: str, value: Any, place: str) -> dict[str, Any]:
    match name:
        case "min_length" | "max_length" if kind in _LENGTHS:
            return {_LENGTHS[kind][name == "max_length"]: value}
        case "pattern" if kind == "string":
            return {"pattern": getattr(value, "pattern", value)}
        case "ge" | "gt" if kind in _NUMBERS:
            return {"minimum": _number(value, place)} | ({"exclusiveMinimum": True} if name == "gt" else {})
        case "le" | "lt" if kind in _NUMBERS:
            return {"maximum": _number(value, place)} | ({"exclusiveMaximum": True} if name == "lt" else {})
        case "multiple_of" if kind in _NUMBERS:
            return {"multipleOf": _number(value, place)}
        case _:
            raise SchemaTypeError(place, f"{name} does not limit a value of type {kind}: take it away")


def _number(value: object, place: str) -> int | float:
    from decimal import Decimal

    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise SchemaTypeError(place, f"the limit of a number has to be a number, got {value!r}")
    return value


def _check_order(document: Document, place: str) -> None:
    pairs = [("minimum", "maximum"), *_LENGTHS.values()]
    for least, most in pairs:
        low, high = document.get(least), document.get(most)
        if low is not None and high is not None and low > high:
            raise SchemaTypeError(place, f"no value has {least} {low} and {most} {high}: exchange them")


def _names(limits: Mapping[str, Any]) -> str:
    return ", ".join(sorted(limits))
