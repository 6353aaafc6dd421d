"""The schema judge against an independent one: jsonschema-rs says which bodies a schema accepts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from forestage.diff.report import Severity
from forestage.diff.schema_judge.comparison import compare_schemas
from forestage.diff.schema_judge.kinds import KINDS
from forestage.diff.schema_judge.schemas import Library

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.schema_judge.comparison import SchemaChange

# Schemas and bodies are whatever JSON is drawn.
Json = Any

NAMES = st.sampled_from(["a", "b", "c"])
SCALARS = st.sampled_from([None, True, False, 0, 1, 2, 3, 1.5, "", "x", "xy", "ab", "abc"])
_FEW: tuple[Json, ...] = (None, True, 0, 1, 2, 1.5, "", "x", "ab", "abc", [], {})
BODIES: tuple[Json, ...] = (
    *_FEW,
    *([one] for one in _FEW),
    *([one, other] for one, other in zip(_FEW, _FEW[1:] + _FEW[:1], strict=True)),
    *([1, 1, 1], ["x", "x"], [1, 2, 3], ["a", 1, None, 2]),
    *({name: one} for name in "abc" for one in _FEW),
    *({"a": one, "b": other} for one in _FEW[2:10:2] for other in _FEW[1:11:3]),
    *({"b": one, "c": other} for one in _FEW[2:10:2] for other in _FEW[1:11:3]),
    *({"a": one, "b": 2, "c": "abc"} for one in _FEW),
    *({"a": {"b": one}} for one in _FEW),
    *([{"a": one}] for one in _FEW),
)
"""Bodies that tell the schemas apart that are drawn: every type, with few names and values."""

TYPES = st.sampled_from(["null", "boolean", "object", "array", "string", "integer", "number"])
SIZES = st.integers(0, 3)


def schemas() -> st.SearchStrategy[Json]:
    return st.recursive(_leaf(), _composite, max_leaves=5)


def _leaf() -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {},
        optional={
            "type": st.one_of(TYPES, st.lists(TYPES, min_size=1, max_size=3, unique=True)),
            "enum": st.lists(SCALARS, min_size=1, max_size=4, unique_by=repr),
            "maximum": SIZES,
            "minimum": SIZES,
            "maxLength": SIZES,
            "minLength": SIZES,
            "pattern": st.sampled_from(["^a", "b$", "x"]),
            "multipleOf": st.integers(1, 3),
            "maxItems": SIZES,
            "minItems": SIZES,
            "uniqueItems": st.booleans(),
            "maxProperties": SIZES,
            "minProperties": SIZES,
            "required": st.lists(NAMES, min_size=1, max_size=2, unique=True),
        },
    ).flatmap(_with_exclusive_bounds)


def _with_exclusive_bounds(schema: dict[str, Json]) -> st.SearchStrategy[Json]:
    flags = {f"exclusive{bound.capitalize()}": st.booleans() for bound in ("maximum", "minimum") if bound in schema}
    return st.fixed_dictionaries({}, optional=flags).map(lambda drawn: schema | drawn)


def _composite(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    several = st.lists(inner, min_size=1, max_size=3)
    keywords = st.fixed_dictionaries(
        {},
        optional={
            "type": TYPES,
            "properties": st.dictionaries(NAMES, inner, max_size=3),
            "required": st.lists(NAMES, min_size=1, max_size=2, unique=True),
            "additionalProperties": st.one_of(st.booleans(), inner),
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "[bc]"]), inner, max_size=2),
            "dependencies": st.dictionaries(
                NAMES, st.one_of(inner, st.lists(NAMES, min_size=1, max_size=2, unique=True)), max_size=2
            ),
            "items": st.one_of(inner, st.lists(inner, min_size=1, max_size=2)),
            "additionalItems": st.one_of(st.booleans(), inner),
            "allOf": several,
            "anyOf": several,
            "oneOf": several,
            "not": inner,
        },
    )
    return st.one_of(keywords, keywords, inner)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Json, Json]:
    """Draw two schemas: often the second is the first with something exchanged, as people change them."""
    before = draw(schemas())
    if draw(st.integers(0, 3)) == 0:
        return before, draw(schemas())
    return before, draw(_changed(before))


def _changed(schema: Json) -> st.SearchStrategy[Json]:
    def change(draw: st.DrawFn, node: Json, depth: int) -> Json:
        below = [key for key, value in node.items() if isinstance(value, dict | list) and value]
        if below and depth and draw(st.booleans()):
            key = draw(st.sampled_from(sorted(below)))
            return {**node, key: _inside(draw, key, node[key], depth)}
        other = draw(schemas())
        kept = {key: value for key, value in node.items() if draw(st.integers(0, 3))}
        added = {key: value for key, value in other.items() if draw(st.booleans())}
        mixed = kept | added
        for bound in ("maximum", "minimum"):
            if bound not in mixed:
                mixed.pop(f"exclusive{bound.capitalize()}", None)
        return mixed

    def _inside(draw: st.DrawFn, key: str, value: Json, depth: int) -> Json:
        if key in {"additionalProperties", "additionalItems", "not"} or (key == "items" and isinstance(value, dict)):
            return change(draw, value, depth - 1) if isinstance(value, dict) else value
        if key in {"properties", "patternProperties"} and value:
            name = draw(st.sampled_from(sorted(value)))
            return {**value, name: change(draw, value[name], depth - 1)}
        if key in {"allOf", "anyOf", "oneOf"}:
            index = draw(st.integers(0, len(value) - 1))
            changed = change(draw, value[index], depth - 1)
            return draw(
                st.sampled_from([[*value[:index], changed, *value[index + 1 :]], [*value, changed], value[::-1]])
            )
        return value

    @st.composite
    def changed(draw: st.DrawFn) -> Json:
        return change(draw, schema, 3)

    return changed()


def compared(before: Json, after: Json) -> tuple[SchemaChange, ...]:
    ours, theirs = Library({"M": before}), Library({"M": after})
    return compare_schemas(ours.root("M", before), theirs.root("M", after), ours, theirs)


def severities(changes: tuple[SchemaChange, ...], *, is_request: bool) -> set[Severity]:
    return {
        (change.request if is_request else change.response) or KINDS[change.kind].severity_of(is_request=is_request)
        for change in changes
    }


def accepted(schema: Json, changes: tuple[SchemaChange, ...]) -> set[str]:
    """Tell which bodies a schema accepts, of those that have no property that is new."""
    validator = jsonschema_rs.Draft4Validator(schema, validate_formats=False)
    fresh = new_names(changes)
    return {repr(body) for body in BODIES if fresh.isdisjoint(names_in(body)) and validator.is_valid(body)}


def new_names(changes: tuple[SchemaChange, ...]) -> set[str]:
    """List the properties that are declared only after the change: who sends them goes beyond the contract."""
    return {change.path[-1] for change in changes if change.kind in {"optional-added", "required-added"}}


def names_in(body: Json) -> Iterator[str]:
    if isinstance(body, dict):
        for name, value in body.items():
            yield name
            yield from names_in(value)
    elif isinstance(body, list):
        for item in body:
            yield from names_in(item)


@settings(max_examples=250, deadline=None)
@given(pairs())
def test_no_body_is_refused_after_a_change_called_safe(pair: tuple[Json, Json]) -> None:
    before, after = pair
    changes = compared(before, after)
    assume(severities(changes, is_request=True) <= {Severity.SAFE})

    refused = accepted(before, changes) - accepted(after, changes)

    assert refused == set()


@settings(max_examples=250, deadline=None)
@given(pairs())
def test_no_body_is_answered_after_a_change_called_safe_that_was_not_promised(
    pair: tuple[Json, Json],
) -> None:
    before, after = pair
    changes = compared(before, after)
    assume(severities(changes, is_request=False) <= {Severity.SAFE})

    unknown = accepted(after, changes) - accepted(before, changes)

    assert unknown == set()


@settings(max_examples=100, deadline=None)
@given(schemas())
def test_a_schema_does_not_differ_from_itself(schema: Json) -> None:
    assert compared(schema, schema) == ()
