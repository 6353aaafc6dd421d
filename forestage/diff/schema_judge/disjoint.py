"""Whether two schemas have no value in common, as far as that can be proved."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from forestage.diff.schema_judge.schemas import atoms_of, canonical, map_of, names_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.diff.schema_judge.schemas import At, Library
    from forestage.model.values import Json

_DEEPEST = 3


def are_disjoint(library: Library, members: Sequence[At]) -> bool:
    """Tell whether it is proved that no value fits two of some schemas."""
    return all(_is_disjoint(library, one, other, 0) for one, other in combinations(members, 2))


def _is_disjoint(library: Library, one: At, other: At, depth: int) -> bool:
    one, other = library.follow(one), library.follow(other)
    types = atoms_of(one.schema), atoms_of(other.schema)
    if types[0].isdisjoint(types[1]):
        return True
    values = _values(one.schema), _values(other.schema)
    if values[0] is not None and values[1] is not None and values[0].isdisjoint(values[1]):
        return True
    if types[0] & types[1] != {"object"} or depth > _DEEPEST:
        return False
    return _have_disjoint_property(library, one, other, depth)


def _values(schema: Json) -> frozenset[str] | None:
    listed = map_of(schema).get("enum")
    return frozenset(map(canonical, listed)) if isinstance(listed, list | tuple) else None


def _have_disjoint_property(library: Library, one: At, other: At, depth: int) -> bool:
    required = names_in(one.schema.get("required")), names_in(other.schema.get("required"))
    properties = map_of(one.schema.get("properties")), map_of(other.schema.get("properties"))
    for name in sorted((required[0] | required[1]) & {*properties[0]} & {*properties[1]}):
        if name in required[0] and name in required[1]:
            below = (
                one.at("properties", name, schema=properties[0][name]),
                other.at("properties", name, schema=properties[1][name]),
            )
            if _is_disjoint(library, *below, depth + 1):
                return True
    return any(
        closed.schema.get("additionalProperties") is False
        and not closed.schema.get("patternProperties")
        and needed - {*declared}
        for closed, declared, needed in (
            (one, properties[0], required[1]),
            (other, properties[1], required[0]),
        )
    )
