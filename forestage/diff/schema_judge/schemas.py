"""Schemas as they are compared: references followed, what says nothing left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.model.values import Json

ATOMS: Final = frozenset({"null", "boolean", "object", "array", "string", "integer", "fraction"})
"""The types of draft 4, numbers split into whole ones and others."""

_TYPES: Final[Mapping[str, frozenset[str]]] = {
    **{name: frozenset({name}) for name in ATOMS - {"fraction"}},
    "number": frozenset({"integer", "fraction"}),
}
_NUMBER, _OBJECT = frozenset({"integer", "fraction"}), frozenset({"object"})
APPLIES_TO: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"), _NUMBER),
    **dict.fromkeys(("maxLength", "minLength", "pattern", "format"), frozenset({"string"})),
    **dict.fromkeys(("items", "additionalItems", "maxItems", "minItems", "uniqueItems"), frozenset({"array"})),
    **dict.fromkeys(
        (
            *("properties", "patternProperties", "additionalProperties", "required"),
            *("maxProperties", "minProperties", "dependencies"),
        ),
        _OBJECT,
    ),
}
"""Keywords that say something only of values of some types."""

IGNORED: Final = frozenset(
    {
        *("if", "then", "else", "contains", "minContains", "maxContains", "prefixItems", "unevaluatedItems"),
        *("unevaluatedProperties", "propertyNames", "contentMediaType", "contentEncoding", "contentSchema"),
        *("dependentRequired", "dependentSchemas"),
    }
)
"""Keywords of later drafts, which API Gateway does not apply.

Source: diff.md, 2.9, last row.
"""
_MODELS = "/models/"
_DEEPEST_REFERENCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A schema, and where it is: in which document, and at which pointer there."""

    schema: Mapping[str, Json]
    document: Json
    model: str
    pointer: tuple[str | int, ...] = ()

    def at(self, *path: str | int, schema: Json) -> At:
        """Go to a schema below."""
        return At(schema=as_schema(schema), document=self.document, model=self.model, pointer=(*self.pointer, *path))


def as_schema(value: Json) -> Mapping[str, Json]:
    """Read a schema; true is one that takes everything, false one that takes nothing."""
    if isinstance(value, Mapping):
        return value
    return {"not": {}} if value is False else {}


class Library:
    """The models of one side, between which references lead."""

    def __init__(self, models: Mapping[str, Json]) -> None:
        self._models = models

    def root(self, name: str, schema: Json) -> At:
        """Return a model as it is used."""
        return At(schema=as_schema(schema), document=schema, model=name)

    def follow(self, at: At) -> At:
        """Follow the reference that a schema is, until there is none; what leads nowhere takes everything.

        Whatever stands beside a reference does not count in draft 4. A single schema in allOf, anyOf or oneOf is that
        schema.
        """
        for _ in range(_DEEPEST_REFERENCE):
            reference = at.schema.get("$ref")
            if isinstance(reference, str):
                at = self._target(at, reference)
                continue
            inner = _only_member(at)
            if inner is None:
                return at
            at = inner
        return At(schema={}, document=None, model=at.model)

    def _target(self, at: At, reference: str) -> At:
        location, _, fragment = reference.partition("#")
        document, model = at.document, at.model
        if location:
            model = location.rpartition(_MODELS)[2]
            document = self._models.get(model)
        found, path = document, []
        for part in fragment.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            path.append(key)
            if isinstance(found, Mapping):
                found = found.get(key)
            elif isinstance(found, Sequence) and not isinstance(found, str) and key.isdigit() and int(key) < len(found):
                found = found[int(key)]
            else:
                found = None
        return At(schema=as_schema(found), document=document, model=model, pointer=tuple(path))


def _only_member(at: At) -> At | None:
    said = [key for key in at.schema if key in KEYWORDS]
    if len(said) == 1 and said[0] in {"allOf", "anyOf", "oneOf"}:
        members = at.schema[said[0]]
        if isinstance(members, Sequence) and len(members) == 1:
            return at.at(said[0], 0, schema=members[0])
    return None


