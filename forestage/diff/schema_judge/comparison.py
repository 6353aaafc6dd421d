"""What is different between two schemas, keyword by keyword.

Every difference is told; what cannot be shown to be harmless gets a kind that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from forestage.diff.report import Severity
from forestage.diff.schema_judge.disjoint import are_disjoint
from forestage.diff.schema_judge.schemas import (
    ATOMS,
    IGNORED,
    At,
    atoms_of,
    canonical,
    map_of,
    meaning,
    members_of,
    names_in,
    said,
)
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.schema_judge.schemas import Library
    from forestage.model.values import Json

_DEEPEST = 40
MOST_CHANGES = 2000
"""Models are untrusted input: references can multiply differences without end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaChange:
    """A difference between two schemas.

    ``kind`` is a name of the table of kinds. ``path`` leads to it from the root of the schema that is used, references
    followed; ``model`` and ``pointer`` are where it is written. ``subject`` is how people call it. ``request`` and
    ``response`` are severities where they are not those of the kind.
    """

    kind: str
    path: tuple[str, ...]
    model: str
    pointer: tuple[str | int, ...]
    subject: str
    is_property: bool
    before: Json
    after: Json
    detail: str = ""
    request: Severity | None = None
    response: Severity | None = None
    is_gone: bool = False


_Changes: TypeAlias = "Iterator[SchemaChange]"


def compare_schemas(before: At, after: At, ours: Library, theirs: Library) -> tuple[SchemaChange, ...]:
    """Compare two schemas, each with the models of its side."""
    return tuple(islice(_Comparison(ours, theirs).of(before, after, ()), MOST_CHANGES))


class _Comparison:
    def __init__(self, ours: Library, theirs: Library) -> None:
        self.ours = ours
        self.theirs = theirs
        self._open: set[tuple[object, ...]] = set()
        self._same: set[tuple[object, ...]] = set()

    def of(self, before: At, after: At, path: tuple[str, ...]) -> _Changes:
        """Compare two schemas at a path; a pair that is being compared already is the same as itself."""
        before, after = self.ours.follow(before), self.theirs.follow(after)
        key = (before.model, before.pointer, after.model, after.pointer)
        if key in self._open or key in self._same or len(path) > _DEEPEST:
            return
        self._open.add(key)
        is_same = True
        for change in _Pair(self, before, after, path).changes():
            is_same = False
            yield change
        self._open.discard(key)
        if is_same:
            self._same.add(key)

    def are_equal(self, before: At, after: At) -> bool:
        return meaning(self.ours, before) == meaning(self.theirs, after)


