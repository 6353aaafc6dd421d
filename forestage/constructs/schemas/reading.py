"""Python types as JSON Schema: dataclasses, TypedDicts, and what their fields can be."""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime as dt
import decimal
import enum
import sys
import types
import typing
import uuid
from typing import TYPE_CHECKING, Any, Final

from forestage.constructs.schemas import draft4
from forestage.constructs.schemas.constraints import constrained, description_of, is_closed, limits_of
from forestage.constructs.schemas.docstrings import class_description, field_descriptions
from forestage.constructs.schemas.errors import SchemaTypeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from forestage.constructs.schemas.draft4 import Document


def _formatted(name: str) -> Document:
    return {"type": "string", "format": name, "pattern": draft4.FORMATS[name]}


_SCALARS: Final[Mapping[object, Document]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    None: draft4.NULL,
    type(None): draft4.NULL,
    typing.Any: {},
    object: {},
    dt.date: _formatted("date"),
    dt.time: _formatted("time"),
    dt.datetime: _formatted("date-time"),
    uuid.UUID: _formatted("uuid"),
    decimal.Decimal: {
        "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"}]
    },
}
_SETS: Final = frozenset({set, frozenset, collections.abc.Set, collections.abc.MutableSet})
_LISTS: Final = frozenset({list, collections.abc.Sequence, collections.abc.MutableSequence})
_MAPS: Final = frozenset({dict, collections.abc.Mapping, collections.abc.MutableMapping})
_CHOICES: Final = frozenset({typing.Union, types.UnionType})


def _words(name: str) -> frozenset[object]:
    """Return a qualifier of ``typing`` and of ``typing_extensions``, as far as they are there."""
    modules = (typing, sys.modules.get("typing_extensions"))
    return frozenset(getattr(module, name) for module in modules if hasattr(module, name))


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    """One property of an object."""

    name: str
    annotation: object
    is_required: bool
    default: object = None


class Reader:
    """Reads types into schemas; what has a name is kept in ``definitions``, and referred to."""

    def __init__(self) -> None:
        self.definitions: dict[str, Document] = {}
        self._owners: dict[str, object] = {}
        self._begun: set[str] = set()

    # An annotation may be any object: classes, and the forms of ``typing``, whose classes differ between releases.
    def read(self, annotation: Any, place: str) -> Document:
        """Return the schema of an annotation; ``place`` is where it stands: ``Order.lines[]``.

        Raises:
            SchemaTypeError: there is none.
        """
        if _is_hashable(annotation) and annotation in _SCALARS:
            return _SCALARS[annotation]
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            inner, *metadata = typing.get_args(annotation)
            document = constrained(self.read(inner, place), limits_of(metadata), place)
            return draft4.remarked(document, description=description_of(metadata))
        if origin in _words("Required") | _words("NotRequired") | _words("ReadOnly") | {typing.Final}:
            return self.read(typing.get_args(annotation)[0], place)
        if origin in _CHOICES:
            return draft4.union([self.read(member, place) for member in typing.get_args(annotation)])
        if origin is typing.Literal:
            return _listed(typing.get_args(annotation), place)
        if isinstance(annotation, typing.NewType):
            return self.read(annotation.__supertype__, place)
        if hasattr(annotation, "__value__"):
            return self.named(annotation, annotation.__name__, place)
        kind = origin or annotation
        if _is_hashable(kind) and kind in _SETS | _LISTS | _MAPS | {tuple}:
            return self._container(kind, typing.get_args(annotation), place)
        return self._class(annotation, place)

    def _container(self, origin: object, arguments: tuple[Any, ...], place: str) -> Document:
        items = f"{place}[]"
        if origin in _MAPS:
            return self._map(arguments, place)
        if origin is tuple and arguments[1:] != (...,) and arguments:
            return _fixed([self.read(argument, items) for argument in arguments])
        unique = {"uniqueItems": True} if origin in _SETS else {}
        return {"type": "array"} | ({"items": self.read(arguments[0], items)} if arguments else {}) | unique

    def _map(self, arguments: tuple[Any, ...], place: str) -> Document:
        if not arguments:
            return {"type": "object"}
        key, value = arguments
        if key is not str:
            raise SchemaTypeError(place, f"the keys of JSON objects are strings, got {_name(key)}: use dict[str, ...]")
        values = self.read(value, f"{place}{{}}")
        return {"type": "object", "additionalProperties": values} if values else {"type": "object"}

    def _class(self, annotation: Any, place: str) -> Document:
        if not isinstance(annotation, type) or typing.get_origin(annotation) is not None:
            raise SchemaTypeError(place, _refusal(annotation))
        if getattr(annotation, "__parameters__", ()):
            raise SchemaTypeError(place, _generic(annotation))
        if issubclass(annotation, enum.Enum) and not issubclass(annotation, enum.Flag):
            return _listed(tuple(annotation), place)
        if dataclasses.is_dataclass(annotation) or _is_typed_dict(annotation) or _is_pydantic(annotation):
            return self.named(annotation, annotation.__name__, place)
        raise SchemaTypeError(place, _refusal(annotation))

    # As ``read``.
    def named(self, owner: Any, name: str, place: str) -> Document:
        """Refer to a class or a type alias, whose schema is read at its first mention."""
        known = self._owners.setdefault(name, owner)
        if known is not owner:
            raise SchemaTypeError(place, _clash(name))
        if name not in self._begun:
            self._begun.add(name)
            self._read_named(owner, name, place)
        return draft4.reference(name)

    # As ``read``.
    def _read_named(self, owner: Any, name: str, place: str) -> None:
        if hasattr(owner, "__value__"):
            self.define(name, self.read(owner.__value__, name), place)
        elif _is_pydantic(owner):
            from forestage.constructs.schemas.pydantic_models import read_model

            read_model(owner, self, place)
        else:
            self.define(name, self._object(owner), place)

    def define(self, name: str, document: Document, place: str) -> None:
        """Keep the schema of a name.

        Raises:
            SchemaTypeError: the name has another schema already.
        """
        if self.definitions.setdefault(name, document) != document:
            raise SchemaTypeError(place, _clash(name))

    def _object(self, cls: type) -> Document:
        fields = _typed_dict_fields(cls) if _is_typed_dict(cls) else _dataclass_fields(cls)
        said = field_descriptions(cls)
        properties = {
            field.name: draft4.remarked(
                self.read(field.annotation, f"{cls.__name__}.{field.name}"),
                description=said.get(field.name),
                default=_default(field.default),
            )
            for field in fields
        }
        required = [field.name for field in fields if field.is_required]
        return {
            "title": cls.__name__,
            **draft4.remarked({"type": "object"}, description=class_description(cls)),
            "properties": properties,
            **({"required": required} if required else {}),
            **({"additionalProperties": False} if is_closed(cls) else {}),
        }


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _is_typed_dict(cls: type) -> bool:
    return issubclass(cls, dict) and hasattr(cls, "__required_keys__")


