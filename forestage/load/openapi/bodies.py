"""Where the body of an API is: in the template, or in a file on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from forestage.load.documents import read_document
from forestage.load.openapi.nodes import Node
from forestage.load.positions import MarkedList, MarkedMap, Place, place_of
from forestage.model.records import dataclass
from forestage.model.values import Secret

if TYPE_CHECKING:
    from forestage.errors import Fault
    from forestage.load.resolved import Resolved, ResolvedResource, ResolvedStack

BODY: Final = "Body"
LOCATION: Final = "BodyS3Location"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBody:
    """The body of an API; ``node`` is None where it is not on this machine, or cannot be read.

    ``file`` is the absolute path of the file that it is in, where that is not the template.
    """

    node: Node | None = None
    file: str | None = None
    faults: tuple[Fault, ...] = ()


def find_body(stack: ResolvedStack, resource: ResolvedResource) -> FoundBody:
    """Find the body of an API.

    A path in place of BodyS3Location is what people write before ``aws cloudformation package`` uploads it.
    """
    properties = resource.properties if isinstance(resource.properties, Mapping) else {}
    body, location = properties.get(BODY), properties.get(LOCATION)
    if body is not None:
        return FoundBody(node=_written(resource, body))
    key = location.get("Key") if isinstance(location, Mapping) else location
    word = key.reveal() if isinstance(key, Secret) else key
    path = stack.local_asset(word, resource.metadata) if isinstance(word, str) else None
    return FoundBody() if path is None or not Path(path).is_file() else _read(path)


def _written(resource: ResolvedResource, body: Resolved) -> Node:
    """Return the body in the template; CloudFormation also takes a text that is JSON."""
    where = resource.origin(BODY)
    value = body
    if isinstance(body, str):
        try:
            value = json.loads(body)
        except ValueError:
            value = body
    place = resource.place and place_of(resource.properties, (BODY,), resource.place)
    return Node(value, file=where.file, where=where.path, place=place)


def _read(path: str) -> FoundBody:
    reading = read_document(Path(path))
    root = reading.root
    if reading.faults:
        return FoundBody(file=path, faults=reading.faults)
    mark = root.mark if isinstance(root, MarkedMap | MarkedList) else 0
    node = Node(root, file=reading.document.file, where="", place=Place(reading.document, mark))
    return FoundBody(node=node, file=path)