KEYWORDS: Final = frozenset({*APPLIES_TO, "type", "enum", "const", "allOf", "anyOf", "oneOf", "not", "$ref"})
"""Everything that decides what is accepted."""


def atoms_of(schema: Mapping[str, Json]) -> frozenset[str]:
    """Tell which types a schema takes, by its keyword ``type``."""
    named = schema.get("type")
    names = [named] if isinstance(named, str) else named
    if not isinstance(names, Sequence):
        return ATOMS
    known = [_TYPES[name] for name in names if isinstance(name, str) and name in _TYPES]
    return frozenset[str]().union(*known) if known else ATOMS


def said(schema: Mapping[str, Json]) -> Mapping[str, Json]:
    """Leave out what decides nothing: annotations, and keywords for other types than the schema takes."""
    atoms = atoms_of(schema)
    return {
        key: value
        for key, value in schema.items()
        if key in KEYWORDS and (key not in APPLIES_TO or not APPLIES_TO[key].isdisjoint(atoms))
    }


def canonical(value: Json) -> str:
    """Write a JSON value so that equal values are written alike: 1 and 1.0 are, 1 and true are not."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, default=str)


def _plain(value: Json) -> Json:
    match value:
        case bool() | str() | None:
            return value
        case float():
            return int(value) if value.is_integer() else value
        case Mapping():
            return {key: _plain(item) for key, item in value.items()}
        case Sequence():
            return [_plain(item) for item in value]
        case _:
            return value


def meaning(library: Library, at: At) -> str:
    """Write what a schema says, references followed a few times, so that schemas that say the same are equal."""
    return canonical(_Meaning(library).of(at, 0))


_DEEPEST_MEANING = 8
_MOST_SCHEMAS = 2000
"""What lies beyond is written by where it is."""
_SETS = frozenset({"required", "enum"})
_MAPS = frozenset({"properties", "patternProperties", "dependencies"})
_SCHEMAS = frozenset({"items", "additionalItems", "additionalProperties", "not"})


class _Meaning:
    """Writes schemas until the budget is used up."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._left = _MOST_SCHEMAS

    def of(self, at: At, depth: int) -> Json:
        self._left -= 1
        if depth > _DEEPEST_MEANING or self._left < 0:
            return {"...": at.model, "at": list(at.pointer)}
        at = self._library.follow(at)
        found = {key: self._keyword(at, key, value, depth + 1) for key, value in said(at.schema).items()}
        return {key: value for key, value in found.items() if key not in _SAYS_NOTHING or value}

    def _keyword(self, at: At, key: str, value: Json, depth: int) -> Json:
        if key in _MAPS and isinstance(value, Mapping):
            return {
                name: sorted(names_in(item)) if _is_list(item) else self.of(at.at(key, name, schema=item), depth)
                for name, item in value.items()
            }
        if key in _SCHEMAS and not _is_list(value):
            return {} if value is True else self.of(at.at(key, schema=value), depth)
        if key in {"allOf", "anyOf", "oneOf"}:
            return sorted(canonical(self.of(member, depth)) for member in members_of(at, key))
        if key == "type":
            return sorted(atoms_of(at.schema))
        return sorted(map(canonical, _list(value))) if key in _SETS else value


_SAYS_NOTHING = frozenset({"properties", "required", "additionalProperties", "items"})
"""Keywords that say nothing when they are empty."""


def _is_list(value: Json) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def members_of(at: At, key: str) -> Iterator[At]:
    """List the schemas of allOf, anyOf or oneOf."""
    for index, item in enumerate(_list(at.schema.get(key))):
        yield at.at(key, index, schema=item)


def names_in(value: Json) -> frozenset[str]:
    """Read a list of names, such as ``required``."""
    return frozenset(name for name in _list(value) if isinstance(name, str))


def map_of(value: Json) -> Mapping[str, Json]:
    """Read a map; what is none has no entries."""
    return value if isinstance(value, Mapping) else {}