def _is_pydantic(cls: type) -> bool:
    """Tell whether pydantic made a class: a model or one of its dataclasses, known by what it leaves in them."""
    return hasattr(cls, "__pydantic_core_schema__")


def _dataclass_fields(cls: type) -> tuple[_Field, ...]:
    hints = _hints(cls)
    return tuple(
        _Field(
            field.name,
            hints[field.name],
            is_required=field.init
            and field.default is dataclasses.MISSING
            and field.default_factory is dataclasses.MISSING,
            default=None if field.default is dataclasses.MISSING else field.default,
        )
        for field in dataclasses.fields(cls)
    )


def _typed_dict_fields(cls: type) -> tuple[_Field, ...]:
    required: frozenset[str] = vars(cls)["__required_keys__"]
    return tuple(
        _Field(name, annotation, is_required=_is_required(annotation, by_class=name in required))
        for name, annotation in _hints(cls).items()
    )


# As ``Reader.read``.
def _is_required(annotation: Any, *, by_class: bool) -> bool:
    """Look for the word in the annotation first: of what is written as a string the class itself knows nothing."""
    origin = typing.get_origin(annotation)
    if origin in _words("Required"):
        return True
    if origin in _words("NotRequired"):
        return False
    if origin is typing.Annotated or origin in _words("ReadOnly"):
        return _is_required(typing.get_args(annotation)[0], by_class=by_class)
    return by_class


# As ``Reader.read``.
def _hints(cls: type) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(cls, localns={cls.__name__: cls}, include_extras=True)
    except NameError as error:
        raise SchemaTypeError(
            cls.__name__, f"{error}: define the types of its fields in the module, and import them at run time"
        ) from None


def _fixed(items: list[Document]) -> Document:
    count = len(items)
    return {"type": "array", "items": items, "additionalItems": False, "minItems": count, "maxItems": count}


def _listed(members: Iterable[object], place: str) -> Document:
    """Admit these values; null is a branch of its own, as lists with null do not reach a template whole."""
    values = [member.value if isinstance(member, enum.Enum) else member for member in members]
    kinds = {type(value) for value in values}
    if not kinds <= {str, int, float, bool, type(None)}:
        raise SchemaTypeError(place, f"values have to be strings, numbers, true or false, got {values!r}")
    distinct = {(type(value), value): value for value in values if value is not None}
    listed: dict[str, Any] = {"enum": list(distinct.values())}
    if len(kinds - {type(None)}) == 1:
        listed["type"] = _SCALARS[next(iter(kinds - {type(None)}))]["type"]
    branches = ([listed] if distinct else []) + ([draft4.NULL] if None in values else [])
    return draft4.union(branches)


def _default(value: object) -> object:
    if isinstance(value, enum.Enum):
        return value.value
    return value if isinstance(value, bool | int | float | str) else None


def _clash(name: str) -> str:
    return f"two types of the API have the name {name!r}, and models of one API have names of their own: rename one"


def _refusal(annotation: object) -> str:
    if isinstance(annotation, typing.TypeVar) or typing.get_origin(annotation) is not None:
        return _generic(annotation)
    return (
        f"{_name(annotation)} has no JSON that API Gateway could hold a body against: use a dataclass, a TypedDict, "
        "a pydantic model, or one of str, int, float, bool, Literal, Enum, list, dict, datetime, date, time, "
        "UUID, Decimal"
    )


def _generic(annotation: object) -> str:
    return (
        f"{_name(annotation)} is generic, and models have one shape and one name: "
        "write a class for it, with the types in place"
    )


def _name(annotation: object) -> str:
    is_plain = typing.get_origin(annotation) is None
    return str(getattr(annotation, "__qualname__", annotation) if is_plain else annotation)
