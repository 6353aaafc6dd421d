"""From properties as CloudFormation has them to a dataclass of the model, driven by its annotations alone."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeAlias, TypeVar, Union, cast

from forestage.errors import Fault
from forestage.model.records import dataclass
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from forestage.model.values import OpenJson, Origin
    from forestage.model.vocabulary import Constraint

T = TypeVar("T")
Path: TypeAlias = tuple[str | int, ...]

IDENTITY = frozenset({"logical_id", "id", "stack", "origin"})
"""Fields that say which resource it is: given by the loader, no property."""

_SPELLINGS = {"provider_arns": "ProviderARNs"}
"""Properties whose name is not the field's words in capitals."""

_SHOWN_LENGTH = 60


class OriginOf(Protocol):
    """Tells where a property was written; no path is the resource itself."""

    def __call__(self, *path: str | int) -> Origin:
        """Tell the place of a property, or of its nearest parent that was written."""


class _Site:
    """What is being read: where it was written, and what is wrong with it so far."""

    __slots__ = ("faults", "origin_of")

    def __init__(self, origin_of: OriginOf, faults: list[Fault]) -> None:
        self.origin_of = origin_of
        self.faults = faults

    def wrong(self, path: Path, message: str) -> _Wrong:
        self.faults.append(Fault(message=f"{dotted(path)} {message}", origin=self.origin_of(*path)))
        return WRONG


class _Wrong:
    """A value that could not be read, and whose fault is noted."""


