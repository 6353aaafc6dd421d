"""The schema of a Python type, by itself and as models of an API."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forestage.constructs.schemas import draft4
from forestage.constructs.schemas.draft4 import DRAFT_4, reference, referred, with_references
from forestage.constructs.schemas.errors import SchemaTypeError
from forestage.constructs.schemas.reading import Reader
from forestage.model.limits import MODEL_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.constructs.schemas.draft4 import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSchema:
    """One model of an API: its name, its schema, and the other models that have to be there before it."""

    name: str
    document: Document
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A JSON Schema of draft 4 with the named types that it refers to.

    References are ``#/definitions/NAME``, and ``definitions`` has every NAME at any depth; a type that contains itself
    is among them.
    """

    name: str
    document: Document
    definitions: Mapping[str, Document]

    @property
    def complete(self) -> Document:
        """The schema as one document, with its definitions within."""
        inner = {"definitions": dict(self.definitions)} if self.definitions else {}
        return {"$schema": DRAFT_4, **self.document, **inner}

    def models(self, address: Callable[[str], str]) -> tuple[ModelSchema, ...]:
        """Return a model for each named type, each after those that it needs; ``address`` leads from one to another.

        A schema that has its definitions within is a model as it is.
        Types that contain each other are defined within each of their models, as none of these could be made first.

        Source: rest-pipeline.md, Validation (both kinds of reference are documented).
        """
        if "definitions" in self.document:
            return (ModelSchema(name=self.name, document={"$schema": DRAFT_4, **self.document}, needs=()),)
        documents = {**self.definitions, self.name: self.document}
        reach = {name: _reach(name, documents) for name in documents}
        # Whatever is needed reaches less, except within a circle, where nothing is needed.
        order = sorted(documents, key=lambda name: (len(reach[name] | {name}), name))
        return tuple(_model(name, documents, reach, address) for name in order)


def _reach(start: str, documents: Mapping[str, Document]) -> frozenset[str]:
    """List what a name leads to by references; itself only if one leads back."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in referred(documents[waiting.pop()]):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def _model(
    name: str,
    documents: Mapping[str, Document],
    reach: Mapping[str, frozenset[str]],
    address: Callable[[str], str],
) -> ModelSchema:
    circle = sorted(other for other in reach[name] if name in reach[other])

    def place(target: str) -> str:
        return draft4.LOCAL + target if target in circle else address(target)

    definitions = {other: with_references(documents[other], place) for other in circle}
    document = {"$schema": DRAFT_4, **with_references(documents[name], place)}
    parts = [documents[name], *(documents[other] for other in circle)]
    return ModelSchema(
        name=name,
        document=document | ({"definitions": definitions} if definitions else {}),
        needs=tuple(sorted({target for part in parts for target in referred(part)} - {*circle})),
    )


# A type may be any annotation: a class, ``list[Pet]``, ``Pet | Problem``, or a schema as it is.
def schema_of(type: Any) -> Schema:  # ruff: ignore[builtin-argument-shadowing]  (what it is)
    """Return the draft-4 schema of a type: what of JSON it admits.

    A dataclass, a TypedDict or a model of pydantic is an object, whose further properties are let through unless the
    class is ``closed`` or forbids them by pydantic's word.
    Fields can be str, int, float, bool, Literal, Enum, list, tuple, set, dict, unions, datetime, date, time, UUID,
    Decimal and further such classes; ``Annotated`` limits them by ``Length``, ``Range`` and ``Pattern``, or by
    pydantic's ``Field``.
    A mapping is a schema as it is, and needs a ``title``, which names it.
    Models of pydantic are read as pydantic describes what it validates, strictly: a number in a string is no number.

    Raises:
        SchemaTypeError: API Gateway cannot hold a body against the type.

    Source: rest-pipeline.md, Validation (documented: draft 4; that formats are looked at is documented nowhere, so
    dates, times and UUIDs have a pattern as well).
    """
    if isinstance(type, Mapping):
        return _written(type)
    reader = Reader()
    document = reader.read(type, "")
    name = _name_of(type)
    if not MODEL_NAME.admits(name):
        raise SchemaTypeError(name, f"the name of a model has to be {MODEL_NAME}: rename the class")
    if document == reference(name):
        document = reader.definitions[name]
    elif name in reader.definitions:
        raise SchemaTypeError(name, "the type has the name of a class within it: rename the class")
    documents = {**reader.definitions, name: document}
    for each, part in documents.items():
        draft4.check(part, each)
        if not MODEL_NAME.admits(each):
            raise SchemaTypeError(each, f"the name of a model has to be {MODEL_NAME}: rename the class")
    reach = _reach(name, documents)
    return Schema(name=name, document=document, definitions={each: documents[each] for each in sorted(reach)})


def _written(document: Document) -> Schema:
    name = document.get("title")
    if not isinstance(name, str) or not MODEL_NAME.admits(name):
        raise SchemaTypeError("", f"a schema needs a title, which names its model in {MODEL_NAME}, got {name!r}")
    draft4.check(document, name)
    return Schema(name=name, document=dict(document), definitions={})


# As ``schema_of``.
def _name_of(annotation: Any) -> str:
    """Name a type by its class, and what has none by its members: ``PetList``, ``PetMap``, ``CatOrDog``."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _name_of(arguments[0])
    if origin in {typing.Union, types.UnionType}:
        return "Or".join(_name_of(argument) for argument in arguments)
    if isinstance(origin, type) and arguments:
        members = "".join(_name_of(argument) for argument in arguments if argument not in {str, ...})
        return f"{members}Map" if issubclass(origin, Mapping) else f"{members}List"
    name = str(getattr(annotation, "__name__", annotation))
    return name if hasattr(annotation, "__mro__") and annotation.__module__ != "builtins" else name.capitalize()
