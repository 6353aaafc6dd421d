"""Parts of a deployed API: each as the resource that a template would need for it, and what it is known by."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from forestage.load.deployed.meaning import terse
from forestage.load.intake import property_of
from forestage.load.resolved import ResolvedResource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from forestage.load.resolved import Resolved

    Key: TypeAlias = tuple[str, str]
    """A part's type, and what it is known by among those of its type: ``GET /pets``."""

REST: Final = "AWS::ApiGateway::"
V2: Final = "AWS::ApiGatewayV2::"

_NAMED: Final = frozenset({f"{REST}Model", f"{REST}RequestValidator", f"{REST}Authorizer"})
_SHORT: Final = 7
"""Ids shorter than this are only replaced where they are the whole text."""


def part(stack: str, resource_type: str, id: str, properties: Mapping[str, Resolved]) -> ResolvedResource:  # ruff: ignore[builtin-argument-shadowing]
    """Make a part that has no logical id yet, without what is as if it had not been set."""
    return ResolvedResource(
        stack=stack, logical_id=id, type=resource_type, id=id, properties=terse(resource_type, properties)
    )


def keyed(parts: Iterable[ResolvedResource], root_id: str) -> dict[Key, ResolvedResource]:
    """Find parts of one API by what they are known by; ``root_id`` is the id of the resource ``/``."""
    listed = tuple(parts)
    paths = _paths(listed, root_id)
    return {(item.type, _known_by(item, paths)): item for item in listed}


def _paths(parts: Iterable[ResolvedResource], root_id: str) -> Mapping[str, str]:
    nodes = {
        item.id: (str(property_of(item, "ParentId")), str(property_of(item, "PathPart")))
        for item in parts
        if item.type == f"{REST}Resource"
    }

    def path(resource_id: str, depth: int = 0) -> str:
        if resource_id == root_id or resource_id not in nodes or depth > len(nodes):
            return "" if resource_id == root_id else f"?{resource_id}"
        parent, own = nodes[resource_id]
        return f"{path(parent, depth + 1)}/{own}"

    return {root_id: "/", **{resource_id: path(resource_id) for resource_id in nodes}}


def _known_by(item: ResolvedResource, paths: Mapping[str, str]) -> str:
    if item.type == f"{REST}Resource":
        return paths[item.id]
    if item.type == f"{REST}Method":
        resource_id = str(property_of(item, "ResourceId"))
        return f"{str(property_of(item, 'HttpMethod')).upper()} {paths.get(resource_id, resource_id)}"
    if item.type == f"{REST}GatewayResponse":
        return str(property_of(item, "ResponseType"))
    if item.type == f"{REST}DocumentationPart":
        location = property_of(item, "Location")
        return json.dumps(location, sort_keys=True, default=str)
    name = property_of(item, "Name") if item.type in _NAMED else None
    return name if isinstance(name, str) else item.id


def renaming(ids: Mapping[str, str]) -> Callable[[str], str]:
    """Make what puts other ids in the place of those in a text.

    An id is found where it stands alone or between characters that ids do not have; a short one only alone.
    """
    long = sorted((old for old, new in ids.items() if len(old) >= _SHORT and old != new), key=len, reverse=True)
    pattern = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, long))})(?![A-Za-z0-9])") if long else None

    def rename(text: str) -> str:
        if text in ids:
            return ids[text]
        return pattern.sub(lambda found: ids[found[0]], text) if pattern else text

    return rename


def renamed(item: ResolvedResource, rename: Callable[[str], str]) -> ResolvedResource:
    """Put other ids in the place of those of a part, wherever it names one."""
    return ResolvedResource(
        stack=item.stack,
        logical_id=item.logical_id,
        type=item.type,
        id=rename(item.id),
        properties=_renamed(item.properties, rename),
    )


def _renamed(value: Resolved, rename: Callable[[str], str]) -> Resolved:
    if isinstance(value, str):
        return rename(value)
    if isinstance(value, Mapping):
        return {key: _renamed(item, rename) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_renamed(item, rename) for item in value]
    return value


def properties_of(item: ResolvedResource) -> Mapping[str, Resolved]:
    """Return the properties of a part, which are a map."""
    return item.properties if isinstance(item.properties, Mapping) else {}