class _Pair:
    """Two schemas at one place."""

    def __init__(self, comparison: _Comparison, before: At, after: At, path: tuple[str, ...]) -> None:
        self.comparison = comparison
        self.before = before
        self.after = after
        self.path = path
        self.ours = said(before.schema)
        self.theirs = said(after.schema)

    def change(
        self,
        kind: str,
        before: Json,
        after: Json,
        *pointer: str | int,
        path: tuple[str, ...] = (),
        detail: str = "",
        request: Severity | None = None,
        response: Severity | None = None,
        is_gone: bool = False,
    ) -> SchemaChange:
        place = self.before if is_gone else self.after
        full = (*self.path, *path)
        return SchemaChange(
            kind=kind,
            path=full,
            model=place.model,
            pointer=(*place.pointer, *pointer),
            subject=_subject(full),
            is_property=bool(full),
            before=before,
            after=after,
            detail=detail,
            request=request,
            response=response,
            is_gone=is_gone,
        )

    def changes(self) -> _Changes:
        if self.ours == self.theirs and self._say_the_same():
            yield from self._ignored()
            return
        for key, word in (("anyOf", "any-of"), ("oneOf", "one-of")):
            if self._is_among(self.before, self.after, key):
                yield self._wrapped(key, word)
                return
            if self._is_among(self.after, self.before, key):
                yield self._unwrapped(key, word)
                return
        types = atoms_of(self.before.schema), atoms_of(self.after.schema)
        if types[0].isdisjoint(types[1]):
            yield self.change("type-changed", self.before.schema.get("type"), self.after.schema.get("type"), "type")
            return
        yield from self._types(*types)
        yield from self._values()
        yield from self._limits()
        yield from self._texts()
        yield from self._arrays()
        yield from self._objects()
        yield from self._all_of()
        yield from self._some_of("anyOf", "any-of")
        yield from self._some_of("oneOf", "one-of")
        yield from self._not()
        yield from self._ignored()

    def _say_the_same(self) -> bool:
        """Tell whether equal values are equal in JSON too, and refer to nothing that may differ."""
        text = canonical(self.ours)
        return text == canonical(self.theirs) and '"$ref"' not in text

    # Wrapping in anyOf or oneOf, and the reverse.

    def _is_among(self, one: At, choices: At, key: str) -> bool:
        """Tell whether one side is among the choices that the other is nothing but."""
        said_by = (self.ours, self.theirs) if one is self.before else (self.theirs, self.ours)
        if {*said_by[1]} != {key} or key in said_by[0]:
            return False
        libraries = {id(self.before): self.comparison.ours, id(self.after): self.comparison.theirs}
        wanted = meaning(libraries[id(one)], one)
        return any(meaning(libraries[id(choices)], member) == wanted for member in members_of(choices, key))

    def _wrapped(self, key: str, word: str) -> SchemaChange:
        members = tuple(members_of(self.after, key))
        proved = key == "anyOf" or are_disjoint(self.comparison.theirs, members)
        return self.change(f"wrapped-in-{word}", None, len(members), key, request=_unless(proved))

    def _unwrapped(self, key: str, word: str) -> SchemaChange:
        members = tuple(members_of(self.before, key))
        proved = key == "anyOf" or are_disjoint(self.comparison.ours, members)
        return self.change(f"{word}-removed", len(members), None, key, response=_unless(proved), is_gone=True)

    # Types and values.

    def _types(self, before: frozenset[str], after: frozenset[str]) -> _Changes:
        if before == after:
            return
        named = self.before.schema.get("type"), self.after.schema.get("type")
        gone, new = before - after, after - before
        if gone | new == {"null"} and before != ATOMS != after:
            yield self.change("became-not-nullable" if gone else "became-nullable", *named, "type")
            return
        several = any(isinstance(name, Sequence) and not isinstance(name, str) for name in named)
        word = "types" if several else "type"
        if gone and new:
            yield self.change("type-changed", *named, "type")
        elif gone:
            yield self.change(f"{word}-narrowed", *named, "type")
        else:
            yield self.change(f"{word}-widened", *named, "type")

    def _values(self) -> _Changes:
        before, after = _listed(self.ours), _listed(self.theirs)
        is_const = "const" in self.ours or "const" in self.theirs
        keyword = "const" if is_const else "enum"
        if before is None and after is None:
            return
        if before is None:
            yield self.change("const-added" if is_const else "became-enum", None, _shown(after), keyword)
        elif after is None:
            kind = "const-removed" if is_const else "enum-dropped"
            yield self.change(kind, _shown(before), None, keyword, is_gone=True)
        elif is_const and {*before} != {*after}:
            yield self.change("const-changed", _shown(before), _shown(after), keyword)
        else:
            for text in sorted({*before} - {*after}):
                yield self.change("enum-value-removed", before[text], None, "enum", detail=text)
            for text in sorted({*after} - {*before}):
                yield self.change("enum-value-added", None, after[text], "enum", detail=text)

    def _limits(self) -> _Changes:
        for name, keyword in (
            ("max-length", "maxLength"),
            ("max-items", "maxItems"),
            ("max-properties", "maxProperties"),
            ("min-length", "minLength"),
            ("min-items", "minItems"),
            ("min-properties", "minProperties"),
        ):
            yield from self._limit(name, keyword, _number(self.ours, keyword), _number(self.theirs, keyword))
        for word, keyword in (("max", "maximum"), ("min", "minimum")):
            yield from self._bound(word, keyword)
        before, after = _number(self.ours, "multipleOf"), _number(self.theirs, "multipleOf")
        if before != after:
            kind = "changed"
            if before is None:
                kind = "set"
            elif after is None:
                kind = "unset"
            yield self.change(f"multiple-of-{kind}", before, after, "multipleOf")

    def _limit(self, name: str, keyword: str, before: float | None, after: float | None) -> _Changes:
        if name.startswith("min-"):  # A minimum of nothing is none.
            before, after = before or None, after or None
        if before == after:
            return
        if before is None:
            yield self.change(f"{name}-set", before, after, keyword)
        elif after is None:
            yield self.change(f"{name}-unset", before, after, keyword, is_gone=True)
        else:
            yield self.change(f"{name}-{'increased' if after > before else 'decreased'}", before, after, keyword)

    def _bound(self, word: str, keyword: str) -> _Changes:
        """Compare a bound with its exclusiveness, which draft 4 writes as a boolean beside it."""
        before, after = _bound(self.ours, keyword), _bound(self.theirs, keyword)
        if before == after:
            return
        if before[0] == after[0]:
            kind = f"exclusive-{word}-{'set' if after[1] else 'unset'}"
            yield self.change(kind, before[0], after[0], f"exclusive{keyword.capitalize()}")
            return
        is_exclusive = after[1] if after[0] is not None else before[1]
        yield from self._limit(f"exclusive-{word}" if is_exclusive else word, keyword, before[0], after[0])
        if None not in {before[0], after[0]} and before[1] != after[1]:
            kind = f"exclusive-{word}-{'set' if after[1] else 'unset'}"
            yield self.change(kind, before[0], after[0], f"exclusive{keyword.capitalize()}")

    def _texts(self) -> _Changes:
        before, after = self.ours.get("pattern"), self.theirs.get("pattern")
        if before != after:
            kind = "changed"
            if before is None:
                kind = "added"
            elif after is None:
                kind = "removed"
            yield self.change(f"pattern-{kind}", before, after, "pattern", is_gone=after is None)
        if self.ours.get("format") != self.theirs.get("format"):
            formats = self.ours.get("format"), self.theirs.get("format")
            yield self.change("format-changed", *formats, "format", is_gone=formats[1] is None)

    # Arrays.

    def _arrays(self) -> _Changes:
        unique = self.ours.get("uniqueItems") is True, self.theirs.get("uniqueItems") is True
        if unique[0] != unique[1]:
            yield self.change(f"unique-items-{'set' if unique[1] else 'unset'}", *unique, "uniqueItems")
        before, after = self.ours.get("items"), self.theirs.get("items")
        if not _is_list(before) and not _is_list(after):
            if before is not None or after is not None:
                yield from self._below("items", before, after, name="items")
        elif self._places() != self._places(is_after=True):
            yield self.change("items-changed", before, after, "items")

    def _places(self, *, is_after: bool = False) -> tuple[str, ...]:
        """Write the schemas of items by place, and of those after them."""
        at = self.after if is_after else self.before
        library = self.comparison.theirs if is_after else self.comparison.ours
        items, rest = at.schema.get("items"), at.schema.get("additionalItems")
        listed = items if isinstance(items, Sequence) and not isinstance(items, str) else ()
        schemas = [*listed, rest if listed else items]
        return tuple(meaning(library, at.at(schema=item)) for item in schemas)

    def _below(self, keyword: str, before: Json, after: Json, *, name: str) -> _Changes:
        yield from self.comparison.of(
            self.before.at(keyword, schema=before), self.after.at(keyword, schema=after), (*self.path, name)
        )

    # Objects.

    def _objects(self) -> _Changes:
        yield from self._properties()
        yield from self._additional()
        yield from self._patterns()
        yield from self._dependencies()

    def _properties(self) -> _Changes:
        ours, theirs = map_of(self.ours.get("properties")), map_of(self.theirs.get("properties"))
        needed = names_in(self.ours.get("required")), names_in(self.theirs.get("required"))
        closed = self.theirs.get("additionalProperties", True) not in (True, {})
        for name in sorted({*ours} | {*theirs} | needed[0] | needed[1]):
            required = name in needed[0], name in needed[1]
            if name not in ours and name in theirs and not required[0]:
                kind = "required-added" if required[1] else "optional-added"
                yield self.change(kind, None, theirs[name], "properties", name, path=(name,))
                yield from self._was_additional(name, theirs[name])
                continue
            if name in ours and name not in theirs and not required[1]:
                kind = "required-removed" if required[0] else "optional-removed"
                worse = Severity.BREAKING if closed else None
                yield self.change(kind, ours[name], None, "properties", name, path=(name,), request=worse, is_gone=True)
                continue
            if required[0] != required[1]:
                kind = "became-required" if required[1] else "became-optional"
                yield self.change(kind, *required, "required", path=(name,))
            if name in ours or name in theirs:
                yield from self._property(name, ours.get(name, {}), theirs.get(name, {}))

    def _property(self, name: str, before: Json, after: Json) -> _Changes:
        yield from self.comparison.of(
            self.before.at("properties", name, schema=before),
            self.after.at("properties", name, schema=after),
            (*self.path, name),
        )

    def _was_additional(self, name: str, after: Json) -> _Changes:
        """Compare a new property with what undeclared properties were, where a schema said so."""
        former = self.ours.get("additionalProperties")
        if isinstance(former, Mapping) and former:
            yield from self.comparison.of(
                self.before.at("additionalProperties", schema=former),
                self.after.at("properties", name, schema=after),
                (*self.path, name),
            )

    def _additional(self) -> _Changes:
        before, after = self.ours.get("additionalProperties", True), self.theirs.get("additionalProperties", True)
        before, after = (True if value == {} else value for value in (before, after))
        if canonical(before) == canonical(after) and not isinstance(before, Mapping):
            return
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from self._below("additionalProperties", before, after, name="*")
        elif before is True or after is False:
            yield self.change("additional-properties-narrowed", before, after, "additionalProperties")
        else:
            yield self.change("additional-properties-widened", before, after, "additionalProperties")

    def _patterns(self) -> _Changes:
        ours, theirs = map_of(self.ours.get("patternProperties")), map_of(self.theirs.get("patternProperties"))
        open_before = self.ours.get("additionalProperties", True) in (True, {})
        open_after = self.theirs.get("additionalProperties", True) in (True, {})
        for pattern in sorted({*ours} | {*theirs}):
            if pattern not in ours:
                worse = None if open_before else Severity.DANGEROUS
                yield self.change(
                    "pattern-property-added", None, theirs[pattern], "patternProperties", pattern, response=worse
                )
            elif pattern not in theirs:
                worse = None if open_after else Severity.BREAKING
                yield self.change(
                    "pattern-property-removed",
                    ours[pattern],
                    None,
                    "patternProperties",
                    pattern,
                    request=worse,
                    is_gone=True,
                )
            else:
                yield from self.comparison.of(
                    self.before.at("patternProperties", pattern, schema=ours[pattern]),
                    self.after.at("patternProperties", pattern, schema=theirs[pattern]),
                    (*self.path, f"/{pattern}/"),
                )

    def _dependencies(self) -> _Changes:
        ours, theirs = map_of(self.ours.get("dependencies")), map_of(self.theirs.get("dependencies"))
        for name in sorted({*ours} | {*theirs}):
            before, after = ours.get(name), theirs.get(name)
            needs = names_in(before), names_in(after)
            for gone in sorted(needs[0] - needs[1]):
                yield self._dependency("dependent-required-removed", name, gone, None)
            for new in sorted(needs[1] - needs[0]):
                yield self._dependency("dependent-required-added", name, None, new)
            if isinstance(before, Mapping) and isinstance(after, Mapping):
                yield from self.comparison.of(
                    self.before.at("dependencies", name, schema=before),
                    self.after.at("dependencies", name, schema=after),
                    (*self.path, name),
                )
            elif isinstance(before, Mapping):
                yield self._dependency("dependent-schema-removed", name, before, None)
            elif isinstance(after, Mapping):
                yield self._dependency("dependent-schema-added", name, None, after)

    def _dependency(self, kind: str, name: str, before: Json, after: Json) -> SchemaChange:
        detail = f"{name} {before or after}" if isinstance(before or after, str) else name
        return self.change(kind, before, after, "dependencies", name, detail=detail, is_gone=after is None)

    # Schemas put together.

    def _all_of(self) -> _Changes:
        pairs, gone, new = self._matched("allOf")
        for before, after in pairs:
            yield from self.comparison.of(before, after, self.path)
        for at in new:
            yield self.change("all-of-added", None, at.schema, "allOf", at.pointer[-1], detail=str(at.pointer[-1]))
        for at in gone:
            yield self.change(
                "all-of-removed", at.schema, None, "allOf", at.pointer[-1], detail=str(at.pointer[-1]), is_gone=True
            )

    def _some_of(self, key: str, word: str) -> _Changes:
        if key not in self.ours and key not in self.theirs:
            return
        if key not in self.ours:
            yield self.change(f"{word}-introduced", None, self.theirs[key], key)
            return
        if key not in self.theirs:
            yield self.change(f"{word}-dropped", self.ours[key], None, key, is_gone=True)
            return
        pairs, gone, new = self._matched(key)
        members = tuple(members_of(self.before, key)), tuple(members_of(self.after, key))
        proved = (
            True if key == "anyOf" else are_disjoint(self.comparison.ours, members[0]),
            True if key == "anyOf" else are_disjoint(self.comparison.theirs, members[1]),
        )
        has_changes = False
        for before, after in pairs:
            for change in self.comparison.of(before, after, self.path):
                has_changes = True
                yield change
        if has_changes and not all(proved):
            yield self.change("one-of-changed", None, None, key)
        for at in gone:
            yield self.change(
                f"{word}-removed",
                at.schema,
                None,
                key,
                at.pointer[-1],
                detail=str(at.pointer[-1]),
                response=_unless(proved[0]),
                is_gone=True,
            )
        for at in new:
            yield self.change(
                f"{word}-added",
                None,
                at.schema,
                key,
                at.pointer[-1],
                detail=str(at.pointer[-1]),
                request=_unless(proved[1]),
            )

    def _matched(self, key: str) -> tuple[list[tuple[At, At]], list[At], list[At]]:
        """Pair the schemas of both sides: equal ones are the same, those that remain in their order.

        Those in order are paired only where both sides have as many left, or a name in common.
        """
        gone, new = list(members_of(self.before, key)), list(members_of(self.after, key))
        for before in tuple(gone):
            equal = next((after for after in new if self.comparison.are_equal(before, after)), None)
            if equal is not None:
                gone.remove(before)
                new.remove(equal)
        pairs = []
        for before in tuple(gone):
            named = next((after for after in new if _name(before) and _name(before) == _name(after)), None)
            if named is not None:
                pairs.append((before, named))
                gone.remove(before)
                new.remove(named)
        if len(gone) == len(new):
            pairs += zip(gone, new, strict=True)
            gone, new = [], []
        return pairs, gone, new

    def _not(self) -> _Changes:
        before, after = self.ours.get("not"), self.theirs.get("not")
        if before is None and after is None:
            return
        if before is None:
            yield self.change("not-added", None, after, "not")
        elif after is None:
            yield self.change("not-removed", before, None, "not", is_gone=True)
        elif not self.comparison.are_equal(self.before.at("not", schema=before), self.after.at("not", schema=after)):
            yield self.change("not-changed", before, after, "not")

    def _ignored(self) -> _Changes:
        for keyword in sorted({*self.after.schema} & IGNORED - {*self.before.schema}):
            yield self.change("keyword-ignored", None, keyword, keyword, detail=keyword)


def _name(at: At) -> str | None:
    name = at.schema.get("$ref") or at.schema.get("title")
    return name if isinstance(name, str) else None


def _unless(proved: bool) -> Severity | None:  # ruff: ignore[boolean-type-hint-positional-argument]  (its only meaning)
    """Return what a change counts as where it is not proved that the choices exclude each other."""
    return None if proved else Severity.DANGEROUS


def _subject(path: tuple[str, ...]) -> str:
    return ".".join(path) or "the body"


def _listed(schema: Mapping[str, Json]) -> dict[str, Json] | None:
    if "const" in schema:
        return {canonical(schema["const"]): schema["const"]}
    values = schema.get("enum")
    if not isinstance(values, Sequence) or isinstance(values, str):
        return None
    return {canonical(value): value for value in values}


def _shown(values: Mapping[str, Json] | None) -> Json:
    return list((values or {}).values())


def _number(schema: Mapping[str, Json], keyword: str) -> float | None:
    value = schema.get(keyword)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _bound(schema: Mapping[str, Json], keyword: str) -> tuple[float | None, bool]:
    exclusive = schema.get(f"exclusive{keyword.capitalize()}")
    limit = _number(schema, keyword)
    return limit, exclusive is True and limit is not None


def _is_list(value: Json) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
