"""``$context``, with the overrides that a template writes into it.

Source: API Gateway developer guide, "Override your API's request and response parameters and status codes";
spec/vtl.md section 3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Final

from forestage.vtl.printing import text_of
from forestage.vtl.values import (
    Branch,
    JavaArray,
    KeyView,
    OverrideBranch,
    SubList,
    ValueView,
    elements,
    iterate_entries,
)

if TYPE_CHECKING:
    from forestage.model.values import Json
    from forestage.vtl.budget import Budget

REQUEST_OVERRIDE: Final = "requestOverride"
RESPONSE_OVERRIDE: Final = "responseOverride"

_PARTS: Final = {REQUEST_OVERRIDE: ("path", "querystring", "header"), RESPONSE_OVERRIDE: ("header",)}
_STEPS: Final = 4
_ALWAYS: Final = ("identity", "authorizer")
_NAMED: Final = re.compile(r"\$!?\{?context\.([A-Za-z_][A-Za-z0-9_-]*)(?![A-Za-z0-9_(-]| *\()")
_SCALARS: Final = frozenset({str, int, float, bool, type(None)})


def names_in(text: str) -> frozenset[str] | None:
    """Return the names behind every ``$context.`` of a template; None where it may ask for others, too."""
    found = _NAMED.findall(text)
    return frozenset(found) if len(found) == text.count("context") else None


def has_overrides(names: frozenset[str] | None) -> bool:
    """Tell whether a template that names these may read or set overrides."""
    return names is None or not names.isdisjoint(_PARTS)


def make_context(
    values: Mapping[str, Json],
    *,
    request_override: Mapping[str, Json],
    response_override: Mapping[str, Json],
    names: frozenset[str] | None = None,
) -> Branch:
    """Make ``$context`` for one rendering; nothing of what it is made from is changed by it.

    The overrides given are those of an earlier template of the same request; they can be read, and set once more.
    ``names`` are those that will be asked for; None where that is not known.
    """
    if names is not None:
        values = {name: values[name] for name in names if name in values}
    context = _branch(values)
    for name in _ALWAYS:
        if name not in context:
            context[name] = Branch()
    if not has_overrides(names):
        return context
    for name, given in ((REQUEST_OVERRIDE, request_override), (RESPONSE_OVERRIDE, response_override)):
        context[name] = _override(f"$context.{name}", given, _PARTS[name])
    return context


def _branch(values: Mapping[str, Json]) -> Branch:
    branch = Branch(values)
    for key, value in values.items():
        if value.__class__ not in _SCALARS:
            branch[key] = _branch(value) if isinstance(value, Mapping) else _copied(value)
    return branch


def _copied(value: Json) -> object:
    if value.__class__ is not str and isinstance(value, Mapping):
        return {key: _copied(member) for key, member in value.items()}
    if value.__class__ is not str and isinstance(value, Sequence):
        return [_copied(item) for item in value]
    return value


def _override(path: str, given: Mapping[str, Json], parts: tuple[str, ...] = ()) -> OverrideBranch:
    branch = OverrideBranch(path)
    for part in parts:
        branch[part] = OverrideBranch(f"{path}.{part}")
    for key, value in given.items():
        branch[key] = _override(f"{path}.{key}", value) if isinstance(value, Mapping) else _copied(value)
    return branch


@cache
def untouched(name: str) -> Mapping[str, Json]:
    """Return an override as a template begins with it; these parts are always there."""
    return {part: {} for part in _PARTS[name]}


def override_of(context: Branch, name: str, budget: Budget) -> Mapping[str, Json]:
    """Return what a rendering left of an override, as JSON."""
    branch = context.get(name)
    if not isinstance(branch, OverrideBranch):
        return untouched(name)
    if len(branch) == len(_PARTS[name]) and not any(branch.values()):
        return untouched(name)
    value = to_json(branch, budget)
    assert isinstance(value, dict)
    return value


def to_json(value: object, budget: Budget) -> Json:
    """Turn a value of the template into JSON: what is no JSON becomes its text."""
    budget.spend(_STEPS)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else text_of(key, budget): to_json(member, budget)
            for key, member in iterate_entries(value)
        }
    if isinstance(value, list | SubList | KeyView | ValueView):
        return [to_json(item, budget) for item in elements(value, budget)]
    if isinstance(value, JavaArray):
        return [to_json(item, budget) for item in value.items]
    return text_of(value, budget)