WRONG = _Wrong()
# A converter takes whatever the template has, and what it yields is only known to the annotation it was made from.
_Convert: TypeAlias = Callable[[Any, Path, _Site], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Property:
    field: str
    name: str
    convert: _Convert
    required: bool


def load_shape(
    cls: type[T],
    value: object,
    *,
    origin_of: OriginOf,
    faults: list[Fault],
    given: Mapping[str, object] = types.MappingProxyType({}),
    at: Path = (),
) -> T | None:
    """Read the properties of a resource; None where something required is missing or wrong.

    Every fault is appended to ``faults``. ``given`` has fields that are no properties, such as ``logical_id``.
    ``at`` is the path of the value, for one that is not all of the properties.
    Properties without field are passed over: the fidelity report names them.

    Source of the coercions: CloudFormation turns numbers and booleans into text and back where a property wants it.
    """
    made = _read_object(cls, value, at, _Site(origin_of, faults), given)
    return None if made is WRONG else cast("T", made)


@cache
def property_name(field: str) -> str:
    """Spell a field as CloudFormation does: ``rest_api_id`` is ``RestApiId``."""
    return _SPELLINGS.get(field) or "".join(word[:1].upper() + word[1:] for word in field.split("_"))


@cache
def property_fields(cls: type) -> Mapping[str, str]:
    """Tell which field of a dataclass holds which property, by property."""
    return {property_name(field.name): field.name for field in dataclasses.fields(cls) if _is_property(field)}


def dotted(path: Path) -> str:
    """Write a path for people: ``Integration.IntegrationResponses[0].StatusCode``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "Properties"


def _is_property(field: dataclasses.Field[Any]) -> bool:
    return field.name not in IDENTITY and not field.metadata.get("assembled", False)


@cache
def _plan(cls: type) -> tuple[_Property, ...]:
    return tuple(
        _Property(
            field=field.name,
            name=property_name(field.name),
            convert=_converter_of(str(field.type), cls.__module__),
            required=field.default is MISSING and field.default_factory is MISSING,
        )
        for field in dataclasses.fields(cls)
        if _is_property(field)
    )


@cache
def _converter_of(annotation: str, module: str) -> _Convert:
    """Make the converter of an annotation; classes share most of theirs, and evaluating one takes long."""
    holder = types.SimpleNamespace(__annotations__={"it": annotation})
    names = vars(sys.modules[module])
    return _converter(typing.get_type_hints(holder, globalns=names, include_extras=True)["it"])


@cache
def _has_origin(cls: type) -> bool:
    return any(field.name == "origin" for field in dataclasses.fields(cls))


def _read_object(cls: type, value: object, path: Path, site: _Site, given: Mapping[str, object]) -> object:
    value = _parsed(value)
    if not isinstance(value, Mapping):
        return site.wrong(path, f"must be an object, got {shown(value)}")
    values = dict(given)
    complete = True
    for prop in _plan(cls):
        if prop.field in given:
            continue
        if prop.name not in value:
            if prop.required:
                site.wrong((*path, prop.name), "is required")
                complete = False
            continue
        read = prop.convert(value[prop.name], (*path, prop.name), site)
        if read is not WRONG:
            values[prop.field] = read
        elif prop.required:
            complete = False
    if not complete:
        return WRONG
    if _has_origin(cls):
        values.setdefault("origin", site.origin_of(*path))
    return cls(**values)


# Hints are whatever typing makes of an annotation: they have no common type.
def _converter(hint: Any) -> _Convert:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Annotated:
        return _constrained(_converter(arguments[0]), cast("Sequence[Constraint]", arguments[1:]))
    if origin in {Union, types.UnionType}:
        return _union(tuple(argument for argument in arguments if argument is not type(None)))
    if origin is tuple:
        return _list_of(_converter(arguments[0]))
    if origin is Mapping:
        return _map_of(_converter(arguments[1]))
    if dataclasses.is_dataclass(hint):
        shape = cast("type", hint)
        return lambda value, path, site: _read_object(shape, value, path, site, {})
    return _SCALARS[hint]


# As above.
def _union(arguments: tuple[Any, ...]) -> _Convert:
    if any(typing.get_origin(argument) is Mapping for argument in arguments):
        return _open_json if Unknown in arguments else _json
    if Unknown in arguments:
        return _text
    (only,) = arguments
    return _converter(only)


def _constrained(convert: _Convert, constraints: Sequence[Constraint]) -> _Convert:
    def read(value: object, path: Path, site: _Site) -> object:
        found = convert(value, path, site)
        if found is WRONG:
            return WRONG
        for constraint in constraints:
            if not constraint.admits(found):
                return site.wrong(path, f"must be {constraint}, got {shown(value)}")
        return found

    return read


def _list_of(convert: _Convert) -> _Convert:
    def read(value: object, path: Path, site: _Site) -> object:
        if isinstance(value, Unknown) and convert is _text:
            return (value,)  # A list of which nothing is known, not even its length.
        if isinstance(value, str) or not isinstance(value, Sequence):
            return site.wrong(path, f"must be a list, got {shown(value)}")
        items = [convert(item, (*path, index), site) for index, item in enumerate(value)]
        return tuple(item for item in items if item is not WRONG)

    return read


def _map_of(convert: _Convert) -> _Convert:
    def read(value: object, path: Path, site: _Site) -> object:
        value = _parsed(value)
        if not isinstance(value, Mapping):
            return site.wrong(path, f"must be an object, got {shown(value)}")
        items = {str(key): convert(item, (*path, str(key)), site) for key, item in value.items()}
        return {key: item for key, item in items.items() if item is not WRONG}

    return read


def _text(value: object, path: Path, site: _Site) -> object:
    return value if isinstance(value, Unknown | Secret) else _string(value, path, site)


def _string(value: object, path: Path, site: _Site) -> str | _Wrong:
    """Read a text that has to be known.

    A secret is revealed: such a property is a name or a setting, which API Gateway itself shows to everybody.
    """
    match value:
        case str():
            return value
        case Secret():
            return value.reveal()
        case bool():
            return "true" if value else "false"
        case int() | float():
            return json.dumps(value)
        case _:
            return site.wrong(path, f"must be text, got {shown(value)}")


def _boolean(value: object, path: Path, site: _Site) -> bool | _Wrong:
    word = _plain(value)
    if isinstance(word, bool):
        return word
    if isinstance(word, str) and word.lower() in {"true", "false"}:
        return word.lower() == "true"
    return site.wrong(path, f"must be true or false, got {shown(value)}")


def _integer(value: object, path: Path, site: _Site) -> int | _Wrong:
    number = _number(value)
    if number is None or not float(number).is_integer():
        return site.wrong(path, f"must be a whole number, got {shown(value)}")
    return int(number)


def _float(value: object, path: Path, site: _Site) -> float | _Wrong:
    number = _number(value)
    return site.wrong(path, f"must be a number, got {shown(value)}") if number is None else float(number)


def _number(value: object) -> int | float | None:
    word = _plain(value)
    if isinstance(word, bool):
        return None
    if isinstance(word, int | float):
        return word
    if not isinstance(word, str):
        return None
    for read in (int, float):
        try:
            number = read(word.strip())
        except ValueError:
            continue
        return number if math.isfinite(number) else None
    return None


def _json(value: object, path: Path, site: _Site) -> object:
    found = _open_json(value, path, site)
    for place, leaf in _leaves(found, path):
        if isinstance(leaf, Unknown):
            return site.wrong(place, f"must be known before deployment, got {shown(leaf)}")
        if isinstance(leaf, Secret):
            return site.wrong(place, "must not be a secret")
    return found


def _open_json(value: object, path: Path, site: _Site) -> object:
    """Read a document; as text it has to be JSON, which CloudFormation allows for every document property."""
    found = _parsed(value)
    if isinstance(found, str):
        return site.wrong(path, f"must be JSON, got {shown(found)}")
    return plain_json(cast("OpenJson", found))


_SCALARS: dict[object, _Convert] = {str: _string, bool: _boolean, int: _integer, float: _float}


def _plain(value: object) -> object:
    return value.reveal() if isinstance(value, Secret) else value


def _parsed(value: object) -> object:
    """Parse JSON in a text; a text that is none stays what it is."""
    word = _plain(value)
    if not isinstance(word, str):
        return value
    try:
        return json.loads(word)
    except ValueError:
        return value


def plain_json(value: OpenJson) -> OpenJson:
    """Copy maps and lists into plain ones: what was read knows its document, the model must not keep that alive."""
    if isinstance(value, Mapping):
        return {str(key): plain_json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain_json(item) for item in value]
    return value


def _leaves(value: object, path: Path) -> typing.Iterator[tuple[Path, object]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*path, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
    else:
        yield path, value


def shown(value: object) -> str:
    """Write a value for a message: short, as JSON, never a secret."""
    if isinstance(value, Unknown):
        return f"{value}, which is known only after deployment"
    if isinstance(value, Secret):
        return "a secret"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN_LENGTH else f"{text[: _SHOWN_LENGTH - 3]}..."
