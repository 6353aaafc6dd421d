"""The intrinsic function over Mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.load.functions.strings import to_text
from forestage.load.positions import MarkedMap, Raw
from forestage.load.scope import Scope, Value, arguments, describe, nearest
from forestage.model.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FORM = "[mapping, first key, second key] and perhaps {DefaultValue: ...}"


def find_in_map(scope: Scope, argument: Raw, node: MarkedMap[Raw]) -> Value:
    """Look up a value of Mappings."""
    given = arguments(scope, argument, node, range(3, 5), _FORM)
    if given is None:
        return Unknown("Fn::FindInMap")
    keys: list[str] = []
    for value in given[:3]:
        key = to_text(scope.resolve(value, node))
        if isinstance(key, Unknown):
            return _default(scope, given, Unknown(f"Fn::FindInMap {key}"))
        if not isinstance(key, str):
            return scope.fault(f"Fn::FindInMap takes {_FORM}, one of the keys is {describe(value)}", node)
        keys.append(key)
    return _find(scope, given, keys, node)


def _find(scope: Scope, given: Sequence[Raw], keys: list[str], node: MarkedMap[Raw]) -> Value:
    name, first, second = keys
    mapping = scope.mapping(name)
    if mapping is None:
        return _missing(scope, given, node, f"there is no mapping {name!r}", nearest(name, scope.mapping_names()))
    row = mapping.get(first)
    if not isinstance(row, MarkedMap):
        return _missing(scope, given, node, f"mapping {name} has no key {first!r}, it has {_some(mapping)}")
    if second not in row:
        return _missing(scope, given, node, f"{first} of mapping {name} has no key {second!r}, it has {_some(row)}")
    return scope.resolve(row[second], row)


def _missing(scope: Scope, given: Sequence[Raw], node: MarkedMap[Raw], message: str, hint: str | None = None) -> Value:
    default = _default(scope, given, None)
    return scope.fault(message, node, hint=hint) if default is None else default


def _default(scope: Scope, given: Sequence[Raw], otherwise: Value) -> Value:
    if len(given) == 4 and isinstance(given[3], MarkedMap):  # ruff: ignore[magic-value-comparison]
        return scope.resolve(given[3].get("DefaultValue"), given[3])
    return otherwise


def _some(keys: Mapping[str, Raw]) -> str:
    names = list(keys)
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")  # ruff: ignore[magic-value-comparison]
