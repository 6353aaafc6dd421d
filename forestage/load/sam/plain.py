"""Templates as plain maps and lists, which other people's libraries take and change."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from forestage.load.positions import MarkedList, MarkedMap

if TYPE_CHECKING:
    from forestage.load.positions import Raw

Plain: TypeAlias = "bool | int | float | str | PlainMap | list[Plain] | None"
"""JSON that may be changed in place."""

PlainMap: TypeAlias = "dict[str, Plain]"

_GET_ATT = "Fn::GetAtt"


def to_plain(node: Raw) -> Plain:
    """Copy a node without positions; ``Fn::GetAtt`` gets its list form, the only one that the transform reads."""
    if isinstance(node, MarkedMap):
        return to_plain_map(node)
    if isinstance(node, MarkedList):
        return [to_plain(item) for item in node]
    return node


def to_plain_map(node: MarkedMap[Raw]) -> PlainMap:
    """Copy a map without positions."""
    if len(node) == 1 and isinstance(target := node.get(_GET_ATT), str):
        logical_id, _, attribute = target.partition(".")
        return {_GET_ATT: [logical_id, attribute]}
    return {key: to_plain(value) for key, value in node.items()}


def map_at(node: Plain, *path: str) -> PlainMap:
    """Follow keys to a map; an empty one where there is none."""
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node if isinstance(node, dict) else {}
